"""With what the synapses of a rule begin: the same for all, drawn, or given one by one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from rheobase.compiler.learning import WEIGHT
from rheobase.engine import draws
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from rheobase.model.learning import BoundRule


def first_states(
    rule: BoundRule, own: int, count: int, *, grows: bool = False
) -> dict[str, np.ndarray]:
    """The states of synapses beside the weight, in float64, in the order of `net.synapses`.

    What is drawn depends on the key, the name of the state and the place of a synapse alone.

    Args:
        rule: the rule.
        own: the key of what the projection draws as it runs.
        count: how many synapses there are.
        grows: whether these are synapses that come later.

    Raises:
        ParameterError: for lists of another length, and for values out of range.
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
    return found
