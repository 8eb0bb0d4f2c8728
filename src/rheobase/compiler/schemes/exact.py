"""Exact propagators for linear systems: x' = P x + q + W0 I0 + W1 I1 + W2 I2.

With dx/dt = A x + B u + c and an input that is the polynomial u = I0 + I1 s + I2 s^2 over the step
(s from 0 to 1), all the weights are blocks of one matrix exponential (Van Loan 1978). It is computed
numerically, so equal time constants are no special case, and batched over heterogeneous parameters. Rotter
and Diesmann (1999) brought the method to neurons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.compiler.calculus import inlined, is_linear, total_derivative
from rheobase.compiler.matrix_exponential import matrix_exponential
from rheobase.compiler.step import CURVE, SLOPE, Step
from rheobase.compiler.targets.numpy import evaluate
from rheobase.errors import SchemeError
from rheobase.model.expression import (
    ZERO,
    Expression,
    Number,
    Symbol,
    add,
    multiply,
    substitute,
)
from rheobase.model.model import Model


def build(model: Model) -> Step:
    """The exact propagator of a linear model.

    Raises:
        SchemeError: when the model is not linear with constant coefficients.
    """
    if not is_linear(model):
        raise SchemeError(
            f"{model.title} is not linear with constant coefficients, so it has no exact propagator.",
            mend="use method='adaptive' or 'rk4'",
        )
    system = _System(model)
    after = {state: system.next_value(i) for i, state in enumerate(model.states)}
    return Step(
        model,
        "exact",
        order=np.inf,
        after=after,
        prepare=system.prepare,
        prepared=tuple(system.used),
    )


class _System:
    """The matrices of a linear model, as expressions, and the propagator they give as numbers."""

    def __init__(self, model: Model) -> None:
        self.states, self.inputs = model.states, model.inputs
        slopes = {s: inlined(model, model.derivatives[s]) for s in self.states}
        nothing: dict[str, Expression] = dict.fromkeys((*self.states, *self.inputs), Number(0.0))
        self.matrix = [[total_derivative(model, slopes[i], j) for j in self.states] for i in self.states]
        self.gains = [[total_derivative(model, slopes[i], k) for k in self.inputs] for i in self.states]
        self.constants = [substitute(slopes[i], nothing) for i in self.states]
        self.reach = self._reachable()
        self.used: dict[str, tuple[int, int]] = {}

    def _reachable(self) -> np.ndarray:
        """Which states can influence which within a step: the pattern of the propagator."""
        d = len(self.states)
        pattern = np.eye(d, dtype=bool) | np.array([[e != ZERO for e in row] for row in self.matrix])
        for _ in range(d):
            pattern = pattern | (pattern.astype(int) @ pattern.astype(int) > 0)
        return pattern

    def next_value(self, i: int) -> Expression:
        """The next value of state i over the states and the inputs' coefficients."""
        total: Expression = ZERO
        for j, state in enumerate(self.states):
            if self.reach[i, j]:
                total = add(total, multiply(self._weight(f"P__{i}_{j}", i, j), Symbol(state)))
        d, m = len(self.states), len(self.inputs)
        for k, name in enumerate(self.inputs):
            if any(self.reach[i, j] and self.gains[j][k] != ZERO for j in range(d)):
                for power, suffix in enumerate(("", SLOPE, CURVE)):
                    column = d + power * (m + 1) + k
                    weight = self._weight(f"W__{i}_{k}_{power}", i, column)
                    total = add(total, multiply(weight, Symbol(name + suffix)))
        return add(total, self._weight(f"q__{i}", i, d + m))

    def _weight(self, name: str, row: int, column: int) -> Symbol:
        self.used[name] = (row, column)
        return Symbol(name)

    def prepare(self, parameters: Mapping[str, Any], dt: float) -> dict[str, Any]:
        """The propagator's entries by name: numbers, or arrays for heterogeneous parameters."""
        d, m = len(self.states), len(self.inputs) + 1
        entries = [
            [np.asarray(evaluate(e, parameters), dtype=float) for e in row + gains + [constant]]
            for row, gains, constant in zip(self.matrix, self.gains, self.constants, strict=True)
        ]
        batch = np.broadcast_shapes(*(e.shape for row in entries for e in row))
        augmented = np.zeros((*batch, d + 3 * m, d + 3 * m))
        for i, row in enumerate(entries):
            for j, entry in enumerate(row):
                augmented[..., i, j] = entry * dt
        shift = np.arange(m)
        augmented[..., d + shift, d + m + shift] = 1.0
        augmented[..., d + m + shift, d + 2 * m + shift] = 2.0
        propagator = matrix_exponential(augmented)
        return {name: propagator[..., r, c][()] for name, (r, c) in self.used.items()}
