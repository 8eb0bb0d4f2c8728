"""The phase plane of two variables: nullclines, direction field, fixed points, trajectories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.labels import axis_label, plain
from rheobase.analysis.pictures.style import BLUE, INK, PALE, VERMILION, legend, panel
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# At most this many arrows along each side; a finer grid serves the nullclines only.
_ARROWS = 22


@dataclass(frozen=True)
class FixedPoint:
    """A state that does not change.

    Attributes:
        x: of the variable across, in its unit.
        y: of the variable upwards, in its unit.
        stability: "stable", "unstable" or "saddle".
    """

    x: Any
    y: Any
    stability: str


def phase_plane(
    x: Any,
    y: Any,
    dx: Any,
    dy: Any,
    *,
    names: tuple[str, str] = ("v", "w"),
    fixed_points: Sequence[FixedPoint] = (),
    trajectories: Mapping[str, tuple[Any, Any]] | Sequence[tuple[Any, Any]] = (),
    ax: Any = None,
) -> Figure:
    """The phase plane: where each variable stands still, and which way the state moves.

    Nullclines are the zero contours of the derivatives on the grid.

    Args:
        x: values of the variable across, ascending, shape (columns,): a quantity or plain numbers.
        y: values of the variable upwards, ascending, shape (rows,).
        dx: the derivative of x on the grid, shape (rows, columns).
        dy: the derivative of y on the grid, shape (rows, columns).
        names: of the two variables.
        fixed_points: drawn by stability: stable filled, unstable open, a saddle half-filled.
        trajectories: pairs (x, y) of paths through the plane, by name or without. A jump from one
            sample to the next, as a reset makes it, is not joined by a line.
        ax: axes to draw on; None makes a Figure.

    Returns:
        The Figure.

    Raises:
        ParameterError: when the derivatives do not fit the grid.
        MissingExtraError: when matplotlib is not installed.
    """
    (across, x_unit), (upwards, y_unit) = plain(x), plain(y)
    across, upwards = np.asarray(across, dtype=float), np.asarray(upwards, dtype=float)
    fields = [np.asarray(plain(field)[0], dtype=float) for field in (dx, dy)]
    for name, field in zip(names, fields, strict=True):
        if field.shape != (len(upwards), len(across)):
            raise ParameterError(
                f"The derivative of {name} has the shape {field.shape} on a grid of "
                f"{(len(upwards), len(across))}.",
                mend="give it the shape (rows, columns)",
            )
    figure, ax = panel(ax, width=5.6, height=4.4)
    _arrows(ax, across, upwards, fields)
    for field, name, shade in zip(fields, names, (BLUE, VERMILION), strict=True):
        ax.contour(across, upwards, field, levels=[0.0], colors=[shade], linewidths=1.8, zorder=3)
        ax.plot([], [], color=shade, linewidth=1.8, label=f"{name}-nullcline")
    _paths(ax, trajectories, (x_unit, y_unit), (np.ptp(across), np.ptp(upwards)))
    _points(ax, fixed_points, (x_unit, y_unit))
    ax.set_xlim(across[0], across[-1])
    ax.set_ylim(upwards[0], upwards[-1])
    ax.set_xlabel(axis_label(names[0], x_unit))
    ax.set_ylabel(axis_label(names[1], y_unit))
    legend(ax, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3)
    return figure


def _arrows(ax: Any, across: Any, upwards: Any, fields: list[Any]) -> None:
    """Directions only, in the units of the picture: lengths would differ by orders of magnitude."""
    columns = np.unique(np.linspace(0, len(across) - 1, _ARROWS).astype(int)[1:-1])
    rows = np.unique(np.linspace(0, len(upwards) - 1, _ARROWS).astype(int)[1:-1])
    grid = np.ix_(rows, columns)
    right, up = fields[0][grid] / np.ptp(across), fields[1][grid] / np.ptp(upwards)
    length = np.hypot(right, up)
    with np.errstate(invalid="ignore", divide="ignore"):
        right, up = (np.where(length > 0, part / length, 0.0) for part in (right, up))
    ax.quiver(
        across[columns], upwards[rows], right, up, angles="uv", pivot="mid", color=PALE,
        scale=34, width=0.0022, headwidth=4, headlength=4.5, alpha=0.8, zorder=1,
    )  # fmt: skip


def _paths(ax: Any, trajectories: Any, units: tuple[Any, Any], size: tuple[float, float]) -> None:
    if isinstance(trajectories, Mapping):
        paths: list[tuple[str | None, Any]] = list(trajectories.items())
    else:
        # The name is told once, however many there are.
        paths = [(None if index else "trajectory", path) for index, path in enumerate(trajectories)]
    for label, path in paths:
        x, y = (np.ravel(_in_unit(part, unit)) for part, unit in zip(path, units, strict=True))
        jumps = np.hypot(np.diff(x) / size[0], np.diff(y) / size[1]) > 0.1
        where = np.flatnonzero(jumps) + 1
        x, y = np.insert(x, where, np.nan), np.insert(y, where, np.nan)
        ax.plot(x, y, color=INK, linewidth=1.1, alpha=0.9, label=label, zorder=4)


def _points(ax: Any, fixed_points: Sequence[FixedPoint], units: tuple[Any, Any]) -> None:
    fills = {"stable": "full", "unstable": "none", "saddle": "left"}
    told: set[str] = set()
    for point in fixed_points:
        kind = next((k for k in ("saddle", "unstable", "stable") if k in point.stability), "stable")
        label = None if kind in told else ("saddle point" if kind == "saddle" else f"{kind} point")
        told.add(kind)
        ax.plot(
            [_in_unit(point.x, units[0])], [_in_unit(point.y, units[1])], linestyle="none",
            label=label, marker="o", markersize=8, markeredgewidth=1.5, color=INK,
            fillstyle=fills[kind], markerfacecoloralt="white", zorder=5,
        )  # fmt: skip


def _in_unit(value: Any, unit: Any) -> Any:
    if unit is not None and hasattr(value, "value_in"):
        return np.asarray(value.value_in(unit), dtype=float)
    return np.asarray(value, dtype=float)
