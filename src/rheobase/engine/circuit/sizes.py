"""What a network takes of this machine's memory, before any of it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rheobase.compiler.apart import ring_base
from rheobase.engine.circuit.barrages import is_barrage
from rheobase.engine.circuit.layout import ranges, ring_size, ring_stride
from rheobase.engine.circuit.wires import states_of
from rheobase.engine.draws import MOST_STEPS
from rheobase.engine.machine import memory
from rheobase.errors import MemoryDemandError
from rheobase.model.distributions import Distribution
from rheobase.network.description import NetworkDescription
from rheobase.network.feasible import expected_synapses
from rheobase.network.projection import Projection
from rheobase.records import EMPTY, Record

if TYPE_CHECKING:
    from rheobase.model.learning import LearningRule

_MOST_LEARNING = 2**31 - 1  # targets find their synapses by numbers of 32 bits
_BYTES_A_NEURON = 512
_BYTES_A_JUNCTION = 160  # while they are laid out
_SHARE = 0.8
_SMALLER = "scale it down"
_SENT = "sent "  # before the name of an output that is kept; no state has a space in its name


class Demand(Record):
    """What a part of a network takes.

    Attributes:
        what: the part, in words.
        size: bytes.
        mend: what makes it smaller.
    """

    what: str
    size: float
    mend: str = _SMALLER


def refuse_impossible(network: NetworkDescription) -> None:
    """Refuse a network that cannot fit in memory, before anything of it is drawn.

    Raises:
        MemoryDemandError: naming the largest part, with the figures.
    """
    counts = {p: expected_synapses(p.rule, p.pre, p.post) for p in network.projections.values()}
    for projection, count in counts.items():
        refuse_too_many(projection, count)
    if memory() is None:
        return
    threads = network.threads or 1
    demands = [of_synapses(p, n, bytes_of(p, n, threads)) for p, n in counts.items()]
    straight = [p for p in counts if is_barrage(p, network.dt)]
    longest = [(p, _longest(p, network.dt)) for p in counts if p not in straight]
    demands += of_rings(network, ring_rows(longest), threads)
    refuse(demands + standing(network))


def refuse(demands: Sequence[Demand]) -> None:
    """Refuse what is more than this machine has.

    Raises:
        MemoryDemandError: naming the largest part, with the figures.
    """
    there, total = memory(), sum(demand.size for demand in demands)
    if there is not None and total > _SHARE * there:
        largest = max(demands, key=lambda demand: demand.size)
        raise MemoryDemandError(
            f"The network would take {total / 2**30:.1f} GiB, and this machine has "
            f"{there / 2**30:.1f} GiB.",
            where=f"  most of it, {largest.size / 2**30:.1f} GiB, for {largest.what}",
            mend=largest.mend,
        )


def standing(network: NetworkDescription) -> list[Demand]:
    """What populations take, and gap junctions."""
    return [
        Demand(f"the population {p.name!r} ({p.n:,} neurons)", float(p.n * _BYTES_A_NEURON))
        for p in network.populations.values()
    ] + [
        Demand(
            f"the gap junction {g.name!r} ({g.expected:,.0f} junctions)",
            g.expected * _BYTES_A_JUNCTION,
        )
        for g in network.gap_junctions.values()
    ]


def of_synapses(projection: Projection, count: float, size: float) -> Demand:
    """What the synapses of a projection take."""
    one = isinstance(projection.weights, float) and isinstance(projection.delays, float)
    how = "connect it more sparsely" if one else "give it one weight and one delay instead of one "
    mend = f"{_SMALLER}, or {how}{'' if one else 'a synapse'}"
    return Demand(f"the projection {projection.name!r} ({count:,.0f} synapses)", size, mend)


def ring_rows(
    longest: Iterable[tuple[Projection, int]], least: Mapping[str, Mapping[str, int]] = EMPTY
) -> dict[str, dict[str, int]]:
    """How many rows each ring has, and what keeps the outputs sent, by population and state.

    Args:
        longest: projections with their longest delays, in steps.
        least: how many rows there are at least, likewise.
    """
    found = {name: dict(rows) for name, rows in least.items()}
    for projection, steps in longest:
        name, states = projection.post.population.name, states_of(projection)
        if projection.is_graded:
            from rheobase.compiler.kernels.graded import LANES
            from rheobase.engine.circuit.graded.projection import LONGEST

            # Outputs are kept by their source, for a slice too.
            name, states = projection.pre.population.name, (f"{_SENT}{projection.synapse.of}",)
            steps += min(LONGEST, steps + 1) + LANES + 1
        own = found.setdefault(name, {})
        own |= {state: max(own.get(state, 1), steps) for state in states}
    return found


def of_rings(
    network: NetworkDescription, rows: Mapping[str, Mapping[str, int]], threads: int
) -> list[Demand]:
    """What the ring buffers of each population take."""
    mend, found = f"{_SMALLER}, or make the longest delays shorter", list[Demand]()
    for name, own in rows.items():
        n = network.populations[name].n
        edges = ranges(n, threads)
        size = sum(
            8.0 * n * turns if state.startswith(_SENT) else _ring(edges, turns)
            for state, turns in own.items()
        )
        found.append(Demand(f"the ring buffers of {name!r}", size, mend))
    return found


def room(size: float, used: float) -> float:
    """What room of so many bytes counts, of which a part is used: the rest is never taken.

    But the system gives no room that is larger than the machine.
    """
    return size if size > (memory() or np.inf) else used


def _ring(edges: np.ndarray, rows: int) -> float:
    """A ring buffer; threads without neurons do not use theirs."""
    owners = int(np.count_nonzero(np.diff(edges)))
    used = ring_base(owners, rows, ring_stride(edges), 0)
    return room(8.0 * ring_size(edges, rows), 8.0 * used)


def _longest(projection: Projection, dt: float) -> int:
    """The longest delay in steps, as far as it is known before synapses are drawn."""
    delays = projection.delays
    if isinstance(delays, Distribution):
        delay = max((bound for bound in delays.bounds if np.isfinite(bound)), default=0.0)
    else:
        delay = delays if isinstance(delays, (float, np.ndarray)) else 0.0
    return min(MOST_STEPS, max(1, round(float(np.max(delay, initial=0.0)) / dt)))


def refuse_traces(demand: int) -> None:
    """Refuse traces of so many bytes if they cannot fit in memory.

    Raises:
        MemoryDemandError: with the figures.
    """
    there = memory()
    if there is not None and demand > _SHARE * there:
        raise MemoryDemandError(
            f"The traces would take {demand / 2**30:.1f} GiB, and this machine has "
            f"{there / 2**30:.1f} GiB.",
            mend="record fewer names, a subset= of neurons or synapses, or a sample every= so many "
            "steps",
        )


def refuse_too_many(projection: Projection, count: float) -> None:
    """Refuse a projection that learns with more synapses than can be numbered.

    Raises:
        MemoryDemandError: naming the projection.
    """
    if projection.plasticity is not None and count > _MOST_LEARNING:
        raise MemoryDemandError(
            f"A projection that learns has {count:,.0f} synapses, and {_MOST_LEARNING:,} are the "
            "most.",
            where=projection.where,
            mend="divide it into projections from views of the population",
        )


def bytes_of(projection: Projection, count: float, threads: int = 1) -> float:
    """The memory that so many synapses of a projection are expected to take."""
    a_synapse = 2.0 if projection.post.population.n <= 2**16 else 4.0
    if projection.plasticity is not None:
        a_synapse += _learning_bytes(projection, projection.plasticity)
    elif projection.is_graded:
        # Once by rows, and once laid out in blocks of targets where there are many.
        a_synapse += 16.0 if projection.precision != "float32" else 8.0
    elif not isinstance(projection.weights, float):
        a_synapse += 8.0 if projection.precision == "float64" else 4.0
    if not isinstance(projection.delays, float):
        a_synapse += 2.0
    if isinstance(projection.weights, np.ndarray) or isinstance(projection.delays, np.ndarray):
        a_synapse += 4.0  # their order is kept while they are sorted
    # Where rows begin; each thread has its own part of every row, and its own copy of a pulse.
    a_source = 8.0 * (threads + 1 if threads > 1 else 1)
    if projection.pulse is not None:
        a_source += 8.0 * (len(projection.pulse.bound) + 3) * (threads + 1)
    return count * a_synapse + a_source * projection.pre.population.n


def _learning_bytes(projection: Projection, rule: LearningRule) -> float:
    """What a synapse takes that learns: its states, and the way back to it from its target."""
    width = 4.0 if projection.precision == "float32" else 8.0
    stored = {name for name, scope in rule.scopes.items() if scope == "synapse"}
    if not isinstance(projection.weights, float):
        stored.add("w")
    found = width * len(stored)
    if rule.on_post or rule.while_post:
        found += 8.0
    if rule.parts.course.decays or rule.parts.course.drives:
        found += 4.0
    if not isinstance(projection.delays, float):
        found += 8.0  # while they are sorted by where they are delayed
    return found
