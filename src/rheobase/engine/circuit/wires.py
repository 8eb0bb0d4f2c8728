"""The synapses of projections: drawn or given, with their weights and delays."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.engine import draws
from rheobase.engine.connectivity import Rows, build
from rheobase.engine.keys import key
from rheobase.errors import located
from rheobase.model.composition import arrival_state
from rheobase.model.distributions import Distribution
from rheobase.network import properties
from rheobase.network.dale import check_weights
from rheobase.network.description import NetworkDescription
from rheobase.network.expressions import Formula
from rheobase.network.learning import check_bounds
from rheobase.network.projection import Projection
from rheobase.network.rules import AllToAll, OneToOne
from rheobase.network.values import shown_internal
from rheobase.records import Record

if TYPE_CHECKING:
    from rheobase.network.gap_junctions import GapJunction


class Wire(Record, identity=True):
    """A projection's synapses.

    Attributes:
        projection: whose they are.
        state: the state of the target that the weights are added to.
        rows: who reaches whom.
        weights: one for all, or one a synapse; internal.
        delays: likewise, in steps.
        axonal: the part of the delays before the synapse, likewise.
        learned: what a rule has left, by name; None at the beginning.
    """

    projection: Projection
    state: str
    rows: Rows
    weights: Any
    delays: Any
    axonal: Any = 0
    learned: Mapping[str, np.ndarray] | None = None

    @property
    def states(self) -> tuple[str, ...]:
        """Every state of the target that spikes reach over it: this one, and those of a pulse."""
        return states_of(self.projection)

    @property
    def longest(self) -> int:
        """The longest delay, in steps."""
        return int(np.max(self.delays)) if np.size(self.delays) else 1

    @property
    def shortest(self) -> int | None:
        """The shortest delay, in steps; None where there are no synapses."""
        return int(np.min(self.delays)) if self.rows.count else None


def state_of(projection: Projection) -> str:
    """The state of the composite target that a projection's weights are added to, or the input."""
    if projection.is_graded:
        return projection.state
    return arrival_state(projection.port, projection.synapse)


def states_of(projection: Projection) -> tuple[str, ...]:
    """Every state of the target that spikes reach: that of the weights, and those of a pulse."""
    bound = () if projection.pulse is None else projection.pulse.bound
    return (state_of(projection), *(f"{name}_{projection.port}" for name in bound))


def wire(
    network: NetworkDescription,
    projection: Projection,
    drawn: Mapping[str, Mapping[str, Any]],
    threads: int,
    target: str,
) -> Wire:
    """Draw the synapses of a projection, their weights and delays.

    Raises:
        ParameterError: for a rule that cannot be met, a delay below dt, or what Dale's law forbids.
    """
    with located(projection.where, beneath=True):
        return _drawn_wire(network, projection, drawn, threads, target)


def _drawn_wire(
    network: NetworkDescription,
    projection: Projection,
    drawn: Mapping[str, Mapping[str, Any]],
    threads: int,
    target: str,
) -> Wire:
    pre, post = projection.pre, projection.post
    own = key(network.seed, "projection", projection.name)
    positions = (pre.population.positions, post.population.positions)
    parts = projection.delay_parts
    listed = [projection.weights, projection.delays, *(parts.times.values() if parts else ())]
    each = any(isinstance(v, np.ndarray) and v.ndim for v in listed)
    rows = build(
        projection.rule,
        pre.index,
        post.index,
        pre.population.n,
        post.population.n,
        own,
        same=projection.is_recurrent,
        pre_positions=positions[0],
        post_positions=positions[1],
        ordered=each and isinstance(projection.rule, AllToAll),
        threads=threads,
        target=target,
    )
    about = partial(asked, projection.weights, projection, drawn)
    how: dict[str, Any] = {"pairs": _pairs(projection), "target": target}
    precision = projection.precision
    if (projection.plasticity is not None or projection.is_graded) and precision is None:
        precision = "float64"
    with located(written("weight", projection.weight)):
        show = partial(shown_internal, projection.composite, projection.state)
        weights = draws.synapse_weights(
            projection.weights, rows, own, about, precision, show=show, **how
        )
    check_weights(projection, weights)
    check_bounds(projection, weights)

    def steps(what: str, given: Any, shown: Any, least: int) -> Any:
        asks = partial(asked, given, projection, drawn)
        with located(written(what, shown)):
            return draws.synapse_delays(
                given, rows, own, network.dt, asks, **how, least=least, what=what
            )

    whole, axonal = None, 0
    if parts is None or not parts.make_the_whole:
        least = 0 if projection.is_graded else 1
        whole = steps("delay", projection.delays, projection.delay, least)
    if parts is not None:
        whole, axonal = parts.divided(
            whole, lambda name, given: steps(name, given, parts.written[name], 0), network.dt
        )
    return Wire(projection, state_of(projection), rows, weights, whole, axonal)


def written(what: str, given: Any) -> str:
    """What is drawn or computed as it was written, to say where values come from; else nothing."""
    return f"  {what} = {given}" if isinstance(given, (Distribution, str)) else ""


def _pairs(projection: Projection) -> int | None:
    """How many values an array has where it has one a pair, whether that is a synapse or not."""
    if isinstance(projection.rule, AllToAll):
        return len(projection.pre) * len(projection.post)
    return len(projection.pre) if isinstance(projection.rule, OneToOne) else None


def asked(
    formula: Formula,
    connection: Projection | GapJunction,
    drawn: Mapping[str, Mapping[str, Any]],
    sources: np.ndarray,
    targets: np.ndarray,
) -> Mapping[str, Any]:
    """What an expression asks of some synapses or junctions.

    Args:
        formula: the expression.
        connection: whose they are.
        drawn: the parameters that neurons drew, by population and name.
        sources: the source of each, shape (synapses,).
        targets: its target.
    """
    pre, post = connection.pre.population, connection.post.population
    period = getattr(connection.rule, "period", None)
    ends = (sources.astype(np.int64), targets.astype(np.int64))
    return properties.synapse_values(formula, pre, post, *ends, drawn, period)
