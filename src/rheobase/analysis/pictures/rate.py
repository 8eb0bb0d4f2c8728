"""A rate in time, as the bars of a histogram: a PSTH, or the rate of a population."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import axis_label, plain
from rheobase.analysis.pictures.style import BLUE, label_time, panel
from rheobase.analysis.times import Floats, in_milliseconds
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def rate(centres: Any, rates: Any, *, start: Any = 0.0, ax: Any = None) -> Figure:
    """The firing rate in bins of time.

    Args:
        centres: of the bins, as `psth` returns them: a quantity, or plain numbers in ms.
        rates: in each bin: a quantity, or plain numbers in Hz.
        start: of the first bin.
        ax: axes to draw on; None makes a Figure.

    Returns:
        The Figure.

    Raises:
        ParameterError: when there is no bin, or not one rate a bin.
        MissingExtraError: when matplotlib is not installed.
    """
    middles, heights = in_milliseconds(centres, "centres"), np.asarray(plain(rates)[0], dtype=float)
    if middles.shape != heights.shape or not middles.size:
        raise ParameterError(
            f"There are {middles.size} bins and {heights.size} rates.", mend="give one rate a bin"
        )
    edges = _edges(middles, float(in_milliseconds(start, "start")))
    figure, ax = panel(ax, height=2.8)
    ax.stairs(heights, edges, fill=True, color=BLUE, alpha=0.35, linewidth=0)
    ax.stairs(heights, edges, color=BLUE, linewidth=1.2)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(bottom=0)
    unit = plain(rates)[1]
    label_time(ax)
    ax.set_ylabel(axis_label("firing rate", unit) if unit else "firing rate (Hz)")
    return figure


def _edges(centres: Floats, start: float) -> Floats:
    """The edges that the centres lie between; the last bin may be narrower than the others."""
    edges: Floats = start + 2 * (centres[0] - start) * np.arange(len(centres) + 1)
    edges[-1] = 2 * centres[-1] - edges[-2]
    return edges
