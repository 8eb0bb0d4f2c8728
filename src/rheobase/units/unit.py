"""Units of measurement."""

from __future__ import annotations

import re
from numbers import Real
from typing import Any, NoReturn

import numpy as np

from rheobase.errors import FrozenError, UnitError
from rheobase.units.dimension import Dimension

_set = object.__setattr__
_LARGEST_TEN = 300  # a double goes to 1e308
_SIMPLE_NAME = re.compile(r"[A-Za-z]*")
# The factors of a unit's name with their powers: mV/ms is (("mV", 1), ("ms", -1)).
_Parts = tuple[tuple[str, float], ...]


class Unit:
    """A unit of measurement: a name, a dimension, and a size ``factor * 10**ten`` in SI.

    Units multiply, divide and take numeric powers; a number or array times a unit is a `Quantity`.
    They never change.

    Raises:
        UnitError: for a size that no double can hold.
    """

    __slots__ = ("_internal_ten", "_parts", "dimension", "factor", "name", "ten")
    __array_ufunc__ = None  # array * unit comes here, not to NumPy

    name: str
    dimension: Dimension
    ten: float
    factor: float
    _parts: _Parts
    _internal_ten: float

    def __init__(self, name: str, dimension: Dimension, ten: float = 0, factor: float = 1.0):
        whole = name if _SIMPLE_NAME.fullmatch(name) else f"({name})"
        self._fill(name, ((whole, 1),) if name else (), dimension, ten, factor)

    def _fill(
        self, name: str, parts: _Parts, dimension: Dimension, ten: float, factor: float
    ) -> None:
        ten = int(ten) if ten == int(ten) else round(ten, 9)
        internal_ten = ten - dimension.internal_ten
        if max(abs(ten), abs(internal_ten)) > _LARGEST_TEN or not 1e-300 < factor < 1e300:
            raise UnitError(
                f"The unit {name} is too large or too small for a double.",
                mend="use smaller powers",
            )
        for slot, value in zip(
            self.__slots__, (internal_ten, parts, dimension, factor, name, ten), strict=True
        ):
            _set(self, slot, value)

    @classmethod
    def _of(
        cls, parts: _Parts, dimension: Dimension, ten: float, factor: float, name: str = ""
    ) -> Unit:
        """The unit with these factors in its name, equal ones gathered."""
        powers: dict[str, float] = {}
        for part, power in parts:
            powers[part] = powers.get(part, 0) + power
        kept = tuple((part, power) for part, power in powers.items() if power)
        unit = cls.__new__(cls)
        unit._fill(name or _spelled(kept), kept, dimension, ten, factor)
        return unit

    def __setattr__(self, name: str, value: object) -> NoReturn:
        self.__delattr__(name)

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenError(f"The unit {self.name} cannot be changed.", mend="make another unit")

    def into_internal(self, value: Any) -> Any:
        """A number in this unit as a number in rheobase's internal system."""
        return shifted(value * self.factor if self.factor != 1.0 else value, self._internal_ten)

    def from_internal(self, value: Any) -> Any:
        """A number in rheobase's internal system as a number in this unit."""
        value = shifted(value, -self._internal_ten)
        return value / self.factor if self.factor != 1.0 else value

    def _times(self, other: Unit, sign: int) -> Unit:
        return Unit._of(
            self._parts + tuple((part, sign * power) for part, power in other._parts),
            self.dimension.times(other.dimension)
            if sign > 0
            else self.dimension.over(other.dimension),
            self.ten + sign * other.ten,
            self.factor * other.factor if sign > 0 else self.factor / other.factor,
        )

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Unit):
            return self._times(other, 1)
        return _one(self) * other if hasattr(other, "unit") else _quantity(other, self)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return self._times(other, -1) if isinstance(other, Unit) else _one(self) / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / _one(self)

    def __pow__(self, power: float) -> Unit:
        if not isinstance(power, (Real, np.number)) or not abs(power) <= _LARGEST_TEN:
            raise UnitError(f"{short(power)} is no power of a unit.", mend="for example cm**2")
        power = int(power) if power == int(power) else float(power)
        parts = tuple((part, exponent * power) for part, exponent in self._parts)
        try:
            factor = self.factor**power
        except OverflowError:
            factor = np.inf
        # A lone negative power stays one, as its author wrote it: ms**(-1), where 1/ms is 1/ms.
        name = f"{parts[0][0]}**({parts[0][1]:g})" if len(parts) == 1 and parts[0][1] < 0 else ""
        return Unit._of(parts, self.dimension.to_the(power), self.ten * power, factor, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Unit):
            return NotImplemented
        same = (self.ten, self.factor) == (other.ten, other.factor)
        return self.dimension == other.dimension and same

    def __hash__(self) -> int:
        return hash((self.dimension, self.ten, self.factor))

    def __reduce__(self) -> tuple[object, ...]:
        return (_restored, (self._parts, self.dimension, self.ten, self.factor, self.name))

    def __repr__(self) -> str:
        return self.name or "1"


def _quantity(value: Any, unit: Unit) -> Any:
    from rheobase.units.quantity import Quantity  # which is made of a number and a unit

    return Quantity(value, unit)


def _one(unit: Unit) -> Any:
    return _quantity(1.0, unit)


def _restored(parts: _Parts, dimension: Dimension, ten: float, factor: float, name: str) -> Unit:
    return Unit._of(parts, dimension, ten, factor, name)


def _spelled(parts: _Parts) -> str:
    """A unit's name: ``uA/cm**2``, ``1/(mV*ms)``, as `parse_unit` reads it."""
    above = "*".join(_power(part, power) for part, power in parts if power > 0)
    under = [_power(part, -power) for part, power in parts if power < 0]
    if not under:
        return above
    below = under[0] if len(under) == 1 else f"({'*'.join(under)})"
    return f"{above or 1}/{below}"


def _power(part: str, power: float) -> str:
    return part if power == 1 else f"{part}**{power:g}"


def shifted(value: Any, ten: float) -> Any:
    """`value * 10**ten`, dividing where that is the rounding a reader expects (0.3 / 100)."""
    if ten == 0:
        return value
    with np.errstate(over="ignore"):
        if ten != int(ten):
            return value * 10.0**ten
        return value * float(10 ** int(ten)) if ten > 0 else value / float(10 ** int(-ten))


def short(value: Any) -> str:
    """A value as an error message shows it, a quantity without the rounding of its last digits."""
    from rheobase.units.quantity import Quantity

    text = ascii(value.item() if isinstance(value, np.generic) else value)
    if isinstance(value, Quantity) and not value.ndim:
        text = ascii(f"{value:.12g}")[1:-1]
    return text if len(text) <= 40 else f"{text[:37]}..."
