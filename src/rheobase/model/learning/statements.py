"""What the text of a learning rule may say: its names, and what its statements assign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rheobase.errors import EquationError, UnknownNameError
from rheobase.model.expression import Apply, Expression, Symbol, children, walk
from rheobase.model.learning.reading import BINOMIAL, Events, is_draw
from rheobase.model.learning.scopes import WEIGHT, inferred_scopes
from rheobase.model.parse import caret, fail
from rheobase.model.structure import Structure, check_kinds, resolve_names


def states_of(structure: Structure, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Every state: those with an equation, those with a first value, and those that are drawn.

    Raises:
        EquationError: for a statement that assigns what is no state, or two draws of one.
    """
    statements = structure.reset[:-1]
    states = dict.fromkeys([*structure.states, *structure.initial])
    if WEIGHT in structure.initial:
        raise EquationError(
            "w has a first value.", mend="it starts at the weight of the projection: leave it out"
        )
    if WEIGHT in structure.definitions or WEIGHT in parameters:
        raise EquationError(
            "'w' is the weight of the synapse.", mend="rename the parameter or named expression"
        )
    for name in structure.initial:
        if name in parameters or name in structure.definitions:
            raise EquationError(
                f"initial= names {name!r}, which is not a state.", mend="leave it out, or rename it"
            )
    drawn: set[str] = set()
    for update in statements:
        if update.name in drawn:
            fail(update.line, 0, f"{update.name!r} is drawn and assigned again.", "name another")
        if is_draw(update):
            drawn.add(update.name)
            states[update.name] = None
        elif update.name == WEIGHT:
            states[WEIGHT] = None
    known = ", ".join([*states]) or "none"
    for update in statements:
        if update.name in states and update.name not in parameters:
            continue
        what = "which is not a state"
        mend = (
            f"give it an equation, d{update.name}/dt = ..., or a first value, "
            f"initial=dict({update.name}=0); the states are {known}"
        )
        if update.name in parameters:
            what, mend = "which is a parameter", "statements change states: make it one"
        if update.name in structure.definitions:
            what, mend = "which is a named expression", "statements change states: make it one"
        raise UnknownNameError(
            f"A statement assigns {update.name!r}, {what}.", where=caret(update.line, 0), mend=mend
        )
    return tuple(states)


def resolved(structure: Structure, given: list[str]) -> tuple[Structure, bool]:
    """Units in place of their names; every name is defined and stands where it may."""
    own = {*structure.states, *structure.definitions}
    for part, expression in structure.parts():
        for node in walk(expression):
            if isinstance(node, Symbol) and (node.name == "t" or node.name.startswith("xi")):
                line, column = node.place or ("", 0)
                if node.name == "t":
                    mend = "a rule follows from spikes: give it a state with dc/dt = 1/ms"
                    fail(line, column, "A learning rule does not read the time t.", mend)
                if node.name == "xi" or node.name.startswith("xi_"):
                    mend = "draw with binomial(n, p) in on_pre"
                    fail(line, column, "There is no white noise in a learning rule.", mend)
            if isinstance(node, Symbol) and node.name.endswith("/dt") and part != "equation":
                line, column = node.place or ("", 0)
                mend = f"write out what {node.name} is"
                fail(line, column, "There is no derivative in a statement.", mend)
    names = dict.fromkeys([*given, WEIGHT])
    outside = [name for name in names if name not in own]
    structure, has_units = resolve_names(structure, outside, "parameters= or initial=")
    for _, expression in structure.parts():
        _check_kinds(expression)
    return structure, has_units


def _check_kinds(expression: Expression) -> None:
    is_drawn = isinstance(expression, Apply) and expression.function == BINOMIAL
    for part in children(expression) if is_drawn else (expression,):
        check_kinds(part, condition=False)


def check_modulator(
    states: tuple[str, ...], slopes: Mapping[str, Expression], events: Events, drawn: set[str]
) -> None:
    """A modulator's spike changes no trace of a neuron.

    Raises:
        EquationError: with a caret.
    """
    without = inferred_scopes(states, slopes, {**events, "modulator": ()}, drawn)
    for update in events["modulator"]:
        scope = without[update.name]
        if scope in ("pre", "post") and any(
            u.name == update.name for event in ("pre", "post") for u in events[event]
        ):
            mend = "on_modulator changes states of its own, and those of the synapse"
            message = (
                f"on_modulator assigns {update.name!r}, a state of the {scope}synaptic neuron."
            )
            fail(update.line, 0, message, mend)
