"""The loop over slices of steps: progress, faults, Ctrl-C, and how many steps a call makes."""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

from rheobase.compiler.pipeline import compile_population
from rheobase.engine.machine import memory
from rheobase.engine.population import KernelRunner, Population, Runner
from rheobase.engine.progress import Progress, interruptible
from rheobase.errors import (
    MemoryDemandError,
    MissingExtraError,
    NumericalError,
    ParameterError,
)
from rheobase.records import Record

# A call lasts tens of milliseconds: long enough to cost nothing, short enough for Ctrl-C. How many
# steps that is only the clock can say: it depends on the model, the target and how often steps are
# divided.
_SHORT_CALL, _LONG_CALL = 0.02, 0.1
_NEURON_STEPS_FIRST = {"llvm": 8_192, "python": 64, "numpy": 64}
_NEURON_STEPS_A_CALL = 4_000_000
_MOST_STEPS_A_CALL = 65_536
# Room is made for every spike that a call can bring.
_SPIKES_A_CALL = 2**22
_WAVE_BYTES = 64 * 2**20
# What a neuron takes beside its states and traces: flags, counters, and room for its spikes.
_BYTES_A_NEURON = 512


class Outcome(Record):
    """How a run ended."""

    steps: int
    interrupted: str | None  # by which signal
    fault: NumericalError | None
    timing: dict[str, float]


def make_runner(population: Population) -> tuple[Runner, dict[str, float]]:
    """What will carry out the steps of a population, and how long it took to make."""
    if population.target == "numpy":
        from rheobase.engine.reference import ReferenceRunner

        return ReferenceRunner(population), {"compile_s": 0.0}
    begin = time.perf_counter()
    runner = KernelRunner(compile_population(population.plan, population.target), population)
    return runner, {"compile_s": time.perf_counter() - begin}


def choose_target(wanted: str | None) -> str:
    """The target to run on: `llvm` by default, and NumPy where there is no llvmlite.

    Raises:
        ParameterError: for a target that does not exist.
        MissingExtraError: when llvm is asked for and llvmlite is not there.
    """
    if wanted not in (None, *_TARGETS):
        raise ParameterError(
            f"There is no target {wanted!r} to run on.",
            mend=f"the targets are {', '.join(_TARGETS)}",
        )
    if wanted is not None and (wanted != "llvm" or _has_llvm()):
        return wanted
    if wanted == "llvm":
        raise MissingExtraError(
            "The target llvm needs the package llvmlite, which is not installed.",
            mend="pip install llvmlite, or leave target= out to run on NumPy",
        )
    return "llvm" if _llvm_or_word_of_it() else "numpy"


_TARGETS = ("llvm", "python", "numpy")
_told = False


def _has_llvm() -> bool:
    try:
        import llvmlite  # noqa: F401
    except ImportError:
        return False
    return True


def _llvm_or_word_of_it() -> bool:
    """Whether llvmlite is there; says so once when it is not."""
    global _told
    found = _has_llvm()
    if not found and not _told:
        _told = True
        sys.stderr.write(
            "rheobase: llvmlite is not installed; running on NumPy, many times slower.\n"
        )
    return found


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
        ParameterError: where an input ends before the run does; no step has been taken.
    """
    for drive in population.drives if steps else ():
        drive.slice(population.clock + steps - 1, 1, population.dt, population.n)
    population.record(chosen, every, rows_of(steps, every))
    line = Progress(steps, progress)
    begin = time.perf_counter()
    fault: NumericalError | None = None
    most = most_steps_a_call(population)
    asked = max(1, min(most, _NEURON_STEPS_FIRST[population.target] // population.n))
    with interruptible() as interrupt:
        while population.clock < steps and not interrupt.pressed:
            called = time.perf_counter()
            runner.advance(population, min(asked, steps - population.clock))
            if population.fault[0]:
                from rheobase.engine.faults import numerical_error

                fault = numerical_error(population, name)
                break
            asked = next_call(asked, time.perf_counter() - called, most)
            line.report(population.clock)
    if fault is None and population.clock % every == 0:
        runner.observe(population)
    line.finish()
    timing: dict[str, Any] = {"run_s": time.perf_counter() - begin}
    return Outcome(population.clock, interrupt.name, fault, timing)


def rows_of(steps: int, every: int) -> int:
    """How many samples a run may record, the one at its end among them."""
    return (steps + every - 1) // every + 1


def most_steps_a_call(population: Population) -> int:
    """How many steps a call may make at most."""
    most = min(_NEURON_STEPS_A_CALL // population.n, _SPIKES_A_CALL // population.most_spikes)
    steps = max(1, min(most, _MOST_STEPS_A_CALL))
    dense = sum(kind == "dense" for d in population.drives for kind in d.plan.kinds)
    if dense:
        steps = max(1, min(steps, _WAVE_BYTES // (24 * population.n * dense)))
    return steps


def next_call(asked: int, spent: float, most: int) -> int:
    """How many steps the next call makes, after one of `asked` steps took `spent` seconds."""
    if spent < _SHORT_CALL:
        return min(asked * 4, most)
    return max(1, asked // 4) if spent > _LONG_CALL else asked


def refuse_impossible(n: int, states: int, samples: int, names: int) -> None:
    """Refuse a run that cannot fit in memory, before anything of it is allocated.

    Args:
        n: how many neurons.
        states: how many states each has.
        samples: how many samples are recorded of one name.
        names: how many names are recorded.

    Raises:
        MemoryDemandError: with the figures.
    """
    there = memory()
    if there is None:
        return
    # A trace is there twice while it is brought into the unit in which it is shown.
    traces = 8 * samples * (names + min(names, 1))
    neurons = n * (_BYTES_A_NEURON + 32 * states)
    if traces + neurons > 0.8 * there:
        what, demand = ("traces", traces) if traces > neurons else ("neurons", neurons)
        mend = "record fewer names, a subset= of neurons, or every k-th step with record_every="
        raise MemoryDemandError(
            f"The {what} would take {demand / 2**30:.1f} GiB, and this machine has "
            f"{there / 2**30:.1f} GiB.",
            mend=mend if traces > neurons else "run fewer neurons at a time",
        )
