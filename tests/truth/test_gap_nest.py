"""Two cells with an electrical synapse against NEST's `gap_junction`; see `make_gap_nest.py`."""

from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import ms

from . import gap_cells as cells

REFERENCE = np.load(Path(__file__).parent / "reference" / "gap_nest.npz")


def run(conductance, dt):
    model = rb.Model(cells.EQUATIONS, parameters=cells.PARAMETERS, inputs=["I"])
    gates = {name: float(REFERENCE[f"first_{name}"]) for name in "mhnp"}
    net = rb.Network(dt=dt * ms, threads=1)
    for name, first, current in zip("ab", cells.FIRST_MV, (cells.CURRENT_PA, 0.0), strict=True):
        net.add(model, 1, name, initial=dict(v=first, **gates), method="adaptive", I=current)
        net.record(name, "v", every=round(cells.EVERY_MS / dt))
    if conductance:
        net.gap_junction("a", "b", rb.one_to_one(), conductance)
    rec = net.run(cells.DURATION_MS * ms)
    return np.stack([np.asarray(rec[name]["v"])[1:, 0] for name in "ab"])


@pytest.mark.parametrize("conductance", cells.CONDUCTANCES_NS)
def test_the_voltages_are_those_of_nest(conductance):
    due = REFERENCE[f"v_{conductance:g}"]
    fine, coarse = run(conductance, cells.STEP_MS), run(conductance, 5 * cells.STEP_MS)
    # 0.01 mV of 150 mV at the same step; at one of five times the length 25 times as much.
    assert fine == pytest.approx(due, abs=0.01)
    assert coarse == pytest.approx(due, abs=0.25)
    assert np.ptp(due[1]) > 50
