"""Connections whose probability depends on the distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rheobase.compiler.kernels.connect.accept import accept_kernel
from rheobase.engine.connectivity.kernels import signed
from rheobase.engine.connectivity.task import Drawn, Task
from rheobase.errors import ParameterError

if TYPE_CHECKING:
    from rheobase.network.space import Distance

_PAIRS = 1 << 18  # whose distances are kept at a time
Positions = npt.NDArray[np.float64]


def by_distance(task: Task, rule: Distance, pre: Positions | None, post: Positions | None) -> Drawn:
    """Each allowed pair with the probability of its distance, independently of all others.

    Raises:
        ParameterError: where neurons have no positions.
    """
    if pre is None or post is None:
        raise ParameterError(
            "distance() connects by position, and not all neurons have one.",
            mend="give both populations positions=",
        )
    sources, targets = task.sources, task.targets
    here, there = pre[sources], post[targets]
    counts = np.zeros(sources.size, np.int64)
    accept = task.kernel(accept_kernel, task.kind, synapses=sources.size * targets.size / 2)
    room = np.empty(targets.size, task.dtype)
    found = [np.empty(0, task.dtype)]
    step = max(1, _PAIRS // max(1, targets.size))
    for begin in range(0, sources.size if targets.size else 0, step):
        distance = rule.distances(here[begin : begin + step, np.newaxis], there)
        probability = np.ascontiguousarray(rule.probability(distance))
        for row, each in enumerate(probability, begin):
            if task.own_target[row] >= 0:
                each[task.own_target[row]] = 0.0
            counts[row] = accept(task.key, row, targets.size, each, signed(room))
            found.append(room[: counts[row]].copy())
    return Drawn(counts, np.concatenate(found))
