"""A population at two levels: its raster above, its rate and that of a rate neuron below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.pictures.raster import raster
from rheobase.analysis.pictures.style import BLUE, VERMILION, legend, panels
from rheobase.analysis.times import in_milliseconds

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHOWN = 100


def levels(
    t: Any, i: Any, times: Any, many: Any, one: Any, *, names: tuple[str, str], ax: Any = None
) -> Figure:
    """Spikes of a population, and what a lower level says of its rate.

    Args:
        t: spike times: a quantity, or plain numbers in ms.
        i: the neuron of each spike; the first 100 are drawn.
        times: of the rates, likewise.
        many: the rate of the population (Hz), shape (times,).
        one: the rate of the lower level (Hz), likewise.
        names: what the two are called.
        ax: two axes to draw on; None makes a Figure.

    Returns:
        The Figure.

    Raises:
        MissingExtraError: when matplotlib is not installed.
    """
    figure, (upper, lower) = panels(ax, (2.4, 2.2))
    neurons = np.asarray(i)
    seen = neurons < _SHOWN
    raster(in_milliseconds(t, "t")[seen], neurons[seen], n=_SHOWN, ax=upper)
    upper.set_xlabel("")
    middles = in_milliseconds(times, "times")
    lower.plot(middles, many, color=BLUE, linewidth=1.0, label=names[0])
    lower.plot(middles, one, color=VERMILION, linewidth=1.6, label=names[1])
    highest = max(np.max(many, initial=0.0), np.max(one, initial=0.0))
    lower.set_ylim(0, 1.25 * highest + 1e-9)  # room for the legend
    lower.set_xlim(0, middles[-1] + middles[0])
    lower.set_xlabel("time (ms)")
    lower.set_ylabel("firing rate (Hz)")
    legend(lower, loc="upper right", ncols=2)
    return figure
