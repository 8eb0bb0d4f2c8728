"""A rule whose states break, and a neuron that breaks because a synapse of it did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from rheobase.compiler.learning import PRE, SHARED, WEIGHT
from rheobase.errors import NumericalError

if TYPE_CHECKING:
    from rheobase.engine.circuit.learning.projection import LearningWiring


def synapse_error(
    wirings: Iterable[LearningWiring], population: str, neuron: int, error: NumericalError
) -> NumericalError:
    """The error of a neuron, or that of a synapse whose states are no longer finite.

    Args:
        wirings: the projections that learn.
        population: whose neuron broke.
        neuron: which one.
        error: what is to be said of it.
    """
    for wiring in wirings:
        if wiring.target.name != population:
            continue
        own = np.flatnonzero(wiring.rows.targets == neuron)
        for state in sorted(wiring.plan.stored, key=lambda s: (s != WEIGHT, s)):
            values = wiring.arrays[f"synapse_{state}"][own]
            if np.all(np.isfinite(values)):
                continue
            place = own[np.flatnonzero(~np.isfinite(values))[0]]
            source = int(np.searchsorted(wiring.rows.starts, place, side="right")) - 1
            return NumericalError(
                f"{state} of a synapse is no longer finite.",
                where=f"projection {wiring.name!r}, from neuron {source} of "
                f"{wiring.source.name!r} to neuron {neuron} of {population!r}, and then\n"
                f"{error.where}",
                mend="check what the rule's statements do to it: a division by 0, a root or a "
                "logarithm of what may be negative, a sum that only grows",
            )
    return error


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
    when = f"between {time:g} and {time + dt:g} ms"
    return NumericalError(
        f"{', '.join(broken)} of the learning rule {'are' if len(broken) > 1 else 'is'} no longer "
        "finite.",
        where=f"projection {wiring.name!r}, {whose}, {when}: {shown}",
        mend="check the signs of the rule's equations and what its events add",
    )
