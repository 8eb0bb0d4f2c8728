"""10,000 Hodgkin-Huxley neurons, 20 ms at dt 0.01 ms, float64, against Brian 2 C++ standalone.

Currents from 5 to 25 uA/cm2, from rest; a spike is a rising edge at -20 mV, on both sides.
"""

from __future__ import annotations

from dataclasses import replace

from benchmarks.harness import Options
from benchmarks.populations import Opponent, Population, compare
from benchmarks.report import Row, Target

OURS = "ours/hodgkin_huxley.py"
THEIRS = "peers/brian2_hodgkin_huxley.py"


def run(options: Options) -> list[Row]:
    """Forward Euler and fourth-order Runge-Kutta on both sides, then each side's own default.

    Brian 2 is judged with the opening rates written as its own examples write them, with
    ``exprel``, which is also what our side computes. The textbook's quotient is faster there and
    not a number at two voltages; it is shown beside, for information.
    """
    population = Population("hodgkin_huxley", 500 if options.smoke else 10_000, 20.0, 0.01)
    rows: list[Row] = []
    for scheme, name in (("euler", "forward Euler"), ("rk4", "RK4")):
        opponents = [
            _brian2(population, "Brian 2", scheme, "exprel", Target(8.0)),
            _brian2(population, "Brian 2 (quotient)", scheme, "division"),
        ]
        rows += _compare(options, population, name, scheme, opponents)
    # Without a method Brian 2 takes forward Euler for these equations: other spikes, so unchecked.
    own = replace(_brian2(population, "Brian 2 default", "euler", "exprel"), same_scheme=False)
    return rows + _compare(options, population, "default ({method})", "default", [own])


def _brian2(
    population: Population, name: str, scheme: str, form: str, target: Target | None = None
) -> Opponent:
    return Opponent(name, THEIRS, (scheme, *population.arguments, form), target)


def _compare(
    options: Options, population: Population, what: str, scheme: str, opponents: list[Opponent]
) -> list[Row]:
    arguments = (scheme, *population.arguments)
    faced = [] if options.smoke else opponents
    return compare(options, population, what, OURS, arguments, faced)
