"""The inner scheme of the array reference: the steps of chosen neurons divided, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.kernels.divide import (
    CAUTION,
    FASTEST_GROWTH,
    FASTEST_SHRINK,
    FIFTH_ROOT,
    MOST_PROBES,
    MOST_TRIALS,
    SMALLEST,
)
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
    if runner.plan.remembers:
        arrays["was"][chosen] = runner.condition(work.x, row, step, 1.0, chosen)
    broken = ~np.all(np.isfinite(np.stack(list(work.x.values()))), axis=0)
    if np.any(broken):
        runner.fault(NOT_FINITE, int(chosen[np.argmax(broken)]))


class _Division:
    """The variables of the kernel's divided step (`kernels/divide.py`), an element a neuron."""

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
        self.below, self.above = np.zeros(n), np.zeros(n)
        self.probes, self.side = np.zeros(n, dtype=int), np.zeros(n, dtype=int)
        self.going = np.ones(n, dtype=bool)
        self.spikes = np.zeros(n, dtype=int)

    def turn(self, k: np.ndarray) -> None:
        """One trial for each neuron of `k` that is not done."""
        h, smallest = self.h, self.h * SMALLEST
        holding = self.rest[k] > 0.0
        left = h - self.elapsed[k]
        limit = np.where(holding & (self.rest[k] < left), self.rest[k], left)
        narrow = self.high[k] - self.low[k] <= smallest
        searching = self.probes[k] > 0
        plain = np.minimum(self.size[k], limit)
        size = np.where(searching, np.where(narrow, self.high[k], self._probe(k)), plain)
        x = {s: v[k] for s, v in self.x.items()}
        y, worst = runge_kutta(
            self.runner, self.inner, x, self.row, self.step, self.elapsed[k], size,
            self.chosen[k], holding,
        )  # fmt: skip
        end = (self.elapsed[k] + size) / h
        crossed = self._crossed(x, y, k, end, holding)
        self._seek(k, searching, y, size, end, crossed, narrow)
        self._advance(k, ~searching, x, y, size, limit, worst, crossed, holding)
        self.going[k] &= h - self.elapsed[k] > smallest

    def _crossed(self, x: Values, y: Values, k: np.ndarray, end: Any, holding: Any) -> Any:
        runner = self.runner
        crossed = runner.condition(y, self.row, self.step, end, self.chosen[k]) & ~holding
        if not runner.model.reset:
            begin = self.elapsed[k] / self.h
            before = runner.condition(x, self.row, self.step, begin, self.chosen[k])
            if runner.plan.remembers:
                first = runner.held_before(x, self.row, self.step, self.chosen[k])
                before = np.where(self.elapsed[k] == 0.0, first, before)
            crossed &= ~before
        return crossed

    def _advance(
        self,
        k: Any,
        mine: Any,
        x: Values,
        y: Values,
        size: Any,
        limit: Any,
        worst: Any,
        crossed: Any,
        holding: Any,
    ) -> None:
        """Take the sub-step, divide it, or begin to seek the spike in it."""
        h, smallest = self.h, self.h * SMALLEST
        good = mine & (worst <= 1.0)
        begin, take, refuse = good & crossed, good & ~crossed, mine & ~good
        if np.any(begin):
            who = k[begin]
            self.probes[who], self.side[who] = 1, 0
            self.low[who], self.high[who] = 0.0, size[begin]
            self.below[who] = self._margin(x, k, self.elapsed[k] / h)[begin]
            self.above[who] = self._margin(y, k, (self.elapsed[k] + size) / h)[begin]
        for s in self.x:
            self.x[s][k[take]] = y[s][take]
        whole = (size >= limit) & ~(holding & (self.rest[k] < h - self.elapsed[k]))
        still = self.rest[k] - size
        grown = size * _growth(worst)
        self.elapsed[k[take]] = np.where(whole, h, self.elapsed[k] + size)[take]
        self.rest[k[take]] = np.where(holding & (still > smallest), still, 0.0)[take]
        self.size[k[take]] = grown[take]
        with np.errstate(invalid="ignore"):
            shrunk = size * np.where(worst >= 0.0, _growth(worst), FASTEST_SHRINK)
            self.size[k[refuse]] = shrunk[refuse]
        stuck = k[refuse & (self.size[k] < smallest)]
        if len(stuck):
            self.runner.fault(STEP_TOO_SMALL, int(self.chosen[stuck[0]]))
            self.going[stuck] = False

    def _margin(self, states: Values, k: np.ndarray, fraction: Any) -> np.ndarray:
        """The spike condition as a number that turns positive; zero if it is not one comparison."""
        margin, runner = self.runner.plan.margin, self.runner
        if margin is None:
            return np.zeros(k.shape)
        known = runner.values(states, self.row, self.step, fraction, self.chosen[k])
        return np.array(np.broadcast_to(evaluate(margin, known), k.shape), dtype=float)

    def _probe(self, k: np.ndarray) -> np.ndarray:
        """Where to look for the spike: regula falsi in the bracket, else its middle."""
        low, high, below, above = self.low[k], self.high[k], self.below[k], self.above[k]
        with np.errstate(all="ignore"):
            share = below / (below - above)
        usable = (share > 0.0) & (share < 1.0) & (self.probes[k] < MOST_PROBES)
        inside = (high - low) * np.where(usable, share, 0.5) + low
        least = self.h * (0.5 * SMALLEST)
        inside = np.where(inside < low + least, low + least, inside)
        return np.asarray(np.where(inside > high - least, high - least, inside))

    def _seek(
        self, k: Any, mine: Any, y: Values, size: Any, end: Any, crossed: Any, narrow: Any
    ) -> None:
        """Narrow the brackets of spikes, and fire those that are narrow."""
        if not np.any(mine):
            return
        self.probes[k[mine]] += 1
        margin = self._margin(y, k, end)
        lower, upper = mine & ~narrow & ~crossed, mine & ~narrow & crossed
        who = k[upper]
        self.high[who], self.above[who] = size[upper], margin[upper]
        self.below[who] *= np.where(self.side[who] > 0, 0.5, 1.0)
        self.side[who] = 1
        who = k[lower]
        self.low[who], self.below[who] = size[lower], margin[lower]
        self.above[who] *= np.where(self.side[who] < 0, 0.5, 1.0)
        self.side[who] = -1
        if np.any(mine & narrow):
            self._fire(k, mine & narrow, y, size, end)

    def _fire(self, k: Any, fire: Any, y: Values, size: Any, end: Any) -> None:
        """Write the spikes, reset, and go on from there."""
        h, smallest = self.h, self.h * SMALLEST
        who = k[fire]
        self.runner.write_spikes(self.chosen[who], self.step, end[fire])
        after = {s: v[fire].copy() for s, v in y.items()}
        self.rest[who] = self.runner.reset(after, self.row, self.step, end[fire], self.chosen[who])
        wrong = who[~np.isfinite(self.rest[who])]
        if len(wrong):
            self.runner.fault(NOT_FINITE, int(self.chosen[wrong[0]]))
            self.going[wrong] = False
        for s in self.x:
            self.x[s][who] = after[s]
        left = h - (self.elapsed[who] + size[fire])
        self.elapsed[who] = np.where(left <= smallest, h, self.elapsed[who] + size[fire])
        self.size[who], self.probes[who] = left, 0
        self.spikes[who] += 1
        many = who[self.spikes[who] >= MOST_SPIKES_A_STEP]
        if len(many):
            self.runner.fault(TOO_MANY_SPIKES, int(self.chosen[many[0]]))
            self.going[many] = False


def _growth(worst: np.ndarray) -> np.ndarray:
    """By how much the next sub-step may differ, by the kernel's own root of the error."""
    bits = np.asarray(worst, dtype=np.float64).view(np.int64)
    growth = (FIFTH_ROOT - bits // 5).view(np.float64) * CAUTION
    return np.asarray(np.clip(growth, FASTEST_SHRINK, FASTEST_GROWTH))


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
    """One Runge-Kutta step of `size` after `elapsed`: the new states, the worst relative error."""
    tableau, model = scheme.tableau, runner.model
    if tableau is None:
        raise ValueError(f"{scheme.method} is not a Runge-Kutta scheme")
    h = runner.population.values["dt"]
    slopes: list[Values] = []
    for weights, c in zip(tableau.a, tableau.c, strict=True):
        at = dict(states)
        with np.errstate(all="ignore"):
            for weight, slope in zip(weights, slopes, strict=False):
                at = {s: at[s] + (weight * size) * slope[s] for s in model.states}
        known = runner.values(at, row, step, c * (size / h) + elapsed / h, chosen)
        slope = {
            s: np.broadcast_to(evaluate(e, known), chosen.shape)
            for s, e in model.derivatives.items()
        }
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
                bound = bound + np.abs(slopes[-1][s]) * (h * float(scheme.tolerance or 1.0))
                ratio = np.abs(error) / bound + (new[s] - new[s])
                worst = np.where(ratio > worst, ratio, worst) + (ratio - ratio)
    return new, worst
