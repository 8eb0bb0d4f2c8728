"""Forward Euler: x' = x + h f(x). Order 1."""

from rheobase.compiler.step import Step
from rheobase.compiler.tableau import Tableau
from rheobase.model.model import Model

TABLEAU = Tableau(a=((),), b=(1.0,), c=(0.0,))


def build(model: Model) -> Step:
    """Forward Euler on a model."""
    return Step(model, "euler", order=1, tableau=TABLEAU)
