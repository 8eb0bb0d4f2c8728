"""`rheobase models`: what the zoo holds, and one model on a page."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np

from rheobase.compiler.schemes import default_method
from rheobase.errors import UnknownNameError, closest
from rheobase.lab.tabulate import table
from rheobase.model import Model
from rheobase.model.expression import Number
from rheobase.units import preferred_unit
from rheobase.zoo import MODELS

_WIDTH = 96


def models_list() -> str:
    """One model a line: its name, what it is, where it was published."""
    lines = []
    for name, entry in MODELS.items():
        lines.append(f"{name:<16}{entry.summary}")
        indent = " " * 16
        lines.append(
            textwrap.fill(entry.citation, _WIDTH, initial_indent=indent, subsequent_indent=indent)
        )
    lines += [
        "",
        "rheobase models NAME prints the equations, parameters, presets and source of one.",
    ]
    return "\n".join(lines)


def model_page(name: str) -> str:
    """The equations as typed, parameters with units, presets, defaults and source of one model.

    Raises:
        UnknownNameError: when there is no such model.
    """
    by_lower = {known.lower(): known for known in MODELS}
    found = by_lower.get(name.lower())
    if found is None:
        raise UnknownNameError(
            f"There is no model {name!r}.",
            mend=f"{closest(name, list(MODELS))}the models are {', '.join(MODELS)}",
        )
    entry = MODELS[found]
    model = entry()
    parts = [f"{found}\n{_filled(entry.__doc__ or '')}", f"Equations\n{_text(model)}"]
    parts.append(f"Parameters\n{_values(model)}")
    if model.inputs:
        inputs = [[n, _unit(model, n) or "plain number"] for n in model.inputs]
        parts.append("Inputs\n" + _indented(table(["name", "unit"], inputs, 2)))
    parts.append("First values\n" + _indented(_initial(model)))
    if entry.presets:
        notes = [[preset, entry.notes[preset]] for preset in entry.presets]
        parts.append("Presets\n" + _indented(table(["name", "what it shows"], notes, 2)))
    parts.append(f"Defaults\n    method  {default_method(model)}\n    dt      {_dt(model)}")
    parts.append("Source\n" + _indented(textwrap.fill(model.citation, _WIDTH - 4)))
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
    return _indented("\n".join(lines))


def _values(model: Model) -> str:
    rows = []
    for name, value in model.parameters.items():
        shown = model.from_internal(np.asarray(value), name)
        unit = _unit(model, name)
        rows.append([name, f"{float(np.asarray(shown)):g}", unit])
    lines = table(["name", "value", "unit"], rows).splitlines()
    return _indented("\n".join(lines))


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


def _filled(doc: str) -> str:
    paragraphs = textwrap.dedent(doc.partition("\n")[2]).strip().split("\n\n")
    first = doc.partition("\n")[0].strip()
    return "\n\n".join(
        textwrap.fill(" ".join(p.split()), _WIDTH) for p in [first, *paragraphs] if p
    )


def _indented(text: str) -> str:
    return textwrap.indent(text, "    ")
