"""Constants worth computing once: parts of expressions that no neuron and no step can change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.compiler.targets.numpy import evaluate
from rheobase.model.expression import Expression, Number, Operation, names


class Constants:
    """The parameters, `dt`, and expressions of them that a kernel uses, in the order it met them.

    Args:
        invariant: names that do not change during a run.
        heterogeneous: those among them that differ from neuron to neuron.
    """

    def __init__(self, invariant: set[str], heterogeneous: set[str]):
        self.invariant, self.heterogeneous = invariant, heterogeneous
        self.scalars: list[Expression] = []
        self.arrays: list[Expression] = []
        self._known: dict[Expression, tuple[str, int]] = {}

    def is_constant(self, expression: Expression) -> bool:
        """Whether the expression depends on invariant names alone."""
        return names(expression) <= self.invariant

    def place(self, expression: Expression) -> tuple[str, int] | float:
        """Where the kernel finds a constant: a number, or a slot of the scalars or the arrays."""
        if isinstance(expression, Number):
            return expression.value
        used = names(expression)
        if not used:
            return float(evaluate(expression, {}))
        if expression not in self._known:
            kind = "arrays" if used & self.heterogeneous else "scalars"
            slots = self.arrays if kind == "arrays" else self.scalars
            slots.append(expression)
            self._known[expression] = (kind, len(slots) - 1)
        return self._known[expression]

    def values(self, values: Mapping[str, Any], n: int) -> tuple[np.ndarray, list[np.ndarray]]:
        """The constants' values: an array of all scalars, and an array of n for each other slot."""
        scalars = np.array([float(evaluate(e, values)) for e in self.scalars] or [0.0])
        arrays = [
            np.ascontiguousarray(
                np.broadcast_to(np.asarray(evaluate(e, values), dtype=float), (n,))
            )
            for e in self.arrays
        ]
        return scalars, arrays


def reciprocal(expression: Expression) -> Expression:
    """1/x, so that a division by a constant becomes a multiplication."""
    known = expression.value if isinstance(expression, Number) else 0.0
    return Number(1.0 / known) if known else Operation("/", Number(1.0), expression)
