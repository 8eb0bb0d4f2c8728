"""Which neurons are meant: a population by its name, or some of its neurons."""

from __future__ import annotations

import re
from typing import Any

from rheobase.errors import RheobaseError, closest
from rheobase.lab.source import KeyPath, Source
from rheobase.lab.table import Table
from rheobase.network.description import NetworkDescription

_SLICE = re.compile(r"\s*(-?\d{0,18})\s*:\s*(-?\d{0,18})\s*(?::\s*(-?\d{1,18})\s*)?")


def read_ends(value: Any, source: Source, path: KeyPath, network: NetworkDescription) -> list[Any]:
    """One end of a projection: a name, a table, or a list of these.

    Such as::

        pre = "exc"
        post = ["exc", { population = "inh", neurons = "0:100" }]

    Raises:
        ExperimentError: for a population or neurons that are not there.
    """
    if not isinstance(value, list):
        return [_read_end(value, source, path, network)]
    if not value:
        raise source.error(path, "There is nothing to connect.", 'for example "exc"')
    return [_read_end(v, source, (*path, k), network) for k, v in enumerate(value)]


def _read_end(value: Any, source: Source, path: KeyPath, network: NetworkDescription) -> Any:
    if isinstance(value, str):
        return find(value, source, path, network)
    if not isinstance(value, dict):
        raise source.error(
            path,
            "An end is a population's name, or a table.",
            'name it: "exc", or { population = "exc", neurons = "0:100" }',
        )
    table = Table(value, source, path, ("population", "neurons"))
    name = table.text("population", "exc")
    found = find(name, source, (*path, "population"), network)
    which = read_neurons(table)
    try:
        return found if which is None else found[which]
    except RheobaseError as error:
        raise table.wrap("neurons", error) from None


def find(name: str, source: Source, path: KeyPath, network: NetworkDescription) -> Any:
    """A population by its name.

    Raises:
        ExperimentError: when there is none.
    """
    if name in network.populations:
        return network.populations[name]
    known = list(network.populations)
    raise source.error(
        path,
        f"There is no population {name!r}.",
        f"{closest(name, known)}there are {', '.join(known)}",
    )


def read_neurons(table: Table, key: str = "neurons") -> Any:
    """The `neurons` of a table: a list of numbers, or a slice as text; None for all.

    Args:
        table: the table.
        key: of the entry, where it is of other things.

    Raises:
        ExperimentError: for anything else.
    """
    value = table.values.get(key)
    if value is None:
        return None
    match = _SLICE.fullmatch(value) if isinstance(value, str) else None
    if match:
        begin, end, step = (int(part) if part else None for part in match.groups())
        return slice(begin, end, step)
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(k, int) and not isinstance(k, bool) for k in listed):
        raise table.error(
            key,
            f"{key} is neither a list of whole numbers nor a slice.",
            f'for example {key} = [0, 1, 2], or {key} = "0:100"',
        )
    return listed
