"""The door: quantities become plain floats on the way in, and quantities again on the way out."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import UnitError, missing_extra
from rheobase.units.dimension import NONE, Dimension
from rheobase.units.quantity import Quantity, Unit
from rheobase.units.table import describe, preferred_unit
from rheobase.units.text import parse_quantity

# pint's names of the base dimensions, in the order of `Dimension`.
_PINT_NAMES = ("[length]", "[mass]", "[time]", "[current]", "[temperature]", "[substance]")


def as_quantity(value: Any, dimension: Dimension, unit: Unit | None = None) -> Any:
    """Internal floats as a quantity in its usual unit; a dimensionless one stays plain numbers."""
    if dimension.is_none and unit is None:
        return value
    unit = unit or preferred_unit(dimension)
    return Quantity(unit.from_internal(np.asarray(value, dtype=float)), unit)


def internal(value: Any, dimension: Dimension, what: str) -> Any:
    """A quantity of the given dimension as internal floats (a float, or a float array).

    Args:
        value: a `Quantity`, a pint quantity, or text such as ``"10 nS"``; a plain number or array where
            the dimension is that of a plain number.
        dimension: what is due.
        what: what is being given, for the error: ``"parameter g_L"``.

    Raises:
        UnitError: for a bare number where a quantity is due, and for a quantity of another dimension.
    """
    number, found = measure(value, what)
    # Zero is zero in every unit, but a bare zero still hides which one the author had in mind.
    if found is None:
        if not dimension.is_none:
            unit = preferred_unit(dimension).name
            raise UnitError(
                f"{what} is a bare number ({_short(value)}) where {describe(dimension)} is due.",
                mend=f"give it a unit: {_short(value)} * {unit}",
            )
        return number
    if found != dimension:
        raise UnitError(
            f"{what} is {describe(found)} ({_short(value)}) where {describe(dimension)} is due.",
            mend=f"give it in {preferred_unit(dimension).name or 'plain numbers'}",
        )
    return number


def measure(value: Any, what: str) -> tuple[Any, Dimension | None]:
    """Internal floats and dimension of anything a caller may give; None marks a bare number.

    Raises:
        UnitError: when it is not numeric at all.
    """
    if isinstance(value, str):
        value = parse_quantity(value)
    if isinstance(value, Unit):
        value = Quantity(1.0, value)
    if isinstance(value, Quantity):
        return value.internal, value.dimension
    if hasattr(value, "to_base_units") and hasattr(value, "dimensionality"):
        return _from_pint(value)
    if isinstance(value, (list, tuple)) and any(isinstance(v, (Quantity, str)) for v in value):
        parts = [measure(v, what) for v in value]
        if len({found for _, found in parts}) != 1:
            raise UnitError(f"{what} mixes units in one list.", mend="use one unit throughout")
        return np.array([number for number, _ in parts], dtype=float), parts[0][1]
    try:
        number = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise UnitError(
            f"{what} is not a number or a quantity: {_short(value)}.", mend="for example 10 * mV"
        ) from None
    return (float(number) if number.ndim == 0 else number), None


def to_pint(quantity: Quantity) -> Any:
    """A quantity for the package pint, in pint's application registry.

    Raises:
        MissingExtraError: when pint is not installed.
    """
    try:
        import pint
    except ImportError:
        raise missing_extra("pint", "units", "Handing a quantity to pint") from None
    registry = pint.get_application_registry()
    bases = ("meter", "kilogram", "second", "ampere", "kelvin", "mole")
    si = registry.Quantity(quantity.unit.factor * 10.0**quantity.unit.ten * quantity.magnitude)
    for base, power in zip(bases, quantity.dimension, strict=True):
        if power:
            si = si * registry.Unit(base) ** power
    return si


def _from_pint(value: Any) -> tuple[Any, Dimension]:
    base = value.to_base_units()
    exponents = {str(k): float(v) for k, v in base.dimensionality.items()}
    dimension = Dimension(*(exponents.get(name, 0.0) for name in _PINT_NAMES))
    # pint's base units are SI's (kilogram, metre, second, ampere).
    return Unit("", dimension).into_internal(np.asarray(base.magnitude, dtype=float)[()]), dimension


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


__all__ = ["NONE", "as_quantity", "internal", "measure", "to_pint"]
