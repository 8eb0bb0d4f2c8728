"""The kernels of a network's rules: one for all projections that need the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rheobase.compiler.constants import Constants
from rheobase.compiler.kernel import Function
from rheobase.compiler.kernels.population import advance_kernel
from rheobase.compiler.pipeline import plan_shape
from rheobase.compiler.plan import Plan
from rheobase.records import Record

if TYPE_CHECKING:
    from rheobase.compiler.learning import LearningPlan


class RuleKernels(Record, identity=True):
    """What a projection that learns is run by.

    Attributes:
        learn: the kernel of a tick.
        ahead: what of it comes before the neurons' step; None for nothing.
        constants: what both read of the parameters.
    """

    learn: Function
    ahead: Function | None
    constants: Constants


class Workshop:
    """Writes kernels, each once: parameters are passed to them, and so are all arrays."""

    def __init__(self) -> None:
        self._advances: dict[Any, tuple[Function, Constants]] = {}
        self._rules: list[tuple[list[Any], RuleKernels]] = []

    def advance(self, plan: Plan) -> tuple[Function, Constants]:
        """The kernel of units, and what it reads of the parameters."""
        shape = plan_shape(plan)
        if shape not in self._advances:
            constants = Constants(plan.invariant, set())
            name = f"units_{len(self._advances)}"
            self._advances[shape] = advance_kernel(plan, constants, name), constants
        return self._advances[shape]

    def rule(self, plan: LearningPlan) -> RuleKernels:
        """The kernels of a rule; the plan's `advances` are of this workshop."""
        shape = _shape(plan)
        for known, kernels in self._rules:
            if known == shape:
                return kernels
        from rheobase.compiler.kernels.learning.learn import ahead_kernel, learn_kernel

        number, constants = len(self._rules), plan.constants()
        learn = learn_kernel(plan, constants, f"learn_{number}")
        ahead = ahead_kernel(plan, constants, f"ahead_{number}") if plan.pre_first else None
        kernels = RuleKernels(learn, ahead, constants)
        self._rules.append((shape, kernels))
        return kernels


def _shape(plan: LearningPlan) -> list[Any]:
    """What decides the code of a rule's kernels. How units move is in what advances them."""
    flows = [(flow.states, flow.columns, dict(flow.entries)) for flow in plan.flows]
    fields = [name for name in plan.__match_args__ if name not in ("flows", "plans")]
    return [list(plan.plans), flows, *(getattr(plan, name) for name in fields)]
