"""What a network takes of this machine's memory, before any of it is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rheobase.engine.machine import memory
from rheobase.errors import MemoryDemandError
from rheobase.model.distributions import Distribution
from rheobase.network.description import NetworkDescription
from rheobase.network.feasible import expected_synapses
from rheobase.network.projection import Projection

if TYPE_CHECKING:
    from rheobase.model.learning import LearningRule

_MOST_LEARNING = 2**31 - 1  # targets find their synapses by numbers of 32 bits
_BYTES_A_NEURON = 512
_BYTES_A_JUNCTION = 160  # while they are laid out
_SHARE = 0.8


def refuse_impossible(network: NetworkDescription) -> None:
    """Refuse a network that cannot fit in memory.

    Raises:
        MemoryDemandError: naming the largest part, with the figures.
    """
    for p in network.projections.values():
        refuse_too_many(p, expected_synapses(p.rule, p.pre, p.post))
    there = memory()
    if there is None:
        return
    demands = {
        f"the projection {p.name!r} ({expected_synapses(p.rule, p.pre, p.post):,.0f} synapses)": (
            bytes_of(p)
        )
        for p in network.projections.values()
    }
    demands |= {
        f"the gap junction {g.name!r} ({g.expected:,.0f} junctions)": g.expected * _BYTES_A_JUNCTION
        for g in network.gap_junctions.values()
    }
    demands |= {
        f"the ring buffers of {name!r}": float(size) for name, size in _rings(network).items()
    }
    demands |= {
        f"the population {p.name!r} ({p.n:,} neurons)": float(p.n * _BYTES_A_NEURON)
        for p in network.populations.values()
    }
    total = sum(demands.values())
    if total > _SHARE * there:
        largest = max(demands, key=lambda name: demands[name])
        raise MemoryDemandError(
            f"The network would take {total / 2**30:.1f} GiB, and this machine has "
            f"{there / 2**30:.1f} GiB.",
            where=f"  most of it for {largest}",
            mend=_mend(network, largest),
        )


def _mend(network: NetworkDescription, largest: str) -> str:
    """What makes the largest part smaller."""
    if largest.startswith("the ring buffers"):
        return "scale it down, or make the longest delays shorter"
    for p in network.projections.values():
        if largest.startswith(f"the projection {p.name!r} ("):
            if isinstance(p.weights, float) and isinstance(p.delays, float):
                return "scale it down, or connect it more sparsely"
            return "scale it down, or give it one weight and one delay instead of one a synapse"
    return "scale it down"


def _rings(network: NetworkDescription) -> dict[str, float]:
    """The memory of the ring buffers of each population, as far as delays are known beforehand."""
    longest: dict[tuple[str, str], float] = {}
    for projection in network.projections.values():
        name, delays = projection.post.population.name, projection.delays
        if isinstance(delays, Distribution):
            ends = [bound for bound in delays.bounds if np.isfinite(bound)]
            delay = max(ends, default=0.0)
        else:
            given = delays if isinstance(delays, (float, np.ndarray)) else 0.0
            delay = float(np.max(given, initial=0.0))
        if projection.is_graded:
            # Outputs are kept by their source, for a slice too.
            place, delay = (projection.pre.name, f"sent {projection.synapse.of}"), 2 * delay
        else:
            place = (name, projection.port)
        longest[place] = max(longest.get(place, 0.0), delay)
        if projection.pulse is not None:
            own = f"{projection.port} "  # each of the sums that a pulse changes has its ring
            longest |= {(name, f"{own}{s}"): longest[place] for s in projection.pulse.bound}
    found: dict[str, float] = {}
    for (name, _), delay in longest.items():
        rows = delay / network.dt + 1
        found[name] = found.get(name, 0.0) + 8.0 * rows * network.populations[name].n
    return found


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


def bytes_of(projection: Projection) -> float:
    """The memory that the synapses of a projection are expected to take."""
    count = expected_synapses(projection.rule, projection.pre, projection.post)
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
    return count * a_synapse + 8.0 * projection.pre.population.n


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
