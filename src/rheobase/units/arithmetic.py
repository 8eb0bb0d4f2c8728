"""NumPy's universal functions on quantities: which keep a unit, combine units, need agreement."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import UnitError
from rheobase.units.dimension import NONE
from rheobase.units.quantity import Quantity, Unit, short

PLAIN_UNIT = Unit("", NONE)
_SAME_UNIT = {"add", "subtract", "maximum", "minimum", "fmax", "fmin", "hypot", "remainder", "fmod"}
_COMPARING = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"}
_KEEPING = {"negative", "positive", "absolute", "fabs", "rint", "floor", "ceil", "trunc"}
_ASKING = {"isfinite", "isnan", "isinf", "sign", "signbit"}
_POWERS = {"sqrt": 0.5, "square": 2, "reciprocal": -1, "cbrt": 1 / 3}
_PRODUCTS = {"multiply", "matmul", "divide", "true_divide"}
_RAISING = {"power", "float_power"}


def split(value: Any) -> tuple[Any, Unit]:
    """The plain numbers and the unit of a quantity, a unit or plain numbers."""
    if isinstance(value, Quantity):
        return value.magnitude, value.unit
    if isinstance(value, Unit):
        return 1.0, value
    return value, PLAIN_UNIT


def agree(values: tuple[Any, ...], what: str, unit: Unit | None = None) -> tuple[list[Any], Unit]:
    """Magnitudes in one unit, by default the first quantity's. A bare zero agrees with every unit.

    Raises:
        UnitError: when the dimensions differ, or a number is bare.
    """
    unit = unit or next(v.unit for v in values if isinstance(v, Quantity))
    magnitudes = []
    for value in values:
        if isinstance(value, Quantity):
            magnitudes.append(value.value_in(unit))
        elif isinstance(value, Unit):
            magnitudes.append(Quantity(1.0, value).value_in(unit))
        elif unit.dimension.is_none:
            magnitudes.append(Quantity(value, PLAIN_UNIT).value_in(unit))
        elif _is_zero(value):
            magnitudes.append(value)
        else:
            raise UnitError(
                f"{what} of a quantity in {unit} and a bare number ({short(value)}).",
                mend=f"give the number a unit, or divide the quantity by {unit}",
            )
    return magnitudes, unit


def _is_zero(value: Any) -> bool:
    array = np.asarray(value)
    return array.dtype.kind in "biuf" and not np.any(array)


def tidy(magnitude: Any, unit: Unit) -> Any:
    """A quantity; plain numbers when the unit has no dimension."""
    if unit.dimension.is_none:
        return unit.into_internal(magnitude)
    return Quantity(magnitude, unit)


def apply_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Carry out a NumPy ufunc on quantities.

    Raises:
        UnitError: when the dimensions do not agree or the function needs plain numbers.
    """
    name = ufunc.__name__
    if kwargs.get("out"):
        raise UnitError(
            f"np.{name} cannot write a quantity in place.", mend="use the result: q = q + x"
        )
    if any(isinstance(value, Quantity) for value in kwargs.values()):
        raise UnitError(f"np.{name} takes no quantity as an option.", mend="use the result")
    if method == "__call__":
        return _call(ufunc, name, inputs, kwargs)
    is_gathering = method in ("reduce", "accumulate", "reduceat") and len(inputs) >= 1
    if is_gathering and name in _SAME_UNIT and isinstance(inputs[0], Quantity):
        gather = getattr(ufunc, method)
        return Quantity(gather(inputs[0].magnitude, *inputs[1:], **kwargs), inputs[0].unit)
    if method == "outer" and (name in _SAME_UNIT or name in _COMPARING):
        magnitudes, unit = agree(inputs, name)
        result = ufunc.outer(*magnitudes, **kwargs)
        return result if name in _COMPARING else Quantity(result, unit)
    if method == "outer" and name in _PRODUCTS:
        return _product(ufunc.outer, name, inputs, kwargs)
    raise UnitError(f"np.{name}.{method} does not take quantities.", mend="divide by a unit first")


def _call(ufunc: Any, name: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if name in _COMPARING:
        return _compared(ufunc, name, inputs, kwargs)
    if name in _SAME_UNIT:
        magnitudes, unit = agree(inputs, name)
        return Quantity(ufunc(*magnitudes, **kwargs), unit)
    if name in _PRODUCTS:
        return _product(ufunc, name, inputs, kwargs)
    if name == "floor_divide":
        return ufunc(*agree(inputs, name)[0], **kwargs)
    first, unit = split(inputs[0])
    if name in _RAISING and not unit.dimension.is_none:
        return _raised(ufunc, inputs, kwargs)
    if name in _POWERS:
        return tidy(ufunc(first, **kwargs), unit ** _POWERS[name])
    if name in _KEEPING:
        return Quantity(ufunc(first, **kwargs), unit)
    if name in _ASKING:
        return ufunc(first, **kwargs)
    if all(split(v)[1].dimension.is_none for v in inputs):
        return ufunc(*(v.internal if isinstance(v, Quantity) else v for v in inputs), **kwargs)
    raise UnitError(
        f"np.{name} does not take quantities.", mend="divide by a unit first: np.exp(v / mV)"
    )


def _product(operation: Any, name: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    (a, a_unit), (b, b_unit) = map(split, inputs)
    unit = a_unit * b_unit if name in ("multiply", "matmul") else a_unit / b_unit
    return tidy(operation(a, b, **kwargs), unit)


def _raised(ufunc: Any, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    base, exponent = inputs
    power = exponent.internal if isinstance(exponent, Quantity) else exponent
    is_plain = not isinstance(exponent, Quantity) or exponent.dimension.is_none
    if not is_plain or np.ndim(power) or not isinstance(power, (int, float, np.number)):
        raise UnitError(
            f"A quantity in {base.unit} is raised to {short(exponent)}.",
            mend="raise it to one plain number, or divide it by a unit first",
        )
    return tidy(ufunc(base.magnitude, power, **kwargs), base.unit**power)


def _compared(ufunc: Any, name: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    # In the largest unit every conversion divides, so 70 mV == 0.07 V from either side.
    units = [v.unit for v in inputs if isinstance(v, Quantity)]
    largest = max(units, key=lambda unit: unit.ten + float(np.log10(unit.factor)))
    try:
        magnitudes, _ = agree(inputs, name, largest)
    except UnitError:
        if name in {"equal", "not_equal"}:
            shapes = [np.shape(v.magnitude if isinstance(v, Quantity) else v) for v in inputs]
            return np.full(np.broadcast_shapes(*shapes), name != "equal")[()]
        raise
    return ufunc(*magnitudes, **kwargs)
