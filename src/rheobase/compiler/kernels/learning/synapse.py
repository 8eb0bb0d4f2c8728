"""One synapse of a projection that learns: brought up to date, changed by an event, put back."""

from __future__ import annotations

from rheobase.compiler.kernel import Array, Cast, Value, select
from rheobase.compiler.kernels.elementary import FUNCTIONS
from rheobase.compiler.kernels.exchange import NARROW, unsigned
from rheobase.compiler.kernels.learning.binomial import binomial
from rheobase.compiler.kernels.learning.desk import Acts, Desk, Values
from rheobase.compiler.kernels.learning.flows import flowed
from rheobase.compiler.learning import WEIGHT, Draw
from rheobase.model.expression import Expression, Operation, Symbol, literal
from rheobase.records import EMPTY

_DT = Symbol("dt")


class SynapseWriter:
    """Writes what happens at the synapse at place `k`.

    Args:
        desk: the kernel's parameters.
        now: how many ticks of the epoch have passed.
        drawn_at: where numbers are drawn, the tick, and how many spikes of the same neuron came
            before in it.
    """

    def __init__(
        self, desk: Desk, now: Value | None, drawn_at: tuple[Value, Value] | None = None
    ) -> None:
        self.desk, self.now, self.drawn_at = desk, now, drawn_at
        self.plan, self.b = desk.plan, desk.builder

    def target(self, k: Value) -> Value:
        """The target of the synapse at place `k`."""
        targets = self.desk.array("targets", self.plan.targets)
        narrow = self.plan.targets == NARROW
        found = unsigned(targets[k], 16) if narrow else Cast(targets[k], "i64")
        return self.b.let("target", found)

    def states(self, k: Value, wanted: set[str]) -> dict[str, Value]:
        """The states of a synapse, up to date: all that change between events, others if wanted."""
        plan, b = self.plan, self.b
        is_late = plan.is_lazy and self.now is not None
        needed = wanted | plan.followed if is_late else wanted
        loaded = self._load(k, needed)
        if WEIGHT in needed and WEIGHT not in plan.stored:
            loaded[WEIGHT] = self._given(k)
        if self.now is None or not is_late:
            return loaded
        last = b.let("last", Cast(self.desk.array("last", "i32")[k], "i64"))
        gone = b.let("gone", Cast(self.now - last, "f64"))
        fresh = dict(loaded)
        for name, rate in plan.decays.items():
            fresh[name] = b.let(name, loaded[name] * self.fading(rate, gone, loaded))
        for name, (rate, drift) in plan.approaches.items():
            fresh[name] = self.approached(loaded, name, rate, drift, gone)
        for g, gate in enumerate(plan.gates):
            table, base = self.desk.array(f"gate_{g}"), self.table_base
            grown = table[base + self.now] - table[base + last]
            scale = self.growing(gate.rate, Cast(last, "f64"))
            moved = loaded[gate.driver] * (grown * scale)
            fresh[gate.state] = b.let(gate.state, fresh[gate.state] + moved)
        for f, flow in enumerate(plan.flows):
            fresh |= flowed(self.desk, f, flow, loaded, (last, self.now))
        if WEIGHT in plan.moving and WEIGHT not in plan.decays:
            fresh[WEIGHT] = b.let(WEIGHT, self.desk.signed(fresh[WEIGHT]))
        if WEIGHT in plan.moving:
            fresh[WEIGHT] = self._learned(fresh[WEIGHT], loaded[WEIGHT])
        return fresh

    @property
    def table_base(self) -> Value:
        """Where a thread's copy of a table over an epoch begins."""
        return self.desk.thread * (self.desk.number("epoch") + 1)

    def fading(self, rate: Expression, ticks: Value, known: Values = EMPTY) -> Value:
        """The factor exp(-rate * dt * ticks)."""
        exponent = self.desk.evaluate(Operation("*", rate, _DT), known) * ticks
        return FUNCTIONS["exp"](-exponent)

    def approached(
        self, known: Values, state: str, rate: Expression, drift: Expression, ticks: Value
    ) -> Value:
        """The solution of ds/dt = drift - rate s: s + (drift - rate s) t exprel(-rate t)."""
        b, desk = self.b, self.desk
        slope = desk.evaluate(drift, known)
        span = b.let("span", desk.evaluate(_DT, {}) * ticks)
        if literal(rate) == 0:
            return b.let(state, known[state] + slope * span)
        pace = b.let("pace", desk.evaluate(rate, known))
        part = FUNCTIONS["exprel"](-(pace * span))
        return b.let(state, known[state] + (slope - pace * known[state]) * (span * part))

    def growing(self, rate: Expression, ticks: Value) -> Value:
        """The factor exp(rate * dt * ticks)."""
        return FUNCTIONS["exp"](self.desk.evaluate(Operation("*", rate, _DT), {}) * ticks)

    def act(self, k: Value, states: Values, sequence: Acts) -> dict[str, Value]:
        """Carry out the statements of an event on a synapse's states, and give them back."""
        now = dict(states)
        for statement, seen in sequence:
            around = {**now, **seen}
            if isinstance(statement.value, Draw):
                found = self._drawn(k, statement.name, statement.value, around)
            else:
                found = self.desk.evaluate(statement.value, around)
            found = self.desk.kept_in_sign(statement.name, found)
            if statement.name == WEIGHT:
                before = now[WEIGHT] if WEIGHT in now else self._load(k, {WEIGHT})[WEIGHT]
                found = self._learned(found, before)
            now[statement.name] = self.b.let(statement.name, found)
        return now

    def _learned(self, weight: Value, before: Value) -> Value:
        """A weight as it becomes, or as it was where learning is paused."""
        return select(self.desk.number("plastic").equals(1), weight, before)

    def put(self, k: Value, states: Values, changed: set[str]) -> None:
        """Write back what an event changed, and what time did."""
        for name in self.plan.stored:
            if name in changed | self.plan.moving:
                type_ = self.plan.type_of(name)
                value = states[name] if type_ == "f64" else Cast(states[name], type_)
                self.b.store(self._array(name), k, value)
        if self.plan.is_lazy and self.now is not None:
            self.b.store(self.desk.array("last", "i32"), k, Cast(self.now, "i32"))

    def _load(self, k: Value, names: set[str]) -> dict[str, Value]:
        found = dict[str, Value]()
        for name in self.plan.stored:
            if name in names:
                value: Value = self._array(name)[k]
                found[name] = self.b.let(
                    name, value if self.plan.type_of(name) == "f64" else Cast(value, "f64")
                )
        return found

    def _array(self, name: str) -> Array:
        return self.desk.array(f"synapse_{name}", self.plan.type_of(name))

    def _given(self, k: Value) -> Value:
        """A weight that no event changes."""
        if self.plan.weights is None:
            return self.desk.number("weight", "f64")
        value: Value = self.desk.array(f"synapse_{WEIGHT}", self.plan.weights)[k]
        return self.b.let(WEIGHT, value if self.plan.weights == "f64" else Cast(value, "f64"))

    def _drawn(self, k: Value, name: str, draw: Draw, around: Values) -> Value:
        """A number of its own for every state, spike, synapse and tick."""
        sites = self.desk.evaluate(draw.sites, around)
        chance = self.desk.evaluate(draw.probability, around)
        if self.drawn_at is None:
            raise TypeError("only spikes of sources draw numbers")
        (tick, earlier), drawn = self.drawn_at, self.plan.drawn
        stream = earlier * len(drawn) + drawn.index(name)
        return binomial()(self.desk.number("seed"), stream, k, tick, sites, chance)
