"""Which pairs of neurons new synapses may join where those that are connected are left out."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from rheobase.engine import numbers
from rheobase.engine.connectivity import Rows
from rheobase.engine.draws import stream
from rheobase.errors import ParameterError
from rheobase.network.projection import Projection
from rheobase.network.rules import AllToAll, FixedIndegree, FixedOutdegree, FixedTotal, Rule

Counting: TypeAlias = FixedIndegree | FixedOutdegree | FixedTotal
Places = np.ndarray


def wider(rule: Counting, projection: Projection, taken: Rows) -> Rule:
    """A rule that draws so many pairs that as many as were asked for are free.

    What is free of a set that is drawn from all pairs is a set drawn from the free ones, and so is
    any part of it that chance picks: see `picked`.

    Args:
        rule: how many synapses are to come.
        projection: between which neurons.
        taken: the synapses that there are.

    Raises:
        ParameterError: when there are not so many free pairs, or a pair might be taken twice.
    """
    if rule.multapses:
        raise ParameterError(
            f"{rule} may take a pair twice, and pairs that are connected are to be left out.",
            where=projection.where,
            mend="give grow(..., multapses=True), or a rule without multapses",
        )
    allowed = _allowed(rule, projection)
    sources, targets = _distinct(rule, projection, taken)
    if isinstance(rule, FixedTotal):
        free = int(allowed.sum()) - len(sources)
        if rule.n > free:
            _refuse(rule, projection, f"needs {rule.n:,} pairs, and {free:,} are not connected yet")
        return FixedTotal(rule.autapses, rule.n + len(sources), False)
    of_targets = isinstance(rule, FixedIndegree)
    view, ends = (projection.post, targets) if of_targets else (projection.pre, sources)
    before = np.bincount(ends, minlength=view.population.n)[view.index]
    worst = int(np.argmin(allowed - before)) if len(allowed) else 0
    if len(allowed) and rule.k > (free := int(allowed[worst] - before[worst])):
        side = "sources that do not reach it" if of_targets else "targets that it does not reach"
        _refuse(
            rule, projection,
            f"needs {rule.k:,} more for each neuron, and neuron {int(view.index[worst])} of "
            f"{view.name!r} has {free:,} {side} yet",
        )  # fmt: skip
    k = rule.k + int(before.max(initial=0))
    if k > allowed.min(initial=k):
        return AllToAll(rule.autapses)
    return type(rule)(rule.autapses, k, False)


def picked(rule: Rule, fresh: Rows, free: Places, key: int) -> Places:
    """Of the free synapses that `wider` brought as many as the rule says, picked by chance.

    Args:
        rule: which synapses are to come; if it does not count them, all are taken.
        fresh: those that were drawn.
        free: the places of those whose pairs are free.
        key: of the random numbers.
    """
    if not isinstance(rule, FixedIndegree | FixedOutdegree | FixedTotal):
        return free
    chance = numbers.uniform(key, stream("grow"), 0, fresh.count)[free]
    if isinstance(rule, FixedTotal):
        return np.sort(free[np.argsort(chance, kind="stable")[: rule.n]])
    ends = fresh.targets if isinstance(rule, FixedIndegree) else fresh.sources()
    order = np.lexsort((chance, ends[free]))
    _, starts, sizes = np.unique(ends[free][order], return_index=True, return_counts=True)
    rank = np.arange(len(order)) - np.repeat(starts, sizes)
    return np.sort(free[order[rank < rule.k]])


def free_places(taken: Rows, fresh: Rows) -> Places:
    """The places of the synapses whose pairs are not connected yet."""
    width = int(max(taken.targets.max(initial=0), fresh.targets.max(initial=0))) + 1
    found: Places = np.flatnonzero(~np.isin(_pairs(fresh, width), _pairs(taken, width)))
    return found


def _pairs(rows: Rows, width: int) -> np.ndarray:
    found: np.ndarray = rows.sources().astype(np.int64) * width + rows.targets.astype(np.int64)
    return found


def _allowed(rule: Counting, projection: Projection) -> np.ndarray:
    """How many partners each neuron may have: each target, or each source for an outdegree."""
    pre, post = projection.pre, projection.post
    own, others = (pre, post) if isinstance(rule, FixedOutdegree) else (post, pre)
    found = np.full(len(own), len(others))
    if projection.is_recurrent and not rule.autapses:
        found -= np.isin(own.index, others.index)
    return found


def _distinct(rule: Counting, projection: Projection, taken: Rows) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the pairs that are connected, among those that the rule may draw; each once."""
    width = projection.post.population.n
    sources, targets = np.divmod(np.unique(_pairs(taken, width)), width)
    if projection.is_recurrent and not rule.autapses:
        apart = sources != targets
        sources, targets = sources[apart], targets[apart]
    return sources, targets


def _refuse(rule: Rule, projection: Projection, why: str) -> None:
    raise ParameterError(
        f"{rule} {why}.",
        where=projection.where,
        mend="ask for fewer, or let pairs share synapses: grow(..., multapses=True)",
    )
