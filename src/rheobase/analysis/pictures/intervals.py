"""A histogram of intervals between spikes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.pictures.style import BLUE, INK, panel
from rheobase.analysis.spike_trains import cv
from rheobase.analysis.times import in_milliseconds, time_span
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def intervals(isi: Any, *, bin: Any = None, ax: Any = None) -> Figure:
    """How often an interval between spikes is how long.

    Args:
        isi: intervals, as `isi` returns them: a quantity, or plain numbers in ms.
        bin: the width of a bin, a time; None chooses one by the number and spread of the intervals.
        ax: axes to draw on; None makes a Figure.

    Returns:
        The Figure.

    Raises:
        ParameterError: when there is no interval.
        MissingExtraError: when matplotlib is not installed.
    """
    lengths = np.ravel(in_milliseconds(isi, "isi"))
    if not lengths.size:
        raise ParameterError("There is no interval to draw.", mend="a neuron has to fire twice")
    figure, ax = panel(ax, height=2.8)
    width = _width(lengths) if bin is None else time_span(bin, "bin")
    edges = np.arange(0, int(np.floor(lengths.max() / width)) + 2) * width
    edges = edges[max(0, int(lengths.min() // width) - 1) :]
    ax.hist(lengths, bins=edges, color=BLUE, alpha=0.35)
    ax.hist(lengths, bins=edges, color=BLUE, histtype="step", linewidth=1.2)
    ax.set_xlabel("interval between spikes (ms)")
    ax.set_ylabel("number of intervals")
    if lengths.size > 1:
        text = f"CV = {cv(lengths):.2f}"
        ax.text(0.98, 0.95, text, transform=ax.transAxes, ha="right", va="top", color=INK)
    return figure


def _width(lengths: Any) -> float:
    """Freedman and Diaconis's width, and no more bins than a reader can see."""
    low, high = np.percentile(lengths, [25, 75])
    wanted = 2 * (high - low) / len(lengths) ** (1 / 3)
    return float(max(wanted, lengths.max() / 100, 1e-3))
