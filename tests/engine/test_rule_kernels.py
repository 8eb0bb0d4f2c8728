"""Projections whose rules need the same kernels share them, and learn as they would alone."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import Hz, ms, mV, pA

RULES = {
    "pair": lambda k: rb.PairSTDP(A_plus=0.01 + 0.01 * k, tau_plus=(10 + k) * ms, w_max=9 * pA),
    "triplet": lambda k: rb.TripletSTDP(w_max=(9 + k) * pA),
    "homeostatic": lambda k: rb.HomeostaticSTDP(eta=0.01 * (k + 1), w_max=9 * pA),
    "release": lambda k: rb.TsodyksMarkram(U=0.2 + 0.1 * k),
}


def made(rules, delays=None):
    """Some sources, a population for each rule, and what they learn; no rate is another's."""
    net = rb.Network(seed=3, dt=0.1 * ms, threads=1)
    net.add(rb.Poisson(60 * Hz), 20, name="p")
    for k, (name, rule) in enumerate(rules.items()):
        delay = 1.0 if delays is None else delays[k]
        net.add(rb.LIF(), 6, name=name, I=200 * pA, initial=dict(v=-60 * mV))
        net.connect(
            "p", name, rb.Exponential(5 * ms), rb.all_to_all(), 4 * pA, delay * ms, plasticity=rule
        )  # fmt: skip
    return net


def learnt(net):
    """What the synapses of each projection have become, by target."""
    net.run(300 * ms)
    return {
        w.target.name: {**w.states, "w": np.array(w.weight)}
        for w in net._simulation.assembly.wirings
    }


def kernels(net, beginning):
    return sorted(n for n in net._simulation.assembly._calls if n.startswith(beginning))


@pytest.mark.parametrize("kind", RULES)
def test_equal_rules_are_written_once_whatever_their_parameters(kind):
    rules = {f"a{k}": RULES[kind](k) for k in range(4)}
    together = made(rules)
    found = learnt(together)
    assert kernels(together, "learn_") == ["learn_0"]
    for name, rule in rules.items():
        alone = learnt(made({name: rule}))
        assert found[name].keys() == alone[name].keys()
        for state, values in alone[name].items():
            assert np.array_equal(found[name][state], values), (name, state)
    if kind != "release":
        assert not np.array_equal(found["a0"]["w"], found["a3"]["w"])


def test_rules_that_differ_have_their_own():
    rules = {name: rule(0) for name, rule in RULES.items()} | {"again": RULES["pair"](1)}
    net = made(rules)
    found = learnt(net)
    assert kernels(net, "learn_") == [f"learn_{k}" for k in range(4)]
    for name in ("pair", "again", "triplet"):
        alone = learnt(made({name: rules[name]}))
        assert np.array_equal(found[name]["w"], alone[name]["w"]), name


def test_signs_and_types_of_weights_make_other_kernels():
    net = rb.Network(seed=3, dt=0.1 * ms, threads=1)
    net.add(rb.Poisson(60 * Hz), 20, name="p")
    for k, precision in enumerate(("float64", "float32", "float64")):
        net.add(rb.LIF(), 6, name=f"a{k}")
        net.connect("p", f"a{k}", rb.Exponential(5 * ms), rb.all_to_all(), 4 * pA, 1 * ms,
                    plasticity=rb.PairSTDP(w_max=9 * pA), precision=precision)  # fmt: skip
    net.run(1 * ms)
    assert kernels(net, "learn_") == ["learn_0", "learn_1"]
