"""Several neurons one above the other, with their current at the top where they share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis import pictures
from rheobase.analysis.labels import plain, unit_text
from rheobase.analysis.pictures.style import INK, PALE, colour, panels
from rheobase.recording import Recording
from rheobase.units import Quantity, parse_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MV = parse_unit("mV")
# Where a neuron's spike is an event without a shape, it is drawn as a line up to here (mV).
_BAR = 30.0


@dataclass(frozen=True)
class Member:
    """A neuron of a comparison.

    Attributes:
        name: what stands beside it.
        recording: with `v`, and with `I` to have the current shown.
        has_events: whether its spikes are events, which the trace does not show.
    """

    name: str
    recording: Recording
    has_events: bool


def comparison(members: Sequence[Member], title: str = "") -> Figure:
    """The membrane potentials of several neurons over one time axis.

    Args:
        members: the neurons, from the top down.
        title: what stands above.
    """
    current = _shared_current([member.recording for member in members])
    height = 0.85 if len(members) > 4 else 1.3
    heights = [0.9] * (current is not None) + [height] * len(members)
    figure, axes = panels(None, heights, width=7.2)
    if current is not None:
        axes[0].plot(np.asarray(members[0].recording.t), current, color=PALE, linewidth=0.9)
        unit = unit_text(plain(members[0].recording["I"])[1])
        axes[0].set_ylabel(f"I ({unit})" if unit else "I")
    for k, (ax, member) in enumerate(zip(axes[-len(members) :], members, strict=True)):
        _draw_voltage(ax, member, colour(k))
    for ax in axes[:-1]:
        ax.spines["bottom"].set_visible(False)
        ax.tick_params(bottom=False)
    axes[-1].set_xlabel("time (ms)")
    longest = max(float(member.recording.duration.magnitude) for member in members)
    axes[-1].set_xlim(0, longest)
    if title:
        figure.suptitle(title, fontsize=12, color=INK)
    figure.align_ylabels(axes)
    return figure


def _draw_voltage(ax: Axes, member: Member, shade: str) -> None:
    recording, v = member.recording, member.recording["v"]
    times = np.asarray(recording.t)
    values = (v.value_in(_MV) if isinstance(v, Quantity) else np.asarray(v))[:, 0]
    ax.plot(times, values, color=shade, linewidth=1.0)
    if member.has_events:
        spikes = np.asarray(recording.spikes.times(int(recording.neurons["v"][0])))
        before = np.maximum(np.searchsorted(times, spikes, side="left") - 1, 0)
        ax.vlines(spikes, values[before], _BAR, color=shade, linewidth=1.0)
    ax.set_ylabel("v (mV)")
    ax.set_title(member.name, fontsize=10, color=shade, loc="left", pad=2)


def _shared_current(recordings: Sequence[Recording]) -> np.ndarray[Any, Any] | None:
    """The first neuron's current, if it varies and the others' are the same but for a factor."""
    shapes = []
    for recording in recordings:
        if "I" not in recording:
            return None
        values = np.asarray(recording["I"], dtype=float)[:, 0]
        if np.ptp(values) == 0:
            return None
        shapes.append((np.asarray(recording.t), values / np.abs(values).max()))
    first_times, first = shapes[0]
    for times, shape in shapes[1:]:
        if not np.isclose(times[-1], first_times[-1]):
            return None
        # Time steps differ, and a current is held over one, so shapes agree on average only.
        if np.abs(np.interp(first_times, times, shape) - first).mean() > 0.05:
            return None
    return np.asarray(recordings[0]["I"], dtype=float)[:, 0]


def draw_comparison(members: Sequence[Member], title: str, path: Path) -> None:
    """Draw a comparison into a file."""
    pictures.write(comparison(members, title), path)
