"""Where populations stand in a diagram, in inches."""

from __future__ import annotations

import numpy as np

from rheobase.network.arrays import Array
from rheobase.network.population import Population
from rheobase.network.projection import Projection
from rheobase.records import Record, replace

# The least way between two circles.
_BETWEEN = 1.15
_SOURCE_AWAY = 1.0
# Where a source stands outside a population, the population's loop is turned aside (radians).
_LOOP_TURNED = 0.75


class Place(Record, identity=True):
    """A circle.

    Attributes:
        centre: its centre, shape (2,).
        radius: its radius.
        outwards: the direction that looks away from the others, where loops are drawn.
    """

    centre: Array
    radius: float
    outwards: Array


def layout(populations: list[Population], projections: list[Projection]) -> dict[str, Place]:
    """Neurons on a ring in their order, sources outside it, each near its targets."""
    neurons = [p for p in populations if not p.is_source]
    sources = [p for p in populations if p.is_source]
    places = _ring(neurons)
    if not neurons:
        for k, source in enumerate(sources):
            centre = np.array([k * (2 * 0.5 + _BETWEEN), 0.0])
            places[source.name] = Place(centre, radius_of(source), np.array([0.0, 1.0]))
        return places
    targets = {s.name: _targets(s, projections) & places.keys() for s in sources}
    if len(neurons) > 2:
        _outside(sources, targets, places)
    else:
        _beside(neurons, sources, targets, places)
    return places


def radius_of(population: Population) -> float:
    """Circles grow with the logarithm of their neurons."""
    radius = 0.27 + 0.055 * np.log10(max(population.n, 1))
    return float(radius if population.is_source else radius + 0.05)


def _ring(neurons: list[Population]) -> dict[str, Place]:
    radii = [radius_of(p) for p in neurons]
    count = len(neurons)
    if count == 0:
        return {}
    widest = 2 * max(radii) + _BETWEEN
    if count <= 2:
        found = {}
        for k, population in enumerate(neurons):
            x = k * widest
            found[population.name] = Place(np.array([x, 0.0]), radii[k], np.array([0.0, 1.0]))
        return found
    ring = widest / (2 * np.sin(np.pi / count))
    found = {}
    for k, population in enumerate(neurons):
        # The first on top, the others clockwise.
        angle = np.pi / 2 - 2 * np.pi * k / count + (np.pi / 4 if count == 4 else 0.0)
        outwards = np.array([np.cos(angle), np.sin(angle)])
        found[population.name] = Place(ring * outwards, radii[k], outwards)
    return found


def _targets(source: Population, projections: list[Projection]) -> set[str]:
    return {p.post.name for p in projections if p.pre.population is source}


def _beside(
    neurons: list[Population],
    sources: list[Population],
    targets: dict[str, set[str]],
    places: dict[str, Place],
) -> None:
    """Sources of one population on its side, those of both in a row below."""
    last = neurons[-1].name
    right = [s for s in sources if len(neurons) > 1 and targets[s.name] == {last}]
    below = [s for s in sources if len(targets[s.name]) > 1]
    left = [s for s in sources if s not in right and s not in below]
    widest = max(p.radius for p in places.values())
    ends = {-1.0: places[neurons[0].name], 1.0: places[last]}
    for side, column in ((-1.0, left), (1.0, right)):
        radii = [radius_of(s) for s in column]
        step = 2 * max(radii, default=0.0) + 0.3
        for k, source in enumerate(column):
            away = side * (ends[side].radius + _SOURCE_AWAY + max(radii))
            y = (0.5 * (len(column) - 1) - k) * step
            centre = np.array([float(ends[side].centre[0]) + away, y])
            places[source.name] = Place(centre, radii[k], np.array([side, 0.0]))
    middle = 0.5 * sum(float(end.centre[0]) for end in ends.values())
    radii = [radius_of(s) for s in below]
    step = 2 * max(radii, default=0.0) + 0.5
    for k, source in enumerate(below):
        x = middle + (k - 0.5 * (len(below) - 1)) * step
        centre = np.array([x, -widest - 0.75 * _SOURCE_AWAY - max(radii)])
        places[source.name] = Place(centre, radii[k], np.array([0.0, -1.0]))


def _outside(
    sources: list[Population], targets: dict[str, set[str]], places: dict[str, Place]
) -> None:
    """Sources around the ring, each in the direction of its targets, apart from one another."""
    far = max(float(np.hypot(*p.centre)) + p.radius for p in places.values())
    wanted = []
    for source in sources:
        seen = [places[name].outwards for name in sorted(targets[source.name])]
        middle = np.mean(seen, axis=0) if seen else np.zeros(2)
        # One that reaches all sides alike stands on the left.
        angle = np.arctan2(middle[1], middle[0]) if np.hypot(*middle) > 0.2 else np.pi
        wanted.append(float(angle))
    largest = max((radius_of(s) for s in sources), default=0.0)
    radius = far + 0.75 + largest
    # Loops are turned one way and sources the other, so that each has room at its population.
    turned = min(0.25, 0.3 * np.pi / len(places)) if sources else 0.0
    angles = _spread(np.array(wanted) + turned, (2 * largest + 0.25) / radius)
    for source, angle in zip(sources, angles, strict=True):
        outwards = np.array([np.cos(angle), np.sin(angle)])
        places[source.name] = Place(radius * outwards, radius_of(source), outwards)
    for name in set().union(*targets.values()) if targets else set():
        place = places[name]
        c, s = np.cos(_LOOP_TURNED), np.sin(_LOOP_TURNED)
        x, y = place.outwards
        places[name] = replace(place, outwards=np.array([c * x + s * y, c * y - s * x]))


def _spread(angles: Array, apart: float) -> Array:
    """Angles moved until neighbours are apart, as far as there is room."""
    apart = min(apart, 2 * np.pi / max(len(angles), 1))
    found = np.array(angles, dtype=np.float64)
    for _ in range(200):
        order = np.argsort(np.mod(found, 2 * np.pi))
        moved = False
        for a, b in zip(order, np.roll(order, -1), strict=True):
            gap = np.mod(found[b] - found[a], 2 * np.pi)
            if a != b and gap < apart - 1e-9:
                shift = 0.5 * (apart - gap)
                found[a], found[b], moved = found[a] - shift, found[b] + shift, True
        if not moved:
            break
    return found
