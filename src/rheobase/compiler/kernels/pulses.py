"""The kernel of a projection whose receptors bind transmitter: one tick, by one thread.

    spikes of one pulse ago that none has followed: transmitter goes
    spikes of this tick: transmitter comes where there is none

Whether there is transmitter at a synapse, and what its receptors x do, follows from the spikes of
its source alone: x has one value a source, found from the last moment at which transmitter came or
went. When it comes, every synapse of the source sends w and w x on to its target, over its delay;
when it goes, the same with a minus, and the x of then.

Between such moments x is multiplied by the powers 1, 2, 4, ... of one step that make up the time.
Every thread keeps its own copy of what sources have, so none waits for another.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rheobase.compiler.apart import apart, ring_base
from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Array, Cast, Function, Name, Value
from rheobase.compiler.kernels.exchange import NARROW, Form, unsigned
from rheobase.compiler.network import TARGET

# Powers of a step: of any time that an integer of 64 bits holds.
LEVELS = 63
ON, OFF = "on", "off"


@written_once
def pulse_kernel(form: Form, gate: str, bound: tuple[str, ...]) -> Function:
    """One tick of such a projection; see above. Those alike share it.

    Args:
        form: how its synapses are stored.
        gate: the state of the target that w is added to.
        bound: those that w x is added to, one a state of the receptors.
    """
    name = "__".join((form.name.replace("deliver", "pulses"), gate, *bound))
    return _Writer(form, gate, bound, name).write()


class _Writer:
    def __init__(self, form: Form, gate: str, bound: tuple[str, ...], name: str) -> None:
        self.form, self.gate, self.bound = form, gate, bound
        self.b = Builder(name, inline=False)
        self.tick, self.thread = self.number("tick"), self.number("thread")
        self.threads = self.number("threads")

    def array(self, name: str, type: str = "f64") -> Array:
        """An array parameter, by name."""
        return self.b.shared_array(name, type)

    def number(self, name: str, type: str = "i64") -> Name:
        """A scalar parameter, by name."""
        return self.b.shared_scalar(name, type)

    def write(self) -> Function:
        """The whole function."""
        b, latest, there = self.b, self.array("latest", "i64"), self.array("there", "i64")
        own = b.let("own", self.thread * self.number("sources"))
        ago = b.let("ago", self.tick - self.number("duration"))
        with self.spikes(ago) as neuron:
            place = b.let("place", own + neuron)
            is_last = latest[place].equals(ago) & there[place].differs(0)
            with b.when(is_last):
                b.store(there, place, 0)
                self.send(neuron, self.advanced(place, ON), -1.0)
        with self.spikes(self.tick) as neuron:
            place = b.let("place", own + neuron)
            b.store(latest, place, self.tick)
            with b.when(there[place].equals(0)):
                b.store(there, place, 1)
                self.send(neuron, self.advanced(place, OFF), 1.0)
        return b.function()

    @contextmanager
    def spikes(self, tick: Value) -> Iterator[Value]:
        """The sources that fired at a tick, in order."""
        b, neurons = self.b, self.array("source_past_neuron", "i32")
        counts, bases = (self.array(f"source_past_{n}", "i64") for n in ("counts", "bases"))
        rooms = self.array("source_past_rooms", "i64")
        with b.when(tick >= 0), b.loop("list", 0, self.threads) as listed:
            turns = self.number("source_past_turns")
            slot, own = b.let("slot", tick % turns), listed * apart(turns)
            first = b.let("first", bases[listed] + slot * rooms[listed])
            with b.loop("s", first, first + counts[own + slot]) as s:
                yield b.let("neuron", Cast(neurons[s], "i64"))

    def advanced(self, place: Value, how: str) -> list[Name]:
        """The receptors of a source now, after a time with transmitter or without."""
        b, known = self.b, self.array("known", "i64")
        count = len(self.bound)
        states = [self.array(f"x_{k}") for k in range(count)]
        x = [b.variable(f"x_{k}_now", state[place]) for k, state in enumerate(states)]
        left = b.variable("left", self.tick - known[place])
        at = b.variable("power", 0, "i64")
        powers = self.array(f"powers_{how}")
        with b.repeat(left > 0):
            with b.when((left & 1).equals(1)):
                new = [self.row(powers, at + k * (count + 1), x) for k in range(count)]
                for variable, value in zip(x, new, strict=True):
                    b.assign(variable, value)
            b.assign(left, left >> 1)
            b.assign(at, at + count * (count + 1))
        b.store(known, place, self.tick)
        for state, value in zip(states, x, strict=True):
            b.store(state, place, value)
        return x

    def row(self, powers: Array, at: Value, x: list[Name]) -> Name:
        """One state of the receptors after a power of two of steps."""
        total: Value = powers[at + len(x)]
        for k, state in enumerate(x):
            total = total + powers[at + k] * state
        return self.b.let("moved", total)

    def send(self, neuron: Value, x: list[Name], sign: float) -> None:
        """Transmitter comes or goes at this thread's synapses of a source."""
        b, rows = self.b, self.array("rows", "i64")
        entry = b.let("entry", neuron * self.threads + self.thread)
        turns = self.number(f"{TARGET}rows_{self.gate}")
        stride = self.number(f"{TARGET}ring_stride")
        own: Value = self.array(f"{TARGET}ranges", "i64")[self.thread]
        base = b.let("base", ring_base(self.thread, turns, stride, own))
        rings = [self.array(f"{TARGET}ring_{state}") for state in (self.gate, *self.bound)]
        with b.loop("k", rows[entry], rows[entry + 1]) as k:
            late = b.let("late", (self.tick + self.delay(k)) % turns)
            place = b.let("to", base + late * stride + self.target(k))
            weight = b.let("w", self.weight(k) * sign)
            for ring, factor in zip(rings, (None, *x), strict=True):
                value = weight if factor is None else weight * factor
                b.store(ring, place, ring[place] + value)

    def target(self, k: Value) -> Value:
        """The target of a synapse."""
        targets = self.array("targets", self.form.targets)
        return unsigned(targets[k], 16) if self.form.targets == NARROW else Cast(targets[k], "i64")

    def weight(self, k: Value) -> Value:
        """Its weight."""
        if self.form.weights is None:
            return self.number("weight", "f64")
        stored = self.array("weights", self.form.weights)[k]
        return stored if self.form.weights == "f64" else Cast(stored, "f64")

    def delay(self, k: Value) -> Value:
        """Its delay."""
        if self.form.delays is None:
            return self.number("delay")
        stored = self.array("delays", self.form.delays)[k]
        return unsigned(stored, 8 if self.form.delays == "i8" else 16)


__all__ = ["LEVELS", "OFF", "ON", "pulse_kernel"]
