"""The `Pulse` of transmitter that a spike releases at a synapse, and what it does to receptors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rheobase.errors import ParameterError, class_only
from rheobase.model.written import refuse
from rheobase.records import Record

_FIELDS = ("duration", "bound", "on", "off", "rates")
# One row a state: its slope (1/ms) per unit of each state, and last, by itself.
Affine = tuple[tuple[float, ...], ...]


class Pulse(Record):
    """Transmitter is there for a time, and receptors of that synapse bind it while it is.

    The states x of the receptors at one synapse change at the slope ``on @ [x, 1]`` while there is
    transmitter, and ``off @ [x, 1]`` while there is none. A spike that finds transmitter makes it
    stay for one duration more, counted from itself.

    Attributes:
        duration: how long it stays after a spike (ms).
        bound: the states of the synapse's model that hold the sums of w x over the synapses at
            which there is transmitter, in the order of the rows.
        on: slopes with transmitter (1/ms), a row a state.
        off: slopes without it.
        rates: the parameters of the model that the slopes are made of.
    """

    duration: float
    bound: tuple[str, ...]
    on: Affine
    off: Affine
    rates: tuple[str, ...]

    def describe(self) -> dict[str, Any]:
        """The pulse as JSON can hold it."""
        return {
            "duration": self.duration,
            "bound": list(self.bound),
            "on": [list(row) for row in self.on],
            "off": [list(row) for row in self.off],
            "rates": list(self.rates),
        }

    @class_only("pulse = Pulse.from_description(description)")
    @classmethod
    def from_description(cls, given: Any) -> Pulse:
        """The pulse that `describe` described.

        Raises:
            ParameterError: for what is no such description.
        """
        if not isinstance(given, Mapping) or set(given) != set(_FIELDS):
            refuse("a pulse of transmitter", given)
        names = [given["bound"], given["rates"]]
        if not all(isinstance(n, list) and all(isinstance(m, str) for m in n) for n in names):
            refuse("a pulse of transmitter", given)
        count, duration = len(given["bound"]), given["duration"]
        if not (_is_number(duration) and duration > 0 and count):
            refuse("a pulse of transmitter", given)
        on, off = (_affine(given[side], count, given) for side in ("on", "off"))
        return cls(float(duration), tuple(given["bound"]), on, off, tuple(given["rates"]))

    def check(self, name: str, states: tuple[str, ...], state: str) -> None:
        """The states are those of a synapse's model.

        Raises:
            ParameterError: naming the synapse.
        """
        wrong = [bound for bound in self.bound if bound not in states or bound == state]
        if wrong:
            raise ParameterError(
                f"The pulse of the synapse {name!r} changes {wrong[0]!r}, which is no state of its "
                "own.",
                mend=f"its model has {', '.join(states)}; make one with rb.Kinetic",
            )


def _is_number(given: Any) -> bool:
    is_real = isinstance(given, (int, float)) and not isinstance(given, bool)
    return is_real and math.isfinite(given)


def _affine(rows: Any, count: int, given: Any) -> Affine:
    is_square = isinstance(rows, list) and len(rows) == count
    if not is_square or not all(isinstance(r, list) and len(r) == count + 1 for r in rows):
        refuse("a pulse of transmitter", given)
    if not all(_is_number(number) for row in rows for number in row):
        refuse("a pulse of transmitter", given)
    return tuple(tuple(float(number) for number in row) for row in rows)


__all__ = ["Pulse"]
