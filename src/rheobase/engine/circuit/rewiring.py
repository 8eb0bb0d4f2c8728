"""Synapses taken out of a network between two runs, and put in."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.engine.circuit.barrages import is_barrage
from rheobase.engine.circuit.build import drawn_parameters
from rheobase.engine.circuit.learning import LAST, NOW
from rheobase.engine.circuit.snapshot import Snapshot, Synapses
from rheobase.engine.circuit.structure import grown, pruned
from rheobase.engine.circuit.wires import wire
from rheobase.engine.connectivity import Rows
from rheobase.engine.connectivity.rows import target_type
from rheobase.errors import ParameterError
from rheobase.network.connecting import made_projection
from rheobase.network.description import NetworkDescription
from rheobase.network.learning import Axonal, axonal_from, bound, described
from rheobase.network.projection import Projection
from rheobase.records import Record, replace
from rheobase.units.quantity import short


class Sprouts(Record, identity=True):
    """What is to grow: the arguments of `Network.grow`."""

    rule: Any
    weight: Any
    delay: Any
    multapses: bool


def prune(
    network: NetworkDescription, snapshot: Snapshot, projection: Projection, which: Any
) -> tuple[Snapshot, int]:
    """A moment without some of a projection's synapses, and how many those are."""
    found = _synapses(network, snapshot, projection)
    gone = np.asarray(which)
    if gone.dtype != np.bool_ or gone.shape != (found.rows.count,):
        raise ParameterError(
            f"which= is {short(which)}, and the projection has {found.rows.count:,} synapses.",
            where=projection.where,
            mend='give a truth value for each, as net.synapses(con)["w"] < 0.1 * nS does',
        )
    return _with(snapshot, projection, pruned(found, gone)), int(gone.sum())


def grow(
    network: NetworkDescription, snapshot: Snapshot, projection: Projection, sprouts: Sprouts
) -> tuple[Snapshot, int]:
    """A moment with more synapses in a projection, and how many came."""
    found, rule = _synapses(network, snapshot, projection), projection.plasticity
    ours = projection.axonal or Axonal(0.0)
    scratch = made_projection(
        (), projection.pre, projection.post, synapse=projection.synapse, rule=sprouts.rule,
        weight=projection.weight if sprouts.weight is None else sprouts.weight,
        delay=projection.delay if sprouts.delay is None else sprouts.delay,
        plasticity=rule, axonal=None if rule is None else axonal_from(described(ours)),
        modulator=_whole(projection),
        # Another key, and so other numbers, at every moment.
        name=f"{projection.name} at {snapshot.clock}", precision=projection.precision,
        dt=network.dt,
    )  # fmt: skip
    fresh = wire(network, scratch, drawn_parameters(network, "llvm"), 1, "llvm")
    first: dict[str, float] = {LAST: NOW}
    if rule is not None:
        own = bound(rule, projection.composite, projection.state)
        first |= own.initial
    after, count = grown(found, fresh, sprouts.multapses, first)
    return _with(snapshot, projection, after), count


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
    found = snapshot.synapses.get(projection.name)
    if found is not None:
        return found
    starts = np.zeros(projection.pre.population.n + 1, np.int64)
    return Synapses(Rows(starts, np.empty(0, target_type(projection.post.population.n))), 0.0, 1)


def _with(snapshot: Snapshot, projection: Projection, found: Synapses) -> Snapshot:
    return replace(snapshot, synapses={**snapshot.synapses, projection.name: found})
