"""Traces: one panel a variable, one above the other, over one time axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import axis_label, plain
from rheobase.analysis.pictures.style import INK, colour, legend, over_time, panels
from rheobase.analysis.times import in_milliseconds
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# The first panel, where the membrane potential is, gets more room than the others.
_FIRST, _OTHERS = 2.4, 1.5
# Beyond this many lines a legend hides more than it tells.
_LEGEND_LINES = 6


def traces(
    t: Any,
    signals: Mapping[str, Any],
    *,
    labels: Sequence[str] | None = None,
    spikes: Any = None,
    ax: Any = None,
) -> Figure:
    """Signals over time, stacked.

    Args:
        t: times, shape (samples,): a quantity, or plain numbers in ms.
        signals: by name, shape (samples,) or (samples, neurons): quantities, or plain numbers. A
            name the field knows is spelled out on the axis (`v`: "membrane potential"); others
            stay.
        labels: what the columns are called in the legend: "neuron 0", "tonic", ...
        spikes: times marked above the first panel: of models whose spike is an event and has no
            shape.
        ax: one axes a signal, or one for one signal; None makes a Figure.

    Returns:
        The Figure.

    Raises:
        ParameterError: when there is no signal, or shapes do not fit.
        MissingExtraError: when matplotlib is not installed.
    """
    if not signals:
        raise ParameterError("There is no signal to draw.", mend="name at least one")
    times = in_milliseconds(t, "t")
    figure, axes = panels(ax, [_FIRST] + [_OTHERS] * (len(signals) - 1))
    if len(axes) != len(signals):
        raise ParameterError(
            f"There are {len(signals)} signals and {len(axes)} axes.", mend="give one axes a signal"
        )
    for one, (name, signal) in zip(axes, signals.items(), strict=True):
        _draw(one, times, name, signal, labels)
    over_time(axes[-1], times)
    if spikes is not None:
        _mark(axes[0], in_milliseconds(spikes, "spikes"))
    figure.align_ylabels(axes)
    return figure


def _draw(ax: Any, times: Any, name: str, signal: Any, labels: Sequence[str] | None) -> None:
    values, unit = plain(signal)
    columns = np.asarray(values, dtype=float)
    columns = columns[:, np.newaxis] if columns.ndim == 1 else columns
    if len(columns) != len(times):
        raise ParameterError(
            f"{name!r} has {len(columns)} samples, and there are {len(times)} times.",
            mend="give one sample a time",
        )
    for index, column in enumerate(columns.T):
        called = labels[index] if labels is not None and index < len(labels) else None
        ax.plot(times, column, color=colour(index), linewidth=1.2, label=called)
    if columns.size and (columns == columns.flat[0]).all():
        # A steady current is a size, and a size is seen from zero.
        ax.set_ylim(sorted([0, 1.25 * columns.flat[0] or 1.0]))
    ax.set_ylabel(_wrapped(axis_label(name, unit)))
    first_panel = ax.get_subplotspec() is None or ax.get_subplotspec().is_first_row()
    if labels is not None and 1 < columns.shape[1] <= _LEGEND_LINES and first_panel:
        legend(ax, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=min(columns.shape[1], 4))


def _mark(ax: Any, spikes: Any) -> None:
    """Ticks above the trace, in its own coordinates across and the panel's upwards."""
    ax.plot(
        spikes, np.full(len(spikes), 1.02), linestyle="none", marker="|", markersize=7,
        markeredgewidth=1.1, color=INK, transform=ax.get_xaxis_transform(), clip_on=False,
    )  # fmt: skip


def _wrapped(label: str) -> str:
    """A label on two lines, words above and unit below, where one line would not fit the panel."""
    return label.replace(" (", "\n(", 1) if len(label) > 14 else label
