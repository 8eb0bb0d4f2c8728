"""A rule whose states break, and a neuron that breaks because a synapse of it did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from rheobase.compiler.learning import PRE, SHARED, WEIGHT
from rheobase.errors import NumericalError

if TYPE_CHECKING:
    from rheobase.engine.circuit.learning.projection import LearningWiring

_INFINITE_FIRST = (np.isinf, np.isnan)
# A projection with no more synapses is looked at whole after every run, however short. Of a larger
# one it is at least so many a step, or as many as it has neurons: little beside their own step.
_SMALL, _FEWEST_A_STEP = 2**16, 1000


def synapse_error(
    wirings: Iterable[LearningWiring], population: str, neuron: int, error: NumericalError
) -> NumericalError:
    """The error of a neuron, or that of a synapse whose states are no longer finite.

    Of several that of the neuron's own kind is named: where the neuron has a NaN, a NaN.

    Args:
        wirings: the projections that learn.
        population: whose neuron broke.
        neuron: which one.
        error: what is to be said of it.
    """
    onto = [wiring for wiring in wirings if wiring.target.name == population]
    if not onto:
        return error
    states = [v for k, v in onto[0].target.arrays.items() if k.startswith("state_")]
    kinds = (np.isnan, np.isinf) if any(np.isnan(v[neuron]) for v in states) else _INFINITE_FIRST
    for wrong in kinds:
        for wiring in onto:
            own = np.flatnonzero(wiring.rows.targets == neuron)
            for state in _ordered(wiring.plan.stored):
                found = own[wrong(wiring.arrays[f"synapse_{state}"][own])]
                if len(found):
                    return _named(wiring, state, int(found[0]), f", and then\n{error.where}")
    return error


def ended_broken(
    wirings: Iterable[LearningWiring], first: int, last: int, dt: float
) -> NumericalError | None:
    """The error of a synapse whose states a run left not finite, if it meets one.

    All synapses of a small projection are looked at. Those of a large one take turns, so many a
    step: a run of few steps costs little for it, and what is broken is met before long.

    Args:
        wirings: the projections that learn.
        first: the tick at which the run began.
        last: the tick at which it ended.
        dt: the step (ms).
    """
    for wiring in wirings:
        when = f"in the run from {first * dt:.12g} to {last * dt:.12g} ms"
        if first and wiring.rows.count > _SMALL:
            # It may not have been looked at after the run in which it broke.
            when = f"in the run until {last * dt:.12g} ms, or before it"
        plan = wiring.plan
        changing = plan.moving | {statement.name for statement in plan.statements()}
        for state in _ordered(changing & set(plan.stored)):
            values = wiring.arrays[f"synapse_{state}"]
            for part in _in_turn(wiring, first, last):
                if not _all_finite(values[part]):
                    place = part.start + int(np.argmin(np.isfinite(values[part])))
                    return _named(wiring, state, place, f", {when}")
    return None


def _in_turn(wiring: LearningWiring, first: int, last: int) -> list[slice]:
    """The synapses whose turn it is in the steps between two ticks."""
    count = wiring.rows.count
    a_step = max(_FEWEST_A_STEP, (wiring.source.n + wiring.target.n) // 2)
    turns = -(-count // a_step)
    if count <= _SMALL or last - first >= turns:
        return [slice(0, count)]
    begin = first % turns
    end = begin + last - first
    ends = [(begin, end)] if end <= turns else [(begin, turns), (0, end - turns)]
    return [slice(low * a_step, min(high * a_step, count)) for low, high in ends]


def _all_finite(values: np.ndarray) -> bool:
    # No array is made for the sum, which is finite only where all are; it may overflow without.
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(values.sum()) or np.isfinite(values).all())


def _ordered(states: Iterable[str]) -> list[str]:
    """The weight first."""
    return sorted(states, key=lambda s: (s != WEIGHT, s))


def _named(wiring: LearningWiring, state: str, place: int, more: str) -> NumericalError:
    """The error of a synapse, by its place; `more` follows where it is."""
    source = int(np.searchsorted(wiring.rows.starts, place, side="right")) - 1
    return NumericalError(
        f"{state} of a synapse is no longer finite.",
        where=f"projection {wiring.name!r}, from neuron {source} of {wiring.source.name!r} to "
        f"neuron {int(wiring.rows.targets[place])} of {wiring.target.name!r}: "
        f"{state} = {wiring.arrays[f'synapse_{state}'][place]:g}{more}",
        mend="check what the rule's statements do to it: a division by 0, a root or a "
        "logarithm of what may be negative, a sum that only grows",
    )


def rule_error(
    wiring: LearningWiring, scope: str, unit: int, at: tuple[int, float]
) -> NumericalError:
    """A state of a rule is no longer finite, of one of its units, at a clock of steps of dt."""
    units, (clock, dt) = wiring.units[scope], at
    values = {s: float(units.arrays[f"state_{s}"][unit]) for s in units.start}
    broken = [s for s, value in values.items() if not np.isfinite(value)] or list(values)
    if scope == SHARED:
        whose = "which all its synapses share"
    else:
        delays = wiring.classes.axonal if scope == PRE else wiring.classes.dendritic
        part = wiring.source if scope == PRE else wiring.target
        whose = f"{scope}synaptic neuron {unit // len(delays)} of {part.name!r}"
    shown = ", ".join(f"{s} = {units.model.from_internal(v, s)}" for s, v in values.items())
    time = max(clock - 1, 0) * dt
    when = f"between {time:.12g} and {time + dt:.12g} ms"
    return NumericalError(
        f"{', '.join(broken)} of the learning rule {'are' if len(broken) > 1 else 'is'} no longer "
        "finite.",
        where=f"projection {wiring.name!r}, {whose}, {when}: {shown}",
        mend="check the signs of the rule's equations and what its events add",
    )
