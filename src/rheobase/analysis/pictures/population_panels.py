"""Populations over time, each in a panel of its own: their rates, or traces of a few neurons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import axis_label, plain
from rheobase.analysis.pictures.populations import legible, shades, shortened
from rheobase.analysis.pictures.style import INK, colour, label_time, legend, panels, three_digits
from rheobase.analysis.times import in_milliseconds
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# So many letters of a name leave room for the figure on the right.
_TITLE = 48


def population_rates(
    rates: Mapping[str, tuple[Any, Any]],
    *,
    span: tuple[Any, Any] | None = None,
    colours: Mapping[str, str] | None = None,
) -> Figure:
    """The rate of each population in time, with its mean as a dashed line.

    Args:
        rates: of each population, as ``rec.rate`` returns them: centres of the bins, and rates,
            quantities or plain numbers in ms and Hz.
        span: (from, to) of the time axis; None takes all.
        colours: of the populations, by name; by default those of their places.

    Returns:
        The Figure.

    Raises:
        ParameterError: when there is no population.
        MissingExtraError: when matplotlib is not installed.
    """
    if not rates:
        raise ParameterError("There is no population to draw.", mend="name at least one")
    figure, axes = panels(None, [1.7 if len(rates) < 4 else 1.15] * len(rates), width=7.2)
    own = shades(rates, colours)
    for ax, (name, (centres, given)) in zip(axes, rates.items(), strict=True):
        shade = own[name]
        times = in_milliseconds(centres, name)
        values, unit = plain(given)
        numbers = np.asarray(values if unit is None else given.value_in("Hz"), dtype=float)
        if span is not None:
            begin, end = (float(in_milliseconds(value, "span")) for value in span)
            inside = (times >= begin) & (times <= end)
            times, numbers = times[inside], numbers[inside]
            ax.set_xlim(begin, end)
        mean = float(numbers.mean()) if numbers.size else 0.0
        ax.fill_between(times, numbers, color=shade, alpha=0.25, linewidth=0)
        ax.plot(times, numbers, color=shade, linewidth=1.0)
        ax.axhline(mean, color=shade, linewidth=1.1, linestyle=(0, (5, 3)))
        ax.set_ylim(0, 1.05 * numbers.max(initial=0) or 1.0)
        _title(ax, name, 4, f"mean {three_digits(mean)} Hz")
        ax.set_ylabel("rate (Hz)")
    label_time(axes[-1])
    figure.align_ylabels(axes)
    return figure


def population_traces(
    times: Mapping[str, Any],
    signals: Mapping[str, tuple[str, Any]],
    *,
    labels: Mapping[str, Sequence[str]] | None = None,
    spikes: Mapping[str, Sequence[Any]] | None = None,
    span: tuple[Any, Any] | None = None,
) -> Figure:
    """Traces of a few neurons of each population.

    Args:
        times: of the samples of each population: quantities, or plain numbers in ms.
        signals: of each population the name of what was recorded and its values, shape (samples,
            neurons): quantities, or plain numbers.
        labels: what the columns are called in the legend, by population.
        spikes: spike times of each column, by population, marked above its panel: of models whose
            spike is an event and has no shape.
        span: (from, to) of the time axis; None takes all.

    Returns:
        The Figure.

    Raises:
        ParameterError: when there is no population, or shapes do not fit.
        MissingExtraError: when matplotlib is not installed.
    """
    if not signals:
        raise ParameterError("There is no signal to draw.", mend="name at least one population")
    figure, axes = panels(None, [2.0 if len(signals) < 4 else 1.4] * len(signals), width=7.2)
    for ax, (name, (variable, signal)) in zip(axes, signals.items(), strict=True):
        values, unit = plain(signal)
        across, columns = in_milliseconds(times[name], name), np.asarray(values, dtype=float)
        if columns.ndim != 2 or len(columns) != len(across):
            raise ParameterError(
                f"The traces of {name!r} have the shape {columns.shape}, "
                f"and there are {len(across)} times.",
                mend="give the shape (samples, neurons)",
            )
        called = (labels or {}).get(name, [""] * columns.shape[1])
        for place, column in enumerate(columns.T):
            ax.plot(across, column, color=colour(place), linewidth=1.0, label=called[place])
            if spikes is not None and name in spikes:
                _mark(ax, in_milliseconds(spikes[name][place], "spikes"), place)
        if span is not None:
            ax.set_xlim(*(float(in_milliseconds(value, "span")) for value in span))
        _title(ax, name, 9, "")
        if labels is not None:
            legend(ax, loc="lower right", bbox_to_anchor=(1, 1.04), ncols=4, fontsize=9)
        ax.set_ylabel(_wrapped(axis_label(variable, unit)))
    label_time(axes[-1])
    figure.align_ylabels(axes)
    return figure


def _mark(ax: Axes, spikes: Any, place: int) -> None:
    """Ticks above the panel, in its own coordinates upwards and the trace's across."""
    if not len(spikes):
        return
    (ticks,) = ax.plot(
        spikes, np.full(len(spikes), 1.03), linestyle="none", marker="|", markersize=7,
        markeredgewidth=1.2, color=colour(place), transform=ax.get_xaxis_transform(),
        clip_on=False,
    )  # fmt: skip
    ticks.set_in_layout(False)  # the title leaves room for them


def _title(ax: Axes, name: str, pad: float, text: str) -> None:
    """The population's name on the left above its panel, a figure on the right."""
    ax.set_title(legible(shortened(name, _TITLE)), loc="left", fontsize=10.5, color=INK, pad=pad)
    ax.set_title(text, loc="right", fontsize=9.5, color=INK, pad=pad)


def _wrapped(label: str) -> str:
    """A label on two lines, where one line would be longer than the panel is high."""
    return label.replace(" ", "\n", 1) if len(label) > 14 else label
