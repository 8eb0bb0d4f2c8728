"""What kind of thing a number measures: exponents of the base quantities."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

# Powers of ten of the internal base units relative to SI: um, 1e-12 kg, ms, pA, K, amol.
INTERNAL_TENS = (-6, -12, -3, -12, 0, -18)
_LARGEST_DENOMINATOR = 60


class Dimension(NamedTuple):
    """Exponents of length, mass, time, current, temperature and amount."""

    length: float = 0
    mass: float = 0
    time: float = 0
    current: float = 0
    temperature: float = 0
    amount: float = 0

    def times(self, other: Dimension) -> Dimension:
        """The dimension of a product."""
        return _times(self, other, 1)

    def over(self, other: Dimension) -> Dimension:
        """The dimension of a quotient."""
        return _times(self, other, -1)

    def to_the(self, power: float) -> Dimension:
        """The dimension of a power."""
        return _times(Dimension(), self, power)

    @property
    def is_none(self) -> bool:
        """Whether this is the dimension of a plain number."""
        return not any(self)

    @property
    def internal_ten(self) -> float:
        """The power of ten, relative to SI, of the internal unit of this dimension."""
        return sum(ten * power for ten, power in zip(INTERNAL_TENS, self, strict=True))


# A model asks for the same few products hundreds of times.
@lru_cache(maxsize=4096)
def _times(left: Dimension, right: Dimension, power: float) -> Dimension:
    return Dimension(*(_exponent(a + b * power) for a, b in zip(left, right, strict=True)))


def _exponent(value: float) -> float:
    """An exponent as the simple fraction that it is: a third times three is one again."""
    if 2 * value == int(2 * value):  # whole, or the half that a square root leaves
        return int(value) if value == int(value) else float(value)
    from fractions import Fraction  # rarely needed, and it brings the decimals along

    return float(Fraction(value).limit_denominator(_LARGEST_DENOMINATOR))


NONE = Dimension()
LENGTH = Dimension(length=1)
TIME = Dimension(time=1)
RATE = Dimension(time=-1)
CURRENT = Dimension(current=1)
VOLTAGE = Dimension(length=2, mass=1, time=-3, current=-1)
CONDUCTANCE = CURRENT.over(VOLTAGE)
CAPACITANCE = CURRENT.times(TIME).over(VOLTAGE)
AREA = Dimension(length=2)
CONCENTRATION = Dimension(amount=1, length=-3)
