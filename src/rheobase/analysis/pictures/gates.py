"""Gates: the gating variables together, on one axis from 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import plain
from rheobase.analysis.pictures.style import PALETTE, legend, over_time, panel
from rheobase.analysis.times import in_milliseconds
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# A gate keeps its colour and its meaning whichever others are drawn with it.
_KNOWN = {"m": (0, "sodium activation"), "h": (1, "sodium inactivation")}
_KNOWN |= {"n": (2, "potassium activation")}


def gates(t: Any, variables: Mapping[str, Any], *, ax: Any = None) -> Figure:
    """Gating variables over time, of one neuron.

    Args:
        t: times, shape (samples,): a quantity, or plain numbers in ms.
        variables: by name, plain numbers from 0 to 1, shape (samples,) or (samples, 1).
        ax: axes to draw on; None makes a Figure.

    Returns:
        The Figure.

    Raises:
        ParameterError: when there is no variable, or one is of several neurons.
        MissingExtraError: when matplotlib is not installed.
    """
    if not variables:
        raise ParameterError("There is no gating variable to draw.", mend="name at least one")
    times = in_milliseconds(t, "t")
    figure, ax = panel(ax, height=3.0)
    free = iter(range(len(_KNOWN), len(_KNOWN) + len(variables)))
    for name, values in variables.items():
        column = np.asarray(plain(values)[0], dtype=float)
        column = column[:, 0] if column.ndim == 2 and column.shape[1] == 1 else column
        if column.shape != times.shape:
            raise ParameterError(
                f"{name!r} has the shape {column.shape}, and there are {len(times)} times.",
                mend="give the gates of one neuron",
            )
        place, meaning = _KNOWN.get(name, (None, ""))
        place = next(free) if place is None else place
        ax.plot(
            times, column, color=PALETTE[place % len(PALETTE)], linewidth=1.4,
            label=f"{name} {meaning}" if meaning else name,
        )  # fmt: skip
    over_time(ax, times)
    ax.set_ylabel("open fraction of gates")
    ax.set_ylim(-0.02, 1.02)
    legend(ax, loc="lower center", bbox_to_anchor=(0.46, 1.0), ncols=3)
    return figure
