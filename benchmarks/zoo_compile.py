"""How long each model of the zoo takes to compile, with its default scheme and no cache.

Each model in a process of its own, so that none profits from what an earlier one loaded.
"""

from __future__ import annotations

import sys

from benchmarks.harness import ROOT, Options, median, whole_process
from benchmarks.report import Row, Target

SCRIPT = ROOT / "ours" / "zoo_compile.py"
LIMIT = 0.25


def run(options: Options) -> list[Row]:
    """One row a model; the figure judged is the compile time in seconds itself."""
    names = whole_process([sys.executable, SCRIPT], RHEOBASE_CACHE="off")["names"]
    rows = []
    for name in names:
        command = [sys.executable, SCRIPT, name]
        turns = 1 if options.smoke else options.repeats
        answers = [whole_process(command, RHEOBASE_CACHE="off") for _ in range(turns)]
        seconds = median(answers, "compile_s")
        rows.append(
            Row(
                "zoo_compile",
                f"{name} ({answers[0]['method']})",
                seconds,
                "s",
                ratio=seconds,
                target=None if options.smoke else Target(LIMIT, at_least=False),
                repeats={"ours": [answer["compile_s"] for answer in answers]},
            )
        )
    return rows
