"""NumPy on quantities: which functions keep a unit, combine units, or need agreement."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import UnitError
from rheobase.units.dimension import NONE
from rheobase.units.quantity import Quantity, Unit

_PLAIN = Unit("", NONE)
_SAME_UNIT = {"add", "subtract", "maximum", "minimum", "fmax", "fmin", "hypot", "remainder", "fmod"}
_COMPARING = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"}
_KEEPING = {"negative", "positive", "absolute", "fabs", "rint", "floor", "ceil", "trunc"}
_ASKING = {"isfinite", "isnan", "isinf", "sign", "signbit"}
# Functions (not ufuncs) of the first argument whose result has the same unit.
_KEEPING_FUNCTIONS = {
    "mean", "median", "max", "min", "amax", "amin", "sum", "std", "diff", "cumsum", "sort", "ravel",
    "reshape", "transpose", "squeeze", "percentile", "quantile", "ptp", "nanmean", "nanmax", "nanmin",
    "nanstd", "nanmedian", "unique", "round", "copy", "atleast_1d", "atleast_2d", "average", "tile",
    "repeat", "flip", "roll", "take", "abs",
}  # fmt: skip
_JOINING = {"concatenate", "stack", "vstack", "hstack", "column_stack"}
_ASKING_FUNCTIONS = {"shape", "ndim", "size", "argmax", "argmin", "argsort", "count_nonzero"}


def _split(value: Any) -> tuple[Any, Unit]:
    if isinstance(value, Quantity):
        return value.magnitude, value.unit
    if isinstance(value, Unit):
        return 1.0, value
    return value, _PLAIN


def _agree(values: tuple[Any, ...], what: str) -> tuple[list[Any], Unit]:
    """Magnitudes in the unit of the first quantity. A bare zero agrees with every unit."""
    unit = next(v.unit for v in values if isinstance(v, Quantity))
    magnitudes = []
    for value in values:
        if isinstance(value, Quantity):
            magnitudes.append(value.value_in(unit))
        elif unit.dimension.is_none:
            magnitudes.append(Quantity(value, _PLAIN).value_in(unit))
        elif np.all(np.asarray(value) == 0):
            magnitudes.append(value)
        else:
            raise UnitError(
                f"{what} of a quantity in {unit.name} and a bare number.",
                mend=f"give the number a unit, or divide the quantity by {unit.name}",
            )
    return magnitudes, unit


def _tidy(magnitude: Any, unit: Unit) -> Any:
    if unit.dimension.is_none:
        return unit.into_internal(magnitude)
    return Quantity(magnitude, unit)


def apply_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Carry out a NumPy ufunc on quantities.

    Raises:
        UnitError: when the dimensions do not agree or the function needs plain numbers.
    """
    name = ufunc.__name__
    if method == "reduce" and name in _SAME_UNIT:
        return Quantity(ufunc.reduce(inputs[0].magnitude, **kwargs), inputs[0].unit)
    if method == "__call__" and not kwargs.get("out"):
        if name in _SAME_UNIT or name in _COMPARING:
            try:
                magnitudes, unit = _agree(inputs, name)
            except UnitError:
                if name in {"equal", "not_equal"}:
                    return np.full(np.broadcast_shapes(*map(np.shape, inputs)), name != "equal")[()]
                raise
            result = ufunc(*magnitudes, **kwargs)
            return result if name in _COMPARING else Quantity(result, unit)
        if name in {"multiply", "divide", "true_divide"}:
            (a, a_unit), (b, b_unit) = map(_split, inputs)
            unit = a_unit * b_unit if name == "multiply" else a_unit / b_unit
            return _tidy(ufunc(a, b, **kwargs), unit)
        if name in {"power", "float_power"} and not isinstance(inputs[1], Quantity):
            power = float(inputs[1])
            return _tidy(ufunc(inputs[0].magnitude, power), inputs[0].unit ** power)
        if name in {"sqrt", "square", "reciprocal", "cbrt"}:
            power = {"sqrt": 0.5, "square": 2.0, "reciprocal": -1.0, "cbrt": 1 / 3}[name]
            return _tidy(ufunc(inputs[0].magnitude), inputs[0].unit ** power)
        if name in _KEEPING:
            return Quantity(ufunc(inputs[0].magnitude), inputs[0].unit)
        if name in _ASKING:
            return ufunc(inputs[0].magnitude)
        if all(_split(v)[1].dimension.is_none for v in inputs):
            return ufunc(*(v.internal if isinstance(v, Quantity) else v for v in inputs), **kwargs)
    raise UnitError(
        f"np.{name} does not take quantities.", mend="divide by a unit first: np.exp(v / mV)"
    )


def apply_function(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Carry out a NumPy function on quantities.

    Raises:
        UnitError: when the function is not one that has a meaning for units.
    """
    name = function.__name__
    if name in _KEEPING_FUNCTIONS:
        first = args[0]
        return Quantity(function(first.magnitude, *args[1:], **kwargs), first.unit)
    if name in _ASKING_FUNCTIONS:
        return function(args[0].magnitude, *args[1:], **kwargs)
    if name in _JOINING:
        magnitudes, unit = _agree(tuple(args[0]), name)
        return Quantity(function(magnitudes, *args[1:], **kwargs), unit)
    if name in {"allclose", "isclose", "array_equal"}:
        magnitudes, _ = _agree(args[:2], name)
        return function(*magnitudes, *args[2:], **kwargs)
    if name == "interp":
        (x, xp), _ = (
            _agree((args[0], args[1]), name) if isinstance(args[1], Quantity) else (args[:2], 0)
        )
        values, unit = _split(args[2])
        return _tidy(function(x, xp, values, **kwargs), unit)
    if name == "var":
        return _tidy(function(args[0].magnitude, *args[1:], **kwargs), args[0].unit ** 2)
    if name == "linspace":
        magnitudes, unit = _agree(args[:2], name)
        return Quantity(function(*magnitudes, *args[2:], **kwargs), unit)
    raise UnitError(
        f"np.{name} has no rule for quantities.",
        mend="use plain numbers: np.asarray(q) gives them in the quantity's unit",
    )
