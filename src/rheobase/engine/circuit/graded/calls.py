"""Calls about graded projections outside of the steps: before the first one, and for recorders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rheobase.compiler.calculus import depends
from rheobase.compiler.kernel import Function
from rheobase.compiler.kernels.graded import beginning_kernel
from rheobase.compiler.kernels.graded_network import gather_kernel
from rheobase.compiler.network import NetworkPlan
from rheobase.engine.circuit.part import NeuronPart, Part
from rheobase.model.expression import Symbol

_Calls = Mapping[str, Callable[..., Any]]
_Names = Mapping[str, Sequence[str]]


class GradedCalls:
    """The kernels of a network's graded projections that its steps do not call.

    Args:
        parts: its populations.
        threads: how many threads run it.
    """

    def __init__(self, parts: Sequence[Part], threads: int) -> None:
        self.parts, self.threads = parts, threads

    def beginnings(self) -> list[Function]:
        """For each population that sends, what fills in what it sent before the beginning."""
        return [
            beginning_kernel(part.population.plan, part.constants, f"beginning_{k}")
            for k, part in self._senders()
        ]

    def gathering(self, plan: NetworkPlan) -> list[Function]:
        """What adds up the inputs of one moment, if recorders ask for any."""
        return [gather_kernel(plan)] if any(map(_is_read, self.parts)) else []

    def fill(self, calls: _Calls, names: _Names) -> None:
        """Let outputs before the beginning be those of the first values."""
        for k, part in self._senders():
            part.bring_moment(0)
            name = f"beginning_{k}"
            known = {**part.numbers, **part.arrays, "row": 0}
            calls[name](*(known[p] for p in names[name]))

    def gather(self, calls: _Calls, names: _Names, known: Mapping[str, Any]) -> None:
        """Add up the inputs of the moment, where recorders ask for any."""
        if "gather" in calls:
            for thread in range(self.threads):
                there = {**known, "thread": thread}
                calls["gather"](*(there[p] for p in names["gather"]))

    def _senders(self) -> list[tuple[int, NeuronPart]]:
        every = enumerate(self.parts)
        return [(k, part) for k, part in every if isinstance(part, NeuronPart) and part.sends]


def _is_read(part: Part) -> bool:
    """Whether a recorder wants an input into which graded projections flow, or what reads it."""
    if not isinstance(part, NeuronPart) or not part.flows:
        return False
    plan = part.population.plan
    model = plan.step.model
    return any(depends(model, Symbol(name)) & set(part.flows) for name in plan.record)
