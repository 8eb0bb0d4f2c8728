"""Amplitudes: a quantity or a plain number, or one a neuron."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.units.door import as_quantity, measure
from rheobase.units.quantity import Quantity


def as_amplitude(value: Any, what: str = "the amplitude") -> Any:
    """An amplitude as a quantity, a float, or an array: text is read and lists become arrays.

    Raises:
        UnitError: for anything that is not numeric.
        ParameterError: for one that is empty, not finite, or has more than one axis.
    """
    number, dimension = measure(value, what)
    if isinstance(value, Quantity):
        return checked(value, what)
    return checked(number if dimension is None else as_quantity(number, dimension), what)


def checked(amplitude: Any, what: str = "the amplitude") -> Any:
    """The amplitude itself.

    Raises:
        ParameterError: for one that is empty, not finite, or has more than one axis.
    """
    plain = np.asarray(amplitude)
    if plain.ndim > 1:
        raise ParameterError(
            f"{what.capitalize()} has shape {plain.shape}.",
            mend="give one value, or one a neuron; rb.sampled takes (time, neuron)",
        )
    if plain.size == 0:
        raise ParameterError(
            f"{what.capitalize()} is empty.", mend="give one value, or one a neuron"
        )
    if not np.all(np.isfinite(plain)):
        raise ParameterError(
            f"{what.capitalize()} is not finite: {amplitude!r}.", mend="give a finite value"
        )
    return amplitude if plain.ndim or isinstance(amplitude, Quantity) else float(plain)


def described(amplitude: Any) -> Any:
    """An amplitude as JSON can hold it, with its unit."""
    if isinstance(amplitude, Quantity):
        return {"value": np.asarray(amplitude).tolist(), "unit": amplitude.unit.name}
    return np.asarray(amplitude, dtype=float).tolist()
