"""The rule of pairs of spikes with hard bounds, and what it has led to."""

from typing import Any

import numpy as np

import rheobase as rb
from rheobase.units import ms


def pairs(rule: dict[str, float], unit: Any = 1.0) -> rb.LearningRule:
    """All pairs; the steps are shares of the largest weight.

    Args:
        rule: `tau_plus` and `tau_minus` (ms), `rate` of potentiation, `ratio` of depression to it,
            `w_max`.
        unit: the unit of the weight.
    """
    return rb.PairSTDP(
        rule["w_max"] * unit,
        tau_plus=rule["tau_plus"] * ms,
        tau_minus=rule["tau_minus"] * ms,
        A_plus=rule["rate"],
        A_minus=rule["ratio"] * rule["rate"],
    )


def weights(net: rb.Network, projection: Any, unit: Any = 1.0) -> dict[str, float]:
    """Mean and spread of the weights of a projection, in a unit."""
    found = np.asarray(net.synapses(projection)["w"] / unit, dtype=np.float64)
    return {"mean_weight": float(found.mean()), "spread_of_weights": float(found.std())}
