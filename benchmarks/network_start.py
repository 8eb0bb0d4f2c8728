"""From ``python`` to the last spike of 1 s of COBA: whole processes, nothing cached.

Each side describes COBA as its own users do and draws its own synapses. Brian 2's Cython cache and
the folders that it and ANNarchy build in are empty; so is ours, and Python's bytecode on all sides.
A second row against NEST has both sides' bytecode at hand, as after any installation.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import partial

from benchmarks.checks import within
from benchmarks.harness import ROOT, Answer, Options, cold_process, median, take_turns
from benchmarks.report import Row, Target

WHAT = "COBA, 1 s, whole process"
TENTH, FIFTEENTH = Target(1 / 10, at_least=False), Target(1 / 15, at_least=False)
NEURONS = 4_000


def run(options: Options) -> list[Row]:
    """Whole processes in turns, after one of each that fills the disk's own cache."""
    if options.smoke:
        answer = ours()
        note = _check("rheobase", answer)
        return [Row("network_start", WHAT, answer["seconds"], "s", note=note)]
    nest = [options.peer("nest"), ROOT / "peers" / "nest_network_start.py"]
    annarchy = [options.peer("annarchy"), ROOT / "peers" / "annarchy_network_start.py"]
    opponents: list[tuple[str, Target, bool, Callable[[], Answer]]] = [
        ("NEST", TENTH, False, lambda: cold_process(nest, warm=False)),
        ("NEST, bytecode at hand", TENTH, True, lambda: cold_process(nest, warm=True)),
        ("ANNarchy", FIFTEENTH, False, lambda: cold_process(annarchy, warm=False)),
    ]
    for target in ("cpp_standalone", "cython"):
        alone = partial(_brian2, options, target)
        opponents.append((f"Brian 2, {target}", FIFTEENTH, False, alone))
    # Ten to thirty seconds each.
    turns = min(3, options.repeats)
    return [_against(turns, *opponent) for opponent in opponents]


def ours(warm: bool = False) -> Answer:
    """Our side, the cache of compiled code off."""
    command = [sys.executable, ROOT / "ours" / "network_start.py"]
    return cold_process(command, warm, RHEOBASE_CACHE="off")


def _brian2(options: Options, target: str) -> Answer:
    with tempfile.TemporaryDirectory(prefix="rheobase-cython-") as cache:
        script = ROOT / "peers" / "brian2_network_start.py"
        return cold_process([options.peer("brian2"), script, target, cache], warm=False)


def _check(name: str, answer: Answer) -> str:
    """The network keeps itself awake, at about 20 Hz."""
    return within(f"{name}'s rate in Hz", answer["spikes"] / NEURONS, 14.0, 24.0)


def _against(
    repeats: int, name: str, target: Target, warm: bool, theirs: Callable[[], Answer]
) -> Row:
    mine_alone: Callable[[], Answer] = partial(ours, warm=warm)
    sides = {"ours": mine_alone, "theirs": theirs}
    first = take_turns(sides, 1)
    checks = [_check("rheobase", first["ours"][0]), _check(name, first["theirs"][0])]
    answers = take_turns(sides, repeats)
    mine, other = (median(answers[side], "seconds") for side in ("ours", "theirs"))
    return Row(
        "network_start",
        WHAT,
        mine,
        "s",
        peer=name,
        theirs=other,
        ratio=mine / other,
        target=target,
        repeats={side: [a["seconds"] for a in answers[side]] for side in answers},
        note="; ".join(checks),
    )
