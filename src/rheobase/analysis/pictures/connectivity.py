"""Who is connected to whom, as a picture of a matrix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import plain, unit_text
from rheobase.analysis.pictures.style import GREY, INK, new_figure, style_axes
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def connectivity(
    matrix: Any,
    *,
    pre: Mapping[str, int],
    post: Mapping[str, int] | None = None,
    quantity: str = "connection probability",
) -> Figure:
    """A matrix of connections, presynaptic neurons down and postsynaptic ones across.

    Positive entries are blue, negative ones vermilion, so that excitation and inhibition are told
    apart; each has its own scale, since few strong inhibitory synapses balance many weak excitatory
    ones. A scale ends at the 99.5th percentile of what is there, and a wedge at the end of the
    colour bar says that more lies beyond.

    Args:
        matrix: as `connectivity_matrix` returns it, of single neurons or of pooled ones, shape
            (rows, columns): a quantity, or plain numbers.
        pre: how many neurons each presynaptic population has, by name, in the order of the rows.
        post: the same for the columns; None for the same as `pre`.
        quantity: what an entry is: "connection probability", "weight", "synapses".

    Returns:
        The Figure.

    Raises:
        ParameterError: for a matrix of another shape, or of nothing.
        MissingExtraError: when matplotlib is not installed.
    """
    numbers, unit = plain(matrix)
    values = np.asarray(numbers, dtype=float)
    after = pre if post is None else post
    if values.ndim != 2 or not values.size or not pre or not after:
        raise ParameterError(
            f"A matrix of the shape {values.shape} cannot be drawn.",
            mend="give (rows, columns), and the populations of both",
        )
    rows, columns = sum(pre.values()), sum(after.values())
    width = 5.2
    height = float(np.clip(width * rows / columns, 1.6, 6.4))
    figure = new_figure(width + 1.6, height + 0.8)
    ax = figure.add_subplot()
    style_axes(ax)
    low, high, more = _limits(values)
    picture = ax.imshow(
        values, cmap=_colours(low < 0, high > 0), norm=_norm(low, high), origin="upper",
        extent=(0, columns, rows, 0), aspect="auto", interpolation="nearest",
    )  # fmt: skip
    _name(ax, pre, "y")
    _name(ax, after, "x")
    ax.set_ylabel("presynaptic")
    ax.set_xlabel("postsynaptic")
    ax.spines[["top", "right"]].set_visible(True)
    for spine in ax.spines.values():
        spine.set_color(GREY)
    bar = figure.colorbar(picture, ax=ax, fraction=0.046, pad=0.03, extend=more)
    text = unit_text(unit)
    bar.set_label(f"{quantity} ({text})" if text else quantity, color=INK, fontsize=11)
    ticks = _ticks(low, high)
    if (values == np.round(values)).all() and high - low < 10:
        ticks = np.arange(np.ceil(low), np.floor(high) + 1).tolist()
    bar.set_ticks(ticks, labels=[f"{tick:.3g}".replace("-", "−") for tick in ticks])
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=10, color=INK, labelcolor=INK)
    return figure


def _limits(values: Any) -> tuple[float, float, str]:
    """The ends of the colour scale, zero within, and at which of them more lies beyond."""
    above, below = values[values > 0], values[values < 0]
    low = float(np.quantile(below, 0.005)) if below.size else 0.0
    high = float(np.quantile(above, 0.995)) if above.size else float(not below.size)
    over, under = bool((values > high).any()), bool((values < low).any())
    more = {(True, True): "both", (True, False): "max", (False, True): "min"}
    return low, high, more.get((over, under), "neither")


def _norm(low: float, high: float) -> Any:
    """From value to place on the scale; zero is in the middle where both signs occur."""
    from matplotlib.colors import Normalize, TwoSlopeNorm

    return TwoSlopeNorm(0, low, high) if low < 0 < high else Normalize(low, high)


def _ticks(low: float, high: float) -> Any:
    """Round numbers within the scale, some on each side of zero."""
    from matplotlib.ticker import MaxNLocator

    places = MaxNLocator(4)
    sides = [places.tick_values(*side) for side in ((low, 0), (0, high)) if side[0] < side[1]]
    ticks = np.unique(np.concatenate(sides))
    return ticks[(ticks >= low) & (ticks <= high)].tolist()


def _colours(negative: bool, positive: bool) -> Any:
    """White at zero, darker with size: towards blue above it, vermilion below."""
    from matplotlib.colors import LinearSegmentedColormap

    above = ["#FFFFFF", "#9CCBEA", "#0072B2", "#00304D"]
    below = ["#FFFFFF", "#F5B995", "#D55E00", "#5A2700"]
    chosen = below[:0:-1] * negative + ["#FFFFFF"] + above[1:] * positive
    return LinearSegmentedColormap.from_list("connections", chosen)


def _name(ax: Axes, populations: Mapping[str, int], side: str) -> None:
    """Names in the middle of their populations, a line between one and the next."""
    ends = np.cumsum(list(populations.values()))
    middles = ends - np.array(list(populations.values())) / 2
    labels = [f"{name}\n{count:,}" for name, count in populations.items()]
    crowded = len(populations) > 4
    if crowded:
        labels = list(populations)
    axis = ax.yaxis if side == "y" else ax.xaxis
    axis.set_ticks(middles, labels)
    ax.tick_params(axis="y" if side == "y" else "x", length=0)
    if side == "x" and crowded:
        ax.tick_params(axis="x", labelrotation=90)
    draw = ax.axhline if side == "y" else ax.axvline
    for end in ends[:-1]:
        draw(end, color=INK, linewidth=0.8)
