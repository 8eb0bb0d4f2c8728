"""A random value: what its parts are, and how it follows from random numbers. It draws nothing.

What runs a network hands in the random numbers, which it takes from counters, so that a drawn value
depends on the seed and on its place alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from rheobase.errors import ParameterError
from rheobase.records import Record
from rheobase.units.described import described

Array: TypeAlias = npt.NDArray[np.float64]
Convert: TypeAlias = Callable[[Any], Any]

# How often a truncated distribution draws again before it gives up.
_TRIES = 1000


class Draws(Protocol):
    """Random numbers for the values to be drawn, one a value; every attempt has fresh ones."""

    def uniform(self, attempt: int) -> Array:
        """Numbers in (0, 1), independent of those of every other attempt."""

    def normal(self, attempt: int) -> Array:
        """Standard normal numbers, independent of those of every other attempt."""


class Distribution(Record, ABC):
    """A random value. The parts of a user's distribution are quantities or plain numbers.

    `internal` gives the same distribution of plain floats; only that one can be sampled.
    """

    kind = ""

    def internal(self, convert: Convert) -> Distribution:
        """The distribution with its parts converted.

        Args:
            convert: from a value, as a caller gives it, to internal floats.

        Raises:
            UnitError: where `convert` does.
        """
        return type(self)(*[_converted(part, convert) for part in self._parts()])

    def sample(self, draws: Draws) -> Array:
        """Values of an internal distribution, one for each random number."""
        return self.at(draws, 0)

    @abstractmethod
    def at(self, draws: Draws, attempt: int) -> Array:
        """Values made of the numbers of one attempt."""

    @property
    def bounds(self) -> tuple[Any, Any]:
        """The least and the largest value there can be; infinite where there is none."""
        return -np.inf, np.inf

    def describe(self) -> dict[str, Any]:
        """What it is, as JSON can hold it."""
        parts = zip(self._counted, self._parts(), strict=True)
        return {"kind": self.kind, **{name: _described(part) for name, part in parts}}

    def _parts(self) -> list[Any]:
        return [self.__dict__[name] for name in self._counted]

    def __str__(self) -> str:
        named = zip(self._counted, self._parts(), strict=True)
        is_bounded = isinstance(self, Bounded)
        shown = [
            f"{name}={_text(part)}" if is_bounded and name in ("low", "high") else _text(part)
            for name, part in named
            if part is not None
        ]
        return f"{self.kind}({', '.join(shown)})"


class Uniform(Distribution):
    """Every value from `low` to `high` alike."""

    low: Any
    high: Any

    kind = "uniform"

    def at(self, draws: Draws, attempt: int) -> Array:
        """`low + (high - low) u`."""
        values: Array = self.low + (self.high - self.low) * draws.uniform(attempt)
        return np.clip(values, self.low, self.high)  # rounding may step over a bound

    @property
    def bounds(self) -> tuple[Any, Any]:
        """`low` and `high`."""
        return self.low, self.high


class Normal(Distribution):
    """The normal distribution of a mean and a standard deviation."""

    mean: Any
    std: Any

    kind = "normal"

    def at(self, draws: Draws, attempt: int) -> Array:
        """`mean + std z`."""
        values: Array = self.mean + self.std * draws.normal(attempt)
        return values


class Lognormal(Distribution):
    """The lognormal distribution whose values have this mean and this standard deviation."""

    mean: Any
    std: Any

    kind = "lognormal"

    def at(self, draws: Draws, attempt: int) -> Array:
        """`exp(mu + sigma z)`: sigma^2 = log(1 + std^2/mean^2), mu = log(mean) - sigma^2/2."""
        variance = np.log1p((self.std / self.mean) ** 2)
        centre = np.log(self.mean) - 0.5 * variance
        values: Array = np.exp(centre + np.sqrt(variance) * draws.normal(attempt))
        return values

    @property
    def bounds(self) -> tuple[Any, Any]:
        """From zero on."""
        return self.mean * 0.0, np.inf


class Bounded(Distribution):
    """A distribution whose values are kept within two bounds; None is no bound."""

    distribution: Distribution
    low: Any
    high: Any

    @property
    def ends(self) -> tuple[Any, Any]:
        """The two bounds, infinite where there is none."""
        low = -np.inf if self.low is None else self.low
        return low, np.inf if self.high is None else self.high


class Clipped(Bounded):
    """A distribution whose values outside two bounds are set to the nearer one."""

    kind = "clipped"

    def at(self, draws: Draws, attempt: int) -> Array:
        """`min(max(x, low), high)`."""
        return np.clip(self.distribution.at(draws, attempt), *self.ends)

    @property
    def bounds(self) -> tuple[Any, Any]:
        """Those of the distribution, each put where its values are, even where all of them are."""
        low, high = self.ends
        least, most = self.distribution.bounds
        return min(max(least, low), high), max(min(most, high), low)


class Truncated(Bounded):
    """A distribution whose values outside two bounds are drawn again."""

    kind = "truncated"

    def at(self, draws: Draws, attempt: int) -> Array:
        """The first value of each sequence of draws that lies inside.

        Raises:
            ParameterError: when values still lie outside after a thousand draws.
        """
        low, high = self.ends
        values = np.array(self.distribution.at(draws, attempt * _TRIES))
        for turn in range(1, _TRIES):
            outside = ~((values >= low) & (values <= high))
            if not outside.any():
                return values
            values[outside] = self.distribution.at(draws, attempt * _TRIES + turn)[outside]
        raise ParameterError(
            f"truncated() has next to no values: {_TRIES} draws left some outside its bounds.",
            mend="widen the bounds, or use rb.clipped",
        )

    @property
    def bounds(self) -> tuple[Any, Any]:
        """The narrower of its own and those of the distribution."""
        low, high = self.ends
        least, most = self.distribution.bounds
        return max(least, low), min(most, high)


def _converted(part: Any, convert: Convert) -> Any:
    if part is None or isinstance(part, Distribution):
        return part if part is None else part.internal(convert)
    return float(convert(part))


def _described(part: Any) -> Any:
    if isinstance(part, Distribution):
        return part.describe()
    return None if part is None else described(part)


def _text(part: Any) -> str:
    return f"{part:g}" if isinstance(part, (int, float)) else str(part)
