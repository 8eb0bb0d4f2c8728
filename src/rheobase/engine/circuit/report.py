"""From a finished run of a network to a `NetworkRecording`."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.__about__ import __version__
from rheobase.engine.circuit.build import sampling
from rheobase.engine.circuit.part import NeuronPart, Part
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.circuit.spool import Spool
from rheobase.errors import ExperimentError
from rheobase.network.description import NetworkDescription
from rheobase.network.population import Population
from rheobase.recording import NetworkRecording, Recording, SpikeTrains
from rheobase.units.quantity import Quantity

if TYPE_CHECKING:
    from rheobase.engine.circuit.synapses.samples import Samples


def recording_of(
    network: NetworkDescription,
    simulation: Simulation,
    spool: Spool,
    first: int,
    timing: dict[str, Any],
    samples: Sequence[Samples] = (),
) -> NetworkRecording:
    """What a run that began with step `first` recorded."""
    dt, last = simulation.dt, simulation.clock
    parts = {part.name: part for part in simulation.parts}
    found: dict[str, Recording] = {}
    for name, population in network.populations.items():
        part = parts.get(name)
        if part is None or not (part.kept or isinstance(part, NeuronPart)):
            continue  # a source that nobody asked for is not a silent one
        trains = spool.trains(name, population.n, last)
        found[name] = _recording(network, population, part, trains, simulation, first)
    provenance = _provenance(network, simulation, first, timing)
    if spool.streamed:
        provenance["stream"] = str(spool.folder)
    if simulation.stopped_by is not None:
        sys.stderr.write(
            f"Interrupted at {last * dt:.12g} ms; what was recorded until then is kept.\n"
        )
    synapses = [one.recording() for one in samples]
    return NetworkRecording(
        found, spool.counts, first * dt, (last - first) * dt, dt, provenance,
        {one.name: one for one in synapses},
    )  # fmt: skip


def unwritten(cause: ExperimentError, recording: NetworkRecording) -> ExperimentError:
    """The error of a run that stopped because its spikes could not be written."""
    stop = recording.start.magnitude + recording.duration.magnitude
    error = ExperimentError(
        f"{cause.message.rstrip('.')}; the run stopped at {stop:.12g} ms.",
        mend="nothing is lost: the error's `recording` holds the run up to there; save it, make "
        "space, and go on with stream= another folder",
    )
    error.recording = recording
    return error


def _recording(
    network: NetworkDescription,
    population: Population,
    part: Part,
    trains: SpikeTrains,
    simulation: Simulation,
    first: int,
) -> Recording:
    watched, dt, last = network.watched(population), simulation.dt, simulation.clock
    provenance = {"population": population.name, "neurons": population.n}
    if isinstance(part, NeuronPart):
        provenance["spiking"] = part.population.plan.step.model.spike is not None
    if not isinstance(part, NeuronPart) or not part.population.plan.record:
        return Recording(np.empty(0), {}, trains, provenance=provenance)
    model, plan = part.population.plan.step.model, part.population.plan
    subset, every = sampling(watched, population.n)
    # The state after the step that broke is not a sample.
    end = last + 1 if simulation.ends_whole else last
    samples = -(-end // every) - -(-first // every)
    traces, chosen_by_name = {}, {}
    for name in plan.record:
        whole = part.arrays[f"trace_{name}"][: samples * len(subset)].reshape(samples, len(subset))
        index = watched[name].index
        mine = subset if index is None else index
        columns = np.searchsorted(subset, mine)
        shown = model.from_internal(whole[:, columns], name)
        traces[name] = shown.magnitude if isinstance(shown, Quantity) else shown
        chosen_by_name[name] = mine
    times = (np.arange(samples) + -(-first // every)) * (every * dt)
    units = {name: model.unit_of(name) for name in plan.record}
    provenance |= {
        "model": model.name,
        "citation": model.citation,
        "equations": [e.line for e in model.equations],
        "method": plan.step.method,
    }
    return Recording(
        times, traces, trains, model_units=units, neurons=chosen_by_name, provenance=provenance
    )


def _provenance(
    network: NetworkDescription, simulation: Simulation, first: int, timing: dict[str, Any]
) -> dict[str, Any]:
    """How the recording came about, as JSON can hold it."""
    assembly = simulation.assembly
    return {
        "rheobase": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "network": network.name,
        "seed": network.seed,
        "dt_ms": simulation.dt,
        "start_ms": first * simulation.dt,
        "duration_ms": (simulation.clock - first) * simulation.dt,
        "interrupted": simulation.stopped_by is not None,
        "stopped_by": simulation.stopped_by,
        "threads": assembly.threads,
        "slice_steps": assembly.length,
        "populations": {
            name: {"neurons": p.n, "method": _method(simulation, name)}
            for name, p in network.populations.items()
        },
        "projections": {
            w.name: {"synapses": w.rows.count, "bytes": w.nbytes} for w in assembly.wirings
        },
        "timing": timing,
    }


def _method(simulation: Simulation, name: str) -> str | None:
    for part in simulation.parts:
        if part.name == name and isinstance(part, NeuronPart):
            return part.population.plan.step.method
    return None
