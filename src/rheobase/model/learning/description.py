"""A learning rule as a dictionary that JSON can hold, and the rule again: exact to the bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rheobase.errors import RheobaseError
from rheobase.model.learning.varying import is_varying, read_varying
from rheobase.model.written import (
    internal_quantity,
    read_dimension,
    read_measured,
    refuse,
    write_measured,
)

if TYPE_CHECKING:
    from rheobase.model.learning.rule import LearningRule

VERSION = 1
_TEXTS = (
    "text", "on_pre", "on_post", "on_modulator", "during", "while_post", "transmits", "name",
    "citation",
)  # fmt: skip
_WHAT = "a learning rule"
_KIND = "learning rule"


def to_dict(rule: LearningRule) -> dict[str, Any]:
    """A rule as JSON can hold it; `from_dict` reads it."""
    dimensions = rule.parts.dimensions
    starts = {state: _written_start(rule, state) for state in rule.initial}
    return {
        "kind": _KIND,
        "version": VERSION,
        **{name: getattr(rule, name) for name in _TEXTS},
        "parameters": {
            name: write_measured(value, dimensions[name]) for name, value in rule.parameters.items()
        }
        | {name: v.written() for name, v in rule.varying.items() if v.is_parameter},
        "initial": starts,
        "weight": None if rule.weight is None else list(rule.weight),
        "plain": rule.is_plain,
    }


def _written_start(rule: LearningRule, state: str) -> Any:
    """A first value."""
    given = rule.initial[state]
    if isinstance(given, str):
        return given
    if state in rule.varying:
        return rule.varying[state].written()
    return write_measured(rule.parts.initial[state], rule.parts.dimensions[state])


def from_dict(description: Any) -> LearningRule:
    """The rule that `to_dict` described.

    Raises:
        ParameterError: for what is no description of a rule.
        RheobaseError: for equations or values that no rule can have.
    """
    try:
        return _restored(description)
    except RheobaseError:
        raise
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        refuse(_WHAT, description)


def _restored(given: Any) -> LearningRule:
    from rheobase.model.learning.rule import LearningRule

    wanted = {"kind", "version", *_TEXTS, "parameters", "initial", "weight", "plain"}
    if not isinstance(given, dict) or set(given) != wanted or given["kind"] != _KIND:
        refuse(_WHAT, given)
    if given["version"] != VERSION or not isinstance(given["plain"], bool):
        refuse(_WHAT, given)
    for name in _TEXTS:
        if not isinstance(given[name], str):
            refuse(f"the {name} of {_WHAT}", given[name])
    for name in ("parameters", "initial"):
        if not isinstance(given[name], dict):
            refuse(f"the {name} of {_WHAT}", given[name])
    rule = LearningRule(
        **{name: given[name] for name in _TEXTS},
        parameters={name: _read(value, name) for name, value in given["parameters"].items()},
        initial={
            state: value if isinstance(value, str) else _read(value, state)
            for state, value in given["initial"].items()
        },
        weight=None if given["weight"] is None else read_dimension(given["weight"]),
    )
    if rule.is_plain != given["plain"]:
        refuse(f"{_WHAT}: units stand where it has none", given)
    return rule


def _read(written: Any, name: str) -> Any:
    if is_varying(written):
        return read_varying(written, name)
    value, dimension = read_measured(written, name)
    return value if dimension.is_none else internal_quantity(value, dimension)
