"""What a network takes of this machine's memory once its synapses are drawn: nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.engine.circuit.part import NeuronPart, Part
from rheobase.engine.circuit.sizes import (
    Demand,
    of_rings,
    of_synapses,
    refuse,
    refuse_too_many,
    room,
    standing,
)
from rheobase.engine.circuit.wires import Wire
from rheobase.engine.circuit.wiring import Wiring
from rheobase.engine.machine import memory
from rheobase.network.description import NetworkDescription

if TYPE_CHECKING:
    from rheobase.engine.circuit.kept.snapshot import Snapshot, Synapses
    from rheobase.engine.circuit.learning.projection import LearningWiring
    from rheobase.network.projection import Projection

Rows = Mapping[str, Mapping[str, int]]
# Of each synapse while others are put among them: both ends, their order, and what is sorted.
_BYTES_A_SYNAPSE_SORTED = 56


def refuse_drawn(
    network: NetworkDescription, wires: Sequence[Wire], rings: Rows, beside: float
) -> None:
    """Refuse populations and ring buffers that do not fit beside the synapses.

    Args:
        network: the network.
        wires: the synapses of its projections.
        rings: how many rows rings have; see `ring_rows`.
        beside: the bytes that another moment of the network takes meanwhile.

    Raises:
        MemoryDemandError: naming the largest part, with the figures.
    """
    if memory() is not None:
        demands = [of_synapses(w.projection, w.rows.count, stored(w)) for w in wires]
        demands += of_rings(network, rings, network.threads or 1)
        refuse([*demands, *standing(network), _meanwhile(beside)])


def refuse_shared_out(
    network: NetworkDescription,
    parts: Sequence[Part],
    wirings: Sequence[Wiring | LearningWiring],
    rings: Rows,
    threads: int,
    length: int,
    beside: float,
) -> None:
    """Refuse what does not fit once it is shared out among so many threads.

    Args:
        network: the network.
        parts: its populations.
        wirings: its projections.
        rings: how many rows rings have; see `ring_rows`.
        threads: how many threads run it.
        length: how many steps a slice has.
        beside: the bytes that another moment of the network takes meanwhile.

    Raises:
        MemoryDemandError: naming the largest part, with the figures.
    """
    if memory() is None:
        return
    demands = [
        of_synapses(network.projections[w.name], w.rows.count, _shared_out(w, threads))
        for w in wirings
    ]
    demands += of_rings(network, rings, threads)
    for part in parts:
        most = part.most if isinstance(part, NeuronPart) else 0
        latest = 4.0 * part.n * most * (part.memory + 2 * length + 1) if part.memory else 0.0
        mend = "make the delays of projections that learn shorter, or scale it down"
        demands.append(Demand(f"the latest spikes of {part.name!r}", room(latest, 0.0), mend))
    refuse([*demands, *standing(network), _meanwhile(beside)])


def refuse_growth(
    network: NetworkDescription, now: Snapshot, projection: Projection, count: float
) -> None:
    """Refuse more synapses than can be drawn and put among those that there are.

    Args:
        network: the network.
        now: its moment.
        projection: which one grows.
        count: how many synapses are drawn for it.

    Raises:
        MemoryDemandError: naming the largest part, with the figures.
    """
    known = now.synapses.get(projection.name)
    every = count + (0 if known is None else known.rows.count)
    refuse_too_many(projection, every)
    demands = [
        of_synapses(network.projections[name], found.rows.count, stored(found))
        for name, found in now.synapses.items()
    ]
    what = f"the projection {projection.name!r} as it grows ({count:,.0f} synapses)"
    growth = Demand(what, every * _BYTES_A_SYNAPSE_SORTED, "grow fewer synapses at a time")
    refuse([*demands, *standing(network), growth, _meanwhile(2 * size_of(now))])


def size_of(moment: Snapshot) -> float:
    """The bytes of the states of a moment."""
    return float(sum(a.nbytes for states in moment.states.values() for a in states.values()))


def stored(found: Wire | Synapses) -> float:
    """The bytes of synapses as they are stored."""
    learned = (found.learned or {}).values()
    each = (found.rows.targets, found.weights, found.delays, found.axonal, *learned)
    return _bytes(found.rows.starts, *each)


def _shared_out(wiring: Wiring | LearningWiring, threads: int) -> float:
    """The bytes of synapses with what threads have of them, each its own."""
    rows, copies = wiring.rows, threads if threads > 1 else 0
    if not isinstance(wiring, Wiring):
        return _learning(wiring, threads, copies)
    found = _bytes(rows.starts, rows.targets, wiring.weights, wiring.delays)
    if wiring.sends_spikes:
        kept: Mapping[str, np.ndarray] = getattr(wiring, "kept", {})
        return (
            found + copies * 8.0 * (len(rows.starts) - 1) + (1 + threads) * _bytes(*kept.values())
        )
    pairs = wiring.source.n * wiring.target.n
    return found + (8.0 * pairs if getattr(wiring, "is_dense", False) else 0.0)


def _learning(wiring: LearningWiring, threads: int, copies: int) -> float:
    """Likewise of synapses that learn: with states of their ends, and the way back from targets."""
    from rheobase.compiler.learning import POST, WHILE

    rows, starts, classes = wiring.rows, wiring.row_starts, wiring.classes
    found = _bytes(starts, rows.targets, wiring.weight, classes.of, *wiring.states.values())
    found += copies * 8.0 * (len(starts) - 1)
    if wiring.plan.touches(POST) or wiring.plan.touches(WHILE):
        found += 8.0 * rows.count + 16.0 * wiring.target.n * len(classes.dendritic)
    for scope, units in wiring.units.items():
        each = 1 if scope == POST else threads
        found += 8.0 * len(units.start) * units.n * each
    return found


def _meanwhile(size: float) -> Demand:
    mend = "scale it down, or make the longest delays shorter"
    return Demand("the network as it was, which is kept until it is changed", size, mend)


def _bytes(*arrays: Any) -> float:
    return float(sum(np.asarray(a).nbytes for a in arrays if np.ndim(a)))
