"""With what the synapses of a rule begin: the same for all, drawn, or given one by one."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from rheobase.compiler.learning import WEIGHT
from rheobase.engine import draws
from rheobase.errors import ParameterError
from rheobase.model.learning import BoundRule
from rheobase.network.dale import check_limits
from rheobase.network.learning import check_bounds
from rheobase.network.projection import Projection


def first_states(
    projection: Projection,
    rule: BoundRule,
    own: int,
    weights: Any,
    count: int,
    *,
    grows: bool = False,
) -> dict[str, np.ndarray]:
    """The states of synapses beside the weight, in float64, in the order of `net.synapses`.

    What is drawn depends on the key, the name of the state and the place of a synapse alone.

    Args:
        projection: whose they are.
        rule: its rule.
        own: the key of what the projection draws as it runs.
        weights: one, or one a synapse: those with which they begin.
        count: how many synapses there are.
        grows: whether these are synapses that come later.

    Raises:
        ParameterError: for lists of another length, for values out of range, and for a weight
            beyond the limit that its synapse has for itself.
    """
    found = dict[str, np.ndarray]()
    mine = [s for s, scope in rule.scopes.items() if scope == "synapse" and s != WEIGHT]
    # Parameters come first: first values may follow from them.
    for name in sorted(mine, key=lambda s: s not in rule.varying or rule.varying[s].is_computed):
        varying = rule.varying.get(name)
        if varying is None:
            found[name] = np.full(count, rule.initial[name])
            continue
        if grows and isinstance(varying.values, np.ndarray):
            raise ParameterError(
                f"{name} is given for each synapse, and new ones have no place in the list.",
                mend="give a distribution, or grow a projection of another rule",
            )
        known = {**rule.parameters, **found}
        use = draws.stream("first", name)
        found[name] = varying.first(
            partial(draws.Draws, own, use, 0, count, "llvm", count), count, known
        )
    if rule.varying:
        check_limits(projection, found)
        check_bounds(projection, weights, found)
    return found
