"""The rule of pairs of spikes, in plain sight: all pairs, steps that do not depend on the weight."""

from typing import Any

import numpy as np

import rheobase as rb
from rheobase.units import ms


def pairs(rule: dict[str, float], unit: Any = 1.0) -> rb.LearningRule:
    """As NEST and Brian 2 have it; the steps are shares of the largest weight.

    Args:
        rule: `tau_plus` and `tau_minus` (ms), `rate` of potentiation, `ratio` of depression to it,
            `w_max`.
        unit: the unit of the weight.
    """
    return rb.LearningRule(
        """
        dx/dt = -x / tau_plus
        dy/dt = -y / tau_minus
        """,
        on_pre="w = clip(w - fall * y, 0 * w_max, w_max); x += 1",
        on_post="w = clip(w + rise * x, 0 * w_max, w_max); y += 1",
        transmits="w",
        parameters={
            "tau_plus": rule["tau_plus"] * ms,
            "tau_minus": rule["tau_minus"] * ms,
            "rise": rule["rate"] * rule["w_max"] * unit,
            "fall": rule["ratio"] * rule["rate"] * rule["w_max"] * unit,
            "w_max": rule["w_max"] * unit,
        },
        name="pairs",
    )


def weights(net: rb.Network, projection: Any, unit: Any = 1.0) -> dict[str, float]:
    """Mean and spread of the weights of a projection, in a unit."""
    found = np.asarray(net.synapses(projection)["w"] / unit, dtype=np.float64)
    return {"mean_weight": float(found.mean()), "spread_of_weights": float(found.std())}
