"""What the kernel of a projection that learns must do: its rule, its delays, its states.

States of a rule live in one of four scopes. Those of the sources (`PRE`), of the targets (`POST`)
and of the whole projection (`SHARED`) are advanced every step, as a population of units each; those
of a synapse rest until an event touches it, and are then brought up to date at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rheobase.compiler.constants import Constants
from rheobase.compiler.kernel import Function
from rheobase.compiler.plan import Plan
from rheobase.model.expression import Expression, names
from rheobase.records import EMPTY, Record

if TYPE_CHECKING:
    from rheobase.model.learning import Flow, Read

PRE, POST, SHARED, MODULATOR = "pre", "post", "shared", "modulator"
# What happens at every step in which a condition on the target holds.
WHILE = "while"
WEIGHT = "w"
# A number of ticks of one epoch has so many digits of this base.
DIGITS, LEVELS = 16, 4
# Beside the counters of `compiler.plan`: the tick of a unit's first fault.
FAULT_TICK = 4


class Draw(Record):
    """A binomial number drawn at a synapse: `sites` trials of probability `probability`."""

    sites: Expression
    probability: Expression


class Statement(Record):
    """An assignment that an event makes: an expression, or a number that is drawn."""

    name: str
    value: Expression | Draw

    @property
    def reads(self) -> frozenset[str]:
        """The names it depends on."""
        if isinstance(self.value, Draw):
            return frozenset(names(self.value.sites) | names(self.value.probability))
        return frozenset(names(self.value))


class Gate(Record):
    """A part of a synapse's slope: a decaying state times what shared states make of it.

    Attributes:
        state: the state that it moves.
        driver: the decaying state.
        rate: of its decay.
        factor: over shared states and parameters.
    """

    state: str
    driver: str
    rate: Expression
    factor: Expression


class LearningPlan(Record):
    """Everything that shapes the kernel of one projection that learns.

    Attributes:
        targets: how targets lie in memory: "i16" or "i32".
        weights: how weights do: "f32" or "f64"; None for one weight of all synapses.
        stored: the states of a synapse, the weight among them if it changes.
        decays: the rates of those that decay between events.
        approaches: of those that also drift, the rate and the drift.
        gates: what moves others between events.
        flows: the states that move each other between events.
        events: what happens at an event, by `PRE`, `POST`, `MODULATOR` and `WHILE`.
        transmits: what an arriving spike adds to the receptor.
        scopes: the states of `PRE`, `POST` and `SHARED`.
        plans: how they are advanced, by scope.
        advances: the kernels that do it, by scope.
        invariant: the names of the parameters, and `dt`.
        pre_first: whether what arrives at a synapse is at its target at once, and so comes before
            the target's own spike of the same tick.
        sign: 1 or -1 where neither weights nor what is transmitted may have the other; else 0.
        width: the type of the states of a synapse, "f32" or "f64".
        reads: states of the target, by the names under which they are read.
        during: when what stands under `WHILE` happens.
    """

    targets: str
    weights: str | None
    stored: tuple[str, ...]
    events: Mapping[str, tuple[Statement, ...]]
    transmits: Expression
    invariant: frozenset[str]
    decays: Mapping[str, Expression] = EMPTY
    approaches: Mapping[str, tuple[Expression, Expression]] = EMPTY
    gates: tuple[Gate, ...] = ()
    flows: tuple[Flow, ...] = ()
    scopes: Mapping[str, tuple[str, ...]] = EMPTY
    plans: Mapping[str, Plan] = EMPTY
    advances: Mapping[str, Function] = EMPTY
    pre_first: bool = False
    sign: int = 0
    width: str = "f64"
    reads: Mapping[str, Read] = EMPTY
    during: Expression | None = None

    @property
    def is_lazy(self) -> bool:
        """Whether states of a synapse change between events."""
        return bool(self.moving)

    @property
    def moving(self) -> frozenset[str]:
        """The states that change between events, which must all be touched together."""
        flowing = (s for flow in self.flows for s in flow.states)
        return frozenset((*self.decays, *self.approaches, *(g.state for g in self.gates), *flowing))

    @property
    def followed(self) -> frozenset[str]:
        """What must be known of a synapse to bring it up to date."""
        read = set(self.moving).union(*map(names, self.decays.values()))
        for pair in self.approaches.values():
            read |= names(pair[0]) | names(pair[1])
        return frozenset(read.union(*(flow.reads.union(flow.columns) for flow in self.flows)))

    def is_steady(self, flow: Flow) -> bool:
        """Whether the coefficients of a flow are always the same."""
        return flow.reads <= self.invariant

    def is_own(self, flow: Flow) -> bool:
        """Whether each synapse has coefficients of its own."""
        return bool(flow.reads & {*self.stored, WEIGHT})

    @property
    def is_sampled(self) -> bool:
        """Whether tables are filled with what shared states do to synapses."""
        return bool(self.gates or self.unsteady)

    @property
    def unsteady(self) -> tuple[Flow, ...]:
        """The flows whose coefficients shared states change."""
        own = (flow for flow in self.flows if not self.is_steady(flow))
        return tuple(flow for flow in own if not self.is_own(flow))

    @property
    def drawn(self) -> tuple[str, ...]:
        """The states that are drawn."""
        return tuple(sorted({s.name for s in self.statements() if isinstance(s.value, Draw)}))

    def statements(self) -> Iterable[Statement]:
        """Those of all events."""
        return (s for event in self.events.values() for s in event)

    def touches(self, event: str) -> bool:
        """Whether an event changes states of synapses."""
        return any(s.name in self.stored for s in self.events.get(event, ()))

    def type_of(self, state: str) -> str:
        """How a state of a synapse is stored."""
        return self.weights or self.width if state == WEIGHT else self.width

    def used(self, event: str) -> set[str]:
        """The names that matter to an event at a synapse."""
        found = {n for s in self.events.get(event, ()) if s.name in self.stored for n in s.reads}
        if event == PRE:
            found |= names(self.transmits)
        if event == WHILE and self.during is not None:
            found |= names(self.during)
        return found

    def seen(self, event: str) -> set[str]:
        """The names under which an event reads states of the target."""
        own = {n for s in self.events.get(event, ()) for n in s.reads}
        return {name for name in self.reads if name in own | self.used(event)}

    def constants(self) -> Constants:
        """The table of what is computed once."""
        return Constants(set(self.invariant), set())
