"""How fast and how regularly the neurons of populations fire: two histograms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import plain
from rheobase.analysis.pictures.populations import legible, shades, shortened
from rheobase.analysis.pictures.style import (
    GREY,
    INK,
    legend,
    new_figure,
    style_axes,
    three_digits,
)
from rheobase.analysis.times import Floats
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BINS = 40
# Beyond so many populations outlines hide each other, and each gets a row of its own.
_OUTLINES = 3


def irregularity(
    rates: Mapping[str, Any], cvs: Mapping[str, Any], *, colours: Mapping[str, str] | None = None
) -> Figure:
    """The distributions over neurons of the firing rate and of the CV of intervals.

    Up to three populations are histograms, a triangle at the mean of each. More are rows: the bar
    from the lower to the upper quartile of the neurons, the line across the bar the median, the
    thin line from the 5th to the 95th percentile, the dot the mean. A CV of 1 is that of a Poisson
    process.

    Args:
        rates: of each neuron, by population: quantities, or plain numbers in Hz.
        cvs: of each neuron, by population; NaN for neurons that fired too rarely, which are left
            out.
        colours: of the populations, by name; by default those of their places.

    Returns:
        The Figure.

    Raises:
        ParameterError: when there is no population.
        MissingExtraError: when matplotlib is not installed.
    """
    if not rates or rates.keys() != cvs.keys():
        raise ParameterError(
            "Rates and CVs are not of the same populations.", mend="give both of each"
        )
    few = len(rates) <= _OUTLINES
    figure = new_figure(8.2, 3.2 if few else 1.0 + 0.34 * len(rates))
    left, right = figure.subplots(1, 2)
    draw, own = _histograms if few else _rows, shades(rates, colours)
    draw(left, {name: _finite(one) for name, one in rates.items()}, " Hz", own)
    left.set_xlabel("firing rate of a neuron (Hz)")
    draw(right, {name: _finite(one) for name, one in cvs.items()}, "", own)
    right.set_xlabel("CV of its intervals")
    if not few:
        right.set_yticks([])  # the rows are those on the left
    right.axvline(1, color=GREY, linewidth=0.9, linestyle=(0, (2, 2)), zorder=0)
    right.annotate(
        "Poisson", (1, 0.98), xycoords=("data", "axes fraction"), xytext=(3, 0), rotation=90,
        textcoords="offset points", va="top", fontsize=9, color=GREY,
        annotation_clip=True,  # regular neurons have an axis that ends long before
    )  # fmt: skip
    return figure


def _finite(values: Any) -> Floats:
    numbers = np.ravel(np.asarray(plain(values)[0], dtype=float))
    finite: Floats = numbers[np.isfinite(numbers)]
    return finite


def _histograms(
    ax: Axes, values: Mapping[str, Floats], unit: str, colours: Mapping[str, str]
) -> None:
    """Outlines over common bins, each scaled to the share of its own population's neurons."""
    style_axes(ax)
    edges = _edges(np.concatenate(list(values.values())))
    for name, numbers in values.items():
        shade = colours[name]
        mean = f"{three_digits(numbers.mean())}{unit}" if numbers.size else "-"
        counts, _ = np.histogram(numbers, bins=edges)
        share = 100 * counts / max(numbers.size, 1)
        called = legible(shortened(name))
        ax.stairs(share, edges, fill=True, color=shade, alpha=0.22, linewidth=0)
        ax.stairs(share, edges, color=shade, linewidth=1.3, label=f"{called}, mean {mean}")
        if numbers.size:
            ax.plot(
                max(numbers.mean(), 0), 1, marker="v", color=shade, markersize=7, clip_on=False,
                transform=ax.get_xaxis_transform(),
            )  # fmt: skip
    ax.set_xlim(0, edges[-1])
    ax.set_ylim(bottom=0)
    ax.set_ylabel("neurons (%)")
    legend(ax, loc="lower left", bbox_to_anchor=(0, 1.03), ncols=1, fontsize=9)


def _edges(numbers: Floats) -> Floats:
    """Edges of bins up to nearly the largest value.

    Rates are whole numbers of spikes over a time; bins that do not hold the same number of such
    values each would make a comb of them, so then the width is a multiple of that grid.
    """
    high = 1.02 * float(np.quantile(numbers, 0.998)) if numbers.size else 1.0
    width = max(high, 1e-9) / _BINS
    steps = np.diff(np.unique(np.round(numbers, 9)))
    grid = float(steps.min()) if steps.size else 0.0
    on_grid = grid > 0 and bool((np.abs(numbers / grid - np.round(numbers / grid)) < 1e-4).all())
    if on_grid and grid > width / 50:
        width = float(np.ceil(width / grid)) * grid
        # Half a step to the left, so that no value lies on an edge.
        shifted: Floats = width * np.arange(int(high / width) + 2, dtype=float) - grid / 2
        return shifted
    even: Floats = width * np.arange(_BINS + 1, dtype=float)
    return even


def _rows(ax: Axes, values: Mapping[str, Floats], unit: str, colours: Mapping[str, str]) -> None:
    """A row a population, the first at the top: quartiles, median, 5th to 95th percentile, mean."""
    style_axes(ax)
    for index, (name, numbers) in enumerate(values.items()):
        if not numbers.size:
            continue
        shade, row = colours[name], -index
        low, lower, middle, upper, high = np.quantile(numbers, [0.05, 0.25, 0.5, 0.75, 0.95])
        ax.plot([low, high], [row, row], color=shade, linewidth=1.2, solid_capstyle="butt")
        ax.barh(row, upper - lower, left=lower, height=0.56, color=shade, alpha=0.45)
        ax.plot([middle, middle], [row - 0.28, row + 0.28], color=shade, linewidth=2)
        ax.plot(numbers.mean(), row, marker="o", color=INK, markersize=4)
        ax.annotate(
            f"{three_digits(numbers.mean())}{unit}", (1, row), xycoords=("axes fraction", "data"),
            xytext=(5, 0), textcoords="offset points", va="center", fontsize=9, color=INK,
        )  # fmt: skip
    ax.annotate(
        "mean", (1, 1), xycoords="axes fraction", xytext=(5, 0), textcoords="offset points",
        va="center", fontsize=9, color=GREY,
    )  # fmt: skip
    ax.set_yticks(-np.arange(len(values)), [legible(shortened(name)) for name in values])
    ax.set_ylim(0.6 - len(values), 0.6)
    ax.set_xlim(left=0)
    ax.tick_params(axis="y", length=0)
