"""One table of an experiment file, read key by key, each with its place when it is wrong."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from rheobase.errors import ExperimentError, RheobaseError, UnitError, closest
from rheobase.lab.source import KeyPath, Source
from rheobase.units import Dimension, Quantity, describe, measure, parse_quantity, preferred_unit

_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "text in quotes"}
_KINDS |= {list: "a list", dict: "a table"}
_ROW = 96


class Table:
    """A table whose keys are known.

    Args:
        values: the table.
        source: the file it is in.
        path: where in the file.
        keys: the keys it may have; None lets any name pass (parameters, initial values).

    Raises:
        ExperimentError: when it is not a table, or has a key that is not one of `keys`.
    """

    def __init__(
        self, values: Any, source: Source, path: KeyPath = (), keys: Collection[str] | None = None
    ) -> None:
        self.source, self.path = source, path
        if not isinstance(values, dict):
            raise self.error(
                None, f"{_kind(values)} stands where a table is due.", "write { key = value }"
            )
        self.values: dict[str, Any] = values
        for key in values:
            if keys is not None and key not in keys:
                raise self.error(
                    key,
                    f"There is no key {key!r} here.",
                    f"{closest(key, list(keys))}the keys are {listed(keys)}",
                )

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def error(self, key: str | None, message: str, mend: str, detail: str = "") -> ExperimentError:
        """An error at one of this table's keys, or at the table."""
        path = self.path if key is None else (*self.path, key)
        return self.source.error(path, message, mend, detail)

    def wrap(self, key: str | None, error: RheobaseError) -> ExperimentError:
        """An error from further down, placed at one of this table's keys."""
        return self.source.wrap(self.path if key is None else (*self.path, key), error)

    def _get(self, key: str, kind: type, example: str, default: Any) -> Any:
        if key not in self.values:
            if default is ...:
                raise self.error(None, f"{key!r} is missing here.", f"add {key} = {example}")
            return default
        value = self.values[key]
        is_number = kind is float and isinstance(value, int) and not isinstance(value, bool)
        if not (isinstance(value, kind) or is_number) or (kind is int and isinstance(value, bool)):
            message = f"{key} is {_kind(value)} where {_KINDS[kind]} is due."
            raise self.error(key, message, f"for example {key} = {example}")
        return value

    def text(self, key: str, example: str, default: Any = ...) -> Any:
        """A text; `default` when the key is absent (required when none is given)."""
        return self._get(key, str, f'"{example}"', default)

    def choice(self, key: str, known: Collection[str], default: Any = ...) -> Any:
        """One of several words."""
        word = self.text(key, next(iter(known)), default)
        if word is not default and word not in known:
            raise self.error(
                key,
                f"{key} = {word!r} is not known.",
                f"{closest(word, list(known))}it is one of {listed(known)}",
            )
        return word

    def whole(
        self,
        key: str,
        example: int,
        default: Any = ...,
        at_least: int = 0,
        at_most: int = 2**63 - 1,
    ) -> Any:
        """A whole number between two others."""
        value = self._get(key, int, str(example), default)
        if key in self.values and not at_least <= value <= at_most:
            mend = f"it is a whole number from {at_least} to {at_most}"
            raise self.error(key, f"{key} is {str(value)[:40]}.", mend)
        return value

    def number(self, key: str, example: float, default: Any = ...) -> Any:
        """A finite plain number."""
        value = self._get(key, float, f"{example:g}", default)
        if key in self.values and not np.isfinite(value):
            raise self.error(key, f"{key} is {value}.", "give a finite number")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        return bool(self._get(key, bool, str(default).lower(), default))

    def list(self, key: str, example: str, default: Any = ...) -> Any:
        """A list."""
        return self._get(key, list, example, default)

    def words(self, key: str, example: str, default: Any = ...) -> Any:
        """A list of texts; one text alone is a list of one."""
        if key not in self.values:
            if default is ...:
                raise self.error(None, f"{key!r} is missing here.", f'add {key} = "{example}"')
            return default
        value = self.values[key]
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.error(
                key, f"{key} is not a list of texts.", f'for example {key} = ["{example}"]'
            )
        return value

    def sub(self, key: str, keys: Collection[str] | None = None) -> Table:
        """A table inside this one; empty when absent."""
        return Table(self.values.get(key, {}), self.source, (*self.path, key), keys)

    def quantity(self, key: str, dimension: Dimension, example: str, default: Any = ...) -> Any:
        """A quantity of a dimension, given as text such as ``"10 nS"``.

        Raises:
            ExperimentError: for a bare number, a unit that does not exist or measures something
            else.
        """
        if key not in self.values:
            return self._get(key, str, f'"{example}"', default)
        quantity = self.read_value(self.values[key], key, dimension)
        if np.ndim(quantity):
            message = f"{key} is a list where one value is due."
            raise self.error(key, message, f'for example {key} = "{example}"')
        found = quantity.dimension if isinstance(quantity, Quantity) else None
        if found != dimension and not (found is None and dimension.is_none):
            given = describe(found) if found is not None else f"a bare number ({quantity:g})"
            raise self.error(
                key,
                f"{key} is {given} where {describe(dimension)} is due.",
                f'for example "{example}"',
            )
        return quantity

    def any_quantity(self, key: str) -> Any:
        """A value with whatever unit it has: text, a number, or a list of them."""
        return self.read_value(self.values[key], key)

    def read_value(self, value: Any, key: str, due: Dimension | None = None) -> Any:
        """A quantity, a plain number, or an array of either, from what the file gives.

        Raises:
            ExperimentError: when it is none of these.
        """
        try:
            if isinstance(value, list):
                return _array(value, key, due)
            if isinstance(value, str):
                value = parse_quantity(value)
            number, _ = measure(value, key, due)
        except RheobaseError as error:
            raise self.wrap(key, error) from None
        if isinstance(value, bool) or not np.all(np.isfinite(number)):
            raise self.error(
                key, f"{key} is {value}.", 'give a finite number with its unit: "10 nS"'
            )
        return value if isinstance(value, Quantity) else float(number)

    def file(self, key: str, example: str) -> Path:
        """A file, relative to the experiment file."""
        path: Path = self.source.path.parent / self.text(key, example)
        try:
            there = path.is_file()
        except (OSError, ValueError):
            there = False  # a name that no file system takes
        if not there:
            raise self.error(
                key,
                f"There is no file {str(path)[-200:]!r}.",
                "the path is relative to the experiment file",
            )
        return path


def listed(names: Collection[str]) -> str:
    """Names in a row, or in several where they are too many for one."""
    row = ", ".join(names)
    return row if len(row) <= _ROW else "\n" + textwrap.fill(row, _ROW)


def _array(values: list[Any], key: str, due: Dimension | None) -> Any:
    number, dimension = measure(values, key, due)
    if np.size(number) == 0 or not np.all(np.isfinite(number)):
        raise UnitError(f"{key} is an empty list, or not finite.", mend="give one value a neuron")
    if dimension is None:
        return number
    unit = preferred_unit(dimension)
    return Quantity(unit.from_internal(np.asarray(number)), unit)


def _kind(value: Any) -> str:
    for kind, name in _KINDS.items():
        if type(value) is kind:
            return f"{name} ({value!r})" if kind not in (list, dict) else name
    return f"a {type(value).__name__}"
