"""Makes `reference/gap_nest.npz` with NEST; see `gap_cells.py`.

    python -m tests.truth.make_gap_nest

It is run by hand in the folder of the repository, by an interpreter that has NEST: 3.10.0 made what
is stored. Its waveform relaxation goes on until neighbours agree within 1e-10 mV.
"""

from __future__ import annotations

from pathlib import Path

import nest
import numpy as np

from . import gap_cells as cells


def run(conductance: float) -> tuple[np.ndarray, dict[str, float]]:
    """Voltages of both cells, shape (2, samples), and the gates that they begin with."""
    nest.ResetKernel()
    nest.resolution = cells.STEP_MS
    nest.wfr_tol, nest.wfr_max_iterations, nest.wfr_interpolation_order = 1e-10, 50, 3
    pair = nest.Create("hh_psc_alpha_gap", 2)
    pair[0].I_e = cells.CURRENT_PA
    for cell, first in zip(pair, cells.FIRST_MV, strict=True):
        cell.V_m = first
    named = dict(m="Act_m", h="Inact_h", n="Act_n", p="Inact_p")
    gates = {name: pair[0].get(theirs) for name, theirs in named.items()}
    meter = nest.Create("voltmeter", params={"interval": cells.EVERY_MS})
    nest.Connect(meter, pair)
    if conductance:
        nest.Connect(
            pair[0], pair[1], {"rule": "one_to_one", "make_symmetric": True},
            {"synapse_model": "gap_junction", "weight": conductance},
        )  # fmt: skip
    nest.Simulate(cells.DURATION_MS + 2.0)  # the last of NEST's samples come late
    events = meter.get("events")
    times = events["times"][events["senders"] == 1]
    kept = times <= cells.DURATION_MS + 1e-9
    return np.stack([events["V_m"][events["senders"] == k][kept] for k in (1, 2)]), gates


def main() -> None:
    """Write the file."""
    found: dict[str, np.ndarray] = {}
    for conductance in cells.CONDUCTANCES_NS:
        found[f"v_{conductance:g}"], gates = run(conductance)
    found |= {f"first_{name}": np.array(value) for name, value in gates.items()}
    np.savez_compressed(Path(__file__).parent / "reference" / "gap_nest.npz", **found)


if __name__ == "__main__":
    main()
