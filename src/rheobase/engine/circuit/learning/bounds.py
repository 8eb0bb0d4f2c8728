"""What an event would find in synapses: their states at a moment, within their bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.learning import PRE, WEIGHT, Draw, LearningPlan
from rheobase.compiler.targets.numpy import evaluate
from rheobase.engine.circuit.learning.between import brought_up
from rheobase.model.expression import Expression, names

if TYPE_CHECKING:
    from rheobase.engine.circuit.learning.projection import LearningWiring

# What differs by no more differs by rounding.
_ROUNDING = 1e-12
# Numbers of all sizes on which a statement is tried out.
_NUMBERS = (0.0, *(sign * 1.7 * 10.0**size for size in range(-12, 13) for sign in (-1, 1)))


def present(
    wiring: LearningWiring, clock: int, places: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The states of synapses at a tick as the next event finds them, in float64; none is changed.

    Where a state changes between events, what is solved from the last event on may lie beyond a
    bound that events keep: ``w = clip(w, 0*nS, w_max)``. It is shown within it, as the next event
    will find it; see `bounds_of`.

    Args:
        wiring: the projection.
        clock: the tick.
        places: of which synapses; None for all.
    """
    found = brought_up(wiring, wiring.ticks_passed(clock), places)
    for state in wiring.plan.moving & found.keys():
        if state == WEIGHT and not wiring.is_plastic:
            stored = wiring.arrays[f"synapse_{state}"]
            found[state] = np.array(stored if places is None else stored[places], float)
            continue
        if state in wiring.bounds:
            kept = evaluate(wiring.bounds[state], {**wiring.values, **found})
            moved = ~np.isclose(kept, found[state], rtol=_ROUNDING, atol=0.0)
            found[state] = np.where(moved, kept, found[state])
    return found


def bounds_of(
    plan: LearningPlan, values: Mapping[str, Any], states: Mapping[str, np.ndarray]
) -> dict[str, Expression]:
    """What bounds the states that change between events, by state.

    A statement bounds a state when it reads it and constants alone, when every event that has to do
    with the state begins with it, and when it does twice what it does once, for any number.

    Args:
        plan: the rule.
        values: of its parameters.
        states: of synapses, the constants among them.
    """
    found = {s: bound for s in plan.moving if (bound := _first_statement(plan, s)) is not None}
    return {s: bound for s, bound in found.items() if _is_bound(bound, s, {**values, **states})}


def _is_bound(statement: Expression, state: str, known: Mapping[str, Any]) -> bool:
    """Whether a statement, carried out twice, does what it does once."""
    with np.errstate(all="ignore"):
        for number in _NUMBERS:
            once = evaluate(statement, {**known, state: number})
            twice = evaluate(statement, {**known, state: once})
            if not np.allclose(once, twice, rtol=_ROUNDING, atol=0.0):
                return False
    return True


def _first_statement(plan: LearningPlan, state: str) -> Expression | None:
    """The statement with which every event that has to do with a state begins, if all agree."""
    written = {s.name for s in plan.statements()}
    still = plan.invariant | (set(plan.stored) - plan.moving - written)
    firsts: set[Expression | None] = set()
    for event, statements in plan.events.items():
        first = next((s for s in statements if s.name == state or state in s.reads), None)
        if first is None:
            if event == PRE and state in names(plan.transmits):
                firsts.add(None)  # what is transmitted is not bounded
            continue
        is_own = first.name == state and first.reads <= {state, *still}
        if isinstance(first.value, Draw) or not is_own:
            firsts.add(None)
        else:
            firsts.add(first.value)
    return firsts.pop() if len(firsts) == 1 else None
