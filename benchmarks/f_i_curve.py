"""One Hodgkin-Huxley f-I curve: 1,000 currents from 5 to 25 uA/cm2, 1 s each.

Fourth-order Runge-Kutta at dt 0.025 ms on both sides, against Brian 2 C++ standalone, spike counts
compared current by current.
"""

from __future__ import annotations

from benchmarks.checks import within
from benchmarks.harness import Options
from benchmarks.populations import Opponent, Population, compare
from benchmarks.report import Row, Target

OURS = "ours/hodgkin_huxley.py"
THEIRS = "peers/brian2_hodgkin_huxley.py"
SCHEME = "rk4"
# Spikes in the first second at 10 uA/cm2, from an integration at a tolerance of 1e-10.
REFERENCE = 69


def run(options: Options) -> list[Row]:
    """All currents as one population; the same scheme and the same step on both sides."""
    population = Population("f_i_curve", 41 if options.smoke else 1_000, 1000.0, 0.025)
    arguments = (SCHEME, *population.arguments)
    opponent = Opponent("Brian 2", THEIRS, (*arguments, "exprel"), Target(8.0))
    faced = [] if options.smoke else [opponent]

    def rate(counts: list[int]) -> str:
        nearest = round((len(counts) - 1) * (10 - 5) / (25 - 5))
        return within("spikes at 10 uA/cm2", counts[nearest], REFERENCE - 1, REFERENCE + 1)

    return compare(options, population, "RK4, dt 0.025 ms", OURS, arguments, faced, rate)
