"""Connection rules as values: who is connected to whom. Nothing is drawn here.

Every rule states whether a neuron may reach itself (`autapses`) and, where it can make them,
whether two neurons may share several synapses (`multapses`). The defaults are: autapses where two
views of one population are connected, as between any two neurons; no multapses, but in a list of
`edges`, which holds what it holds.
"""

from __future__ import annotations

from typing import Any

from rheobase.errors import ParameterError
from rheobase.network.arrays import Indices, whole_numbers
from rheobase.network.rule import Rule, count, flag, probability
from rheobase.network.space import Distance, distance

__all__ = [
    "AllToAll", "Bernoulli", "Distance", "Edges", "FixedIndegree", "FixedOutdegree", "FixedTotal",
    "OneToOne", "Rule", "SmallWorld", "all_to_all", "bernoulli", "distance", "edges",
    "fixed_indegree", "fixed_outdegree", "fixed_total", "one_to_one", "small_world",
]  # fmt: skip


class AllToAll(Rule):
    """Every neuron of the first view to every one of the second."""

    kind = "all_to_all"


class OneToOne(Rule):
    """The k-th neuron of the first view to the k-th of the second."""

    kind = "one_to_one"


class Bernoulli(Rule):
    """Every pair with probability p, independently."""

    kind = "bernoulli"
    p: float

    def __str__(self) -> str:
        return f"bernoulli({self.p:g})"


class FixedIndegree(Rule):
    """Every target has k synapses, their sources drawn alike."""

    kind = "fixed_indegree"
    k: int
    multapses: bool

    def __str__(self) -> str:
        return f"fixed_indegree({self.k})"


class FixedOutdegree(Rule):
    """Every source has k synapses, their targets drawn alike."""

    kind = "fixed_outdegree"
    k: int
    multapses: bool

    def __str__(self) -> str:
        return f"fixed_outdegree({self.k})"


class FixedTotal(Rule):
    """There are n synapses, their pairs drawn alike."""

    kind = "fixed_total"
    n: int
    multapses: bool

    def __str__(self) -> str:
        return f"fixed_total({self.n})"


class SmallWorld(Rule):
    """A ring in which every neuron reaches its k nearest, each synapse moved with probability p.

    After D. J. Watts and S. H. Strogatz, Collective dynamics of 'small-world' networks, Nature 393,
    440-442 (1998), with directed edges: a synapse that is moved keeps its source and has a target
    drawn from those that the source does not reach.
    """

    kind = "small_world"
    k: int
    p: float

    def __str__(self) -> str:
        return f"small_world({self.k}, {self.p:g})"


class Edges(Rule, identity=True):
    """Synapses one by one: the e-th goes from place `pre[e]` of its view to place `post[e]`."""

    kind = "edges"
    multapses: bool
    pre: Indices
    post: Indices

    def __str__(self) -> str:
        return f"edges({len(self.pre)})"

    def __repr__(self) -> str:
        return f"<Edges: {len(self.pre):,} synapses>"


def all_to_all(autapses: bool = True) -> AllToAll:
    """Every neuron of the first view to every one of the second.

    Args:
        autapses: whether a neuron may reach itself.
    """
    return AllToAll(flag(autapses, "autapses"))


def one_to_one(autapses: bool = True) -> OneToOne:
    """The k-th neuron of the first view to the k-th of the second; the views are of one size.

    Args:
        autapses: whether a neuron may reach itself.
    """
    return OneToOne(flag(autapses, "autapses"))


def bernoulli(p: Any, autapses: bool = True) -> Bernoulli:
    """Every pair with probability p, independently: degrees are binomial.

    Args:
        p: from 0 to 1.
        autapses: whether a neuron may reach itself.

    Raises:
        ParameterError: for a p that is no probability.
    """
    return Bernoulli(flag(autapses, "autapses"), probability(p, "bernoulli"))


def fixed_indegree(k: Any, autapses: bool = True, multapses: bool = False) -> FixedIndegree:
    """Every target has k synapses, whose sources are drawn alike.

    Args:
        k: how many.
        autapses: whether a neuron may reach itself.
        multapses: whether a source may be drawn again for the same target.

    Raises:
        ParameterError: for a k that is no whole number, or negative.
    """
    flags = flag(autapses, "autapses"), flag(multapses, "multapses")
    return FixedIndegree(flags[0], count(k, "fixed_indegree", "k"), flags[1])


def fixed_outdegree(k: Any, autapses: bool = True, multapses: bool = False) -> FixedOutdegree:
    """Every source has k synapses, whose targets are drawn alike.

    Args:
        k: how many.
        autapses: whether a neuron may reach itself.
        multapses: whether a target may be drawn again for the same source.

    Raises:
        ParameterError: for a k that is no whole number, or negative.
    """
    flags = flag(autapses, "autapses"), flag(multapses, "multapses")
    return FixedOutdegree(flags[0], count(k, "fixed_outdegree", "k"), flags[1])


def fixed_total(n: Any, autapses: bool = True, multapses: bool = False) -> FixedTotal:
    """There are n synapses in all, whose pairs are drawn alike.

    Args:
        n: how many.
        autapses: whether a neuron may reach itself.
        multapses: whether a pair may be drawn again.

    Raises:
        ParameterError: for an n that is no whole number, or negative.
    """
    flags = flag(autapses, "autapses"), flag(multapses, "multapses")
    return FixedTotal(flags[0], count(n, "fixed_total", "n"), flags[1])


def small_world(k: Any, p: Any) -> SmallWorld:
    """A ring of one population: k nearest neighbours, each synapse moved with probability p.

    It has neither autapses nor multapses; every neuron has k outgoing synapses.

    Args:
        k: how many neighbours a neuron reaches, half of them on either side; an even number.
        p: the probability that a synapse is moved to another target, from 0 to 1.

    Raises:
        ParameterError: for a k that is not even, or a p that is no probability.
    """
    neighbours = count(k, "small_world", "k")
    if neighbours % 2:
        raise ParameterError(
            f"small_world({neighbours}) has more neighbours on one side.",
            mend="give an even k, half of them on either side",
        )
    return SmallWorld(False, neighbours, probability(p, "small_world"))


def edges(pre: Any, post: Any, autapses: bool = True, multapses: bool = True) -> Edges:
    """Synapses one by one, in this order; arrays of weights and delays have the same one.

    Args:
        pre: the place of each synapse's source in the first view, from 0.
        post: the place of its target in the second.
        autapses: False refuses a list in which a neuron reaches itself.
        multapses: False refuses a list that has one pair twice.

    Raises:
        ParameterError: for lists of different lengths, or what is not whole numbers from 0.
    """
    sources, targets = whole_numbers(pre, "pre of edges()"), whole_numbers(post, "post of edges()")
    if len(sources) != len(targets):
        raise ParameterError(
            f"edges() has {len(sources)} sources and {len(targets)} targets.",
            mend="give one source and one target a synapse",
        )
    for name, listed in (("pre", sources), ("post", targets)):
        if listed.size and listed.min() < 0:
            raise ParameterError(
                f"{name} of edges() holds {listed.min()}.", mend="places are counted from 0"
            )
    flags = flag(autapses, "autapses"), flag(multapses, "multapses")
    return Edges(flags[0], flags[1], sources, targets)
