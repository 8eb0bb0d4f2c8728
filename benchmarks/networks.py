"""A network on both sides, once its spikes have been checked: turns, medians, one row a figure."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.checks import steady
from benchmarks.harness import Answer, Options, Side, median, take_turns
from benchmarks.report import Row, Target


@contextmanager
def folder() -> Iterator[Path]:
    """A place for what both sides read and write, gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="rheobase-network-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def turns(
    options: Options, us: Side, them: Side | None = None, name: str = ""
) -> dict[str, list[Answer]]:
    """Runs of our side, and of the peer's in turn with it.

    Raises:
        DisagreementError: when a repeat has not the spikes of the first run.
    """
    sides = {"ours": us} if them is None else {"ours": us, "theirs": them}
    answers = take_turns({key: side.run for key, side in sides.items()}, options.repeats)
    for key, side in sides.items():
        totals = [answer["spikes"] for answer in answers[key]]
        steady("rheobase" if key == "ours" else name, totals, side.first["spikes"])
    return answers


def row(
    benchmark: str,
    what: str,
    answers: Mapping[str, list[Answer]],
    *,
    peer: str = "",
    target: Target | None = None,
    figure: str = "run_s",
    unit: str = "s",
    scale: float = 1.0,
    note: str = "",
) -> Row:
    """One figure of the repeats of one side or two.

    The ratio says how many times more the peer takes; for a target that is an upper limit, which
    share of the peer's we take.
    """
    ours = scale * median(answers["ours"], figure)
    repeats = {key: [scale * float(a[figure]) for a in found] for key, found in answers.items()}
    if "theirs" not in answers:
        return Row(benchmark, what, ours, unit, repeats=repeats, note=note)
    theirs = scale * median(answers["theirs"], figure)
    is_share = target is not None and not target.at_least
    return Row(
        benchmark,
        what,
        ours,
        unit,
        ratio=ours / theirs if is_share else theirs / ours,
        target=target,
        peer=peer,
        theirs=theirs,
        repeats=repeats,
        note=note,
    )


def build_note(us: Side) -> str:
    """How long building took before the first run, and what of it was compiling."""
    first = us.first
    return (
        f"{first['synapses']} synapses; built in {first['build_s']:.3g} s, of which the kernel "
        f"{first['compile_s']:.3g} s"
    )
