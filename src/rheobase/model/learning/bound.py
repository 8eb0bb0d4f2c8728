"""A learning rule for the weights of one projection: what the compiler and the engine need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from rheobase.model.expression import (
    Apply,
    Expression,
    Number,
    Operation,
    Symbol,
    names,
    substitute,
)
from rheobase.model.learning.lazy import Course
from rheobase.model.learning.reading import BINOMIAL, EVENTS, is_draw
from rheobase.model.learning.scopes import CLOCKED, SYNAPSE, WEIGHT
from rheobase.model.learning.target import Read
from rheobase.model.learning.varying import Varying
from rheobase.model.model import Model
from rheobase.model.structure import ordered_definitions
from rheobase.records import EMPTY, Record, replace
from rheobase.units.quantity import Unit

if TYPE_CHECKING:
    from rheobase.model.learning.rule import LearningRule


class _Put(Protocol):
    """An expression of the rule in the projection's unit of w."""

    def __call__(self, expression: Expression, is_weight: bool = False, /) -> Expression: ...


class Statement(Record):
    """One assignment of an event, `name = value`, with every named expression written out."""

    name: str
    value: Expression


class BoundRule(Record, identity=True):
    """A learning rule in the internal units of a projection's weights.

    Attributes:
        parameters: values by name.
        initial: first values of every state but w, by name.
        scopes: "pre", "post", "shared" or "synapse", of each state; of w too if it changes.
        clocked: by scope, a model of its states: derivatives (0 where there is no equation),
            parameters and first values, without a spike; scopes without states are absent. What
            the states of the postsynaptic neuron read of the target are its inputs.
        synapse: the derivative of each state of the synapse; None for 0.
        course: how these are solved from event to event.
        events: the statements of "pre", "post", "modulator" and "while", in order; of a draw of
            the state k the value is ``Symbol("binomial:k")``.
        random: the number of trials and their probability, by drawn state.
        transmits: what an arriving spike adds to the receptor's state.
        plain_time: how many ms the unit of time of the synapse's derivatives lasts.
        reads: the states of the target by the names under which they are read.
        begins: states that begin as one of these is, with its name.
        varying: what each synapse has for itself: parameters, which are in `scopes` like states
            that stay, and first values of states.
        during: when the statements of "while" are carried out; None where there are none.
    """

    parameters: Mapping[str, float]
    initial: Mapping[str, float]
    scopes: Mapping[str, str]
    clocked: Mapping[str, Model]
    synapse: Mapping[str, Expression | None]
    course: Course
    events: Mapping[str, tuple[Statement, ...]]
    random: Mapping[str, tuple[Expression, Expression]]
    transmits: Expression
    plain_time: float = 1.0
    reads: Mapping[str, Read] = EMPTY
    begins: Mapping[str, str] = EMPTY
    varying: Mapping[str, Varying] = EMPTY
    during: Expression | None = None


def bound_rule(
    rule: LearningRule, scale: float, time_unit: Unit | None, reads: Mapping[str, Read]
) -> BoundRule:
    """The parts of a rule whose w is `scale` times the projection's number."""
    parts = rule.parts
    into = {WEIGHT: Operation("*", Number(scale), Symbol(WEIGHT))} if scale != 1.0 else {}

    def put(expression: Expression, is_weight: bool = False) -> Expression:
        new = substitute(expression, into) if into else expression
        return Operation("/", new, Number(scale)) if into and is_weight else new

    events: dict[str, tuple[Statement, ...]] = {}
    random: dict[str, tuple[Expression, Expression]] = {}
    for event in EVENTS:
        found = []
        for update in parts.events[event]:
            value: Expression = Symbol(f"{BINOMIAL}:{update.name}")
            if isinstance(update.value, Apply) and is_draw(update):
                trials, probability = update.value.arguments
                random[update.name] = (put(trials), put(probability))
            else:
                value = put(update.value, update.name == WEIGHT)
            found.append(Statement(update.name, value))
        events[event] = tuple(found)
    own = [state for state, scope in parts.scopes.items() if scope == SYNAPSE]
    unit = time_unit if rule.is_plain else None
    return BoundRule(
        parameters=dict(parts.parameters),
        initial=dict(parts.initial),
        scopes=dict(parts.scopes),
        clocked={scope: made for scope in CLOCKED if (made := _clocked(rule, scope, unit))},
        synapse={
            state: put(parts.slopes[state], state == WEIGHT) if state in parts.slopes else None
            for state in own
        },
        course=_scaled_course(parts.course, put, scale),
        events=events,
        random=random,
        transmits=put(parts.transmits, True),
        plain_time=1.0 if unit is None else float(unit.into_internal(1.0)),
        reads=reads,
        begins=dict(parts.begins),
        varying=dict(parts.varying),
        during=parts.during,
    )


def _scaled_course(course: Course, put: _Put, scale: float) -> Course:
    """What a synapse does between events when w is `scale` times the projection's number."""

    def moved(value: Expression, state: str, by: str) -> Expression:
        new = put(value, state == WEIGHT)
        return Operation("*", Number(scale), new) if by == WEIGHT and scale != 1.0 else new

    return Course(
        {state: put(rate) for state, rate in course.decays.items()},
        {s: (put(rate), put(drift, s == WEIGHT)) for s, (rate, drift) in course.approaches.items()},
        {s: {c: moved(f, s, c) for c, f in causes.items()} for s, causes in course.drives.items()},
        tuple(
            replace(flow, entries={(s, c): moved(f, s, c) for (s, c), f in flow.entries.items()})
            for flow in course.flows
        ),
    )


def _clocked(rule: LearningRule, scope: str, time_unit: Unit | None) -> Model | None:
    """The model of the states of one scope; None without any."""
    parts = rule.parts
    states = [state for state, found in parts.scopes.items() if found == scope]
    if not states:
        return None
    kept = {e.name: e for e in parts.equations}
    read: set[str] = set()
    lines = []
    for name in [*states, *reversed(ordered_definitions(parts.equations))]:
        if name in kept and (name in states or name in read):
            read |= names(kept[name].left) | names(kept[name].right)
            lines.append(kept[name].line)
    lines += [f"d{state}/dt = 0" for state in states if state not in parts.slopes]
    seen = {name: parts.dimensions[name] for name in parts.reads if name in read}
    return Model(
        "\n".join(lines),
        inputs=list(seen) if rule.is_plain else seen,
        parameters={
            name: rule.quantity(name, v) for name, v in parts.parameters.items() if name in read
        },
        initial={state: rule.quantity(state, parts.initial[state]) for state in states},
        outputs=(),
        time=time_unit,
        name=f"{rule.title}, {scope} states",
    )
