"""How the weights of synapses are distributed: a histogram a projection."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import axis_label, plain
from rheobase.analysis.pictures.populations import legible, shades
from rheobase.analysis.pictures.style import new_figure, style_axes, three_digits
from rheobase.analysis.times import Floats
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Bins, panels beside each other, and how many characters of a name fit over one.
_BINS, _COLUMNS, _TITLE = 40, 3, 34


def weights(values: Mapping[str, Any], *, colours: Mapping[str, str] | None = None) -> Figure:
    """A histogram of the weights of each projection, each with an axis and a unit of its own.

    A triangle stands at the mean. The axis begins or ends at 0 where all weights have one sign.

    Args:
        values: the weights of the synapses, by projection: quantities, or plain numbers.
        colours: of the projections, by name; by default those of their places.

    Returns:
        The Figure.

    Raises:
        ParameterError: when there is no projection, or a weight is not finite.
        MissingExtraError: when matplotlib is not installed.
    """
    if not values:
        raise ParameterError("There are no weights to draw.", mend="give those of a projection")
    own = shades(values, colours)
    columns = min(_COLUMNS, len(values))
    rows = -(-len(values) // columns)
    figure = new_figure(max(4.6, 3.1 * columns), 0.3 + 2.6 * rows)
    for place, (name, given) in enumerate(values.items()):
        ax = figure.add_subplot(rows, columns, place + 1)
        numbers, unit = plain(given)
        flat = np.ravel(np.asarray(numbers, dtype=float))
        if not np.isfinite(flat).all():
            raise ParameterError(f"A weight of {name!r} is not finite.", mend="leave it out")
        _histogram(ax, flat, own[name], axis_label("weight", unit))
        ax.set_title(textwrap.fill(legible(name), _TITLE), fontsize=11, pad=14)
    return figure


def _histogram(ax: Axes, numbers: Floats, shade: str, label: str) -> None:
    style_axes(ax)
    ax.set_xlabel(label)
    ax.set_ylabel("synapses (%)")
    if not numbers.size:
        ax.text(0.5, 0.5, "no synapses", transform=ax.transAxes, ha="center", va="center")
        return
    low, high = min(0.0, float(numbers.min())), max(0.0, float(numbers.max()))
    edges = np.linspace(low, high if high > low else low + 1.0, _BINS + 1)
    share = 100 * np.histogram(numbers, edges)[0] / numbers.size
    ax.stairs(share, edges, fill=True, color=shade, alpha=0.3, linewidth=0)
    ax.stairs(share, edges, color=shade, linewidth=1.3)
    mean = float(numbers.mean())
    ax.plot(
        mean, 1, marker="v", color=shade, markersize=7, clip_on=False,
        transform=ax.get_xaxis_transform(),
    )  # fmt: skip
    is_left = mean < (low + edges[-1]) / 2
    ax.annotate(
        f"mean {three_digits(mean)}", (mean, 1), xycoords=ax.get_xaxis_transform(),
        xytext=(6 if is_left else -6, 2), textcoords="offset points", va="bottom", fontsize=9,
        color=shade, ha="left" if is_left else "right",
    )  # fmt: skip
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(0, None)
