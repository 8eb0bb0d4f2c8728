"""Poisson processes whose rates are brought by graded projections."""

from __future__ import annotations

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Function, Value, primitive
from rheobase.compiler.kernels.elementary import FUNCTIONS
from rheobase.compiler.network import COUNTERS
from rheobase.compiler.plan import FAULT, FAULT_NEURON, LIMIT, TOO_MANY_SPIKES

# So many events of one process may be expected in a step.
LARGEST_MEAN = 4.0


@written_once
def drive_poisson() -> Function:
    """`drive_poisson`: what processes `from` to `to` expect in rows `row` to `row + length`.

    To the events expected by themselves, in ``mean[r * mean_stride + i]``, come `dt` times the sums
    of the slice; fewer than 0 are 0. Where there are more than `LARGEST_MEAN`, or what is no
    number, the first process and row are left in the thread's counters, and none are expected.
    """
    b = Builder("drive_poisson", inline=False)
    sums, mean, zero = b.array("sums"), b.array("mean"), b.array("zero")
    counters = b.array("counters", "i64")
    names = ("from", "to", "thread", "row", "length", "stride", "mean_stride")
    first, last, thread, row, length, stride, mean_stride = (b.scalar(n, "i64") for n in names)
    dt, exp = b.scalar("dt"), FUNCTIONS["exp"]
    with b.loop("k", 0, length) as k:
        bad = b.variable("bad", 0, "i64")
        with b.loop("i", first, last, vector=True) as i:
            place = b.let("place", (row + k) * mean_stride + i)
            total = b.let("total", mean[place] + sums[k * stride + i] * dt)
            # What is no number stays so, and is found below.
            expected = b.let("expected", (total + primitive("fabs", total)) * 0.5)
            b.store(mean, place, expected)
            b.store(zero, place, exp(-expected))
        with b.loop("i", first, last) as i:
            place = b.let("place", (row + k) * mean_stride + i)
            within: Value = mean[place] <= LARGEST_MEAN
            with b.when(~within):
                slot = b.let("slot", thread * COUNTERS)
                with b.when(bad.equals(0) & counters[slot + FAULT].equals(0)):
                    b.store(counters, slot + FAULT, TOO_MANY_SPIKES)
                    b.store(counters, slot + FAULT_NEURON, i)
                    b.store(counters, slot + LIMIT, row + k)
                b.assign(bad, 1)
                b.store(mean, place, 0.0)
                b.store(zero, place, 1.0)
    return b.function()
