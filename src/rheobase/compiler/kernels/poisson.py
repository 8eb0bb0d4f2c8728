"""Poisson counts, exact: how many events a neuron gets, or a source sends, in one step.

A count is the number of terms of the cumulative distribution that a uniform number u exceeds: with
p_0 = exp(-mean) and p_k = p_(k-1) mean/k, the count is the number of k with u > p_0 + ... + p_k.
u has 52 random bits, so the law is right to 2^-53. A block of 256 neurons is compared with one
term after the other, in vectors and without branches, until a term exceeds every u of the block:
at a mean of 2 that is some nine terms, not the twenty-five that the smallest tail would take.

Two neurons share a block of random words: in each group of 16, neuron k and neuron k + 8. The count
depends on (seed, stream, neuron, step) and the mean alone.
"""

from __future__ import annotations

import math

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Array, Cast, Function, Name, Value, as_value, select
from rheobase.compiler.kernels.random import write_philox, write_uniform
from rheobase.errors import ParameterError

BLOCK = 256
# Neurons that share words lie in one group; threads part between groups.
GROUP, HALF = 16, 8
TERMS_A_PASS = 4
# Beyond it exp(-mean) nears the end of the doubles, and the number of terms is a burden.
LARGEST_MEAN = 500.0
_WORD = 0xFFFFFFFF
_TAIL = 2.0**-53


def terms_of(mean: float) -> int:
    """How many terms a mean takes: beyond them less than 2^-53 is left.

    Args:
        mean: the expected number of events a step.

    Raises:
        ParameterError: for a mean that is negative, not finite, or above `LARGEST_MEAN`.
    """
    if not 0.0 <= mean <= LARGEST_MEAN:
        raise ParameterError(
            f"A Poisson process has {mean:g} events a step; at most {LARGEST_MEAN:g} are drawn.",
            mend="take a smaller dt, or several processes of a lower rate",
        )
    term, k = math.exp(-mean), 0
    # The ratio of terms falls: from here on they are a geometric series at most.
    while k < mean or term * mean >= _TAIL * (k + 1 - mean):
        k += 1
        term *= mean / k
    return -(-(k + 1) // TERMS_A_PASS) * TERMS_A_PASS


@written_once
def uniform_block() -> Function:
    """`poisson_uniforms`: a number in (0, 1) for 256 neurons from `base` on, a multiple of 16."""
    b = Builder("poisson_uniforms", inline=False)
    out = b.array("out")
    seed, stream, base, step = (b.scalar(s, "i64") for s in ("seed", "stream", "base", "step"))
    key = (b.let("key_low", seed & _WORD), b.let("key_high", (seed >> 32) & _WORD))
    rest = [b.let("part", v & _WORD) for v in (stream, step, step >> 32)]
    with b.loop("group", 0, BLOCK // GROUP) as group:
        first = b.let("first", base // 2 + group * HALF)
        place = b.let("place", group * GROUP)
        with b.loop("lane", 0, HALF, vector=True) as lane:
            words = write_philox(b, ((first + lane) & _WORD, *rest), key)
            b.store(out, place + lane, write_uniform(b, words[0], words[1]))
            b.store(out, place + lane + HALF, write_uniform(b, words[2], words[3]))
    return b.function()


@written_once
def count_block() -> Function:
    """`poisson_counts`: the counts of 256 neurons from `base` on, all of one mean.

    Of parameters (counts, seed, stream, base, step, mean, zero, terms): `counts` are floats,
    `zero` is exp(-mean), `terms` what `terms_of` gives. It is called once a block and step.
    """
    b = Builder("poisson_counts", inline=False)
    counts, numbers, base, at = _begin(b)
    mean, zero, terms = b.scalar("mean"), b.scalar("zero"), b.scalar("terms", "i64")
    b.evaluate(uniform_block()(numbers, at[0], at[1], base, at[2]))
    term, total = b.variable("term", zero), b.variable("total", zero)
    k = b.variable("k", 0, "i64")
    above = b.variable("above", 1, "i64")
    with b.repeat(above.differs(0) & (k < terms)):
        bounds = []
        for turn in range(TERMS_A_PASS):
            bounds.append(b.let("bound", total))
            b.assign(term, term * (mean * _inverse(b, k, turn)))
            b.assign(total, total + term)
        b.assign(above, 0)
        with b.loop("j", 0, BLOCK, vector=True) as j:
            found: Value = counts[j]
            for bound in bounds:
                found = found + _exceeds(numbers[j], bound)
            b.store(counts, j, found)
            b.assign(above, above + Cast(numbers[j] > bounds[-1], "i64"))
        b.assign(k, k + TERMS_A_PASS)
    return b.function()


@written_once
def count_block_each() -> Function:
    """`poisson_counts_each`: the counts of `count` neurons from `base` on, each of its own mean.

    Of parameters (counts, seed, stream, base, step, mean, zero, place, count, terms): `mean` and
    `zero` are arrays whose entry `place` is that of neuron `base`; `terms` that of the largest
    mean. `counts` has room for 256.
    """
    b = Builder("poisson_counts_each", inline=False)
    counts, numbers, base, at = _begin(b)
    means, zeros = b.array("mean"), b.array("zero")
    place, count, terms = (b.scalar(s, "i64") for s in ("place", "count", "terms"))
    mean, term, total = (b.local(s, "f64", BLOCK) for s in ("own_mean", "term", "total"))
    b.evaluate(uniform_block()(numbers, at[0], at[1], base, at[2]))
    with b.loop("j", 0, BLOCK, vector=True) as j:
        for array, value in ((mean, 0.0), (term, 0.0), (total, 1.0)):
            b.store(array, j, value)
    with b.loop("j", 0, count, vector=True) as j:
        b.store(mean, j, means[place + j])
        b.store(term, j, zeros[place + j])
        b.store(total, j, zeros[place + j])
    k = b.variable("k", 0, "i64")
    above = b.variable("above", 1, "i64")
    with b.repeat(above.differs(0) & (k < terms)):
        inverse = [_inverse(b, k, turn) for turn in range(TERMS_A_PASS)]
        b.assign(above, 0)
        with b.loop("j", 0, BLOCK, vector=True) as j:
            found: Value = counts[j]
            here, bound = b.let("here", term[j]), b.let("bound", total[j])
            for part in inverse:
                found = found + _exceeds(numbers[j], bound)
                last = bound
                here = b.let("here", here * (mean[j] * part))
                bound = b.let("bound", bound + here)
            b.store(counts, j, found)
            b.store(term, j, here)
            b.store(total, j, bound)
            b.assign(above, above + Cast(numbers[j] > last, "i64"))
        b.assign(k, k + TERMS_A_PASS)
    return b.function()


def emit_kernel(terms: int | None) -> Function:
    """The kernel of a population of Poisson processes; see `emit_poisson`.

    Args:
        terms: None where each process has a rate of its own. Another number changes nothing here:
            how many terms there are is told at run time.
    """
    return emit_poisson(terms is None)


@written_once
def emit_poisson(each: bool) -> Function:
    """`emit_poisson`: the events of sources `from` to `to` in rows `row` to `last_row` of a call.

    They are appended to `spike_neuron` and `spike_row` from `spike_base` on, by row and then by
    neuron, a neuron as often as it has events; `counters[counter_slot]` becomes their number, at
    most `terms` a neuron and row, for which the caller gives room. The expected number of events
    of neuron i in row r stands in ``mean[r * mean_stride + i]``, or for all neurons in
    ``mean[r * mean_stride]``, and exp(-mean) in `zero`; a stride of 0 is a mean that stays.

    Args:
        each: whether each neuron has a mean of its own.
    """
    b = Builder(f"emit_poisson{'_each' if each else ''}", inline=False)
    first, last = b.scalar("from", "i64"), b.scalar("to", "i64")
    row, last_row, first_step = (b.scalar(s, "i64") for s in ("row", "last_row", "first_step"))
    spike_base, slot = b.scalar("spike_base", "i64"), b.scalar("counter_slot", "i64")
    seed, stream = b.scalar("seed", "i64"), b.scalar("stream", "i64")
    stride, terms = b.scalar("mean_stride", "i64"), b.scalar("terms", "i64")
    mean, zero, counters = b.array("mean"), b.array("zero"), b.array("counters", "i64")
    neurons, rows = b.array("spike_neuron", "i32"), b.array("spike_row", "i32")
    counts = b.local("counts", "f64", BLOCK)
    end = b.variable("end", spike_base)
    with (
        b.loop("r", row, last_row) as r,
        b.loop("block", 0, (last - first + (BLOCK - 1)) // BLOCK) as block,
    ):
        base = b.let("base", first + block * BLOCK)
        count = b.let("count", select(last - base < BLOCK, last - base, as_value(BLOCK, "i64")))
        at = (seed, stream, base, first_step + r)
        if each:
            own = (mean, zero, r * stride + base)
            b.evaluate(count_block_each()(counts, *at, *own, count, terms))
        else:
            place = b.let("place", r * stride)
            b.evaluate(count_block()(counts, *at, mean[place], zero[place], terms))
        with b.loop("j", 0, count) as j:
            left = b.variable("left", counts[j])
            with b.repeat(left > 0.0):
                b.store(neurons, end, Cast(base + j, "i32"))
                b.store(rows, end, Cast(r, "i32"))
                b.assign(end, end + 1)
                b.assign(left, left - 1.0)
    b.store(counters, slot, end - spike_base)
    return b.function()


def _begin(b: Builder) -> tuple[Array, Array, Name, tuple[Name, Name, Name]]:
    """The parameters that both kernels of counts begin with, and counts of zero."""
    counts = b.array("counts")
    seed, stream, base, step = (b.scalar(s, "i64") for s in ("seed", "stream", "base", "step"))
    numbers = b.local("numbers", "f64", BLOCK)
    with b.loop("j", 0, BLOCK, vector=True) as j:
        b.store(counts, j, 0.0)
    return counts, numbers, base, (seed, stream, step)


def _inverse(b: Builder, k: Value, turn: int) -> Name:
    return b.let("inverse", 1.0 / Cast(k + (turn + 1), "f64"))


def _exceeds(number: Value, bound: Value) -> Value:
    return select(number > bound, as_value(1.0, "f64"), 0.0)
