"""NumPy's other functions on quantities: the ones that have a meaning for units."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import UnitError
from rheobase.units.arithmetic import agree, split, tidy
from rheobase.units.quantity import Quantity

# Functions of the first argument whose result has the same unit.
_KEEPING = {
    "abs", "amax", "amin", "around", "atleast_1d", "atleast_2d", "average", "broadcast_to", "copy",
    "cumsum", "delete", "diag", "diagonal", "diff", "expand_dims", "flip", "fliplr", "flipud",
    "max", "mean", "median", "min", "moveaxis", "nancumsum", "nanmax", "nanmean", "nanmedian",
    "nanmin", "nanpercentile", "nanquantile", "nanstd", "nansum", "percentile", "ptp", "quantile",
    "ravel", "real", "repeat", "reshape", "roll", "rot90", "round", "sort", "squeeze", "std", "sum",
    "swapaxes", "take", "tile", "trace", "transpose", "trim_zeros", "unique", "zeros_like",
}  # fmt: skip
# Options of theirs that are values of the same kind.
_ALIKE_OPTIONS = {"append", "initial", "prepend"}
_JOINING = {"concatenate", "stack", "vstack", "hstack", "dstack", "column_stack", "block"}
_SPLITTING = {"split", "array_split", "hsplit", "vsplit"}
_ASKING = {
    "shape", "ndim", "size", "argmax", "argmin", "nanargmax", "nanargmin", "argsort", "nonzero",
    "count_nonzero", "flatnonzero", "any", "all", "ones_like",
}  # fmt: skip
_PRODUCTS = {"dot", "inner", "outer", "vdot", "convolve", "correlate", "cross", "kron"}
_SQUARES = {"var", "nanvar"}


def apply_function(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Carry out a NumPy function on quantities.

    Raises:
        UnitError: when the function is not one that has a meaning for units.
    """
    name = function.__name__
    special = _SPECIAL.get(name)
    if special is not None:
        return special(function, args, kwargs)
    if name in _JOINING:
        magnitudes, unit = agree(tuple(args[0]), name)
        return Quantity(function(magnitudes, *args[1:], **kwargs), unit)
    if name in _PRODUCTS:
        (a, a_unit), (b, b_unit) = split(args[0]), split(args[1])
        return tidy(function(a, b, *args[2:], **kwargs), a_unit * b_unit)
    if not args or not isinstance(args[0], Quantity):
        raise _refusal(name)
    first, rest = args[0], args[1:]
    kwargs = {
        key: agree((value,), name, first.unit)[0][0] if key in _ALIKE_OPTIONS else value
        for key, value in kwargs.items()
    }
    if any(isinstance(value, Quantity) for value in (*rest, *kwargs.values())):
        raise _refusal(name)
    if name in _KEEPING:
        return _with_unit(function(first.magnitude, *rest, **kwargs), first)
    if name in _SPLITTING:
        return [Quantity(part, first.unit) for part in function(first.magnitude, *rest, **kwargs)]
    if name in _ASKING:
        return function(first.magnitude, *rest, **kwargs)
    if name in _SQUARES:
        return tidy(function(first.magnitude, *rest, **kwargs), first.unit**2)
    raise _refusal(name)


def _refusal(name: str) -> UnitError:
    return UnitError(
        f"np.{name} has no rule for these quantities.",
        mend="use plain numbers: q / mV, or np.asarray(q) in the quantity's own unit",
    )


def _with_unit(result: Any, like: Quantity) -> Any:
    """The result with its unit; of several results (np.unique's counts) the first has it."""
    if isinstance(result, tuple):
        return (Quantity(result[0], like.unit), *result[1:])
    return Quantity(result, like.unit)


def _equal(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        magnitudes, _ = agree(args[:2], "array_equal")
    except UnitError:
        return False
    return function(*magnitudes, *args[2:], **kwargs)


def _close(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name = function.__name__
    magnitudes, unit = agree(args[:2], name)
    if isinstance(kwargs.get("atol"), Quantity):
        kwargs = kwargs | {"atol": kwargs["atol"].value_in(unit)}
    if any(isinstance(value, Quantity) for value in (*args[2:], *kwargs.values())):
        raise _refusal(name)
    return function(*magnitudes, *args[2:], **kwargs)


def _alike(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """All arguments in one unit, and the result too."""
    given = {key: value for key, value in kwargs.items() if value is not None}
    absent = dict.fromkeys(kwargs.keys() - given.keys())
    places = [place for place, value in enumerate(args) if value is not None]
    values = (*(args[place] for place in places), *given.values())
    magnitudes, unit = agree(values, function.__name__)
    new = list(args)
    for place, magnitude in zip(places, magnitudes, strict=False):
        new[place] = magnitude
    return Quantity(
        function(*new, **dict(zip(given, magnitudes[len(places) :], strict=True)), **absent), unit
    )


def _where(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if len(args) != 3:
        return function(*(split(a)[0] for a in args), **kwargs)
    if isinstance(args[0], Quantity):
        raise _refusal("where")
    magnitudes, unit = agree(args[1:], "where")
    return Quantity(function(args[0], *magnitudes, **kwargs), unit)


def _two_alike(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    magnitudes, unit = agree(args[:2], function.__name__)
    result = function(*magnitudes, *args[2:], **kwargs)
    if isinstance(result, tuple):  # retstep=True
        return tuple(Quantity(part, unit) for part in result)
    return Quantity(result, unit)


def _full_like(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    value, unit = split(args[1])
    return tidy(function(split(args[0])[0], value, *args[2:], **kwargs), unit)


def _searched(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    magnitudes, _ = agree(args[:2], function.__name__)
    return function(*magnitudes, *args[2:], **kwargs)


def _interp(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    (x, xp), _ = agree(args[:2], "interp") if any(map(_is_quantity, args[:2])) else (args[:2], None)
    values, unit = split(args[2])
    kwargs = {key: agree((value,), "interp", unit)[0][0] for key, value in kwargs.items()}
    return tidy(function(x, xp, values, **kwargs), unit)


def _integral(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """np.trapezoid(y, x) or np.trapezoid(y, dx=dx)."""
    y, unit = split(args[0])
    step: Any = args[1] if len(args) > 1 else kwargs.get("x")
    if step is not None:
        x, x_unit = split(step)
        return tidy(function(y, x, axis=kwargs.get("axis", -1)), unit * x_unit)
    dx, x_unit = split(kwargs.get("dx", 1.0))
    return tidy(function(y, dx=dx, axis=kwargs.get("axis", -1)), unit * x_unit)


def _gradient(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    y, unit = split(args[0])
    if len(args) > 2 or np.ndim(y) != 1:
        raise _refusal("gradient")
    x, x_unit = split(args[1]) if len(args) == 2 else (1.0, split(1.0)[1])
    return tidy(function(y, x, **kwargs), unit / x_unit)


def _histogram(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    first = args[0]
    bins: Any = args[1] if len(args) > 1 else kwargs.pop("bins", 10)
    if not isinstance(first, Quantity) or kwargs:
        raise _refusal("histogram")
    if isinstance(bins, Quantity):
        bins = bins.value_in(first.unit)
    elif np.ndim(bins):
        raise _refusal("histogram")
    counts, edges = function(first.magnitude, bins)
    return counts, Quantity(edges, first.unit)


def _is_quantity(value: Any) -> bool:
    return isinstance(value, Quantity)


_SPECIAL: dict[str, Any] = {
    "array_equal": _equal,
    "allclose": _close,
    "isclose": _close,
    "append": _two_alike,
    "clip": _alike,
    "where": _where,
    "linspace": _two_alike,
    "geomspace": _two_alike,
    "full_like": _full_like,
    "searchsorted": _searched,
    "digitize": _searched,
    "isin": _searched,
    "interp": _interp,
    "trapezoid": _integral,
    "trapz": _integral,
    "gradient": _gradient,
    "histogram": _histogram,
}
