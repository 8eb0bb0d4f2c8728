"""What kind of thing a number measures: exponents of the base quantities."""

from __future__ import annotations

from typing import NamedTuple

# Powers of ten of the internal base units relative to SI: um, 1e-12 kg, ms, pA, K, amol.
INTERNAL_TENS = (-6, -12, -3, -12, 0, -18)


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
        return Dimension(*(round(a + b, 9) for a, b in zip(self, other, strict=True)))

    def over(self, other: Dimension) -> Dimension:
        """The dimension of a quotient."""
        return self.times(other.to_the(-1))

    def to_the(self, power: float) -> Dimension:
        """The dimension of a power."""
        return Dimension(*(round(a * power, 9) + 0.0 for a in self))

    @property
    def is_none(self) -> bool:
        """Whether this is the dimension of a plain number."""
        return not any(self)

    @property
    def internal_ten(self) -> float:
        """The power of ten, relative to SI, of the internal unit of this dimension."""
        return sum(ten * power for ten, power in zip(INTERNAL_TENS, self, strict=True))


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
