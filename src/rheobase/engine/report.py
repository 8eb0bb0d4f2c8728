"""From a finished run to a `Recording`."""

from __future__ import annotations

import platform
import sys
from typing import Any

import numpy as np

from rheobase.__about__ import __version__
from rheobase.engine.population import Population
from rheobase.engine.run import Outcome
from rheobase.model.expression import Expression
from rheobase.model.model import Model
from rheobase.recording import Recording, SpikeTrains
from rheobase.units.quantity import Quantity


def make_recording(
    population: Population,
    outcome: Outcome,
    chosen: np.ndarray,
    every: int,
    refined: str,
    timing: dict[str, float],
) -> Recording:
    """Traces and spikes with their units and how they came about.

    Raises:
        NumericalError: when the run failed; it carries the recording.
    """
    plan, dt = population.plan, population.dt
    model = plan.step.model
    times = np.arange(population.rows) * (every * dt) if plan.record else np.empty(0)
    traces = {}
    for name in plan.record:
        shown = model.from_internal(population.trace(name), name)
        traces[name] = shown.magnitude if isinstance(shown, Quantity) else shown
    spikes = spike_trains(population, outcome, refined)
    provenance = describe_run(population, outcome, refined, timing)
    units = {name: model.unit_of(name) for name in plan.record}
    recording = Recording(
        times, traces, spikes, model_units=units, neurons=chosen, provenance=provenance
    )
    if outcome.interrupted:
        done = outcome.steps * dt
        sys.stderr.write(f"Interrupted at {done:.12g} ms; what was recorded until then is kept.\n")
    if outcome.fault is not None:
        outcome.fault.recording = recording
        raise outcome.fault
    if model.outputs:
        from rheobase.engine.outputs import refuse_broken

        refuse_broken(model, model.title, recording)
    return recording


def spike_trains(population: Population, outcome: Outcome, refined: str) -> SpikeTrains:
    """The spikes, sorted by time and then neuron."""
    step, fraction, neuron = population.spikes()
    label = population.plan.step.label
    if refined == "grid":
        fraction = np.ones(len(step))
    duration = outcome.steps * population.dt
    # An integer number of steps times dt, so that a spike on the grid is at k dt to the last bit.
    whole = fraction == 1.0
    time = np.where(
        whole, (step + 1 + label) * population.dt, (step + fraction + label) * population.dt
    )
    inside = time <= duration
    time, neuron = time[inside], neuron[inside]
    order = np.argsort(time, kind="stable")  # within a step they are by neuron already
    return SpikeTrains(time[order], neuron[order], population.n, duration)


def describe_run(
    population: Population, outcome: Outcome, refined: str, timing: dict[str, float]
) -> dict[str, Any]:
    """How the recording came about, as JSON can hold it."""
    plan = population.plan
    model = plan.step.model
    return {
        "rheobase": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "model": model.name,
        "citation": model.citation,
        "equations": [e.line for e in model.equations],
        "spike": _line(model.spike),
        "spiking": model.spike is not None,
        "reset": [update.line for update in model.reset],
        "refractory": _line(model.refractory),
        "parameters": {name: _text(model, name) for name in model.parameters},
        "inputs": {drive.name: drive.described for drive in population.drives},
        "neurons": population.n,
        "method": plan.step.method,
        "target": population.target,
        "dt_ms": population.dt,
        "duration_ms": outcome.steps * population.dt,
        "spike_times": refined,
        "seed": population.numbers["seed"],
        "interrupted": outcome.interrupted is not None,
        "stopped_by": outcome.interrupted,
        "timing": timing,
    }


def _line(expression: Expression | None) -> str | None:
    """The text that an expression was read from."""
    return None if expression is None or expression.place is None else expression.place[0]


def _text(model: Model, name: str) -> str:
    value = model.from_internal(model.parameters[name], name)
    if np.ndim(model.parameters[name]):
        array = model.parameters[name]
        return f"array of {array.size}, {array.min():g} to {array.max():g} (internal units)"
    return str(value)
