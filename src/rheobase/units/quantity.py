"""Units and quantities: numbers and arrays that know what they measure."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from rheobase.errors import UnitError
from rheobase.units.dimension import Dimension


class Unit:
    """A unit of measurement: a name, a dimension, and a size ``factor * 10**ten`` in SI.

    Units multiply, divide and take numeric powers; a number or array times a unit is a `Quantity`.
    """

    __slots__ = ("dimension", "factor", "name", "ten")
    __array_ufunc__ = None  # array * unit comes here, not to NumPy

    def __init__(self, name: str, dimension: Dimension, ten: float = 0, factor: float = 1.0):
        self.name, self.dimension, self.ten, self.factor = name, dimension, ten, factor

    @property
    def _internal_ten(self) -> float:
        return self.ten - self.dimension.internal_ten

    def into_internal(self, value: Any) -> Any:
        """A number in this unit as a number in rheobase's internal system."""
        return _shift(value * self.factor if self.factor != 1.0 else value, self._internal_ten)

    def from_internal(self, value: Any) -> Any:
        """A number in rheobase's internal system as a number in this unit."""
        value = _shift(value, -self._internal_ten)
        return value / self.factor if self.factor != 1.0 else value

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Unit):
            name = _join(self.name, "*", other.name)
            tens, factor = self.ten + other.ten, self.factor * other.factor
            return Unit(name, self.dimension.times(other.dimension), tens, factor)
        return Quantity(1.0, self) * other if isinstance(other, Quantity) else Quantity(other, self)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Unit):
            name = _join(self.name, "/", other.name)
            tens, factor = self.ten - other.ten, self.factor / other.factor
            return Unit(name, self.dimension.over(other.dimension), tens, factor)
        return Quantity(1.0, self) / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / Quantity(1.0, self)

    def __pow__(self, power: float) -> Unit:
        base = f"({self.name})" if re.search(r"[*/]", self.name) else self.name
        exponent = f"{power:g}"
        name = f"{base}**{exponent}" if power >= 0 else f"{base}**({exponent})"
        dimension = self.dimension.to_the(power)
        return Unit(name, dimension, self.ten * power, self.factor**power)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Unit):
            return NotImplemented
        same = (self.ten, self.factor) == (other.ten, other.factor)
        return self.dimension == other.dimension and same

    def __hash__(self) -> int:
        return hash((self.dimension, self.ten, self.factor))

    def __repr__(self) -> str:
        return self.name or "1"


def _join(left: str, sign: str, right: str) -> str:
    if not left:
        return right if sign == "*" else f"1/{right}"
    right = f"({right})" if sign == "/" and re.search(r"[*/](?!\*)(?<!\*\*)", right) else right
    return f"{left}{sign}{right}" if right else left


def _shift(value: Any, ten: float) -> Any:
    """`value * 10**ten`, dividing where that is the rounding a reader expects (0.3 / 100)."""
    if ten == 0:
        return value
    if ten != int(ten):
        return value * 10.0**ten
    return value * float(10 ** int(ten)) if ten > 0 else value / float(10 ** int(-ten))


class Quantity(np.lib.mixins.NDArrayOperatorsMixin):
    """A number or a NumPy array with a unit.

    Arithmetic, comparisons and the common NumPy functions check dimensions. `q.to(mV)` changes the
    unit, `q / mV` or `q.value_in(mV)` gives plain numbers, and `np.asarray(q)` gives the plain numbers
    in the quantity's own unit (which is what a plotting library asks for).

    Raises:
        UnitError: when dimensions do not agree.
    """

    __slots__ = ("_magnitude", "unit")

    def __init__(self, magnitude: Any, unit: Unit):
        if isinstance(magnitude, Quantity):
            raise UnitError("A quantity already has a unit.", mend="use q.to(unit) to convert it")
        self._magnitude = np.asarray(magnitude, dtype=float)[()]
        self.unit = unit

    @property
    def magnitude(self) -> Any:
        """The plain number or array, in this quantity's own unit."""
        return self._magnitude

    @property
    def dimension(self) -> Dimension:
        """The dimension of the unit."""
        return self.unit.dimension

    @property
    def internal(self) -> Any:
        """The plain number or array in rheobase's internal system."""
        return self.unit.into_internal(self._magnitude)

    def value_in(self, unit: Unit | str) -> Any:
        """Plain numbers in another unit of the same dimension."""
        if isinstance(unit, str):
            from rheobase.units.text import parse_unit

            unit = parse_unit(unit)
        if unit.dimension != self.dimension:
            raise UnitError(
                f"A quantity in {self.unit.name} cannot be expressed in {unit.name}: "
                "they measure different things.",
                mend="ask for a unit of the same dimension",
            )
        if unit == self.unit:
            return self._magnitude
        ratio = self.unit.factor / unit.factor
        value = self._magnitude * ratio if ratio != 1.0 else self._magnitude
        return _shift(value, self.unit.ten - unit.ten)

    def to(self, unit: Unit | str) -> Quantity:
        """The same quantity in another unit."""
        value = self.value_in(unit)
        if isinstance(unit, str):
            from rheobase.units.text import parse_unit

            unit = parse_unit(unit)
        return Quantity(value, unit)

    def to_pint(self) -> Any:
        """The same quantity for the package pint."""
        from rheobase.units.door import to_pint

        return to_pint(self)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array; () for one number."""
        return np.shape(self._magnitude)

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return int(np.size(self._magnitude))

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return int(np.ndim(self._magnitude))

    @property
    def T(self) -> Quantity:
        """The transpose."""
        return Quantity(self._magnitude.T, self.unit)

    def __len__(self) -> int:
        return len(self._magnitude)

    def __iter__(self) -> Any:
        return (Quantity(m, self.unit) for m in self._magnitude)

    def __getitem__(self, key: Any) -> Quantity:
        return Quantity(self._magnitude[key], self.unit)

    def __float__(self) -> float:
        raise UnitError(
            f"{self!r} is not a plain number.", mend=f"divide by a unit: q / {self.unit.name}"
        )

    def __bool__(self) -> bool:
        return bool(np.all(self._magnitude))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = np.asarray(self._magnitude, dtype=dtype)
        return array.copy() if copy else array

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        from rheobase.units.arithmetic import apply_ufunc

        return apply_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        from rheobase.units.arithmetic import apply_function

        return apply_function(function, args, kwargs)

    def _reduced(self, name: str, *args: Any, **kwargs: Any) -> Quantity:
        return Quantity(getattr(np.asarray(self._magnitude), name)(*args, **kwargs), self.unit)

    def mean(self, *args: Any, **kwargs: Any) -> Quantity:
        """The mean, as NumPy's."""
        return self._reduced("mean", *args, **kwargs)

    def max(self, *args: Any, **kwargs: Any) -> Quantity:
        """The maximum, as NumPy's."""
        return self._reduced("max", *args, **kwargs)

    def min(self, *args: Any, **kwargs: Any) -> Quantity:
        """The minimum, as NumPy's."""
        return self._reduced("min", *args, **kwargs)

    def std(self, *args: Any, **kwargs: Any) -> Quantity:
        """The standard deviation, as NumPy's."""
        return self._reduced("std", *args, **kwargs)

    def sum(self, *args: Any, **kwargs: Any) -> Quantity:
        """The sum, as NumPy's."""
        return self._reduced("sum", *args, **kwargs)

    def __hash__(self) -> int:
        return hash((float(self.internal), self.dimension))

    def __format__(self, spec: str) -> str:
        return f"{format(self._magnitude, spec)} {self.unit.name}"

    def __repr__(self) -> str:
        return f"{self._magnitude!r} {self.unit.name}" if self.ndim else f"{self:g}"
