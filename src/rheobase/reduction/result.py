"""What a reduction returns: the lower model, how far it errs, and the picture of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.units.quantity import Quantity

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Report(dict[str, Any]):
    """Figures by what they are; printed, one a line."""

    def __str__(self) -> str:
        width = max(map(len, self), default=0)
        return "\n".join(f"{name:<{width}}  {_shown(value)}" for name, value in self.items())


@dataclass(frozen=True)
class Reduction:
    """A model of a lower level, measured beside the one it stands for.

    Attributes:
        model: the lower model: a `Model`; a `Network` or a `MeanField` where a network was reduced.
        source: the model, or network, that it stands for.
        report: the error of the step, from runs of both side by side, and how it was measured.
    """

    model: Any
    source: Any
    report: Report
    _draw: Callable[[], Figure]

    def plot(self) -> Figure:
        """Both models side by side.

        Raises:
            MissingExtraError: when matplotlib is not installed.
        """
        return self._draw()

    def __str__(self) -> str:
        return f"{_title(self.source)} as {_title(self.model)}\n{self.report}"


def _title(level: Any) -> str:
    """What a model or a network is called."""
    return str(getattr(level, "title", "") or getattr(level, "name", "") or "the network")


def _shown(value: Any) -> str:
    unit = f" {value.unit}" if isinstance(value, Quantity) else ""
    number = value.magnitude if isinstance(value, Quantity) else value
    if isinstance(number, str):
        return number
    return ", ".join(f"{v:.4g}" for v in np.ravel(number)) + unit
