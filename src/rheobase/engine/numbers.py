"""Random numbers by place, as arrays: the same whatever is drawn before, beside or after."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rheobase.engine.philox import philox

Numbers = npt.NDArray[np.float64]

# Fewer uniform numbers are made by NumPy, 60 ns each, before a kernel could be compiled.
_FEWEST = 100_000


def uniform(
    key: int,
    stream: int,
    first: int,
    count: int,
    attempt: int = 0,
    target: str = "llvm",
    of: int = 0,
) -> Numbers:
    """Uniform numbers in (0, 1) for `count` places from `first` on.

    Args:
        key: of a population or a projection.
        stream: of its uses one.
        first: the first place.
        count: how many numbers.
        attempt: of independent numbers of one place one, below 2^32.
        target: `"llvm"` or `"python"`, where a kernel is worth it; the bits are the same.
        of: how many numbers are asked for in all, in several calls: how carefully to compile.
    """
    if count >= _FEWEST:
        return _by_kernel("uniform", key, stream, first, count, attempt, target, of)
    place = np.arange(first, first + count, dtype=np.uint64)
    rest: list[Any] = [np.full_like(place, v & 0xFFFFFFFF) for v in (stream, attempt)]
    counter = [place & np.uint64(0xFFFFFFFF), *rest, place >> np.uint64(32)]
    words = philox(counter, (key & 0xFFFFFFFF, (key >> 32) & 0xFFFFFFFF))
    return _from_bits(words[0], words[1])


def normal(
    key: int,
    stream: int,
    first: int,
    count: int,
    attempt: int = 0,
    target: str = "llvm",
    of: int = 0,
) -> Numbers:
    """Standard normal numbers for `count` places from `first` on; arguments as of `uniform`.

    Always made by the kernel: NumPy's sine may differ in the last bit.
    """
    return _by_kernel("normal", key, stream, first, count, attempt, target, of)


def _by_kernel(
    name: str, key: int, stream: int, first: int, count: int, attempt: int, target: str, of: int
) -> Numbers:
    from rheobase.compiler.kernels.connect.numbers import numbers_kernel
    from rheobase.engine.connectivity.kernels import effort, kernel

    out = np.empty(count)
    fill = kernel(numbers_kernel, (name,), target, effort(max(count, of)))
    fill(count, key, stream, first, attempt, out)
    return out


def poisson(
    key: int, stream: int, neurons: npt.NDArray[Any], step: int, mean: Any, zero: Any
) -> npt.NDArray[np.int64]:
    """Poisson counts of neurons in one step: `compiler/kernels/poisson.py` once more, on arrays.

    Args:
        key: of their population.
        stream: of its uses one.
        neurons: which ones.
        step: which step.
        mean: the expected count, one for all or one for each.
        zero: exp(-mean), as the kernel is given it.
    """
    from rheobase.compiler.kernels.poisson import GROUP, HALF, terms_of

    neurons = np.asarray(neurons)
    mean, zero = (np.broadcast_to(np.asarray(v, float), neurons.shape) for v in (mean, zero))
    place = (neurons // GROUP * HALF + neurons % HALF).astype(np.uint64)
    rest: list[Any] = [np.full_like(place, v & 0xFFFFFFFF) for v in (stream, step, step >> 32)]
    counter = [place & np.uint64(0xFFFFFFFF), *rest]
    words = philox(counter, (key & 0xFFFFFFFF, (key >> 32) & 0xFFFFFFFF))
    second = neurons % GROUP >= HALF
    high, low = (np.where(second, words[k + 2], words[k]) for k in range(2))
    number = _from_bits(high, low)
    count = np.zeros(neurons.shape, np.int64)
    term = total = zero
    for k in range(terms_of(float(mean.max(initial=0.0)))):
        count += number > total
        term = term * (mean * (1.0 / (k + 1)))
        total = total + term
    return count


def _from_bits(high: npt.NDArray[np.uint64], low: npt.NDArray[np.uint64]) -> Numbers:
    """52 random bits, and a half, as a number in (0, 1)."""
    bits = (high << np.uint64(20)) | (low >> np.uint64(12)) | np.uint64(1023 << 52)
    return np.asarray(bits.view(np.float64) - (1.0 - 2.0**-53))
