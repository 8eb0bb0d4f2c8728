"""Values as a caller gives them, to JSON and back: units and bits are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.units.dimension import NONE
from rheobase.units.door import as_quantity, measure
from rheobase.units.quantity import Quantity, Unit, short
from rheobase.units.text import parse_unit


def described(value: Any) -> Any:
    """A quantity, number, array or text as JSON can hold it.

    Raises:
        UnitError: for anything that is none of these.
    """
    if isinstance(value, Unit):
        value = Quantity(1.0, value)
    if isinstance(value, str):
        return value
    if not isinstance(value, Quantity):
        number, dimension = measure(value, "the value")
        if dimension is None:
            return np.asarray(number, dtype=float).tolist()
        value = as_quantity(number, dimension)
        if not isinstance(value, Quantity):
            return np.asarray(value, dtype=float).tolist()
    return {"value": np.asarray(value.magnitude).tolist(), "unit": value.unit.name}


def from_described(description: Any) -> Any:
    """The value that `described` gave.

    Raises:
        ParameterError: for something else.
        UnitError: for a unit that does not exist.
    """
    if isinstance(description, Mapping):
        if set(description) != {"value", "unit"}:
            raise ParameterError(
                f"A value is described by {short(dict(description))}.",
                mend="write {'value': 10, 'unit': 'mV'}",
            )
        name = description["unit"]
        unit = parse_unit(name) if name else Unit("", NONE)
        return Quantity(_number(description["value"]), unit)
    return description if isinstance(description, str) else _number(description)


def _number(value: Any) -> Any:
    number, _ = measure(value, "a described value")
    return number
