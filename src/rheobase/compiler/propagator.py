"""Exact propagators of linear equations: x' = P x + q + W0 I0 + W1 I1 + W2 I2.

With dx/dt = A x + B u + c and an input that is the polynomial u = I0 + I1 s + I2 s^2 over the step
(s from 0 to 1), all the weights are blocks of one matrix exponential (Van Loan 1978). It is
computed numerically, so equal time constants are no special case, and batched over heterogeneous
parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from rheobase.compiler.calculus import folded, inlined, total_derivative
from rheobase.compiler.step import CURVE, SLOPE, Prepare
from rheobase.compiler.targets.numpy import evaluate
from rheobase.errors import ParameterError
from rheobase.model.expression import ZERO, Expression, Symbol, add, multiply, substitute
from rheobase.model.model import Model
from rheobase.records import Record

# Neurons whose matrices are in memory at a time.
_BATCH = 8192


class Propagation(Record):
    """The part of a `Step` that is exact; its fields are those of the step."""

    after: Mapping[str, Expression]
    held: Mapping[str, Expression]
    prepare: Prepare
    prepared: tuple[str, ...]


def propagate(
    model: Model, groups: Iterable[tuple[str, ...]], inputs: tuple[str, ...]
) -> Propagation:
    """The exact propagators of groups of states.

    Args:
        model: the neuron.
        groups: states whose slopes are affine, with constant coefficients, in the states of their
            group and in the inputs.
        inputs: the inputs that reach them.
    """
    after: dict[str, Expression] = {}
    held: dict[str, Expression] = {}
    systems: list[_System] = []
    for states in groups:
        system = _System(model, states, inputs)
        systems.append(system)
        after |= {state: system.next_value(i) for i, state in enumerate(states)}
        still = tuple(s for s in states if s in model.held)
        driven = [
            (i, state)
            for i, state in enumerate(states)
            if state not in still and system.is_driven_by(i, still)
        ]
        if driven:
            resting = _System(model, states, inputs, still)
            systems.append(resting)
            held |= {state: resting.next_value(i) for i, state in driven}

    def prepare(parameters: Mapping[str, Any], dt: float) -> dict[str, Any]:
        return {k: v for part in systems for k, v in part.prepare(parameters, dt).items()}

    return Propagation(after, held, prepare, tuple(name for part in systems for name in part.used))


class _System:
    """The matrices of linear equations, as expressions, and the propagator they give as numbers.

    Args:
        model: the neuron.
        states: those that it advances.
        inputs: those that reach them.
        still: states that do not change: the propagator of a refractory period.
    """

    def __init__(
        self,
        model: Model,
        states: tuple[str, ...],
        inputs: tuple[str, ...],
        still: tuple[str, ...] = (),
    ) -> None:
        self.title, self.states, self.inputs = model.called, states, inputs
        self.mark = "held_" if still else ""
        # In the names of its weights a state is its place in the model: no two groups share one.
        self.places = [model.states.index(s) for s in states]
        slopes = {s: ZERO if s in still else inlined(model, model.derivatives[s]) for s in states}
        nothing: dict[str, Expression] = dict.fromkeys((*states, *inputs), ZERO)
        self.matrix = self._slopes(model, slopes, states)
        self.gains = self._slopes(model, slopes, inputs)
        self.constants = [folded(substitute(slopes[i], nothing)) for i in states]
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
        row = self.places[i]
        reached = [j for j in range(len(self.states)) if self.reach[i, j]]
        total: Expression = ZERO
        for j in reached:
            weight = self._weight(f"P__{row}_{self.places[j]}", i, j)
            total = add(total, multiply(weight, Symbol(self.states[j])))
        d, m = len(self.states), len(self.inputs)
        for k, name in enumerate(self.inputs):
            if any(self.gains[j][k] != ZERO for j in reached):
                for power, suffix in enumerate(("", SLOPE, CURVE)):
                    column = d + power * (m + 1) + k
                    weight = self._weight(f"W__{row}_{k}_{power}", i, column)
                    total = add(total, multiply(weight, Symbol(name + suffix)))
        if all(self.constants[j] == ZERO for j in reached):
            return total
        return add(total, self._weight(f"q__{row}", i, d + m))

    def _weight(self, name: str, row: int, column: int) -> Symbol:
        self.used[self.mark + name] = (row, column)
        return Symbol(self.mark + name)

    def prepare(self, parameters: Mapping[str, Any], dt: float) -> dict[str, Any]:
        """The propagator's entries by name: numbers, or arrays for heterogeneous parameters.

        Raises:
            ParameterError: when the parameters give no finite propagator.
        """
        entries = [
            [np.asarray(evaluate(e, parameters), dtype=float) for e in row + gains + [constant]]
            for row, gains, constant in zip(self.matrix, self.gains, self.constants, strict=True)
        ]
        batch = np.broadcast_shapes(*(e.shape for row in entries for e in row))
        found = {name: np.empty(batch) for name in self.used}
        for first in range(0, max(1, int(np.prod(batch))), _BATCH):
            part = slice(first, first + _BATCH)
            propagator = self._propagator(entries, part, batch, dt)
            for name, (row, column) in self.used.items():
                found[name][part if batch else ...] = propagator[..., row, column]
        if not all(np.all(np.isfinite(v)) for v in found.values()):
            raise ParameterError(
                f"The parameters of {self.title} give no finite propagator over a step of {dt:g}.",
                mend="look for a division by zero or a growth rate that is too large; "
                "or use a smaller dt",
            )
        return {name: value[()] for name, value in found.items()}

    def _propagator(
        self, entries: list[list[np.ndarray]], part: slice, batch: tuple[int, ...], dt: float
    ) -> np.ndarray:
        """The exponential for some of the neurons: of states, a constant, and inputs as such."""
        from rheobase.compiler.matrix_exponential import matrix_exponential

        size = len(range(*part.indices(batch[0]))) if batch else 0
        d, m = len(self.states), len(self.inputs) + 1
        order = d + (3 * m if self.inputs else 1)
        augmented = np.zeros((*([size] if batch else []), order, order))
        for i, row in enumerate(entries):
            for j, entry in enumerate(row):
                augmented[..., i, j] = (entry[part] if entry.ndim else entry) * dt
        if self.inputs:
            shift = np.arange(m)
            augmented[..., d + shift, d + m + shift] = 1.0
            augmented[..., d + m + shift, d + 2 * m + shift] = 2.0
        return matrix_exponential(augmented)
