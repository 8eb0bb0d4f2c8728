"""Events of many slow Poisson processes: how many a group of them has, then whose each is.

The sum of independent Poisson processes is one, and each of its events is of any of them with the
probability of its share. So a group of 256 neurons takes one number for how many events all have
in a step, and one more for each event; processes of unlike rates are drawn at the largest rate, and
an event is kept with the probability that its own rate has of it. The law of every neuron is the
very same as where each draws its own count, and events of different neurons are independent.

The events depend on (seed, stream, neuron, step) and the rates alone: a group that two threads
share is drawn by both, and each keeps its own neurons.
"""

from __future__ import annotations

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Array, Cast, Function, Name, Value, select
from rheobase.compiler.kernels.random import uniform

GROUP = 256
# At so many events a group and step, of which there are never more than MOST.
LARGEST_MEAN, MOST = 4.0, 64


@written_once
def emit_sparse(each: bool) -> Function:
    """`emit_sparse`: the events of sources `from` to `to` in rows `row` to `last_row` of a call.

    They are appended to `spike_neuron` and `spike_row` from `spike_base` on, by row and then by
    neuron, a neuron as often as it has events; `counters[counter_slot]` becomes their number, for
    which the caller gives room. `group_mean` is 256 times the largest expected number of events of
    a neuron and step, `group_zero` is exp(-group_mean).

    Args:
        each: whether each neuron has a mean of its own: `mean[i]`.
    """
    b = Builder(f"emit_sparse{'_each' if each else ''}", inline=False)
    first, last = b.scalar("from", "i64"), b.scalar("to", "i64")
    row, last_row, first_step = (b.scalar(s, "i64") for s in ("row", "last_row", "first_step"))
    spike_base, slot = b.scalar("spike_base", "i64"), b.scalar("counter_slot", "i64")
    seed, stream = b.scalar("seed", "i64"), b.scalar("stream", "i64")
    mean, zero = b.scalar("group_mean"), b.scalar("group_zero")
    means = b.array("mean") if each else None
    counters = b.array("counters", "i64")
    neurons, rows = b.array("spike_neuron", "i32"), b.array("spike_row", "i32")
    found = b.local("found", "i64", MOST)
    end = b.variable("end", spike_base)
    groups = b.let("groups", (last + (GROUP - 1)) // GROUP)
    with (
        b.loop("r", row, last_row) as r,
        b.loop("group", first // GROUP, select(first < last, groups, 0)) as group,
    ):
        step = b.let("step", first_step + r)
        u = b.let("u", uniform()(seed, stream, group, step))
        with b.when(u > zero):
            count = _count(b, u, mean, zero)
            kept = b.variable("kept", 0, "i64")
            with b.loop("event", 0, count) as event:
                place = uniform()(seed, stream + 1, group * MOST + event, step)
                scaled = b.let("scaled", place * float(GROUP))
                j = b.let("j", Cast(scaled, "i64"))
                neuron = b.let("neuron", group * GROUP + j)
                inside: Value = (neuron >= first) & (neuron < last)
                with b.when(inside):
                    if means is None:
                        _insert(b, found, kept, neuron)
                    else:
                        share = b.let("share", (scaled - Cast(j, "f64")) * mean)
                        with b.when(share < means[neuron] * float(GROUP)):
                            _insert(b, found, kept, neuron)
            with b.loop("k", 0, kept) as k:
                b.store(neurons, end + k, Cast(found[k], "i32"))
                b.store(rows, end + k, Cast(r, "i32"))
            b.assign(end, end + kept)
    b.store(counters, slot, end - spike_base)
    return b.function()


def _count(b: Builder, u: Value, mean: Value, zero: Value) -> Value:
    """The number of terms of the cumulative distribution that `u` exceeds."""
    term, total = b.variable("term", zero), b.variable("total", zero)
    count = b.variable("count", 0, "i64")
    with b.repeat((u > total) & (count < MOST)):
        b.assign(count, count + 1)
        b.assign(term, term * (mean / Cast(count, "f64")))
        b.assign(total, total + term)
    return count


def _insert(b: Builder, found: Array, kept: Name, neuron: Value) -> None:
    """Put a neuron into its place among those found so far."""
    at = b.variable("at", kept, "i64")
    going = b.variable("going", 1, "i64")
    with b.repeat(going.differs(0) & (at > 0)):
        before = b.let("before", found[at - 1])
        with b.when(before > neuron):
            b.store(found, at, before)
            b.assign(at, at - 1)
        with b.otherwise():
            b.assign(going, 0)
    b.store(found, at, neuron)
    b.assign(kept, kept + 1)
