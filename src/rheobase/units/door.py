"""The door: quantities become plain floats on the way in, and quantities again on the way out."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import UnitError, missing_extra
from rheobase.units.dimension import NONE, Dimension
from rheobase.units.quantity import Quantity, Unit, plain_numbers, short
from rheobase.units.table import describe, preferred_unit
from rheobase.units.text import parse_quantity

# pint's names of the base dimensions, in the order of `Dimension`.
_PINT_BASES = ("meter", "kilogram", "second", "ampere", "kelvin", "mole")
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
        value: a `Quantity`, a pint quantity, or text such as ``"10 nS"``; a plain number or array
            where the dimension is that of a plain number.
        dimension: what is due.
        what: what is being given, for the error: ``"parameter g_L"``.

    Raises:
        UnitError: for a bare number where a quantity is due, and for another dimension.
    """
    number, found = measure(value, what, dimension)
    # Zero is zero in every unit, but a bare zero still hides which one the author had in mind.
    if found is None:
        if not dimension.is_none:
            unit = preferred_unit(dimension).name
            raise UnitError(
                f"{what} is a bare number ({short(value)}) where {describe(dimension)} is due.",
                mend=f"give it a unit: {short(value)} * {unit}",
            )
        return number
    if found != dimension:
        raise UnitError(
            f"{what} is {describe(found)} ({short(value)}) where {describe(dimension)} is due.",
            mend=f"give it in {preferred_unit(dimension).name or 'plain numbers'}",
        )
    return number


def measure(value: Any, what: str, due: Dimension | None = None) -> tuple[Any, Dimension | None]:
    """Internal floats and dimension of anything a caller may give; None marks a bare number.

    Args:
        value: what is given.
        what: what it is given for, for the error.
        due: the dimension that is due where it is known, which an example in the error has.

    Raises:
        UnitError: when it is not numeric at all, saying `what` it was given for.
    """
    if isinstance(value, str):
        value = _read(value, what)
    if isinstance(value, Unit):
        value = Quantity(1.0, value)
    if isinstance(value, Quantity):
        return value.internal, value.dimension
    if hasattr(value, "to_base_units") and hasattr(value, "dimensionality"):
        return _from_pint(value, what)
    if isinstance(value, (list, tuple)) and any(
        isinstance(v, (Quantity, Unit, str)) for v in value
    ):
        parts = [measure(v, what, due) for v in value]
        if len({found for _, found in parts}) != 1:
            raise UnitError(f"{what} mixes units in one list.", mend="use one unit throughout")
        return plain_numbers([number for number, _ in parts]), parts[0][1]
    try:
        number = plain_numbers(value)
    except UnitError:
        raise UnitError(
            f"{what} is not a number or a quantity: {short(value)}.", mend=_example(due)
        ) from None
    return (float(number) if number.ndim == 0 else number), None


def _example(due: Dimension | None) -> str:
    if due is None:
        return "give a number, with its unit where it has one: 10 * mV"
    unit = preferred_unit(due).name
    return f"for example 10 * {unit}" if unit else "give a plain number"


def _read(text: str, what: str) -> Quantity | float:
    try:
        return parse_quantity(text)
    except UnitError as error:
        raise UnitError(
            f"{what} cannot be read: {error.message}", where=error.where, mend=error.mend
        ) from None


def to_pint(quantity: Quantity) -> Any:
    """A quantity for the package pint, in pint's application registry.

    Raises:
        MissingExtraError: when pint is not installed.
    """
    try:
        import pint
    except ImportError:
        raise missing_extra("pint", "units", "Handing a quantity to pint") from None
    registry: Any = pint.get_application_registry()  # type: ignore[no-untyped-call]
    si = registry.Quantity(quantity.value_in(Unit("", quantity.dimension)))
    for base, power in zip(_PINT_BASES, quantity.dimension, strict=True):
        if power:
            si = si * registry.Unit(base) ** power
    return si


def _from_pint(value: Any, what: str) -> tuple[Any, Dimension]:
    exponents = {str(name): float(power) for name, power in value.dimensionality.items()}
    strange = sorted(exponents.keys() - set(_PINT_NAMES))
    if strange:
        raise UnitError(
            f"{what} is in {', '.join(strange)}, which no neuron has.", mend="give it in SI units"
        )
    powers = [exponents.get(name, 0.0) for name in _PINT_NAMES]
    # Whatever system the registry prefers, these are SI's base units.
    target = " * ".join(
        f"{base} ** {power!r}" for base, power in zip(_PINT_BASES, powers, strict=True) if power
    )
    try:
        number = value.to(target or "dimensionless").magnitude
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        raise UnitError(
            f"{what} cannot be taken from pint: {error}.", mend="give it in SI units"
        ) from error
    dimension = Dimension(*powers).to_the(1)
    return Unit("", dimension).into_internal(plain_numbers(number)), dimension


__all__ = ["NONE", "as_quantity", "internal", "measure", "to_pint"]
