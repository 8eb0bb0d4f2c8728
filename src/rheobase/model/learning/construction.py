"""From what an author gives to the parts of a `LearningRule`: read, resolved, checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from rheobase.errors import EquationError, ParameterError
from rheobase.model import arguments
from rheobase.model.checks import check_parameter, divisors
from rheobase.model.equations import (
    Equation,
    Update,
    logical_lines,
    read_condition,
    read_equations,
)
from rheobase.model.expression import ZERO, Expression, Symbol, substitute, walk
from rheobase.model.learning.arithmetic import value_of
from rheobase.model.learning.lazy import Course, course
from rheobase.model.learning.reading import (
    EVENTS,
    Events,
    is_draw,
    read_statements,
    refuse_draws,
)
from rheobase.model.learning.scopes import WEIGHT, inferred_scopes
from rheobase.model.learning.statements import check_draws, check_modulator, resolved, states_of
from rheobase.model.learning.target import (
    STEP,
    check_during,
    check_step,
    first_reads,
    target_names,
)
from rheobase.model.learning.units import measured_names
from rheobase.model.learning.varying import Varying, computed_starts, taken_apart
from rheobase.model.parse import MOST_NODES, parse_expression
from rheobase.model.removable import SafeExpressions
from rheobase.model.structure import Structure, ordered_definitions
from rheobase.records import Record, replace
from rheobase.units.dimension import NONE, Dimension
from rheobase.units.door import measure


class Parts(Record, identity=True):
    """What a rule's text and values come to.

    Attributes:
        structure: equations, statements (what is transmitted is the last) and first values.
        equations: the equations, in the author's form and solved.
        scopes: each state with "pre", "post", "shared" or "synapse"; w is one if it changes.
        slopes: derivatives of the states that have one, every named expression written out.
        events: the statements by event, likewise.
        transmits: what a spike brings, likewise.
        course: what the states of a synapse do between events.
        parameters: internal values.
        dimensions: what parameters and states measure, as far as the rule says.
        weight: what w measures; None where the projection decides.
        initial: internal first values of all states but w; 0 where each synapse has its own.
        varying: parameters and first values that each synapse has for itself, by name.
        reads: states of the target, by the names under which they are read.
        begins: states that begin as one of these is, with its name.
        during: when the statements of while_post are carried out, with names written out.
        is_plain: whether the rule has no units.
    """

    structure: Structure
    equations: tuple[Equation, ...]
    scopes: Mapping[str, str]
    slopes: Mapping[str, Expression]
    events: Events
    transmits: Expression
    course: Course
    parameters: dict[str, float]
    dimensions: Mapping[str, Dimension]
    weight: Dimension | None
    initial: Mapping[str, float]
    varying: Mapping[str, Varying]
    is_plain: bool
    reads: Mapping[str, str]
    begins: Mapping[str, str]
    during: Expression | None

    def authored(self) -> Events:
        """The statements by event, in the author's form."""
        return _split(self.structure.reset[:-1], [len(self.events[event]) for event in EVENTS])


def constructed(
    text: str,
    on: Mapping[str, str],
    during: str,
    transmits: str,
    parameters: Any,
    initial: Any,
    weight: Dimension | None,
) -> Parts:
    """The parts of the rule that these arguments describe.

    Raises:
        RheobaseError: as `LearningRule` does.
    """
    try:
        return _constructed(text, on, during, transmits, parameters, initial, weight)
    except RecursionError:
        raise EquationError(
            "The rule is nested too deeply.", mend="name parts of its expressions"
        ) from None


def _constructed(
    text: str,
    on: Mapping[str, str],
    during: str,
    transmits: str,
    parameters: Any,
    initial: Any,
    weight: Dimension | None,
) -> Parts:
    given, each = taken_apart(arguments.by_name(parameters, "parameters"), "parameter")
    measured = {key: measure(value, f"parameter {key}") for key, value in given.items()}
    measured |= {key: (v.values, v.dimension) for key, v in each.items()}
    shared_starts, first = taken_apart(arguments.by_name(initial, "initial"), "initial")
    starts, constants = arguments.first_values(shared_starts)
    starts |= dict.fromkeys(first, ZERO)
    constants |= {name: v.dimension for name, v in first.items() if v.dimension is not None}
    refuse_draws(text, "an equation")
    refuse_draws(transmits, "what is transmitted")
    refuse_draws(during, "during=")
    read = [read_statements(on[event], event) for event in EVENTS]
    updates, counts = [update for part in read for update in part], [len(part) for part in read]
    equations = tuple(read_equations(text)) if logical_lines(text) else ()
    if not updates and transmits == WEIGHT and all(e.name != WEIGHT for e in equations):
        raise EquationError(
            "The rule changes nothing.", mend='write on_pre="...", on_post="...", or dw/dt = ...'
        )
    sent = Update(WEIGHT, "", parse_expression(transmits), transmits)
    structure = Structure(equations, _condition(during, read[-1]), (*updates, sent), None, starts)
    states = states_of(structure, measured)
    reads = target_names(structure, {*measured, *states, *structure.definitions})
    steps = replace(structure, reset=(*(u for part in read[:-1] for u in part), sent))
    check_step([expression for _, expression in steps.parts()])
    structure, has_units = resolved(structure, [*measured, *states], [*reads, STEP])
    is_plain = (
        not has_units
        and weight is None
        and not constants
        and all(dimension is None for _, dimension in measured.values())
    )
    if weight is None and not is_plain and "w_max" in measured:
        weight = measured["w_max"][1] or NONE
    dimensions, weight = measured_names(structure, measured, constants, weight, is_plain, reads)
    values, varying = _values(measured, each, dimensions, structure, is_plain)
    varying |= first | computed_starts(structure.initial, varying)
    slopes, written, condition = _written_out(structure, {*states, *measured, *reads})
    events = _split(written[:-1], counts)
    check_draws(updates, written, values)
    # What each synapse has for itself makes what reads it the synapse's own.
    drawn = {update.name for update in updates if is_draw(update)} | varying.keys()
    states = tuple(dict.fromkeys((*states, *varying)))
    scopes = inferred_scopes(states, slopes, events, drawn, reads)
    check_modulator(states, slopes, events, drawn, reads)
    check_during(condition, scopes)
    begins = first_reads(structure.initial, scopes, reads)
    lines = {e.name: e.line for e in equations}
    return Parts(
        structure=structure,
        equations=structure.equations,
        scopes=scopes,
        slopes=slopes,
        events=events,
        transmits=written[-1].value,
        course=course(scopes, slopes, lines, values, reads),
        parameters=values,
        dimensions=dimensions,
        weight=weight,
        initial=_first_values(structure, states, values, {*begins, *varying}),
        varying=varying,
        is_plain=is_plain,
        reads=reads,
        begins=begins,
        during=condition,
    )


def _condition(during: str, statements: Sequence[Update]) -> Expression | None:
    """When the statements of while_post are carried out.

    Raises:
        EquationError: for one without the other, or what is no condition.
    """
    if not isinstance(during, str):
        raise EquationError(
            f"during= is text, not {type(during).__name__}.", mend='during="v_post > theta"'
        )
    if bool(during.strip()) != bool(statements):
        given, other = ("during=", "while_post=") if not statements else ("while_post=", "during=")
        raise EquationError(
            f"{given} stands without {other}",
            mend='give both, as in during="v_post > theta", while_post="w += A * x * dt"',
        )
    return read_condition(during) if statements else None


def _values(
    measured: Mapping[str, tuple[Any, Dimension | None]],
    each: Mapping[str, Varying],
    dimensions: Mapping[str, Dimension],
    structure: Structure,
    is_plain: bool,
) -> tuple[dict[str, float], dict[str, Varying]]:
    """Internal values of the parameters: those of all synapses, and those that each has itself."""
    every = [e.value for e in structure.equations] + [u.value for u in structure.reset]
    below = divisors(every)
    found, varying = dict[str, float](), dict[str, Varying]()
    for key, (value, _) in measured.items():
        dimension = None if is_plain else dimensions[key]
        if key in each:
            varying[key] = replace(
                each[key], dimension=dimension, divides=key in below, is_parameter=True
            )
            if isinstance(value, np.ndarray):
                varying[key].check(value)
            continue
        found[key] = float(
            check_parameter(key, value, dimension, divides=key in below, delays=False)
        )
        if key in below and not found[key]:
            raise ParameterError(f"Something is divided by {key}, which is 0.", mend="change it")
    return found, varying


def _written_out(
    structure: Structure, varying: set[str]
) -> tuple[dict[str, Expression], list[Update], Expression | None]:
    """Derivatives, statements and the condition without named expressions and removable 0/0.

    Raises:
        EquationError: when they would be too large.
    """
    definitions = ordered_definitions(structure.equations)
    safe = SafeExpressions(definitions, {*varying, *definitions, WEIGHT})
    inlined: dict[str, Expression] = {}
    sizes: dict[str, int] = {}

    def put(expression: Expression) -> Expression:
        _check_size(expression, sizes)
        return substitute(expression, inlined)

    for name, value in safe.definitions.items():
        sizes[name] = _check_size(value, sizes)
        inlined[name] = put(value)
    slopes = {e.name: put(safe.rewritten(e.value)) for e in structure.equations if e.kind == "ode"}
    statements = [
        Update(u.name, "", put(safe.rewritten(u.result)), u.line) for u in structure.reset
    ]
    during = None if structure.spike is None else put(safe.rewritten(structure.spike))
    return slopes, statements, during


def _check_size(expression: Expression, sizes: Mapping[str, int]) -> int:
    size = 0
    for node in walk(expression):
        size += sizes.get(node.name, 1) if isinstance(node, Symbol) else 1
    if size > MOST_NODES:
        raise EquationError(
            "The named expressions grow too large when they are written out.",
            mend="make one of them a state, or a parameter",
        )
    return size


def _split(updates: Sequence[Update], counts: list[int]) -> Events:
    found: Events = {}
    start = 0
    for event, count in zip(EVENTS, counts, strict=True):
        found[event] = tuple(updates[start : start + count])
        start += count
    return found


def _first_values(
    structure: Structure,
    states: tuple[str, ...],
    parameters: dict[str, float],
    elsewhere: Collection[str],
) -> dict[str, float]:
    """First values as internal numbers; 0 where none is given, or it is found elsewhere."""
    found = {}
    for state in states:
        if state == WEIGHT:
            continue
        expression = None if state in elsewhere else structure.initial.get(state)
        value = 0.0 if expression is None else value_of(expression, parameters)
        if value is None or not np.isfinite(value):
            raise ParameterError(
                f"The first value of {state} cannot be worked out.",
                mend="give a number, a quantity, or an expression + - * / ** of parameters",
            )
        found[state] = value
    return found
