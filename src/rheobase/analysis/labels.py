"""What a reader calls a name and a unit: labels of axes."""

from __future__ import annotations

import re
from typing import Any

from rheobase.units.dimension import AREA, CURRENT
from rheobase.units.quantity import Quantity, Unit

# The field's own letters, and what they stand for on an axis.
_NAMES = {
    "v": "membrane potential",
    "V": "membrane potential",
    "t": "time",
    "w": "adaptation current",
    "u": "recovery variable",
    "m": "gating variable m",
    "h": "gating variable h",
    "n": "gating variable n",
    "r": "firing rate",
    "I": "input current",
    "C": "capacitance",
}
_SUPERSCRIPTS = str.maketrans("0123456789-.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻·")
_POWER = re.compile(r"\*\*\(?(-?[\d.]+)\)?")


def readable_name(name: str) -> str:
    """What a recorded name is called: ``v`` is "membrane potential"; an unknown one stays itself.

    A current of one ion (``I_Na``) keeps its index: "current I_Na".
    """
    if name in _NAMES:
        return _NAMES[name]
    if re.match(r"[Ii]_\w+$", name):
        return f"current {name}"
    if re.match(r"g_\w+$", name):
        return f"conductance {name}"
    return name


def unit_text(unit: Unit | None) -> str:
    """A unit as print has it: ``uA/cm**2`` is "µA/cm²"; empty for plain numbers."""
    if unit is None or not unit.name:
        return ""
    text = _POWER.sub(lambda match: match.group(1).translate(_SUPERSCRIPTS), unit.name)
    text = re.sub(r"\bu(?=(?:A|V|S|F|m|s|M|ohm)\b)", "µ", text)
    return text.replace("ohm", "Ω").replace("*", "·")


def axis_label(name: str, unit: Unit | None) -> str:
    """The label of an axis: ``"membrane potential (mV)"``.

    Args:
        name: a recorded name, or words that stay as they are.
        unit: its unit; None for plain numbers.
    """
    words = readable_name(name)
    if unit is not None and unit.dimension == CURRENT.over(AREA) and words.endswith("current"):
        words = "current density" if name == "I" else f"{words} density"
    text = unit_text(unit)
    return f"{words} ({text})" if text else words


def plain(value: Any) -> tuple[Any, Unit | None]:
    """The numbers of a quantity and their unit; plain numbers have none."""
    if isinstance(value, Unit):
        value = Quantity(1.0, value)
    if isinstance(value, Quantity):
        return value.magnitude, value.unit
    return value, None
