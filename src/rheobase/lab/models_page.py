"""`rheobase models`: what the zoo holds, and one model on a page."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.compiler.schemes import default_method
from rheobase.errors import UnknownNameError, closest
from rheobase.lab.parts_page import (
    PARTS,
    SECTIONS,
    WIDTH,
    citation_of,
    filled,
    indented,
    part_page,
    summary_of,
)
from rheobase.lab.table import listed
from rheobase.lab.tabulate import table
from rheobase.model import Model
from rheobase.model.expression import Number
from rheobase.units import preferred_unit
from rheobase.zoo import MODELS


def models_list() -> str:
    """Neurons, then what projections are made of: name, what it is, where it was published."""
    lines = _section("Neurons", {n: (e.summary, e.citation) for n, e in MODELS.items()})
    for title, made in SECTIONS.items():
        told = {name: (summary_of(make), citation_of(name)) for name, make in made.items()}
        lines += ["", *_section(title, told)]
    lines += [
        "",
        "rheobase models NAME prints the equations, parameters, presets and source of one.",
    ]
    return "\n".join(lines)


def _section(title: str, told: Mapping[str, tuple[str, str]]) -> list[str]:
    lines, indent = [title, "-" * len(title)], " " * 16
    for name, (summary, citation) in told.items():
        lines.append(f"{name:<16}{summary}")
        wrapped = textwrap.fill(citation, WIDTH, initial_indent=indent, subsequent_indent=indent)
        lines += [wrapped] if citation else []
    return lines


def model_page(name: str) -> str:
    """One model on a page: equations as typed, parameters with units, presets, defaults, source.

    Raises:
        UnknownNameError: when there is no such model, synapse, modulator or learning rule.
    """
    by_lower = {known.lower(): known for known in (*MODELS, *PARTS)}
    found = by_lower.get(name.lower())
    if found is None:
        there = list(by_lower.values())
        raise UnknownNameError(
            f"There is no model {name!r}.",
            mend=f"{closest(name, there)}the models are {listed(there)}",
        )
    if found in PARTS:
        return part_page(found)
    entry = MODELS[found]
    model = entry()
    parts = [f"{found}\n{filled(inspect.getdoc(entry) or '')}", f"Equations\n{_text(model)}"]
    parts.append(f"Parameters\n{_values(model)}")
    if model.inputs:
        inputs = [[n, _unit(model, n) or "plain number"] for n in model.inputs]
        parts.append("Inputs\n" + indented(table(["name", "unit"], inputs, 2)))
    parts.append("First values\n" + indented(_initial(model)))
    if entry.presets:
        notes = [[preset, entry.notes[preset]] for preset in entry.presets]
        parts.append("Presets\n" + indented(table(["name", "what it shows"], notes, 2)))
    parts.append(f"Defaults\n    method  {default_method(model)}\n    dt      {_dt(model)}")
    parts.append("Source\n" + indented(textwrap.fill(model.citation, WIDTH - 4)))
    return "\n\n".join(parts)


def _text(model: Model) -> str:
    """The equations as their author typed them, then the spike condition and the reset."""
    lines = textwrap.dedent(model.text).strip().splitlines()
    if model.spike is not None:
        lines += ["", f"spike       {_written(model.spike)}"]
    if model.reset:
        lines.append("reset       " + "; ".join(update.line.strip() for update in model.reset))
    if model.refractory is not None:
        lines.append(f"refractory  {_written(model.refractory)}")
    return indented("\n".join(lines))


def _values(model: Model) -> str:
    rows = []
    for name, value in model.parameters.items():
        shown = model.from_internal(np.asarray(value), name)
        unit = _unit(model, name)
        rows.append([name, f"{float(np.asarray(shown)):g}", unit])
    lines = table(["name", "value", "unit"], rows).splitlines()
    return indented("\n".join(lines))


def _initial(model: Model) -> str:
    rows = [[state, _written(value)] for state, value in model.initial.items()]
    text = table(["state", "value"], rows, 2)
    return text + ("\nthe run starts at rest, found from these" if model.at_rest else "")


def _written(expression: Any) -> str:
    """An expression as text: a number with its unit, or what the author typed."""
    if isinstance(expression, Number):
        unit = preferred_unit(expression.dimension)
        value = float(unit.from_internal(np.asarray(expression.value)))
        return f"{value:g} {unit.name}".strip()
    place = getattr(expression, "place", None)
    return place[0].strip() if place else str(expression)


def _dt(model: Model) -> str:
    if model.dt is None:
        return "0.1 ms"
    return f"{model.dt:g}"


def _unit(model: Model, name: str) -> str:
    unit = model.unit_of(name)
    return unit.name if unit is not None else ""
