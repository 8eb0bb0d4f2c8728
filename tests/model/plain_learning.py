"""A learning rule carried out at one synapse in plain Python: the meaning of its text, slowly.

It shares nothing with the compiler and the engine. What it takes of a rule are the author's
equations and statements as trees, the values, and the scope of each state.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache

import numpy as np
from scipy.linalg import expm

from rheobase.model.expression import (
    Apply,
    Comparison,
    Logical,
    Negative,
    Number,
    Operation,
    Symbol,
)

FUNCTIONS = {
    "exp": math.exp,
    "expm1": math.expm1,
    "exprel": lambda x: math.expm1(x) / x if x else 1.0,
    "log": math.log,
    "log1p": math.log1p,
    "log10": math.log10,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "logistic": lambda x: 1 / (1 + math.exp(-x)),
    "abs": abs,
    "sign": lambda x: (x > 0) - (x < 0),
    "floor": math.floor,
    "heaviside": lambda x: float(x > 0),
    "positive": lambda x: max(x, 0.0),
    "max": max,
    "min": min,
    "clip": lambda x, low, high: min(max(x, low), high),
}
OPERATIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
SCOPE_OF = {"pre": "pre", "post": "post", "modulator": "shared"}
# A stretch over which nothing decays by more than exp(-1) is solved by collocation at so many
# nodes, exactly to the last digits where what drives a state is smooth.
LONGEST, POINTS = 1.0, 8


def collocation():
    """Gauss's nodes on (0, 1), integrals of the Lagrange polynomials up to them, and up to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(POINTS)
    basis = np.polynomial.legendre.legvander(nodes, POINTS - 1)
    sums = np.array(
        [
            np.polynomial.legendre.legval(nodes, np.polynomial.legendre.legint(row, lbnd=-1))
            for row in np.eye(POINTS)
        ]
    ).T
    return (nodes + 1) / 2, sums @ np.linalg.inv(basis) / 2, weights / 2


NODES, INTEGRALS, WEIGHTS = collocation()


@lru_cache(maxsize=100_000)
def propagated(matrix, size, span):
    """The exponential of a matrix, which synapses of one rule need again and again."""
    return expm(np.frombuffer(matrix).reshape(size, size) * span)


class Replay:
    """One synapse of a rule, from tick 0.

    Args:
        rule: the `LearningRule`.
        dt: the time step: ms, or the rule's own unit of time in a rule without units.
        w: the weight at tick 0, internal.
        draw: gives the binomial number of a tick, a number of trials and a probability.
        target: what the rule reads of the target, at every tick, by the names that it has there.
        ahead: whether some synapse of the projection has no dendritic delay.
        own: parameters and first values that the synapse has for itself, internal.
    """

    def __init__(self, rule, dt, w, draw=None, target=None, ahead=False, own=None):
        self.rule, self.dt, self.draw = rule, dt, draw
        self.target, self.ahead, self.inputs = target or {}, ahead, list(rule.parts.reads)
        structure = rule.parts.structure
        self.equations = {e.name: e for e in structure.equations}
        self.on = rule.parts.authored()
        self.transmits = structure.reset[-1].value
        own = dict(own or {})
        constants = {name: own.pop(name) for name, v in rule.varying.items() if v.is_parameter}
        self.scopes = {s: scope for s, scope in rule.scopes.items() if s not in constants}
        self.states = {"w": w}
        self.parameters = dict(rule.parameters) | constants | {"dt": dt}
        for state in self.scopes:
            if state in own:
                self.states[state] = own[state]
            elif state != "w":
                first = structure.initial.get(state, Number(0.0))
                self.states[state] = float(self.evaluate(first, self.read(0)))
        self.clocked = [s for s, scope in self.scopes.items() if scope != "synapse"]
        own = [s for s in self.scopes if self.scopes[s] == "synapse" and s in self.equations]
        self.rates = {state: self.rate(state) for state in own if self.decays(state)}
        self.driven = [state for state in own if state not in self.rates]
        self.matrix = self.affine()

    def evaluate(self, node, states):
        """A tree with values; named expressions are worked out where they stand."""
        match node:
            case Number(value):
                return value
            case Symbol(name) if name in states:
                return states[name]
            case Symbol(name) if name in self.parameters:
                return self.parameters[name]
            case Symbol(name):
                return self.evaluate(self.equations[name].right, states)
            case Negative(operand):
                return -self.evaluate(operand, states)
            case Operation(op, left, right) | Comparison(op, left, right):
                return OPERATIONS[op](self.evaluate(left, states), self.evaluate(right, states))
            case Logical("not", (operand,)):
                return not self.evaluate(operand, states)
            case Logical(op, operands):
                found = [self.evaluate(part, states) for part in operands]
                return all(found) if op == "and" else any(found)
            case Apply("where", (condition, chosen, other)):
                return self.evaluate(chosen if self.evaluate(condition, states) else other, states)
            case Apply(function, arguments):
                return FUNCTIONS[function](*(self.evaluate(a, states) for a in arguments))

    def slope(self, state, states):
        """The derivative of a state that has one; 0 for another."""
        return self.evaluate(self.equations[state].value, states) if state in self.equations else 0

    def affine(self):
        """The clocked states and what they read as one linear system: d(s, 1)/dt = M (s, 1)."""
        moving = [*self.clocked, *self.inputs]
        n = len(moving)
        matrix = np.zeros((n + 1, n + 1))
        here = dict.fromkeys([*self.states, *self.inputs], 0.0)
        for i, state in enumerate(self.clocked):
            matrix[i, n] = self.slope(state, here)
            for j, other in enumerate(moving):
                matrix[i, j] = self.slope(state, {**here, other: 1.0}) - matrix[i, n]
        values = dict(zip(moving, np.linspace(0.3, 1.7, n), strict=True))
        expected = [self.slope(state, {**here, **values}) for state in self.clocked]
        found = matrix @ [*values.values(), 1.0]
        found = found[: len(self.clocked)]
        assert np.allclose(found, expected, rtol=1e-9, atol=1e-12), "not linear"
        return matrix

    def rate(self, state):
        """Of a state of the synapse that decays."""
        here = dict.fromkeys([*self.states, *self.inputs], 0.0)
        return -self.slope(state, {**here, state: 1.0})

    def decays(self, state):
        """Whether a state of the synapse does nothing but decay, whatever all others are."""
        some = dict(zip([*self.states, *self.inputs], np.linspace(0.4, 2.3, 50), strict=False))
        others = dict.fromkeys([*self.states, *self.inputs], 0.0)
        return all(
            np.isclose(self.slope(state, {**here, state: 3.0}), -3 * self.rate(state), atol=1e-13)
            and not self.slope(state, {**here, state: 0.0})
            for here in (some, others)
        )

    def propagator(self, span):
        return propagated(self.matrix.tobytes(), len(self.matrix), span)

    def read(self, tick):
        """What is read of the target at a tick."""
        return {name: float(values[tick]) for name, values in self.target.items()}

    def moved(self, states, span):
        """Clocked and decaying states after a span; driven ones are left as they are."""
        new = dict(states)
        if self.clocked:
            vector = [*(states[s] for s in self.clocked), *(self.over[r] for r in self.inputs), 1.0]
            vector = self.propagator(span) @ vector
            new.update(zip(self.clocked, map(float, vector), strict=False))
        for state, rate in self.rates.items():
            new[state] = states[state] * math.exp(-rate * span)
        return new

    def advance(self, ticks, tick):
        """Everything between events, from so many ticks before to a tick."""
        early, late = self.read(max(tick - 1, 0)), self.read(tick)
        self.over = early if self.ahead else {r: (early[r] + late[r]) / 2 for r in late}
        while ticks > 0:
            panel = min(ticks, self.panel()) if self.driven else ticks
            span = panel * self.dt
            after = self.moved(self.states, span)
            if self.driven:
                after.update(self.collocated(span))
            self.states = after
            ticks -= panel

    def linear(self, states):
        """What is driven as A s + b, by trial; all others are as they are in `states`."""
        none = dict.fromkeys(self.driven, 0.0)
        free = np.array([self.slope(s, {**states, **none}) for s in self.driven])
        matrix = np.empty((len(free), len(free)))
        for k, name in enumerate(self.driven):
            one = {**states, **none, name: 1.0}
            matrix[:, k] = [self.slope(s, one) for s in self.driven]
        return matrix - free[:, None], free

    def panel(self):
        """A number of steps in which nothing changes much."""
        largest = [np.abs(self.matrix[:-1, :-1]).max(initial=0.0), *self.rates.values()]
        fastest = max([*largest, np.abs(self.linear(self.states)[0]).max()])
        return max(int(LONGEST / (fastest * self.dt)), 1) if fastest else 1_000_000

    def collocated(self, span):
        """What is driven after a span."""
        n = len(self.driven)
        parts = [self.linear(self.moved(self.states, span * node)) for node in NODES]
        first = np.tile([self.states[s] for s in self.driven], POINTS)
        system, right = np.eye(n * POINTS), first.copy()
        for i in range(POINTS):
            for j, (matrix, free) in enumerate(parts):
                system[i * n : (i + 1) * n, j * n : (j + 1) * n] -= span * INTEGRALS[i, j] * matrix
                right[i * n : (i + 1) * n] += span * INTEGRALS[i, j] * free
        inside = np.linalg.solve(system, right).reshape(POINTS, n)
        end = first[:n]
        for weight, (matrix, free), at in zip(WEIGHTS, parts, inside, strict=True):
            end = end + span * weight * (matrix @ at + free)
        return dict(zip(self.driven, map(float, end), strict=True))

    def happen(self, event, tick, before, kept, shown):
        """The statements of one event: other scopes as they were before the tick."""
        scope = SCOPE_OF.get(event)

        def seen():
            values = self.states | shown
            for state, found in self.scopes.items():
                if found != "synapse":
                    values[state] = kept[state] if found == scope else before[state]
            return values

        for update in self.on[event]:
            values = seen()
            if isinstance(update.value, Apply) and update.value.function == "binomial":
                n, p = (self.evaluate(a, values) for a in update.value.arguments)
                result = float(self.draw(tick, n, p))
            else:
                result = float(self.evaluate(update.result, values))
            if self.scopes[update.name] == "synapse":
                self.states[update.name] = result
            else:
                kept[update.name] = result
        return float(self.evaluate(self.transmits, seen())) if event == "pre" else None

    def run(self, pre, post, modulator, axonal, dendritic, last_tick):
        """All events up to a tick; the transmitted values with the ticks of their arrivals."""
        at = {
            "pre": Counter(tick + axonal for tick in pre),
            "post": Counter(tick + dendritic for tick in post),
            "modulator": Counter(modulator),
            "while": Counter(),
        }
        order = ("while", "post", "pre", "modulator")
        if not dendritic:
            order = ("pre", "while", "modulator", "post")
        self.peaks = Counter()
        during, sent, now = self.rule.parts.structure.spike, [], 0
        every = range(last_tick + 1) if self.inputs else ()
        for tick in sorted({tick for counts in at.values() for tick in counts} | {*every}):
            if tick > last_tick:
                break
            self.advance(tick - now, tick)
            now = tick
            before = dict(self.states)
            kept = dict(self.states)
            shown = self.read(tick)
            # Of a tick whose target is not known yet, sources alone have been dealt with.
            is_known = not any(math.isnan(value) for value in shown.values())
            if tick and is_known and during and self.evaluate(during, before | shown):
                at["while"][tick] = 1
            for event in order:
                # What arrives at the target at once is worked out a step ahead.
                is_early = event == "pre" and not dendritic
                there = self.read(max(tick - 1, 0)) if is_early else shown
                for _ in range(at[event][tick]):
                    value = self.happen(event, tick, before, kept, there)
                    if event == "pre":
                        sent.append((tick + dendritic, value))
                if not dendritic and event == "modulator":
                    # What arrives at the target at once may be why it fires.
                    before |= {s: v for s, v in kept.items() if self.scopes.get(s) == "pre"}
            for state in self.clocked:
                self.states[state] = kept[state]
            for state, value in self.states.items():
                self.peaks[state] = max(self.peaks[state], abs(value))
        self.advance(last_tick - now, last_tick)
        return sent


def replay(
    rule, pre_ticks, post_ticks, modulator_ticks, dt, axonal, dendritic, w0, last_tick, draw=None,
    target=None, ahead=False, own=None, peaks=None,
):  # fmt: skip
    """The states of one synapse at the last tick, its weight `w` among them, and what it sent.

    Args:
        rule: the `LearningRule`.
        pre_ticks: the ticks of presynaptic spikes; twice the same for two spikes.
        post_ticks: those of postsynaptic spikes.
        modulator_ticks: those at which the modulator's spikes arrive.
        dt: the time step: ms, or the rule's own unit of time in a rule without units.
        axonal: the axonal delay in ticks.
        dendritic: the dendritic delay in ticks.
        w0: the weight at tick 0, internal.
        last_tick: where to stop; what happens in it is included.
        draw: gives the binomial number of (tick, trials, probability).
        target: what the rule reads of the target, at every tick, by the names that it has there.
        ahead: whether some synapse of the projection has no dendritic delay: what the target's
            traces read is then not the mean of a step's two ends but its beginning.
        own: parameters and first values that the synapse has for itself, internal.
        peaks: gets the largest size that each state had at an event.

    Returns:
        The states by name, and a list of (tick of arrival at the target, transmitted value).
    """
    synapse = Replay(rule, dt, w0, draw, target, ahead, own)
    sent = synapse.run(pre_ticks, post_ticks, modulator_ticks, axonal, dendritic, last_tick)
    if peaks is not None:
        peaks |= synapse.peaks
    return synapse.states, sent
