"""One action potential with its phases, from rest to the after-hyperpolarisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.action_potential import DETECTION, ActionPotential, action_potential_features
from rheobase.analysis.labels import unit_text
from rheobase.analysis.pictures.style import BLUE, GREEN, GREY, INK, PALE, PURPLE, VERMILION, panel
from rheobase.analysis.times import in_milliseconds
from rheobase.errors import ParameterError
from rheobase.units.quantity import Quantity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# How much is shown, in ms, before the threshold (the labels need it, even where the trace begins
# later) and after the deepest point.
_BEFORE, _AFTER = 4.0, 6.0


def action_potential(
    t: Any,
    v: Any,
    *,
    index: int = 0,
    detection: Any = DETECTION,
    ax: Any = None,
) -> Figure:
    """One action potential of a trace, its phases coloured and named, its features drawn in.

    The potential that the trace begins with is taken for rest.

    Args:
        t: times, ascending, shape (samples,): a quantity, or plain numbers in ms.
        v: the membrane potential of one neuron, shape (samples,): a quantity, or plain numbers in
            mV.
        index: which action potential of the trace.
        detection: the level that tells an action potential from everything else.
        ax: axes to draw on; None makes a Figure.

    Returns:
        The Figure.

    Raises:
        ParameterError: when the trace has no such action potential, or not the whole of it.
        MissingExtraError: when matplotlib is not installed.
    """
    spikes = action_potential_features(t, v, detection=detection)
    if not 0 <= index < len(spikes):
        raise ParameterError(
            f"The trace has {len(spikes)} action potentials, and number {index} was asked for.",
            mend="choose an index from 0 on, give a longer trace, or another detection level",
        )
    spike = spikes[index]
    marks = [spike.threshold_time, spike.peak_time, spike.minimum_time]
    edges = [float(mark.magnitude) for mark in marks]
    if not np.isfinite(edges).all():
        raise ParameterError(
            "The trace ends before the action potential does.", mend="give some milliseconds more"
        )
    times = in_milliseconds(t, "t")
    volts = np.ravel(v.value_in("mV") if isinstance(v, Quantity) else np.asarray(v, dtype=float))
    until = edges[2] + _AFTER
    if index + 1 < len(spikes):
        until = min(until, float(spikes[index + 1].threshold_time.magnitude))
    figure, ax = panel(ax, width=7.0, height=4.4)
    shown = (times >= edges[0] - _BEFORE) & (times <= until)
    _phases(ax, times[shown], volts[shown], edges, volts[0])
    _annotate(ax, spike, edges, volts[0])
    begin, end = edges[0] - _BEFORE, float(times[shown][-1])
    ax.set_xlim(begin, end)
    ticks = ax.get_xticks()
    ax.set_xticks(ticks[(ticks >= times[shown][0] - 1e-6) & (ticks <= end)])
    ax.set_xlabel("time (ms)")
    ax.set_ylabel(f"membrane potential ({unit_text(spike.peak.unit)})")
    return figure


def _phases(ax: Any, times: Any, volts: Any, edges: list[float], rest: float) -> None:
    """The trace in four colours; after the peak a phase ends where the resting level is passed."""
    onset, peak, lowest = edges
    falling = np.flatnonzero((times > peak) & (volts <= rest))
    below = float(times[falling[0]]) if len(falling) else lowest
    bounds = [times[0], onset, peak, below, times[-1]]
    for shade, begin, end in zip((GREY, VERMILION, BLUE, PURPLE), bounds, bounds[1:], strict=False):
        part = (times >= begin) & (times <= end)
        # One sample more at the end, so that the colours meet.
        part[1:] |= part[:-1] & ~part[1:]
        ax.plot(times[part], volts[part], color=shade, linewidth=2.6, solid_capstyle="round")
    ax.axhline(rest, color=PALE, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)


def _annotate(ax: Any, spike: ActionPotential, edges: list[float], rest: float) -> None:
    onset, peak, lowest = edges
    threshold, top, low = (
        float(value.magnitude) for value in (spike.threshold, spike.peak, spike.minimum)
    )
    unit, height = unit_text(spike.peak.unit), top - threshold
    level, width = threshold + height / 2, float(spike.half_width.magnitude)
    bold = {"fontsize": 11, "fontweight": "bold"}
    small = {"fontsize": 9.5, "color": INK}
    left, right = peak - width * 0.62, peak + width * 0.75
    ax.text(left, threshold + 0.72 * height, "depolarisation", ha="right", color=VERMILION, **bold)
    ax.text(right, threshold + 0.72 * height, "repolarisation", ha="left", color=BLUE, **bold)
    ax.text(
        lowest, low - 0.04 * height, "after-hyperpolarisation\n(relative refractory period)",
        ha="left", va="top", color=PURPLE, **bold,
    )  # fmt: skip
    ax.text(
        onset - _BEFORE, rest - 0.03 * height, f" rest {_number(rest)} {unit}",
        ha="left", va="top", color=GREY, **bold,
    )  # fmt: skip
    ax.plot([onset, peak], [threshold, top], "o", color=INK, markersize=5, zorder=5)
    ax.text(onset - 0.15, threshold, f"threshold {_number(threshold)} {unit}", ha="right", **small)
    ax.text(
        peak, top + 0.03 * height, f"peak {_number(top)} {unit}", ha="center", va="bottom", **small
    )
    if np.isfinite(width):
        _half_width(ax, level, width)
    ax.set_ylim(low - 0.24 * height, top + 0.13 * height)


def _half_width(ax: Any, level: float, width: float) -> None:
    """The width as a bar within the spike; its place is found on the trace already drawn."""
    for line in ax.get_lines():
        x, y = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
        if line.get_color() == VERMILION and y[0] <= level <= y[-1]:
            begin = float(np.interp(level, y, x))
            bar = {
                "arrowstyle": "|-|",
                "mutation_scale": 3,
                "color": GREEN,
                "shrinkA": 0,
                "shrinkB": 0,
            }
            ax.annotate("", (begin, level), (begin + width, level), arrowprops=bar)
            ax.text(
                begin + width + 0.25, level, f"half-width {width:.2f} ms", va="center", color=GREEN,
                fontsize=9.5,
            )  # fmt: skip
            return


def _number(value: float) -> str:
    """One decimal, with the minus sign that the axes have."""
    return f"{value:.1f}".replace("-", "\N{MINUS SIGN}")
