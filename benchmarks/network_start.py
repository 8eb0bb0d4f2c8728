"""From ``python`` to the last spike of 1 s of COBA: whole processes, nothing cached.

Each side describes COBA as its own users do and draws its own synapses. Brian 2's Cython cache and
the folders that it and ANNarchy build in are empty, and so is our cache of compiled code. Of
bytecode there is none on any side, not even of Python's own library. Two more rows against NEST
have that of Python's own library at hand, as in a new environment, and that of all packages, as
later; all three are held to the same target.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from benchmarks.checks import within
from benchmarks.harness import (
    ROOT,
    Answer,
    Options,
    cold_process,
    installed,
    median,
    take_turns,
    whole_process,
)
from benchmarks.report import Row, Target

WHAT = "COBA, 1 s, whole process"
TENTH, FIFTEENTH = Target(1 / 10, at_least=False), Target(1 / 15, at_least=False)
NEURONS = 4_000
_OURS = [sys.executable, ROOT / "ours" / "network_start.py"]
_COLD = {"RHEOBASE_CACHE": "off"}


def run(options: Options) -> list[Row]:
    """Whole processes in turns, after one of each that fills the disk's own cache."""
    if options.smoke:
        answer = ours()
        note = _check("rheobase", answer)
        return [Row("network_start", WHAT, answer["seconds"], "s", note=note)]
    nest = [options.peer("nest"), ROOT / "peers" / "nest_network_start.py"]
    annarchy = [options.peer("annarchy"), ROOT / "peers" / "annarchy_network_start.py"]
    turns, few = options.repeats, min(3, options.repeats)  # ten seconds each; up to thirty
    with ExitStack() as stack:
        fresh = [stack.enter_context(installed(side, **_COLD)) for side in (_OURS, nest)]
        rows = [
            _against(turns, "NEST", TENTH, ours, lambda: cold_process(nest)),
            _against(turns, "NEST, a new environment", TENTH, *fresh),
        ]
    warm: list[Callable[[], Answer]] = [
        lambda: whole_process(_OURS, **_COLD),
        lambda: whole_process(nest),
    ]
    rows.append(_against(turns, "NEST, bytecode at hand", TENTH, *warm))
    rows.append(_against(few, "ANNarchy", FIFTEENTH, ours, lambda: cold_process(annarchy)))
    for target in ("cpp_standalone", "cython"):
        theirs = partial(_brian2, options, target)
        rows.append(_against(few, f"Brian 2, {target}", FIFTEENTH, ours, theirs))
    return rows


def ours() -> Answer:
    """Our side, from nothing."""
    return cold_process(_OURS, **_COLD)


def _brian2(options: Options, target: str) -> Answer:
    with tempfile.TemporaryDirectory(prefix="rheobase-cython-") as cache:
        script = ROOT / "peers" / "brian2_network_start.py"
        return cold_process([options.peer("brian2"), script, target, cache])


def _check(name: str, answer: Answer) -> str:
    """The network keeps itself awake, at about 20 Hz."""
    return within(f"{name}'s rate in Hz", answer["spikes"] / NEURONS, 14.0, 24.0)


def _against(
    repeats: int,
    name: str,
    target: Target,
    mine_alone: Callable[[], Answer],
    theirs: Callable[[], Answer],
) -> Row:
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
