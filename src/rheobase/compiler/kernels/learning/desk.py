"""What the parts of a learning kernel share: its parameters, and how statements are carried out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from rheobase.compiler.apart import apart
from rheobase.compiler.builder import Builder
from rheobase.compiler.constants import Constants
from rheobase.compiler.kernel import Array, Cast, Name, Value, as_value, select
from rheobase.compiler.learning import (
    MODULATOR,
    POST,
    PRE,
    SHARED,
    WEIGHT,
    Draw,
    LearningPlan,
    Statement,
)
from rheobase.compiler.lower import ArrayTable, Lowering
from rheobase.model.expression import Expression

# The scope whose states an event changes, and whose spikes it is.
SCOPE = {PRE: PRE, POST: POST, MODULATOR: SHARED}
HOME = {PRE: "source", POST: "target", MODULATOR: "modulator"}

Values = Mapping[str, Value]
# What an event does at a synapse: statements, each with what it sees of the event's own scope.
Acts: TypeAlias = list[tuple[Statement, dict[str, Value]]]


class Desk:
    """The parameters of one learning kernel, declared as they are needed by name."""

    def __init__(self, name: str, plan: LearningPlan, constants: Constants) -> None:
        self.plan, self.constants = plan, constants
        self.builder = Builder(name, inline=False)
        self._scalars = self.builder.array("scalars")
        self._constant_arrays = ArrayTable(self.builder, "constant")
        self.tick, self.thread = self.number("tick"), self.number("thread")
        self.threads = self.number("threads")

    def array(self, name: str, type: str = "f64") -> Array:
        """An array parameter, by name."""
        return self.builder.shared_array(name, type)

    def number(self, name: str, type: str = "i64") -> Name:
        """A scalar parameter, by name."""
        return self.builder.shared_scalar(name, type)

    def evaluate(self, expression: Expression, values: Values) -> Value:
        """An expression of parameters and of what each other name stands for here."""
        first = as_value(0, "i64")
        places = (self._scalars, self._constant_arrays, first)
        return Lowering(self.builder, self.constants, *places, values)(expression)

    def scoped(self, scope: str, unit: Value, wanted: Iterable[str]) -> dict[str, Value]:
        """The wanted states of a unit of a scope, as they are stored."""
        return {
            s: self.builder.let(s, self.array(f"{scope}:state_{s}")[unit])
            for s in self.plan.scopes.get(scope, ())
            if s in wanted
        }

    def all_scoped(self, scope: str, unit: Value) -> dict[str, Value]:
        """Every state of a unit of a scope."""
        return self.scoped(scope, unit, self.plan.scopes.get(scope, ()))

    def shared(self, wanted: Iterable[str]) -> dict[str, Value]:
        """The wanted states of the whole projection; every thread has its own copy."""
        return self.scoped(SHARED, self.thread, wanted)

    def target(self, neuron: Value, wanted: Iterable[str]) -> dict[str, Value]:
        """The wanted states of a postsynaptic neuron, as they are at this moment."""
        found = dict[str, Value]()
        for name, read in self.plan.reads.items():
            if name in wanted:
                value: Value = self.array(f"target:state_{read.state}")[neuron]
                scaled = value if read.scale == 1.0 else read.scale * value
                found[name] = self.builder.let(name, scaled)
        return found

    @contextmanager
    def spikes(self, home: str, listed: Value, tick: Value) -> Iterator[Value]:
        """The neurons of one list of a population that fired at a tick, in order."""
        b, neurons = self.builder, self.array(f"{home}_past_neuron", "i32")
        counts, bases = (self.array(f"{home}_past_{n}", "i64") for n in ("counts", "bases"))
        rooms = self.array(f"{home}_past_rooms", "i64")
        with b.when(tick >= 0):
            slot = b.let("slot", tick % self.number(f"{home}_past_turns"))
            own = listed * apart(self.number(f"{home}_past_turns"))
            first = b.let("first", bases[listed] + slot * rooms[listed])
            with b.loop("s", first, first + counts[own + slot]) as s:
                yield b.let("neuron", Cast(neurons[s], "i64"))

    @contextmanager
    def events(self, event: str, listed: Value, tick: Value) -> Iterator[tuple[Value, Value]]:
        """The spikes of a list, and whether each is of the same neuron as the one before it."""
        b = self.builder
        before = b.variable("before", -1, "i64")
        with self.spikes(HOME[event], listed, tick) as neuron:
            again = b.let("again", neuron.equals(before))
            b.assign(before, neuron)
            yield neuron, again

    def scope_sequence(self, event: str, values: Values) -> tuple[dict[str, Value], Acts]:
        """Carry out what an event writes to its own scope.

        Returns:
            The scope's states afterwards; and each other statement, with the states it sees.
        """
        own = set(self.plan.scopes.get(SCOPE[event], ()))
        now, rest = dict(values), list[tuple[Statement, dict[str, Value]]]()
        for statement in self.plan.events.get(event, ()):
            if statement.name in own:
                if isinstance(statement.value, Draw):
                    raise TypeError("numbers are drawn at synapses")
                found = self.evaluate(statement.value, now)
                now[statement.name] = self.builder.let(statement.name, found)
            else:
                rest.append((statement, dict(now)))
        return now, rest

    def store_scope(self, event: str, unit: Value, values: Values) -> None:
        """Write a unit's states back."""
        scope = SCOPE[event]
        changed = {s.name for s in self.plan.events.get(event, ())}
        for s in self.plan.scopes.get(scope, ()):
            if s in changed:
                self.builder.store(self.array(f"{scope}:state_{s}"), unit, values[s])

    def kept_in_sign(self, name: str, value: Value) -> Value:
        """A weight is cut off where it would change its sign; what is no number stays none."""
        return self.signed(value) if name == WEIGHT else value

    def signed(self, value: Value) -> Value:
        """A value that is 0 instead of one of the wrong sign."""
        if not self.plan.sign:
            return value
        wrong = value < 0.0 if self.plan.sign > 0 else value > 0.0
        return select(wrong, 0.0, value)
