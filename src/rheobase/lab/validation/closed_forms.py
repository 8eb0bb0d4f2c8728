"""Closed forms: the interspike interval of the leaky integrate-and-fire neuron."""

from __future__ import annotations

import numpy as np

import rheobase as rb
from rheobase.lab.validation.outcome import Outcome, within
from rheobase.units import parse_unit

_MS, _PA = parse_unit("ms"), parse_unit("pA")


def lif() -> list[Outcome]:
    """Interspike intervals of the LIF neuron: t_ref + tau ln((mu - V_R)/(mu - V_T))."""
    model = rb.LIF()
    p = model.parameters
    outcomes = []
    for current in (210.0, 300.0, 800.0):
        mu = p["V_L"] + current / p["g_L"]
        tau = p["C"] / p["g_L"]
        expected = p["t_ref"] + tau * np.log((mu - p["V_R"]) / (mu - p["V_T"]))
        rec = rb.simulate(
            model, 500 * _MS, I=current * _PA, record=None, spike_times="interpolated"
        )
        intervals = np.asarray(rec.spikes.isi(0).magnitude)
        # The interval that is furthest off stands for all of them.
        worst = intervals[np.argmax(np.abs(intervals - expected))] if len(intervals) else np.nan
        name = f"LIF interval, {current:g} pA"
        outcomes.append(within(name, expected, "closed form", float(worst), 1e-10, "ms", ".9f"))
    return outcomes
