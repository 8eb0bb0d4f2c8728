"""What projections are made of, on a page each: synapses, modulators and learning rules."""

from __future__ import annotations

import inspect
import re
import textwrap
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rheobase.lab.networks.calls import EXAMPLES, Maker, read_call
from rheobase.lab.networks.plasticity import RULES
from rheobase.lab.networks.projection import SYNAPSES
from rheobase.lab.source import Source
from rheobase.lab.table import Table
from rheobase.lab.tabulate import table
from rheobase.model.learning import LearningRule
from rheobase.model.model import Model
from rheobase.model.synapse import Synapse
from rheobase.units import Quantity
from rheobase.units.door import as_quantity
from rheobase.zoo.plasticity.triplet import PRESETS

WIDTH = 96
_MODULATORS = ("Dopamine", "Serotonin", "Modulator")
# Sections of `rheobase models`, and what each kind of thing is made by.
SECTIONS: dict[str, dict[str, Maker]] = {
    "Synapses": {name: make for name, make in SYNAPSES.items() if name not in _MODULATORS},
    "Neuromodulators": {name: SYNAPSES[name] for name in _MODULATORS},
    "Learning rules": RULES,
}
PARTS: dict[str, Maker] = {name: make for made in SECTIONS.values() for name, make in made.items()}
# What an example says beside what must be said.
_FURTHER = {"Modulator": {"gain": "0.5", "EC50": '"1 uM"', "tau": '"200 ms"'}}
_HEADING = re.compile(r"^(Args|Raises|Sources?|Args and errors):", re.MULTILINE)
_ARGUMENT = re.compile(r"^    (\w+): ", re.MULTILINE)


def summary_of(make: Maker) -> str:
    """What a part is, in one line."""
    return (inspect.getdoc(make) or "").partition("\n")[0]


def citation_of(name: str) -> str:
    """Where a part was published; empty for what has no single source."""
    made = _example(name)[1]
    if isinstance(made, LearningRule):
        return made.citation
    sections = _sections(PARTS[name])
    return " ".join(sections.get("Source", sections.get("Sources", "")).split())


def part_page(name: str) -> str:
    """A part on a page: what it is, its equations, arguments, parameters, spelling and source."""
    make, (spelled, made) = PARTS[name], _example(name)
    key = "plasticity" if isinstance(made, LearningRule) else "synapse"
    parts = [f"{name}\n{filled(_sections(make)[''])}"]
    text = _rule_text(made) if isinstance(made, LearningRule) else _synapse_text(made)
    parts += [f"Equations\n{text}", f"Arguments\n{_arguments(name, make)}"]
    if isinstance(made, Synapse) and made.model is not None:
        parts.append(_names_on_target(made, made.model))
    rows = _parameters(made, make, spelled)
    if rows:
        parts.append("Parameters\n" + indented(table(["name", "value", "unit"], rows)))
    if name == "TripletSTDP":
        presets = [[preset, pairing] for preset, pairing in PRESETS]
        parts.append("Presets\n" + indented(table(["preset", "pairing"], presets, 2)))
    written = ", ".join(f"{k} = {v}" for k, v in {"kind": f'"{name}"', **spelled}.items())
    spelling = f"In a network file\n    {key} = {{ {written} }}"
    can_lack = any(re.search(r"\bNone\b", text) for text in _meanings(make).values())
    parts.append(spelling + ('\n    None is written as "none"' if can_lack else ""))
    if citation := citation_of(name):
        parts.append("Source\n" + indented(textwrap.fill(citation, WIDTH - 4)))
    return "\n\n".join(parts)


def filled(doc: str) -> str:
    """Paragraphs that fill the width; what is set off by indentation stays as it is."""
    paragraphs = []
    for paragraph in textwrap.dedent(doc).strip("\n").split("\n\n"):
        if paragraph.startswith("    "):
            paragraphs.append(paragraph)
        else:
            words = " ".join(paragraph.split())
            words = words[:-1] if words.endswith("::") else words
            paragraphs.append(textwrap.fill(words, WIDTH))
    return "\n\n".join(one for one in paragraphs if one.strip())


def indented(text: str) -> str:
    """Text four columns to the right."""
    return textwrap.indent(text, "    ")


def _sections(make: Maker) -> dict[str, str]:
    """A docstring by its headings; what stands before the first has none."""
    pieces = _HEADING.split(inspect.getdoc(make) or "")
    return {"": pieces[0], **dict(zip(pieces[1::2], pieces[2::2], strict=True))}


def _example(name: str) -> tuple[dict[str, str], Any]:
    """The least that must be said of a part, as a file spells it, and what a file makes of it."""
    given = inspect.signature(PARTS[name]).parameters
    spelled = {key: EXAMPLES.get(key, "1") for key, a in given.items() if a.default is a.empty}
    spelled |= _FURTHER.get(name, {})
    lines = "\n".join(f"{key} = {value}" for key, value in spelled.items())
    values = {"part": {"kind": name} | tomllib.loads(lines)}
    return spelled, read_call(Table(values, Source(Path(name), lines, values)), "part", PARTS)


def _rule_text(rule: LearningRule) -> str:
    """The equations of a rule as typed, and what each kind of spike does."""
    lines = textwrap.dedent(rule.text).strip().splitlines()
    events = {
        "on_pre": rule.on_pre, "on_post": rule.on_post, "on_modulator": rule.on_modulator,
        "during": rule.during, "while_post": rule.while_post, "transmits": rule.transmits,
    }  # fmt: skip
    lines += ["", *(f"{event:<13} {text}" for event, text in events.items() if text)]
    scopes = {"pre": "presynaptic neuron", "post": "postsynaptic neuron", "synapse": "synapse"}
    lines.append("")
    for scope, what in (scopes | {"shared": "projection"}).items():
        states = [state for state, its in rule.scopes.items() if its == scope]
        if states:
            lines.append(f"one value a {what}: {', '.join(states)}")
    return indented("\n".join(lines).strip("\n"))


def _synapse_text(synapse: Synapse) -> str:
    """The equations of a receptor, and what a spike and its current or factor do."""
    if synapse.is_graded:
        return indented("the input of i: sum over j of weight_ij * output_j(t - delay_ij)")
    if synapse.model is None:
        return indented(f"a spike: {synapse.state} = {synapse.state} + weight")
    lines = [*textwrap.dedent(synapse.model.text).strip().splitlines(), ""]
    if synapse.pulse is None:
        lines.append(f"a spike: {synapse.state} = {synapse.state} + weight")
    else:
        summed = ", ".join(
            f"weight * {bound.removesuffix('_on')} to {bound}" for bound in synapse.pulse.bound
        )
        lines.append(
            f"a spike, for {synapse.pulse.duration:g} ms: adds the weight to {synapse.state}, and "
            f"of its synapse {summed}"
        )
    if synapse.is_modulator:
        lines += [f"{scaled} is multiplied by {by}" for scaled, by in synapse.scales.items()]
    else:
        lines.append(f"{synapse.current} flows into the neuron's input {synapse.into}")
    return indented("\n".join(line.strip() for line in lines))


def _names_on_target(synapse: Synapse, model: Model) -> str:
    """What a synapse's names are on its target, where they are recorded, set and scaled."""
    kinds = {"states": model.states, "expressions": tuple(model.definitions)}
    kinds["parameters"] = tuple(model.parameters)
    lines = [
        textwrap.fill(
            f"{kind + ':':<13}{', '.join(f'{name}_{synapse.name}' for name in names)}", WIDTH - 4,
            subsequent_indent=" " * 13,
        )
        for kind, names in kinds.items()
        if names
    ]  # fmt: skip
    return f"Names on the target\n{indented(chr(10).join(lines))}"


def _parameters(made: Any, make: Maker, examples: Iterable[str]) -> list[list[str]]:
    """Names, values and units; what is only an example is said to be one."""
    if isinstance(made, LearningRule):
        known, dimensions = made.parameters, made.parts.dimensions
    elif made.model is not None:
        known, dimensions = made.model.parameters, made.model.dimensions
    else:
        return []
    values = {name: as_quantity(value, dimensions[name]) for name, value in known.items()}
    rows = []
    given = inspect.signature(make).parameters
    for name, value in values.items():
        usual = given[name].default if name in given else None
        if isinstance(usual, Quantity):
            value = value.to(usual.unit)
        is_quantity = isinstance(value, Quantity)
        number = f"{float(value.magnitude if is_quantity else value):.6g}"
        unit = value.unit.name if is_quantity else ""
        rows.append([name, number, f"{unit} (for example)".strip() if name in examples else unit])
    return rows


def _arguments(name: str, make: Maker) -> str:
    """What each argument is, and its default."""
    told = _meanings(make)
    given = inspect.signature(make).parameters
    width = max(len(key) for key in given) + 2
    lines = []
    for key, argument in given.items():
        default = "" if argument.default is argument.empty else _default(argument.default)
        text = f"{told.get(key, 'what it is called.')}{default}"
        lines.append(
            textwrap.fill(
                text, WIDTH, initial_indent=f"    {key:<{width}}",
                subsequent_indent=" " * (width + 4),
            )
        )  # fmt: skip
    return "\n".join(lines)


def _default(value: Any) -> str:
    if value is None:
        return ""
    return f' By default "{value}".' if isinstance(value, str) else f" By default {value}."


def _meanings(make: Maker) -> Mapping[str, str]:
    """What a docstring says of each argument; one that says none refers to `Modulator`."""
    sections = _sections(make)
    if "Args and errors" in sections:
        sections = _sections(PARTS["Modulator"])
    pieces = _ARGUMENT.split(sections.get("Args", ""))
    return {
        key: " ".join(text.split()) for key, text in zip(pieces[1::2], pieces[2::2], strict=True)
    }
