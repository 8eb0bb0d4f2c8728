"""Brunel's network: 12,500 neurons, 15.6 million synapses, 1 s at dt 0.1 ms, against NEST.

N. Brunel, Dynamics of sparsely connected networks of excitatory and inhibitory spiking neurons, J.
Comput. Neurosci. 8, 183-208 (2000), with the numbers of NEST's example: asynchronous irregular,
32 Hz. Each side draws its own synapses and its own drive, so that rates are compared, not spikes.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from benchmarks.checks import steady, within
from benchmarks.harness import Answer, Options, Side, median, take_turns
from benchmarks.networks import row, turns
from benchmarks.report import Row, Target
from benchmarks.spikes import same_rate

OURS, THEIRS = "ours/brunel.py", "peers/nest_brunel.py"
WARM = 50.0
_TURNS = 4
MOST_BYTES = 8.8


def run(options: Options) -> list[Row]:
    """Run, build and memory beside NEST; then two threads of ours beside one."""
    if options.smoke:
        with Side(sys.executable, OURS, 1_000, 300.0, WARM, 1, "connected") as us:
            note = within("rate in Hz", us.first["spikes"] / 1_250 / 0.3, 30.0, 45.0)
            return [row("brunel", "1,250 neurons, 300 ms", turns(options, us), note=note)]
    # Twenty-five seconds each.
    few = Options(repeats=min(3, options.repeats), peers=options.peers)
    arguments = (OURS, 10_000, 1000.0, WARM, 1, "connected")
    # Building is judged with its compiling.
    with Side(sys.executable, *arguments, RHEOBASE_CACHE="off") as us:
        with Side(options.peer("nest"), THEIRS, 10_000, 1000.0, WARM) as them:
            rows = _beside_nest(few, us, them)
        return [*rows, _two_threads(options, us)]


def _beside_nest(options: Options, us: Side, them: Side) -> list[Row]:
    mine, other = (side.first["spikes"] / 12_500 for side in (us, them))
    note = f"{same_rate(mine, other, 1.5)}; {us.first['synapses']} synapses"
    answers = turns(options, us, them, "NEST")
    bytes_each = (us.first["resident_bytes"] - us.first["bare_bytes"]) / us.first["synapses"]
    peaks = {"ours": us.first["peak_bytes"], "theirs": them.first["peak_bytes"]}
    return [
        row("brunel", "run", answers, peer="NEST", target=Target(8.0), note=note),
        row(
            "brunel",
            "build",
            answers,
            peer="NEST",
            target=Target(0.5, at_least=False),
            figure="build_s",
            note="description, drawing and compiling; NEST's without its preparations",
        ),
        Row(
            "brunel",
            "resident memory a synapse, in all",
            bytes_each,
            "bytes",
            ratio=bytes_each,
            target=Target(MOST_BYTES, at_least=False),
            note="after building and 1.05 s, less a process that has only loaded what it needs",
        ),
        Row(
            "brunel",
            "peak memory of the whole process",
            peaks["ours"] / 1e6,
            "MB",
            peer="NEST",
            theirs=peaks["theirs"] / 1e6,
            ratio=peaks["theirs"] / peaks["ours"],
        ),
    ]


def _two_threads(options: Options, one: Side) -> Row:
    """Two cores for one row; the other cores of the machine must be idle for it to mean much.

    Cores change their pace with what runs beside them, so that there are more turns than elsewhere.
    The note says how much the two cores give in the same turns where nothing is shared: two
    processes at once, of one thread each, against one.
    """
    if (os.cpu_count() or 1) < 2:
        seconds = median(turns(options, one)["ours"], "run_s")
        return Row("brunel", "one thread", seconds, "s", note="this machine has one core")
    arguments = (sys.executable, OURS, 10_000, 1000.0, WARM)
    with (
        Side(*arguments, 2, "connected") as two,
        Side(*arguments, 1, "connected") as other,
        ThreadPoolExecutor() as pool,
    ):
        if hasattr(os, "sched_setaffinity"):
            every = set(range(os.cpu_count() or 1))
            os.sched_setaffinity(other.pid, every - os.sched_getaffinity(one.pid) or every)

        def both() -> Answer:
            """Two processes at once: when the slower one is done."""
            answers = pool.map(Side.run, (one, other))
            return max(answers, key=lambda answer: float(answer["run_s"]))

        sides = {"ours": two.run, "theirs": one.run, "both": both}
        answers = take_turns(sides, _TURNS * options.repeats)
        load = ", ".join(f"{value:.2g}" for value in os.getloadavg())
    found = [two.first["spikes"], *(a["spikes"] for turn in answers.values() for a in turn)]
    steady("two threads", found, one.first["spikes"])
    apart = 2 * median(answers["theirs"], "run_s") / median(answers.pop("both"), "run_s")
    note = f"{two.first['spikes']} spikes with both; two processes apart give {apart:.2f}; "
    note += f"load averages {load}"
    return row("brunel", "two threads", answers, peer="one", target=Target(1.6), note=note)
