"""COBA: 4,000 neurons with conductances, 320,000 synapses, 1 s at dt 0.1 ms, float64.

One edge list, one first state, all spikes recorded on every side. A peer is met with its own
scheme: Brian 2 with exponential Euler, ANNarchy with explicit Euler, and there the spikes are
ours. NEST has this neuron with an adaptive solver only; our fourth-order Runge-Kutta sends its
spikes over the first 200 ms, which shows that the networks are one, and the schemes of the other
rows, coarser, its rate.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks.checks import within
from benchmarks.harness import Options, Side
from benchmarks.networks import build_note, folder, row, turns
from benchmarks.report import Row, Target
from benchmarks.spikes import close_spikes, same_rate, same_spikes
from benchmarks.wiring import NEURONS, write_wiring

OURS = "ours/coba.py"
DURATION = 1000.0
# Steps over which spikes are compared: chaos makes any rounding a difference in the end.
EARLY, EQUAL = 500, 2000
# Two runs that part in the middle fire at rates some hertz apart.
RATE_TOLERANCE = 2.0


def run(options: Options) -> list[Row]:
    """Each peer beside the scheme that it uses."""
    with folder() as place:
        wiring = write_wiring(place)
        if options.smoke:
            return [_alone(options, wiring, place)]
        return [
            _against_brian2(options, wiring, place),
            _against_annarchy(options, wiring, place),
            *_against_nest(options, wiring, place),
        ]


def _ours(scheme: str, wiring: Path, spikes: Path, duration: float = DURATION) -> Side:
    return Side(sys.executable, OURS, scheme, wiring, duration, spikes)


def _alone(options: Options, wiring: Path, place: Path) -> Row:
    duration = 300.0
    with _ours("exponential_euler", wiring, place / "ours.npz", duration) as us:
        rate = 1e3 * us.first["spikes"] / NEURONS / duration
        note = within("rate in Hz", rate, 14.0, 24.0)
        return row("coba", "exponential Euler, 300 ms", turns(options, us), note=note)


def _against_brian2(options: Options, wiring: Path, place: Path) -> Row:
    mine, other = place / "ours.npz", place / "brian2.npz"
    with ExitStack() as stack:
        us = stack.enter_context(_ours("exponential_euler", wiring, mine))
        arguments = ("peers/brian2_coba.py", wiring, DURATION, other)
        them = stack.enter_context(Side(options.peer("brian2"), *arguments))
        note = f"{close_spikes(mine, other, EARLY)}; {_rates(us, them)}; {build_note(us)}"
        answers = turns(options, us, them, "Brian 2")
    return row("coba", "exponential Euler", answers, peer="Brian 2", target=Target(6.0), note=note)


def _against_annarchy(options: Options, wiring: Path, place: Path) -> Row:
    mine, other = place / "ours.npz", place / "annarchy.npz"
    with ExitStack() as stack:
        us = stack.enter_context(_ours("euler", wiring, mine))
        arguments = ("peers/annarchy_coba.py", wiring, DURATION, other)
        them = stack.enter_context(Side(options.peer("annarchy"), *arguments))
        note = f"{close_spikes(mine, other, EARLY)}; {_rates(us, them)}"
        answers = turns(options, us, them, "ANNarchy")
    return row("coba", "explicit Euler", answers, peer="ANNarchy", target=Target(2.3), note=note)


def _against_nest(options: Options, wiring: Path, place: Path) -> list[Row]:
    # Seven seconds each.
    few = Options(repeats=min(3, options.repeats), peers=options.peers)
    exact, mine, other = place / "rk4.npz", place / "ours.npz", place / "nest.npz"
    rows = []
    arguments = ("peers/nest_balanced.py", "coba", wiring, DURATION, other)
    with Side(options.peer("nest"), *arguments) as them:
        with _ours("exponential_euler", wiring, mine) as us:
            note, answers = _rates(us, them), turns(few, us, them, "NEST")
        rows.append(
            row("coba", "exponential Euler", answers, peer="NEST", target=Target(100.0), note=note)
        )
        with _ours("rk4", wiring, exact) as us:
            note = f"{same_spikes(exact, other, EQUAL)}; {_rates(us, them)}"
            alone = {**answers, "ours": turns(few, us)["ours"]}
        rows.append(row("coba", "RK4, NEST's spikes", alone, peer="NEST", note=note))
    return rows


def _rates(us: Side, them: Side) -> str:
    scale = 1e3 / DURATION / NEURONS
    return same_rate(scale * us.first["spikes"], scale * them.first["spikes"], RATE_TOLERANCE)
