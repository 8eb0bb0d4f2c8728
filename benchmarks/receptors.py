"""Four receptors of 10,000 neurons beside exponential conductances in their place, 1 s, dt 0.1 ms.

AMPA, NMDA with its magnesium block, GABA-A and GABA-B: as many synapses and as many spikes, to some
tens per cent, so that the ratio is the price of the receptors' equations. The second row has the
two fast conductances alone, and so half of the synapses.
"""

from __future__ import annotations

import sys

from benchmarks.checks import within
from benchmarks.harness import Options, Side
from benchmarks.networks import build_note, row, turns
from benchmarks.report import Row, Target

OURS = "ours/receptors.py"
WARM = 200.0


def run(options: Options) -> list[Row]:
    """Rates first, which have to lie near each other."""
    size, duration = (800, 300.0) if options.smoke else (8_000, 1000.0)

    def rate(side: Side) -> str:
        found = 1e3 * side.first["spikes"] / (size * 5 // 4) / duration
        return within("rate in Hz", found, 5.0, 20.0)

    with Side(sys.executable, OURS, size, duration, WARM, "receptors") as us:
        note = f"{rate(us)}; {build_note(us)}"
        if options.smoke:
            return [row("receptors", "1,000 neurons, 300 ms", turns(options, us), note=note)]
        rows = []
        for form, most in (("four", Target(3.0, at_least=False)), ("two", None)):
            with Side(sys.executable, OURS, size, duration, WARM, form) as them:
                answers = turns(options, us, them, f"{form} exponentials")
                said = f"{note}; theirs: {rate(them)}"
            rows.append(
                row("receptors", f"beside {form}", answers, peer=form, target=most, note=said)
            )
    return rows
