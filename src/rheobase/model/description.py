"""A model as a dictionary that JSON can hold, and the model again: complete, and exact to the bit.

The texts are the author's own, read again by the language; parameters are internal floats with the
unit in which they are these numbers. A model that `joined` made is described by its parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rheobase.errors import RheobaseError
from rheobase.model.expression import Expression, Number
from rheobase.model.model import Model
from rheobase.model.published import Published
from rheobase.model.written import Restore, refuse, write_measured, write_unit, write_value
from rheobase.units.table import preferred_unit

VERSION = 1
# Of what a published update consists.
PUBLISHED: Mapping[str, tuple[type, ...]] = {
    "updates": (str,),
    "dt": (int, float),
    "label": (int,),
    "source": (str,),
    "drive": (dict, type(None)),
    "duration": (int, float, type(None)),
}


def to_dict(model: Model) -> dict[str, Any]:
    """A model as JSON can hold it; `from_dict` reads it.

    Raises:
        ParameterError: for a drive that has no description.
    """
    if model.neuron is not None:
        parts = {
            "neuron": to_dict(model.neuron),
            "ports": {label: synapse.describe() for label, synapse in model.ports.items()},
        }
        return {"kind": "composite", **parts, **_values(model)}
    inputs = {name: _input(model, name) for name in model.inputs}
    return {
        "kind": "model",
        "text": model.text,
        "spike": _text(model.spike),
        "reset": "\n".join(update.line for update in model.reset) or None,
        "refractory": _text(model.refractory),
        "inputs": inputs,
        "initial": {state: _first(value) for state, value in model.initial.items()},
        "outputs": list(model.outputs),
        "plain": model.is_plain,
        "time": write_unit(model.time_unit) if model.is_plain else None,
        **_values(model),
    }


def _values(model: Model) -> dict[str, Any]:
    """What a model has besides its equations."""
    return {
        "version": VERSION,
        "name": model.name,
        "citation": model.citation,
        "method": model.method,
        "dt": write_value(model.dt),
        "at_rest": bool(model.at_rest),
        "drive": {name: write_value(value) for name, value in model.drive.items()},
        "published": _write_published(model.published),
        "parameters": {
            name: write_measured(value, model.dimensions[name])
            for name, value in model.parameters.items()
        },
        "display": {name: write_unit(unit) for name, unit in model.display.items()},
    }


def _write_published(published: Published | None) -> dict[str, Any] | None:
    if published is None:
        return None
    return {name: write_value(getattr(published, name)) for name in PUBLISHED}


def _text(expression: Expression | None) -> str | None:
    """The text that an expression was read from."""
    return None if expression is None or expression.place is None else expression.place[0]


def _first(value: Expression) -> Any:
    """A first value: the author's text, or a number with its unit."""
    text = _text(value)
    if text is None and isinstance(value, Number):
        return write_measured(value.value, value.dimension)
    return text


def _input(model: Model, name: str) -> Any:
    """The unit of an input."""
    dimension = model.dimensions[name]
    if model.is_plain:
        return None
    written = write_unit(preferred_unit(dimension))
    return "1" if dimension.is_none else written


def from_dict(description: Any, stimulus: Restore | None = None) -> Model:
    """The model that `to_dict` described.

    Args:
        description: the dictionary.
        stimulus: makes a stimulus of its description, for models whose `drive` is one.

    Raises:
        ParameterError: for what is no description of a model.
        RheobaseError: for equations or values that no model can have.
    """
    from rheobase.model.restoring import restored

    try:
        return restored(description, stimulus)
    except RheobaseError:
        raise
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        refuse("a model", description)


__all__ = ["from_dict", "to_dict"]
