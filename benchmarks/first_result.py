"""From ``python`` to the first trace of one Hodgkin-Huxley neuron: whole processes, nothing cached.

Ours starts from equations typed as text. NEST has the model compiled in; Brian 2 compiles it, and
its Cython cache is emptied before every run, which is what a new user meets.

Nothing cached is meant of Python's own bytecode too, on either side: it is looked for in an empty
folder, and not written. A second row against NEST has both sides' bytecode at hand, as after any
installation by pip, and is held to the same target.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.checks import within
from benchmarks.harness import (
    ROOT,
    Answer,
    Options,
    cold_process,
    median,
    take_turns,
    whole_process,
)
from benchmarks.report import Row, Target

WHAT = "100 ms of one neuron, its trace read"
WARM = "NEST, bytecode at hand"


def run(options: Options) -> list[Row]:
    """Whole processes in turns, after one of each that fills the disk's own cache."""
    if options.smoke:
        answer = ours()
        return [Row("first_result", WHAT, answer["seconds"], "s", note=_check("rheobase", answer))]
    rows = []
    nest, brian2 = options.peer("nest"), options.peer("brian2")
    target = Target(0.6, at_least=False)
    rows.append(_against(options, "NEST", lambda: _nest(nest), target))
    rows.append(_against(options, WARM, lambda: _nest(nest, warm=True), target))
    # Twenty seconds each: fewer turns.
    few = Options(repeats=min(3, options.repeats), peers=options.peers)
    rows.append(_against(few, "Brian 2", lambda: _brian2(brian2), Target(1 / 20, at_least=False)))
    rows.append(_against(few, "Brian 2 on NumPy", lambda: _brian2(brian2, "numpy"), None))
    return rows


def ours(warm: bool = False) -> Answer:
    """Our side: text to trace, the cache of compiled code off."""
    script = ROOT / "ours" / "first_result.py"
    timed = whole_process if warm else cold_process
    return timed([sys.executable, script], RHEOBASE_CACHE="off")


def _nest(python: Path, warm: bool = False) -> Answer:
    timed = whole_process if warm else cold_process
    return timed([python, ROOT / "peers" / "nest_first_result.py"])


def _brian2(python: Path, target: str = "auto") -> Answer:
    with tempfile.TemporaryDirectory(prefix="rheobase-cython-") as cache:
        return cold_process([python, ROOT / "peers" / "brian2_first_result.py", target, cache])


def _check(name: str, answer: Answer) -> str:
    """A trace with spikes that overshoot: 10 uA/cm2 gives seven in 100 ms."""
    within(f"{name}'s spikes", answer["spikes"], 5, 9)
    within(f"{name}'s peak in mV", answer["peak_mV"], 20.0, 50.0)
    return f"{name} {answer['spikes']} spikes, peak {answer['peak_mV']:.3g} mV"


def _against(
    options: Options, name: str, theirs: Callable[[], Answer], target: Target | None
) -> Row:
    mine_alone: Callable[[], Answer] = partial(ours, warm=name == WARM)
    sides = {"ours": mine_alone, "theirs": theirs}
    first = take_turns(sides, 1)
    checks = [_check("rheobase", first["ours"][0]), _check(name, first["theirs"][0])]
    answers = take_turns(sides, options.repeats)
    mine, other = (median(answers[side], "seconds") for side in ("ours", "theirs"))
    return Row(
        "first_result",
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
