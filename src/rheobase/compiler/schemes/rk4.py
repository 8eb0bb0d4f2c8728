"""The classical Runge-Kutta method. Order 4. Kutta (1901)."""

from rheobase.compiler.step import Step
from rheobase.compiler.tableau import Tableau
from rheobase.model.model import Model

TABLEAU = Tableau(
    a=((), (0.5,), (0.0, 0.5), (0.0, 0.0, 1.0)),
    b=(1 / 6, 1 / 3, 1 / 3, 1 / 6),
    c=(0.0, 0.5, 0.5, 1.0),
)


def build(model: Model) -> Step:
    """The classical Runge-Kutta method on a model."""
    return Step(model, "rk4", order=4, tableau=TABLEAU)
