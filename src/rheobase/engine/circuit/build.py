"""From a network's description to its parts and wires on this machine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.native import aligned
from rheobase.compiler.plan import (
    COUPLED,
    FEWEST_WIDE,
    GRADED,
    MOST_SPIKES_A_STEP,
    Arrival,
    InputPlan,
    Plan,
)
from rheobase.compiler.schemes import build_step
from rheobase.engine.checks import check_refractory
from rheobase.engine.circuit.barrages import Barrages
from rheobase.engine.circuit.part import NeuronPart, Part
from rheobase.engine.circuit.sources import GivenPart, RandomPart
from rheobase.engine.circuit.wires import Wire
from rheobase.engine.draws import neuron_values, stream
from rheobase.engine.drive import Drive, make_drive
from rheobase.engine.keys import key
from rheobase.engine.population import Population as Arrays
from rheobase.engine.values import constant_values, starting_values
from rheobase.errors import ParameterError, located
from rheobase.model.composition import joined
from rheobase.model.distributions import Distribution
from rheobase.model.model import Model
from rheobase.network import properties
from rheobase.network.adding import first_values
from rheobase.network.description import NetworkDescription
from rheobase.network.expressions import Formula
from rheobase.network.population import Population
from rheobase.network.sources import Poisson, SpikeTimes
from rheobase.network.watching import RATE, SPIKES, Watch
from rheobase.records import EMPTY

if TYPE_CHECKING:
    from rheobase.engine.circuit.graded.projection import Ends

_NO_NEURONS = np.empty(0, np.int64)


def coupled_in(network: NetworkDescription, name: str) -> Mapping[str, str]:
    """The states of a population that gap junctions join, and the inputs that currents take."""
    if not network.gap_junctions:
        return EMPTY
    from rheobase.network.gap_junctions import coupled_states

    return coupled_states(network.gap_junctions.values(), name)


def composites(
    network: NetworkDescription, drawn: Mapping[str, Mapping[str, Any]]
) -> dict[str, Model]:
    """Each population of neurons as one model of them and their receptors."""
    found: dict[str, Model] = {}
    for population in network.ordered_populations():
        if isinstance(population.model, Model):
            model = _with_drawn(population, population.model, drawn[population.name])
            found[population.name] = joined(model, population.ports)
    network.check_records(found)
    return found


def drawn_parameters(network: NetworkDescription, target: str) -> dict[str, dict[str, Any]]:
    """The parameters that neurons draw or compute, by population and name; internal."""
    return {
        population.name: {
            name: _drawn(network, population, given, ("parameter", name), target)
            for name, given in population.parameters.items()
        }
        for population in network.ordered_populations()
    }


def _with_drawn(population: Population, model: Model, drawn: Mapping[str, Any]) -> Model:
    """The model with the parameters that each neuron draws or computes."""
    for name, values in drawn.items():
        try:
            model = model.replace(**{name: model.from_internal(values, name)})
        except ParameterError as error:
            raise ParameterError(
                error.message,
                where=_place(population, "parameter", name),
                mend="keep the values in range: draw them with rb.truncated(..., low=...), or "
                "compute them with max()",
            ) from None
    return model


def _place(population: Population, kind: str, name: str) -> str:
    """Where something is drawn or computed: as it was written, and in which population."""
    given = population.given["parameters" if kind == "parameter" else kind].get(name)
    below = f"  in the population {population.name!r}"
    return f"  {name} = {given}\n{below}" if isinstance(given, (Distribution, str)) else below


def _drawn(
    network: NetworkDescription,
    population: Population,
    given: Any,
    use: tuple[str, str],
    target: str,
) -> np.ndarray:
    """A value for each neuron of a population."""
    known: Mapping[str, Any] = {}
    if isinstance(given, Formula):
        known = properties.neuron_values(given, population, np.arange(population.n))
    own = key(network.seed, "population", population.name)
    below = f"  in the population {population.name!r}"
    place = below if isinstance(given, Formula) else _place(population, *use)
    with located(place, beneath=True):
        return neuron_values(given, population.n, own, stream(*use), known, target)


def is_kept(network: NetworkDescription, population: Population) -> bool:
    """Whether a population's spikes are wanted, themselves or counted."""
    watched = network.watched(population)
    spikes = watched.get(SPIKES)
    wanted = spikes is not None and (spikes.index is None or len(spikes.index) > 0)
    return wanted or RATE in watched


def source_part(network: NetworkDescription, population: Population) -> Part:
    """A population that only sends."""
    kept = is_kept(network, population)
    source, name, n = population.model, population.name, population.n
    if isinstance(source, Poisson):
        own, made = key(network.seed, "population", name), RandomPart
        if any(p.is_graded for p in population.incoming):
            from rheobase.engine.circuit.graded.driven import DrivenPart

            made = DrivenPart
        with located(f"  in the population {name!r}"):
            return made(name, source, n, network.dt, own, kept)
    if isinstance(source, SpikeTimes):
        return GivenPart(name, n, source.ticks(network.dt), source.neurons, kept)
    raise TypeError(f"{name!r} is neither a Poisson process nor spike times")


def neuron_part(
    network: NetworkDescription,
    population: Population,
    model: Model,
    wires: list[Wire],
    barrages: Barrages,
    least: Mapping[str, int],
    target: str,
    ends: Ends | None = None,
) -> NeuronPart:
    """A population of neurons, with the rings that its wires need, of `least` rows or more."""
    with located(f"  in the population {population.name!r}"):
        step = build_step(model, population.method)
        inner = step if step.localises else None
        check_refractory(model, step, network.dt, on_grid=inner is None, networked=True)
    n, drives = population.n, []
    for name in model.inputs:
        drives.append(make_drive(model, name, population.inputs.get(name), n))
    start = {
        name: _drawn(network, population, given, ("initial", name), target)
        for name, given in first_values(population, model).items()
    }
    values, heterogeneous = constant_values(model, step, network.dt, n)
    turns = {**least, **{s: max(1, least.get(s, 1)) for w in wires for s in w.states}}
    for wire in wires:
        for state in wire.states:
            turns[state] = max(turns[state], wire.longest)
    reached = sorted({*turns, *barrages.states})
    flows, coupled = () if ends is None else ends.inputs, coupled_in(network, population.name)
    brought = {name: (GRADED,) * (name in flows) for name in model.inputs}
    brought |= {name: (*brought[name], COUPLED) for name in coupled.values()}
    plan = Plan(
        step,
        inner,
        inputs={drive.name: _with(drive, brought[drive.name]) for drive in drives},
        heterogeneous=heterogeneous,
        record=traced(network, population),
        wide=n >= FEWEST_WIDE,
        arrivals=tuple(Arrival(s, s in turns, barrages.plans(s)) for s in reached),
        networked=True,
        coupled=tuple(coupled),
        sends=() if ends is None else ends.sends,
    )
    own = key(network.seed, "population", population.name)
    first = starting_values(model, n, start)
    arrays = Arrays(plan, n, network.dt, values, first, drives, own, target)
    most = 1 if inner is None else MOST_SPIKES_A_STEP
    part = NeuronPart(population.name, arrays, most, turns, is_kept(network, population))
    for state, into in coupled.items():
        part.arrays |= {f"flow_{into}": aligned(n), f"own_{state}": aligned(n)}
        part.arrays[f"jumped_{state}"] = aligned(n, np.int8)
    part.arrays |= barrages.arrays
    part.numbers |= barrages.numbers
    if ends is not None:
        from rheobase.engine.circuit.graded.projection import put_in

        put_in(part, ends)
    return part


def _with(drive: Drive, kinds: tuple[str, ...]) -> InputPlan:
    """How an input arrives, with what the rest of the network brings."""
    return InputPlan(drive.plan.base, (*drive.plan.kinds, *kinds))


def traced(network: NetworkDescription, population: Population) -> tuple[str, ...]:
    """The names whose values are recorded of a population."""
    watched = network.watched(population)
    return tuple(name for name in watched if name not in (SPIKES, RATE))


def sampling(watched: Mapping[str, Watch], n: int) -> tuple[np.ndarray, int]:
    """Which neurons are sampled, sorted, and every how many steps: enough for all that is asked."""
    traces = [w for name, w in watched.items() if name not in (SPIKES, RATE)]
    if not traces:
        return _NO_NEURONS, 1
    if any(w.index is None for w in traces):
        chosen = np.arange(n)
    else:
        chosen = np.unique(np.concatenate([w.index for w in traces if w.index is not None]))
    return chosen, math.gcd(*(w.every for w in traces))
