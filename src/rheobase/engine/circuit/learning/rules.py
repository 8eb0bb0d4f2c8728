"""From a learning rule to the plan of its kernel."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rheobase.compiler.kernel import Function
from rheobase.compiler.learning import Draw, Gate, LearningPlan, Statement
from rheobase.compiler.plan import Plan
from rheobase.compiler.targets.numpy import evaluate
from rheobase.model.expression import literal
from rheobase.model.learning.bound import BoundRule

_SYNAPSE = "synapse"
# So short that what a table adds up keeps its digits, and never longer than this.
_MOST_DECAYED, _MOST_TICKS = 8.0, 2**15
_MOST_TICKS_OF_FLOWS = 2**12


def learning_plan(
    rule: BoundRule,
    targets: str,
    weights: str | None,
    plans: Mapping[str, Plan],
    advances: Mapping[str, Function],
    *,
    pre_first: bool,
    sign: int,
    width: str,
) -> LearningPlan:
    """The plan of a projection's kernel; see `LearningPlan` for the arguments."""
    course = rule.course
    gates = [
        Gate(state, driver, course.decays[driver], factor)
        for state, drives in course.drives.items()
        for driver, factor in drives.items()
    ]
    events = {
        event: tuple(
            Statement(s.name, Draw(*rule.random[s.name]) if s.name in rule.random else s.value)
            for s in statements
        )
        for event, statements in rule.events.items()
    }
    return LearningPlan(
        targets=targets,
        weights=weights,
        stored=tuple(sorted(s for s, scope in rule.scopes.items() if scope == _SYNAPSE)),
        events=events,
        transmits=rule.transmits,
        invariant=frozenset({*rule.parameters, "dt"}),
        decays={s: rate for s, rate in course.decays.items() if literal(rate) != 0},
        approaches=course.approaches,
        gates=tuple(gates),
        flows=course.flows,
        scopes={scope: model.states for scope, model in rule.clocked.items()},
        plans=plans,
        advances=advances,
        pre_first=pre_first,
        sign=sign,
        width=width,
        reads=rule.reads,
        during=rule.during,
    )


def longest_epoch(plan: LearningPlan, values: Mapping[str, Any]) -> int:
    """After how many ticks every synapse is brought up to date."""
    rates = [float(evaluate(gate.rate, values)) * values["dt"] for gate in plan.gates]
    fastest = max(rates, default=0.0)
    ticks = _MOST_TICKS if fastest <= 0 else math.floor(_MOST_DECAYED / fastest)
    found = max(1, min(_MOST_TICKS, ticks))
    # The tables of flows halve it again and again, and are larger.
    return min(2 ** (found.bit_length() - 1), _MOST_TICKS_OF_FLOWS) if plan.unsteady else found
