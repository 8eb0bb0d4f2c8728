"""A raster: every spike a mark, time across, neurons upwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.pictures.style import BLUE, label_time, panel
from rheobase.analysis.times import in_milliseconds
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Up to here every neuron has room for a tick of its own; beyond, a spike is a dot.
_TICKED = 60


def raster(
    t: Any, i: Any, *, n: int | None = None, span: tuple[Any, Any] | None = None, ax: Any = None
) -> Figure:
    """The spikes of a population.

    Args:
        t: spike times, shape (spikes,): a quantity, or plain numbers in ms.
        i: the neuron of each spike, shape (spikes,).
        n: how many neurons there are, those that never fired included.
        span: (from, to) of the time axis.
        ax: axes to draw on; None makes a Figure.

    Returns:
        The Figure.

    Raises:
        ParameterError: when there is not one neuron a spike.
        MissingExtraError: when matplotlib is not installed.
    """
    times, neurons = np.ravel(in_milliseconds(t, "t")), np.ravel(np.asarray(i))
    if len(times) != len(neurons):
        raise ParameterError(
            f"There are {len(times)} spike times and {len(neurons)} neurons to them.",
            mend="give one neuron a spike",
        )
    count = n if n is not None else int(neurons.max(initial=0)) + 1
    height = float(np.clip(1.2 + 0.16 * count, 1.6, 3.8))
    figure, ax = panel(ax, height=height)
    if count <= _TICKED:
        # A tick three quarters as high as the room of a neuron, whatever the size of the picture.
        ax.vlines(times, neurons - 0.38, neurons + 0.38, color=BLUE, linewidth=1.1)
    else:
        ax.plot(
            times, neurons, linestyle="none", marker=".", markersize=2.2, markeredgewidth=0,
            color=BLUE, rasterized=True,
        )  # fmt: skip
    ax.set_ylim(-0.6, count - 0.4)
    if count == 1:
        ax.set_yticks([0])
    else:
        ax.yaxis.get_major_locator().set_params(integer=True)
    if span is not None:
        ax.set_xlim(*(float(in_milliseconds(value, "span")) for value in span))
    label_time(ax)
    ax.set_ylabel("neuron")
    return figure
