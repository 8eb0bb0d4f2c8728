"""Exact propagators for linear models, whose inputs are parabolas over the step.

See `compiler/propagator.py`. Rotter and Diesmann (1999) brought the method to neurons.
"""

import math

from rheobase.compiler.calculus import is_linear
from rheobase.compiler.propagator import propagate
from rheobase.compiler.step import Step
from rheobase.errors import SchemeError
from rheobase.model.model import Model


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
    whole = propagate(model, [model.states], model.inputs)
    return Step(
        model,
        "exact",
        order=math.inf,
        after=whole.after,
        held=whole.held,
        prepare=whole.prepare,
        prepared=whole.prepared,
    )
