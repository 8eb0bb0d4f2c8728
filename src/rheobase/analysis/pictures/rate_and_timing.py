"""A firing rate against spike timing: the three rates that one word stands for, in one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.pictures.style import (
    BLUE,
    GREEN,
    INK,
    VERMILION,
    new_figure,
    style_axes,
    three_digits,
)
from rheobase.analysis.population import Spikes
from rheobase.analysis.spike_trains import binned_rate
from rheobase.analysis.times import Floats, bin_edges, time_span
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# So many rows are told apart; of more, every k-th is drawn.
_ROWS = 40


def rate_and_timing(trials: Spikes, population: Spikes, *, bin: Any, trial: int = 0) -> Figure:
    """Spikes above, the rate that they make below: over time, over trials, over a population.

    Three averages of spikes are called a firing rate. Counted in one trial of one neuron, a rate is
    ``spikes in a window / window``; over many trials, the peri-stimulus time histogram ``spikes in
    a bin / (trials * bin)``; over many neurons at once, the population rate ``spikes in a bin /
    (neurons * bin)``. All three are drawn in bins of one width and on one scale; the dashed line is
    the mean over the whole, which forgets when the spikes came.

    Args:
        trials: the spikes of one neuron, each trial a row: `SpikeTrains` whose neurons are trials.
        population: the spikes of many neurons in one trial, of the same length.
        bin: the width of a bin, a time.
        trial: which trial is the first column.

    Returns:
        The Figure.

    Raises:
        UnitError: for a bin that is not a time.
        ParameterError: when there is no trial, no neuron, or not this trial.
        MissingExtraError: when matplotlib is not installed.
    """
    if not 0 <= trial < trials.n or not population.n:
        raise ParameterError(
            f"There are {trials.n} trials and {population.n} neurons, and trial {trial} is due.",
            mend="give at least one of each; trials are counted from 0",
        )
    width = time_span(bin, "bin")
    figure = new_figure(10.6, 4.4)
    axes = figure.subplots(2, 3, sharex="col", sharey="row", height_ratios=[1.35, 1])
    one = np.asarray(trials.t.internal)[trials.i == trial]
    columns = (
        ("one neuron, one trial", "spike count", GREEN, one, np.zeros(len(one), int), 1, trials),
        (f"one neuron, {trials.n:,} trials", "PSTH", BLUE, *_flat(trials), trials),
        (
            f"{population.n:,} neurons, one trial",
            "population rate",
            VERMILION,
            *_flat(population),
            population,
        ),
    )
    highest = 0.0
    for column, (title, what, shade, times, rows, n, source) in enumerate(columns):
        begin = float(source.start.internal)
        end = begin + float(source.duration.internal)
        upper, lower = axes[0, column], axes[1, column]
        for ax in (upper, lower):
            style_axes(ax)
        _raster(upper, times, rows, n, shade)
        upper.set_title(title, fontsize=11, color=INK)
        rates = binned_rate(times, n, width, begin, end)[1].value_in("Hz")
        _bars(lower, rates, bin_edges(begin, end, width), shade, what)
        highest = max(highest, float(rates.max(initial=0)))
        lower.set_xlim(begin, end)
        lower.set_xlabel("time (ms)")
    axes[1, 0].set_ylim(0, 1.32 * highest or 1.0)
    axes[1, 0].set_ylabel("firing rate (Hz)")
    axes[0, 0].set_ylabel("spikes")
    figure.align_ylabels(axes[:, 0])
    return figure


def _flat(spikes: Spikes) -> tuple[Floats, Any, int]:
    return np.asarray(spikes.t.internal), spikes.i, spikes.n


def _raster(ax: Axes, times: Floats, rows: Any, n: int, shade: str) -> None:
    """Rows over the whole height, whatever their number; one alone stands in the middle."""
    shown = min(n, _ROWS)
    row_of = np.full(n, -1)
    row_of[np.arange(shown) * n // shown] = np.arange(shown)
    row = row_of[rows]
    kept = row >= 0
    half = 0.12 if shown == 1 else 0.44 / shown
    middle = (row[kept] + 0.5) / shown
    ax.vlines(times[kept], middle - half, middle + half, color=shade, linewidth=1.1)
    ax.set_ylim(0, 1)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def _bars(ax: Axes, rates: Floats, edges: Floats, shade: str, what: str) -> None:
    mean = float(np.average(rates, weights=np.diff(edges)))
    ax.stairs(rates, edges, fill=True, color=shade, alpha=0.3, linewidth=0)
    ax.stairs(rates, edges, color=shade, linewidth=1.2)
    ax.axhline(mean, color=shade, linewidth=1.1, linestyle=(0, (5, 3)))
    ax.text(
        0.98, 0.97, f"{what}, mean {three_digits(mean)} Hz", transform=ax.transAxes,
        ha="right", va="top", fontsize=9.5, color=INK,
    )  # fmt: skip
