"""Where in a file an error belongs that came of a whole table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rheobase.errors import ExperimentError, RheobaseError
from rheobase.lab.source import Source
from rheobase.lab.table import Table
from rheobase.records import Record

# What is a value, or a table of them, which a message quotes as it was written.
_VALUES = {"weight", "delay", "axonal", "dendritic", "conductance", "initial", "parameters"}
_MISSED = re.compile(r"(?:has no|holds no|names a) synapse\b")


def blame(table: Table, error: RheobaseError, words: Mapping[str, str]) -> ExperimentError:
    """An error placed at the value that it quotes, at a key that it speaks of, or at the table.

    Args:
        table: what was being read.
        error: what went wrong.
        words: for each key, the surest first, a regular expression that tells messages about it.
    """
    for key in filter(_VALUES.__contains__, table.values):
        for path, part in _parts(key, table.values[key]):
            is_named = len(path) > 1 and re.match(rf"{re.escape(path[-1])} is\b", error.message)
            if is_named or (isinstance(part, str) and _quotes(error, part)):
                return table.source.wrap((*table.path, *path), error)
    for key, pattern in words.items():
        if key in table and re.search(pattern, error.message):
            for path, _ in _parts(key, table.values[key]):
                if re.search(rf"(?<!\w){re.escape(path[-1])}(?!\w)", error.message):
                    return table.source.wrap((*table.path, *path), error)
            return table.wrap(key, error)
    return table.wrap(None, error)


def _parts(key: str, value: Any) -> list[tuple[tuple[str, ...], Any]]:
    """A value, or those of a table, with the path to each."""
    if isinstance(value, dict):
        return [((key, name), part) for name, part in value.items()]
    return [((key,), value)]


def _quotes(error: RheobaseError, text: str) -> bool:
    lines = {line.strip() for line in error.where.splitlines()}
    return repr(text) in error.message or text.strip() in lines


class Places(Record, identity=True):
    """Where the populations, projections and gap junctions of a network stand in its file."""

    source: Source
    populations: dict[str, Table]
    projections: dict[str, Table]
    gap_junctions: dict[str, Table]

    def wrap(self, error: RheobaseError) -> ExperimentError:
        """An error of a network that is made or run, at the part that it names."""
        said = f"{error.message}\n{error.where}"
        if _MISSED.search(error.message):  # how many are drawn is known when they are
            name = next(name for name in self.projections if repr(name) in said)
            return self.source.wrap(("record", name, "synapses"), error)
        for tables in (self.projections, self.gap_junctions, self.populations):
            for name, table in tables.items():
                if repr(name) in said:
                    return self.source.wrap(table.path, error)
        return self.source.wrap(("network",), error)
