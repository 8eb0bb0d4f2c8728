"""Quantities at the door, plain floats inside.

Inside rheobase every number is a float in one coherent system: ms, mV, pA, nS, pF, um, mM (so a
current density is in pA/um2, which is 100 uA/cm2). Any SI unit can be imported by name::

    from rheobase.units import mV, nS, uA, cm
    10 * uA / cm**2

Unit text ("10 nS", "uA/cm**2") is read by a grammar of its own (`text.py`), never evaluated.
"""

from __future__ import annotations

from rheobase.errors import closest
from rheobase.lazy import loading

with loading():  # this is where NumPy is first imported
    from rheobase.units.dimension import Dimension
    from rheobase.units.door import as_quantity, internal, measure
    from rheobase.units.quantity import Quantity, Unit
    from rheobase.units.table import describe, find_unit, preferred_unit, unit_names
    from rheobase.units.text import parse_quantity, parse_unit

# What `from rheobase.units import *` brings, beside the classes: the units of everyday work.
_COMMON = [
    "V", "mV", "uV", "s", "second", "ms", "us", "A", "mA", "uA", "nA", "pA", "S", "mS", "uS", "nS",
    "pS", "F", "uF", "nF", "pF", "ohm", "kohm", "Mohm", "Gohm", "Hz", "kHz", "m", "cm", "mm", "um",
    "nm", "M", "mM", "uM", "nM",
]  # fmt: skip

__all__ = [
    "Dimension",
    "Quantity",
    "Unit",
    "as_quantity",
    "describe",
    "find_unit",
    "internal",
    "measure",
    "parse_quantity",
    "parse_unit",
    "preferred_unit",
    *_COMMON,
]


def __getattr__(name: str) -> Unit:
    unit = find_unit(name)
    if unit is None:
        hint = closest(name, list(unit_names()))
        raise AttributeError(f"rheobase.units has no unit {name!r}; {hint}units are SI names")
    globals()[name] = unit
    return unit
