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
_OF_SYNAPSES = ("what", "synapses", "every")


def read_record(source: Source, network: NetworkDescription) -> Table:
    """Read the table and tell the network.

    Such as::

        [record]
        exc = ["rate", { what = ["v", "g_AMPA"], neurons = "0:3", every = "0.5 ms" }]
        drive = "spikes"
        "exc->exc" = { what = "w", every = "100 ms", synapses = "0:50" }

    A name that a population and a projection have is the population's. Names of values are checked
    when the network is rehearsed, for they need its receptors.

    Returns:
        The table.

    Raises:
        ExperimentError: at the first thing that is wrong.
    """
    table = Table(source.values.get("record", {}), source, ("record",))
    for name, value in table.values.items():
        if name in network.projections and name not in network.populations:
            _record_synapses(Table(value, source, ("record", name), _OF_SYNAPSES), network, name)
            continue
        population = find(name, source, ("record", name), network)
        listed = isinstance(value, list)
        for k, part in enumerate(value if listed else [value]):
            path = ("record", name, k) if listed else ("record", name)
            given = part if isinstance(part, dict) else {"what": part}
            _record(Table(given, source, path, ("what", "neurons", "every")), network, population)
    return table


def _record(table: Table, network: NetworkDescription, population: Any) -> None:
    what = table.words("what", "v")
    every = _every(table, "0.5 ms") if "every" in table else 1
    subset = read_neurons(table)
    try:
        network.record(population, what, subset=subset, every=every)
    except RheobaseError as error:
        raise blame(table, error, _WORDS) from None


def _every(table: Table, example: str) -> int | str:
    """Between samples: a time as text, or steps."""
    every = table.values["every"]
    if not isinstance(every, (int, str)) or isinstance(every, bool):
        said = str(every).lower() if isinstance(every, (bool, float)) else "not a time"
        raise table.error("every", f"every is {said}.", f'for example every = "{example}"')
    return every


def _record_synapses(table: Table, network: NetworkDescription, name: str) -> None:
    """What is recorded of the synapses of a projection."""
    what = table.words("what", "w", ["w"])
    if "every" not in table:
        mend = 'for example every = "100 ms"'
        raise table.error("every", "Nothing says how often synapses are recorded.", mend)
    every = _every(table, "100 ms")
    subset = read_neurons(table, "synapses")
    try:
        network.record(network.projections[name], what, subset=subset, every=every)
    except RheobaseError as error:
        words = {
            "every": r"every",
            "synapses": r"a synapse twice|slice of synapses|the index of",
            "what": r"",
        }
        raise blame(table, error, words) from None
