"""The array reference: the same run carried out by NumPy, for machines without llvmlite, and tests.

It follows the kernel's order of operations step by step: record, draw noise, update, find spikes,
reset, or divide the step. What the kernel does neuron by neuron is done here on the neurons
concerned, as arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.compiler.plan import (
    DENSE,
    FAULT,
    FAULT_NEURON,
    GAINED,
    LIMIT,
    NOISE,
    NOT_FINITE,
    SPIKES,
)
from rheobase.compiler.step import CURVE, SLOPE
from rheobase.compiler.targets.numpy import evaluate
from rheobase.engine.division import divide, runge_kutta
from rheobase.engine.philox import normal
from rheobase.engine.population import Population

Values = dict[str, Any]


class ReferenceRunner:
    """Runs a population on NumPy."""

    def __init__(self, population: Population):
        self.population, self.plan = population, population.plan
        self.model = population.plan.step.model

    def advance(self, population: Population, steps: int) -> int:
        """Advance by up to `steps` steps; returns how many were done."""
        population.bind_slice(steps)
        first, counters, done = population.clock, population.arrays["counters"], 0
        while done < steps and counters[FAULT] == 0:
            step = first + done
            self._draw_noise(step)
            if self.plan.record and step % population.numbers["record_every"] == 0:
                self._sample(done, step)
            self._step(done, step)
            done += 1
        population.clock += done
        counters[LIMIT] = done
        population.take_spikes()
        return done

    def observe(self, population: Population) -> None:
        """Record one sample of the state as it is."""
        if self.plan.record:
            population.bind_slice(1, at_end=True)
            self._sample(0, population.clock)
            population.samples += 1

    def states(self) -> Values:
        """Every state, one array each."""
        return {s: self.population.arrays[f"state_{s}"] for s in self.model.states}

    def values(self, states: Values, row: int, step: int, fraction: Any, chosen: Any) -> Values:
        """What every name stands for at a fraction of a step, for the chosen neurons."""
        constants = {k: (v[chosen] if np.ndim(v) else v) for k, v in self.population.values.items()}
        time = (step + fraction) * self.population.values["dt"]
        known = {**constants, **states, **self.inputs(row, fraction, chosen), "t": time}
        for name, expression in self.model.definitions.items():
            known[name] = evaluate(expression, known)
        return known

    def inputs(self, row: int, fraction: Any, chosen: Any) -> Values:
        """Every input at a fraction of a step; its three coefficients where `fraction` is None."""
        arrays, n = self.population.arrays, self.population.n
        found: Values = {}
        for name, plan in self.plan.inputs.items():
            total: list[Any] = [0.0, 0.0, 0.0]
            if plan.base:
                total[0] = total[0] + arrays[f"base_{name}"][chosen]
            for k, kind in enumerate(plan.kinds):
                if kind == NOISE:
                    total[0] = total[0] + arrays[f"noise_{name}_{k}"][chosen]
                    continue
                if kind == DENSE:
                    dense = arrays[f"dense_{name}_{k}"].reshape(-1, 3, n)[row][:, chosen]
                    parts = list(dense)
                else:
                    parts = list(arrays[f"wave_{name}_{k}"].reshape(-1, 3)[row])
                if kind == GAINED:
                    parts = [arrays[f"gain_{name}_{k}"][chosen] * p for p in parts]
                total = [a + b for a, b in zip(total, parts, strict=True)]
            if fraction is None:
                found |= {name: total[0], name + SLOPE: total[1], name + CURVE: total[2]}
            else:
                found[name] = total[0] + fraction * (total[1] + fraction * total[2])
        return found

    def _draw_noise(self, step: int) -> None:
        arrays, numbers = self.population.arrays, self.population.numbers
        neurons, stream = np.arange(self.population.n), numbers["stream"]
        for noise in self.plan.step.noises:
            arrays[f"draw_{noise}"] = normal(numbers["seed"], stream, neurons, step)
            stream += 1
        for name, plan in self.plan.inputs.items():
            for k, kind in enumerate(plan.kinds):
                if kind == NOISE:
                    draw = normal(numbers["seed"], stream, neurons, step)
                    part = {p: arrays[f"{p}_{name}_{k}"] for p in ("noise", "mean", "decay")}
                    spread = arrays[f"{'sigma' if step == 0 else 'spread'}_{name}_{k}"]
                    decay = 0.0 if step == 0 else part["decay"]
                    old = part["noise"] - part["mean"]
                    arrays[f"noise_{name}_{k}"] = part["mean"] + old * decay + spread * draw
                    stream += 1

    def _sample(self, row: int, step: int) -> None:
        arrays = self.population.arrays
        chosen = arrays["record_neuron"]
        states = {s: v[chosen] for s, v in self.states().items()}
        known = self.values(states, row, step, 0.0, chosen)
        first = step // self.population.numbers["record_every"] * len(chosen)
        for name in self.plan.record:
            arrays[f"trace_{name}"][first + arrays["record_column"]] = known[name]

    def _step(self, row: int, step: int) -> None:
        everyone = np.arange(self.population.n)
        old = {s: v.copy() for s, v in self.states().items()}
        if self.plan.inner is self.plan.step:
            divide(self, everyone, row, step)
            return
        new = self._updated(old, row, step, everyone)
        if self.plan.inner is not None:
            calm = self.population.arrays["remaining"] <= 0.0
            calm &= ~self.condition(new, row, step, 1.0, everyone)
            calm &= np.all(np.isfinite(np.stack(list(new.values()))), axis=0)
            for s in self.model.states:
                self.population.arrays[f"state_{s}"] = np.where(calm, new[s], old[s])
            if not np.all(calm):
                divide(self, np.flatnonzero(~calm), row, step)
            return
        self._on_the_grid(old, new, row, step)

    def _updated(self, old: Values, row: int, step: int, everyone: np.ndarray) -> Values:
        scheme, h = self.plan.step, self.population.values["dt"]
        if scheme.tableau is not None:
            holding = self.population.arrays["refractory"] > 0 if self.model.held else None
            return runge_kutta(self, scheme, old, row, step, 0.0, h, everyone, holding)[0]
        known = self.values(old, row, step, 0.0, everyone) | self.inputs(row, None, everyone)
        known |= {noise: self.population.arrays[f"draw_{noise}"] for noise in scheme.noises}
        for name, expression in scheme.body.items():
            known[name] = evaluate(expression, known)
        shape = everyone.shape
        new = {s: np.broadcast_to(evaluate(e, known), shape) for s, e in scheme.after.items()}
        if scheme.held and self.plan.inner is None:
            free = self.population.arrays["refractory"] <= 0
            for s, e in scheme.held.items():
                new[s] = np.where(free, new[s], evaluate(e, known))
        return {s: np.array(value) for s, value in new.items()}

    def condition(
        self, states: Values, row: int, step: int, fraction: Any, chosen: Any
    ) -> np.ndarray:
        """The spike condition of the chosen neurons."""
        shape = np.shape(chosen)
        if self.model.spike is None:
            return np.zeros(shape, dtype=bool)
        known = self.values(states, row, step, fraction, chosen)
        return np.array(np.broadcast_to(evaluate(self.model.spike, known), shape))

    def held_before(self, states: Values, row: int, step: int, chosen: Any) -> np.ndarray:
        """Whether the condition held before a step: as it begins, or as the last one ended."""
        if self.plan.remembers and step:
            return np.asarray(self.population.arrays["was"][chosen] != 0)
        return self.condition(states, row, step, 0.0, chosen)

    def _on_the_grid(self, old: Values, new: Values, row: int, step: int) -> None:
        arrays, n = self.population.arrays, self.population.n
        everyone = np.arange(n)
        free = np.ones(n, dtype=bool)
        if self.model.held:
            free = arrays["refractory"] <= 0
            arrays["refractory"] = np.where(free, arrays["refractory"], arrays["refractory"] - 1)
            for s in self.model.held:
                new[s] = np.where(free, new[s], old[s])
        fires = self.condition(new, row, step, 1.0, everyone) & free
        if not self.model.reset:
            held, before = fires.copy(), self.held_before(old, row, step, everyone)
            fires &= ~before
            if self.plan.remembers:
                arrays["was"] = held.astype(np.int8)
        for s in self.model.states:
            arrays[f"state_{s}"] = new[s]
        neurons = np.flatnonzero(fires)
        if len(neurons):
            self.write_spikes(neurons, step, self._fractions(old, new, row, step, neurons))
            after = {s: v[neurons] for s, v in new.items()}
            period = self.reset(after, row, step, 1.0, neurons)
            for s in self.model.states:
                arrays[f"state_{s}"][neurons] = after[s]
            if self.model.held:
                if not np.all(np.isfinite(period)):
                    self.fault(NOT_FINITE, int(neurons[np.argmin(np.isfinite(period))]))
                ticks = np.floor(period / self.population.values["dt"] + 0.5)
                most = np.iinfo(np.int32).max
                arrays["refractory"][neurons] = np.nan_to_num(np.clip(ticks, -1, most))
        self._check_finite()

    def _check_finite(self) -> None:
        states = self.states()
        if not states:
            return
        broken = np.flatnonzero(~np.all(np.isfinite(np.stack(list(states.values()))), axis=0))
        if len(broken):
            self.fault(NOT_FINITE, int(broken[0]))

    def fault(self, what: int, neuron: int) -> None:
        """Leave word of a fault, if it is the first."""
        counters = self.population.arrays["counters"]
        if not counters[FAULT]:
            counters[FAULT], counters[FAULT_NEURON] = what, neuron

    def _fractions(self, old: Values, new: Values, row: int, step: int, neurons: np.ndarray) -> Any:
        margin = self.plan.margin
        if not self.plan.refine or margin is None:
            return np.ones(len(neurons))
        sides = []
        for states, fraction in ((old, 0.0), (new, 1.0)):
            chosen = {s: v[neurons] for s, v in states.items()}
            known = self.values(chosen, row, step, fraction, neurons)
            sides.append(np.broadcast_to(evaluate(margin, known), neurons.shape))
        with np.errstate(all="ignore"):
            part = sides[0] / (sides[0] - sides[1])
        return np.where((part > 0.0) & (part <= 1.0), part, 1.0)

    def reset(self, states: Values, row: int, step: int, fraction: Any, chosen: np.ndarray) -> Any:
        """Apply the reset to states in place; returns the refractory period."""
        for update in self.model.reset:
            known = self.values(states, row, step, fraction, chosen)
            states[update.name] = np.array(
                np.broadcast_to(evaluate(update.result, known), chosen.shape), dtype=float
            )
        if self.model.refractory is None:
            return np.zeros(chosen.shape)
        known = self.values(states, row, step, fraction, chosen)
        return np.broadcast_to(evaluate(self.model.refractory, known), chosen.shape)

    def write_spikes(self, neurons: np.ndarray, step: int, fractions: np.ndarray) -> None:
        """Append spikes to the list."""
        arrays = self.population.arrays
        first = int(arrays["counters"][SPIKES])
        last = first + len(neurons)
        arrays["spike_neuron"][first:last] = neurons
        arrays["spike_row"][first:last] = step - self.population.numbers["first_step"]
        arrays["spike_fraction"][first:last] = fractions
        arrays["counters"][SPIKES] = last
