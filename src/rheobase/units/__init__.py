"""Quantities at the door, plain floats inside.

Inside rheobase every number is a float in one coherent system: ms, mV, pA, nS, pF, um, mM (so a
current density is in pA/um2, which is 100 uA/cm2). Any SI unit can be imported by name::

    from rheobase.units import mV, nS, uA, cm
    10 * uA / cm**2

Unit text ("10 nS", "uA/cm**2") is read by a grammar of its own (`text.py`), never evaluated.
"""

from __future__ import annotations

from rheobase.units.dimension import Dimension
from rheobase.units.door import as_quantity, internal, measure
from rheobase.units.quantity import Quantity, Unit
from rheobase.units.table import describe, find_unit, preferred_unit
from rheobase.units.text import parse_quantity, parse_unit

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
]


def __getattr__(name: str) -> Unit:
    unit = find_unit(name)
    if unit is None:
        raise AttributeError(f"rheobase.units has no unit {name!r}")
    globals()[name] = unit
    return unit
