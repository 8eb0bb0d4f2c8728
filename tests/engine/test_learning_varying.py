"""Synapses that have parameters and first values of their own: drawn, or given one by one."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import EquationError, NumericalError, ParameterError, UnknownNameError
from rheobase.units import ms, mV, nS, pA, uM

from .learning_cases import CELL, DT, typed

GROWING = dict(text="dc/dt = k*c/(5*ms)", on_pre="c += 1", on_post="c += 0", transmits="w*c")
USE = rb.truncated(rb.normal(0.5, 0.2), low=0.1, high=0.9)


def network(rule, seed=3, threads=1, delay=None, rows=None):
    net = rb.Network(dt=DT * ms, seed=seed, threads=threads)
    times = np.arange(1, 60, 7.0) * ms
    source = net.add(rb.SpikeTimes(times, np.zeros(len(times), int)), 4, name="source")
    cells = net.add(CELL, 5, name="cells", method="euler")
    net.connect(
        source, cells, rb.Delta("g"), rows or rb.bernoulli(0.7), 1 * mV,
        rb.uniform(1 * ms, 3 * ms) if delay is None else delay, plasticity=rule, name="c",
    )  # fmt: skip
    return net


def released(**given):
    return rb.TsodyksMarkram(**{"U": USE, "tau_rec": rb.lognormal(9 * ms, 3 * ms), **given})


def values_of(net):
    table = net.synapses("c")
    return {name: np.asarray(getattr(v, "internal", v)) for name, v in table.values.items()}


def test_what_is_drawn_depends_on_the_seed_and_on_names_alone():
    one, two = (values_of(network(released(), threads=t)) for t in (1, 3))
    for name in ("U", "tau_rec"):
        np.testing.assert_array_equal(one[name], two[name])
        assert len(np.unique(one[name])) == len(one[name])
    assert np.all((one["U"] >= 0.1) & (one["U"] <= 0.9))
    other = values_of(network(released(), seed=4))
    assert not np.array_equal(one["U"][:5], other["U"][:5])
    # Another value beside it, or another rule with it, changes nothing.
    beside = values_of(network([released(tau_fac=rb.uniform(3 * ms, 4 * ms)),
                                rb.PairSTDP(2 * mV)]))  # fmt: skip
    np.testing.assert_array_equal(beside["U"], one["U"])


def test_the_moments_of_what_is_drawn():
    net = rb.Network(dt=DT * ms, seed=2)
    cells = net.add(CELL, 150, name="cells", method="euler")
    rule = released(U=rb.uniform(0.2, 0.6))
    net.connect(cells, cells, rb.Delta("g"), rb.all_to_all(), 1 * mV, 1 * ms, plasticity=rule,
                name="c")  # fmt: skip
    found = values_of(net)
    count = len(found["U"])
    assert found["U"].mean() == pytest.approx(0.4, abs=4 * 0.4 / 12**0.5 / count**0.5)
    assert found["tau_rec"].std() == pytest.approx(3.0, rel=0.1)
    assert abs(np.corrcoef(found["U"], found["tau_rec"])[0, 1]) < 4 / count**0.5


def test_a_list_goes_in_the_order_of_the_synapses():
    """Where the delays differ they are in another order than the pairs."""
    delays = np.array([2.0, 1.0, 2.0, 1.0]) * ms
    rows = rb.edges([0, 0, 0, 0], [0, 1, 2, 3])
    listed = np.array([0.1, 0.2, 0.3, 0.4])
    net = network(released(U=listed), delay=delays, rows=rows)
    net.run(12 * ms)
    table = net.synapses("c")
    np.testing.assert_array_equal(table["U"], listed)
    # The first spike transmits U of what there is.
    fresh = network(released(U=listed), delay=delays, rows=rows)
    fresh.run(4 * ms)
    np.testing.assert_allclose(fresh.synapses("c")["r"], listed)
    assert {*table.post} == {0, 1, 2, 3}


def test_a_first_value_that_follows_from_what_is_drawn():
    rule = typed("du/dt = (U - u)/(5*ms)", on_pre="u += 1", transmits="w*u",
                 initial=dict(u="2*U"), more=dict(U=USE))  # fmt: skip
    found = values_of(net := network(rule))
    np.testing.assert_array_equal(found["u"], 2 * found["U"])
    assert rb.LearningRule.from_dict(rule.to_dict()) == rule
    net.run(0.5 * ms)
    expected = found["U"] * (1 + np.exp(-0.1))
    np.testing.assert_allclose(values_of(net)["u"], expected, rtol=1e-12)


def test_a_list_of_another_length_is_refused():
    for look in (lambda net: net.run(1 * ms), lambda net: net.synapses("c")):
        with pytest.raises(ParameterError, match="U has 3 values, and there are") as caught:
            look(network(released(U=[0.1, 0.2, 0.3])))
        assert "'c'" in caught.value.where


def test_what_is_drawn_out_of_range_is_refused():
    rule = released(tau_rec=rb.normal(2 * ms, 5 * ms))
    with pytest.raises(ParameterError, match="A time must be positive, and tau_rec") as caught:
        network(rule).run(1 * ms)
    assert "rb.truncated" in caught.value.mend
    assert "'c'" in caught.value.where


def test_what_would_grow_at_a_synapse_is_refused():
    with pytest.raises(EquationError, match="grows without bound"):
        rb.LearningRule(**GROWING, parameters=dict(k=1))
    net = network(rb.LearningRule(**GROWING, parameters=dict(k=rb.uniform(-0.5, 0.5))))
    with pytest.raises(ParameterError, match="c grows without bound") as caught:
        net.run(1 * ms)
    assert "'c'" in caught.value.where and caught.value.mend
    both = dict(text="dc/dt = (k*e - c)/(5*ms)\nde/dt = (c - e)/(5*ms)", on_pre="c += 1; e += 1",
                on_post="c += 0; e += 0", transmits="w*c")  # fmt: skip
    with pytest.raises(ParameterError, match="c and e grow without bound"):
        network(rb.LearningRule(**both, parameters=dict(k=rb.uniform(0.9, 1.1)))).run(1 * ms)
    fine = network(rb.LearningRule(**GROWING, parameters=dict(k=rb.uniform(-1, 0))))
    fine.run(9 * ms)
    assert np.isfinite(fine.synapses("c")["c"]).all()


def test_saved_and_restored(tmp_path):
    rule = released(tau_fac=[5.0] * 12 * ms)
    rows = rb.edges(np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4))
    net = network(rule, rows=rows)
    net.run(60 * ms)
    cut = network(rule, rows=rows, threads=2)
    cut.run(22 * ms)
    path = cut.save(tmp_path / "checkpoint")
    again = rb.Network.restore(path, threads=3)
    again.run(38 * ms)
    described = rb.Network.from_dict(net.to_dict())
    described.run(60 * ms)
    for other in (again, described):
        for name, value in values_of(net).items():
            np.testing.assert_array_equal(values_of(other)[name], value, err_msg=name)


def test_synapses_that_go_take_theirs_along_and_new_ones_draw():
    net = network(released())
    net.run(10 * ms)
    before = values_of(net)
    gone = np.arange(len(before["U"])) % 2 == 0
    net.prune("c", gone)
    np.testing.assert_array_equal(values_of(net)["U"], before["U"][~gone])
    assert net.grow("c", rule=rb.all_to_all(), weight=1 * mV) > 2
    after = values_of(net)
    assert {*before["U"][~gone]} < {*after["U"]}
    assert len(np.unique(after["U"])) == len(after["U"]) > (~gone).sum()
    net.run(10 * ms)
    listed = network(released(U=[0.1, 0.2]), rows=rb.edges([0, 1], [0, 1]))
    listed.run(1 * ms)
    with pytest.raises(ParameterError, match="U is given for each synapse"):
        listed.grow("c", rule=rb.all_to_all(), weight=1 * mV)


def test_weights_in_32_bits_have_the_rest_in_32_bits_too():
    net = rb.Network(dt=DT * ms)
    cells = net.add(CELL, 4, name="cells", method="euler")
    net.connect(cells, cells, rb.Delta("g"), rb.all_to_all(), 1 * mV, 1 * ms, name="c",
                plasticity=released(), precision="float32")  # fmt: skip
    first = values_of(net)
    net.run(1 * ms)
    np.testing.assert_allclose(values_of(net)["U"], first["U"], rtol=1e-7)


def modulated(threads=1, *, first=True):
    net = rb.Network(dt=DT * ms, seed=3, threads=threads)
    times = np.arange(1, 80, 7.0)
    source = net.add(rb.SpikeTimes(times * ms, np.zeros(len(times), int)), 2, name="source")
    reward = net.add(rb.SpikeTimes([5.0, 30.0] * ms, [0, 0]), 1, name="reward")
    cells = net.add(rb.LIF(), 5, name="cells", I=np.linspace(300, 900, 5) * pA)
    rule = rb.LearningRule(
        "dx/dt = -x/(20*ms)", on_pre="x += 1", on_post="w += A*x*c_dopamine_post",
        parameters=dict(A=0.1 * nS / uM), weight=nS,
    )  # fmt: skip
    dopamine = dict(synapse=rb.Dopamine(scales="g_L"), rule=rb.all_to_all(), weight=1 * uM)
    if first:
        net.connect(reward, cells, **dopamine, delay=1 * ms)
    net.connect(source, cells, rb.AMPA(), rb.all_to_all(), 1 * nS, 1 * ms, plasticity=rule,
                name="c")  # fmt: skip
    net.record(cells)
    if first:
        net.record(cells, "c_dopamine")
    return net, net.run(60 * ms)


def test_learning_reads_the_concentration_at_its_target():
    """Each postsynaptic spike counts with the dopamine that there is when it comes."""
    net, rec = modulated()
    dopamine = rec["cells"]["c_dopamine"].value_in(uM)
    ticks = np.rint(rec["cells"].spikes.t.value_in(ms) / DT).astype(int)
    sent = np.rint(np.arange(1, 80, 7.0) / DT).astype(int)
    expected = np.ones(5)
    for tick, cell in zip(ticks, rec["cells"].spikes.i, strict=True):
        at = tick + 10  # with the dendritic delay
        if at <= 600:
            trace = sum(np.exp(-(at - k) * DT / 20) for k in sent if k < at)
            expected[cell] += 0.1 * trace * dopamine[at, cell]
    table = net.synapses("c")
    w = table["w"].value_in(nS)
    assert expected.max() > 2
    np.testing.assert_allclose(w[table.pre == 0], expected, rtol=1e-10)
    np.testing.assert_array_equal(w[table.pre == 1], np.ones(5))
    for threads in (2, 4):
        other, _ = modulated(threads)
        np.testing.assert_array_equal(other.synapses("c")["w"].value_in(nS), w)
    again = rb.Network.from_dict(net.to_dict())
    again.run(60 * ms)
    np.testing.assert_array_equal(again.synapses("c")["w"].value_in(nS), w)


def test_a_concentration_that_is_not_there_is_refused():
    with pytest.raises(UnknownNameError, match="reads c_dopamine_post") as caught:
        modulated(first=False)
    assert "modulators that are connected before" in caught.value.mend


@pytest.mark.parametrize("threads", [1, 3])
def test_a_weight_that_is_no_number_is_the_synapses_fault(threads):
    net = network(typed("", on_pre="n += 1; w = w*sqrt(2.5 - n)", initial=dict(n=0)),
                  threads=threads, delay=1 * ms, rows=rb.edges([1, 0], [0, 2]))  # fmt: skip
    with pytest.raises(NumericalError, match="w of a synapse is no longer finite") as caught:
        net.run(60 * ms)
    assert "'c', from neuron 0 of 'source' to neuron 2 of 'cells'" in caught.value.where
    assert "population 'cells', neuron 2, between 15.9 and 16 ms" in caught.value.where
    assert "a root" in caught.value.mend
