"""Bernoulli connections, and from them a number of distinct pairs that is fixed in all."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from rheobase.compiler.kernels.connect.skip import BATCH, skip_kernel
from rheobase.engine.connectivity.dense import all_to_all
from rheobase.engine.connectivity.kernels import divided, in_threads, signed
from rheobase.engine.connectivity.task import Drawn, Task
from rheobase.engine.numbers import uniform
from rheobase.errors import ParameterError
from rheobase.records import replace

# The odds of more synapses than room is made for are below 1e-15, and then it is tried again.
_DEVIATIONS = 8.0
_REMOVED_STREAM = 5
_OTHER = 0x1E3779B97F4A7C15


def bernoulli(task: Task, p: float) -> Drawn:
    """Each allowed pair with probability p, independently of all others."""
    n_pre, n_post = task.sources.size, task.targets.size
    counts = np.zeros(n_pre, np.int64)
    if p <= 0.0 or n_pre == 0 or n_post == 0:
        return Drawn(counts, np.empty(0, task.dtype))
    if p >= 1.0:
        return all_to_all(task)
    skip = task.kernel(skip_kernel, task.kind, synapses=p * n_pre * n_post)
    scale, own = 1.0 / math.log1p(-p), task.own_target
    ranges = divided(n_pre, task.threads)
    deviations = _DEVIATIONS
    while True:
        rooms = [_room(p, (last - first) * n_post, deviations) for first, last in ranges]
        # Pages that are never written take no memory.
        targets = np.empty(sum(rooms) + BATCH * len(rooms), task.dtype)
        begins = np.cumsum([0, *(room + BATCH for room in rooms)])
        calls = [
            partial(
                skip, task.key, n_post, scale, first, last, room, own, counts,
                signed(targets[begin : begin + room + BATCH]),
            )
            for (first, last), room, begin in zip(ranges, rooms, begins, strict=False)
        ]  # fmt: skip
        ends = in_threads(calls)
        del calls
        if min(ends) >= 0:
            return Drawn(counts, _joined(targets, begins.tolist(), ends))
        deviations *= 2.0


def _room(p: float, pairs: int, deviations: float) -> int:
    spread = math.sqrt(pairs * p * (1.0 - p))
    return min(pairs, math.ceil(pairs * p + deviations * (spread + deviations)))


def _joined(targets: npt.NDArray[Any], begins: list[int], ends: list[int]) -> npt.NDArray[Any]:
    """Move the parts together and give back what is left over, without a copy of the whole."""
    place, step = 0, 1 << 20
    for begin, count in zip(begins, ends, strict=False):
        if begin != place:
            for k in range(0, count, step):
                some = min(step, count - k)
                targets[place + k : place + k + some] = targets[begin + k : begin + k + some]
        place += count
    # Nobody else has seen the array: the parts were views that are gone.
    targets.resize(place, refcheck=False)
    return targets


def fixed_total_distinct(task: Task, total: int) -> Drawn:
    """So many different pairs in all, every choice of them as likely as any other.

    Bernoulli pairs, a few more than wanted, of which as many as are too many are taken away at
    random: given its size, a set of Bernoulli pairs is uniform, and so is what is left.
    """
    pairs = task.sources.size * task.targets.size - int(np.count_nonzero(task.own_source >= 0))
    if total > pairs:
        raise ParameterError(
            f"fixed_total({total}) needs {total} different pairs and there are {pairs}.",
            mend=f"ask for at most {pairs}, or allow multapses",
        )
    if total == 0:
        return Drawn(np.zeros(task.sources.size, np.int64), np.empty(0, task.dtype))
    p = min(1.0, (total + _DEVIATIONS * (math.sqrt(total) + 1.0)) / pairs)
    drawn = bernoulli(task, p)
    while drawn.targets.size < total:  # once in 1e15 networks
        task = replace(task, key=(task.key + _OTHER) % 2**63)
        drawn = bernoulli(task, p)
    return _thinned(task, drawn, total)


def _thinned(task: Task, drawn: Drawn, total: int) -> Drawn:
    """Take away random synapses until `total` are left."""
    size = drawn.targets.size
    chosen = np.zeros(size, np.bool_)
    missing, turn = size - total, 0
    while missing:
        # What is chosen twice counts once, and the rest is chosen in another turn.
        number = uniform(task.key, _REMOVED_STREAM, 0, missing, turn)
        chosen[(number * size).astype(np.int64)] = True
        missing, turn = size - total - int(np.count_nonzero(chosen)), turn + 1
    ends = np.cumsum(drawn.counts)
    gone = np.searchsorted(ends, np.flatnonzero(chosen), side="right")
    counts = drawn.counts - np.bincount(gone, minlength=drawn.counts.size)
    return Drawn(counts, drawn.targets[~chosen])
