"""The loop over slices of steps: progress, faults, Ctrl-C, and how many steps a call makes."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from rheobase.compiler.pipeline import compile_population
from rheobase.compiler.plan import Plan
from rheobase.engine.faults import numerical_error
from rheobase.engine.population import KernelRunner, Population, Runner
from rheobase.engine.progress import Progress, interruptible
from rheobase.errors import MemoryDemandError, NumericalError, ParameterError

# A call lasts tens of milliseconds: long enough to cost nothing, short enough for Ctrl-C.
_NEURON_STEPS_A_CALL = 4_000_000
_MOST_STEPS_A_CALL = 65_536
_WAVE_BYTES = 64 * 2**20


@dataclass
class Outcome:
    """How a run ended."""

    steps: int
    interrupted: bool
    fault: NumericalError | None
    timing: dict[str, float]


def make_runner(
    plan: Plan, population: Population, target: str | None
) -> tuple[Runner, dict[str, float]]:
    """What will carry out the steps, and how long it took to make.

    Raises:
        ParameterError: for a target that does not exist.
    """
    if target not in (None, "llvm", "python", "numpy"):
        raise ParameterError(
            f"There is no target {target!r} to run on.", mend="the targets are llvm, python, numpy"
        )
    if target == "numpy" or (target is None and not _has_llvm()):
        from rheobase.engine.reference import ReferenceRunner

        return ReferenceRunner(population), {"compile_s": 0.0}
    begin = time.perf_counter()
    compiled = compile_population(plan, target or "llvm")
    runner = KernelRunner(compiled, population)
    return runner, {"compile_s": time.perf_counter() - begin}


_told = False


def _has_llvm() -> bool:
    """Whether llvmlite is there; says so once when it is not."""
    global _told
    try:
        import llvmlite  # noqa: F401
    except ImportError:
        if not _told:
            _told = True
            sys.stderr.write(
                "rheobase: llvmlite is not installed; running on NumPy, many times slower.\n"
            )
        return False
    return True


def run(
    population: Population,
    runner: Runner,
    steps: int,
    chosen: np.ndarray,
    every: int,
    progress: bool,
    name: str,
) -> Outcome:
    """Advance a population by `steps` steps, recording `chosen` neurons every `every` steps.

    Raises:
        MemoryDemandError: before anything is allocated, when the traces cannot fit.
        ParameterError: when `every` is not a positive whole number.
    """
    if not isinstance(every, (int, np.integer)) or every < 1:
        raise ParameterError(f"record_every is {every!r}.", mend="give a whole number, 1 or more")
    rows = (steps + every - 1) // every + 1
    refuse_impossible(rows * len(chosen) * 8 * len(population.plan.record))
    population.record(chosen, int(every), rows)
    line = Progress(steps, progress)
    begin = time.perf_counter()
    fault: NumericalError | None = None
    with interruptible() as interrupt:
        while population.clock < steps and not interrupt.pressed:
            asked = min(steps - population.clock, steps_a_call(population))
            runner.advance(population, asked)
            if population.fault[0]:
                fault = numerical_error(population, name)
                break
            line.report(population.clock)
    if fault is None and population.clock % every == 0:
        runner.observe(population)
    line.finish()
    timing: dict[str, Any] = {"run_s": time.perf_counter() - begin}
    return Outcome(population.clock, interrupt.pressed, fault, timing)


def steps_a_call(population: Population) -> int:
    """How many steps the next call makes."""
    steps = max(1, min(_NEURON_STEPS_A_CALL // population.n, _MOST_STEPS_A_CALL))
    dense = sum(kind == "dense" for d in population.drives for kind in d.plan.kinds)
    if dense:
        steps = max(1, min(steps, _WAVE_BYTES // (24 * population.n * dense)))
    return steps


def refuse_impossible(demand: int) -> None:
    """Refuse traces that cannot fit in memory.

    Raises:
        MemoryDemandError: with the figure.
    """
    try:
        there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return
    if demand > 0.8 * there:
        raise MemoryDemandError(
            f"The traces would take {demand / 2**30:.1f} GiB, and this machine has "
            f"{there / 2**30:.1f} GiB.",
            mend="record fewer names, a subset= of neurons, or every k-th step with record_every=",
        )
