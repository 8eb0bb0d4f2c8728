"""The cortical microcircuit at a tenth: 7,700 neurons, 3.0 million synapses, 1 s, against NEST.

Weights and delays one a synapse, drawn by each side for itself: rates of the eight populations are
compared. After half a second.
"""

from __future__ import annotations

import sys

from benchmarks.checks import within
from benchmarks.harness import Answer, Options, Side
from benchmarks.microcircuit import write_microcircuit
from benchmarks.networks import build_note, folder, row, turns
from benchmarks.report import Row, Target
from benchmarks.spikes import same_rate

OURS, THEIRS = "ours/potjans.py", "peers/nest_potjans.py"
DURATION, WARM = 1000.0, 500.0
# Rates of one second differ so much between two seeds of one simulator: a share and Hz.
SHARE, FLOOR = 0.15, 0.3


def run(options: Options) -> list[Row]:
    """Rates first, population by population."""
    with folder() as place:
        path = place / "microcircuit.json"
        given = write_microcircuit(path, 0.05 if options.smoke else 0.1)
        sizes = {own["name"]: own["n"] for own in given["populations"]}
        if options.smoke:
            with Side(sys.executable, OURS, path, 200.0, 100.0) as us:
                rate = us.first["spikes"] / sum(sizes.values()) / 0.2
                note = within("rate in Hz", rate, 1.0, 6.0)
                return [row("potjans", "a twentieth, 200 ms", turns(options, us), note=note)]
        few = Options(repeats=min(3, options.repeats), peers=options.peers)
        with (
            Side(sys.executable, OURS, path, DURATION, WARM) as us,
            Side(options.peer("nest"), THEIRS, path, DURATION, WARM) as them,
        ):
            note = f"{_rates(sizes, us.first, them.first)}; {build_note(us)}"
            answers = turns(few, us, them, "NEST")
    return [
        row("potjans", "a tenth", answers, peer="NEST", target=Target(5.0), note=note),
        row("potjans", "a tenth, build", answers, peer="NEST", figure="build_s"),
    ]


def _rates(sizes: dict[str, int], ours: Answer, theirs: Answer) -> str:
    said = []
    for name, n in sizes.items():
        mine, other = (1e3 * side["counts"][name] / n / DURATION for side in (ours, theirs))
        said.append(same_rate(mine, other, FLOOR + SHARE * other, name))
    return ", ".join(said)
