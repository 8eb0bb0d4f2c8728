"""The inner scheme of the array reference: the steps of chosen neurons divided, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.kernels.divide import MOST_TRIALS, SMALLEST
from rheobase.compiler.plan import (
    MOST_SPIKES_A_STEP,
    NOT_FINITE,
    STEP_TOO_SMALL,
    TOO_MANY_SPIKES,
    TOO_STIFF,
)
from rheobase.compiler.step import Step
from rheobase.compiler.targets.numpy import evaluate

if TYPE_CHECKING:
    from rheobase.engine.reference import ReferenceRunner

Values = dict[str, Any]


def divide(runner: ReferenceRunner, chosen: np.ndarray, row: int, step: int) -> None:
    """Integrate the chosen neurons over one step, dividing it to the tolerance and at spikes."""
    work = _Division(runner, chosen, row, step)
    for _ in range(MOST_TRIALS):
        if not np.any(work.going):
            break
        work.turn(np.flatnonzero(work.going))
    else:
        runner.fault(TOO_STIFF, int(chosen[np.argmax(work.going)]))
    arrays = runner.population.arrays
    for s in runner.model.states:
        arrays[f"state_{s}"][chosen] = work.x[s]
    arrays["remaining"][chosen] = work.rest
    broken = ~np.all(np.isfinite(np.stack([work.rest, *work.x.values()])), axis=0)
    if np.any(broken):
        runner.fault(NOT_FINITE, int(chosen[np.argmax(broken)]))


class _Division:
    """The variables of the kernel's divided step (`kernels/divide.py`), one array element a neuron."""

    def __init__(self, runner: ReferenceRunner, chosen: np.ndarray, row: int, step: int):
        inner = runner.plan.inner
        if inner is None:
            raise ValueError("there is no inner scheme")
        self.runner, self.chosen, self.row, self.step, self.inner = runner, chosen, row, step, inner
        self.h = float(runner.population.values["dt"])
        self.x = {s: v[chosen].copy() for s, v in runner.states().items()}
        n = len(chosen)
        self.elapsed, self.size = np.zeros(n), np.full(n, self.h)
        self.rest = runner.population.arrays["remaining"][chosen].copy()
        self.low, self.high = np.zeros(n), np.zeros(n)
        self.bisecting, self.going = np.zeros(n, dtype=bool), np.ones(n, dtype=bool)
        self.spikes = np.zeros(n, dtype=int)

    def turn(self, k: np.ndarray) -> None:
        """One trial for each neuron of `k` that is not done."""
        h, smallest = self.h, self.h * SMALLEST
        holding = self.rest[k] > 0.0
        left = h - self.elapsed[k]
        limit = np.where(holding & (self.rest[k] < left), self.rest[k], left)
        narrow = self.high[k] - self.low[k] <= smallest
        probe = np.where(narrow, self.high[k], (self.low[k] + self.high[k]) * 0.5)
        size = np.where(self.bisecting[k], probe, np.minimum(self.size[k], limit))
        x = {s: v[k] for s, v in self.x.items()}
        y, worst = runge_kutta(
            self.runner, self.inner, x, self.row, self.step, self.elapsed[k], size,
            self.chosen[k], holding,
        )  # fmt: skip
        end = (self.elapsed[k] + size) / h
        crossed = self._crossed(x, y, k, end, holding)
        searching = self.bisecting[k].copy()
        self._bisect(k, searching, y, size, end, crossed, narrow)
        self._advance(k, ~searching, y, size, limit, worst, crossed, holding)
        self.going[k] &= h - self.elapsed[k] > smallest

    def _crossed(self, x: Values, y: Values, k: np.ndarray, end: Any, holding: Any) -> Any:
        runner = self.runner
        crossed = runner.condition(y, self.row, self.step, end, self.chosen[k]) & ~holding
        if not runner.model.reset:
            begin = self.elapsed[k] / self.h
            crossed &= ~runner.condition(x, self.row, self.step, begin, self.chosen[k])
        return crossed

    def _advance(
        self, k: Any, mine: Any, y: Values, size: Any, limit: Any, worst: Any, crossed: Any, holding: Any
    ) -> None:
        """Take the sub-step, divide it, or begin to bisect it."""
        h, smallest = self.h, self.h * SMALLEST
        good = mine & (worst <= 1.0)
        begin, take, refuse = good & crossed, good & ~crossed, mine & ~good
        self.bisecting[k[begin]] = True
        self.low[k[begin]], self.high[k[begin]] = 0.0, size[begin]
        for s in self.x:
            self.x[s][k[take]] = y[s][take]
        whole = (size >= limit) & ~(holding & (self.rest[k] < h - self.elapsed[k]))
        still = self.rest[k] - size
        grown = np.where(worst < 1.0 / 64.0, size * 2.0, size)
        self.elapsed[k[take]] = np.where(whole, h, self.elapsed[k] + size)[take]
        self.rest[k[take]] = np.where(holding & (still > smallest), still, 0.0)[take]
        self.size[k[take]] = grown[take]
        with np.errstate(invalid="ignore"):
            self.size[k[refuse]] = np.where(worst < 1e3, size * 0.5, size * 0.125)[refuse]
        stuck = k[refuse & (self.size[k] < smallest)]
        if len(stuck):
            self.runner.fault(STEP_TOO_SMALL, int(self.chosen[stuck[0]]))
            self.going[stuck] = False

    def _bisect(
        self, k: Any, mine: Any, y: Values, size: Any, end: Any, crossed: Any, narrow: Any
    ) -> None:
        """Narrow the brackets of spikes, and fire those that are narrow."""
        h, smallest = self.h, self.h * SMALLEST
        lower, upper, fire = mine & ~narrow & ~crossed, mine & ~narrow & crossed, mine & narrow
        self.low[k[lower]], self.high[k[upper]] = size[lower], size[upper]
        if not np.any(fire):
            return
        who = k[fire]
        self.runner.write_spikes(self.chosen[who], self.step, end[fire])
        after = {s: v[fire].copy() for s, v in y.items()}
        self.rest[who] = self.runner.reset(after, self.row, self.step, end[fire], self.chosen[who])
        for s in self.x:
            self.x[s][who] = after[s]
        left = h - (self.elapsed[who] + size[fire])
        self.elapsed[who] = np.where(left <= smallest, h, self.elapsed[who] + size[fire])
        self.size[who], self.bisecting[who] = left, False
        self.spikes[who] += 1
        many = who[self.spikes[who] >= MOST_SPIKES_A_STEP]
        if len(many):
            self.runner.fault(TOO_MANY_SPIKES, int(self.chosen[many[0]]))
            self.going[many] = False


def runge_kutta(
    runner: ReferenceRunner,
    scheme: Step,
    states: Values,
    row: int,
    step: int,
    elapsed: Any,
    size: Any,
    chosen: np.ndarray,
    holding: np.ndarray | None,
) -> tuple[Values, np.ndarray]:
    """One Runge-Kutta step of `size` after `elapsed`; the new states, and the worst relative error."""
    tableau, model = scheme.tableau, runner.model
    if tableau is None:
        raise ValueError(f"{scheme.method} is not a Runge-Kutta scheme")
    h = runner.population.values["dt"]
    slopes: list[Values] = []
    for weights, c in zip(tableau.a, tableau.c, strict=True):
        at = dict(states)
        for weight, slope in zip(weights, slopes, strict=False):
            at = {s: at[s] + (weight * size) * slope[s] for s in model.states}
        known = runner.values(at, row, step, c * (size / h) + elapsed / h, chosen)
        slope = {s: np.broadcast_to(evaluate(e, known), chosen.shape) for s, e in model.derivatives.items()}
        if holding is not None:
            slope |= {s: np.where(holding, 0.0, slope[s]) for s in model.held}
        slopes.append(slope)
    new, worst = dict(states), np.zeros(chosen.shape)
    with np.errstate(all="ignore"):
        for s in model.states:
            for weight, slope in zip(tableau.b, slopes, strict=True):
                new[s] = new[s] + (weight * size) * slope[s]
            if tableau.error:
                error = sum(e * size * k[s] for e, k in zip(tableau.error, slopes, strict=True))
                bound = (np.abs(new[s]) + 1.0) * float(scheme.tolerance or 1.0)
                ratio = np.abs(error) / bound + (new[s] - new[s])
                worst = np.where(ratio <= worst, worst, ratio)
    return new, worst

