"""The units there are, by name, and the one a reader expects for each dimension."""

from __future__ import annotations

import re
from functools import cache

from rheobase.units.dimension import (
    CAPACITANCE,
    CONCENTRATION,
    CONDUCTANCE,
    CURRENT,
    LENGTH,
    NONE,
    TIME,
    VOLTAGE,
    Dimension,
)
from rheobase.units.quantity import Unit

# Symbol, long name, dimension, power of ten in SI. Prefixed forms of the symbol and name are units too.
_SI: dict[str, tuple[str, Dimension, int]] = {
    "m": ("metre", LENGTH, 0),
    "g": ("gram", Dimension(mass=1), -3),
    "s": ("second", TIME, 0),
    "A": ("ampere", CURRENT, 0),
    "K": ("kelvin", Dimension(temperature=1), 0),
    "mol": ("mole", Dimension(amount=1), 0),
    "V": ("volt", VOLTAGE, 0),
    "F": ("farad", CAPACITANCE, 0),
    "S": ("siemens", CONDUCTANCE, 0),
    "ohm": ("ohm", CONDUCTANCE.to_the(-1), 0),
    "Hz": ("hertz", TIME.to_the(-1), 0),
    "C": ("coulomb", CURRENT.times(TIME), 0),
    "M": ("molar", CONCENTRATION, 3),
    "J": ("joule", VOLTAGE.times(CURRENT).times(TIME), 0),
    "W": ("watt", VOLTAGE.times(CURRENT), 0),
    "N": ("newton", Dimension(length=1, mass=1, time=-2), 0),
    "Pa": ("pascal", Dimension(length=-1, mass=1, time=-2), 0),
    "l": ("litre", Dimension(length=3), -3),
}
_PREFIXES = {"f": -15, "p": -12, "n": -9, "u": -6, "m": -3, "c": -2, "k": 3, "M": 6, "G": 9}
_LONG_PREFIXES = {"femto": -15, "pico": -12, "nano": -9, "micro": -6, "milli": -3, "centi": -2}
_LONG_PREFIXES |= {"kilo": 3, "mega": 6, "giga": 9}
_ALIASES = {"amp": "ampere", "meter": "metre", "liter": "litre", "sec": "second"}
_OTHER = {"minute": (TIME, 60.0), "hour": (TIME, 3600.0), "percent": (NONE, 0.01)}
UNIT_NAME = re.compile(r"[A-Za-z]+")


@cache
def find_unit(name: str) -> Unit | None:
    """The unit of that one name ("mV", "second", "microampere"), or None."""
    if name in _OTHER:
        dimension, factor = _OTHER[name]
        return Unit(name, dimension, 0, factor)
    for symbol, (long, dimension, ten) in _SI.items():
        for stem, prefixes in ((symbol, _PREFIXES), (long, _LONG_PREFIXES)):
            plain = _ALIASES.get(name.removesuffix("s") if len(name) > 3 else name, name)
            if name == stem or plain == stem or (name == f"{stem}s" and stem == long):
                return Unit(symbol if stem == symbol else name, dimension, ten)
            if name.endswith(stem) and name[: -len(stem)] in prefixes:
                return Unit(name, dimension, ten + prefixes[name[: -len(stem)]])
    return None


def _si(name: str) -> Unit:
    unit = find_unit(name)
    if unit is None:
        raise AssertionError(name)
    return unit


@cache
def _preferred() -> dict[Dimension, tuple[str, Unit]]:
    """What each dimension is called, and the unit it is shown in."""
    square_cm = _si("cm") ** 2
    named = {
        "a voltage": _si("mV"),
        "a time": _si("ms"),
        "a current": _si("pA"),
        "a conductance": _si("nS"),
        "a capacitance": _si("pF"),
        "a length": _si("um"),
        "a rate": _si("Hz"),
        "a concentration": _si("mM"),
        "a charge": _si("fC"),
        "a resistance": _si("Mohm"),
        "a temperature": _si("K"),
        "an area": _si("um") ** 2,
        "a current density": _si("uA") / square_cm,
        "a conductance density": _si("mS") / square_cm,
        "a capacitance density": _si("uF") / square_cm,
        "a voltage per time": _si("mV") / _si("ms"),
    }
    return {unit.dimension: (name, unit) for name, unit in named.items()}


def preferred_unit(dimension: Dimension) -> Unit:
    """The unit in which a reader expects this dimension: mV for a voltage, uA/cm**2 for its density."""
    if dimension.is_none:
        return Unit("", NONE)
    if dimension in _preferred():
        return _preferred()[dimension][1]
    # Anything else is spelled in the internal system: voltage, current, time, length, amount, K.
    voltage = dimension.mass
    rest = dimension.over(VOLTAGE.to_the(voltage))
    powers = {"mV": voltage, "pA": rest.current, "ms": rest.time, "um": rest.length}
    powers["K"] = rest.temperature
    if rest.amount:
        powers["mM"], powers["um"] = rest.amount, rest.length + 3 * rest.amount
    unit = Unit("", NONE)
    for name, power in sorted(powers.items(), key=lambda item: item[1] < 0):
        if power > 0:
            unit = unit * (_si(name) ** power if power != 1 else _si(name))
        elif power < 0:
            unit = unit / (_si(name) ** -power if power != -1 else _si(name))
    return unit


def describe(dimension: Dimension) -> str:
    """A reader's name for a dimension, with its usual unit: ``a voltage (mV)``."""
    if dimension.is_none:
        return "a plain number"
    name, unit = _preferred().get(dimension, ("a quantity", preferred_unit(dimension)))
    return f"{name} ({unit.name})"
