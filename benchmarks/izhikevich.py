"""100,000 regular-spiking Izhikevich neurons, 1 s, forward Euler at dt 0.5 ms, float64.

Currents from 8 to 12 in the paper's numbers, against Brian 2 C++ standalone. Forward Euler at this
step is the common practice, not an accurate solution; both sides do exactly the same arithmetic.
"""

from __future__ import annotations

from benchmarks.checks import within
from benchmarks.harness import Options
from benchmarks.populations import Opponent, Population, compare
from benchmarks.report import Row, Target

OURS = "ours/izhikevich.py"
THEIRS = "peers/brian2_izhikevich.py"


def run(options: Options) -> list[Row]:
    """Nothing but multiplications here, so compilers are near each other: never slower."""
    population = Population("izhikevich", 1_001 if options.smoke else 100_000, 1000.0, 0.5)
    arguments = population.arguments
    faced = [] if options.smoke else [Opponent("Brian 2", THEIRS, arguments, Target(1.0))]

    def rate(counts: list[int]) -> str:
        return within("mean spikes in 1 s", sum(counts) / len(counts), 22.0, 23.2)

    return compare(
        options, population, "Euler, dt 0.5 ms", OURS, ("euler", *arguments), faced, rate
    )
