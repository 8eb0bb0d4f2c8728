"""Values as JSON can hold them: numbers, arrays, units, quantities and stimuli, exact to the bit.

A number stays a number and a text a text. What JSON has no form for is a dictionary whose entry
``"is"`` says what it is: ``{"is": "quantity", "value": 0.1, "unit": "ms"}``.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeAlias

import numpy as np

from rheobase.errors import ParameterError, UnitError
from rheobase.units.dimension import Dimension
from rheobase.units.door import measure
from rheobase.units.quantity import Quantity, Unit, plain_numbers
from rheobase.units.table import find_unit, preferred_unit
from rheobase.units.text import parse_unit

# Makes a stimulus of what its `describe()` gave.
Restore: TypeAlias = Callable[[Any], Any]

_DEEPEST = 20
_LARGEST_POWER = 40
_LONGEST = 60
_CLOSE = 1e-5
_INFINITE = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def refuse(what: str, given: Any) -> NoReturn:
    """Raise the error for a part of a description that cannot be read."""
    raise ParameterError(
        f"This does not describe {what}: {shown(given)}.",
        mend="use what to_dict() or describe() gave, unchanged",
    )


def shown(given: Any) -> str:
    """What was given, as an error shows it, however long or deep it is."""
    text = reprlib.repr(given).encode("ascii", "backslashreplace").decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def write_unit(unit: Unit) -> Any:
    """A unit by its name; one whose name is its author's own, by its size too."""
    meant = _named(unit.name)
    if meant == unit and meant is not None:
        return meant.name
    return {
        "name": unit.name,
        "dimension": list(unit.dimension),
        "ten": unit.ten,
        "factor": float(unit.factor),
    }


def read_unit(written: Any) -> Unit:
    """The unit that `write_unit` wrote.

    Raises:
        ParameterError: for anything else.
        UnitError: for the name of no unit, or one that means something else.
    """
    if isinstance(written, str):
        return parse_unit(written)
    if not isinstance(written, dict) or set(written) != {"name", "dimension", "ten", "factor"}:
        refuse("a unit", written)
    name, ten, factor = written["name"], _finite(written["ten"]), _finite(written["factor"])
    if not isinstance(name, str):
        refuse("the name of a unit", name)
    unit = Unit(name, read_dimension(written["dimension"]), ten, factor)
    meant = _named(name)
    if meant is not None and not _alike(meant, unit):  # the name is shown to a reader
        raise UnitError(f"The unit {name!r} is not what its size says.", mend="rename it")
    return unit


def _alike(one: Unit, other: Unit) -> bool:
    """Whether two units are one, but for what six digits of a power in a name leave out."""
    powers = zip(one.dimension, other.dimension, strict=True)
    sizes = [math.log10(unit.factor) + unit.ten for unit in (one, other)]
    return all(abs(a - b) < _CLOSE for a, b in powers) and abs(sizes[0] - sizes[1]) < 10 * _CLOSE


def _named(name: str) -> Unit | None:
    try:
        return parse_unit(name)
    except UnitError:
        return None


def read_dimension(written: Any) -> Dimension:
    """A dimension from its six exponents.

    Raises:
        ParameterError: for anything else.
    """
    if not isinstance(written, list) or len(written) != len(Dimension()):
        refuse("a dimension", written)
    powers = [_finite(power) for power in written]
    if max(map(abs, powers)) > _LARGEST_POWER:
        refuse("a dimension", written)
    return Dimension(*(int(power) if power == int(power) else power for power in powers))


def _finite(written: Any) -> float:
    is_number = isinstance(written, (int, float)) and not isinstance(written, bool)
    if not is_number or not math.isfinite(written):
        refuse("a number", written)
    return float(written)


def write_measured(value: Any, dimension: Dimension) -> Any:
    """Internal floats with a unit in which they are the same numbers."""
    numbers = np.asarray(value, dtype=float).tolist()
    if dimension.is_none:
        return numbers
    unit = _internal_unit(dimension)
    if unit is None:
        return {"value": numbers, "dimension": list(dimension)}
    return {"value": numbers, "unit": unit.name}


def read_measured(written: Any, what: str) -> tuple[Any, Dimension]:
    """Internal floats and dimension of what `write_measured` wrote, or of another unit.

    Raises:
        ParameterError: for anything else.
        UnitError: for the name of no unit.
    """
    if not isinstance(written, dict):
        return _numbers(written, what), Dimension()
    if set(written) == {"value", "unit"}:
        unit = read_unit(written["unit"])
        return unit.into_internal(_numbers(written["value"], what)), unit.dimension
    if set(written) == {"value", "dimension"}:
        return _numbers(written["value"], what), read_dimension(written["dimension"])
    refuse(what, written)


def internal_quantity(value: Any, dimension: Dimension) -> Quantity:
    """Internal floats as a quantity."""
    return Quantity(value, Unit("", dimension, dimension.internal_ten))


def _numbers(written: Any, what: str) -> Any:
    """A float, or an array of them, whose finiteness and shape the model looks at."""
    if isinstance(written, (str, bool)) or written is None:
        refuse(what, written)
    try:
        numbers = plain_numbers(written)
    except UnitError:
        refuse(what, written)
    return numbers if numbers.ndim else float(numbers)


def _internal_unit(dimension: Dimension) -> Unit | None:
    """A unit of the internal system that has a name: pF, nS, pA/um**2; None where none has."""
    found = preferred_unit(dimension)
    if found.into_internal(1.0) != 1.0:
        found = _spelled(dimension)
    read = _named(found.name)
    same = read is not None and read.dimension == dimension and read.into_internal(1.0) == 1.0
    return read if same else None


def _spelled(dimension: Dimension) -> Unit:
    """The internal unit in pA, mV, ms, um, fmol and K."""
    voltage = dimension.mass
    powers = {
        "pA": dimension.current + voltage,
        "mV": voltage,
        "ms": dimension.time + 3 * voltage,
        "um": dimension.length - 2 * voltage,
        "amol": dimension.amount,
        "K": dimension.temperature,
    }
    unit = Unit("", Dimension())
    for name, power in powers.items():
        base = find_unit(name)
        if power and base is not None:
            unit = unit * base**power
    return unit


def write_value(value: Any, depth: int = 0) -> Any:
    """Anything that may drive an input, or be a time: see the head of this file.

    Raises:
        ParameterError: for what is nested too deeply, or a name that is not text.
        UnitError: for what is neither a number nor a stimulus.
    """
    if depth > _DEEPEST:
        refuse("a value: it is nested too deeply", value)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return number if math.isfinite(number) else {"is": "number", "value": repr(number)}
    if isinstance(value, Unit):
        return {"is": "unit", "unit": write_unit(value)}
    if isinstance(value, Quantity):
        numbers = write_value(np.asarray(value.magnitude).tolist(), depth + 1)
        return {"is": "quantity", "value": numbers, "unit": write_unit(value.unit)}
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "biuf":
            refuse("an array of numbers", value)
        return {"is": "array", "value": write_value(value.tolist(), depth + 1)}
    if isinstance(value, (list, tuple)):
        return [write_value(part, depth + 1) for part in value]
    if isinstance(value, Mapping):
        return _write_mapping(value, depth)
    if callable(getattr(value, "describe", None)):
        return {"is": "stimulus", "value": write_value(value.describe(), depth + 1)}
    number, dimension = measure(value, "the value")  # a quantity of the package pint
    if dimension is None:
        return write_value(np.asarray(number), depth + 1)
    return write_value(internal_quantity(number, dimension), depth + 1)


def _write_mapping(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    for key in value:
        if not isinstance(key, str):
            refuse("a name", key)
    entries = {key: write_value(part, depth + 1) for key, part in value.items()}
    return {"is": "mapping", "value": entries} if "is" in entries else entries


def read_value(written: Any, stimulus: Restore | None = None, depth: int = 0) -> Any:
    """What `write_value` wrote.

    Args:
        written: the description.
        stimulus: makes a stimulus of its description.
        depth: how deep in another description it stands.

    Raises:
        ParameterError: for anything else, or a stimulus that nothing is given to restore.
    """
    if depth > _DEEPEST:
        refuse("a value: it is nested too deeply", written)
    if isinstance(written, list):
        return [read_value(part, stimulus, depth + 1) for part in written]
    if not isinstance(written, dict):
        if written is not None and not isinstance(written, (str, bool, int, float)):
            refuse("a value", written)
        return written
    kind = written.get("is")
    if kind is None:
        return {key: read_value(part, stimulus, depth + 1) for key, part in written.items()}
    wanted = {"unit": {"is", "unit"}, "quantity": {"is", "value", "unit"}}
    if not isinstance(kind, str) or set(written) != wanted.get(kind, {"is", "value"}):
        refuse("a value", written)
    if kind == "unit":
        return read_unit(written["unit"])
    return _read_tagged(kind, written, stimulus, depth + 1)


def _read_tagged(kind: str, written: dict[str, Any], stimulus: Restore | None, depth: int) -> Any:
    value = written["value"]
    if kind == "number" and isinstance(value, str) and value in _INFINITE:
        return _INFINITE[value]
    if kind == "mapping" and isinstance(value, dict):
        return {key: read_value(part, stimulus, depth) for key, part in value.items()}
    if kind in ("array", "quantity"):
        numbers = _numbers(read_value(value, stimulus, depth), "a value")
        return (
            np.asarray(numbers)
            if kind == "array"
            else Quantity(numbers, read_unit(written["unit"]))
        )
    if kind == "stimulus":
        if stimulus is None:
            raise ParameterError(
                "The description holds a stimulus.", mend="say what restores it: stimulus=..."
            )
        return stimulus(read_value(value, stimulus, depth))
    refuse("a value", written)
