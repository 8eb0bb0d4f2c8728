"""The key of a diagram: what the ends of arrows and the marks on them mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rheobase.analysis.pictures.populations import legible, shortened
from rheobase.analysis.pictures.style import GREY, INK
from rheobase.network.dale import projection_effect
from rheobase.network.projection import Projection
from rheobase.network.transmitters import EXCITES, INHIBITS, MODULATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Colours are those of populations, in every picture; what a projection does is its end's shape.
HEADS = {
    EXCITES: "-|>,head_length=6,head_width=3",
    INHIBITS: "|-|,widthA=0,widthB=4.2",
    MODULATES: "-[,widthB=4,lengthB=3",
    None: "->,head_length=5,head_width=3",
}
_WORDS = {EXCITES: "excites", INHIBITS: "inhibits", MODULATES: "modulates", None: "either"}
# The line of a gap junction is broader than an arrow, and black: it belongs to both its ends.
JOINT_WIDTH = 2.4
# In inches: a row, what stands before a word, and a letter of it.
_ROW, _HANDLE, _LETTER = 0.3, 0.55, 0.075


class Key:
    """What is to be explained.

    Args:
        projections: those that are drawn.
        are_joined: whether there are gap junctions.
        marks: of the rules by which projections learn, by name.
    """

    def __init__(
        self, projections: Sequence[Projection], are_joined: bool, marks: Mapping[str, str]
    ) -> None:
        self._kinds = [k for k in _WORDS if k in {projection_effect(p) for p in projections}]
        self._are_joined, self._marks = are_joined, dict(marks)
        self._words = [_WORDS[kind] for kind in self._kinds]
        self._words += ["gap junction"] if are_joined else []
        self._words += [legible(shortened(name)) for name in self._marks]

    def _columns(self, width: float) -> int:
        """How many words fit beside one another."""
        longest = max(map(len, self._words), default=1)
        return max(1, min(len(self._words), int(width / (_HANDLE + _LETTER * longest))))

    def height(self, width: float) -> float:
        """How high it is in a picture so wide (inches)."""
        return _ROW * max(1, -(-len(self._words) // self._columns(width)))

    def draw(self, ax: Axes, width: float) -> None:
        """Draw it below everything else."""
        if not self._words:
            return
        from matplotlib.legend_handler import HandlerPatch
        from matplotlib.lines import Line2D
        from matplotlib.patches import FancyArrowPatch

        def across(orig_handle: Any, width: float, height: float, **_: Any) -> FancyArrowPatch:
            return FancyArrowPatch(
                (0.0, height / 2), (width, height / 2), arrowstyle=orig_handle.get_arrowstyle(),
                mutation_scale=1, shrinkA=0, shrinkB=0,
            )  # fmt: skip

        signs: list[Any] = [
            FancyArrowPatch((0, 0), (1, 0), arrowstyle=HEADS[kind], color=GREY, linewidth=1.4)
            for kind in self._kinds
        ]
        if self._are_joined:
            signs.append(
                FancyArrowPatch((0, 0), (1, 0), arrowstyle="-", color=INK, linewidth=JOINT_WIDTH)
            )
        signs += [
            Line2D([], [], linestyle="none", marker=mark, markersize=6, color=GREY)
            for mark in self._marks.values()
        ]
        legend = ax.legend(
            signs, self._words, loc="lower center", ncols=self._columns(width),
            frameon=False, fontsize=9, labelcolor=INK, handlelength=2.2, borderpad=0.1,
            columnspacing=1.4, bbox_to_anchor=(0.5, 0.0), borderaxespad=0.1,
            handler_map={FancyArrowPatch: HandlerPatch(patch_func=across)},
        )  # fmt: skip
        # Room was made for it: the rest is not to shrink.
        legend.set_in_layout(False)
