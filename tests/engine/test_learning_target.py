"""Rules that read states of the target: every synapse against its replay, and the same bits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rheobase as rb
from rheobase.errors import UnitError, UnknownNameError
from rheobase.units import ms, mV, nS, pA

from ..model.plain_learning import replay
from .learning_cases import assert_same

DT = 0.05  # ms: with more the sodium channels are unstable
W_MAX = 30.0  # nS
STEPS = 500
# Conductances, with a second state that is called as the weight is.
CELL = rb.TraubMiles()
ADAPTING = rb.AdEx()
RULES = {
    "voltage": rb.VoltageSTDP(W_MAX * nS, A_plus=4e-5 / mV**2, A_minus=5e-4 / mV),
    "everywhere": rb.LearningRule(
        """
        dx/dt = -x/(5*ms)
        dy/dt = -y/(6*ms)
        du/dt = (v_post - u)/(4*ms)
        dz/dt = (u - z)/(7*ms)
        da/dt = (m_post - a)/(3*ms)
        dc/dt = -c/(9*ms)
        dd/dt = -d/(8*ms)
        near = exp(-(v_post - u)**2/(20*mV)**2)
        """,
        on_pre="w = clip(w + 0.1*near*w_max*y, 0*nS, w_max); c += 0.2*a + 0.1*h_post; x += 1",
        on_post="""
        w = clip(w - 0.05*near*(1 + x)*w_max, 0*nS, w_max); y += 1 + 0.1*near; z += 0.1*(v_post - u)
        """,
        on_modulator="d += 1; w = clip(w + 0.1*near*x*w_max, 0*nS, w_max); c *= 0.5 + n_post",
        during="(v_post > -30*mV and z > -75*mV) or (y > 0.5 and d > 0.1)",
        while_post="c += (v_post - u)/(50*mV)*x*dt/ms; w = clip(w + k*c*dt, 0*nS, w_max)",
        transmits="w*(1 + 0.1*near)",
        parameters=dict(w_max=W_MAX * nS, k=0.5 * nS / ms),
        initial=dict(u="v_post", z=-60 * mV, a="m_post"),
    ),
}


class Case:
    """A network of a few neurons, drawn from a seed."""

    def __init__(self, name, seed, axonal, scale=1, coupled=False):
        self.name, self.rule, self.axonal, self.seed = name, RULES[name], axonal, seed
        dice = np.random.default_rng(seed)
        self.sources, self.cells = (int(dice.integers(2, 5)) * scale for _ in range(2))
        ticks = np.append(dice.integers(0, STEPS, 12 * self.sources), [0, 5, 5])
        self.given = ticks, dice.integers(0, self.sources, len(ticks))
        self.reward = dice.integers(0, STEPS, 4)
        self.drive = dice.uniform(0, 300, self.cells)
        self.edges, self.coupled = {}, coupled
        for name, pre in (("given", self.sources), ("recurrent", self.cells)):
            count = int(dice.integers(3, 9)) * scale**2
            ends = dice.integers(0, pre, count), dice.integers(0, self.cells, count)
            self.edges[name] = (
                *ends, dice.uniform(5, W_MAX, count), dice.integers(1, 30, count)
            )  # fmt: skip

    def network(self, threads=1, record=True):
        net = rb.Network(dt=DT * ms, seed=self.seed, threads=threads)
        given = net.add(
            rb.SpikeTimes(self.given[0] * DT * ms, self.given[1]), self.sources, name="given"
        )
        cells = net.add(CELL, self.cells, name="cells", I=self.drive * pA)
        reward = net.add(rb.SpikeTimes(self.reward * DT * ms, np.zeros(4, int)), 1, name="reward")
        modulator = reward if self.rule.on_modulator else None
        for name, (pre, post, weights, delays) in self.edges.items():
            net.connect(
                net.populations[name] if name == "given" else cells, cells, rb.AMPA(),
                rb.edges(pre, post), weights * nS, delays * DT * ms, plasticity=self.rule,
                axonal=self.axonal, modulator=modulator, name=name,
            )  # fmt: skip
        if self.coupled:
            net.gap_junction(cells, cells, rb.all_to_all(autapses=False), 2 * nS)
        for population in (given, cells, reward) if record else ():
            net.record(population)
        for state in "vmhn" if record else "":
            net.record(cells, state)
        return net


def run(net, pieces=()):
    found, before = [], 0
    for stop in (*sorted(pieces), STEPS):
        found.append(net.run((stop - before) * DT * ms))
        before = stop
    return found


def steps_of(times):
    return np.rint(times.value_in(ms) / DT).astype(int)


def trains(recordings, name, n):
    """The ticks of each neuron's spikes."""
    spikes = [recording[name].spikes for recording in recordings]
    return [np.concatenate([steps_of(s.t)[s.i == k] for s in spikes]).tolist() for k in range(n)]


def watched(recordings, state):
    """Every tick's value of a state, of shape (ticks, neurons)."""
    parts = [np.asarray(getattr(r["cells"][state], "internal", r["cells"][state]))
             for r in recordings]  # fmt: skip
    return np.concatenate([part[k > 0 :] for k, part in enumerate(parts)])


def check(case, net, recordings, rel=1e-10):
    counts = {"given": case.sources, "cells": case.cells, "reward": 1}
    spikes = {name: trains(recordings, name, n) for name, n in counts.items()}
    spikes["recurrent"] = spikes["cells"]
    rewards = spikes["reward"][0] if case.rule.on_modulator else []
    reads = case.rule.parts.reads
    seen = {name: watched(recordings, state) for name, state in reads.items()}
    changed = 0.0
    for name in case.edges:
        table = net.synapses(name)
        order = np.lexsort((case.edges[name][3], *case.edges[name][1::-1]))
        delay, axonal = steps_of(table.delay), steps_of(table.axonal)
        place = np.lexsort((delay, table.post, table.pre))
        first = dict(zip(place.tolist(), case.edges[name][2][order].tolist(), strict=True))
        ahead = bool(np.any(axonal == delay))
        for k, (pre, post) in enumerate(zip(table.pre, table.post, strict=True)):
            a, b = int(axonal[k]), int(delay[k] - axonal[k])
            states, _ = replay(
                case.rule, [t for t in spikes[name][pre] if t + a <= STEPS],
                [t for t in spikes["cells"][post] if t + b <= STEPS], rewards, DT, a, b, first[k],
                STEPS, target={r: v[:, post] for r, v in seen.items()}, ahead=ahead,
            )  # fmt: skip
            for state, scope in case.rule.scopes.items():
                if scope == "synapse":
                    here = table[state].value_in(nS) if state == "w" else table[state]
                    np.testing.assert_allclose(
                        here[k], states[state], rtol=rel, atol=rel * W_MAX,
                        err_msg=f"{name} {k}: {state}, delays {a} + {b}",
                    )  # fmt: skip
            changed = max(changed, abs(states["w"] - first[k]))
    return changed


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=6)
@given(
    seed=st.integers(0, 2**31),
    axonal=st.sampled_from([None, 0.5, 1.0, 0.05 * ms]),
    threads=st.integers(1, 3),
    pieces=st.sets(st.integers(1, STEPS - 1), max_size=3),
)
def test_synapses_hold_what_spikes_and_voltages_left(name, seed, axonal, threads, pieces):
    case = Case(name, seed, axonal)
    net = case.network(threads)
    check(case, net, run(net, pieces))


@pytest.mark.parametrize("name", RULES)
def test_the_cases_hold_what_they_should(name):
    """Neurons fire, and what is read of them changes weights."""
    case = Case(name, 4, None)
    net = case.network()
    recordings = run(net)
    assert len(recordings[0]["cells"].spikes.t) > 5
    assert check(case, net, recordings) > 0.5


def bits(net):
    tables = {name: net.synapses(name) for name in ("given", "recurrent")}
    return {
        f"{name}:{state}": np.asarray(getattr(table[state], "magnitude", table[state]))
        for name, table in tables.items()
        for state in table.values
    }


@pytest.mark.parametrize("axonal", [0.5, 1.0])
@pytest.mark.parametrize("name", RULES)
def test_threads_pieces_and_checkpoints_leave_the_same_bits(name, axonal, tmp_path):
    case = Case(name, 7, axonal, scale=4)
    whole = case.network()
    run(whole)
    for threads, pieces, record in ((2, (), False), (4, (1, 2, 333), True), (1, (300,), False)):
        net = case.network(threads, record)
        run(net, pieces)
        assert_same(bits(net), bits(whole))
    net = case.network(2)
    net.run(201 * DT * ms)
    path = net.save(tmp_path / "checkpoint")
    for threads in (1, 3):
        again = rb.Network.restore(path, threads=threads)
        again.run((STEPS - 201) * DT * ms)
        assert_same(bits(again), bits(whole))


@pytest.mark.parametrize("threads", [1, 3])
def test_voltages_are_seen_as_gap_junctions_leave_them(threads):
    case = Case("voltage", 5, None, scale=2, coupled=True)
    whole, parts = case.network(), case.network(threads)
    assert check(case, whole, run(whole)) > 0.1
    run(parts, (3, 250))
    assert_same(bits(parts), bits(whole))


def test_synapses_that_grow_and_go_learn_on():
    """Traces of the targets stay; a projection that had no synapse begins where its target is."""
    case = Case("voltage", 6, None, scale=2)
    nets = case.network(), case.network(3)
    for net in nets:
        net.run(10 * ms)
        con = net.projections["given"]
        w = net.synapses(con)["w"].value_in(nS)
        net.prune(con, np.arange(len(w)) % 2 == 0)
        net.grow(con, rb.edges([0, 1], [1, 0]), weight=20 * nS, delay=1 * ms)
        net.run(15 * ms)
    assert_same(bits(nets[0]), bits(nets[1]))


def test_what_begins_as_the_target_begins_when_the_first_synapse_grows():
    net = rb.Network(dt=0.1 * ms)
    falling = rb.Model("dv/dt = -v/(5*ms)", initial=dict(v=8 * mV))
    rule = rb.LearningRule(
        "du/dt = (v_post - u)/(1e9*ms)", on_pre="w = u", initial=dict(u="v_post"), weight=mV
    )
    source = net.add(rb.SpikeTimes([15] * ms, [0]), 1)
    cell = net.add(falling, 1, name="cell")
    con = net.connect(
        source, cell, rb.Delta("v"), rb.edges([], []), 1e-9 * mV, 1 * ms, plasticity=rule
    )
    net.connect(source, cell, rb.Delta("v"), rb.all_to_all(), 1e-9 * mV, 1 * ms)
    net.record(cell, "v")
    rec = net.run(10 * ms)
    net.grow(con, rb.all_to_all())
    net.run(10 * ms)
    v = rec["cell"]["v"].value_in(mV)[-1, 0]
    assert net.synapses(con)["w"].value_in(mV)[0] == pytest.approx(v, rel=1e-6)


@pytest.mark.parametrize("name", RULES)
def test_plain_python_gives_the_same_bits(name):
    found = []
    for target in ("llvm", "python"):
        net = Case(name, 8, 0.5).network()
        for steps in (2, 4):
            net.run(steps * DT * ms, target=target)
        found.append(bits(net))
    assert_same(*found)


def test_a_state_that_is_called_as_the_weight_is():
    rule = rb.LearningRule(
        "", on_pre="w = w_post/(1*pA)*1*pA", parameters=dict(w_max=1 * pA), weight=pA
    )
    net = rb.Network(dt=0.1 * ms)
    source = net.add(rb.SpikeTimes([5] * ms, [0]), 1)
    cell = net.add(ADAPTING, 1, name="cell", I=1000 * pA)
    con = net.connect(
        source, cell, rb.Exponential(5 * ms), rb.all_to_all(), 0.5 * pA, 1 * ms, plasticity=rule
    )
    net.record(cell, "w")
    rec = net.run(20 * ms)
    assert net.synapses(con)["w"].value_in(pA)[0] == rec["cell"]["w"].value_in(pA)[50, 0] != 0


def test_neurons_without_units_show_theirs():
    """A rule in mV reads a plain number that is shown in mV."""
    plain = rb.Model("dv/dt = -v/5", spike="v > 10", reset="v = 0", initial=dict(v=3.0),
                     display=dict(v=mV), time="ms")  # fmt: skip
    rule = rb.LearningRule("", on_pre="w += v_post*k", parameters=dict(k=1.0), weight=mV)
    net = rb.Network(dt=0.1 * ms)
    source = net.add(rb.SpikeTimes([2] * ms, [0]), 1)
    cell = net.add(plain, 1, name="cell")
    con = net.connect(source, cell, rb.Delta("v"), rb.all_to_all(), 1e-9, 1 * ms, plasticity=rule)
    net.record(cell, "v")
    rec = net.run(2.5 * ms)
    v = np.asarray(getattr(rec["cell"]["v"], "internal", rec["cell"]["v"]))
    w = net.synapses(con)["w"]
    assert float(np.ravel(getattr(w, "magnitude", w))[0]) == pytest.approx(v[20, 0], rel=1e-8)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("w += 1*nS*q_post", UnknownNameError, ["q_post", "no state 'q'", "m, h, n, v"]),
        ("w += 1*nS*v_post", UnitError, ["v_post", "voltage"]),
    ],
)
def test_what_the_target_does_not_have(text, error, words):
    net = rb.Network(dt=0.1 * ms)
    source, cell = net.add(rb.SpikeTimes([2] * ms, [0]), 1), net.add(CELL, 1)
    rule = rb.LearningRule("", on_pre=text, weight=nS)
    with pytest.raises(error) as caught:
        net.connect(source, cell, rb.AMPA(), rb.all_to_all(), 1 * nS, 1 * ms, plasticity=rule)
    assert all(word in str(caught.value) for word in [*words, "in the projection"])
