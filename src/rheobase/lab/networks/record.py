"""The `[record]` of a network file: what is recorded beside the spikes of all neurons."""

from __future__ import annotations

from typing import Any

from rheobase.errors import RheobaseError
from rheobase.lab.networks.blame import blame
from rheobase.lab.networks.ends import find, read_neurons
from rheobase.lab.source import Source
from rheobase.lab.table import Table
from rheobase.network.description import NetworkDescription

_WORDS = {"every": r"every", "neurons": r"neuron|index|mask|subset", "what": r""}


def read_record(source: Source, network: NetworkDescription) -> Table:
    """Read the table and tell the network.

    Such as::

        [record]
        exc = ["rate", { what = ["v", "g_AMPA"], neurons = "0:3", every = "0.5 ms" }]
        drive = "spikes"

    Names of values are checked when the network is rehearsed, for they need its receptors.

    Returns:
        The table.

    Raises:
        ExperimentError: at the first thing that is wrong.
    """
    table = Table(source.values.get("record", {}), source, ("record",))
    for name, value in table.values.items():
        population = find(name, source, ("record", name), network)
        listed = isinstance(value, list)
        for k, part in enumerate(value if listed else [value]):
            path = ("record", name, k) if listed else ("record", name)
            given = part if isinstance(part, dict) else {"what": part}
            _record(Table(given, source, path, ("what", "neurons", "every")), network, population)
    return table


def _record(table: Table, network: NetworkDescription, population: Any) -> None:
    what = table.words("what", "v")
    every = table.values.get("every", 1)
    if not isinstance(every, (int, str)) or isinstance(every, bool):
        raise table.error("every", "every is not a time.", 'for example every = "0.5 ms"')
    subset = read_neurons(table)
    try:
        network.record(population, what, subset=subset, every=every)
    except RheobaseError as error:
        raise blame(table, error, _WORDS) from None
