"""States of a synapse between events: of a form that is solved exactly when an event comes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NoReturn, TypeAlias

from rheobase.errors import EquationError
from rheobase.model.expression import (
    ONE,
    ZERO,
    Expression,
    Negative,
    Operation,
    Symbol,
    add,
    divide,
    literal,
    multiply,
    names,
    negate,
)
from rheobase.model.learning.arithmetic import value_of
from rheobase.model.learning.scopes import SYNAPSE, WEIGHT
from rheobase.records import Record

_MEND = (
    "between events a state s of a synapse may decay, ds/dt = -s/tau, or gather other states that "
    "decay, ds/dt = c*f, with f of parameters and shared states"
)
# The coefficient of each state, and what has none under the empty name.
_Terms: TypeAlias = dict[str, Expression]


class Course(Record):
    """What the states of a synapse do between events.

    Attributes:
        decays: of ds/dt = -rate s, the rate: an expression of parameters. States that keep their
            value are in neither.
        drives: of ds/dt = sum of c f, each f by the name of c: of parameters and shared states.
    """

    decays: Mapping[str, Expression]
    drives: Mapping[str, Mapping[str, Expression]]


class _NonlinearError(Exception):
    """Not linear in the names that were asked for."""


def course(
    scopes: Mapping[str, str],
    slopes: Mapping[str, Expression],
    lines: Mapping[str, str],
    parameters: dict[str, float],
    reads: Collection[str] = (),
) -> Course:
    """The decay or the drive of each state of the synapse.

    Args:
        scopes: the scope of each state.
        slopes: derivatives, with every named expression written out.
        lines: the equation of each state as its author wrote it.
        parameters: internal values.
        reads: the names under which states of the target are read.

    Raises:
        EquationError: for a derivative of another form.
    """
    own = [state for state, scope in scopes.items() if scope == SYNAPSE]
    decays: dict[str, Expression] = {}
    drives: dict[str, Mapping[str, Expression]] = {}
    for state in own:
        slope = slopes.get(state, ZERO)
        if seen := names(slope) & {*reads}:
            mend = f"while_post changes it step by step: {state} += ... * dt"
            _stop(state, lines[state], f"it reads {min(seen)}, a state of the target", mend)
        terms = _checked_terms(state, slope, scopes, lines.get(state, ""))
        if not terms:
            continue
        if state not in terms:
            drives[state] = terms
        else:
            decays[state] = _rate(state, terms, scopes, lines[state], parameters)
    for state, causes in drives.items():
        for cause in causes:
            if cause == WEIGHT or cause not in decays:
                _stop(state, lines[state], f"{cause} does not decay by itself")
    return Course(decays, drives)


def _checked_terms(state: str, slope: Expression, scopes: Mapping[str, str], line: str) -> _Terms:
    own = {name for name, scope in scopes.items() if scope == SYNAPSE} | {WEIGHT}
    try:
        terms = _terms(slope, own)
    except _NonlinearError:
        _stop(state, line, "it is not linear in the states of the synapse")
    if "" in terms:
        mend = f"write it as the distance from where it rests, which decays; {_MEND}"
        _stop(state, line, "it is driven by what is no state of the synapse", mend)
    return terms


def _rate(
    state: str,
    terms: _Terms,
    scopes: Mapping[str, str],
    line: str,
    parameters: dict[str, float],
) -> Expression:
    rate = negate(terms[state])
    if len(terms) > 1:
        _stop(state, line, "it both decays and gathers another state")
    if names(rate) & scopes.keys():
        _stop(state, line, "its rate of decay is not of parameters alone")
    number = value_of(rate, parameters)
    if number is not None and number < 0:
        _stop(state, line, "it grows without bound", f"check its sign; {_MEND}")
    return rate


def _stop(state: str, line: str, why: str, mend: str = _MEND) -> NoReturn:
    raise EquationError(
        f"{state} has one value a synapse, and its equation cannot be solved from event to event: "
        f"{why}.",
        where=f"  {line}" if line else "",
        mend=mend,
    )


def _terms(expression: Expression, over: set[str]) -> _Terms:
    """The coefficient of each of some names in an expression that is linear in them.

    Raises:
        _NonlinearError: for one that is not.
    """
    if not names(expression) & over:
        return {} if literal(expression) == 0 else {"": expression}
    match expression:
        case Symbol(name):
            return {name: ONE}
        case Negative(operand):
            return {name: negate(value) for name, value in _terms(operand, over).items()}
        case Operation("+" | "-" as op, left, right):
            found = _terms(left, over)
            for name, value in _terms(right, over).items():
                signed = value if op == "+" else negate(value)
                found[name] = add(found[name], signed) if name in found else signed
            return found
        case Operation("*", left, right):
            factor, rest = (left, right) if not names(left) & over else (right, left)
            if not names(factor) & over:
                return {name: multiply(factor, v) for name, v in _terms(rest, over).items()}
        case Operation("/", left, right) if not names(right) & over:
            return {name: divide(value, right) for name, value in _terms(left, over).items()}
    raise _NonlinearError
