"""`simulate`: one population of unconnected neurons, from a model to a recording."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from rheobase.compiler.plan import FEWEST_WIDE, MOST_BRIEF, Plan
from rheobase.compiler.schemes import build_step
from rheobase.compiler.step import Step
from rheobase.engine.checks import (
    as_model,
    check_refractory,
    first_values,
    population_size,
    record_names,
    record_subset,
    steps_of,
    time_step,
    whole_number,
)
from rheobase.engine.drive import make_drive, read_inputs
from rheobase.engine.population import Population
from rheobase.engine.report import make_recording
from rheobase.engine.run import choose_target, make_runner, refuse_impossible, rows_of, run
from rheobase.engine.values import constant_values, starting_values
from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.recording import Recording
from rheobase.records import replace

# What a step that is divided under the exact scheme may err: nothing but rounding.
_AS_GOOD_AS_EXACT = 1e-13


def simulate(
    model: Model,
    duration: Any,
    *,
    n: int | None = None,
    dt: Any = None,
    method: str | None = None,
    record: str | Iterable[str] | None = "v",
    record_every: int = 1,
    subset: Iterable[int] | None = None,
    initial: Mapping[str, Any] | None = None,
    spike_times: str | None = None,
    seed: int = 0,
    progress: bool = False,
    target: str | None = None,
    **inputs: Any,
) -> Recording:
    """Run a population of unconnected neurons.

    Args:
        model: the neuron.
        duration: how long; a whole number of steps.
        n: how many neurons; by default as many as the arrays given describe, or one.
        dt: the time step; None takes the model's default.
        method: the integration scheme; None takes the model's default.
        record: names of states, inputs, named expressions or outputs; None for spikes alone. A
            model without `v` records its outputs, or its states, by default.
        record_every: record every k-th step.
        subset: neurons recorded; None for all.
        initial: first values by state, replacing the model's own; arrays give each neuron its own.
        spike_times: ``"grid"`` (the end of the step) or ``"interpolated"`` (below the grid). By
            default spikes are as fine as the scheme finds them: on the grid where the reset happens
            there.
        seed: of the random numbers; the same seed gives the same run.
        progress: whether to say on stderr how far a long run is.
        target: ``"llvm"`` (default), ``"python"`` or ``"numpy"``: what carries the steps out.
        inputs: a stimulus for each input, ``I=10 * uA / cm**2`` or ``I=rb.step(...)``; an input not
            given takes the model's own current, or nothing.

    Returns:
        The recording: sample k of a trace is the state at time k dt (times `record_every`), from 0
        to the duration inclusive.

    Raises:
        UnitError: for a bare number where a quantity is due, or the wrong dimension.
        ParameterError: for a duration that is not a whole number of steps, or arrays that do not
            fit.
        NumericalError: when a state is no longer finite; its `recording` holds what came before.
        MemoryDemandError: when the traces cannot fit in memory.
    """
    model = as_model(model)
    step = build_step(model, method)
    dt_ms = time_step(model, step, dt)
    steps = steps_of(model, duration, dt_ms)
    refined = _spike_times(model, step, spike_times)
    inner = _inner_step(step, refined)
    check_refractory(model, step, dt_ms, on_grid=inner is None)
    every = whole_number(record_every, "record_every", 1)
    seed = whole_number(seed, "seed", 0, 2**63)
    target = choose_target(target)
    names = record_names(model, record)
    stimuli = read_inputs(_driven(model, step), inputs)
    start = first_values(model, initial)
    n = population_size(model, n, stimuli, start)
    chosen = None if subset is None else record_subset(subset, n)
    recorded = n if chosen is None else len(chosen)
    refuse_impossible(n, len(model.states), rows_of(steps, every) * recorded, len(names))
    chosen = np.arange(n) if chosen is None else chosen
    values, heterogeneous = constant_values(model, step, dt_ms, n)
    drives = [make_drive(model, name, stimuli.get(name), n) for name in model.inputs]
    for drive in drives:  # samples that end before the run does are better refused now
        drive.slice(steps - 1, 1, dt_ms, n)
    plan = Plan(
        step,
        inner,
        inputs={drive.name: drive.plan for drive in drives},
        heterogeneous=heterogeneous,
        record=names,
        refine=refined == "interpolated",
        wide=n >= FEWEST_WIDE,
        brief=n * steps <= MOST_BRIEF,
    )
    first = starting_values(model, n, start)
    population = Population(plan, n, dt_ms, values, first, drives, seed, target)
    runner, timing = make_runner(population)
    outcome = run(population, runner, steps, chosen, every, progress, model.title)
    timing |= outcome.timing
    return make_recording(population, outcome, chosen, every, refined, timing)


def _driven(model: Model, step: Step) -> Model:
    """A model under its authors' own scheme takes the current of their code."""
    drive = getattr(model.published, "drive", None) if step.method == "published" else None
    return model.named(model.name, drive=drive) if drive else model


def _spike_times(model: Model, step: Step, wanted: str | None) -> str:
    if wanted not in (None, "grid", "interpolated"):
        raise ParameterError(
            f"spike_times is {wanted!r}.", mend='use "grid", "interpolated" or leave it out'
        )
    if wanted is not None:
        return wanted
    if step.method == "published":
        return "grid"
    fine = step.localises or step.method == "exact" or not model.reset
    return "interpolated" if fine else "grid"


def _inner_step(step: Step, refined: str) -> Step | None:
    """The scheme that divides a step in which a neuron spikes."""
    if step.localises:
        return step
    if step.method == "exact" and step.model.reset and refined == "interpolated":
        return replace(build_step(step.model, "adaptive"), tolerance=_AS_GOOD_AS_EXACT)
    return None
