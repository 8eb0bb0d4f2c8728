"""Unit text ("10 nS", "uA/cm**2"), read by a grammar of its own: nothing is ever evaluated."""

from __future__ import annotations

import math
import re

from rheobase.errors import UnitError, closest
from rheobase.units.dimension import NONE
from rheobase.units.quantity import Quantity, Unit
from rheobase.units.table import find_unit, unit_names

_LONGEST = 80
_LARGEST_POWER = 40
_DEEPEST = 4
_NUMBER = r"[+-]?(?:\d{1,20}\.?\d{0,20}|\.\d{1,20})(?:[eE][+-]?\d{1,3})?"
_NAME = re.compile(r"([A-Za-z]+)(-?\d)?(?![\d.])")
_EXPONENT = r"([+-]?\d{1,2}(?:\.\d{1,9})?)"
_POWER = re.compile(rf"(?:\*\*|\^)\s*(?:\(\s*{_EXPONENT}\s*\)|{_EXPONENT})(?![\d.])")
_QUANTITY = re.compile(rf"({_NUMBER})(?![\d.])\s*(\*(?!\*))?\s*(.*)", re.DOTALL)
_COMMON = ["mV", "V", "ms", "s", "pA", "nA", "uA", "nS", "mS", "pF", "uF", "um", "cm", "Hz", "mM"]


def parse_unit(text: str) -> Unit:
    """The unit that a text names.

    The grammar is names with optional powers (``cm**2``, ``cm^2``, ``cm2``), joined by ``*`` and
    ``/`` and grouped by a few levels of parentheses.

    Args:
        text: for example ``"uA/cm**2"``.

    Raises:
        UnitError: for anything else, saying where in the text reading stopped.
    """
    text = _checked(text)
    unit, position = _product(text, 0, 0)
    if position != len(text):
        raise _unreadable(text, position)
    return unit


def parse_quantity(text: str) -> Quantity | float:
    """The quantity that a text states, ``"-70 mV"``; a bare number comes back as a float.

    Raises:
        UnitError: when the text is not a finite number followed by a unit.
    """
    text = _checked(text)
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise UnitError(
            "A quantity starts with a number.", where=f"  {text!r}", mend='write it as "10 nS"'
        )
    number, times, unit_text = float(match.group(1)), match.group(2), match.group(3).strip()
    if not math.isfinite(number):
        raise UnitError(
            f"{match.group(1)} is too large for a double.",
            where=_caret(text, 0),
            mend="use a larger unit",
        )
    if not unit_text and not times:
        return number
    return Quantity(number, parse_unit(unit_text))


def _checked(text: str) -> str:
    if not isinstance(text, str):
        raise UnitError(f"Unit text is due, not {type(text).__name__}.", mend='write it as "10 nS"')
    if len(text) > _LONGEST:
        raise UnitError(
            f"A unit text has at most {_LONGEST} characters.",
            where=f"  {text[:40]!a}...",
            mend="a unit is a few names, as in uA/cm**2",
        )
    if not text.isascii() or not text.isprintable():
        raise UnitError(
            "A unit text has a character outside plain ASCII.",
            where=f"  {text!a}",
            mend='write micro as "u": "uA"',
        )
    return text.strip()


def _product(text: str, position: int, depth: int) -> tuple[Unit, int]:
    unit, position = _factor(text, _skip(text, position), depth)
    while True:
        position = _skip(text, position)
        if position >= len(text) or text[position] == ")":
            return unit, position
        sign = text[position]
        if sign not in "*/" or text.startswith("**", position):
            raise _unreadable(text, position)
        other, position = _factor(text, _skip(text, position + 1), depth)
        unit = unit * other if sign == "*" else unit / other


def _factor(text: str, position: int, depth: int) -> tuple[Unit, int]:
    if text.startswith("(", position) and depth < _DEEPEST:
        unit, position = _product(text, position + 1, depth + 1)
        if not text.startswith(")", position):
            raise _unreadable(text, position)
        position += 1
    elif re.match(r"1(?![\d.])", text[position:]):
        unit, position = Unit("", NONE), position + 1
    else:
        unit, position = _named(text, position)
    match = _POWER.match(text, _skip(text, position))
    if match:
        power = float(match.group(1) or match.group(2))
        if abs(power) > _LARGEST_POWER:
            raise _unreadable(text, position)
        unit, position = unit**power, match.end()
    return unit, position


def _named(text: str, position: int) -> tuple[Unit, int]:
    match = _NAME.match(text, position)
    if match is None:
        raise _unreadable(text, position)
    name, power = match.groups()
    unit = find_unit(name)
    if unit is None:
        near = [known for known in unit_names() if known.lower() == name.lower()][:1]
        hint = f"did you mean {near[0]!r}? " if near else closest(name, _COMMON)
        raise UnitError(
            f"There is no unit {name!r}.",
            where=_caret(text, position),
            mend=f"{hint}units are SI names such as mV, nS, uA/cm**2",
        )
    return (unit ** int(power) if power else unit), match.end()


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] == " ":
        position += 1
    return position


def _caret(text: str, position: int) -> str:
    return f"  {text}\n  {' ' * position}^"


def _unreadable(text: str, position: int) -> UnitError:
    return UnitError(
        "This is not a unit.",
        where=_caret(text, position),
        mend="a unit is names joined by * and /, with small powers: uA/cm**2",
    )
