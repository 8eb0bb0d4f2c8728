"""The cortical microcircuit as numbers, scaled: one description, read by both sides.

T. C. Potjans and M. Diesmann, The cell-type specific cortical microcircuit: relating structure and
activity in a full-scale spiking network model, Cereb. Cortex 24, 785-806 (2014),
doi:10.1093/cercor/bhs358, tables 4 and 5. Scaling after S. J. van Albada, M. Helias and M.
Diesmann, PLoS Comput. Biol. 11, e1004490 (2015): with fewer inputs K the weights grow by the
square root of the factor, and a steady current makes up for the mean that is lost.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

NAMES = ("L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I")
SIZES = (20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948)
# The probability that two neurons share a synapse at all: targets in rows, sources in columns.
PROBABILITIES = (
    (0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0),
    (0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0),
    (0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0),
    (0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0),
    (0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0),
    (0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0),
    (0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252),
    (0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443),
)
EXTERNAL = (1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100)
# Hz; of the whole network at full scale, as the authors' NEST example lists them.
RATES = (0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829)
# First potentials (mV): mean and deviation, near the stationary state, of the same example.
FIRST = (
    (-68.28, 5.36), (-63.16, 4.57), (-63.33, 4.74), (-63.45, 4.94),
    (-63.11, 4.94), (-61.66, 4.55), (-66.72, 5.46), (-61.43, 4.48),
)  # fmt: skip
BACKGROUND_HZ = 8.0
NEURON = {
    "C_m": 250.0, "tau_m": 10.0, "tau_syn": 0.5, "t_ref": 2.0,
    "E_L": -65.0, "V_th": -50.0, "V_reset": -65.0,
}  # fmt: skip
POTENTIAL, INHIBITION, SPREAD = 0.15, -4.0, 0.1
DELAYS, DELAY_SPREAD = (1.5, 0.75), 0.5


def amplitude(potential: float) -> float:
    """The current (pA) whose exponential decay lifts v by so many mV at its highest."""
    capacity, membrane, synapse = (NEURON[name] for name in ("C_m", "tau_m", "tau_syn"))
    highest = membrane * synapse / (membrane - synapse) * math.log(membrane / synapse)
    left = math.exp(-highest / membrane) - math.exp(-highest / synapse)
    return potential * capacity * (membrane - synapse) / (membrane * synapse * left)


def write_microcircuit(path: Path, scale: float) -> dict[str, Any]:
    """Write the network at a scale of both neurons and inputs, as JSON.

    Returns:
        What was written: `populations` with `name`, `n`, `current` (pA), `drive_hz`, `first`;
        `projections` with `pre`, `post`, `synapses`, `weight` and `weight_spread` (pA), `delay` and
        `delay_spread` (ms); `neuron`; `drive_weight` (pA).
    """
    weight = amplitude(POTENTIAL)
    grown = 1.0 / math.sqrt(scale)
    populations, projections = [], []
    for post, name in enumerate(NAMES):
        lost = EXTERNAL[post] * BACKGROUND_HZ * weight
        for pre, source in enumerate(NAMES):
            count = _synapses(PROBABILITIES[post][pre], SIZES[pre], SIZES[post])
            is_inhibitory = source.endswith("I")
            factor = 2.0 if (source, name) == ("L4E", "L23E") else 1.0
            own = weight * (INHIBITION if is_inhibitory else factor)
            lost += count / SIZES[post] * RATES[pre] * own
            made = round(count * scale * scale)
            if made:
                delay = DELAYS[is_inhibitory]
                projections.append(
                    {
                        "pre": source,
                        "post": name,
                        "synapses": made,
                        "weight": own * grown,
                        "weight_spread": abs(own) * grown * SPREAD,
                        "delay": delay,
                        "delay_spread": delay * DELAY_SPREAD,
                    }
                )
        populations.append(
            {
                "name": name,
                "n": round(SIZES[post] * scale),
                # pA, of Hz and ms.
                "current": 1e-3 * NEURON["tau_syn"] * (1.0 - math.sqrt(scale)) * lost,
                "drive_hz": BACKGROUND_HZ * EXTERNAL[post] * scale,
                "first": FIRST[post],
            }
        )
    content = {
        "neuron": NEURON,
        "populations": populations,
        "projections": projections,
        "drive_weight": weight * grown,
        "drive_delay": DELAYS[0],
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return content


def _synapses(probability: float, sources: int, targets: int) -> float:
    """So many drawn pairs, with repetition, leave a pair without any with chance 1 - p."""
    pairs = sources * targets
    return math.log1p(-probability) / math.log1p(-1.0 / pairs)
