"""The units there are, by name, and the one a reader expects for each dimension."""

from __future__ import annotations

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

# Symbol, long name, dimension, power of ten in SI. Both take prefixes.
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
_ALIASES = {"ampere": "amp", "metre": "meter", "litre": "liter", "second": "sec"}
_NO_PLURAL = {"siemens", "hertz", "molar"}
_OTHER = {"minute": (TIME, 60.0), "hour": (TIME, 3600.0), "percent": (NONE, 0.01)}


@cache
def unit_names() -> dict[str, tuple[Dimension, int, float]]:
    """Every unit that has a name of its own: its dimension, power of ten in SI, and factor."""
    known: dict[str, tuple[Dimension, int, float]] = {}
    for symbol, (long, dimension, ten) in _SI.items():
        words = [long, *([_ALIASES[long]] if long in _ALIASES else [])]
        words += [] if long in _NO_PLURAL else [f"{word}s" for word in words]
        symbols = [symbol, "Ohm"] if symbol == "ohm" else [symbol]
        for stems, prefixes in ((symbols, _PREFIXES), (words, _LONG_PREFIXES)):
            for stem in stems:
                known[stem] = (dimension, ten, 1.0)
                for prefix, power in prefixes.items():
                    known[prefix + stem] = (dimension, ten + power, 1.0)
    for name, (dimension, factor) in _OTHER.items():
        known[name] = (dimension, 0, factor)
        if name != "percent":
            known[f"{name}s"] = (dimension, 0, factor)
    return known


def find_unit(name: str) -> Unit | None:
    """The unit of that one name ("mV", "second", "microampere"), or None."""
    found = unit_names().get(name)
    return None if found is None else _named(name, *found)


def long_name(symbol: str) -> str:
    """The word for a unit's symbol, `volt` for V; empty when there is none."""
    return _SI[symbol][0] if symbol in _SI else ""


@cache  # only ever asked for the names of the table
def _named(name: str, dimension: Dimension, ten: int, factor: float) -> Unit:
    return Unit(name, dimension, ten, factor)


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
    """The unit in which a reader expects a dimension: mV for a voltage, uA/cm**2 per area."""
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
    for name, power in powers.items():
        unit = unit * _si(name) ** power
    return unit


def describe(dimension: Dimension) -> str:
    """A reader's name for a dimension, with its usual unit: ``a voltage (mV)``."""
    if dimension.is_none:
        return "a plain number"
    name, unit = _preferred().get(dimension, ("a quantity", preferred_unit(dimension)))
    return f"{name} ({unit.name})"
