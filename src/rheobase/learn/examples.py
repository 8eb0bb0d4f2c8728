"""A learning rule carried out on examples instead of spikes."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rheobase.model.evaluate import evaluate
from rheobase.model.learning import LearningRule
from rheobase.units.dimension import NONE

Floats: TypeAlias = NDArray[np.float64]


class ExampleRule:
    """What a presynaptic event of a rule does to the weight, for inputs x, outputs y and targets.

    The statement is the rule's own, from its text; nothing about it is written here.

    Args:
        rule: a `LearningRule` without units whose on_pre assigns w, and reads x, y and target.
    """

    def __init__(self, rule: LearningRule) -> None:
        bound = rule.bound(NONE)
        (self._statement,) = (s.value for s in bound.events["pre"] if s.name == "w")
        self._values = dict(bound.parameters)

    def updated(self, w: Any, x: Any, y: Any, target: Any) -> Floats:
        """The weights after an example: floats or arrays, broadcast against one another."""
        values = {**self._values, "w": w, "x": x, "y": y, "target": target}
        return np.asarray(evaluate(self._statement, values))


def with_one(x: Floats) -> Floats:
    """Inputs with one more that is always 1: its weight is the bias, and learns as the others do.

    Args:
        x: shape (examples, inputs).

    Returns:
        Shape (examples, inputs + 1), contiguous.
    """
    return np.hstack([x, np.ones((len(x), 1))])
