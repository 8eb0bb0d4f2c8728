"""Units and quantities: numbers and arrays that know what they measure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from numbers import Real
from typing import Any, NoReturn

import numpy as np

from rheobase.errors import UnitError
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
        raise UnitError(f"The unit {self.name} cannot be changed.", mend="make another unit")

    __delattr__ = __setattr__  # type: ignore[assignment]

    def into_internal(self, value: Any) -> Any:
        """A number in this unit as a number in rheobase's internal system."""
        return _shift(value * self.factor if self.factor != 1.0 else value, self._internal_ten)

    def from_internal(self, value: Any) -> Any:
        """A number in rheobase's internal system as a number in this unit."""
        value = _shift(value, -self._internal_ten)
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
        return Quantity(1.0, self) * other if isinstance(other, Quantity) else Quantity(other, self)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return self._times(other, -1) if isinstance(other, Unit) else Quantity(1.0, self) / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / Quantity(1.0, self)

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


def _shift(value: Any, ten: float) -> Any:
    """`value * 10**ten`, dividing where that is the rounding a reader expects (0.3 / 100)."""
    if ten == 0:
        return value
    with np.errstate(over="ignore"):
        if ten != int(ten):
            return value * 10.0**ten
        return value * float(10 ** int(ten)) if ten > 0 else value / float(10 ** int(-ten))


def plain_numbers(value: Any) -> Any:
    """A number as a `float64`, a sequence or an array of numbers as an array of them.

    Raises:
        UnitError: for anything else: text, nothing, complex numbers, a list of quantities.
    """
    if isinstance(value, float):
        return np.float64(value)
    if _holds_unit(value):
        raise UnitError("A quantity already has a unit.", mend="use q.to(unit) to convert it")
    try:
        array = np.asarray(value)
        is_real = array.dtype.kind in "biuf" or (
            array.dtype.kind == "O" and array.size and all(isinstance(v, Real) for v in array.flat)
        )
        if is_real:
            return array.astype(float, copy=False)[()]
    except (OverflowError, TypeError, ValueError):
        pass
    raise UnitError(f"{short(value)} is not a number or an array of numbers.", mend="10 * mV")


def _holds_unit(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_holds_unit, value))
    return isinstance(value, (Quantity, Unit))


def short(value: Any) -> str:
    """A value as an error message shows it."""
    text = ascii(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


class Quantity(np.lib.mixins.NDArrayOperatorsMixin):
    """A number or a NumPy array with a unit.

    Arithmetic, comparisons and the common NumPy functions check dimensions. `q.to(mV)` changes the
    unit, `q / mV` or `q.value_in(mV)` gives plain numbers, and `np.asarray(q)` gives the plain
    numbers in the quantity's own unit (which is what a plotting library asks for).

    A quantity never changes: ``q += 1 * mV`` gives the name `q` to a new one.

    Raises:
        UnitError: when dimensions do not agree.
    """

    __slots__ = ("_magnitude", "unit")

    unit: Unit
    _magnitude: Any

    def __init__(self, magnitude: Any, unit: Unit):
        if not isinstance(unit, Unit):
            raise UnitError(f"A unit is due, not {short(unit)}.", mend="Quantity(10, mV)")
        _set(self, "_magnitude", plain_numbers(magnitude))
        _set(self, "unit", unit)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise UnitError(
            f"A quantity cannot be changed: {name!r} is fixed.", mend="make another quantity"
        )

    __delattr__ = __setattr__  # type: ignore[assignment]

    def __reduce__(self) -> tuple[object, ...]:
        return (Quantity, (self._magnitude, self.unit))

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
        unit = _as_unit(unit)
        if unit.dimension != self.dimension:
            raise UnitError(
                f"A quantity in {self.unit} cannot be expressed in {unit}: "
                "they measure different things.",
                mend="ask for a unit of the same dimension",
            )
        value, one, other = self._magnitude, self.unit.factor, unit.factor
        if one != other:
            value = value * (one / other) if one > other else value / (other / one)
        return _shift(value, self.unit.ten - unit.ten)

    def to(self, unit: Unit | str) -> Quantity:
        """The same quantity in another unit."""
        unit = _as_unit(unit)
        return Quantity(self.value_in(unit), unit)

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

    def __iter__(self) -> Iterator[Quantity]:
        return (Quantity(m, self.unit) for m in iter(self._magnitude))

    def __getitem__(self, key: Any) -> Quantity:
        return Quantity(self._magnitude[key], self.unit)

    def __float__(self) -> float:
        if self.dimension.is_none:
            return float(self.internal)
        raise UnitError(
            f"{self!r} is not a plain number.", mend=f"divide by a unit: q / {self.unit}"
        )

    def __bool__(self) -> bool:
        if self.size != 1:
            raise UnitError(
                f"A quantity of {self.size} numbers is neither true nor false.",
                mend="ask np.any(q.magnitude) or np.all(q.magnitude)",
            )
        return bool(self._magnitude)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = np.asarray(self._magnitude, dtype=dtype)
        return array.copy() if copy else array

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        from rheobase.units.arithmetic import apply_ufunc

        return apply_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        from rheobase.units.functions import apply_function

        return apply_function(function, args, kwargs)

    # A quantity is a value: `q += x` makes a new one, and no other name for the old one notices.
    __iadd__ = np.lib.mixins.NDArrayOperatorsMixin.__add__
    __isub__ = np.lib.mixins.NDArrayOperatorsMixin.__sub__
    __imul__ = np.lib.mixins.NDArrayOperatorsMixin.__mul__
    __itruediv__ = np.lib.mixins.NDArrayOperatorsMixin.__truediv__
    __ipow__ = np.lib.mixins.NDArrayOperatorsMixin.__pow__

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
        # Equal quantities have equal hashes. 70 mV equals 0.07 V to the rounding of one division,
        # so the number itself cannot be hashed; zero and plain numbers equal bare numbers.
        if self.ndim:
            raise TypeError("a quantity that is an array cannot be hashed")
        value = float(self.internal)
        return hash(value) if self.dimension.is_none or value == 0 else hash(self.dimension)

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(self)
        if self.ndim:
            numbers = np.array2string(
                self._magnitude, formatter={"float_kind": lambda x: format(x, spec)}
            )
        else:
            numbers = format(float(self._magnitude), spec)
        return f"{numbers} {self.unit.name}".rstrip()

    def __str__(self) -> str:
        text = str(self._magnitude) if self.ndim else _shortest(self._magnitude)
        return f"{text} {self.unit.name}".rstrip()

    def __repr__(self) -> str:
        text = repr(self._magnitude) if self.ndim else _shortest(self._magnitude)
        return f"{text} {self.unit.name}".rstrip()


def _shortest(number: Any) -> str:
    """The fewest digits that are read back as the same number."""
    return repr(float(number)).removesuffix(".0")


def _as_unit(unit: Unit | str) -> Unit:
    if isinstance(unit, Unit):
        return unit
    from rheobase.units.text import parse_unit

    return parse_unit(unit)
