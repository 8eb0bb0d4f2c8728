"""Calls about graded projections outside of the steps: before the first one, and for recorders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rheobase.compiler.calculus import depends
from rheobase.compiler.kernel import Function
from rheobase.compiler.kernels.graded import LANES, beginning_kernel
from rheobase.compiler.kernels.graded_network import gather_kernel
from rheobase.compiler.network import NetworkPlan
from rheobase.engine.circuit.part import NeuronPart, Part
from rheobase.engine.outputs import output_error
from rheobase.errors import NumericalError
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
            for sent in part.sends:
                row = part.numbers[f"turns_{sent.name}"] + LANES
                first = part.arrays[f"sent_{sent.name}"].reshape(-1, row)[: part.n, 0]
                broken = np.flatnonzero(~np.isfinite(first))
                if broken.size:
                    raise sent_error(part, sent.name, int(broken[0]), 0.0)

    def gather(self, calls: _Calls, names: _Names, known: Mapping[str, Any]) -> None:
        """Add up the inputs of the moment, where recorders ask for any."""
        if "gather" in calls:
            for thread in range(self.threads):
                there = {**known, "thread": thread}
                calls["gather"](*(there[p] for p in names["gather"]))

    def _senders(self) -> list[tuple[int, NeuronPart]]:
        every = enumerate(self.parts)
        return [(k, part) for k, part in every if isinstance(part, NeuronPart) and part.sends]


def sent_error(part: NeuronPart, name: str, neuron: int, time: float) -> NumericalError:
    """The error for an output that is sent, at a time (ms), and is no finite number."""
    model = part.population.plan.step.model
    arrays = part.population.arrays
    values = {s: float(arrays[f"state_{s}"][neuron]) for s in model.states}
    shown = {s: model.from_internal(value, s) for s, value in values.items()}
    return output_error(model, name, neuron, f"population {part.name!r}", time, shown)


def _is_read(part: Part) -> bool:
    """Whether a recorder wants an input into which graded projections flow, or what reads it."""
    if not isinstance(part, NeuronPart) or not part.flows:
        return False
    plan = part.population.plan
    model = plan.step.model
    return any(depends(model, Symbol(name)) & set(part.flows) for name in plan.record)
