"""Arrays of random numbers: the values of synapses and neurons that a distribution gives."""

from __future__ import annotations

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Function
from rheobase.compiler.kernels.random import FUNCTIONS


def numbers_kernel(name: str) -> Function:
    """`out[i]` for the places from `first` on: a number of a law of `kernels/random.py`.

    A place counts to 2^63: its low 32 bits are the neuron of the counter, its high ones the high
    bits of the step, whose low ones are `attempt`.
    """
    b = Builder(f"numbers_{name}", inline=False)
    n, seed, stream = b.scalar("n", "i64"), b.scalar("seed", "i64"), b.scalar("stream", "i64")
    first, attempt, out = b.scalar("first", "i64"), b.scalar("attempt", "i64"), b.array("out")
    with b.loop("i", 0, n, vector=True) as i:
        place = b.let("place", first + i)
        step = b.let("step", ((place >> 32) << 32) | attempt)
        b.store(out, i, FUNCTIONS[name]()(seed, stream, place, step))
    return b.function()
