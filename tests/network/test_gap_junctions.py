"""What may be said of electrical synapses, how it is shown, and what is refused."""

import json

import numpy as np
import pytest
from scipy.sparse import csr_matrix

import rheobase as rb
from rheobase.errors import ParameterError, UnitError, UnknownNameError
from rheobase.network.description import NetworkDescription
from rheobase.units import Hz, ms, mV, nS, pA, pF

LEAKY = rb.Model(
    "C * dv/dt = -g_L*(v - V_L) + I",
    parameters=dict(C=100 * pF, g_L=10 * nS, V_L=-70 * mV), inputs=dict(I=pA),
)  # fmt: skip
PLAIN = rb.Model("dv/dt = -v + I", inputs=["I"])
APART = rb.all_to_all(autapses=False)


@pytest.fixture
def net():
    network = NetworkDescription(name="coupled")
    network.add(LEAKY, 8, "a")
    network.add(LEAKY, 4, "b")
    network.add(PLAIN, 4, "plain")
    network.add(rb.HodgkinHuxley(), 4, "dense")
    network.add(rb.Poisson(8 * Hz), 4, "drive")
    return network


def test_names(net):
    first = net.gap_junction("a", "b", rb.bernoulli(0.5), 1 * nS)
    second = net.gap_junction(net["a"], net["b"][1:], rb.bernoulli(0.5), 1 * nS)
    assert list(net.gap_junctions) == ["a--b", "a--b_2"]
    assert net.gap_junctions["a--b_2"] is second
    assert repr(first) == "<GapJunction 'a--b': bernoulli(0.5) between a and b>"
    with pytest.raises(ParameterError, match="There is a gap junction 'a--b'"):
        net.gap_junction("a", "b", rb.bernoulli(0.5), 1 * nS, name="a--b")
    with pytest.raises(ParameterError, match="not a name for a gap junction"):
        net.gap_junction("a", "b", rb.bernoulli(0.5), 1 * nS, name=" ")


@pytest.mark.parametrize("rule, expected", [
    (APART, 28), (rb.bernoulli(0.5, autapses=False), 14), (rb.fixed_total(9, autapses=False), 9),
    (rb.fixed_indegree(4, autapses=False), 16), (rb.small_world(4, 0.1), 16),
    (rb.edges([0, 1, 2], [1, 0, 3]), 3),
])  # fmt: skip
def test_how_many_there_are(net, rule, expected):
    assert net.gap_junction("a", "a", rule, 1 * nS).expected == expected
    everyone = net["a"][::-1]
    if rule.kind != "small_world":
        assert net.gap_junction("a", everyone, rule, 1 * nS).expected == expected


def test_a_round_trip(net):
    rng = np.random.default_rng(0)
    net.gap_junction("a", "a", rb.small_world(4, 0.1), rb.uniform(1 * nS, 2 * nS), name="ring")
    net.gap_junction("a", net["b"][::2], rb.edges([0, 5], [1, 0]), [1, 2] * nS, rectification=0)
    net.gap_junction("b", "b", APART, rng.uniform(0, 1, (4, 4)) * nS)
    net.gap_junction("plain", "plain", APART, "0.1 * (1 + i_pre)", state="v", into=("I", "I"))
    net.gap_junction("a", "b", csr_matrix(([1.0, 2.0], ([0, 3], [2, 2])), (8, 4)), nS)
    told = json.loads(json.dumps(net.to_dict(), allow_nan=False))
    again = NetworkDescription.from_dict(told)
    assert again.to_dict() == told
    assert again.gap_junctions["a--b"].rectification == 0.0
    assert np.array_equal(again.gap_junctions["a--b_2"].conductances, [1.0, 2.0])
    del told["gap_junctions"]
    assert NetworkDescription.from_dict(told).gap_junctions == {}


def test_a_summary(net):
    assert "gap junction" not in net.summary()
    net.gap_junction("a", "a", APART, 2 * nS, name="ring")
    net.gap_junction("a", "b", rb.bernoulli(0.5), rb.uniform(1 * nS, 2 * nS), rectification=0.25)
    lines = [" ".join(line.split()) for line in net.summary().splitlines()]
    assert "gap junction rule conductance rectification junctions" in lines
    assert "ring (a--a) all_to_all() 2 nS - 28" in lines
    assert "a--b bernoulli(0.5) uniform(1 nS, 2 nS) 0.25 of it back ~16" in lines


def test_a_diagram_has_a_line_for_each(net):
    from matplotlib.patches import PathPatch

    net.connect("drive", "a", rb.Exponential(5 * ms), rb.bernoulli(0.5), 1 * pA, 1 * ms)
    assert not [p for p in net.plot().axes[0].patches if isinstance(p, PathPatch)]
    net.gap_junction("a", "a", APART, 2 * nS)
    net.gap_junction("b", "b", APART, 2 * nS)
    net.gap_junction("a", "b", rb.bernoulli(0.5), 2 * nS)
    ax = net.plot().axes[0]
    lines = [p for p in ax.patches if isinstance(p, PathPatch)]
    assert len(lines) == 3
    assert "gap junction" in [text.get_text() for text in ax.get_legend().get_texts()]
    # What is drawn is in the picture.
    for line in lines:
        box = line.get_path().get_extents()
        assert ax.get_xlim()[0] < box.x0 < box.x1 < ax.get_xlim()[1]
        assert ax.get_ylim()[0] < box.y0 < box.y1 < ax.get_ylim()[1]


def refused(net, error, match, a="a", b="a", rule=APART, conductance=1 * nS, **how):
    with pytest.raises(error, match=match) as caught:
        net.gap_junction(a, b, rule, conductance, **how)
    assert net.gap_junctions == {}
    assert caught.value.mend
    return caught.value


@pytest.mark.parametrize("equations, spike, match", [
    ("dv/dt = -v + I**2", None, "not I times a constant but depends on I"),
    ("dv/dt = -v + v*I", None, "depends on v"),
    ("dv/dt = -v + I*sin(t)", None, "depends on t"),
    ("dv/dt = -v + I\ndw/dt = -w + I", None, "I of 'odd' also moves w"),
    ("dv/dt = -v + I + where(I > 1, 1, 0)", None, "not I times a constant"),
    ("dv/dt = -v\ny = I*v", None, "not I times a constant"),
    ("dv/dt = -v + I", "v + I > 1", "in the spike condition"),
])  # fmt: skip
def test_a_model_in_which_the_current_does_more_is_refused(net, equations, spike, match):
    net.add(rb.Model(equations, spike=spike, inputs=["I"]), 2, "odd")
    error = refused(net, ParameterError, match, "odd", net["plain"][:2], rb.one_to_one(), 1.0)
    assert "between odd and plain[0:2]" in error.where


def test_a_cell_is_not_joined_with_itself(net):
    for rule in (rb.all_to_all(), rb.bernoulli(0.1), rb.one_to_one(), rb.fixed_total(3)):
        refused(net, ParameterError, "join a cell with itself", rule=rule)
    refused(net, ParameterError, "itself", rule=rb.edges([0, 1], [1, 1]))
    refused(net, ParameterError, "itself", b=net["a"][3:5], rule=rb.all_to_all())
    # Views apart from one another have nothing to fear.
    net.gap_junction(net["a"][:4], net["a"][4:], rb.all_to_all(), 1 * nS)
    net.gap_junction(net["a"][:4], net["a"][1:5], rb.one_to_one(), 1 * nS)


def test_what_is_of_another_kind_is_refused(net):
    refused(net, ParameterError, "'drive' is a source", b="drive", rule=rb.all_to_all())
    refused(net, UnitError, "one model has units", b="plain", rule=rb.all_to_all())
    refused(net, UnitError, "current density", b="dense", rule=rb.all_to_all())
    refused(net, UnknownNameError, "no state 'u'", state=("v", "u"))
    refused(net, UnknownNameError, "no input 'J'", into="J")
    refused(net, UnknownNameError, "no population 'c'", b="c")
    refused(net, ParameterError, "state= is 3", state=3)
    refused(net, ParameterError, "into= is", into=("I",))


def test_conductances_that_cannot_be(net):
    refused(net, UnitError, "bare number", conductance=1)
    refused(net, UnitError, "a current", conductance=1 * pA)
    refused(net, ParameterError, "negative: -1", conductance=-1 * nS)
    refused(net, ParameterError, "negative", conductance=rb.uniform(-2 * nS, -1 * nS))
    refused(net, ParameterError, "no conductance", conductance=None)
    refused(net, ParameterError, "not finite", conductance=np.inf * nS)
    refused(net, ParameterError, "shape", conductance=[1, 2, 3] * nS)
    refused(net, ParameterError, "draws", conductance=[1, 2] * nS,
            rule=rb.bernoulli(0.1, autapses=False))  # fmt: skip
    refused(net, UnitError, "plain number", "plain", "plain")


@pytest.mark.parametrize("given", [1, 1.0, -0.1, True, "half", [0.1], 2 * nS, np.nan])
def test_rectification_that_cannot_be(net, given):
    refused(net, ParameterError, "rectification= is", rectification=given)


def test_one_way_into_a_state(net):
    model = rb.Model("dv/dt = -v + I + 2*J", inputs=["I", "J"])
    net.add(model, 4, "both")
    net.gap_junction("both", "plain", rb.one_to_one(), 1.0)
    with pytest.raises(ParameterError, match="into 'I' and into 'J' of 'both'"):
        net.gap_junction("plain", "both", rb.one_to_one(), 1.0, into=("I", "J"))
    assert len(net.gap_junctions) == 1


def test_a_network_that_has_run_gets_no_more():
    net = rb.Network()
    net.add(LEAKY, 2, "a")
    net.run(0.1 * ms)
    with pytest.raises(ParameterError, match="another gap junction"):
        net.gap_junction("a", "a", APART, 1 * nS)
