"""Whether a rule can be met by two views, and how many synapses it makes of them."""

from __future__ import annotations

import numpy as np

from rheobase.errors import ParameterError
from rheobase.network.population import View
from rheobase.network.rules import (
    AllToAll,
    Bernoulli,
    Distance,
    Edges,
    FixedIndegree,
    FixedOutdegree,
    FixedTotal,
    OneToOne,
    Rule,
    SmallWorld,
)

# Of so many pairs the mean probability of a synapse is taken, where it depends on the distance.
_PAIRS = 1_000_000
# At so many distances a kernel is looked at before anything is drawn.
_SAMPLES = 257


def check_rule(rule: Rule, pre: View, post: View, where: str) -> None:
    """Refuse a rule that these views cannot meet.

    Raises:
        ParameterError: saying what is missing.
    """
    match rule:
        case OneToOne() if len(pre) != len(post):
            raise ParameterError(
                f"one_to_one() connects {len(pre)} neurons to {len(post)}.",
                where=where,
                mend="connect views of one size, as in pop[:10]",
            )
        case FixedIndegree():
            _check_degree(rule, pre, post, "source", where)
        case FixedOutdegree():
            _check_degree(rule, post, pre, "target", where)
        case FixedTotal():
            _check_total(rule, pre, post, where)
        case SmallWorld():
            _check_ring(rule, pre, post, where)
        case Distance():
            _check_distance(rule, pre, post, where)
        case Edges():
            _check_edges(rule, pre, post, where)


def expected_synapses(rule: Rule, pre: View, post: View) -> float:
    """The mean number of synapses that a rule makes; exact where the rule fixes it.

    For `distance` it is a mean over up to a million pairs.
    """
    pairs = float(len(pre)) * len(post) - (0 if rule.autapses else shared(pre, post))
    match rule:
        case AllToAll():
            return pairs
        case OneToOne():
            same = pre.population is post.population and not rule.autapses
            return float(len(pre) - (int((pre.index == post.index).sum()) if same else 0))
        case Bernoulli(p=p):
            return pairs * p
        case FixedIndegree(k=k):
            return float(k) * len(post)
        case FixedOutdegree(k=k) | SmallWorld(k=k):
            return float(k) * len(pre)
        case FixedTotal(n=n):
            return float(n)
        case Edges():
            return float(len(rule.pre))
        case Distance():
            return pairs * _mean_probability(rule, pre, post)
    raise AssertionError(rule)


def shared(pre: View, post: View) -> int:
    """How many neurons both views have: so many pairs of a neuron with itself there are."""
    if pre.population is not post.population:
        return 0
    marks = np.zeros(pre.population.n, dtype=bool)
    marks[pre.index] = True
    return int(marks[post.index].sum())


def _check_degree(
    rule: FixedIndegree | FixedOutdegree, drawn: View, fixed: View, side: str, where: str
) -> None:
    itself = not rule.autapses and shared(drawn, fixed) > 0
    there = len(drawn) - itself
    if rule.k <= there or (rule.multapses and there > 0):
        return
    raise ParameterError(
        f"{rule} needs {rule.k} {side}s for each neuron, and there are {there}"
        f"{', itself left out' if itself else ''}.",
        where=where,
        mend=f"ask for at most {there}, or let a pair share synapses: multapses=True"
        if there
        else "connect a larger view, or allow autapses",
    )


def _check_total(rule: FixedTotal, pre: View, post: View, where: str) -> None:
    pairs = len(pre) * len(post) - (0 if rule.autapses else shared(pre, post))
    if rule.n > pairs and not (rule.multapses and pairs):
        raise ParameterError(
            f"{rule} needs {rule.n} pairs of neurons, and there are {pairs}.",
            where=where,
            mend=f"ask for at most {pairs}, or let a pair share synapses: multapses=True",
        )


def _check_ring(rule: SmallWorld, pre: View, post: View, where: str) -> None:
    same = pre.population is post.population and np.array_equal(pre.index, post.index)
    if not same:
        raise ParameterError(
            f"{rule} connects {pre} to {post}.",
            where=where,
            mend="a ring is of one view: give it as pre and as post",
        )
    if rule.k >= len(pre):
        raise ParameterError(
            f"{rule} needs {rule.k} neighbours for each of {len(pre)} neurons.",
            where=where,
            mend=f"ask for fewer than {len(pre)}",
        )


def _check_distance(rule: Distance, pre: View, post: View, where: str) -> None:
    axes = []
    for view in (pre, post):
        positions = view.population.positions
        if positions is None:
            raise ParameterError(
                f"{rule} needs positions, and {view.name!r} has none.",
                where=where,
                mend="give them to net.add(..., positions=...), shape (n, 2), in um",
            )
        axes.append(positions.shape[1])
    if axes[0] != axes[1]:
        raise ParameterError(
            f"{pre.name!r} has positions on {axes[0]} axes and {post.name!r} on {axes[1]}.",
            where=where,
            mend="give both as many axes",
        )
    try:
        rule.probability(np.linspace(0.0, _farthest(rule, pre, post), _SAMPLES))
    except ParameterError as error:
        raise ParameterError(
            error.message, where=f"{error.where}\n{where}", mend=error.mend
        ) from None


def _check_edges(rule: Edges, pre: View, post: View, where: str) -> None:
    for name, listed, view in (("pre", rule.pre, pre), ("post", rule.post, post)):
        if listed.size and int(listed.max()) >= len(view):
            raise ParameterError(
                f"{name} of edges() holds {int(listed.max())}, and {view} has {len(view)} neurons.",
                where=where,
                mend=f"places are counted from 0 to {len(view) - 1}",
            )
    if not rule.autapses and pre.population is post.population:
        own = pre.index[rule.pre] == post.index[rule.post]
        if own.any():
            raise ParameterError(
                f"Edge {int(np.argmax(own))} of edges() goes from a neuron to itself.",
                where=where,
                mend="take it out, or allow autapses",
            )
    if not rule.multapses:
        pairs = np.sort(rule.pre * np.int64(len(post)) + rule.post)
        twice = np.flatnonzero(pairs[1:] == pairs[:-1])
        if twice.size:
            source, target = divmod(int(pairs[twice[0]]), len(post))
            raise ParameterError(
                f"edges() has the pair ({source}, {target}) twice.",
                where=where,
                mend="take one out, or allow multapses",
            )


def _farthest(rule: Distance, pre: View, post: View) -> float:
    """A distance that no two neurons exceed (um)."""
    ends = [view.population.positions for view in (pre, post)]
    points = np.concatenate([end for end in ends if end is not None])
    spans = points.max(axis=0) - points.min(axis=0)
    if rule.period is not None:
        spans = np.minimum(spans, rule.period / 2)
    return float(np.sqrt((spans * spans).sum()))


def _mean_probability(rule: Distance, pre: View, post: View) -> float:
    """Of every so manyth pair, pairs of a neuron with itself left out where there are none."""
    before, after = pre.population.positions, post.population.positions
    if before is None or after is None:
        return float("nan")
    total = len(pre) * len(post)
    step = max(1, total // _PAIRS)
    # A stride that shares no factor with the rows looks at all columns alike.
    while step > 1 and np.gcd(step, len(post)) > 1:
        step += 1
    places = np.arange(0, total, step)
    sources, targets = pre.index[places // len(post)], post.index[places % len(post)]
    if pre.population is post.population and not rule.autapses:
        apart = sources != targets
        sources, targets = sources[apart], targets[apart]
    if not sources.size:
        return 0.0
    return float(rule.probability(rule.distances(before[sources], after[targets])).mean())
