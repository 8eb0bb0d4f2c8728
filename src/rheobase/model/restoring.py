"""The model that a description describes: every part looked at before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rheobase.errors import ParameterError
from rheobase.model import arguments
from rheobase.model.composition import joined
from rheobase.model.description import PUBLISHED, VERSION
from rheobase.model.model import Model
from rheobase.model.published import Published
from rheobase.model.synapse import Synapse
from rheobase.model.written import (
    Restore,
    internal_quantity,
    read_measured,
    read_unit,
    read_value,
    refuse,
    shown,
)
from rheobase.units.dimension import Dimension

# What every description has, what a model's has besides, and what a composite's has.
_VALUES = (
    "kind", "version", "name", "citation", "method", "dt", "at_rest", "drive", "published",
    "parameters", "display",
)  # fmt: skip
_MODEL = ("text", "spike", "reset", "refractory", "inputs", "initial", "outputs", "plain", "time")
_COMPOSITE = ("neuron", "ports")
_DEEPEST = 8


def restored(given: Any, stimulus: Restore | None, depth: int = 0) -> Model:
    """The model that `to_dict` described.

    Args:
        given: the description.
        stimulus: makes a stimulus of its description.
        depth: how deep in another description it stands.

    Raises:
        RheobaseError: for what is none. What is damaged in other ways may raise what it likes.
    """
    if not isinstance(given, dict) or depth > _DEEPEST:
        refuse("a model", given)
    if given.get("version") != VERSION:
        raise ParameterError(
            f"The description of a model is of version {shown(given.get('version'))}; "
            f"this rheobase reads {VERSION}.",
            mend="install the rheobase that wrote it, or a newer one",
        )
    kind = given.get("kind")
    if kind not in ("model", "composite"):
        refuse("a model", given)
    wanted = {*_VALUES, *(_MODEL if kind == "model" else _COMPOSITE)}
    for name in sorted(wanted ^ set(map(str, given))):
        word = "lacks" if name in wanted else "has a strange"
        raise ParameterError(
            f"The description of a model {word} {shown(name)}.",
            mend="use what to_dict() gave, unchanged",
        )
    parameters = {
        name: read_measured(value, f"the parameter {name}")
        for name, value in _mapping(given["parameters"], "parameters").items()
    }
    if kind == "composite":
        model = _composite(given, stimulus, depth)
    else:
        model = _from_text(given, parameters)
    return _with_values(model, given, parameters, stimulus)


def _composite(given: dict[str, Any], stimulus: Restore | None, depth: int) -> Model:
    neuron = restored(given["neuron"], stimulus, depth + 1)
    if not isinstance(given["ports"], dict):
        refuse("the ports of a model", given["ports"])
    ports = {label: Synapse.from_description(port) for label, port in given["ports"].items()}
    model = joined(neuron, ports)
    if model.neuron is None:
        refuse("a composite: no port has a model", given)
    return model


def _from_text(given: dict[str, Any], parameters: Mapping[str, tuple[Any, Dimension]]) -> Model:
    """The model that the texts describe, with values that are still to be replaced."""
    is_plain, text = _boolean(given["plain"], "plain"), given["text"]
    for name in ("spike", "reset", "refractory"):
        if not (given[name] is None or isinstance(given[name], str)):
            refuse(f"the {name}", given[name])
    inputs = {name: _read_input(unit) for name, unit in _mapping(given["inputs"], "inputs").items()}
    if is_plain and any(unit is not None for unit in inputs.values()):
        refuse("the inputs of a model without units", given["inputs"])
    model = Model(
        text,
        spike=given["spike"],
        reset=given["reset"],
        refractory=given["refractory"],
        parameters={
            name: value if is_plain and dimension.is_none else internal_quantity(value, dimension)
            for name, (value, dimension) in parameters.items()
        },
        inputs=inputs,
        initial={
            state: _read_first(value, state)
            for state, value in _mapping(given["initial"], "initial").items()
        },
        outputs=_names(given["outputs"]),
        time=None if given["time"] is None else read_unit(given["time"]),
    )
    if model.is_plain != is_plain:
        refuse("a model: units stand where it has none", given)
    return model


def _read_input(unit: Any) -> Dimension | None:
    return None if unit is None else read_unit(unit).dimension


def _read_first(written: Any, state: str) -> Any:
    if isinstance(written, str):
        return written
    value, dimension = read_measured(written, f"the first value of {state}")
    return value if dimension.is_none else internal_quantity(value, dimension)


def _names(written: Any) -> list[str]:
    if not isinstance(written, list) or not all(isinstance(name, str) for name in written):
        refuse("the outputs", written)
    return written


def _with_values(
    model: Model,
    given: dict[str, Any],
    parameters: Mapping[str, tuple[Any, Dimension]],
    stimulus: Restore | None,
) -> Model:
    """The model with the values, exact to the bit, that a description has besides equations."""
    for name in ("name", "citation"):
        if not isinstance(given[name], str):
            refuse(f"the {name} of a model", given[name])
    if not (given["method"] is None or isinstance(given["method"], str)):
        refuse("a method", given["method"])
    for name in sorted({*parameters} ^ {*model.parameters}):
        refuse(f"the parameters of {model.called}: {name!r} is not of both", given["parameters"])
    for name, (_, dimension) in parameters.items():
        if dimension != model.dimensions[name]:
            refuse(f"the parameter {name}: its unit is another", given["parameters"][name])
    display = {
        name: read_unit(unit) for name, unit in _mapping(given["display"], "display").items()
    }
    arguments.check_display(display, model.dimensions, model.is_plain)
    drive = {
        name: read_value(value, stimulus)
        for name, value in _mapping(given["drive"], "drive").items()
    }
    new = model._copy()
    new._put(
        name=given["name"],
        citation=given["citation"],
        method=given["method"],
        dt=read_value(given["dt"]),
        at_rest=_boolean(given["at_rest"], "at_rest"),
        drive=arguments.drive_values(drive, model.inputs),
        published=_read_published(given["published"], stimulus),
        parameters={k: model._parameter(k, value) for k, (value, _) in parameters.items()},
        display=display,
    )
    return new


def _read_published(written: Any, stimulus: Restore | None) -> Published | None:
    if written is None:
        return None
    if not isinstance(written, dict) or set(written) != set(PUBLISHED):
        refuse("a published update", written)
    found = {name: read_value(value, stimulus) for name, value in written.items()}
    for name, kinds in PUBLISHED.items():
        if not isinstance(found[name], kinds) or isinstance(found[name], bool):
            refuse(f"the {name} of a published update", written[name])
    return Published(**found)


def _mapping(written: Any, what: str) -> dict[str, Any]:
    if not isinstance(written, dict):
        refuse(f"the {what} of a model", written)
    return arguments.by_name(written, what)


def _boolean(written: Any, what: str) -> bool:
    if not isinstance(written, bool):
        refuse(f"{what}, which is true or false", written)
    return written
