"""What the parts of a population's kernel share: arrays, constants, and how inputs are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rheobase.compiler.builder import Builder
from rheobase.compiler.constants import Constants
from rheobase.compiler.kernel import Array, Cast, Name, Operand, Value, as_value, fma, select
from rheobase.compiler.lower import ArrayTable, Lowering
from rheobase.compiler.plan import (
    BLOCK,
    COUPLED,
    DENSE,
    FAULT,
    FAULT_NEURON,
    GAINED,
    GRADED,
    LIMIT,
    NOISE,
    SHARED,
    SPIKES,
    Plan,
)
from rheobase.compiler.step import CURVE, SLOPE
from rheobase.model.expression import Expression, names
from rheobase.model.model import Model


class Scene:
    """The parameters of one kernel function, declared as they are needed by name."""

    def __init__(self, name: str, plan: Plan, constants: Constants):
        self.plan, self.constants = plan, constants
        self.model = plan.step.model
        self.builder = Builder(name, inline=False)
        self.scalars = self.builder.array("scalars")
        self.constant_arrays = ArrayTable(self.builder, "constant")
        self._locals: dict[str, Array] = {}
        # The block at hand: its first neuron, and how many there are.
        self.base: Value = as_value(0, "i64")
        self.count: Value = as_value(0, "i64")

    def origin(self, name: str) -> Value:
        """Where a thread's part of something begins, by name; all of it is one part elsewhere."""
        return self.number(name) if self.plan.networked else as_value(0, "i64")

    def counter(self, slot: int) -> Value:
        """One of the counters of this part."""
        return self.array("counters", "i64")[self.origin("counter_base") + slot]

    def set_counter(self, slot: int, value: Operand) -> None:
        """Give a counter of this part a value."""
        place = self.origin("counter_base") + slot
        self.builder.store(self.array("counters", "i64"), place, value)

    def scratch(self, name: str, size: int = BLOCK, type: str = "f64") -> Array:
        """A local array, by name; by default of one element for each neuron of a block."""
        if name not in self._locals:
            self._locals[name] = self.builder.local(name, type, size)
        return self._locals[name]

    @contextmanager
    def neurons(self) -> Iterator[tuple[Value, Value]]:
        """A loop over the block: each neuron's number in the population, and in the block."""
        b = self.builder
        with b.loop("j", 0, self.count, vector=self.plan.wide) as j:
            yield b.let("i", self.base + j), j

    def table(self, name: str, values: tuple[float, ...]) -> Array:
        """A local array of constants, by name and values."""
        key = f"table {name} {values}"
        if key not in self._locals:
            self._locals[key] = self.builder.table(name, "f64", values)
        return self._locals[key]

    def array(self, name: str, type: str = "f64") -> Array:
        """An array parameter, by name."""
        return self.builder.shared_array(name, type)

    def number(self, name: str, type: str = "i64") -> Name:
        """A scalar parameter, by name."""
        return self.builder.shared_scalar(name, type)

    @property
    def dt(self) -> Name:
        """The step, in the model's time unit."""
        return self.number("dt", "f64")

    def state(self, name: str) -> Array:
        """The array of a state."""
        return self.array(f"state_{name}")

    def load_states(self, index: Value) -> dict[str, Value]:
        """Every state of one neuron."""
        return {s: self.builder.let(s, self.state(s)[index]) for s in self.model.states}

    def lowering(self, index: Value, values: Mapping[str, Value], near: bool = False) -> Lowering:
        """A translator of expressions for one neuron, with what each name stands for."""
        return Lowering(
            self.builder,
            self.constants,
            self.scalars,
            self.constant_arrays,
            index,
            values,
            verbatim=self.plan.step.verbatim,
            near=near,
        )

    def time(self, step: Value, fraction: Value | float) -> dict[str, Value]:
        """The value of `t` at a fraction of a step, if the model mentions it."""
        if not self.plan.needs_time:
            return {}
        return {"t": self.builder.let("t", (Cast(step, "f64") + fraction) * self.dt)}

    def wave(
        self, row: Value, fraction: Value | float | None
    ) -> dict[tuple[str, int], list[Value]]:
        """The waveform coefficients of a step, or their value at a fraction of it, for each term.

        Args:
            row: the step's number within the slice.
            fraction: from 0 to 1; None gives all three coefficients.
        """
        found: dict[tuple[str, int], list[Value]] = {}
        for name, inputs in self.plan.inputs.items():
            for k, kind in enumerate(inputs.kinds):
                if kind in (SHARED, GAINED):
                    wave = self.array(f"wave_{name}_{k}")
                    parts: list[Value] = [wave[row * 3 + j] for j in range(3)]
                    found[name, k] = [
                        self.builder.let(f"wave_{name}_{k}", part) for part in _at(parts, fraction)
                    ]
        return found

    def inputs(
        self,
        index: Value,
        row: Value,
        wave: Mapping[tuple[str, int], list[Value]],
        fraction: Value | float | None,
        coupled: bool = False,
    ) -> dict[str, Value]:
        """The value of every input of one neuron, under the names that expressions use.

        With `fraction` None the polynomial's coefficients come as `I`, `I__slope` and `I__curve`.
        What gap junctions bring is left out where `coupled` is not set.
        """
        values: dict[str, Value] = {}
        for name, inputs in self.plan.inputs.items():
            totals: list[Value | None] = [None, None, None]
            if inputs.base:
                totals[0] = self.array(f"base_{name}")[index]
            for k, kind in enumerate(inputs.kinds):
                if kind == COUPLED and not coupled:
                    continue
                parts = self._term(name, k, kind, index, row, wave, fraction)
                for j, part in enumerate(parts):
                    old = totals[j]
                    totals[j] = part if old is None else old + part
            count = 3 if fraction is None else 1
            for suffix, total in zip(("", SLOPE, CURVE)[:count], totals, strict=False):
                values[name + suffix] = (
                    as_value(0.0, "f64") if total is None else self.builder.let(name, total)
                )
        return values

    def _term(
        self,
        name: str,
        k: int,
        kind: str,
        index: Value,
        row: Value,
        wave: Mapping[tuple[str, int], list[Value]],
        fraction: Value | float | None,
    ) -> list[Value]:
        if kind == NOISE:
            return [self.array(f"noise_{name}_{k}")[index]]
        if kind == SHARED:
            return wave[name, k]
        if kind == GAINED:
            gain = self.builder.let("gain", self.array(f"gain_{name}_{k}")[index])
            return [gain * part for part in wave[name, k]]
        if kind == DENSE:
            dense, n = self.array(f"dense_{name}_{k}"), self.number("n")
            return _at([dense[(row * 3 + j) * n + index] for j in range(3)], fraction)
        if kind == GRADED:
            place = (row - self.origin("row")) * self.number("stride") + index
            return [self.array(f"graded_{name}")[place]]
        if kind == COUPLED:
            return [self.array(f"flow_{name}")[index]]
        raise ValueError(kind)

    def evaluate(
        self,
        index: Value,
        row: Value,
        step: Value,
        fraction: Value | float,
        states: Mapping[str, Value],
        expression: Expression,
    ) -> Value:
        """An expression of one neuron at a fraction of a step, with only what it depends on."""
        used = mentioned(self.model, expression)
        values = dict(states)
        if "t" in used:
            values |= self.time(step, fraction)
        if used & set(self.model.inputs):
            values |= self.inputs(index, row, self.wave(row, fraction), fraction)
        lower = self.lowering(index, values)
        for name, definition in self.model.definitions.items():
            if name in used:
                lower.define(name, definition)
        return lower(expression)

    def condition(
        self,
        index: Value,
        row: Value,
        step: Value,
        fraction: Value | float,
        states: Mapping[str, Value],
    ) -> Value:
        """Whether the spike condition holds."""
        if self.model.spike is None:
            return as_value(False, "bool")
        return self.evaluate(index, row, step, fraction, states, self.model.spike)

    def held_before(
        self, index: Value, row: Value, step: Value, states: Mapping[str, Value]
    ) -> Value:
        """Whether the spike condition held before a step: as it begins, or the last ended."""
        if not self.plan.remembers:
            return self.condition(index, row, step, 0.0, states)
        now = self.condition(index, row, step, 0.0, states)
        return select(step.equals(0), now, self.array("was", "i8")[index].differs(0))

    def write_spike(self, neuron: Value, row: Value, fraction: Value | float) -> None:
        """Append a spike to the list."""
        b = self.builder
        count = b.let("spikes", self.counter(SPIKES))
        slot = b.let("slot", self.origin("spike_base") + count)
        b.store(self.array("spike_neuron", "i32"), slot, Cast(neuron, "i32"))
        b.store(self.array("spike_row", "i32"), slot, Cast(row, "i32"))
        if not self.plan.networked:
            b.store(self.array("spike_fraction"), slot, fraction)
        self.set_counter(SPIKES, count + 1)

    def write_fault(self, neuron: Value, row: Value, what: int) -> None:
        """Leave word of a fault, if none is earlier; no block then goes further than this step."""
        is_first = self.counter(FAULT).equals(0) | (row + 1 < self.counter(LIMIT))
        with self.builder.when(is_first):
            self.set_counter(FAULT, what)
            self.set_counter(FAULT_NEURON, neuron)
            self.set_counter(LIMIT, row + 1)


def mentioned(model: Model, expression: Expression) -> set[str]:
    """The names an expression depends on, named expressions among them."""
    found: set[str] = set()
    pending = set(names(expression))
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            if name in model.definitions:
                pending |= names(model.definitions[name])
    return found


def _at(parts: list[Value], fraction: Value | float | None) -> list[Value]:
    if fraction is None:
        return parts
    if isinstance(fraction, float) and fraction == 0.0:
        return parts[:1]
    return [fma(fma(parts[2], fraction, parts[1]), fraction, parts[0])]
