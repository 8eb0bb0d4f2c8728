"""A population on both sides: check the spikes, take turns, judge the time of a neuron-step."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks.checks import same_counts, steady
from benchmarks.harness import Answer, Options, Side, median, take_turns
from benchmarks.report import Row, Target

UNIT = "ns a neuron-step"


@dataclass(frozen=True)
class Population:
    """Who runs, for how long and how finely.

    Attributes:
        benchmark: the name of the benchmark.
        neurons: how many.
        duration: ms.
        step: ms.
    """

    benchmark: str
    neurons: int
    duration: float
    step: float

    @property
    def neuron_steps(self) -> float:
        """The work of one run."""
        return self.neurons * self.duration / self.step

    @property
    def arguments(self) -> tuple[int, float, float]:
        """What the scripts of both sides are told."""
        return self.neurons, self.duration, self.step


@dataclass(frozen=True)
class Opponent:
    """A peer's script with its arguments, and the limit our ratio must keep."""

    name: str
    script: str
    arguments: Sequence[object]
    target: Target | None = None
    same_scheme: bool = True


def compare(
    options: Options,
    population: Population,
    what: str,
    script: str,
    arguments: Sequence[object],
    opponents: Sequence[Opponent],
    check: Callable[[list[int]], str] | None = None,
) -> list[Row]:
    """Our side against each opponent in turns; the peers' builds and all warm-ups are left out.

    Args:
        options: the command line's.
        population: the work.
        what: the name of the scheme, for the table.
        script: our script.
        arguments: its arguments.
        opponents: the peers' scripts; none in a smoke run.
        check: judges our spike counts by what is known of them, and says how.

    Returns:
        One row an opponent, or one row for our figure alone.

    Raises:
        DisagreementError: when spikes disagree, between sides or between repeats.
    """
    rows: list[Row] = []
    with Side(sys.executable, script, *arguments) as us:
        known = check(us.first["counts"]) if check else ""
        if not opponents:
            answers = take_turns({"ours": us.run}, options.repeats)
            return [_row(population, what, us, answers["ours"], known)]
        for opponent in opponents:
            python = options.peer("brian2")
            with Side(python, opponent.script, *opponent.arguments) as them:
                note = known
                if opponent.same_scheme:
                    note = same_counts(us.first, them.first, population.step)
                answers = take_turns({"ours": us.run, "theirs": them.run}, options.repeats)
                steady(
                    opponent.name,
                    [answer["spikes"] for answer in answers["theirs"]],
                    sum(them.first["counts"]),
                )
                row = _row(population, what, us, answers["ours"], note)
                rows.append(_against(row, population, opponent, answers["theirs"]))
    return rows


def _row(population: Population, what: str, us: Side, answers: Sequence[Answer], note: str) -> Row:
    steady("rheobase", [answer["spikes"] for answer in answers], sum(us.first["counts"]))
    scale = 1e9 / population.neuron_steps
    whole = median(answers, "call_s") * scale
    compiled = f"the whole call {whole:.3g} {UNIT}; compiled in {us.first['compile_s']:.3g} s"
    return Row(
        population.benchmark,
        what.format(**us.first),
        median(answers, "run_s") * scale,
        UNIT,
        repeats={"ours": [answer["run_s"] * scale for answer in answers]},
        note="; ".join(part for part in (note, compiled) if part),
    )


def _against(
    row: Row, population: Population, opponent: Opponent, answers: Sequence[Answer]
) -> Row:
    scale = 1e9 / population.neuron_steps
    theirs = median(answers, "run_s") * scale
    return replace(
        row,
        peer=opponent.name,
        theirs=theirs,
        ratio=theirs / row.ours,
        target=opponent.target,
        repeats=row.repeats | {"theirs": [answer["run_s"] * scale for answer in answers]},
    )
