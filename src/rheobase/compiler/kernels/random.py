"""Random numbers from a counter: the same for any number of threads, in any order, for ever.

Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, 2011, "Parallel random numbers: as easy as 1, 2, 3")
is a keyed mixing of a counter of four 32-bit words. The key is the seed; the counter is (neuron,
stream, step), so nothing is stored between steps. A stream names a use within a neuron, so that two
noises are independent. Neuron and stream count modulo 2^32, seed and step modulo 2^64.

Each block gives two numbers: `uniform` and `uniform_second`, or `normal` and `normal_second`; asked
for with the same arguments in one loop, a pair costs one block. The two are independent; a uniform
and a normal number of one (seed, stream, neuron, step) are not: give them streams of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import (
    Bits,
    Function,
    Operand,
    Value,
    as_value,
    fma,
    logical_shift,
    primitive,
)
from rheobase.compiler.kernels.elementary.exponential import ROUNDER
from rheobase.compiler.kernels.elementary.logarithm import log
from rheobase.compiler.kernels.elementary.trigonometric import cosine_pair, quadrant, sine_pair

MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)  # the golden ratio and sqrt(3) - 1, as 32-bit fractions
ROUNDS = 10
HALF_PI = 1.5707963267948966
_WORD = 0xFFFFFFFF
_ONE = 1023 << 52  # the pattern of 1.0


def write_philox(b: Builder, counter: Sequence[Operand], key: Sequence[Operand]) -> list[Value]:
    """Write Philox 4x32-10; every word is an i64 that holds 32 bits.

    Args:
        b: where to write.
        counter: four words.
        key: two words.

    Returns:
        Four random words.
    """
    words = [as_value(word, "i64") for word in counter]
    keys = [as_value(word, "i64") for word in key]
    for turn in range(ROUNDS):
        if turn:
            keys = [
                b.let("key", (part + weyl) & _WORD) for part, weyl in zip(keys, WEYL, strict=True)
            ]
        first = b.let("product", words[0] * MULTIPLIERS[0])
        second = b.let("product", words[2] * MULTIPLIERS[1])
        words = [
            b.let("word", logical_shift(second, 32) ^ words[1] ^ keys[0]),
            b.let("word", second & _WORD),
            b.let("word", logical_shift(first, 32) ^ words[3] ^ keys[1]),
            b.let("word", first & _WORD),
        ]
    return words


def _block(b: Builder) -> list[Value]:
    """Add the four parameters and write their block."""
    seed, stream, neuron, step = (b.scalar(n, "i64") for n in ("seed", "stream", "neuron", "step"))
    counter = (neuron & _WORD, stream & _WORD, step & _WORD, logical_shift(step, 32))
    return write_philox(b, counter, (seed & _WORD, logical_shift(seed, 32)))


def write_uniform(b: Builder, first: Value, second: Value) -> Value:
    """Write the number of 52 random bits, and a half, in (0, 1); its mean is exactly 1/2."""
    bits = (first << 20) | logical_shift(second, 12)
    return b.let("uniform", Bits(bits | _ONE, "f64") - (1.0 - 2.0**-53))


def _uniform(name: str, start: int) -> Function:
    b = Builder(name, "f64")
    words = _block(b)
    b.result(write_uniform(b, words[start], words[start + 1]))
    return b.function()


def _normal(name: str, quarters: int) -> Function:
    """sqrt(-2 log u) cos(2 pi w) or sin, of two uniform numbers (Box and Muller, 1958)."""
    b = Builder(name, "f64")
    words = _block(b)
    u, w = write_uniform(b, words[0], words[1]), write_uniform(b, words[2], words[3])
    radius = b.let("radius", primitive("sqrt", log()(u) * -2.0))
    # In quarter turns the angle is reduced exactly.
    shifted = b.let("shifted", fma(w, 4.0, ROUNDER))
    angle = b.let("angle", fma(w, 4.0, ROUNDER - shifted) * HALF_PI)
    nothing = as_value(0.0, "f64")
    sine, sine_rest = sine_pair(b, angle, nothing)
    cosine, cosine_rest = cosine_pair(b, angle, nothing)
    turns = b.let("turns", Bits(shifted, "i64") + quarters)
    b.result(radius * quadrant(b, turns, sine + sine_rest, cosine + cosine_rest))
    return b.function()


# Each is written when it is first asked for: `uniform()` is a function of the loop language.
uniform = written_once(partial(_uniform, "uniform", 0))
uniform_second = written_once(partial(_uniform, "uniform_second", 2))
normal = written_once(partial(_normal, "normal", 1))
normal_second = written_once(partial(_normal, "normal_second", 0))

FUNCTIONS: dict[str, Callable[[], Function]] = {
    "uniform": uniform,
    "uniform_second": uniform_second,
    "normal": normal,
    "normal_second": normal_second,
}
