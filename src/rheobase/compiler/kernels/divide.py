"""The inner scheme of one neuron: its step divided to the tolerance, its spikes found inside.

One loop serves three purposes, so that the right-hand side is compiled once: an ordinary sub-
step, a sub-step of a neuron held in its refractory period, and the search for the spike in one
that crosses.
"""

from __future__ import annotations

from rheobase.compiler.kernel import (
    Array,
    Bits,
    Cast,
    Name,
    Value,
    as_value,
    fma,
    primitive,
    select,
)
from rheobase.compiler.kernels.resets import apply_reset
from rheobase.compiler.kernels.scene import Scene
from rheobase.compiler.plan import (
    MOST_SPIKES_A_STEP,
    NOT_FINITE,
    STEP_TOO_SMALL,
    TOO_MANY_SPIKES,
    TOO_STIFF,
)
from rheobase.compiler.tableau import Tableau

# A sub-step, and the bracket of a spike, are not divided below this fraction of the step.
SMALLEST = 1e-14
# A sub-step grows at most, and shrinks at least, by these.
FASTEST_GROWTH, FASTEST_SHRINK, CAUTION = 4.0, 0.1, 0.9
# x ** (-1/5), to a few percent, from the bits of x: 6/5 of the pattern of 1.0, less a fifth of x's.
FIFTH_ROOT = 0x4CB9999999999800
# A spike is sought by regula falsi, with bisection after so many probes.
MOST_PROBES = 24
# A step that takes more trials than this is one that the scheme cannot do: a run must end.
MOST_TRIALS = 100_000


class Division:
    """The variables of one neuron's divided step."""

    def __init__(self, scene: Scene, neuron: Value, row: Value, step: Value):
        inner = scene.plan.inner
        if inner is None or inner.tableau is None:
            raise ValueError("there is no inner scheme")
        self.scene, self.b = scene, scene.builder
        self.tableau: Tableau = inner.tableau
        self.tolerance = float(inner.tolerance or 0.0)
        self.neuron, self.row, self.step = neuron, row, step
        self.states = scene.model.states
        b = self.b
        self.x = {s: b.variable(f"{s}_now", scene.state(s)[neuron]) for s in self.states}
        self.y = {s: b.variable(f"{s}_try", 0.0) for s in self.states}
        self.elapsed = b.variable("elapsed", 0.0)
        self.size = b.variable("size", scene.dt)
        self.rest = b.variable(
            "rest", scene.array("remaining")[neuron] if scene.model.held else 0.0
        )
        self.low, self.high = b.variable("low", 0.0), b.variable("high", 0.0)
        self.below, self.above = b.variable("below", 0.0), b.variable("above", 0.0)
        self.probes = b.variable("probes", 0, "i64")
        self.side = b.variable("side", 0, "i64")
        self.spikes = b.variable("spikes", 0, "i64")
        self.trials = b.variable("trials", 0, "i64")
        self.going = b.variable("going", 1, "i64")

    def run(self) -> None:
        """Integrate the neuron over the whole step."""
        scene, b = self.scene, self.b
        h = scene.dt
        with b.repeat(self.going.differs(0)):
            holding = b.let("holding", self.rest > 0.0)
            left = b.let("left", h - self.elapsed)
            limit = b.let("limit", select(holding & (self.rest < left), self.rest, left))
            plain = b.let("plain", select(self.size < limit, self.size, limit))
            size = b.let("tried", select(self.probes > 0, self._probe(), plain))
            b.assign(self.trials, self.trials + 1)
            worst = self._try(size, holding)
            end = b.let("end", (self.elapsed + size) / h)
            crossed = self._crossed(end, holding)
            with b.when(self.probes > 0):
                self._seek(size, end, crossed)
            with b.otherwise():
                self._advance(size, limit, worst, crossed, holding)
            with b.when(self.trials >= MOST_TRIALS):
                scene.write_fault(self.neuron, self.row, TOO_STIFF)
                b.assign(self.going, 0)
            with b.when((h - self.elapsed) <= h * SMALLEST):
                b.assign(self.going, 0)
        doubt: Value = as_value(0.0, "f64")
        for s in self.states:
            b.store(scene.state(s), self.neuron, self.x[s])
            doubt = doubt + (self.x[s] - self.x[s])  # zero, and NaN for NaN and infinity
        with b.when(doubt.differs(0.0)):  # a reset at the very end of the step may have done it
            scene.write_fault(self.neuron, self.row, NOT_FINITE)
        if scene.model.held:
            b.store(scene.array("remaining"), self.neuron, self.rest)
        if scene.plan.remembers:
            holds = scene.condition(self.neuron, self.row, self.step, 1.0, dict(self.x))
            b.store(scene.array("was", "i8"), self.neuron, Cast(holds, "i8"))

    def _try(self, size: Name, holding: Name) -> Name:
        """One Runge-Kutta step of the given size into `y`; returns the worst relative error."""
        scene, b, tableau = self.scene, self.b, self.tableau
        d, stages = len(self.states), tableau.stages
        slopes = scene.scratch("inner_slope", stages * d)
        a = scene.table("a", tuple(v for r in tableau.a for v in (*r, *[0.0] * (stages - len(r)))))
        c = scene.table("c", tableau.c)
        with b.loop("stage", 0, stages) as stage:
            for s in self.states:
                b.assign(self.y[s], self.x[s])
            with b.loop("earlier", 0, stage) as earlier:
                weight = b.let("weight", a[stage * stages + earlier] * size)
                for k, s in enumerate(self.states):
                    b.assign(self.y[s], fma(weight, slopes[earlier * d + k], self.y[s]))
            self._slopes(slopes, stage, c, size, holding)
        return self._worst_error(slopes, size)

    def _slopes(self, slopes: Array, stage: Name, c: Array, size: Name, holding: Name) -> None:
        scene, b, model = self.scene, self.b, self.scene.model
        # In this order a whole step has the very fractions of the fast path.
        begin = b.let("begin", self.elapsed / scene.dt)
        fraction = b.let("fraction", fma(c[stage], size / scene.dt, begin))
        wave = scene.wave(self.row, fraction)
        values: dict[str, Value] = dict(self.y)
        values |= scene.time(self.step, fraction)
        values |= scene.inputs(self.neuron, self.row, wave, fraction, coupled=True)
        lower = scene.lowering(self.neuron, values)
        for name, expression in model.definitions.items():
            lower.define(name, expression)
        found = [b.let(f"slope_{s}", lower(model.derivatives[s])) for s in self.states]
        for k, (s, slope) in enumerate(zip(self.states, found, strict=True)):
            held = select(holding, 0.0, slope) if s in model.held else slope
            b.store(slopes, stage * len(self.states) + k, held)

    def _worst_error(self, slopes: Array, size: Name) -> Name:
        scene, b, tableau = self.scene, self.b, self.tableau
        d = len(self.states)
        weights = scene.table("error", tableau.error)
        errors = [b.variable("error", 0.0) for _ in self.states]
        with b.loop("stage", 0, tableau.stages) as stage:
            for k, error in enumerate(errors):
                b.assign(error, fma(weights[stage] * size, slopes[stage * d + k], error))
        worst = b.variable("worst", 0.0)
        for s, error in zip(self.states, errors, strict=True):
            slope = primitive("fabs", slopes[(tableau.stages - 1) * d + self.states.index(s)])
            bound = error_bound(self.y[s], slope, scene.dt, self.tolerance)
            ratio = b.let("ratio", primitive("fabs", error) / bound + (self.y[s] - self.y[s]))
            # A NaN of one state must outlive the finite error of the next.
            b.assign(worst, select(ratio > worst, ratio, worst) + (ratio - ratio))
        return worst

    def _crossed(self, end: Value, holding: Name) -> Name:
        scene, b = self.scene, self.b
        if scene.model.spike is None:
            return b.let("crossed", as_value(False, "bool"))
        after = scene.condition(self.neuron, self.row, self.step, end, dict(self.y))
        crossed = after & ~holding
        if not scene.model.reset:
            begin = b.let("begin", self.elapsed / scene.dt)
            before = scene.condition(self.neuron, self.row, self.step, begin, dict(self.x))
            if scene.plan.remembers:
                first = scene.held_before(self.neuron, self.row, self.step, dict(self.x))
                before = select(self.elapsed.equals(0.0), first, before)
            crossed = crossed & ~before
        return b.let("crossed", crossed)

    def _advance(self, size: Name, limit: Name, worst: Name, crossed: Name, holding: Name) -> None:
        """Take the sub-step, divide it, or begin to seek the spike in it."""
        b, h = self.b, self.scene.dt
        with b.when(worst <= 1.0):
            with b.when(crossed):
                begin = b.let("begin", self.elapsed / h)
                b.assign(self.low, 0.0)
                b.assign(self.high, size)
                b.assign(self.below, self._margin(begin, self.x))
                b.assign(self.above, self._margin((self.elapsed + size) / h, self.y))
                b.assign(self.side, 0)
                b.assign(self.probes, 1)
            with b.otherwise():
                for s in self.states:
                    b.assign(self.x[s], self.y[s])
                # Exactly to the end, so that no sliver of a step is left to rounding.
                whole = b.let(
                    "whole", (size >= limit) & ~(holding & (self.rest < h - self.elapsed))
                )
                b.assign(self.elapsed, select(whole, h, self.elapsed + size))
                left = b.let("still", self.rest - size)
                released = left <= h * SMALLEST
                b.assign(self.rest, select(holding & ~released, left, 0.0))
                b.assign(self.size, size * self._growth(worst))
        with b.otherwise():
            b.assign(self.size, size * select(worst >= 0.0, self._growth(worst), FASTEST_SHRINK))
            with b.when(self.size < h * SMALLEST):
                self.scene.write_fault(self.neuron, self.row, STEP_TOO_SMALL)
                b.assign(self.going, 0)

    def _growth(self, worst: Name) -> Value:
        """By how much the next sub-step may differ: 0.9 worst^(-1/5), within bounds."""
        root = Bits(as_value(FIFTH_ROOT, "i64") - Bits(worst, "i64") // 5, "f64")
        growth = self.b.let("growth", root * CAUTION)
        bounded = select(growth < FASTEST_GROWTH, growth, FASTEST_GROWTH)
        return self.b.let("bounded", select(growth > FASTEST_SHRINK, bounded, FASTEST_SHRINK))

    def _margin(self, fraction: Value, states: dict[str, Name]) -> Value:
        """The spike condition as a number that turns positive; zero if it is not one comparison."""
        margin = self.scene.plan.margin
        if margin is None:
            return as_value(0.0, "f64")
        return self.scene.evaluate(self.neuron, self.row, self.step, fraction, dict(states), margin)

    def _probe(self) -> Value:
        """Where to look for the spike: regula falsi in the bracket, its middle, or its end."""
        b, h = self.b, self.scene.dt
        width = b.let("width", self.high - self.low)
        share = b.let("share", self.below / (self.below - self.above))
        usable = (share > 0.0) & (share < 1.0) & (self.probes < MOST_PROBES)
        inside: Value = fma(width, select(usable, share, 0.5), self.low)
        least = b.let("least", h * (0.5 * SMALLEST))
        inside = b.let("inside", select(inside < self.low + least, self.low + least, inside))
        inside = b.let("within", select(inside > self.high - least, self.high - least, inside))
        return b.let("probe", select(width <= h * SMALLEST, self.high, inside))

    def _seek(self, size: Name, end: Value, crossed: Name) -> None:
        """Narrow the bracket of a spike, and when it is narrow fire at its upper end.

        The Illinois rule: an end that stays twice counts half, so that both ends close in.
        """
        b, h = self.b, self.scene.dt
        narrow = b.let("narrow", self.high - self.low <= h * SMALLEST)
        b.assign(self.probes, self.probes + 1)
        with b.when(~narrow):
            margin = b.let("margin", self._margin(end, self.y))
            with b.when(crossed):
                b.assign(self.high, size)
                b.assign(self.above, margin)
                b.assign(self.below, select(self.side > 0, self.below * 0.5, self.below))
                b.assign(self.side, 1)
            with b.otherwise():
                b.assign(self.low, size)
                b.assign(self.below, margin)
                b.assign(self.above, select(self.side < 0, self.above * 0.5, self.above))
                b.assign(self.side, -1)
        with b.otherwise():
            self._fire(size, end)

    def _fire(self, size: Name, end: Value) -> None:
        """Write the spike, reset, and go on from there."""
        scene, b, h = self.scene, self.b, self.scene.dt
        b.assign(self.probes, 0)
        scene.write_spike(self.neuron, self.row, end)
        for s in self.states:
            b.assign(self.x[s], self.y[s])
        period = apply_reset(scene, self.neuron, self.row, self.step, end, self.x)
        b.assign(self.rest, period)
        with b.when((period - period).differs(0.0)):
            scene.write_fault(self.neuron, self.row, NOT_FINITE)
            b.assign(self.going, 0)
        left = b.let("after", h - (self.elapsed + size))
        b.assign(self.elapsed, select(left <= h * SMALLEST, h, self.elapsed + size))
        b.assign(self.size, left)
        b.assign(self.spikes, self.spikes + 1)
        with b.when(self.spikes >= MOST_SPIKES_A_STEP):
            scene.write_fault(self.neuron, self.row, TOO_MANY_SPIKES)
            b.assign(self.going, 0)


def error_bound(value: Value, slope: Value, h: Value, tolerance: float) -> Value:
    """The local error allowed: `tolerance` relative to 1 + |x|, and as much of a step in time.

    In the upswing of a spike, where the slope is steep, only its time counts.
    """
    relative = (primitive("fabs", value) + 1.0) * tolerance
    return fma(slope, h * tolerance, relative)
