"""What happens between two slices of a network: spikes put in order, delivered, kept.

Every thread keeps the spikes of its own neurons in its own part of a list, so the spikes of one
step in the order of neurons are those of the first thread, then of the second, and so on. Each
delivers all of them to its own targets: nobody writes where another one does, and a target adds up
what arrives in an order that does not depend on the number of threads.
"""

from __future__ import annotations

from rheobase.compiler.apart import apart
from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Array, Cast, Function, Value, as_value, select
from rheobase.records import Record

# How targets lie in memory, by the type of the array that holds them.
NARROW, WIDE = "i16", "i32"
# Rows lie anywhere in memory: so many spikes before its turn a row's targets are sent for, and so
# many before it where they begin.
_TARGETS_AHEAD, _ROW_AHEAD = 4, 8


class Form(Record):
    """How the synapses of a projection are stored.

    Attributes:
        targets: `NARROW` (the bits of an unsigned number) or `WIDE`.
        weights: "f32" or "f64" for a weight a synapse; None for one weight.
        delays: "i8" or "i16" (the bits of unsigned numbers) for a delay a synapse; None for one.
    """

    targets: str = NARROW
    weights: str | None = None
    delays: str | None = None

    @property
    def name(self) -> str:
        """The name of the function that delivers it."""
        return f"deliver_{self.targets}_{self.weights or 'one'}_{self.delays or 'one'}"


@written_once
def order_spikes() -> Function:
    """Sort a thread's spikes of a slice by step; those of a step are by neuron already.

    `starts[start_base + k]` becomes the place in the thread's part of the list where the spikes of
    row `row + k` begin, and the entry after the last row their number.
    """
    b = Builder("order_spikes", inline=False)
    neurons, rows = b.array("spike_neuron", "i32"), b.array("spike_row", "i32")
    ordered, starts = b.array("ordered", "i32"), b.array("starts", "i64")
    names = ("spike_base", "ordered_base", "start_base", "count", "row", "length")
    spike_base, ordered_base, start_base, count, row, length = (b.scalar(n, "i64") for n in names)
    with b.loop("k", 0, length + 1) as k:
        b.store(starts, start_base + k, 0)
    with b.loop("s", 0, count) as s:
        place = start_base + 1 + Cast(rows[spike_base + s], "i64") - row
        b.store(starts, place, starts[place] + 1)
    with b.loop("k", 0, length) as k:
        b.store(starts, start_base + k + 1, starts[start_base + k] + starts[start_base + k + 1])
    # Each row's start serves as its pen; afterwards every pen stands at the next row's start.
    with b.loop("s", 0, count) as s:
        here = b.let("here", start_base + Cast(rows[spike_base + s], "i64") - row)
        pen = b.let("pen", starts[here])
        b.store(ordered, ordered_base + pen, neurons[spike_base + s])
        b.store(starts, here, pen + 1)
    with b.loop("k", 0, length) as k:
        b.store(starts, start_base + length - k, starts[start_base + length - k - 1])
    b.store(starts, start_base, 0)
    return b.function()


def unsigned(value: Value, bits: int) -> Value:
    """A number stored in the bits of a signed type, as what it is."""
    return Cast(value, "i64") & ((1 << bits) - 1)


@written_once
def deliver(form: Form) -> Function:
    """Add what the spikes `first` to `last` of a list bring to the targets of one part.

    The synapses of neuron i onto part p stand at `rows[i * parts + p]` up to the next entry. A
    spike of tick t over a delay d reaches row (t + d) modulo `turns` of the part's ring, in which
    target i stands at `base + row * stride + i`. The list goes on up to `end`, with the spikes of
    later steps.
    """
    b = Builder(form.name, inline=False)
    ordered, rows = b.array("ordered", "i32"), b.array("rows", "i64")
    targets, ring = b.array("targets", form.targets), b.array("ring")
    weights = b.array("weights", form.weights) if form.weights else None
    delays = b.array("delays", form.delays) if form.delays else None
    weight = None if form.weights else b.scalar("weight")
    names = ("first", "last", "end", "part", "parts", "turns", "stride", "turn", "base")
    first, last, end, part, parts, turns, stride, turn, base = (b.scalar(n, "i64") for n in names)
    with b.loop("s", first, last) as s:
        entry = b.let("entry", Cast(ordered[s], "i64") * parts + part)
        with b.when(s + _ROW_AHEAD < end):
            b.prefetch(rows, Cast(ordered[s + _ROW_AHEAD], "i64") * parts + part)
        with b.when(s + _TARGETS_AHEAD < end):
            after = b.let("after", Cast(ordered[s + _TARGETS_AHEAD], "i64") * parts + part)
            for array in (targets, weights, delays):
                if array is not None:
                    _send_for(b, array, rows[after], rows[after + 1])
        with b.loop("k", rows[entry], rows[entry + 1]) as k:
            target: Value = Cast(targets[k], "i64")
            if form.targets == NARROW:
                target = unsigned(targets[k], 16)
            start: Value = base + turn * stride
            if delays is not None:
                late = b.let("late", turn + unsigned(delays[k], 8 if form.delays == "i8" else 16))
                start = base + select(late < turns, late, late - turns) * stride
            place = b.let("place", start + target)
            value = _value(weights, weight, k)
            b.store(ring, place, ring[place] + value)
    return b.function()


def _send_for(b: Builder, array: Array, start: Value, stop: Value) -> None:
    """Prefetch a stretch of an array, a cache line after the other."""
    line = 64 // int(array.type[1:]) * 8
    first = b.let("start", start)
    with b.loop("line", 0, (stop - first + (line - 1)) // line) as k:
        b.prefetch(array, first + k * line)


def _value(weights: Array | None, weight: Value | None, k: Value) -> Value:
    if weights is not None:
        return weights[k] if weights.type == "f64" else Cast(weights[k], "f64")
    return as_value(0.0, "f64") if weight is None else weight


@written_once
def keep_spikes() -> Function:
    """Append the spikes `first` to `last` of a list, all of one row, to what a call returns."""
    b = Builder("keep_spikes", inline=False)
    ordered = b.array("ordered", "i32")
    neurons, rows, kept = (
        b.array("log_neuron", "i32"),
        b.array("log_row", "i32"),
        b.array("kept", "i64"),
    )
    first, last, row, slot = (b.scalar(n, "i64") for n in ("first", "last", "row", "slot"))
    count = b.let("count", kept[slot])
    with b.loop("s", first, last) as s:
        b.store(neurons, count + s - first, ordered[s])
        b.store(rows, count + s - first, Cast(row, "i32"))
    b.store(kept, slot, count + last - first)
    return b.function()


@written_once
def remember() -> Function:
    """Put a thread's spikes of a slice where later slices find them, tick by tick."""
    b = Builder("remember", inline=False)
    ordered, starts = b.array("ordered", "i32"), b.array("starts", "i64")
    neurons, counts = b.array("past_neuron", "i32"), b.array("past_counts", "i64")
    bases, rooms = b.array("past_bases", "i64"), b.array("past_rooms", "i64")
    names = ("thread", "past_turns", "ordered_base", "start_base", "tick", "length")
    thread, turns, ordered_base, start_base, tick, length = (b.scalar(n, "i64") for n in names)
    with b.loop("k", 0, length) as k:
        slot = b.let("slot", (tick + k) % turns)
        place = b.let("place", bases[thread] + slot * rooms[thread])
        first = b.let("first", starts[start_base + k])
        count = b.let("count", starts[start_base + k + 1] - first)
        b.store(counts, thread * apart(turns) + slot, count)
        with b.loop("s", 0, count) as s:
            b.store(neurons, place + s, ordered[ordered_base + first + s])
    return b.function()


@written_once
def replay() -> Function:
    """Put spikes that are given into a thread's list; `given_start[k]` is where row k begins."""
    b = Builder("replay", inline=False)
    given, starts = b.array("given_neuron", "i32"), b.array("given_start", "i64")
    neurons, rows = b.array("spike_neuron", "i32"), b.array("spike_row", "i32")
    counters = b.array("counters", "i64")
    names = ("counter_slot", "spike_base", "row", "last_row")
    slot, base, row, last_row = (b.scalar(n, "i64") for n in names)
    count = b.variable("count", 0, "i64")
    with b.loop("r", row, last_row) as r, b.loop("k", starts[r], starts[r + 1]) as k:
        b.store(neurons, base + count, given[k])
        b.store(rows, base + count, Cast(r, "i32"))
        b.assign(count, count + 1)
    b.store(counters, slot, count)
    return b.function()


@written_once
def divide_rows(targets: str) -> Function:
    """Divide rows, sorted by target, among owners: `places[i * owners + k]` begins owner k's part.

    Owner k has the targets from `edges[k]` up to `edges[k + 1]`.
    """
    b = Builder(f"divide_rows_{targets}", inline=False)
    starts, reached = b.array("starts", "i64"), b.array("targets", targets)
    edges, places = b.array("edges", "i64"), b.array("places", "i64")
    rows, owners = b.scalar("rows", "i64"), b.scalar("owners", "i64")
    with b.loop("i", 0, rows) as i:
        place = b.variable("place", starts[i], "i64")
        end = b.let("end", starts[i + 1])
        with b.loop("k", 0, owners) as k:
            b.store(places, i * owners + k, place)
            going = b.variable("going", 1, "i64")
            with b.repeat((place < end) & going.differs(0)):
                target: Value = Cast(reached[place], "i64")
                if targets == NARROW:
                    target = unsigned(reached[place], 16)
                # Named, for what is not named is read again where it is used.
                inside = b.let("inside", target < edges[k + 1])
                b.assign(place, select(inside, place + 1, place))
                b.assign(going, Cast(inside, "i64"))
    b.store(places, rows * owners, starts[rows])
    return b.function()
