"""Stimuli in an experiment file.

A stimulus is a table with a `kind`, or the name of a `[[stimulus]]` table, or a list of these,
which add::

    stimulus = { kind = "step", amplitude = "500 pA", start = "20 ms" }
    stimulus = { use = "measured", divided_by = "50 pA" }
    stimulus = ["measured", { kind = "sine", amplitude = "20 pA", frequency = "8 Hz" }]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rheobase.errors import RheobaseError, closest
from rheobase.lab.source import KeyPath, Source
from rheobase.lab.table import Table
from rheobase.lab.waveforms import Choice, read_waveform
from rheobase.network.stimuli import Stimulus, from_description
from rheobase.units import Quantity, parse_unit
from rheobase.units.dimension import NONE, RATE, TIME

PRESET = "preset"
_COMMON = ("kind", "into", "times", "divided_by")
_TIMES = {"start": "20 ms", "stop": "500 ms"}
# The keys of each kind beside the common ones; times, then amplitudes, then what is read specially.
_KEYS: dict[str, tuple[str, ...]] = {
    "step": ("amplitude", "start", "stop"),
    "pulses": ("amplitude", "width", "at", "start", "period", "count"),
    "ramp": ("from", "to", "start", "stop", "hold"),
    "sine": ("amplitude", "frequency", "phase", "offset", "start", "stop"),
    "noise": ("sigma", "tau", "mean"),
    "sampled": (
        "file", "column", "sweep", "values", "unit", "dt", "interpolation", "after", "start",
    ),
}  # fmt: skip
_RENAMED = {"from": "first", "to": "last"}


@dataclass(frozen=True)
class Driven:
    """A stimulus and the input it flows into; None is the model's only one."""

    stimulus: Stimulus
    into: str | None


def read_named(source: Source) -> tuple[dict[str, Driven], list[Driven]]:
    """The `[[stimulus]]` tables: those with a name, and those for neurons without one of their own.

    Raises:
        ExperimentError: at the first thing that is wrong.
    """
    named: dict[str, Driven] = {}
    shared: list[Driven] = []
    tables = source.values.get("stimulus", [])
    if not isinstance(tables, list):
        tables = [tables]
    for number, values in enumerate(tables):
        path: KeyPath = ("stimulus", number)
        if not isinstance(values, dict):
            raise source.error(
                path, "A stimulus is a table.", 'write [[stimulus]] and kind = "step" below'
            )
        name = values.get("name")
        driven = _read_kind({k: v for k, v in values.items() if k != "name"}, source, path)
        if name is None:
            shared.append(driven)
            continue
        if not isinstance(name, str) or not name or name == PRESET:
            raise source.error((*path, "name"), f"{name!r} cannot be a name.", 'name it "measured"')
        if name in named:
            raise source.error((*path, "name"), f"Two stimuli are called {name!r}.", "rename one")
        named[name] = driven
    return named, shared


def read_stimulus(
    value: Any, source: Source, path: KeyPath, named: dict[str, Driven]
) -> list[Driven] | None:
    """A neuron's `stimulus`: parts that add; None for the current that came with its preset.

    Raises:
        ExperimentError: at the first thing that is wrong.
    """
    if value == PRESET:
        return None
    parts: list[Driven] = []
    listed = isinstance(value, list)
    for number, part in enumerate(value if listed else [value]):
        place = (*path, number) if listed else path
        if isinstance(part, str):
            parts.append(_find(part, source, place, named))
        elif isinstance(part, dict) and "use" in part:
            parts.append(_use(part, source, place, named))
        elif isinstance(part, dict):
            parts.append(_read_kind(part, source, place))
        else:
            raise source.error(
                place,
                "A stimulus is a table, or the name of one.",
                'stimulus = { kind = "step", ... }',
            )
    return parts


def _find(name: str, source: Source, place: KeyPath, named: dict[str, Driven]) -> Driven:
    if name in named:
        return named[name]
    known = [*named, PRESET]
    raise source.error(
        place,
        f"There is no stimulus called {name!r}.",
        f"{closest(name, known)}there are {', '.join(known)}",
    )


def _use(part: dict[str, Any], source: Source, place: KeyPath, named: dict[str, Driven]) -> Driven:
    table = Table(part, source, place, ("use", "into", "times", "divided_by"))
    found = _find(table.text("use", "measured"), source, (*place, "use"), named)
    return Driven(_scaled(found.stimulus, table), table.text("into", "I", None) or found.into)


def _read_kind(values: dict[str, Any], source: Source, path: KeyPath) -> Driven:
    kind = Table(values, source, path).choice("kind", tuple(_KEYS))
    table = Table(values, source, path, _COMMON + _KEYS[kind])
    description: dict[str, Any] = {"kind": kind}
    for key, example in _TIMES.items():
        if key in table and not (kind == "pulses" and key == "start"):
            description[key] = table.quantity(key, TIME, example)
    if kind == "sampled":
        _read_samples(table, description)
    elif kind == "pulses":
        _read_pulses(table, description)
    else:
        _read_shape(table, kind, description)
    try:
        stimulus = from_description(description)
    except RheobaseError as error:
        raise table.wrap(None, error) from None
    return Driven(_scaled(stimulus, table), table.text("into", "I", None))


def _read_shape(table: Table, kind: str, description: dict[str, Any]) -> None:
    """The amplitudes and special keys of a step, ramp, sine or noise."""
    required = {"step": ("amplitude",), "ramp": ("from", "to"), "sine": ("amplitude",)}
    for key in required.get(kind, ("sigma",)):
        description[_RENAMED.get(key, key)] = _amplitude(table, key)
    for key in ("mean", "offset"):
        if key in table:
            description[key] = table.any_quantity(key)
    if kind == "ramp":
        for key, example in _TIMES.items():
            description[key] = table.quantity(key, TIME, example)
        description["hold"] = table.flag("hold", True)
    if kind == "sine":
        description["frequency"] = table.quantity("frequency", RATE, "8 Hz")
        description["phase"] = table.quantity("phase", NONE, "1.57", 0.0)
    if kind == "noise":
        description["tau"] = table.quantity("tau", TIME, "5 ms")


def _read_pulses(table: Table, description: dict[str, Any]) -> None:
    description["amplitude"] = _amplitude(table, "amplitude")
    description["width"] = table.quantity("width", TIME, "1 ms")
    train = [key for key in ("start", "period", "count") if key in table]
    if "at" in table:
        if train:
            raise table.error(
                train[0], f"Pulses have at, or {train[0]}, not both.", "leave one out"
            )
        listed = [table.read_value(t, "at") for t in table.list("at", '["10 ms", "60 ms"]')]
        if not all(isinstance(t, Quantity) and t.dimension == TIME for t in listed):
            raise table.error(
                "at", "at is not a list of times.", 'for example at = ["10 ms", "60 ms"]'
            )
        description["times"] = listed
        return
    if not train:
        raise table.error(None, "When the pulses begin is missing.", 'add at = ["10 ms", "60 ms"]')
    start = table.quantity("start", TIME, "10 ms")
    period = table.quantity("period", TIME, "50 ms")
    description["times"] = (start, period, table.whole("count", 10, at_least=1, at_most=10**6))


def _read_samples(table: Table, description: dict[str, Any]) -> None:
    """A measured waveform: samples in the file itself, or in another file."""
    for key in ("interpolation", "after"):
        if key in table:
            description[key] = table.text(key, "hold")
    unit = None
    if "unit" in table:
        try:
            unit = parse_unit(table.text("unit", "pA"))
        except RheobaseError as error:
            raise table.wrap("unit", error) from None
    dt = table.quantity("dt", TIME, "0.1 ms", None)
    if ("file" in table) == ("values" in table):
        raise table.error(
            None,
            "A sampled stimulus has either file or values.",
            'for example file = "current.csv"',
        )
    if "values" in table:
        values = table.read_value(table.list("values", "[0, 10, 20]"), "values")
        if unit is not None and isinstance(values, Quantity):
            raise table.error("unit", "The values have a unit already.", "leave unit out")
        description["values"] = values if unit is None else Quantity(values, unit)
        description["dt"] = table.quantity("dt", TIME, "0.1 ms")
        return
    path = table.file("file", "current.csv")
    column = table.values.get("column")
    is_one = column is None or (isinstance(column, (str, int)) and not isinstance(column, bool))
    if not is_one and not (isinstance(column, list) and column):
        raise table.error("column", "column is a name, a number, or a list.", 'column = "current"')
    choice = Choice(column, unit, dt, table.whole("sweep", 1, 1, at_least=1))
    try:
        waveform = read_waveform(path, choice)
    except RheobaseError as error:
        raise table.wrap("file", error) from None
    description["values"], description["dt"] = waveform.values, waveform.dt


def _amplitude(table: Table, key: str) -> Any:
    if key not in table:
        raise table.error(None, f"{key!r} is missing here.", f'add {key} = "500 pA"')
    return table.any_quantity(key)


def _scaled(stimulus: Stimulus, table: Table) -> Stimulus:
    """The stimulus times a factor with a unit, or over one: a current over an area is a density."""
    factor: Any = table.any_quantity("times") if "times" in table else 1.0
    if "divided_by" in table:
        divisor = table.any_quantity("divided_by")
        if not np.all(divisor.internal if isinstance(divisor, Quantity) else divisor):
            raise table.error("divided_by", "divided_by is zero.", "give another number")
        factor = factor / divisor
    if isinstance(factor, float) and factor == 1.0:
        return stimulus
    try:
        return Stimulus(tuple(term.scaled(factor) for term in stimulus.terms))
    except RheobaseError as error:
        raise table.wrap("times" if "times" in table else "divided_by", error) from None
