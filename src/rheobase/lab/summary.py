"""The table that a run ends with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rheobase.errors import RheobaseError
from rheobase.lab.tabulate import number, table
from rheobase.model import Model
from rheobase.recording import Recording
from rheobase.units import Quantity

_HEAD = ("neuron", "method", "dt (ms)", "neurons", "spikes", "rate (Hz)", "CV", "rest", "wall (s)",
         "x real time")  # fmt: skip
# Slower than 1 in 1000 s is standing still: rounding makes such eigenvalues out of nothing.
_MARGIN = 1e-6


@dataclass(frozen=True)
class Row:
    """What the summary says of one neuron."""

    name: str
    recording: Recording
    rest: str
    wall: float

    def cells(self) -> list[str]:
        """The cells of its line."""
        spikes, made = self.recording.spikes, self.recording.provenance
        duration = float(spikes.duration.magnitude)
        spiking = made.get("spiking", True)
        rate = np.mean(np.asarray(spikes.rate())) if duration > 0 and spiking else np.nan
        return [
            self.name,
            str(made["method"]),
            f"{made['dt_ms']:g}",
            str(spikes.n),
            str(spikes.total) if spiking else "-",
            number(float(rate), ".2f"),
            number(mean_cv(spikes.cv()), ".3f"),
            self.rest,
            f"{self.wall:.3f}",
            f"{duration / 1000 / self.wall:.1f}",
        ]

    def facts(self) -> dict[str, Any]:
        """The same for the manifest."""
        return dict(zip(_HEAD, self.cells(), strict=True))


def summary_table(rows: Sequence[Row]) -> str:
    """One line a neuron."""
    head, lines = list(_HEAD), [row.cells() for row in rows]
    if all(row.recording.spikes.n == 1 for row in rows):
        column = head.index("neurons")
        for line in [head, *lines]:
            del line[column]
    return table(head, lines, left=2)


def mean_cv(values: np.ndarray[Any, Any]) -> float:
    """The mean over the neurons that fired often enough to have one; NaN when none did."""
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if finite.size else float("nan")


def resting_potential(model: Model) -> str:
    """Where v rests without input, as text; a dash where nothing keeps it."""
    from rheobase.engine.rest import initial_values, solve_rest

    if "v" not in model.states:
        return "-"
    try:
        found = solve_rest(model, initial_values(model, model.size or 1, {}), {})
    except RheobaseError:
        return "-"
    if not _is_stable(model, found):
        return "-"
    v = model.from_internal(found["v"], "v")
    values = np.ravel(np.asarray(v))
    unit = f" {v.unit.name}" if isinstance(v, Quantity) else ""
    if np.ptp(values) < 0.005:
        return f"{values[0]:.2f}{unit}"
    return f"{values.min():.1f} to {values.max():.1f}{unit}"


def _is_stable(model: Model, state: dict[str, Any]) -> bool:
    """Whether every eigenvalue of the Jacobian at a fixed point decays, in every neuron."""
    from rheobase.compiler.calculus import jacobian
    from rheobase.compiler.targets.numpy import evaluate
    from rheobase.engine.rest import environment

    zeros: dict[str, Any] = dict.fromkeys([*model.inputs, *model.noises, "t"], 0.0)
    values = environment(model, {**model.parameters, **zeros, **state})
    count, n = len(model.states), len(state["v"])
    matrix = np.empty((n, count, count))
    for (i, j), expression in jacobian(model).items():
        matrix[:, model.states.index(i), model.states.index(j)] = evaluate(expression, values)
    return bool(np.all(np.linalg.eigvals(matrix).real < -_MARGIN))
