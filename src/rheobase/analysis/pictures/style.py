"""The house style: colours, sizes, axes without a box."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rheobase.analysis.times import Floats
from rheobase.errors import ExperimentError, missing_extra

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette, which colour-blind readers tell apart, without its yellow (too faint on
# white) and in an order in which neighbours differ in lightness as well.
BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"
PURPLE, ORANGE, SKY = "#CC79A7", "#E69F00", "#56B4E9"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
INK, GREY, PALE = "#222222", "#6B6B6B", "#9A9A9A"

_LABEL_SIZE, _TICK_SIZE = 11, 10
# A time axis of so many ms is read in seconds.
_LONG = 10_000.0
_DOTS_PER_INCH = 150


def new_figure(width: float, height: float) -> Figure:
    """An empty Figure of a size in inches, laid out by itself, which a notebook can show.

    Raises:
        MissingExtraError: when matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise missing_extra("matplotlib", "plot", "Drawing a picture") from None
    figure = Figure(figsize=(width, height), dpi=100, layout="constrained", facecolor="white")
    # A Figure made without pyplot is shown by notebooks only when it knows how to show itself.
    vars(figure)["_repr_png_"] = partial(_png, figure)
    return figure


def panel(ax: Any, width: float = 6.4, height: float = 3.6) -> tuple[Figure, Axes]:
    """The axes to draw on, styled, with their Figure: those given, or new ones."""
    if ax is None:
        ax = new_figure(width, height).add_subplot()
    style_axes(ax)
    # Of axes in a subfigure this is the whole Figure.
    return ax.figure.figure, ax


def panels(ax: Any, heights: Sequence[float], width: float = 6.4) -> tuple[Figure, list[Axes]]:
    """Axes one above the other with one time axis: those given, or new ones, heights in inches."""
    if ax is not None:
        given = list(ax) if hasattr(ax, "__iter__") else [ax]
        return panel(given[0])[0], [panel(one)[1] for one in given]
    figure = new_figure(width, sum(heights) + 0.5)
    grid = figure.add_gridspec(len(heights), 1, height_ratios=list(heights))
    axes: list[Axes] = []
    for row in range(len(heights)):
        one = figure.add_subplot(grid[row], sharex=axes[0] if axes else None)
        style_axes(one)
        if row < len(heights) - 1:
            one.tick_params(labelbottom=False)
        axes.append(one)
    return figure, axes


def style_axes(ax: Axes) -> None:
    """No box, quiet ticks, sizes that can be read."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(INK)
    ax.tick_params(labelsize=_TICK_SIZE, color=INK, labelcolor=INK)
    for axis in (ax.xaxis, ax.yaxis):
        axis.label.set_fontsize(_LABEL_SIZE)
        axis.label.set_color(INK)


def legend(ax: Axes, **where: Any) -> None:
    """A legend without a box."""
    close = {"handlelength": 1.1, "handletextpad": 0.5, "columnspacing": 1.0, "borderpad": 0.2}
    quiet = {"frameon": False, "fontsize": _TICK_SIZE, "labelcolor": INK}
    ax.legend(**{**close, **quiet, **where})


def label_time(ax: Axes) -> None:
    """Say what a time axis measures: data in ms, read in seconds where it is a long one."""
    begin, end = ax.get_xlim()
    if end - begin < _LONG:
        ax.set_xlabel("time (ms)")
        return
    ax.set_xlabel("time (s)")
    ax.xaxis.set_major_formatter(lambda value, _: f"{value / 1000:g}")


def over_time(ax: Axes, times: Floats) -> None:
    """A time axis over all samples, to the end of the last step, where its tick is."""
    if len(times) > 1:
        ax.set_xlim(times[0], times[-1] + (times[-1] - times[0]) / (len(times) - 1))
    label_time(ax)


def colour(index: int) -> str:
    """The colour of the n-th thing drawn."""
    return PALETTE[index % len(PALETTE)]


def dash(index: int) -> Any:
    """The line of the n-th thing drawn: solid, and dashed when the colours come round again."""
    return "-" if index < len(PALETTE) else (0, (4, 1.5))


def three_digits(value: float) -> str:
    """A number as a label has it: 22 is "22.0", 1234.5 is "1234"."""
    return f"{value:#.3g}".rstrip(".") if 1e-3 <= abs(value) < 1e3 else f"{value:.4g}"


def write(figure: Figure, path: str | Path) -> Path:
    """Write a picture, whole or not at all; the format is that of the name: PNG, PDF, SVG.

    Raises:
        ExperimentError: when it cannot be written there, or not in this format.
    """
    target = Path(path)
    draft = target.with_name(f".{target.stem}-{secrets.token_hex(4)}{target.suffix or '.png'}")
    try:
        figure.savefig(draft, dpi=_DOTS_PER_INCH)
        os.replace(draft, target if target.suffix else target.with_suffix(".png"))
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise ExperimentError(
            f"The picture {target} cannot be written: {cause}.",
            mend="give a name that ends in .png, .pdf or .svg, in a folder that is there",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return target if target.suffix else target.with_suffix(".png")


def _png(figure: Figure) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=_DOTS_PER_INCH)
    return stream.getvalue()
