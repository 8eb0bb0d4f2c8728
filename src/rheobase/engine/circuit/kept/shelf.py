"""Long lists of numbers out of a network's description into arrays, and back into it.

A description is JSON. Edge lists, samples and values of one a neuron may be millions of numbers,
which are smaller and faster as arrays; what is read again has the very same bits.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from rheobase.network.description import NetworkDescription
from rheobase.network.projection import Projection
from rheobase.network.rules import Edges
from rheobase.units.quantity import Quantity

# No name in the language has this sign, so no dictionary of a description can be taken for a mark.
_MARK = "@array"
# Shorter lists are easier to read where they are.
_LONG = 64


class Shelf:
    """Arrays that a description was relieved of.

    Attributes:
        arrays: by the key that stands in the description instead.
    """

    def __init__(self) -> None:
        self.arrays: dict[str, np.ndarray] = {}

    def describe(self, network: NetworkDescription) -> dict[str, Any]:
        """What `network.to_dict` gives, with its long lists on the shelf.

        Lists of edges and values of one a synapse are never made into lists of Python's numbers,
        which take eight times as much memory.
        """
        # Not the network that runs, which cannot be copied.
        bare = object.__new__(NetworkDescription)
        vars(bare).update(vars(network))
        bare.projections = {name: _bare(p) for name, p in network.projections.items()}
        description = bare.to_dict()
        entries = zip(description["projections"], network.projections.values(), strict=True)
        for entry, projection in entries:
            self._put_synapses(entry, projection)
        found: dict[str, Any] = self._shelved(description)
        return found

    def _put_synapses(self, entry: dict[str, Any], projection: Projection) -> None:
        rule = projection.rule
        if isinstance(rule, Edges):
            for name in ("pre", "post"):
                places = getattr(rule, name)
                kind = np.min_scalar_type(int(places.max(initial=0)))
                entry["rule"][name] = self._put(places.astype(kind), whole=True)
        for name in ("weight", "delay"):
            value = getattr(projection, name)
            if np.ndim(value):
                number = value.magnitude if isinstance(value, Quantity) else value
                key = self._put(np.asarray(number, dtype=np.float64), whole=True)
                unit = value.unit.name if isinstance(value, Quantity) else None
                entry[name] = key if unit is None else {"value": key, "unit": unit}

    def _put(self, array: np.ndarray, whole: bool = False) -> dict[str, Any]:
        """Put an array on the shelf; `whole` if it is to stay an array when it comes back."""
        key = f"description/{len(self.arrays)}"
        self.arrays[key] = np.ascontiguousarray(array)
        return {_MARK: key, "whole": whole}

    def _shelved(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._shelved(part) for key, part in value.items()}
        if isinstance(value, list):
            array = _numbers(value)
            return [self._shelved(part) for part in value] if array is None else self._put(array)
        return value


def taken_back(description: Any, array: Callable[[str], np.ndarray]) -> Any:
    """The description as it was before its lists went on the shelf.

    Args:
        description: what `Shelf.describe` gave.
        array: gives an array by its key.
    """
    if isinstance(description, dict):
        if isinstance(description.get(_MARK), str):
            found = array(description[_MARK])
            return found if description.get("whole") is True else found.tolist()
        return {key: taken_back(part, array) for key, part in description.items()}
    if isinstance(description, list):
        return [taken_back(part, array) for part in description]
    return description


def _bare(projection: Projection) -> Projection:
    """A copy without edges, and with a number where it has arrays."""
    rule, other = projection.rule, dict[str, Any]()
    if isinstance(rule, Edges):
        nobody = np.empty(0, np.int64)
        other["rule"] = Edges(rule.autapses, rule.multapses, nobody, nobody)
    other |= {name: 0.0 for name in ("weight", "delay") if np.ndim(getattr(projection, name))}
    bare = copy.copy(projection)
    # It only lends its place in a description: a projection in use is never changed.
    vars(bare).update(other)
    return bare


def _numbers(listed: list[Any]) -> np.ndarray | None:
    """A long list of integers or floats, or of lists of as many each, as an array."""
    rows = listed if listed and all(type(row) is list for row in listed) else [listed]
    width = len(rows[0])
    if len(rows) * width < _LONG or any(len(row) != width for row in rows):
        return None
    kinds = {type(number) for row in rows for number in row}
    if kinds not in ({int}, {float}):
        return None
    try:
        return np.array(listed, dtype=np.int64 if kinds == {int} else np.float64)
    except OverflowError:
        return None
