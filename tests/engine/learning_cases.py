"""Networks that learn, and what each of their synapses must hold: replayed one by one in Python.

The cells add up all that reaches them in g, which does not decay, so that its trace says what was
transmitted when; g turns into a drive, so that spikes depend on weights.
"""

from collections import defaultdict

import numpy as np
from scipy.stats import binom

import rheobase as rb
from rheobase.engine import numbers
from rheobase.engine.keys import key
from rheobase.model.learning.combined import combined
from rheobase.units import Hz, ms, mV

from ..model.plain_learning import replay

DT = 0.1  # ms
CELL = rb.Model(
    """
    dv/dt = (I - v + 8*mV*sin(g/mV)) / tau
    dg/dt = 0*mV/ms
    """,
    spike="v > 10*mV", reset="v = 0*mV", parameters=dict(tau=5 * ms),
    initial=dict(v=0 * mV, g=0 * mV), inputs=dict(I=mV),
)  # fmt: skip
W_MAX = 4.0
PAIRS = dict(tau_plus=3 * ms, tau_minus=4 * ms, A_plus=0.21, A_minus=0.17)
TRIPLETS = dict(
    tau_plus=3 * ms, tau_minus=4 * ms, tau_x=5 * ms, tau_y=7 * ms,
    A2_plus=0.1, A3_plus=0.05, A2_minus=0.08, A3_minus=0.03,
)  # fmt: skip
REWARDED = dict(
    tau_plus=3 * ms, tau_minus=4 * ms, A_plus=0.2, A_minus=0.15, tau_c=12 * ms, tau_d=15 * ms,
    release=80 * Hz,
)  # fmt: skip
TRACES = "dx/dt = -x/(3*ms)\ndy/dt = -y/(4*ms)\n"
LIMITS = dict(w_max=W_MAX * mV)


def typed(text, more=None, **options):
    return rb.LearningRule(text, parameters=LIMITS | (more or {}), weight=mV, **options)


RULES = {
    "hard": rb.PairSTDP(W_MAX * mV, **PAIRS),
    "soft": rb.PairSTDP(W_MAX * mV, bounds="soft", **PAIRS),
    "nearest": rb.PairSTDP(W_MAX * mV, pairing="nearest", **PAIRS),
    "powers": rb.PairSTDP(W_MAX * mV, mu_plus=0.4, mu_minus=0.2, **PAIRS),
    "triplet": rb.TripletSTDP(W_MAX * mV, **TRIPLETS),
    "nearest triplet": rb.TripletSTDP(W_MAX * mV, pairing="nearest", bounds="hard", **TRIPLETS),
    "dopamine": rb.DopamineSTDP(W_MAX * mV, **REWARDED),
    "soft dopamine": rb.DopamineSTDP(
        W_MAX * mV, bounds="soft", pairing="nearest", **REWARDED
    ),
    "homeostatic": rb.HomeostaticSTDP(W_MAX * mV, tau=4 * ms, eta=0.1, rho0=100 * Hz),
    "soft homeostatic": rb.HomeostaticSTDP(
        W_MAX * mV, tau=4 * ms, eta=0.1, rho0=100 * Hz, bounds="soft"
    ),
    "depression": rb.TsodyksMarkram(U=0.45, tau_rec=5 * ms),
    "facilitation": rb.TsodyksMarkram(U=0.2, tau_rec=3 * ms, tau_fac=9 * ms),
    "quantal": rb.QuantalRelease(3, 0.4),
    # Its modulator writes states of synapses, and reads those of all scopes.
    "rewarded": typed(
        TRACES + "dc/dt = -c/(6*ms)\ndd/dt = -d/(9*ms)",
        on_pre="c -= 0.1*y*w_max; x += 1",
        on_post="c += 0.1*x*w_max; y += 1",
        on_modulator="""
        d += 1; n = x + y
        w = clip(w + c*(1 + x)*(1 + 2*y)*d, 0*mV, w_max); c *= 0.5
        """,
        initial=dict(n=0),
    ),
    # Traces of traces, each seen by the next statement of its own event.
    "chained": typed(
        TRACES + "dz/dt = (x - z)/(5*ms)\ndq/dt = (y - q)/(6*ms)\n",
        on_pre="w = clip(w - 0.2*q*w, 0*mV, w_max); x += 1 + 0.1*z/(1 + z); z += 0.1*x",
        on_post="y += 1 + 0.3*q/(1 + q); w = clip(w + 0.1*z*(w_max - w) + 0.01*y*mV, 0*mV, w_max)",
        transmits="w*(1 + 0.1*x/(1 + x))",
    ),
    # The weight stays; what is transmitted is a state that decays by itself.
    "unweighted": typed(
        TRACES + "dc/dt = -c/(5*ms)",
        on_pre="c += 1 + y; x += 1",
        on_post="c = 0.5*c + 0.1*x*w/w_max; y += 1",
        transmits="w*c",
    ),
    # Two numbers drawn at once, and one that remembers.
    "two releases": typed(
        "dy/dt = -y/(4*ms)",
        on_pre="k = binomial(4, 0.5/(1 + y)); j = binomial(1200, 0.7); s += k",
        on_post="y += 1; s *= 0.5",
        transmits="w*(k + j/1000)",
        initial=dict(s=0),
    ),
    "counted": typed(
        "", on_pre="n += 1; m += n*w/w_max", on_post="m -= 0.5", initial=dict(n=0, m=0),
        transmits="w*n",
    ),
    # Weights that go back to where they were, and an eligibility that has an offset.
    "forgetful": typed(
        TRACES + "dw/dt = (0.5*w_max - w)/(7*ms)\ndc/dt = 0.1/ms - c/(6*ms)\ndage/dt = 1",
        on_pre="w -= 0.2*y*mV; x += 1; c += y; age = 0*ms",
        on_post="w += 0.1*x*mV + 0.01*c*mV + 0.001*age/ms*mV; y += 1; age *= 0.5",
    ),
    # Release that is short of transmitter, of a weight that learns.
    "both": combined(
        [
            rb.TsodyksMarkram(U=0.3, tau_rec=5 * ms, tau_fac=8 * ms),
            rb.PairSTDP(W_MAX * mV, **PAIRS),
            rb.QuantalRelease(3, 0.6),
        ]
    ),
    # Synapses that differ in all constants, and in what they begin with.
    "drawn": rb.TsodyksMarkram(
        U=rb.truncated(rb.normal(0.4, 0.2), low=0.05, high=0.9),
        tau_rec=rb.truncated(rb.normal(6 * ms, 4 * ms), low=1 * ms),
        tau_fac=rb.lognormal(9 * ms, 3 * ms),
    ),
    "drawn pairs": rb.LearningRule(
        TRACES + "dc/dt = (c0 - c)/tau_c",
        on_pre="c -= y; w = clip(w - A*y*w_max + 0.01*c*mV, 0*mV, w_max); x += 1",
        on_post="c += x; w = clip(w + A*x*w_max, 0*mV, w_max); y += 1",
        parameters=dict(
            A=rb.uniform(0.01, 0.2), w_max=rb.uniform(W_MAX * mV, 1.2 * W_MAX * mV),
            c0=rb.normal(0, 1), tau_c=5 * ms,
        ),
        initial=dict(c=rb.normal(1, 0.5)),
    ),
    # A cascade whose time constants differ among synapses, and change with events.
    "drawn cascade": rb.LearningRule(
        TRACES + "dc/dt = -c/tau_c\nde/dt = (c - e)/tau_e - k*e/ms\n"
        "dw/dt = (e*mV + k*k*mV - 0.1*w)/tau_c",
        on_pre="c -= 0.3*y; x += 1; k = 0.5*k + 0.01; w = 0.9*clip(w, 0*mV, w_max)",
        on_post="c += 0.3*x; y += 1; e *= 0.9; w = clip(w, 0*mV, w_max)",
        parameters=LIMITS | dict(
            tau_c=rb.uniform(4 * ms, 6 * ms),
            tau_e=rb.truncated(rb.normal(5 * ms, 2 * ms), low=1 * ms),
        ),
        initial=dict(k=rb.uniform(0, 0.2)), weight=mV,
    ),
    # A cascade of one time constant, and its sum that moves the weight.
    "cascade": typed(
        TRACES + "dc/dt = -c/(5*ms)\nde/dt = (c - e)/(5*ms)\ndf/dt = (e - f)/(5*ms)\n"
        "dw/dt = (f*mV - 0.1*w)/(6*ms)",
        on_pre="c -= 0.3*y; x += 1", on_post="c += 0.3*x; y += 1; f *= 0.9",
    ),
    # An oscillation that dies away around what a synapse remembers.
    "oscillating": typed(
        "da/dt = b/(3*ms) - a/(20*ms)\ndb/dt = (k - a)/(4*ms) - b/(9*ms)",
        on_pre="a += 1; k = 0.5*k + 0.2*b", on_post="b -= 0.5; k += 0.1",
        initial=dict(a=0, b=0, k=0.3), transmits="w*(1 + 0.1*a)",
    ),
    # Weights that a modulator makes decay, and pulls to the largest one.
    "gated": typed(
        TRACES + "dd/dt = -d/(15*ms)\nde/dt = (d - e)/(11*ms)\n"
        "dw/dt = -w*d/(30*ms) + (w_max - w)*e/(25*ms)",
        on_pre="w = clip(w - 0.2*y*mV, 0*mV, w_max); x += 1",
        on_post="w = clip(w + 0.2*x*mV, 0*mV, w_max); y += 1",
        on_modulator="d += 1",
    ),
    # An eligibility that a modulator keeps alive while it moves the weight.
    "gated cascade": typed(
        TRACES + "dd/dt = -d/(35*ms)\ndc/dt = -c*(1 + d)/(25*ms)\n"
        "dw/dt = c*d*mV/(12*ms) + 0.01*d*mV/ms",
        on_pre="w = 0.5*clip(w, 0*mV, w_max); c -= 0.2*y; x += 1",
        on_post="w = clip(w, 0*mV, w_max); c += 0.3*x; y += 1",
        on_modulator="d += 1",
    ),
}  # fmt: skip
MODULATED = ("dopamine", "soft dopamine", "rewarded", "gated", "gated cascade")
# Rules that begin each event with a bound of w, within which it is read too.
BOUNDED = ("dopamine", "soft dopamine")
# Longer than the time after which lazily updated states are all brought up to date.
LONG = {"dopamine": 1100}


class Case:
    """A network with one rule, drawn from a seed.

    Args:
        name: of the rule.
        seed: of the network.
        axonal: as `net.connect` takes it.
        threads: how many run it.
        method: of the cells; "adaptive" lets one of them fire more than once in a step.
        steps: how long it runs; None for so long that every kind of thing happens.
        spread: whether each synapse has a weight and a delay of its own.
        scale: how much more neurons there are than a few.
    """

    def __init__(
        self, name, seed, axonal=None, threads=1, method="rk4", steps=None, spread=True, scale=1
    ):
        self.name, self.rule, self.axonal = name, RULES[name], axonal
        self.steps = steps or LONG.get(name, 300)
        self.threads, self.method, self.dice = threads, method, np.random.default_rng(seed)
        self.spread, self.seed, self.scale = spread, seed, scale
        dice, steps = self.dice, self.steps
        self.cells = int(dice.integers(2, 7)) * scale
        self.sources = int(dice.integers(1, 5)) * scale
        # Spikes at tick 0, and several of a neuron in one tick.
        ticks = np.append(dice.integers(0, steps, 6 * self.sources), [0, 0, 7, 7, 7])
        self.given = ticks, dice.integers(0, self.sources, len(ticks))
        self.reward = dice.integers(0, steps, 5)
        huge = 900.0 if method == "adaptive" else 18.0
        self.drive = np.append(dice.uniform(6, 20, self.cells - 1), huge)
        self.edges = {
            "given": self._edges(self.sources, self.cells),
            "recurrent": self._edges(self.cells, self.cells),
            "view": self._edges(self.cells - 1, self.cells - 1),
        }

    def _edges(self, pre, post):
        """Pairs with their weights and delays: multapses and autapses among them."""
        count = int(self.dice.integers(1, 9)) * self.scale**2
        ends = self.dice.integers(0, pre, count), self.dice.integers(0, post, count)
        each = self.spread
        weights = self.dice.uniform(0.2, W_MAX, count if each else None)
        delays = self.dice.integers(5, 40, count if each else None)
        return *ends, weights, delays

    def network(self, threads=None, order=1, record=True):
        net = rb.Network(dt=DT * ms, seed=self.seed, threads=threads or self.threads)
        adding = [
            lambda: net.add(
                rb.SpikeTimes(self.given[0] * (DT * ms), self.given[1]), self.sources, name="given"
            ),
            lambda: net.add(CELL, self.cells, name="cells", method=self.method, I=self.drive * mV),
            lambda: net.add(
                rb.SpikeTimes(self.reward * (DT * ms), np.zeros(5, int)), 1, name="reward"
            ),
        ]
        for add in adding[::order]:
            add()
        options = dict(plasticity=self.rule, axonal=self.axonal)
        if self.name in MODULATED:
            options["modulator"] = net.populations["reward"]
        cells = net.populations["cells"]
        for name in list(self.edges)[::order]:
            pre, post, weights, delays = self.edges[name]
            ends = {
                "given": (net.populations["given"], cells),
                "recurrent": (cells, cells),
                "view": (cells[1:], cells[:-1]),
            }[name]
            net.connect(
                *ends, rb.Delta("g"), rb.edges(pre, post), weights * mV, delays * (DT * ms),
                name=name, **options,
            )  # fmt: skip
        if record:
            for name in ("given", "cells", "reward"):
                net.record(name)
            net.record("cells", "g")
        return net

    def run(self, net, pieces=()):
        """Run to the end, cut after so many steps; the recordings."""
        found, before = [], 0
        for stop in (*sorted(pieces), self.steps):
            found.append(net.run((stop - before) * DT * ms))
            before = stop
        return found


def trains(recordings, name, n):
    """The ticks of each neuron's spikes."""
    found = [[] for _ in range(n)]
    for rec in recordings:
        for tick, who in zip(
            np.rint(rec[name].spikes.t.value_in(ms) / DT), rec[name].spikes.i, strict=True
        ):
            found[who].append(int(tick))
    return found


def steps_of(times):
    return np.rint(times.value_in(ms) / DT).astype(int)


class Drawn:
    """The binomial numbers of one synapse, by inversion, as their counters have them."""

    def __init__(self, net, projection, place, states):
        self.key, self.place = key(net.seed, "release", projection), place
        self.states, self.calls = states, defaultdict(int)

    def __call__(self, tick, n, p):
        call = self.calls[tick]
        self.calls[tick] += 1
        # In the order of statements; spikes of one tick one after the other.
        spike, which = divmod(call, len(self.states))
        stream = spike * len(self.states) + sorted(self.states).index(self.states[which])
        found = 0
        for part, first in enumerate(range(0, int(n), 1000)):
            size = min(int(n) - first, 1000)
            u = self.uniform(stream + (part << 16), tick)
            found += size - binom.ppf(u, size, 1 - p) if p > 0.5 else binom.ppf(u, size, p)
        return found

    def uniform(self, stream, tick):
        return float(numbers.uniform(self.key, stream, self.place, 1, tick)[0])


def check(case, recordings, net, rel=1e-10, sent_too=True):
    """Every synapse holds what its replay holds, and its target got what it sent."""
    ends = {"given": ("given", "cells"), "recurrent": ("cells",) * 2, "view": ("cells",) * 2}
    counts = {"given": case.sources, "cells": case.cells, "reward": 1}
    spikes = {name: trains(recordings, name, n) for name, n in counts.items()}
    rewards = spikes["reward"][0] if case.name in MODULATED else []
    arrived = np.zeros((case.steps + 1, case.cells))
    drawn = [u.name for u in case.rule.parts.events["pre"] if u.name in ("k", "j")]
    for name, (source, target) in ends.items():
        table = net.synapses(name)
        axonal, delay = steps_of(table.axonal), steps_of(table.delay)
        first = first_weights(case, name, table)
        varying = case.rule.varying
        begun = case.network().synapses(name) if varying else {}
        for place, (pre, post) in enumerate(zip(table.pre, table.post, strict=True)):
            a, b = int(axonal[place]), int(delay[place] - axonal[place])
            before = [t for t in spikes[source][pre] if t + a <= case.steps]
            own = [t for t in spikes[target][post] if t + b <= case.steps]
            draw = Drawn(net, name, place, drawn) if drawn else None
            mine = {n: float(getattr(begun[n], "internal", begun[n])[place]) for n in varying}
            peaks = {}
            states, sent = replay(
                case.rule, before, own, rewards, DT, a, b, first[place], case.steps, draw,
                own=mine, peaks=peaks,
            )  # fmt: skip
            states |= {n: v for n, v in mine.items() if varying[n].is_parameter}
            if case.name in BOUNDED:
                states["w"] = min(max(states["w"], 0.0), W_MAX)
            for state, scope in case.rule.scopes.items():
                if scope == "synapse":
                    here = table[state]
                    here = getattr(here, "internal", here)
                    # An eligibility that swings about zero is as right as it was large.
                    scale = max(W_MAX if state in ("w", "c") else 1.0, peaks.get(state, 0.0))
                    np.testing.assert_allclose(
                        here[place], states[state], rtol=rel, atol=rel * scale,
                        err_msg=f"{name} {place}: {state}, delays {a} + {b}",
                    )  # fmt: skip
            for tick, value in sent:
                if tick <= case.steps:
                    arrived[tick, post] += value
    if sent_too:
        g = np.concatenate(
            [np.array(rec["cells"]["g"].value_in(mV))[k > 0 :] for k, rec in enumerate(recordings)]
        )
        expected = np.cumsum(arrived, axis=0)
        np.testing.assert_allclose(g, expected, rtol=rel, atol=rel * W_MAX * 10)


def first_weights(case, name, table):
    """The weights at tick 0, in the order of the table: synapses of a pair keep their order."""
    pre, post, weights, delays = case.edges[name]
    if name == "view":
        pre = pre + 1
    weights, delays = np.broadcast_to(weights, pre.shape), np.broadcast_to(delays, pre.shape)
    waiting = defaultdict(list)
    for k in range(len(pre)):
        waiting[pre[k], post[k], delays[k]].append(weights[k])
    found = []
    for i, j, delay in zip(table.pre, table.post, steps_of(table.delay), strict=True):
        found.append(waiting[i, j, delay].pop(0))
    assert not any(waiting.values())
    return found


def weights_of(net):
    """What stands in the synapses."""
    found = {}
    for name in ("given", "recurrent", "view"):
        table = net.synapses(name)
        for state in table.values:
            value = table[state]
            found[f"{name}:{state}"] = np.asarray(getattr(value, "magnitude", value))
    return found


def state_of(net, recordings):
    """All that a run leaves, for bitwise comparison."""
    found = weights_of(net)
    for what in ("t", "i"):
        parts = [getattr(rec["cells"].spikes, what) for rec in recordings]
        values = [getattr(p, "internal", p) for p in parts]
        found[f"spikes:{what}"] = np.concatenate(values)
    return found


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        assert np.array_equal(one[name], other[name]), name
