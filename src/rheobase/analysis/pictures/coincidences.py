"""Two neurons under the same currents: voltages above, their spikes side by side below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rheobase.analysis.pictures.style import BLUE, VERMILION, legend, panels
from rheobase.analysis.times import Floats

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHOWN = 400.0  # ms


def coincidences(
    first: tuple[Floats, Floats],
    second: tuple[Floats, Floats],
    trains: Sequence[tuple[Floats, Floats]],
    factors: Sequence[float],
    *,
    names: tuple[str, str],
) -> Figure:
    """The first 400 ms of a comparison.

    Args:
        first: times (ms) and voltages (mV) of the reference, under the first current.
        second: those of the model.
        trains: spike times (ms) of both, for each current.
        factors: the coincidence factor under each.
        names: what the two are called.

    Returns:
        The Figure.

    Raises:
        MissingExtraError: when matplotlib is not installed.
    """
    figure, (upper, lower) = panels(None, (2.3, 0.6 + 0.45 * len(trains)))
    for (t, v), colour, name in zip((first, second), (BLUE, VERMILION), names, strict=True):
        seen = t <= _SHOWN
        upper.plot(t[seen], v[seen], color=colour, linewidth=1.2, label=name)
    upper.set_ylabel("v (mV)")
    upper.set_ylim(top=upper.get_ylim()[1] + 15)  # room for the legend
    legend(upper, loc="upper right", ncols=2)
    for row, pair in enumerate(trains):
        for train, colour, shift in zip(pair, (BLUE, VERMILION), (0.19, -0.19), strict=True):
            early = train[train <= _SHOWN]
            lower.vlines(early, row + shift - 0.15, row + shift + 0.15, color=colour, linewidth=1.2)
    lower.set_yticks(range(len(trains)), [rf"$\Gamma$ = {factor:.2f}" for factor in factors])
    lower.set_ylim(-0.6, len(trains) - 0.4)
    lower.set_xlim(0, _SHOWN)
    lower.set_xlabel("time (ms)")
    return figure
