"""Synapses taken out of a network between two runs, and put in."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.engine.circuit.barrages import is_barrage
from rheobase.engine.circuit.build import drawn_parameters
from rheobase.engine.circuit.kept.snapshot import Snapshot, Synapses
from rheobase.engine.circuit.learning.projection import LAST, NOW
from rheobase.engine.circuit.sizes_drawn import refuse_growth
from rheobase.engine.circuit.synapses.free_pairs import free_places, picked, wider
from rheobase.engine.circuit.synapses.structure import grown, pruned
from rheobase.engine.circuit.wires import wire
from rheobase.engine.connectivity import Rows
from rheobase.engine.connectivity.rows import target_type
from rheobase.engine.keys import key
from rheobase.errors import ParameterError, RheobaseError, located
from rheobase.network.connecting import made_projection
from rheobase.network.delay_parts import AXONAL, DENDRITIC
from rheobase.network.description import NetworkDescription
from rheobase.network.feasible import expected_synapses
from rheobase.network.learning import bound
from rheobase.network.population import chosen, read_choice
from rheobase.network.projection import Projection
from rheobase.network.rules import FixedIndegree, FixedOutdegree, FixedTotal
from rheobase.records import Record, replace


class Sprouts(Record, identity=True):
    """What is to grow: the arguments of `Network.grow`."""

    rule: Any
    weight: Any = None
    delay: Any = None
    axonal: Any = None
    dendritic: Any = None
    multapses: bool = False


def prune(
    network: NetworkDescription, snapshot: Snapshot, projection: Projection, which: Any
) -> tuple[Snapshot, int]:
    """A moment without some of a projection's synapses, and how many those are."""
    found = _synapses(network, snapshot, projection)
    count = found.rows.count
    with located(projection.where):
        gone = read_choice(which, projection.name, "synapse")
        if isinstance(gone, slice) or gone.dtype != np.bool_ or gone.shape != (count,):
            places = chosen(which, count, projection.name, "synapse")
            gone = np.zeros(count, bool)
            gone[places] = True
    # A truth value for each, of which none may be true: no weight may be that small.
    return _with(snapshot, projection, pruned(found, gone)), int(gone.sum())


def grow(
    network: NetworkDescription, snapshot: Snapshot, projection: Projection, sprouts: Sprouts
) -> tuple[Snapshot, int]:
    """A moment with more synapses in a projection, and how many came."""
    found, plasticity = _synapses(network, snapshot, projection), projection.plasticity
    scratch = _scratch(network, snapshot, projection, sprouts)
    rule, drawn = scratch.rule, drawn_parameters(network, "llvm")
    if isinstance(rule, FixedIndegree | FixedOutdegree | FixedTotal) and not sprouts.multapses:
        wide = replace(sprouts, rule=wider(rule, projection, found.rows))
        scratch = _scratch(network, snapshot, projection, wide)
    refuse_growth(
        network, snapshot, projection, expected_synapses(scratch.rule, scratch.pre, scratch.post)
    )
    fresh = wire(network, scratch, drawn, 1, "llvm")
    keep = np.arange(fresh.rows.count)
    if not sprouts.multapses:
        own = key(network.seed, "projection", scratch.name)
        keep = picked(rule, fresh.rows, free_places(found.rows, fresh.rows), own)
    first: dict[str, Any] = {LAST: NOW}
    if plasticity is not None:
        from rheobase.engine.circuit.learning.firsts import first_states

        fitted = bound(plasticity, projection.composite, projection.state)
        own = key(network.seed, "release", scratch.name)
        begun = first_states(scratch, fitted, own, fresh.weights, fresh.rows.count, grows=True)
        first |= {**fitted.initial, **{name: values[keep] for name, values in begun.items()}}
    return _with(snapshot, projection, grown(found, fresh, keep, first)), len(keep)


def _scratch(
    network: NetworkDescription, snapshot: Snapshot, projection: Projection, sprouts: Sprouts
) -> Projection:
    """The projection that the new synapses would be alone."""
    # Another key, and so other numbers, at every moment.
    name = f"{projection.name} at {snapshot.clock}"
    try:
        return made_projection(
            (), projection.pre, projection.post, synapse=projection.synapse, rule=sprouts.rule,
            weight=_weight(projection, sprouts), **_delays(projection, sprouts),
            plasticity=projection.plasticity, modulator=_whole(projection), name=name,
            precision=projection.precision, dt=network.dt,
        )  # fmt: skip
    except RheobaseError as error:
        error.where = error.where.replace(repr(name), repr(projection.name))
        raise


def _weight(projection: Projection, sprouts: Sprouts) -> Any:
    """The weights of what grows; in place of an array, a sparse matrix brings its own."""
    brings = hasattr(sprouts.rule, "tocoo") and isinstance(projection.weights, np.ndarray)
    if sprouts.weight is not None or brings:
        return sprouts.weight
    return _for_all(projection, "weight", projection.weight, projection.weights)


def _delays(projection: Projection, sprouts: Sprouts) -> dict[str, Any]:
    """The delays of what grows, as `connect` takes them: what is not said is as it was given.

    Of three that would be too many, the whole delay and the part that is said anew are kept.
    """
    said = {AXONAL: sprouts.axonal, DENDRITIC: sprouts.dendritic}
    said = {name: value for name, value in said.items() if value is not None}
    parts = projection.delay_parts
    if len(said) == 2:
        return {"delay": sprouts.delay, **said}
    sums = parts is not None and parts.make_the_whole
    whole = sprouts.delay
    if whole is None and not sums:
        whole = _for_all(projection, "delay", projection.delay, projection.delays)
    if parts is not None and (not said or whole is None):
        for name, value in parts.arguments(is_whole_given=whole is not None).items():
            if name not in said:
                said[name] = _for_all(projection, name, value, parts.times.get(name))
    return {"delay": whole, **said}


def _for_all(projection: Projection, name: str, written: Any, read: Any) -> Any:
    """What a projection was given, where it says something of synapses to come.

    Raises:
        ParameterError: for an array, which has the values of those that were there first.
    """
    if isinstance(read, np.ndarray):
        raise ParameterError(
            f"The {name if name in ('weight', 'delay') else f'{name} delay'} is an array, with a "
            "value for each synapse that was connected, and none for those to come.",
            where=projection.where,
            mend=f"say theirs: net.grow(projection, rule, {name}=...)",
        )
    return written


def _whole(projection: Projection) -> Any:
    return None if projection.modulator is None else projection.modulator[:]


def _synapses(network: NetworkDescription, snapshot: Snapshot, projection: Projection) -> Synapses:
    """The synapses of a projection; what has none is connected too."""
    if is_barrage(projection, network.dt):
        raise ParameterError(
            f"{projection.pre.name!r} is a Poisson process for each neuron, which has no synapses "
            "to lose.",
            where=projection.where,
            mend="connect it by another rule, or to a view of the population",
        )
    if projection.pulse is not None:
        from rheobase.network.kinetics import refuse_change

        refuse_change(projection)
    found = snapshot.synapses.get(projection.name)
    if found is not None:
        return found
    starts = np.zeros(projection.pre.population.n + 1, np.int64)
    return Synapses(Rows(starts, np.empty(0, target_type(projection.post.population.n))), 0.0, 1)


def _with(snapshot: Snapshot, projection: Projection, found: Synapses) -> Snapshot:
    return replace(snapshot, synapses={**snapshot.synapses, projection.name: found})
