"""A model's update as its authors coded it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rheobase.records import Record


class Published(Record):
    """A model's update as its authors coded it, offered as ``method="published"``.

    Attributes:
        updates: assignments in the language, in order, over the states, inputs and ``dt``.
        dt: the authors' time step, in the model's time unit.
        label: how many steps after the end of a step its spikes are stamped (their clock, not
            ours).
        source: where the code is.
        drive: the current as their code applies it, by input; None where it is the model's own.
        duration: how long their run lasts, in the model's time unit; None where they do not say.
    """

    updates: str
    dt: float
    label: int = 0
    source: str = ""
    drive: Mapping[str, Any] | None = None
    duration: float | None = None
