"""A trained network at several levels: how good its answers are against simulated time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.pictures.style import BLUE, GREEN, GREY, VERMILION, legend, panel
from rheobase.analysis.times import in_milliseconds

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHADES = {"artificial": GREY, "rate": GREEN, "spiking": BLUE}


def conversion(
    t: Any, levels: Mapping[str, Any], *, measure: str = "accuracy", ax: Any = None
) -> Figure:
    """The score of each level as time goes on.

    The artificial network answers at once: its score is a dashed line.

    Args:
        t: times, shape (samples,): a quantity, or plain numbers in ms.
        levels: by level, the score at each time, shape (samples,).
        measure: what the score is.
        ax: axes to draw on; None makes a Figure.

    Returns:
        The Figure.

    Raises:
        MissingExtraError: when matplotlib is not installed.
    """
    times = in_milliseconds(t, "t")
    figure, ax = panel(ax, width=6.0)
    for name, values in levels.items():
        shade, is_still = _SHADES.get(name, VERMILION), name == "artificial"
        ax.plot(
            times, values, color=shade, linewidth=1.3 if is_still else 1.8, label=name,
            linestyle=(0, (5, 3)) if is_still else "-", drawstyle="default", zorder=3 - is_still,
        )  # fmt: skip
    lowest = min(float(np.min(values)) for values in levels.values())
    ax.set_ylim(max(lowest, -0.05), 1.02)
    ax.set_xlim(times[0], times[-1])
    ax.set_xlabel("simulated time (ms)")
    ax.set_ylabel(measure)
    legend(ax, loc="lower right")
    return figure
