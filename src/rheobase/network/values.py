"""Values as a caller gives them, tidied, and as a reader sees them."""

from __future__ import annotations

from typing import Any

from rheobase.units.described import described, from_described
from rheobase.units.quantity import Quantity, Unit

__all__ = ["described", "from_described", "shown_internal", "tidy"]


def tidy(value: Any) -> Any:
    """A value as a quantity, a number, an array or text, whichever way it was written.

    Distributions and None stay as they are.
    """
    is_plain = isinstance(value, (list, tuple, Unit)) or hasattr(value, "to_base_units")
    return from_described(described(value)) if is_plain else value


def shown_internal(model: Any, name: str, value: float) -> str:
    """An internal value of one of a model's names as a reader sees it."""
    shown = model.from_internal(value, name)
    number, unit = (
        (shown.magnitude, f" {shown.unit}") if isinstance(shown, Quantity) else (shown, "")
    )
    return f"{float(number):g}{unit}"
