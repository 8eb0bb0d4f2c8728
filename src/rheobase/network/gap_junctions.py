"""Gap junctions: electrical synapses between the cells of one view and those of another."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.model.distributions import Distribution
from rheobase.network.arrays import Array
from rheobase.network.connecting import as_rule, one_a_synapse
from rheobase.network.coupling import check_ends, conductance_dimension, gain
from rheobase.network.door import check_name, read_value
from rheobase.network.feasible import check_rule, expected_synapses, shared
from rheobase.network.population import View, free_name
from rheobase.network.properties import synapse_names
from rheobase.network.rules import Edges, FixedTotal, OneToOne, Rule
from rheobase.network.values import tidy
from rheobase.units.door import internal
from rheobase.units.quantity import short

Pair = tuple[str, str]


class GapJunction:
    """Electrical synapses between the cells of two views. A network makes it: `net.gap_junction`.

    Attributes:
        name: unique among the network's gap junctions; its random numbers are keyed by it.
        pre: the first view.
        post: the second.
        rule: which junctions there are.
        conductance: as it was given, with its unit.
        conductances: internal: a float, an array in the order of the rule, a `Distribution` or a
            `Formula`.
        rectification: what is left of the conductance while `pre` is below `post`; None for 1.
        state: the voltages that are joined, of `pre` and of `post`.
        into: the inputs that the current flows into, likewise.
    """

    def __init__(
        self,
        name: str,
        pre: View,
        post: View,
        rule: Rule,
        *,
        conductance: Any,
        conductances: Any,
        rectification: float | None,
        state: Pair,
        into: Pair,
    ) -> None:
        self.name, self.pre, self.post, self.rule = name, pre, post, rule
        self.conductance, self.conductances = conductance, conductances
        self.rectification, self.state, self.into = rectification, state, into

    @property
    def is_mutual(self) -> bool:
        """Whether both views have the same cells."""
        return shared(self.pre, self.post) == len(self.pre) == len(self.post)

    @property
    def is_halved(self) -> bool:
        """Whether of the pairs that the rule draws those are kept whose first cell is the lower."""
        return self.is_mutual and not isinstance(self.rule, (Edges, OneToOne, FixedTotal))

    @property
    def expected(self) -> float:
        """The mean number of junctions; exact where the rule fixes it."""
        drawn = expected_synapses(self.rule, self.pre, self.post)
        return drawn / 2 if self.is_halved else drawn

    @property
    def where(self) -> str:
        """Its place, for the second part of an error message."""
        return _place(self.name, self.pre, self.post)

    def __repr__(self) -> str:
        return f"<GapJunction {self.name!r}: {self.rule} between {self.pre} and {self.post}>"


def made_gap_junction(
    others: Iterable[GapJunction],
    pre: View,
    post: View,
    *,
    rule: Any,
    conductance: Any,
    rectification: Any,
    state: Any,
    into: Any,
    name: Any,
) -> GapJunction:
    """A gap junction; the arguments are those of `NetworkDescription.gap_junction`, but for one.

    `others` are those that there are.

    Raises:
        RheobaseError: as `NetworkDescription.gap_junction` does.
    """
    others = list(others)
    taken = {other.name for other in others}
    if name is None:
        name = free_name(f"{pre.name}--{post.name}", taken)
    name = check_name(name, "gap junction", taken)
    where = _place(name, pre, post)
    states, inputs = _pair(state, "state", where), _pair(into, "into", where)
    for view, own, flows in zip((pre, post), states, inputs, strict=True):
        gain(view, own, flows, where)
    check_ends((pre, post), states, inputs, where)
    if conductance is None:
        raise ParameterError(
            "There is no conductance.", where=where, mend="give conductance=, as in 1 * nS"
        )
    rule, conductance = as_rule(rule, conductance, pre, post, where)
    check_rule(rule, pre, post, where)
    _check_apart(rule, pre, post, where)
    found = GapJunction(
        name, pre, post, rule,
        conductance=tidy(conductance),
        conductances=_conductances(conductance, rule, (pre, post), states[0], inputs[0], where),
        rectification=_rectification(rectification, where),
        state=states, into=inputs,
    )  # fmt: skip
    _check_one_input([*others, found], where)
    return found


def coupled_states(junctions: Iterable[GapJunction], name: str) -> dict[str, str]:
    """The states of a population that gap junctions join, sorted, and what each current takes."""
    found = {}
    for one in junctions:
        for view, state, into in zip((one.pre, one.post), one.state, one.into, strict=True):
            if view.name == name:
                found[state] = into
    return dict(sorted(found.items()))


def check_conductances(values: Any) -> None:
    """Refuse a negative conductance: it would drive voltages apart without end.

    Raises:
        ParameterError: with the lowest.
    """
    if np.size(values) and float(np.min(values)) < 0:
        raise ParameterError(
            f"A conductance is negative: {float(np.min(values)):g}.",
            mend="give 0 or more; rb.clipped(..., 0 * nS) cuts a distribution there",
        )


def _place(name: str, pre: View, post: View) -> str:
    return f"  in the gap junction {name!r}, between {pre} and {post}"


def _pair(given: Any, what: str, where: str) -> Pair:
    """One name for both views, or a name for each."""
    pair = (given, given) if isinstance(given, str) else given
    fits = isinstance(pair, (tuple, list)) and len(pair) == 2
    if not fits or not all(isinstance(one, str) for one in pair):
        raise ParameterError(
            f"{what}= is {short(given)}.",
            where=where,
            mend="give a name, or a list of two: of the first view and of the second",
        )
    return str(pair[0]), str(pair[1])


def _check_apart(rule: Rule, pre: View, post: View, where: str) -> None:
    """A cell has no junction with itself: no current would flow through it."""
    if not shared(pre, post):
        return
    if isinstance(rule, Edges):
        itself = bool((pre.index[rule.pre] == post.index[rule.post]).any())
        mend = "take the pair out of the list"
    elif isinstance(rule, OneToOne):
        itself = rule.autapses and bool((pre.index == post.index).any())
        mend = "connect views that differ in every place, or give the rule autapses=False"
    else:
        itself, mend = rule.autapses, "give the rule autapses=False"
    if itself:
        raise ParameterError(
            f"{rule} would join a cell with itself, and no current flows there.",
            where=where,
            mend=mend,
        )


def _rectification(given: Any, where: str) -> float | None:
    if given is None:
        return None
    is_number = isinstance(given, (int, float, np.number)) and not isinstance(given, bool)
    if not is_number or not 0.0 <= given < 1.0:
        raise ParameterError(
            f"rectification= is {short(given)}.",
            where=where,
            mend="give what is left of the conductance one way, 0 or more and below 1",
        )
    return float(given)


def _conductances(
    given: Any, rule: Rule, ends: tuple[View, View], state: str, into: str, where: str
) -> Any:
    model = ends[0].population.model
    due = conductance_dimension(model, state, into)
    read = read_value(
        given, convert=lambda value: internal(value, due, "The conductance"),
        known=synapse_names(*ends), due=due, what="the conductance", where=where,
    )  # fmt: skip
    if isinstance(read, (float, np.ndarray)):
        _located(read, where)
    elif isinstance(read, Distribution) and max(read.bounds) < 0:
        _located(np.array(read.bounds), where)
    found: float | Array | Any = one_a_synapse(read, "conductance", rule, ends, where)
    return found


def _located(values: Any, where: str) -> None:
    try:
        check_conductances(values)
    except ParameterError as error:
        raise ParameterError(error.message, where=where, mend=error.mend) from None


def _check_one_input(junctions: Collection[GapJunction], where: str) -> None:
    """The currents into one state all take one way, so that what one cell loses another gains."""
    ways: dict[tuple[str, str], str] = {}
    for one in junctions:
        for view, state, into in zip((one.pre, one.post), one.state, one.into, strict=True):
            first = ways.setdefault((view.name, state), into)
            if first != into:
                raise ParameterError(
                    f"Gap junctions flow into {first!r} and into {into!r} of {view.name!r}.",
                    where=where,
                    mend="let all that join one state have one into=",
                )
