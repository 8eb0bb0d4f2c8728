"""Heun's method, the explicit trapezium rule: the mean of the slopes at both ends. Order 2."""

from rheobase.compiler.step import Step
from rheobase.compiler.tableau import Tableau
from rheobase.model.model import Model

TABLEAU = Tableau(a=((), (1.0,)), b=(0.5, 0.5), c=(0.0, 1.0))


def build(model: Model) -> Step:
    """Heun's method on a model."""
    return Step(model, "heun", order=2, tableau=TABLEAU)
