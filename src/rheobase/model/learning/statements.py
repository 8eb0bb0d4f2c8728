"""What the text of a learning rule may say: its names, and what its statements assign."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from rheobase.errors import EquationError, UnknownNameError
from rheobase.model.equations import Update
from rheobase.model.evaluate import evaluate
from rheobase.model.expression import Apply, Expression, Symbol, children, names, walk
from rheobase.model.learning.reading import BINOMIAL, Events, is_draw
from rheobase.model.learning.scopes import WEIGHT, inferred_scopes
from rheobase.model.learning.target import SUFFIX
from rheobase.model.parse import caret, fail
from rheobase.model.structure import Structure, check_kinds, resolve_names


def states_of(structure: Structure, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Every state: those with an equation, those with a first value, and those that are drawn.

    Raises:
        EquationError: for a first value of what is no state, or two draws of one.
        UnknownNameError: with a caret, for a statement that assigns what is no state.
    """
    statements = structure.reset[:-1]
    states = dict.fromkeys([*structure.states, *structure.initial])
    if WEIGHT in structure.initial:
        raise EquationError(
            "w has a first value.", mend="it starts at the weight of the projection: leave it out"
        )
    if BINOMIAL in parameters or BINOMIAL in structure.initial:
        raise EquationError(f"{BINOMIAL!r} is reserved: it draws numbers.", mend="rename it")
    if WEIGHT in structure.definitions or WEIGHT in parameters:
        raise EquationError(
            "'w' is the weight of the synapse.", mend="rename the parameter or named expression"
        )
    for name in structure.initial:
        if name in parameters or name in structure.definitions:
            raise EquationError(
                f"initial= names {name!r}, which is not a state.", mend="leave it out, or rename it"
            )
    drawn = [update.name for update in statements if is_draw(update)]
    states |= dict.fromkeys(drawn)
    states |= {u.name: None for u in statements if u.name == WEIGHT}
    for update in statements:
        if update.name in drawn and (not is_draw(update) or drawn.count(update.name) > 1):
            mend = "draw into a state of its own, and read that"
            fail(update.line, 0, f"{update.name!r} is drawn and assigned again.", mend)
        _check_assigned(update, states, structure.definitions, parameters)
    return tuple(states)


def _check_assigned(
    update: Update,
    states: Collection[str],
    definitions: Collection[str],
    parameters: Collection[str],
) -> None:
    name = update.name
    what, mend = "", "statements change states: make it one"
    if name in parameters:
        what = "which is a parameter"
    elif name in definitions:
        what = "which is a named expression"
    elif name not in states and name.endswith(SUFFIX):
        what, mend = "a state of the target", "a rule reads it, and changes states of its own"
    elif name not in states:
        what = "which is not a state"
        mend = (
            f"give it an equation, d{name}/dt = ..., or a first value, initial=dict({name}=0); "
            f"the states are {', '.join(states) or 'none'}"
        )
    if what:
        raise UnknownNameError(
            f"A statement assigns {name!r}, {what}.", where=caret(update.line, 0), mend=mend
        )


def resolved(
    structure: Structure, given: list[str], free: Collection[str]
) -> tuple[Structure, bool]:
    """Units in place of their names; every name is defined and stands where it may.

    Args:
        structure: the rule's text.
        given: parameters and states.
        free: what is read of the target, and the time step.

    Returns:
        The structure, and whether the text names any unit.

    Raises:
        UnknownNameError: with a caret, for a name that nobody defined.
        EquationError: with a caret, for one that a rule may not read.
    """
    for part, expression in structure.parts():
        for node in walk(expression):
            if isinstance(node, Symbol):
                _check_read(node, is_statement=part != "equation")
    own = {*structure.states, *structure.definitions}
    names = dict.fromkeys([*given, WEIGHT])
    outside = [name for name in names if name not in own]
    structure, has_units = resolve_names(structure, outside, "parameters= or initial=", free)
    for part, expression in structure.parts():
        _check_kinds(expression, condition=part == "spike condition")
    return structure, has_units


def _check_read(node: Symbol, is_statement: bool) -> None:
    name, (line, column) = node.name, node.place or ("", 0)
    if name == "t":
        mend = "what a rule knows of time are its states: dage/dt = 1/ms is one"
        fail(line, column, "A learning rule does not read the time t.", mend)
    if name == "xi" or name.startswith("xi_"):
        mend = "draw numbers with k = binomial(n, p) in on_pre"
        fail(line, column, "There is no white noise in a learning rule.", mend)
    if is_statement and name.endswith("/dt"):
        message = "There is no derivative in a statement."
        fail(line, column, message, f"write out what {name} is")


def _check_kinds(expression: Expression, condition: bool) -> None:
    is_drawn = isinstance(expression, Apply) and expression.function == BINOMIAL
    for part in children(expression) if is_drawn else (expression,):
        check_kinds(part, condition=condition)


def check_draws(
    updates: Sequence[Update], written: Sequence[Update], values: Mapping[str, float]
) -> None:
    """A number of trials is a whole one, a probability from 0 to 1, where parameters decide it.

    Args:
        updates: the statements in the author's form.
        written: the same with named expressions written out.
        values: of the parameters.

    Raises:
        EquationError: with a caret.
    """
    for update, plain in zip(updates, written, strict=False):
        if not is_draw(update) or not isinstance(plain.value, Apply):
            continue
        for what, argument in zip(("n", "p"), plain.value.arguments, strict=True):
            if not names(argument) <= values.keys():
                continue
            with np.errstate(all="ignore"):
                found = float(np.asarray(evaluate(argument, values)))
            fits = 0 <= found <= 1 if what == "p" else found >= 0 and found == int(found)
            if not fits:
                due = "from 0 to 1" if what == "p" else "a whole number of 0 or more"
                place = update.value.place or (update.line, 0)
                fail(*place, f"{what} of {BINOMIAL}(n, p) is {found:g}.", f"it is {due}")


def check_modulator(
    states: tuple[str, ...],
    slopes: Mapping[str, Expression],
    events: Events,
    drawn: set[str],
    reads: Collection[str],
) -> None:
    """A modulator's spike changes no trace of a neuron.

    Raises:
        EquationError: with a caret.
    """
    without = inferred_scopes(states, slopes, {**events, "modulator": ()}, drawn, reads)
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
