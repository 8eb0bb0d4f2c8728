"""What a diagram shows of learning: marks on arrows, where delays lie, and who modulates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.pictures.style import GREY
from rheobase.network.layout import Place
from rheobase.network.projection import Projection
from rheobase.network.summary import delay_texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# A sixth rule shares its mark with the first.
_MARKS = ("D", "s", "o", "^", "v")
_SIZE = 7.0
# How far from it words stand, in points.
_AWAY = 9.0
# Of a cubic curve, where the mark stands.
_MIDDLE = 0.5


def rule_name(projection: Projection) -> str:
    """What the key calls the rule of a projection that learns."""
    rule = projection.plasticity
    return rule.name if rule is not None and rule.name else "own rule"


def marks_of(projections: Sequence[Projection]) -> dict[str, str]:
    """A mark for each rule, by its name."""
    names = dict.fromkeys(rule_name(p) for p in projections if p.plasticity is not None)
    return {name: _MARKS[k % len(_MARKS)] for k, name in enumerate(names)}


def draw_learning(
    ax: Axes,
    projection: Projection,
    curve: Any,
    mark: str,
    places: Mapping[str, Place],
    colours: Mapping[str, str],
) -> None:
    """Draw the mark of a projection that learns.

    Args:
        ax: where.
        projection: it.
        curve: the four points of its arrow.
        mark: of its rule.
        places: of the populations.
        colours: theirs.
    """
    x, y = point_of(curve, _MIDDLE)
    if projection.modulator is not None:
        name = projection.modulator.name
        start = places[name].centre
        way = np.array([x, y]) - start
        begin = start + way / np.hypot(*way) * places[name].radius
        ax.plot(
            *np.transpose([begin, (x, y)]), color=colours[name], linewidth=1.3, linestyle=":",
            zorder=1.5,
        )  # fmt: skip
    ax.plot(
        x, y, marker=mark, markersize=_SIZE, color=colours[projection.pre.name],
        markeredgecolor="white", markeredgewidth=0.8, linestyle="none", zorder=2.5,
    )  # fmt: skip
    said = ", ".join(delay_texts(projection))
    if said:
        # On the side to which the arrow bends, away from what it connects.
        bend = np.array([x, y]) - (curve[0] + curve[3]) / 2
        away = bend / max(np.hypot(*bend), 1e-9) * _AWAY
        beside = ax.annotate(
            said, (x, y), tuple(away), textcoords="offset points", ha="center", va="center",
            fontsize=6.5, color=GREY, zorder=4.5,
        )  # fmt: skip
        beside.set_in_layout(False)


def point_of(curve: Any, part: float) -> Any:
    """The point of a cubic curve at a part of it, from 0 to 1."""
    first, second, third, last = np.asarray(curve)
    rest = 1.0 - part
    return (
        rest**3 * first + 3 * rest**2 * part * second + 3 * rest * part**2 * third + part**3 * last
    )
