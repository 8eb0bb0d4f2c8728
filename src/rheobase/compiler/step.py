"""The `Step`: what a scheme makes of a model: an elementwise map, with no loop over neurons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from rheobase.compiler.tableau import Tableau
from rheobase.model.expression import Expression
from rheobase.model.model import Model
from rheobase.records import EMPTY, Record

# Numerical constants that no expression gives (entries of a matrix exponential), from the
# parameters and dt in the model's time unit; arrays where parameters are arrays.
Prepare: TypeAlias = Callable[[Mapping[str, Any], float], dict[str, Any]]

# The names under which a map reads an input that varies within the step, as the polynomial
# I(theta) = I + theta * I__slope + theta**2 * I__curve, with theta from 0 to 1 across the step.
SLOPE, CURVE = "__slope", "__curve"


class Step(Record):
    """The update map x' = F(x, inputs, parameters) of one scheme on one model.

    Either `tableau` is set, and the update is that Runge-Kutta method on the model's derivatives;
    or `body` and `after` are: assignments in order, then the next value of each state over them.

    Attributes:
        model: the neuron.
        method: the scheme's name.
        order: its order of convergence.
        tableau: the Runge-Kutta coefficients, for schemes of that family.
        body: named intermediate expressions of a map, each over those before it.
        after: the next value of every state of a map.
        held: the next value, while the model's held states are refractory, of states for which it
            is not `after`: those that a held state drives within the step.
        prepare: computes constants that are not expressions.
        prepared: the names of those constants.
        tolerance: for a scheme with step control, the local error allowed, relative to 1 + |x|.
        label: how many steps after the end of a step its spikes are stamped.
        noises: white-noise names whose standard normal draws the map reads.
        verbatim: whether every operation must be rounded as it is written.
    """

    model: Model
    method: str
    order: float
    tableau: Tableau | None = None
    body: Mapping[str, Expression] = EMPTY
    after: Mapping[str, Expression] = EMPTY
    held: Mapping[str, Expression] = EMPTY
    prepare: Prepare | None = None
    prepared: tuple[str, ...] = ()
    tolerance: float | None = None
    label: int = 0
    noises: tuple[str, ...] = ()
    verbatim: bool = False

    @property
    def localises(self) -> bool:
        """Whether spikes are found inside the step, and the rest of the step is integrated anew."""
        return self.tolerance is not None
