"""``import rheobase`` against ``import numpy``, each a whole process."""

from __future__ import annotations

import sys

from benchmarks.harness import Options, median, take_turns, whole_process
from benchmarks.report import Row, Target


def run(options: Options) -> list[Row]:
    """Many short processes in turns; the medians are judged."""
    turns = 3 if options.smoke else max(31, options.repeats)
    sides = {
        "ours": lambda: whole_process([sys.executable, "-c", "import rheobase"]),
        "theirs": lambda: whole_process([sys.executable, "-c", "import numpy"]),
        "nothing": lambda: whole_process([sys.executable, "-c", "pass"]),
    }
    take_turns(sides, 1)
    answers = take_turns(sides, turns)
    seconds = {name: median(side, "seconds") for name, side in answers.items()}
    return [
        Row(
            "import_time",
            f"import rheobase, whole process, median of {turns}",
            seconds["ours"],
            "s",
            peer="import numpy",
            theirs=seconds["theirs"],
            ratio=seconds["ours"] / seconds["theirs"],
            target=None if options.smoke else Target(1.3, at_least=False),
            repeats={name: [a["seconds"] for a in side] for name, side in answers.items()},
            note=f"an empty Python takes {seconds['nothing']:.3g} s of both",
        )
    ]
