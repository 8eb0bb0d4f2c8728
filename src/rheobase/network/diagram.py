"""A picture of a network: populations as circles, projections as arrows between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.pictures.style import BLUE, GREY, INK, VERMILION, new_figure, write
from rheobase.errors import ParameterError
from rheobase.network.dale import EXCITES, INHIBITS, effect, rest_and_threshold
from rheobase.network.distributions import Distribution
from rheobase.network.feasible import expected_synapses
from rheobase.network.layout import Place, layout
from rheobase.network.population import Population
from rheobase.network.projection import Projection

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rheobase.network.description import NetworkDescription

_COLOURS = {EXCITES: VERMILION, INHIBITS: BLUE, None: GREY}
_FILLS = {EXCITES: "#FBE7DA", INHIBITS: "#DCEBF5", None: "#EFEFEF"}
_WORDS = {EXCITES: "excites", INHIBITS: "inhibits", None: "either"}
# Between a circle and the tip of an arrow, in inches.
_GAP = 0.05
_MARGIN = 0.2
# The height of what explains the colours.
_KEY = 0.3


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
    loops = {p.pre.name for p in projections if p.is_recurrent}
    low, high = _extent(places, loops)
    effects = {p.name: _effect_of(p, projections) for p in populations}
    figure = new_figure(*(high - low + (0.0, _KEY)))
    ax = figure.add_subplot()
    ax.set_aspect("equal")
    ax.set_xlim(low[0], high[0])
    ax.set_ylim(low[1] - _KEY, high[1])
    ax.set_axis_off()
    for projection, turn in _turns(projections):
        _draw_projection(ax, projection, places, turn)
    for population in populations:
        _draw_population(ax, population, places[population.name], effects[population.name])
    _draw_key(ax, projections)
    if path is not None:
        write(figure, path)
    return figure


def projection_effect(projection: Projection) -> str | None:
    """Whether a projection excites or inhibits; None where that is open, or either."""
    said = effect(projection.pre.population)
    if said is not None:
        return said
    synapse = projection.synapse
    if synapse.reversal is not None:
        rest, threshold = rest_and_threshold(projection.composite, synapse.potential)
        if rest is not None and synapse.reversal <= rest:
            return INHIBITS
        level = threshold if threshold is not None else rest
        return None if level is None else EXCITES if synapse.reversal > level else INHIBITS
    weights = projection.weights
    if isinstance(weights, Distribution):
        low, high = weights.bounds
    elif isinstance(weights, (float, np.ndarray)):
        low, high = float(np.min(weights, initial=np.inf)), float(np.max(weights, initial=-np.inf))
    else:
        return None
    return EXCITES if low >= 0 and high > 0 else INHIBITS if high <= 0 and low < 0 else None


def _effect_of(population: Population, projections: list[Projection]) -> str | None:
    """What a population does, by what it releases or by all that it projects."""
    said = effect(population)
    found = {projection_effect(p) for p in projections if p.pre.population is population}
    return said if said is not None or len(found) != 1 else found.pop()


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


def _turns(projections: list[Projection]) -> list[tuple[Projection, int]]:
    """Projections with their number among those of one pair, which are bent by it."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for projection in projections:
        pair = projection.pre.name, projection.post.name
        found.append((projection, seen.get(pair, 0)))
        seen[pair] = seen.get(pair, 0) + 1
    return found


def _draw_projection(ax: Axes, projection: Projection, places: dict[str, Place], turn: int) -> None:
    from matplotlib.patches import FancyArrowPatch

    kind = projection_effect(projection)
    start, end = places[projection.pre.name], places[projection.post.name]
    synapses = expected_synapses(projection.rule, projection.pre, projection.post)
    width = 0.9 + 0.16 * np.log10(1.0 + synapses) if np.isfinite(synapses) else 1.2
    if projection.is_recurrent:
        points = _loop(start, turn)
    else:
        points = _arc(start, end, turn, projection.pre.population.is_source)
    style = "|-|,widthA=0,widthB=4.2" if kind == INHIBITS else "-|>,head_length=6,head_width=3"
    from matplotlib.path import Path as Curve

    curve = Curve(points, [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4])
    ax.add_patch(
        FancyArrowPatch(
            path=curve, arrowstyle=style, linewidth=width, color=_COLOURS[kind], capstyle="round",
            joinstyle="miter", shrinkA=0, shrinkB=0, zorder=2, mutation_scale=1,
        )
    )  # fmt: skip


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


def _draw_population(ax: Axes, population: Population, place: Place, kind: str | None) -> None:
    from matplotlib.patches import Circle

    ax.add_patch(
        Circle(
            tuple(place.centre), place.radius, facecolor=_FILLS[kind], edgecolor=_COLOURS[kind],
            linewidth=1.6, linestyle=(0, (3, 2)) if population.is_source else "-", zorder=3,
        )
    )  # fmt: skip
    # A letter is some 0.6 of its size wide, and the text keeps to the middle of the circle.
    room = 1.5 * place.radius * 72
    size = float(np.clip(room / (0.6 * max(len(population.name), 4)), 5.5, 11.5))
    x, y = place.centre
    ax.text(
        x, y + 0.07, population.name, ha="center", va="center", fontsize=size, color=INK,
        fontweight="bold", zorder=4,
    )  # fmt: skip
    ax.text(
        x, y - 0.13, f"{population.n:,}", ha="center", va="center", color=GREY,
        fontsize=min(size, 9.0), zorder=4,
    )  # fmt: skip


def _draw_key(ax: Axes, projections: list[Projection]) -> None:
    """What the colours mean, for those that there are."""
    from matplotlib.lines import Line2D

    kinds = [kind for kind in _WORDS if kind in {projection_effect(p) for p in projections}]
    lines = [Line2D([], [], color=_COLOURS[kind], linewidth=2) for kind in kinds]
    if lines:
        ax.legend(
            lines, [_WORDS[kind] for kind in kinds], loc="lower center", ncols=len(lines),
            frameon=False, fontsize=9, labelcolor=INK, handlelength=1.4, borderpad=0.1,
            columnspacing=1.4, bbox_to_anchor=(0.5, 0.0), borderaxespad=0.1,
        )  # fmt: skip
