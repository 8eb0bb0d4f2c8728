"""Quantities: numbers and arrays that know what they measure."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Real
from typing import Any, NoReturn

import numpy as np

from rheobase.errors import FrozenError, UnitError
from rheobase.units.dimension import Dimension
from rheobase.units.unit import Unit, shifted, short

__all__ = ["Quantity", "Unit", "plain_numbers", "short"]

_set = object.__setattr__


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
        self.__delattr__(name)

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenError(
            f"A quantity cannot be changed: {name!r} is fixed.", mend="make another quantity"
        )

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
        return shifted(value, self.unit.ten - unit.ten)

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
