"""Distributions of values: of weights, delays, parameters and first values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rheobase.errors import ParameterError, UnitError, closest
from rheobase.model.distribution import (
    Bounded,
    Clipped,
    Distribution,
    Draws,
    Lognormal,
    Normal,
    Truncated,
    Uniform,
)
from rheobase.units.described import from_described
from rheobase.units.door import measure
from rheobase.units.quantity import short
from rheobase.units.table import describe

__all__ = [
    "Clipped",
    "Distribution",
    "Draws",
    "Lognormal",
    "Normal",
    "Truncated",
    "Uniform",
    "clipped",
    "distribution_from",
    "lognormal",
    "normal",
    "truncated",
    "uniform",
]


def uniform(low: Any, high: Any) -> Distribution:
    """Every value from `low` to `high` alike.

    Args:
        low: the least value, a quantity or a plain number.
        high: the largest, in the same unit.

    Raises:
        UnitError: when they measure different things.
        ParameterError: when `high` is below `low`.
    """
    lowest, highest = _numbers("uniform", low=low, high=high)
    if highest < lowest:
        raise ParameterError(
            f"uniform({short(low)}, {short(high)}) ends below its beginning.",
            mend="put the lower value first",
        )
    return Uniform(low, high)


def normal(mean: Any, std: Any) -> Distribution:
    """The normal distribution.

    Args:
        mean: its mean, a quantity or a plain number.
        std: its standard deviation, in the same unit.

    Raises:
        UnitError: when they measure different things.
        ParameterError: for a negative deviation.
    """
    _check_deviation("normal", _numbers("normal", mean=mean, std=std)[1])
    return Normal(mean, std)


def lognormal(mean: Any, std: Any) -> Distribution:
    """The lognormal distribution; all values are positive.

    With sigma^2 = log(1 + std^2 / mean^2) and mu = log(mean) - sigma^2 / 2, the logarithm of a
    value is normal with mean mu and standard deviation sigma.

    Args:
        mean: the mean of the values themselves, not of their logarithms.
        std: the standard deviation of the values themselves.

    Raises:
        UnitError: when they measure different things.
        ParameterError: for a mean that is not positive, or a negative deviation.
    """
    centre, deviation = _numbers("lognormal", mean=mean, std=std)
    if centre <= 0:
        raise ParameterError(
            f"The mean of a lognormal distribution is {short(mean)}.",
            mend="its values are positive: give a positive mean, that of the values themselves",
        )
    _check_deviation("lognormal", deviation)
    return Lognormal(mean, std)


def clipped(distribution: Any, low: Any = None, high: Any = None) -> Distribution:
    """A distribution whose values outside two bounds are set to the nearer one.

    Args:
        distribution: what is drawn from.
        low: the least value; None for no such bound.
        high: the largest; None for no such bound.

    Raises:
        UnitError: when the bounds measure something else.
        ParameterError: when there is no bound, or `high` is below `low`.
    """
    _check_bounds("clipped", distribution, low, high)
    return Clipped(distribution, low, high)


def truncated(distribution: Any, low: Any = None, high: Any = None) -> Distribution:
    """A distribution whose values outside two bounds are drawn again.

    Args:
        distribution: what is drawn from.
        low: the least value; None for no such bound.
        high: the largest; None for no such bound.

    Raises:
        UnitError: when the bounds measure something else.
        ParameterError: when there is no bound, `high` is below `low`, or nothing lies between.
    """
    _check_bounds("truncated", distribution, low, high)
    made = Truncated(distribution, low, high)
    least, most = made.internal(lambda value: measure(value, "a bound")[0]).bounds
    if least > most:
        raise ParameterError(
            f"No value of {distribution} lies inside the bounds of truncated().",
            mend="choose bounds that its values reach",
        )
    return made


_KINDS = {kind.kind: kind for kind in (Uniform, Normal, Lognormal, Clipped, Truncated)}
_MAKERS: dict[str, Callable[..., Distribution]] = {
    made.__name__: made for made in (uniform, normal, lognormal, clipped, truncated)
}


def distribution_from(description: Mapping[str, Any]) -> Distribution:
    """A distribution from what `describe` gave.

    Raises:
        ParameterError: for a kind that does not exist, or parts that do not fit it.
    """
    given = dict(description)
    kind = str(given.pop("kind", None))
    if kind not in _KINDS:
        raise ParameterError(
            f"There is no distribution {kind!r}.",
            mend=f"{closest(kind, list(_KINDS))}there are {', '.join(_KINDS)}",
        )
    if set(given) != set(_KINDS[kind]._counted):
        raise ParameterError(
            f"A distribution {kind!r} is described by {', '.join(given) or 'nothing'}.",
            mend=f"it has {', '.join(_KINDS[kind]._counted)}",
        )
    inner = [distribution_from(given.pop("distribution"))] if "distribution" in given else []
    return _MAKERS[kind](*inner, **_ends(given))


def _numbers(what: str, **parts: Any) -> list[float]:
    """The parts of a distribution as internal floats, all of one dimension."""
    found = {name: measure(value, f"{name} of {what}()") for name, value in parts.items()}
    for name, (number, _) in found.items():
        if np.ndim(number) or not np.isfinite(number):
            raise ParameterError(
                f"{name} of {what}() is {short(parts[name])}.", mend="give one finite value"
            )
    first, *others = found
    for name in others:
        a, b = found[first][1], found[name][1]
        if a != b:
            raise UnitError(
                f"{first} of {what}() is {_named(a)} and {name} is {_named(b)}.",
                mend="give both in one unit",
            )
    return [float(number) for number, _ in found.values()]


def _named(dimension: Any) -> str:
    return "a bare number" if dimension is None else describe(dimension)


def _check_deviation(what: str, deviation: float) -> None:
    if deviation < 0:
        raise ParameterError(
            f"The standard deviation of {what}() is negative.", mend="a deviation is 0 or more"
        )


def _check_bounds(what: str, distribution: Any, low: Any, high: Any) -> None:
    if not isinstance(distribution, Distribution):
        raise ParameterError(
            f"{what}() takes a distribution first, not {short(distribution)}.",
            mend=f"for example rb.{what}(rb.normal(1 * nS, 0.2 * nS), low=0 * nS)",
        )
    given = {name: v for name, v in (("low", low), ("high", high)) if v is not None}
    if not given:
        raise ParameterError(f"{what}() has no bound.", mend="give low=, high= or both")
    if len(_numbers(what, **given)) == 2 and measure(high, "high")[0] < measure(low, "low")[0]:
        raise ParameterError(
            f"The bounds of {what}() are {short(low)} and {short(high)}.",
            mend="put the lower value first",
        )
    inner: Any = distribution
    while isinstance(inner, Bounded):
        inner = inner.distribution
    _numbers(what, distribution=inner._parts()[0], **given)


def _ends(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if end is None else from_described(end) for name, end in given.items()}
