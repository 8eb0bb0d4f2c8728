"""The kernels that draw connections, compiled no more carefully than their work is long."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from rheobase.compiler.kernel import Function
from rheobase.compiler.machine import FULL, LEAST, LIGHT
from rheobase.compiler.pipeline import load

Kernel = Callable[..., Any]

# Synapses from which compiling with more care takes less time in all. Measured for Bernoulli rows:
# 6, 20 and 45 ms to compile, and then 30, 15 and 4 ns a synapse; other kernels differ by less.
_LIGHT, _FULL = 1_000_000, 2_500_000


def effort(synapses: float) -> str:
    """How carefully to compile a kernel that will make so many synapses; the bits are the same."""
    return FULL if synapses >= _FULL else LIGHT if synapses >= _LIGHT else LEAST


@cache
def kernel(build: Callable[..., Function], kinds: tuple[Any, ...], target: str, how: str) -> Kernel:
    """A kernel of `compiler/kernels/connect`, loaded once a process for each type and effort."""
    function = build(*kinds)
    return load([function], target, how)[function.name]


def kind_of(dtype: np.dtype[Any]) -> str:
    """How the loop language calls an integer type; it has signed ones, of the same bits."""
    return f"i{8 * dtype.itemsize}"


def signed(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same memory as signed integers, which kernels take."""
    return array.view(f"i{array.dtype.itemsize}")


def divided(n: int, parts: int) -> list[tuple[int, int]]:
    """The range 0 to n in so many parts that differ by one at most, empty ones left out."""
    bounds = [n * k // parts for k in range(parts + 1)]
    return [(a, b) for a, b in pairwise(bounds) if b > a]


def in_threads(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Call all at once, each in a thread, and give their results; kernels release the lock."""
    if len(calls) == 1:
        return [calls[0]()]
    results: list[Any] = [None] * len(calls)
    failures: list[BaseException] = []

    def run(k: int) -> None:
        try:
            results[k] = calls[k]()
        except BaseException as error:  # raised again below, in the caller's thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results
