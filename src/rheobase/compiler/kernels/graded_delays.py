"""Graded projections from every neuron to every one, with a delay for each synapse.

The weights stand as those of one delay do (`compiler.kernels.graded`), and the delays likewise, but
as how much shorter they are than the longest. Of a few sources the outputs that a block of targets
may look up are copied to one place, from the oldest on: what a synapse reads then stands as far
from the beginning as its delay is short, and several steps stand in a row. Machines with vectors
look up slowly what is scattered, so it is the steps that are taken together.

A target's sums begin with what is there and take source after source, by fused multiply-adds.
"""

from __future__ import annotations

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Array, Cast, Function, Name, Value, as_value, fma, select
from rheobase.compiler.kernels.exchange import unsigned
from rheobase.compiler.kernels.graded import BLOCK, LANES

# The longest delay, in steps, and what is copied of a source at most.
LONGEST_OWN = 255
_ROOM = LONGEST_OWN + 1 + LANES
# Sources whose outputs are copied at a time.
_ROWS = 8
# Steps that are taken together where a slice has no more left; otherwise `LANES`. What is read
# beyond the last one is not used.
_FEW = 4


@written_once
def add_delayed(weights: str) -> Function:
    """Add such a projection; `place` is that of the output of the slice's first tick."""
    b = Builder(f"graded_delayed_{weights}", inline=False)
    weight, shorter = b.array("weights", weights), b.array("delays", "i8")
    rates, sums = b.array("rates"), b.array("sums")
    window, apart = b.local("window", "f64", _ROWS * _ROOM), b.local("apart", "f64", BLOCK * LANES)
    names = ("from", "to", "first_block", "sources", "length", "stride", "turns", "place", "reach")
    first, last, first_block, sources, length, stride, turns, place, reach = (
        b.scalar(n, "i64") for n in names
    )
    with b.loop("block", 0, (last - first + (BLOCK - 1)) // BLOCK) as block:
        low = b.let("low", first + block * BLOCK)
        count = b.let("count", select(last - low < BLOCK, last - low, as_value(BLOCK, "i64")))
        begin = b.let("begin", (first_block + block) * sources)
        k = b.variable("k", 0, "i64")
        with b.repeat(k < length):
            left = b.let("left", length - k)
            oldest = b.let("oldest", (place + k + turns - reach) % turns)
            lanes = b.let("lanes", select(left <= _FEW, as_value(_FEW, "i64"), LANES))
            known = b.let("known", select(left < lanes, left, lanes))
            with b.loop("step", 0, known) as step, b.loop("i", 0, count) as i:
                b.store(apart, i * lanes + step, sums[(k + step) * stride + low + i])
            with b.loop("step", known, lanes) as step, b.loop("i", 0, count) as i:
                b.store(apart, i * lanes + step, 0.0)
            with b.loop("some", 0, sources // _ROWS) as some:
                source = b.let("source", some * _ROWS)
                _copy(b, rates, window, source, turns, oldest, reach + lanes)
                at = b.let("at", (begin + source) * BLOCK)
                for many in (_FEW, LANES):
                    with b.when(lanes.equals(many)), b.loop("i", 0, count) as i:
                        _add(b, (weight, shorter, window, apart), at, i, many)
            with b.loop("step", 0, known) as step, b.loop("i", 0, count) as i:
                b.store(sums, (k + step) * stride + low + i, apart[i * lanes + step])
            b.assign(k, k + lanes)
    return b.function()


def _copy(
    b: Builder, rates: Array, window: Array, source: Name, turns: Name, oldest: Name, count: Value
) -> None:
    """Outputs of a few sources, from the oldest on, in a row."""
    before = b.let("before", select(count < turns - oldest, count, turns - oldest))
    with b.loop("s", 0, _ROWS) as s:
        row, there = b.let("row", (source + s) * (turns + LANES)), b.let("there", s * _ROOM)
        with b.loop("m", 0, before, vector=True) as m:
            b.store(window, there + m, rates[row + oldest + m])
        with b.loop("m", before, count, vector=True) as m:
            b.store(window, there + m, rates[row + m - before])


def _add(
    b: Builder, arrays: tuple[Array, Array, Array, Array], at: Name, i: Name, many: int
) -> None:
    """Add what a few sources send to one target, in as many steps."""
    weight, shorter, window, apart = arrays
    for s in range(_ROWS):
        stored = weight[at + s * BLOCK + i]
        own = b.let("own", stored if stored.type == "f64" else Cast(stored, "f64"))
        from_ = b.let("from", unsigned(shorter[at + s * BLOCK + i], 8) + s * _ROOM)
        with b.loop("k", 0, many, vector=True) as k:
            b.store(apart, i * many + k, fma(own, window[from_ + k], apart[i * many + k]))
