"""The states of sources, targets or a whole projection of a rule, as a population of units."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.compiler.kernel import Array
from rheobase.compiler.learning import FAULT_TICK
from rheobase.compiler.native import aligned
from rheobase.compiler.network import COUNTERS
from rheobase.compiler.plan import FAULT, FAULT_NEURON, InputPlan, Plan
from rheobase.compiler.schemes import build_step
from rheobase.engine.circuit.layout import Integers
from rheobase.engine.circuit.learning.kernels import Workshop
from rheobase.engine.values import constant_values, starting_values
from rheobase.model.model import Model

_TYPES = {"f64": np.float64, "i64": np.int64, "i32": np.int32, "i8": np.int8}


class Units:
    """Units of one scope.

    Args:
        scope: which one.
        model: their dynamics.
        workshop: where their kernel is written.
        n: how many there are.
        dt: the step (ms), or the part of it that a call of the kernel advances them by.

    Attributes:
        plan: what the kernel does.
        advance: the kernel.
    """

    def __init__(self, scope: str, model: Model, workshop: Workshop, n: int, dt: float) -> None:
        self.scope, self.model, self.n = scope, model, n
        step = build_step(model)
        self.values, _ = constant_values(model, step, dt, n)
        inputs = {name: InputPlan(base=True) for name in model.inputs}
        inner = step if step.localises else None
        self.plan = Plan(step, inner, inputs=inputs, networked=True)
        self.advance, self.constants = workshop.advance(self.plan)
        self.start = {s: float(v[0]) for s, v in starting_values(model, 1, {}).items()}
        self.arrays: dict[str, np.ndarray] = {}
        self.numbers: dict[str, Any] = {}

    def share_out(self, edges: Integers, copies: int, threads: int) -> None:
        """Make the arrays.

        Args:
            edges: where each thread's units begin.
            copies: how often the units stand there.
            threads: how many threads advance them.
        """
        given = {"dt": self.values["dt"], "n": self.n, "seed": 0, "stream": 0}
        self.arrays = {
            "units": edges,
            "counters": aligned(threads * COUNTERS, np.int64),
            "scalars": self.constants.values(self.values, self.n)[0],
        }
        for parameter in self.advance.parameters:
            if not isinstance(parameter, Array):
                if parameter.name in given:
                    self.numbers[parameter.name] = given[parameter.name]
            elif parameter.name not in self.arrays:
                self.arrays[parameter.name] = aligned(self.n * copies, _TYPES[parameter.type])
        for state, value in self.start.items():
            self.arrays.setdefault(f"state_{state}", aligned(self.n * copies))[:] = value

    @property
    def faults(self) -> list[tuple[int, int, int]]:
        """When each thread's first unit broke, which one, and what went wrong."""
        return [
            (int(row[FAULT_TICK]), int(row[FAULT_NEURON]) % self.n, int(row[FAULT]))
            for row in self.arrays["counters"].reshape(-1, COUNTERS)
            if row[FAULT]
        ]

    def state(self) -> dict[str, np.ndarray]:
        """One copy of every state."""
        return {s: self.arrays[f"state_{s}"][: self.n] for s in self.start}

    def recall(self, states: dict[str, np.ndarray]) -> None:
        """Put states back, into every copy."""
        for s, value in states.items():
            self.arrays[f"state_{s}"].reshape(-1, self.n)[:] = value
