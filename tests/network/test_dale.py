"""Dale's law: what is released against weights and receptors."""

import numpy as np
import pytest

from rheobase.errors import ParameterError
from rheobase.model.distributions import clipped, lognormal, normal, uniform
from rheobase.model.model import Model
from rheobase.network.dale import check_weights
from rheobase.network.description import NetworkDescription
from rheobase.network.levels import rest_and_threshold
from rheobase.network.rules import all_to_all, bernoulli, edges
from rheobase.network.sources import Poisson
from rheobase.units import Hz, ms, mV, nS, pA, volt
from rheobase.zoo import LIF, AdEx, Delta, Exponential, HodgkinHuxley, Izhikevich, QuadraticIF

BARE = Model(
    "dv/dt = (V_L - v)/tau + I", spike="v > V_T", reset="v = V_R", inputs={"I": mV / ms},
    parameters={"V_L": -60 * mV, "V_T": -50 * mV, "V_R": -60 * mV, "tau": 20 * ms},
)  # fmt: skip


def network(model=None):
    net = NetworkDescription()
    target = model or LIF()
    net.add(target, 8, "exc", releases="glutamate")
    net.add(target, 8, "inh", releases="GABA")
    net.add(target, 8, "open")
    return net


def connect(net, pre, synapse, weight, rule=None):
    return net.connect(pre, "open", synapse, rule or bernoulli(0.5), weight, 1 * ms)


@pytest.mark.parametrize(
    ("pre", "weight"),
    [
        ("exc", 1 * pA),
        ("inh", -1 * pA),
        ("open", -1 * pA),
        ("exc", 0 * pA),
        ("inh", 0 * pA),
        ("exc", uniform(0 * pA, 2 * pA)),
        ("exc", lognormal(1 * pA, 1 * pA)),
        ("exc", normal(1 * pA, 1 * pA)),  # only what is drawn can tell
        ("inh", clipped(normal(-1 * pA, 1 * pA), high=0 * pA)),
        ("open", normal(0 * pA, 1 * pA)),
    ],
)
def test_weights_that_are_allowed(pre, weight):
    net = network()
    made = connect(net, pre, Exponential(5 * ms), weight)
    assert list(net.projections.values()) == [made]
    assert made.weight is weight or made.weight == weight


@pytest.mark.parametrize(
    ("pre", "weight", "words"),
    [
        ("exc", -1 * pA, "may only excite, and its negative weight -1 pA inhibits 'open'"),
        ("inh", 1 * pA, "may only inhibit, and its positive weight 1 pA excites 'open'"),
        ("exc", uniform(-1 * pA, 1 * pA), "negative weight -1 pA"),
        ("inh", lognormal(1 * pA, 1 * pA), r"weight of lognormal\(1 pA, 1 pA\)"),
        ("inh", clipped(normal(0 * pA, 1 * pA), high=2 * pA), "positive weight 2 pA"),
    ],
)
def test_weights_that_are_not(pre, weight, words):
    net = network()
    with pytest.raises(ParameterError, match=words) as caught:
        connect(net, pre, Exponential(5 * ms, name="AMPA"), weight)
    text = str(caught.value)
    assert f"'{pre}'" in text and "'open'" in text and "'AMPA'" in text and "Dale" in text
    assert not net.projections


def test_arrays_are_looked_at_one_by_one():
    with pytest.raises(ParameterError, match=r"-0\.5 mV"):
        connect(network(), "exc", Delta(), [1, -0.5] * mV, edges([0, 1], [0, 1]))
    with pytest.raises(ParameterError, match="3 mV"):
        connect(network(), "inh", Delta(), np.full((8, 8), 3.0) * mV, all_to_all())


def test_what_is_drawn_is_checked_later():
    made = connect(network(), "exc", Exponential(5 * ms), normal(1 * pA, 1 * pA))
    check_weights(made, np.array([1.0, 2.0]))
    check_weights(made, np.empty(0))
    with pytest.raises(ParameterError, match=r"-0\.25 pA") as caught:
        check_weights(made, np.array([1.0, -0.25, 3.0], dtype=np.float32))
    assert "clipped" in caught.value.mend
    said_nothing = connect(network(), "open", Exponential(5 * ms), normal(1 * pA, 1 * pA))
    check_weights(said_nothing, -1.0)


@pytest.mark.parametrize("model", [LIF(), AdEx(), BARE, HodgkinHuxley()], ids=str)
def test_receptors(model):
    """Every kind of model: spikes at a threshold, at a peak, and on the rising edge."""
    net = network(model)
    per_area = model.name == "HodgkinHuxley"
    unit = Exponential(5 * ms, reversal=0 * mV)
    weight = 1 * nS
    if per_area:
        from rheobase.units import cm, mS

        weight = 1 * mS / cm**2
    if model is BARE:
        weight = 1 / ms
    connect(net, "exc", unit, weight)
    connect(net, "inh", Exponential(5 * ms, reversal=-80 * mV), weight)
    connect(net, "open", unit, weight)
    with pytest.raises(ParameterError, match="'inh' releases GABA, and the receptor"):
        connect(net, "inh", unit, weight)
    with pytest.raises(ParameterError, match="'exc' releases glutamate, and the receptor"):
        connect(net, "exc", Exponential(5 * ms, reversal=-90 * mV), weight)


def test_between_rest_and_threshold_a_receptor_may_do_either():
    net = network()
    shunt = Exponential(5 * ms, reversal=-60 * mV)
    connect(net, "exc", shunt, 1 * nS)
    connect(net, "inh", shunt, 1 * nS)
    at_rest = Exponential(5 * ms, reversal=-70 * mV)
    connect(net, "inh", at_rest, 1 * nS)
    with pytest.raises(ParameterError, match=r"at -70 mV, at or below the rest of 'open' \(-70 mV"):
        connect(net, "exc", at_rest, 1 * nS)


def test_a_conductance_is_never_negative():
    for pre in ("exc", "inh", "open"):
        reversal = -80 * mV if pre == "inh" else 0 * mV
        with pytest.raises(ParameterError, match="A weight is negative, -1 nS"):
            connect(network(), pre, Exponential(5 * ms, reversal=reversal), -1 * nS)


def test_rest_and_threshold():
    assert rest_and_threshold(LIF(), "v") == (-70.0, -50.0)
    assert rest_and_threshold(QuadraticIF(), "v") == (-65.0, -45.0)  # spikes peak at 20 mV
    # A model that says nothing of its first value rests where it is reset.
    assert rest_and_threshold(BARE, "v") == (-60.0, -50.0)
    plain = Model("dv/dt = -v/10", spike="v >= 1")
    assert rest_and_threshold(plain, "v") == (None, 1.0)
    shown = Model(
        "dv/dt = -v/10 + I", spike="1 < v", inputs=["I"], initial={"v": -0.07},
        display={"v": volt},
    )  # fmt: skip
    assert rest_and_threshold(shown, "v") == pytest.approx((-0.07, -0.05))
    odd = Model("dv/dt = -v/10", spike="v > 1 and v < 3")
    assert rest_and_threshold(odd, "v") == (None, None)


def test_models_in_plain_numbers():
    net = network(Izhikevich())
    connect(net, "exc", Exponential(5 * ms, reversal=0 * mV), 0.1)
    with pytest.raises(ParameterError, match="excites: it reverses at 0 mV"):
        connect(net, "inh", Exponential(5 * ms, reversal=0 * mV), 0.1)


def test_sources_release_too():
    net = network()
    net.add(Poisson(8 * Hz), 5, "drive", releases="acetylcholine")
    with pytest.raises(ParameterError, match="'drive' releases acetylcholine"):
        net.connect("drive", "open", Delta(), bernoulli(0.1), -1 * mV, 1 * ms)


@pytest.mark.parametrize(("given", "usual"), [("gaba", "GABA"), ("Glutamate", "glutamate")])
def test_spelling(given, usual):
    assert NetworkDescription().add(LIF(), 1, releases=given).releases == usual


@pytest.mark.parametrize("given", ["glutamat", "", 3, "dopamin"])
def test_transmitters_that_there_are_not(given):
    with pytest.raises(ParameterError, match="releases=") as caught:
        NetworkDescription().add(LIF(), 1, "exc", releases=given)
    assert "GABA" in caught.value.mend and "'exc'" in caught.value.where
    if given == "glutamat":
        assert "did you mean 'glutamate'" in caught.value.mend
