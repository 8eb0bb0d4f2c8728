"""Learning that is paused: weights stay, all else goes on."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ExperimentError, ParameterError, UnknownNameError
from rheobase.units import Hz, ms, mV

from .learning_cases import DT, RULES, Case, assert_same, state_of, weights_of

LEARNING = [name for name, rule in RULES.items() if "w" in rule.scopes]
FIXED = [name for name in RULES if name not in LEARNING]


def pausable(name):
    net = Case(name, 3).network()
    try:
        net.learning("given", False)
    except ParameterError as error:
        assert "between events" in str(error)
        return False
    return True


PAUSED = [name for name in LEARNING if pausable(name)]


def paused(case, threads=1, pieces=(), path=None):
    """Run a third, pause for a third, go on; what is left, and the weights in between."""
    net, third = case.network(threads), case.steps // 3
    recs = [net.run(third * DT * ms)]
    for name in case.edges:
        net.learning(name, False)
    before = weights_of(net)
    stops = [*sorted(pieces), third]
    for first, last in zip([0, *stops], stops, strict=False):
        recs.append(net.run((last - first) * DT * ms))
        if path is not None:
            net.save(path)
            net = rb.Network.restore(path, threads=3)
    after = weights_of(net)
    for name in case.edges:
        net.learning(name, True)
    recs.append(net.run(third * DT * ms))
    return state_of(net, recs), before, after


@pytest.mark.parametrize("axonal", [0.5, 1.0])
@pytest.mark.parametrize("name", PAUSED)
def test_weights_stay_and_all_the_rest_is_the_same_however_it_is_done(name, axonal, tmp_path):
    case = Case(name, 11, axonal=axonal, steps=300, scale=3)
    whole, before, after = paused(case)
    moved = []
    for key, value in before.items():
        if key.endswith(":w"):
            np.testing.assert_array_equal(after[key], value)
            moved.append(not np.array_equal(whole[key], value))
    assert any(moved)
    for threads, pieces, path in (
        (2, (), None),
        (1, (1, 40, 41), None),
        (2, (30,), tmp_path / "c"),
    ):
        found = paused(case, threads, pieces, path)
        for one, other in zip(found, (whole, before, after), strict=True):
            assert_same(one, other)


@pytest.mark.parametrize("name", ["hard", "dopamine", "rewarded"])
def test_a_pause_without_a_run_changes_nothing(name):
    case = Case(name, 5, axonal=0.5, steps=200)
    plain, net = case.network(), case.network()
    recs = [plain.run(100 * DT * ms), plain.run(100 * DT * ms)]
    again = [net.run(100 * DT * ms)]
    net.learning("given", np.bool_(False))
    net.learning("given", np.bool_(True))
    again.append(net.run(100 * DT * ms))
    assert_same(state_of(net, again), state_of(plain, recs))


def test_traces_go_on():
    """A pair whose first spike falls into the pause counts after it."""
    net = rb.Network(dt=0.1 * ms)
    pre = net.add(rb.SpikeTimes([10.0, 19.0] * ms, [0, 0]), 1, name="pre")
    cell = net.add(rb.LIF(), 1, name="cell")
    rule = rb.LearningRule(
        "dx/dt = -x/(10*ms)", on_pre="w += x*mV; x += 1", initial=dict(x=0), weight=mV
    )
    con = net.connect(pre, cell, rb.Delta(), rb.all_to_all(), 1 * mV, 1 * ms, plasticity=rule)
    net.learning(con, False)
    net.run(15 * ms)
    assert net.synapses(con)["w"].value_in(mV)[0] == 1.0
    net.learning(con, True)
    net.run(15 * ms)
    np.testing.assert_allclose(net.synapses(con)["w"].value_in(mV), 1 + np.exp(-9 / 10), rtol=1e-12)


def test_eligibility_goes_on_and_reward_in_the_pause_is_lost():
    net = rb.Network(dt=0.1 * ms)
    pre = net.add(rb.SpikeTimes([5.0] * ms), 1, name="pre")
    reward = net.add(rb.SpikeTimes([20.0, 40.0] * ms, [0, 0]), 1, name="reward")
    cell = net.add(rb.LIF(), 1, name="cell")
    rule = rb.LearningRule(
        "dc/dt = -c/(30*ms)\ndw/dt = c*d\ndd/dt = -d/(1*ms)",
        on_pre="c += 1*mV", on_modulator="d += 1/ms", weight=mV, initial=dict(c=0 * mV),
    )  # fmt: skip
    con = net.connect(
        pre, cell, rb.Delta(), rb.all_to_all(), 1 * mV, 1 * ms, plasticity=rule, modulator=reward
    )
    net.run(15 * ms)
    net.learning(con, False)
    net.run(20 * ms)
    assert net.synapses(con)["w"].value_in(mV)[0] == 1.0
    np.testing.assert_allclose(net.synapses(con)["c"].value_in(mV), np.exp(-30 / 30), rtol=1e-12)
    net.learning(con, True)
    net.run(25 * ms)
    # Of the second reward: the integral of c d, with 1/30 + 1 a millisecond.
    rate = 1 + 1 / 30
    gained = np.exp(-35 / 30) * (1 - np.exp(-20 * rate)) / rate
    np.testing.assert_allclose(net.synapses(con)["w"].value_in(mV), 1 + gained, rtol=1e-7)


@pytest.mark.parametrize("name", FIXED)
def test_what_changes_no_weight_is_not_paused(name):
    net = Case(name, 3).network()
    with pytest.raises(ParameterError, match="changes no weight: there is nothing to pause"):
        net.learning("given", False)


def test_refusals():
    net = rb.Network()
    source = net.add(rb.Poisson(10 * Hz), 2, name="source")
    cells = net.add(rb.LIF(), 2, name="cells")
    net.connect(source, cells, rb.Delta(), rb.all_to_all(), 1 * mV, 1 * ms, name="static")
    net.connect(
        source, cells, rb.Delta(), rb.all_to_all(), 1 * mV, 1 * ms, name="learns",
        plasticity=rb.PairSTDP(2 * mV),
    )  # fmt: skip
    with pytest.raises(ParameterError, match="no learning rule"):
        net.learning("static", False)
    with pytest.raises(UnknownNameError, match="no projection"):
        net.learning("nobody", False)
    with pytest.raises(ParameterError, match="is_on= is 0"):
        net.learning("learns", 0)
    net.learning("learns", False)
    assert net._paused == {"learns"}


def test_what_follows_the_weight_between_events_cannot_be_held():
    net = rb.Network()
    source = net.add(rb.Poisson(10 * Hz), 2, name="source")
    cells = net.add(rb.LIF(), 2, name="cells")
    how = dict(rule=rb.all_to_all(), weight=1 * mV, delay=1 * ms)
    follows = rb.LearningRule(
        "dc/dt = (w - c)/(5*ms)\ndw/dt = -w/(50*ms)", on_pre="c += 1*mV", initial=dict(c=0 * mV)
    )
    net.connect(source, cells, rb.Delta(), **how, name="follows", plasticity=follows)
    with pytest.raises(ParameterError, match="c follows w between events"):
        net.learning("follows", False)
    # Where w is the one that follows, it is held, and what it follows goes on.
    fades = rb.LearningRule(
        "dc/dt = -c/(5*ms)\ndw/dt = c/(9*ms) - w/(50*ms)", on_pre="c += 1*mV",
        initial=dict(c=1 * mV),
    )  # fmt: skip
    con = net.connect(source, cells, rb.Delta(), **how, name="fades", plasticity=fades)
    net.run(3 * ms)
    before = net.synapses(con)
    assert np.all(before["w"].value_in(mV) != 1)
    net.learning(con, False)
    net.run(5 * ms)
    after = net.synapses(con)
    np.testing.assert_array_equal(after["w"], before["w"])
    np.testing.assert_allclose(
        after["c"].value_in(mV), before["c"].value_in(mV) * np.exp(-1), rtol=1e-12
    )


PROGRAM = """
import json, sys
import rheobase as rb
from rheobase.units import ms, mV
net = rb.Network.restore(sys.argv[1], threads=2)
net.run(30 * ms)
held = net.synapses("c")["w"].value_in(mV).tolist()
net.learning("c", True)
net.run(30 * ms)
print(json.dumps([held, net.synapses("c")["w"].value_in(mV).tolist()]))
"""


def network():
    net = rb.Network(seed=2)
    pre = net.add(rb.Poisson(80 * Hz), 30, name="pre")
    reward = net.add(rb.Poisson(80 * Hz), 1, name="reward")
    cells = net.add(rb.LIF(), 10, name="cells", initial=dict(v=rb.uniform(-65 * mV, -51 * mV)))
    net.connect(
        pre, cells, rb.Delta(), rb.bernoulli(0.5), 1 * mV, 1 * ms, name="c",
        plasticity=rb.DopamineSTDP(2 * mV, A_plus=0.2), modulator=reward,
    )  # fmt: skip
    return net


def test_a_pause_is_carried_into_a_new_process(tmp_path):
    net = network()
    net.run(50 * ms)
    net.learning("c", False)
    pending = net.save(tmp_path / "pending")
    net.run(20 * ms)
    path = net.save(tmp_path / "paused")
    here = rb.Network.restore(pending)
    here.run(20 * ms)
    for one in (net, here):
        one.run(30 * ms)
    held = net.synapses("c")["w"].value_in(mV)
    np.testing.assert_array_equal(here.synapses("c")["w"].value_in(mV), held)
    net.learning("c", True)
    net.run(30 * ms)
    expected = [held.tolist(), net.synapses("c")["w"].value_in(mV).tolist()]
    assert expected[0] != expected[1]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert json.loads(done.stdout) == expected


def test_pausing_before_the_first_run_leaves_the_network_open(tmp_path):
    net = network()
    net.learning("c", False)
    net.add(rb.LIF(), 1, name="another")
    again = rb.Network.restore(net.save(tmp_path / "c"))
    for one in (net, again):
        one.run(50 * ms)
        assert set(one.synapses("c")["w"].value_in(mV)) == {1.0}


def test_growing_and_pruning_keep_the_pause():
    net = network()
    net.run(50 * ms)
    net.learning("c", False)
    net.run(10 * ms)
    net.prune("c", net.synapses("c").pre < 10)
    net.grow("c", rb.fixed_indegree(3))
    held = net.synapses("c")["w"].value_in(mV)
    net.run(30 * ms)
    np.testing.assert_array_equal(net.synapses("c")["w"].value_in(mV), held)


def test_a_checkpoint_with_a_pause_of_nobody_is_refused(tmp_path):
    from .test_checkpoint_faults import rewritten

    net = network()
    saved = net.save(tmp_path / "c").read_bytes()
    path = rewritten(saved, tmp_path / "d", lambda c, f: c.update(paused=["nobody"]))
    with pytest.raises(ExperimentError, match="no projection 'nobody'"):
        rb.Network.restore(path)
