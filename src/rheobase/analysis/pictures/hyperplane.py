"""The hyperplane of an artificial neuron, in two dimensions and in three."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.pictures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    PALE,
    VERMILION,
    legend,
    new_figure,
    panel,
)
from rheobase.analysis.times import Floats
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Of the negative side and the positive one.
_SHADES = (BLUE, VERMILION)
_AXES = ("$x_1$", "$x_2$", "$x_3$")


def hyperplane(
    normal: Any,
    offset: float,
    points: Any = None,
    *,
    classes: Any = None,
    projections: bool = True,
    ax: Any = None,
) -> Figure:
    """The line or plane {x: normal . x = offset}, its normal, and points with their projections.

    In two dimensions the two half-planes are shaded, red where normal . x is above the offset, and
    points are marked by the same colours.

    Args:
        normal: the normal, of length 1, shape (2,) or (3,).
        offset: the distance of the hyperplane from the origin along the normal.
        points: points to draw, shape (points, 2) or (points, 3).
        classes: whether each point is of the class that belongs on the normal's side, shape
            (points,), which gives its colour; by default that of the side where it lies.
        projections: join the points to the nearest points of the hyperplane.
        ax: axes to draw on, of three dimensions where the normal has three; None makes a Figure.

    Returns:
        The Figure.

    Raises:
        ParameterError: for other numbers of dimensions, and points that do not fit.
        MissingExtraError: when matplotlib is not installed.
    """
    unit, given = _checked(normal, offset, points)
    distances = given @ unit - offset
    belongs = distances > 0 if classes is None else np.asarray(classes, dtype=bool)
    if belongs.shape != distances.shape:
        raise ParameterError(
            f"There are {len(given)} points and classes of shape {belongs.shape}.",
            mend="give one class a point",
        )
    feet = given - distances[:, np.newaxis] * unit
    draw = _plane if len(unit) == 2 else _space
    figure, ax = draw(unit, offset, given, belongs, feet if projections else feet[:0], ax)
    if classes is None:
        legend(ax, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return figure


def _checked(normal: Any, offset: float, points: Any) -> tuple[Floats, Floats]:
    unit = np.asarray(normal, dtype=float)
    if unit.shape not in ((2,), (3,)) or abs(unit @ unit - 1) > 1e-9 or not np.isfinite(offset):
        raise ParameterError(
            f"A normal of shape {unit.shape} cannot be drawn.",
            mend="give the unit normal and the offset of a hyperplane in 2 or 3 dimensions",
        )
    given = np.empty((0, len(unit))) if points is None else np.asarray(points, dtype=float)
    if given.ndim != 2 or given.shape[1] != len(unit):
        raise ParameterError(
            f"The points have the shape {given.shape}.", mend=f"give (points, {len(unit)})"
        )
    return unit, given


def _limits(unit: Floats, offset: float, given: Floats) -> Floats:
    """A square or a cube with the points, the origin and the tip of the normal, shape (2, n)."""
    foot = offset * unit
    every = np.vstack([given, np.zeros_like(foot), foot, foot + unit])
    low, high = every.min(axis=0), every.max(axis=0)
    half = 0.58 * float(np.max(high - low))
    return np.array([(low + high) / 2 - half, (low + high) / 2 + half])


def _plane(
    unit: Floats, offset: float, given: Floats, belongs: Any, feet: Floats, ax: Any
) -> tuple[Figure, Any]:
    figure, ax = panel(ax, width=4.8, height=4.6)
    limits = _limits(unit, offset, given)
    along, foot = np.array([-unit[1], unit[0]]), offset * unit
    reach = 4 * float(np.max(np.abs(limits))) + abs(offset)
    ends = np.array([foot - reach * along, foot + reach * along])
    for side, shade in zip((-1, 1), _SHADES, strict=True):
        corners = np.vstack([ends, ends[::-1] + side * 2 * reach * unit])
        ax.fill(*corners.T, color=shade, alpha=0.1, linewidth=0)
    ax.plot(*ends.T, color=INK, linewidth=1.8)
    _join(ax, given[: len(feet)], feet)
    _mark(ax, given, belongs)
    arrow = {"arrowstyle": "-|>", "color": GREEN, "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", foot + unit, foot, arrowprops=arrow, zorder=5)
    ax.annotate(
        r"$\mathbf{w}/|\mathbf{w}|$", foot + unit, textcoords="offset points", xytext=-7 * along,
        ha="left" if unit[1] > 0 else "right", va="center",
        color=GREEN, fontsize=11, zorder=5,
    )  # fmt: skip
    ax.plot(*np.array([np.zeros(2), foot]).T, color=PALE, linewidth=1.2)
    ax.plot(0, 0, "+", color=INK, markersize=9)
    ax.set(xlim=limits[:, 0], ylim=limits[:, 1], aspect="equal")
    ax.set_xlabel(_AXES[0])
    ax.set_ylabel(_AXES[1])
    return figure, ax


def _space(
    unit: Floats, offset: float, given: Floats, belongs: Any, feet: Floats, ax: Any
) -> tuple[Figure, Any]:
    from matplotlib.ticker import MaxNLocator

    if ax is None:
        ax = new_figure(5.2, 4.8).add_subplot(projection="3d")
    limits = _limits(unit, offset, given)
    foot = offset * unit
    first = np.linalg.svd(unit[np.newaxis])[2][1]
    second = np.cross(unit, first)
    reach = 0.5 * float(limits[1, 0] - limits[0, 0])
    middle = feet.mean(axis=0) if len(feet) else foot
    steps = np.linspace(-reach, reach, 9)
    a, b = np.meshgrid(steps, steps)
    surface = middle[:, None, None] + first[:, None, None] * a + second[:, None, None] * b
    ax.plot_surface(*surface, color=PALE, alpha=0.25, linewidth=0.4, edgecolor=PALE, shade=False)
    _join(ax, given[: len(feet)], feet)
    _mark(ax, given, belongs)
    ax.quiver(*foot, *unit, color=GREEN, linewidth=2, arrow_length_ratio=0.15)
    ax.text(*(foot + 1.12 * unit), r"$\mathbf{w}/|\mathbf{w}|$", color=GREEN, fontsize=11)
    ax.set(xlim=limits[:, 0], ylim=limits[:, 1], zlim=limits[:, 2])
    ax.set(xlabel=_AXES[0], ylabel=_AXES[1], zlabel=_AXES[2])
    ax.set_box_aspect((1, 1, 1), zoom=0.88)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_major_locator(MaxNLocator(4))
    ax.tick_params(labelsize=9, pad=0)
    return ax.figure.figure, ax


def _mark(ax: Axes, points: Floats, belongs: Any) -> None:
    """Points, circles in one colour and squares in the other."""
    for is_one, (shade, marker, sign) in enumerate(zip(_SHADES, "os", "<>", strict=True)):
        chosen = points[belongs == bool(is_one)]
        ax.plot(
            *chosen.T, marker, color=shade, markersize=6, markeredgecolor="white", zorder=4,
            label=rf"$\mathbf{{w}}\cdot\mathbf{{x}} + b {sign} 0$",
        )  # fmt: skip


def _join(ax: Axes, points: Floats, feet: Floats) -> None:
    """Dashes from points to their projections, which are marked."""
    for point, foot in zip(points, feet, strict=True):
        ax.plot(*np.array([point, foot]).T, color=GREY, linewidth=1, linestyle=(0, (3, 2)))
    if len(feet):
        ax.plot(*feet.T, ".", color=GREY, markersize=5)
