"""How populations are marked in pictures: one colour in all of them, and a name to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from rheobase.analysis.pictures.style import colour

# What stands for a character that the font does not have, as matplotlib itself draws it.
_BOX = "\N{WHITE SQUARE}"
# What has more leaves no room for the picture itself.
LETTERS = 24


def colours_of(names: Iterable[str]) -> dict[str, str]:
    """The colour of each population of a network, given in the order in which they were made."""
    return {name: colour(place) for place, name in enumerate(names)}


def shades(drawn: Iterable[str], colours: Mapping[str, str] | None) -> dict[str, str]:
    """The colours of those that are drawn: their own, or else those of their places."""
    return colours_of(drawn) | dict(colours or {})


def shortened(name: str, most: int = LETTERS) -> str:
    """A name, of which the end is left out where it has more than so many characters."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def legible(name: str, weight: str = "normal") -> str:
    """A name as text of a picture: no part of it is read as a formula, and the font has it all.

    Args:
        name: any text that can be printed.
        weight: of the font, "normal" or "bold".
    """
    if name.isascii() and "$" not in name and not name.startswith("_"):
        return name
    there = _characters(weight)
    box = _BOX if ord(_BOX) in there else "?"
    shown = "".join(one if one.isascii() or ord(one) in there else box for one in name)
    # Between dollars matplotlib reads a formula, and a legend leaves out what begins with a dash.
    shown = shown.replace("$", r"\$")
    return f" {shown}" if shown.startswith("_") else shown


def _characters(weight: str) -> frozenset[int]:
    """The characters of the fonts that texts are drawn in."""
    from matplotlib import font_manager

    families = font_manager.FontProperties().get_family()
    found: frozenset[int] = frozenset()
    for family in families:
        wanted = font_manager.FontProperties(family=family, weight=weight)
        found |= _in_font(str(font_manager.findfont(wanted)))
    return found


@cache
def _in_font(path: str) -> frozenset[int]:
    from matplotlib import font_manager

    return frozenset(font_manager.get_font(path).get_charmap())
