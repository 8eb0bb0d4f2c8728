"""A picture of a network: populations as circles, projections as arrows between them.

Gap junctions are lines without a head. A projection that learns has a mark on its arrow, one for
each rule; a dotted line leads there from the population that modulates it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from rheobase.analysis.pictures.populations import colours_of, legible, shortened
from rheobase.analysis.pictures.style import GREY, INK, new_figure, write
from rheobase.errors import ParameterError
from rheobase.network.dale import projection_effect
from rheobase.network.diagram_key import HEADS, JOINT_WIDTH, Key
from rheobase.network.diagram_learning import draw_learning, marks_of, rule_name
from rheobase.network.feasible import expected_synapses
from rheobase.network.layout import Place, layout
from rheobase.network.population import Population
from rheobase.network.projection import Projection

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rheobase.network.description import NetworkDescription
    from rheobase.network.gap_junctions import GapJunction

    J = TypeVar("J", Projection, GapJunction)

# Between a circle and the tip of an arrow, in inches.
_GAP = 0.05
_MARGIN = 0.2
# How much of its colour a circle is filled with.
_TINT = 0.14
# A name with more letters would reach its neighbours, and out of the picture.
_LETTERS = 16


def diagram(network: NetworkDescription, path: str | Path | None = None) -> Figure:
    """A diagram of a network; the arguments are those of `NetworkDescription.plot`.

    Raises:
        ParameterError: for a network without populations.
    """
    populations = list(network.populations.values())
    if not populations:
        raise ParameterError("The network is empty.", mend="add a population first: net.add(...)")
    projections = list(network.projections.values())
    places = layout(populations, projections)
    joints = list(network.gap_junctions.values())
    loops = {p.pre.name for p in projections if p.is_recurrent}
    loops |= {g.pre.name for g in joints if g.pre.name == g.post.name}
    low, high = _extent(places, loops)
    colours = colours_of(network.populations)
    marks = marks_of(projections)
    key = Key(projections, bool(joints), marks)
    width, height = high - low
    below = key.height(width)
    figure = new_figure(width, height + below)
    ax = figure.add_subplot()
    ax.set_aspect("equal")
    ax.set_xlim(low[0], high[0])
    ax.set_ylim(low[1] - below, high[1])
    ax.set_axis_off()
    for projection, turn in _turns(projections):
        curve = _draw_projection(ax, projection, places, turn, colours[projection.pre.name])
        if projection.plasticity is not None:
            mark = marks[rule_name(projection)]
            draw_learning(ax, projection, curve, mark, places, colours)
    # Lines go between the arrows of a pair, loops around those of a population.
    inner = Counter(p.pre.name for p in projections if p.is_recurrent)
    for joint, turn in _turns(joints):
        is_loop = joint.pre.name == joint.post.name
        _draw_gap_junction(ax, joint, places, turn + (inner[joint.pre.name] if is_loop else 0))
    for population in populations:
        _draw_population(ax, population, places[population.name], colours[population.name])
    key.draw(ax, width)
    if path is not None:
        write(figure, path)
    return figure


def _extent(places: dict[str, Place], loops: set[str]) -> tuple[Any, Any]:
    """The corners of the picture, with room for loops."""
    corners = []
    for name, place in places.items():
        reach = place.radius
        for sign in (-1.0, 1.0):
            corners.append(place.centre + sign * reach)
        if name in loops:
            corners.append(place.centre + place.outwards * (place.radius + 0.62))
    points = np.array(corners)
    return points.min(axis=0) - _MARGIN, points.max(axis=0) + _MARGIN


def _turns(projections: Sequence[J]) -> list[tuple[J, int]]:
    """Projections with their number among those of one pair, which are bent by it."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for projection in projections:
        pair = projection.pre.name, projection.post.name
        found.append((projection, seen.get(pair, 0)))
        seen[pair] = seen.get(pair, 0) + 1
    return found


def _draw_projection(
    ax: Axes, projection: Projection, places: dict[str, Place], turn: int, colour: str
) -> Any:
    """Draw an arrow; gives the points of its curve."""
    from matplotlib.patches import FancyArrowPatch

    kind = projection_effect(projection)
    start, end = places[projection.pre.name], places[projection.post.name]
    synapses = expected_synapses(projection.rule, projection.pre, projection.post)
    width = 0.9 + 0.16 * np.log10(1.0 + synapses) if np.isfinite(synapses) else 1.2
    if projection.is_recurrent:
        points = _loop(start, turn)
    else:
        points = _arc(start, end, turn, projection.pre.population.is_source)
    from matplotlib.path import Path as Curve

    curve = Curve(points, [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4])
    ax.add_patch(
        FancyArrowPatch(
            path=curve, arrowstyle=HEADS[kind], linewidth=width, color=colour, capstyle="round",
            joinstyle="miter", shrinkA=0, shrinkB=0, zorder=2, mutation_scale=1,
        )
    )  # fmt: skip
    return points


def _draw_gap_junction(
    ax: Axes, junction: GapJunction, places: dict[str, Place], turn: int
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Curve

    start, end = places[junction.pre.name], places[junction.post.name]
    points = _loop(start, turn) if start is end else _arc(start, end, turn, is_straight=True)
    curve = Curve(points, [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4])
    ax.add_patch(PathPatch(curve, facecolor="none", edgecolor=INK, linewidth=JOINT_WIDTH, zorder=2))


def _arc(start: Place, end: Place, turn: int, is_straight: bool) -> Any:
    """A cubic curve from circle to circle that bends to the left of its way."""
    way = end.centre - start.centre
    along = way / np.hypot(*way)
    # The two directions of a pair, and several projections of one direction, stay apart.
    angle = 0.24 * turn + (0.08 if is_straight else 0.26)
    first = start.centre + (start.radius + _GAP) * _rotated(along, angle)
    last = end.centre - (end.radius + _GAP) * _rotated(along, -angle)
    pull = 0.33 * float(np.hypot(*(last - first)))
    bend = _rotated(along, angle), _rotated(along, -angle)
    return np.array([first, first + pull * bend[0], last - pull * bend[1], last])


def _loop(place: Place, turn: int) -> Any:
    """A loop on the side of a circle that looks away from the others."""
    opening, reach = 0.42, 0.85 + 0.28 * turn
    sides = _rotated(place.outwards, opening), _rotated(place.outwards, -opening)
    ends = [place.centre + (place.radius + _GAP) * side for side in sides]
    wide = _rotated(place.outwards, 0.5), _rotated(place.outwards, -0.5)
    return np.array([ends[0], ends[0] + reach * wide[0], ends[1] + reach * wide[1], ends[1]])


def _rotated(vector: Any, angle: float) -> Any:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([c * vector[0] - s * vector[1], s * vector[0] + c * vector[1]])


def _draw_population(ax: Axes, population: Population, place: Place, colour: str) -> None:
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Circle

    # Not transparent, or arrows would shine through.
    tint = tuple(1 - _TINT * (1 - part) for part in to_rgb(colour))
    ax.add_patch(
        Circle(
            tuple(place.centre), place.radius, facecolor=tint, edgecolor=colour,
            linewidth=1.6, linestyle=(0, (3, 2)) if population.is_source else "-", zorder=3,
        )
    )  # fmt: skip
    # A letter is some 0.6 of its size wide, and the text keeps to the middle of the circle.
    room = 1.5 * place.radius * 72
    name = shortened(population.name, _LETTERS)
    size = float(np.clip(room / (0.6 * max(len(name), 4)), 5.5, 11.5))
    x, y = place.centre
    ax.text(
        x, y + 0.07, legible(name, "bold"), ha="center", va="center", fontsize=size,
        color=INK, fontweight="bold", zorder=4,
    )  # fmt: skip
    ax.text(
        x, y - 0.13, f"{population.n:,}", ha="center", va="center", color=GREY,
        fontsize=min(size, 9.0), zorder=4,
    )  # fmt: skip
