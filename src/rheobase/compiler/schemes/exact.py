"""Exact propagators for linear systems: x' = P x + q + W0 I0 + W1 I1 + W2 I2.

With dx/dt = A x + B u + c and an input that is the polynomial u = I0 + I1 s + I2 s^2 over the step
(s from 0 to 1), all the weights are blocks of one matrix exponential (Van Loan 1978). It is
computed numerically, so equal time constants are no special case, and batched over heterogeneous
parameters. Rotter and Diesmann (1999) brought the method to neurons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.compiler.calculus import inlined, is_linear, total_derivative
from rheobase.compiler.matrix_exponential import matrix_exponential
from rheobase.compiler.step import CURVE, SLOPE, Step
from rheobase.compiler.targets.numpy import evaluate
from rheobase.errors import ParameterError, SchemeError
from rheobase.model.expression import (
    ZERO,
    Expression,
    Symbol,
    add,
    multiply,
    substitute,
)
from rheobase.model.model import Model

# Neurons whose matrices are in memory at a time.
_BATCH = 8192


def build(model: Model) -> Step:
    """The exact propagator of a linear model.

    Raises:
        SchemeError: when the model is not linear with constant coefficients.
    """
    if not is_linear(model):
        raise SchemeError(
            f"{model.title} is not linear with constant coefficients: it has no exact propagator.",
            mend="use method='adaptive' or 'rk4'",
        )
    system = _System(model)
    after = {state: system.next_value(i) for i, state in enumerate(model.states)}
    resting = _System(model, frozenset(model.held))
    held = {
        state: resting.next_value(i)
        for i, state in enumerate(model.states)
        if state not in model.held and system.is_driven_by(i, model.held)
    }
    systems = [system, resting] if held else [system]

    def prepare(parameters: Mapping[str, Any], dt: float) -> dict[str, Any]:
        return {k: v for part in systems for k, v in part.prepare(parameters, dt).items()}

    return Step(
        model,
        "exact",
        order=np.inf,
        after=after,
        held=held,
        prepare=prepare,
        prepared=tuple(name for part in systems for name in part.used),
    )


class _System:
    """The matrices of a linear model, as expressions, and the propagator they give as numbers.

    Args:
        model: the neuron.
        still: states that do not change: the propagator of a refractory period.
    """

    def __init__(self, model: Model, still: frozenset[str] = frozenset()) -> None:
        self.title, self.states, self.inputs = model.title, model.states, model.inputs
        self.mark = "held_" if still else ""
        slopes = {
            s: ZERO if s in still else inlined(model, model.derivatives[s]) for s in self.states
        }
        nothing: dict[str, Expression] = dict.fromkeys((*self.states, *self.inputs), ZERO)
        self.matrix = self._slopes(model, slopes, self.states)
        self.gains = self._slopes(model, slopes, self.inputs)
        self.constants = [substitute(slopes[i], nothing) for i in self.states]
        self.reach = self._reachable()
        self.used: dict[str, tuple[int, int]] = {}

    def _slopes(
        self, model: Model, slopes: Mapping[str, Expression], by: tuple[str, ...]
    ) -> list[list[Expression]]:
        return [[total_derivative(model, slopes[i], j) for j in by] for i in self.states]

    def _reachable(self) -> np.ndarray:
        """Which states can influence which within a step: the pattern of the propagator."""
        d = len(self.states)
        pattern = np.eye(d, dtype=bool) | np.array([[e != ZERO for e in r] for r in self.matrix])
        for _ in range(d):
            pattern = pattern | (pattern.astype(int) @ pattern.astype(int) > 0)
        return np.asarray(pattern)

    def is_driven_by(self, i: int, names: tuple[str, ...]) -> bool:
        """Whether any of the named states influences state i within a step."""
        return any(self.reach[i, self.states.index(name)] for name in names)

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
        self.used[self.mark + name] = (row, column)
        return Symbol(self.mark + name)

    def prepare(self, parameters: Mapping[str, Any], dt: float) -> dict[str, Any]:
        """The propagator's entries by name: numbers, or arrays for heterogeneous parameters.

        Raises:
            ParameterError: when the parameters give no finite propagator.
        """
        d, m = len(self.states), len(self.inputs) + 1
        entries = [
            [np.asarray(evaluate(e, parameters), dtype=float) for e in row + gains + [constant]]
            for row, gains, constant in zip(self.matrix, self.gains, self.constants, strict=True)
        ]
        batch = np.broadcast_shapes(*(e.shape for row in entries for e in row))
        found = {name: np.empty(batch) for name in self.used}
        for first in range(0, max(1, int(np.prod(batch))), _BATCH):
            part = slice(first, first + _BATCH)
            propagator = self._propagator(entries, part, batch, dt, d, m)
            for name, (row, column) in self.used.items():
                found[name][part if batch else ...] = propagator[..., row, column]
        if not all(np.all(np.isfinite(v)) for v in found.values()):
            raise ParameterError(
                f"The parameters of {self.title} give no finite propagator over a step of {dt:g}.",
                mend="look for a division by zero or a growth rate that is too large; "
                "or use a smaller dt",
            )
        return {name: value[()] for name, value in found.items()}

    @staticmethod
    def _propagator(
        entries: list[list[np.ndarray]],
        part: slice,
        batch: tuple[int, ...],
        dt: float,
        d: int,
        m: int,
    ) -> np.ndarray:
        """The exponential for some of the neurons: of states, inputs and a constant."""
        size = len(range(*part.indices(batch[0]))) if batch else 0
        augmented = np.zeros((*([size] if batch else []), d + 3 * m, d + 3 * m))
        for i, row in enumerate(entries):
            for j, entry in enumerate(row):
                augmented[..., i, j] = (entry[part] if entry.ndim else entry) * dt
        shift = np.arange(m)
        augmented[..., d + shift, d + m + shift] = 1.0
        augmented[..., d + m + shift, d + 2 * m + shift] = 2.0
        return matrix_exponential(augmented)
