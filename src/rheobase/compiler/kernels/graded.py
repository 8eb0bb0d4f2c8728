"""Graded projections: sums of outputs, weighted and delayed, for every step of a slice.

The output of a neuron at the last ticks stands in a row of its own, the output at tick t in place
t % turns; the first `LANES` places are there once more behind the last, so that as many outputs in
a row can be read from any place on. A slice reads what was sent before it began, so each thread
adds up for its own targets all steps of the slice at once, and a weight is read once for many.

A target's sum of one step begins at 0 and takes source after source, each by a fused multiply-add,
and the projections one after another: it has the same bits however the targets are shared out and
the steps cut into slices.
"""

from __future__ import annotations

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.constants import Constants
from rheobase.compiler.kernel import Array, Cast, Function, Name, Value, as_value, fma, select
from rheobase.compiler.kernels.exchange import NARROW, Form, unsigned
from rheobase.compiler.kernels.scene import Scene
from rheobase.compiler.plan import OUTPUT, Plan, Sent
from rheobase.model.expression import Symbol

# Steps that a sparse projection takes at once, and outputs that can be read in a row.
LANES = 8
# Weights of a dense projection: targets a block, and sources that are taken together while their
# weights are in the first-level cache, where the next ones have room too: they are sent for
# meanwhile. Sources are made up to a multiple with weights of 0.
BLOCK, SOURCES = 128, 16
# Sources of a tile. Their outputs of three steps are held in registers while targets go by, and of
# fewer where that leaves no step alone.
_ROWS = 8


def send(scene: Scene, sent: Sent, row: Value, step: Value) -> None:
    """Put an output of a block where targets find it: at the end of a step, or as it begins."""
    b, name, values = scene.builder, sent.name, scene.scratch(f"value_{sent.name}")
    fraction = 0.0 if sent.begins else 1.0
    with scene.neurons() as (i, j):
        states = scene.load_states(i)
        value = scene.evaluate(i, row, step, fraction, states, Symbol(name))
        b.store(values, j, value)
    turns, ring = scene.number(f"turns_{name}"), scene.array(f"sent_{name}")
    place = b.let("place", (step if sent.begins else step + 1) % turns)
    with b.loop("j", 0, scene.count) as j:
        b.store(ring, (scene.base + j) * (turns + LANES) + place, values[j])
        # Its difference from itself is 0, but for what is no finite number.
        with b.when(~(values[j] - values[j]).equals(0.0)):
            scene.write_fault(scene.base + j, row, OUTPUT + scene.plan.sends.index(sent))
    with b.when(place < LANES), b.loop("j", 0, scene.count) as j:
        b.store(ring, (scene.base + j) * (turns + LANES) + turns + place, values[j])


def beginning_kernel(plan: Plan, constants: Constants, name: str) -> Function:
    """What a population sent before the beginning: its outputs of the first values."""
    scene = Scene(name, plan, constants)
    for sent in plan.sends:
        _fill(scene, sent)
    return scene.builder.function()


def _fill(scene: Scene, sent: Sent) -> None:
    b, name = scene.builder, sent.name
    ring, width = scene.array(f"sent_{name}"), scene.number(f"turns_{name}") + LANES
    zero = as_value(0, "i64")
    with b.loop("i", 0, scene.number("n")) as i:
        states = scene.load_states(i)
        value = b.let("value", scene.evaluate(i, zero, zero, 0.0, states, Symbol(name)))
        with b.loop("k", 0, width) as k:
            b.store(ring, i * width + k, value)


@written_once
def clear_sums() -> Function:
    """Begin the sums of targets `from` to `to` with 0, for `length` steps."""
    b = Builder("graded_clear", inline=False)
    sums = b.array("sums")
    first, last, length, stride = (b.scalar(s, "i64") for s in ("from", "to", "length", "stride"))
    with b.loop("k", 0, length) as k, b.loop("i", first, last, vector=True) as i:
        b.store(sums, k * stride + i, 0.0)
    return b.function()


@written_once
def add_dense(weights: str) -> Function:
    """Add a projection from every neuron to every one, with one delay.

    The weights stand by blocks of targets, `first_block` being the first of the thread; in a block
    by sources; and of a source target after target. `sources` is a multiple of `SOURCES`, and
    `place` that of the output which the slice's first step reads.
    """
    b = Builder(f"graded_dense_{weights}", inline=False)
    weight, rates, sums = b.array("weights", weights), b.array("rates"), b.array("sums")
    names = ("from", "to", "first_block", "sources", "length", "stride", "turns", "place")
    first, last, first_block, sources, length, stride, turns, place = (
        b.scalar(n, "i64") for n in names
    )
    width = b.let("width", turns + LANES)
    a_line = 64 // int(weights[1:]) * 8
    tiles = (length + 2) // 3 * (SOURCES // _ROWS)
    share = b.let("share", (SOURCES * BLOCK // a_line + tiles - 1) // tiles)
    with b.loop("block", 0, (last - first + (BLOCK - 1)) // BLOCK) as block:
        low = b.let("low", first + block * BLOCK)
        count = b.let("count", select(last - low < BLOCK, last - low, as_value(BLOCK, "i64")))
        begin = b.let("begin", (first_block + block) * sources)
        with b.loop("some", 0, sources // SOURCES) as some:
            k, at = b.variable("k", 0, "i64"), b.variable("at", place)
            sent = b.variable("sent", (begin + (some + 1) * SOURCES) * BLOCK, "i64")
            with b.repeat(k < length):
                left = b.let("left", length - k)
                known = (width, stride, count, k * stride + low)
                three = left.equals(3) | (left >= 5)
                steps = b.let("steps", select(three, 3, select(left >= 2, 2, as_value(1, "i64"))))
                for columns in (1, 2, 3):
                    with b.when(steps.equals(columns)), b.loop("part", 0, SOURCES // _ROWS) as part:
                        source = b.let("source", some * SOURCES + part * _ROWS)
                        places = ((begin + source) * BLOCK, source * width + at)
                        tile = _tile(weights, columns)
                        b.evaluate(tile(weight, rates, sums, *places, *known))
                        with b.loop("line", 0, share) as line:
                            b.prefetch(weight, sent + line * a_line)
                        b.assign(sent, sent + share * a_line)
                b.assign(k, k + steps)
                b.assign(at, at + steps)
                b.assign(at, select(at < turns, at, at - turns))
    return b.function()


@written_once
def _tile(weights: str, columns: int) -> Function:
    """A few sources and steps onto a block of targets."""
    b = Builder(f"graded_tile_{weights}_{columns}", inline=False)
    weight, rates, sums = b.array("weights", weights), b.array("rates"), b.array("sums")
    names = ("weights_at", "rates_at", "width", "stride", "count", "sums_at")
    weights_at, rates_at, width, stride, count, sums_at = (b.scalar(n, "i64") for n in names)
    rate = [
        [b.let("rate", rates[rates_at + s * width + k]) for k in range(columns)]
        for s in range(_ROWS)
    ]
    with b.loop("i", 0, count, vector=True) as i:
        own = [b.let("weight", _wide(weight[weights_at + s * BLOCK + i])) for s in range(_ROWS)]
        for k in range(columns):
            total: Value = sums[sums_at + k * stride + i]
            for s in range(_ROWS):
                total = fma(own[s], rate[s][k], total)
            b.store(sums, sums_at + k * stride + i, total)
    return b.function()


@written_once
def add_sparse(form: Form) -> Function:
    """Add a projection that is stored by rows, as those of spikes are.

    `LANES` steps are taken together, the last ones of a slice with some that nobody reads. `apart`
    has a place for each of them and of the targets.
    """
    b = Builder(f"graded_{form.name}", inline=False)
    rates, sums, apart = b.array("rates"), b.array("sums"), b.array("apart")
    rows, targets = b.array("rows", "i64"), b.array("targets", form.targets)
    weights = b.array("weights", form.weights) if form.weights else None
    delays = b.array("delays", form.delays) if form.delays else None
    weight = None if form.weights else b.scalar("weight")
    names = ("from", "to", "thread", "threads", "sources", "length", "stride", "turns", "place")
    first, last, thread, threads, sources, length, stride, turns, place = (
        b.scalar(n, "i64") for n in names
    )
    width = b.let("width", turns + LANES)
    with b.loop("part", 0, (length + (LANES - 1)) // LANES) as part:
        begin = b.let("begin", part * LANES)
        with b.loop("e", first * LANES, last * LANES, vector=True) as e:
            b.store(apart, e, 0.0)
        at = b.let("at", (place + begin) % turns)
        with b.loop("source", 0, sources) as source:
            entry = b.let("entry", source * threads + thread)
            with b.loop("s", rows[entry], rows[entry + 1]) as s:
                target: Value = Cast(targets[s], "i64")
                if form.targets == NARROW:
                    target = unsigned(targets[s], 16)
                own = b.let("own", target * LANES)
                from_ = b.let("from", source * width + _sent_at(b, delays, s, at, turns, form))
                w = b.let("w", _wide(weights[s]) if weights is not None else _or_zero(weight))
                with b.loop("k", 0, LANES, vector=True) as k:
                    b.store(apart, own + k, fma(w, rates[from_ + k], apart[own + k]))
        end = select(length < begin + LANES, length, begin + LANES)
        with b.loop("k", begin, end) as k, b.loop("i", first, last, vector=True) as i:
            there = k * stride + i
            b.store(sums, there, sums[there] + apart[i * LANES + (k - begin)])
    return b.function()


def _sent_at(
    b: Builder, delays: Array | None, s: Value, at: Name, turns: Value, form: Form
) -> Value:
    """The place of the first output that a synapse reads; of one delay `at` allows for it."""
    if delays is None:
        return at
    late = b.let("late", at - unsigned(delays[s], 8 if form.delays == "i8" else 16))
    return select(late < 0, late + turns, late)


def _wide(value: Value) -> Value:
    return value if value.type == "f64" else Cast(value, "f64")


def _or_zero(weight: Value | None) -> Value:
    return as_value(0.0, "f64") if weight is None else weight
