"""CUBA: 4,000 neurons with currents, 320,000 synapses, 1 s at dt 0.1 ms, float64, against NEST.

One edge list, one first state, all spikes recorded on both sides. Both use the exact propagator of
the linear equations: the spikes of the first 200 ms must be the same, all of them.
"""

from __future__ import annotations

import sys

from benchmarks.checks import within
from benchmarks.harness import Options, Side
from benchmarks.networks import build_note, folder, row, turns
from benchmarks.report import Row, Target
from benchmarks.spikes import same_rate, same_spikes
from benchmarks.wiring import NEURONS, write_wiring

OURS, THEIRS = "ours/cuba.py", "peers/nest_balanced.py"
EQUAL = 2000


def run(options: Options) -> list[Row]:
    """Spikes first, then times."""
    duration = 300.0 if options.smoke else 1000.0
    scale = 1e3 / duration / NEURONS
    with folder() as place:
        wiring, mine, other = write_wiring(place), place / "ours.npz", place / "nest.npz"
        with Side(sys.executable, OURS, wiring, duration, mine) as us:
            rate = scale * us.first["spikes"]
            if options.smoke:
                note = within("rate in Hz", rate, 4.5, 7.0)
                return [row("cuba", "exact, 300 ms", turns(options, us), note=note)]
            arguments = (THEIRS, "cuba", wiring, duration, other)
            with Side(options.peer("nest"), *arguments) as them:
                rates = same_rate(rate, scale * them.first["spikes"], 0.5)
                note = f"{same_spikes(mine, other, EQUAL)}; {rates}; {build_note(us)}"
                answers = turns(options, us, them, "NEST")
    return [row("cuba", "exact", answers, peer="NEST", target=Target(8.0), note=note)]
