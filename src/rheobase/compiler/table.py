"""Arguments that differ from turn to turn of a loop over alike things.

A kernel that named the arrays of every population and every projection would take as many
parameters, and as long to compile. A table has a row for each thing, with the addresses of its
arrays and its numbers. The kernel has one loop over the rows and is the same text however many
there are, so that machine code is kept for networks of any size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import index
from typing import Any, Generic, TypeVar

import numpy as np

from rheobase.compiler.apart import apart
from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Array, Bits, Name, Operand, Value
from rheobase.compiler.native import address, aligned
from rheobase.records import Record

T = TypeVar("T")


class Column(Record):
    """What every row has under one name.

    Attributes:
        type: of the number, i64 or f64, or of the elements of the array.
        is_array: whether it is an array.
        sources: for each row the full name of what stands there, or the number itself; None where
            a row has nothing of the kind.
    """

    type: str
    is_array: bool
    sources: tuple[str | int | None, ...]

    def cells(self, table: str, known: Mapping[str, Any], is_native: bool) -> list[Any]:
        """What stands in the rows: addresses, whole numbers, the bits of others."""
        values = [known[s] if isinstance(s, str) else s or 0 for s in self.sources]
        if not self.is_array:
            if self.type == "i64":
                return [index(value) for value in values]
            return list(np.array(values, np.float64).view(np.int64).tolist())
        if not is_native:
            return values
        entry = Array("an entry", self.type)
        return [v if isinstance(v, int) else address(table, entry, v) for v in values]


class Layout(Record):
    """The columns of a table, in the order in which they stand.

    Attributes:
        name: how its parameters begin.
        rows: how many rows there are.
        columns: what each row has.
    """

    name: str
    rows: int
    columns: tuple[Column, ...]

    def filled(self, known: Mapping[str, Any], is_native: bool) -> dict[str, Any]:
        """The table's parameters by name.

        Args:
            known: all arrays and numbers, by their full names.
            is_native: whether addresses are wanted, or the arrays themselves.
        """
        cells = [column.cells(self.name, known, is_native) for column in self.columns]
        # Row by row: what a turn of the loop reads lies together, and begins on a cache line.
        width = apart(len(self.columns))
        cells += [[0] * self.rows] * (width - len(cells))
        found: Any = [cell for row in zip(*cells, strict=True) for cell in row]
        if is_native:
            places = aligned(len(found), np.int64)
            places[:] = found
            found = places
        named = {"rows": self.rows, "width": width, "cells": found}
        return {f"{self.name}:{what}": value for what, value in named.items()}


class Table(Generic[T]):
    """Writes what a kernel reads of a table.

    Args:
        builder: of the kernel.
        name: how the table's parameters begin.
        things: what has a row, in order.
        source: the full name of what a thing has under a name and of a type, or a number; None
            for nothing.
    """

    def __init__(
        self,
        builder: Builder,
        name: str,
        things: Sequence[T],
        source: Callable[[T, str, str], str | int | None],
    ) -> None:
        self.b, self.name, self.things, self.source = builder, name, things, source
        self.rows, self.width = (
            builder.shared_scalar(f"{name}:{what}", "i64") for what in ("rows", "width")
        )
        self.cells = builder.shared_array(f"{name}:cells", "i64")
        self._columns: dict[tuple[str, str, bool], Column] = {}

    def at(self, row: Value) -> Row[T]:
        """One row."""
        return Row(self, self.b.let("first", row * self.width))

    def layout(self) -> Layout:
        """What was asked for."""
        return Layout(self.name, len(self.things), tuple(self._columns.values()))

    def place(self, what: str, type: str, is_array: bool) -> int:
        """Where rows have something, which becomes a column when it is first asked for."""
        key = (what, type, is_array)
        if key not in self._columns:
            sources = tuple(self.source(thing, what, type) for thing in self.things)
            self._columns[key] = Column(type, is_array, sources)
        return list(self._columns).index(key)


class Row(Generic[T]):
    """What a kernel reads of one row of a table."""

    def __init__(self, table: Table[T], first: Name) -> None:
        self.table, self.first = table, first

    def array(self, what: str, type: str = "f64") -> Array:
        """An array of the row."""
        place = self.first + self.table.place(what, type, True)
        return self.table.b.point(what, type, self.table.cells, place)

    def number(self, what: str, type: str = "i64") -> Name:
        """A number of the row, i64 or f64."""
        cell: Value = self.table.cells[self.first + self.table.place(what, type, False)]
        return self.table.b.let(what, cell if type == "i64" else Bits(cell, type))

    def arguments(
        self, parameters: Sequence[Name | Array], known: Mapping[str, Operand]
    ) -> list[Operand | Array]:
        """What a function is called with: what is known by name, else what the row has."""
        found: list[Operand | Array] = []
        for p in parameters:
            if isinstance(p, Array):
                found.append(self.array(p.name, p.type))
            else:
                found.append(known[p.name] if p.name in known else self.number(p.name, p.type))
        return found


__all__ = ["Column", "Layout", "Row", "Table"]
