"""A neuron that breaks because a synapse of it did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from rheobase.compiler.learning import WEIGHT
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
