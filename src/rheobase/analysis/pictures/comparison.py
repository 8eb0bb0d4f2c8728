"""Models side by side under one stimulus: potentials or rasters, rates, f-I curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.pictures.fi_curve import fi_curve
from rheobase.analysis.pictures.style import colour, label_time, legend, new_figure, style_axes
from rheobase.analysis.times import Floats
from rheobase.records import Record

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.gridspec import SubplotSpec

# Of a population so many neurons are drawn.
_NEURONS = 100


class Course(Record, identity=True):
    """What one model did.

    Attributes:
        name: what it is called.
        trace: its potential, or its output, on the common clock, shape (samples,).
        label: what the trace is, with its unit.
        t: spike times (ms); None of a model that does not spike.
        i: the neuron of each spike.
        n: how many neurons there are.
        rate: its rate (Hz) in bins; None where it is not drawn.
        output: what its f-I curve shows, such as "firing rate".
        unit: the unit of that as print has it; "" for plain numbers.
    """

    name: str
    trace: Floats
    label: str
    t: Floats | None
    i: Any
    n: int
    rate: Floats | None
    output: str = "firing rate"
    unit: str = "Hz"


def comparison(
    courses: Sequence[Course],
    sample: float,
    middles: Floats,
    currents: Any = None,
    f_i: Mapping[str, Any] | None = None,
    *,
    across: str = "",
) -> Figure:
    """Each model in its own colour.

    Above, one panel a model that is no rate: the raster of a population, the potential of a single
    neuron with its spikes as ticks. Below, all rates in one panel. To the right, f-I curves, those
    of each unit in a panel of their own.

    Args:
        courses: what the models did.
        sample: the time between samples of their traces (ms).
        middles: of the bins of rates (ms).
        currents: of the f-I curves.
        f_i: by model, what it gives at each of them, as its course says.
        across: what the currents are called; by default "input current".

    Returns:
        The Figure.

    Raises:
        MissingExtraError: when matplotlib is not installed.
    """
    shown = [(k, one) for k, one in enumerate(courses) if one.rate is None or one.t is not None]
    has_rates = any(one.rate is not None for one in courses)
    rows = len(shown) + has_rates
    heights = [1.35] * len(shown) + [2.0] * has_rates
    figure = new_figure(10.0 if f_i else 6.8, max(3.0, 0.6 + sum(heights)))
    grid = figure.add_gridspec(
        rows, 2 if f_i else 1, height_ratios=heights, width_ratios=[1.7, 1] if f_i else [1]
    )
    axes = [figure.add_subplot(grid[row, 0]) for row in range(rows)]
    for ax, (k, one) in zip(axes, shown, strict=False):
        _course(ax, one, colour(k), sample)
    if has_rates:
        _rates(axes[-1], courses, middles)
    end = sample * (len(courses[0].trace) - 1)
    for ax in axes:
        ax.set_xlim(0, end)
        if ax is not axes[-1]:
            ax.tick_params(labelbottom=False)
    label_time(axes[-1])
    figure.align_ylabels(axes)
    if f_i:
        _curves(figure, grid[:, 1], courses, currents, f_i, across)
    return figure


def _curves(
    figure: Figure,
    place: SubplotSpec,
    courses: Sequence[Course],
    currents: Any,
    f_i: Mapping[str, Any],
    across: str,
) -> None:
    """The f-I curves, one panel a unit: what has another one cannot be read on the same axis."""
    units = list(dict.fromkeys(one.unit for one in courses))
    panels, axes = place.subgridspec(len(units), 1), []
    for row, unit in enumerate(units):
        shown = {k: one for k, one in enumerate(courses) if one.unit == unit}
        outputs = ", ".join(dict.fromkeys(one.output for one in shown.values()))
        ax = figure.add_subplot(panels[row, 0])
        fi_curve(
            currents, {one.name: f_i[one.name] for one in shown.values()}, ax=ax,
            label=f"{outputs} ({unit})" if unit else outputs, shades=[colour(k) for k in shown],
        )  # fmt: skip
        is_last = row == len(units) - 1
        ax.set_xlabel((across or ax.get_xlabel()) if is_last else "")
        ax.tick_params(labelbottom=is_last)
        axes.append(ax)
    figure.align_ylabels(axes)


def _course(ax: Axes, one: Course, shade: str, sample: float) -> None:
    style_axes(ax)
    ax.set_title(one.name, fontsize=11, color=shade, loc="left", pad=12)
    if one.t is not None and one.n > 1:
        seen = one.i < _NEURONS
        ax.plot(
            one.t[seen], one.i[seen], linestyle="none", marker=".", markersize=2.4,
            markeredgewidth=0, color=shade, rasterized=True,
        )  # fmt: skip
        ax.set_ylim(-0.6, min(one.n, _NEURONS) - 0.4)
        ax.set_ylabel("neuron")
        return
    ax.plot(sample * np.arange(len(one.trace)), one.trace, color=shade, linewidth=1.2)
    if one.t is not None:
        ax.plot(
            one.t, np.full(len(one.t), 1.05), linestyle="none", marker="|", markersize=7,
            markeredgewidth=1.2, color=shade, transform=ax.get_xaxis_transform(), clip_on=False,
        )  # fmt: skip
    ax.set_ylabel(one.label)


def _rates(ax: Axes, courses: Sequence[Course], middles: Floats) -> None:
    style_axes(ax)
    highest = 0.0
    for k, one in enumerate(courses):
        if one.rate is None:
            continue
        spiking = one.t is not None
        ax.plot(
            middles, one.rate, color=colour(k), linewidth=1.1 if spiking else 1.9, label=one.name,
            zorder=2 if spiking else 3,
        )  # fmt: skip
        highest = max(highest, float(np.max(one.rate, initial=0.0)))
    ax.set_ylim(0, 1.3 * highest + 1e-9)  # room for the legend
    ax.set_ylabel("firing rate (Hz)")
    legend(ax, loc="upper right", ncols=2)
