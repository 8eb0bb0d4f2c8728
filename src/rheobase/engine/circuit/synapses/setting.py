"""Weights and other states of synapses, set between runs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.learning import WEIGHT
from rheobase.engine import draws
from rheobase.engine.circuit.barrages import is_barrage
from rheobase.engine.circuit.build import drawn_parameters
from rheobase.engine.circuit.kept.snapshot import Synapses, resumed, snapshot_of, synapses_of
from rheobase.engine.circuit.simulation import Simulation
from rheobase.engine.circuit.synapses.readout import states_of, wiring_of
from rheobase.engine.circuit.wires import asked, written
from rheobase.engine.circuit.wiring import Wiring
from rheobase.engine.keys import key
from rheobase.errors import ParameterError, UnknownNameError, located
from rheobase.model.distributions import Distribution
from rheobase.network.dale import check_limits, check_weights
from rheobase.network.description import NetworkDescription
from rheobase.network.door import read_value, unknown_hint
from rheobase.network.expressions import Formula
from rheobase.network.learning import bound, check_bounds
from rheobase.network.projection import Projection
from rheobase.network.properties import synapse_names
from rheobase.network.synapse_watching import synapse_states
from rheobase.network.weight_bounds import limit_names
from rheobase.records import replace
from rheobase.units.dimension import Dimension
from rheobase.units.door import internal

if TYPE_CHECKING:
    from rheobase.engine.circuit.learning.projection import LearningWiring

_NOBODY = np.empty(0)


def set_synapses(
    network: NetworkDescription,
    simulation: Simulation,
    projection: Projection,
    states: Mapping[str, Any],
) -> Simulation:
    """The network with other states of a projection's synapses; the arguments as given.

    Returns:
        The simulation, changed; or another one where weights need other room than they had.
    """
    _check_names(projection, states, network.dt)
    wiring = wiring_of(simulation, projection)
    found = None if wiring is None else synapses_of(wiring)
    values = {
        name: _values(network, simulation, projection, found, name, given)
        for name, given in states.items()
    }
    if wiring is None or found is None:
        return simulation
    _check_limits(projection, wiring, simulation.clock, values)
    if not isinstance(wiring, Wiring):
        wiring.settle(simulation.clock)
        for name in values.keys() & wiring.plan.stored:
            wiring.arrays[f"synapse_{name}"][:] = values.pop(name)
    if not values or _put(wiring, values[WEIGHT]):
        return simulation
    snapshot, new = snapshot_of(simulation), _stored(projection, values[WEIGHT])
    after = {**snapshot.synapses, projection.name: replace(found, weights=new)}
    return resumed(network, replace(snapshot, synapses=after), simulation.assembly.target)


def _put(wiring: Wiring | LearningWiring, weights: Any) -> bool:
    """Put weights that no rule changes in their place, in the precision that it has, if they fit.

    Some projections keep their weights in a form of their own.
    """
    if isinstance(wiring, Wiring) and type(wiring) is not Wiring:
        return False
    attribute = "weights" if isinstance(wiring, Wiring) else "weight"
    place = getattr(wiring, attribute)
    if np.ndim(place):
        place[:] = weights
    elif np.ndim(weights):
        return False
    else:
        setattr(wiring, attribute, float(weights))
        wiring.numbers["weight"] = float(weights)
    return True


def _stored(projection: Projection, weights: Any) -> Any:
    """Weights as a projection keeps them: in 32 bits where these hold them all, if it may."""
    if not np.ndim(weights):
        return float(weights)
    single = np.asarray(weights, np.float32)
    fits = projection.precision == "float32" or np.array_equal(single, weights)
    return single if fits and projection.precision != "float64" else np.array(weights, float)


def _check_limits(
    projection: Projection, wiring: Wiring | LearningWiring, clock: int, values: Mapping[str, Any]
) -> None:
    """Weights and limits that each synapse has for itself go together, whichever of them is set."""
    rule = projection.plasticity
    each = set() if rule is None else {n for n, v in rule.varying.items() if v.is_parameter}
    if rule is None or not each or not {WEIGHT, *each} & values.keys():
        return
    count = wiring.rows.count
    after = {**states_of(wiring, clock), **values}
    own = {name: np.broadcast_to(after[name], (count,)) for name in each}
    limits = limit_names(bound(rule, projection.composite, projection.state), own)
    if not {WEIGHT, *limits} & values.keys():
        return
    check_limits(projection, own)
    check_bounds(projection, after[WEIGHT], own)


def _check_names(projection: Projection, states: Mapping[str, Any], dt: float) -> None:
    if not states:
        raise ParameterError(
            "Nothing says what to set.",
            where=projection.where,
            mend=f"name a state: {', '.join(f'{name}=' for name in synapse_states(projection))}",
        )
    if is_barrage(projection, dt):
        raise ParameterError(
            f"{projection.pre.name!r} is a Poisson process for each neuron, which has no synapses "
            "to set.",
            where=projection.where,
            mend="connect it by another rule, or to a view of the population",
        )
    if projection.pulse is not None:
        from rheobase.network.kinetics import refuse_change

        refuse_change(projection)
    known = synapse_states(projection)
    for name in states:
        if name not in known:
            raise UnknownNameError(
                f"The synapses of {projection.name!r} have no {name!r} to set.",
                where=projection.where,
                mend=unknown_hint(name, known, "they have"),
            )


def _values(
    network: NetworkDescription,
    simulation: Simulation,
    projection: Projection,
    found: Synapses | None,
    name: str,
    given: Any,
) -> Any:
    """Internal values of a state: one of all synapses, or one of each; checked."""
    due = _dimension(projection, name)
    what = "the weight" if name == WEIGHT else f"the state {name}"

    def convert(value: Any) -> Any:
        model = projection.composite
        if name == WEIGHT and model.is_plain:
            return model.to_internal(value, projection.state)
        return internal(value, due, f"{what[0].upper()}{what[1:]}")

    count = 0 if found is None else found.rows.count
    read = read_value(
        given, convert=convert, known=synapse_names(projection.pre, projection.post), due=due,
        what=what, where=projection.where,
    )  # fmt: skip
    if isinstance(read, Distribution):
        own = key(network.seed, "projection", f"{projection.name} at {simulation.clock}")
        with located(written(name, given)):
            read = read.sample(draws.Draws(own, draws.stream("set", name), 0, count))
    elif isinstance(read, Formula):
        drawn, target = drawn_parameters(network, simulation.assembly.target), _NOBODY
        ends = (_NOBODY, target) if found is None else (found.rows.sources(), found.rows.targets)
        read = read.evaluate(partial(asked, read, projection, drawn)(*ends), count)
    if np.ndim(read) and np.shape(read) != (count,):
        raise ParameterError(
            f"{name}= has the shape {np.shape(read)}, and the projection has {count:,} synapses.",
            where=projection.where,
            mend="give one value, or one a synapse, in the order of net.synapses(projection)",
        )
    if not np.all(np.abs(read) <= _largest(projection, found)):
        raise ParameterError(
            f"{name}= holds what is no number, or none that the synapses can hold.",
            where=projection.where,
            mend="give finite values",
        )
    with located(written(name, given)), located(projection.where):
        if name == WEIGHT:
            check_weights(projection, read)
            check_bounds(projection, read)
        elif projection.plasticity is not None:
            varying = bound(projection.plasticity, projection.composite, projection.state).varying
            if name in varying and varying[name].is_parameter:
                varying[name].check(read)
    return read


def _largest(projection: Projection, found: Synapses | None) -> float:
    """The largest number that a synapse can hold."""
    kept = found is not None and np.ndim(found.weights) and found.weights.dtype == np.float32
    is_single = kept or projection.precision == "float32"
    return float(np.finfo(np.float32 if is_single else np.float64).max)


def _dimension(projection: Projection, name: str) -> Dimension:
    if name == WEIGHT or projection.plasticity is None:
        weighed: Dimension = projection.composite.dimension_of(projection.state)
        return weighed
    return projection.plasticity.parts.dimensions[name]
