"""The spikes of a network: populations one above the other, and their rates below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import plain
from rheobase.analysis.pictures.populations import legible, shades, shortened
from rheobase.analysis.pictures.style import (
    INK,
    label_time,
    legend,
    new_figure,
    style_axes,
    three_digits,
)
from rheobase.analysis.population import Spikes
from rheobase.analysis.times import Floats, in_milliseconds
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# So many rows of dots an inch; of a larger network a part is drawn, evenly.
_ROWS = 110
# The least part of the picture that a population gets, and the gap between two.
_LEAST, _GAP = 0.07, 0.012
# Beyond this many populations their rates hide each other, and that of them all is drawn.
_LINES = 4
_CHARACTERS = 76  # of a legend in one row


def network_raster(
    populations: Mapping[str, Spikes],
    rates: Mapping[str, tuple[Any, Any]] | None = None,
    *,
    span: tuple[Any, Any] | None = None,
    colours: Mapping[str, str] | None = None,
) -> Figure:
    """Every spike a dot, time across, populations one above the other in their colours.

    Of a large network every k-th neuron is drawn, the same part of each population unless that
    would leave less than can be seen; beside its name stands how many of how many. Where no rates
    are drawn, or only that of all neurons, each population's mean over the span is on the right.

    Args:
        populations: the spikes of each, by name, the first at the top.
        rates: of each population, as ``rec.rate`` returns them: centres of the bins, and rates.
            They are drawn below, each with its mean as a dashed line; of more than four populations
            the rate of all neurons together is. None draws the raster alone.
        span: (from, to) of the time axis; None takes all.
        colours: of the populations, by name; by default those of their places.

    Returns:
        The Figure.

    Raises:
        ParameterError: when there is no population.
        MissingExtraError: when matplotlib is not installed.
    """
    if not populations:
        raise ParameterError("There is no population to draw.", mend="name at least one")
    begin, end = _span(populations, span)
    below = 1.5
    height = float(np.clip(1.6 + 0.5 * len(populations), 2.6, 5.2))
    heights = [height, below] if rates else [height]
    figure = new_figure(7.2, sum(heights))
    grid = figure.add_gridspec(len(heights), 1, height_ratios=heights)
    top, own = figure.add_subplot(grid[0]), shades(populations, colours)
    means: dict[str, float] = {}
    if not rates:
        means = {name: _mean(spikes, begin, end) for name, spikes in populations.items()}
    elif len(populations) > _LINES:
        means = {name: _mean_of(rates[name], begin, end) for name in populations}
    _draw_raster(top, populations, (begin, end), int(_ROWS * height), means, own)
    if rates:
        top.tick_params(labelbottom=False)
        lower = figure.add_subplot(grid[1], sharex=top)
        drawn = {name: rates[name] for name in populations}
        _draw_rates(lower, drawn, populations, (begin, end), own)
    top.set_xlim(begin, end)
    label_time(figure.axes[-1])
    return figure


def _draw_raster(
    ax: Axes,
    populations: Mapping[str, Spikes],
    span: tuple[float, float],
    most: int,
    means: Mapping[str, float],
    colours: Mapping[str, str],
) -> None:
    style_axes(ax)
    sizes = np.array([max(spikes.n, 1) for spikes in populations.values()], dtype=float)
    shares = np.maximum(sizes / sizes.sum(), _LEAST)
    shares *= (1 - _GAP * (len(sizes) - 1)) / shares.sum()
    bottoms = 1 - np.cumsum(shares) - _GAP * np.arange(len(sizes))
    labels = []
    for index, (name, spikes) in enumerate(populations.items()):
        low, room = bottoms[index], shares[index]
        shown = max(1, min(spikes.n, int(most * room)))
        times, rows = _sample(spikes, shown, *span)
        # From a dot that can be seen up to one as high as its row.
        size = float(np.clip(1.3 * most * room / shown, 2.4, 5.0))
        ax.plot(
            times, low + (rows + 0.5) / shown * room, linestyle="none", marker=".",
            markersize=size, markeredgewidth=0, color=colours[name], rasterized=True,
        )  # fmt: skip
        if index:
            ax.axhline(low + room + _GAP / 2, color="#DDDDDD", linewidth=0.6, zorder=0)
        part = f"{shown:,} of {spikes.n:,}" if shown < spikes.n else f"{spikes.n:,}"
        between = "\n" if shares.min() > 0.1 else "  "
        labels.append(f"{legible(shortened(name))}{between}{part}")
        if name in means:
            ax.annotate(
                f"{three_digits(means[name])} Hz", (1, low + room / 2),
                xycoords="axes fraction", xytext=(6, 0), textcoords="offset points", va="center",
                fontsize=9, color=INK,
            )  # fmt: skip
    ax.set_ylim(0, 1)
    ax.spines["left"].set_visible(False)
    ax.set_yticks(bottoms + shares / 2, labels)
    ax.tick_params(axis="y", length=0, pad=5, labelsize=9)


def _sample(spikes: Spikes, rows: int, begin: float, end: float) -> tuple[Floats, Any]:
    """The spikes of every k-th neuron within the span, and the row of each."""
    times = np.asarray(spikes.t.internal)
    row_of = np.full(max(spikes.n, 1), -1)
    row_of[np.arange(rows) * spikes.n // max(rows, 1)] = np.arange(rows)
    row = row_of[spikes.i] if len(times) else np.empty(0, dtype=int)
    kept = (row >= 0) & (times >= begin) & (times <= end)
    return times[kept], row[kept]


def _mean(spikes: Spikes, begin: float, end: float) -> float:
    """The mean rate of a neuron in the span (Hz)."""
    times = np.asarray(spikes.t.internal)
    inside = np.count_nonzero((times >= begin) & (times <= end))
    return 1000 * inside / (max(spikes.n, 1) * (end - begin))


def _mean_of(rate: tuple[Any, Any], begin: float, end: float) -> float:
    """The mean in the span of a rate in bins (Hz)."""
    times, values = in_milliseconds(rate[0], "rates"), _hertz(rate[1])
    inside = values[(times >= begin) & (times <= end)]
    return float(inside.mean()) if inside.size else 0.0


def _draw_rates(
    ax: Axes,
    rates: Mapping[str, Any],
    populations: Mapping[str, Spikes],
    span: tuple[float, float],
    colours: Mapping[str, str],
) -> None:
    style_axes(ax)
    lines = {name: (in_milliseconds(t, name), _hertz(r)) for name, (t, r) in rates.items()}
    if len(lines) > _LINES:
        sizes = np.array([populations[name].n for name in lines], dtype=float)
        together = np.average([values for _, values in lines.values()], axis=0, weights=sizes)
        lines = {"all neurons": (next(iter(lines.values()))[0], together)}
        colours = {"all neurons": INK}
    highest = 0.0
    means = {name: _mean_of(line, *span) for name, line in lines.items()}
    labels = _labels({name: f"{three_digits(mean)} Hz" for name, mean in means.items()})
    for name, (times, values) in lines.items():
        shade = colours[name]
        inside = (times >= span[0]) & (times <= span[1])
        mean = means[name]
        highest = max(highest, values[inside].max(initial=0.0))
        ax.plot(times[inside], values[inside], color=shade, linewidth=0.9, label=labels[name])
        ax.axhline(mean, color=shade, linewidth=1.1, linestyle=(0, (5, 3)))
    ax.set_ylim(0, 1.05 * highest or 1.0)
    ax.set_ylabel("population\nrate (Hz)")
    legend(ax, loc="lower right", bbox_to_anchor=(1, 0.97), ncols=4, fontsize=9)


def _labels(means: Mapping[str, str]) -> dict[str, str]:
    """What the legend says of each population, short enough for all of them to stand in a row."""
    whole = {name: f"{legible(name)}, mean {mean}" for name, mean in means.items()}
    if sum(map(len, whole.values())) <= _CHARACTERS:
        return whole
    most = max(6, _CHARACTERS // len(means) - 9)
    cut = {name: shortened(name, most) for name in means}
    return {name: f"{legible(cut[name])} {mean}" for name, mean in means.items()}


def _hertz(rates: Any) -> Floats:
    values, unit = plain(rates)
    return np.asarray(values if unit is None else rates.value_in("Hz"), dtype=float)


def _span(populations: Mapping[str, Spikes], span: tuple[Any, Any] | None) -> tuple[float, float]:
    if span is not None:
        begin, end = (float(in_milliseconds(value, "span")) for value in span)
    else:
        starts = [float(spikes.start.internal) for spikes in populations.values()]
        ends = [
            start + float(spikes.duration.internal)
            for start, spikes in zip(starts, populations.values(), strict=True)
        ]
        begin, end = min(starts), max(ends)
    if not begin < end:
        raise ParameterError(
            f"There is no time between {begin:.12g} ms and {end:.12g} ms.",
            mend="draw a longer span",
        )
    return begin, end
