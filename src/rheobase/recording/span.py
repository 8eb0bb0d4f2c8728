"""When something was recorded: its beginning and how long it was."""

from __future__ import annotations

from typing import Any

from rheobase.units.dimension import TIME
from rheobase.units.door import as_quantity
from rheobase.units.quantity import Quantity


class Span:
    """What was recorded from a time on, for a while."""

    # In milliseconds.
    _start: float
    _duration: float

    @property
    def start(self) -> Quantity:
        """When it began."""
        return time_quantity(self._start)

    @property
    def duration(self) -> Quantity:
        """How long it was."""
        return time_quantity(self._duration)

    @property
    def _stop(self) -> float:
        return self._start + self._duration


def time_quantity(value: Any) -> Quantity:
    """Milliseconds as a quantity."""
    quantity: Quantity = as_quantity(value, TIME)
    return quantity


__all__ = ["Span", "time_quantity"]
