"""What the rules of this folder share: bounds of the weight, pairings of spikes, checks."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError, closest
from rheobase.model.distribution import Distribution
from rheobase.units.door import measure
from rheobase.units.quantity import short

# In every rule the weight is taken relative to w_max, which may be negative.
_RELATIVE = "w / w_max"


def raised(amount: str, exponent: float, name: str) -> str:
    """The statement that adds to w a part of w_max, times (1 - w/w_max)**exponent; clipped."""
    factor = _factor(f"positive(1 - {_RELATIVE})", exponent, name)
    return f"w = w_max * clip({_RELATIVE} + {factor}{amount}, 0, 1)"


def lowered(amount: str, exponent: float, name: str) -> str:
    """The statement that takes from w a part of w_max, times (w/w_max)**exponent; clipped."""
    factor = _factor(f"positive({_RELATIVE})", exponent, name)
    return f"w = w_max * clip({_RELATIVE} - {factor}{amount}, 0, 1)"


def _factor(base: str, exponent: float, name: str) -> str:
    if exponent == 0:
        return ""
    return f"{base} * " if exponent == 1 else f"{base}**{name} * "


def trace(pairing: Any, *states: str) -> str:
    """What a spike does to its traces: all earlier spikes count, or the nearest alone.

    Raises:
        ParameterError: for another pairing.
    """
    return "; ".join(f"{state} {_chosen(pairing, _PAIRINGS, 'pairing')} 1" for state in states)


_PAIRINGS = {"all": "+=", "nearest": "="}


def exponents(bounds: Any, **given: Any) -> dict[str, float]:
    """The exponents of the dependence on the weight: 0 for hard bounds, 1 for soft ones.

    Raises:
        ParameterError: for other bounds, or an exponent below 0.
    """
    usual = _chosen(bounds, {"hard": 0.0, "soft": 1.0}, "bounds")
    return {
        name: usual if value is None else number(name, value, least=0.0)
        for name, value in given.items()
    }


def number(name: str, value: Any, least: float = -np.inf, most: float = np.inf) -> float:
    """One plain number of a range.

    Raises:
        ParameterError: for anything else.
    """
    if isinstance(value, str):
        raise ParameterError(f"{name} is the text {value!r}.", mend="give a number")
    found, dimension = measure(value, name)
    is_plain = dimension is None or dimension.is_none
    if np.ndim(found) or not is_plain or not least <= found <= most:
        ends = f"from {least:g} to {most:g}" if np.isfinite(most) else f"of {least:g} or more"
        raise ParameterError(f"{name} is {short(value)}.", mend=f"give a plain number {ends}")
    return float(found)


def check_each(name: str, value: Any, least: float, most: float) -> None:
    """A plain number of a range; or a distribution or list of such, one a synapse.

    Raises:
        ParameterError: for anything else.
    """
    if isinstance(value, Distribution):
        ends = value.internal(lambda part: number(name, part)).bounds
        if not least <= ends[0] <= ends[1] <= most:
            raise ParameterError(
                f"{name} is {value}, of which some values are not from {least:g} to {most:g}.",
                mend=f"rb.truncated(..., low={least:g}, high={most:g})",
            )
        return
    found, _ = measure(value, name)
    for one in found if np.ndim(found) == 1 else (value,):
        number(name, one, least, most)


def _chosen(given: Any, options: dict[str, Any], what: str) -> Any:
    if not isinstance(given, str) or given not in options:
        hint = closest(given, list(options)) if isinstance(given, str) else ""
        listed = " or ".join(map(repr, options))
        raise ParameterError(f"{what} is {short(given)}.", mend=f"{hint}it is {listed}")
    return options[given]
