"""Graded projections as descriptions: names that are inferred, units, Dale's law, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.sparse import coo_array

import rheobase as rb
from rheobase.errors import ParameterError, RheobaseError, UnitError, UnknownNameError
from rheobase.units import Hz, ms, mV, pA, second

LIF = rb.LIF()
TWO = rb.Model(
    "tau*dv/dt = -v + I + J\nr = v**2\ns = v/2", parameters={"tau": 5 * ms}, inputs=["I", "J"],
    outputs=("r", "s"),
)  # fmt: skip


def network() -> rb.Network:
    """Populations of every kind."""
    net = rb.Network(dt=0.1 * ms)
    net.add(rb.RateNeuron("tanh"), 10, name="rate")
    net.add(rb.RateNeuron("relu", unit=Hz), 10, name="hertz")
    net.add(rb.RateNeuron("relu", tau=10.0), 10, name="plain")
    net.add(LIF, 10, name="lif")
    net.add(TWO, 10, name="two")
    net.add(rb.Poisson(5 * Hz), 10, name="poisson")
    net.add(rb.SpikeTimes([1] * ms), 10, name="times")
    net.add(rb.RateNeuron("relu"), 10, name="exc", releases="glutamate")
    net.add(rb.RateNeuron("relu"), 10, name="inh", releases="GABA")
    net.add(rb.RateNeuron("relu", noise=0.1), 10, name="noisy")
    return net


def connect(net: rb.Network, pre: str, post: str, weight: Any = 0.5, **how: Any) -> Any:
    given = {"synapse": rb.Graded(), "rule": rb.one_to_one(), "delay": 1 * ms, **how}
    return net.connect(pre, post, weight=weight, **given)


def test_names_are_inferred() -> None:
    net = network()
    found = connect(net, "rate", "rate").synapse
    assert (found.of, found.into) == ("r", "I")
    assert connect(net, "rate", "two").synapse.into == "I"
    found = connect(net, "two", "two", synapse=rb.Graded(of="s", into="J")).synapse
    assert (found.of, found.into) == ("s", "J")
    assert connect(net, "rate", "poisson", 3 * Hz).synapse.into == "rate"
    assert connect(net, "rate", "lif", synapse=rb.Graded(of="v"), weight=2 * pA).synapse.of == "v"


def test_weights_have_the_unit_of_the_input_over_that_of_the_output() -> None:
    net = network()
    assert connect(net, "hertz", "hertz", 2.0).weights == 2.0
    assert connect(net, "rate", "lif", 3 * pA).weights == 3.0
    assert connect(net, "hertz", "lif", 3 * pA * second).weights == 3000.0
    assert connect(net, "hertz", "rate", 20 * ms).weights == 20.0
    assert connect(net, "rate", "plain", 2.0).weights == 2.0
    assert connect(net, "plain", "lif", 2 * pA).weights == 2.0
    one = connect(net, "rate", "poisson", 3 * Hz, name="drive")
    assert one.weights == pytest.approx(3e-3) and one.shown_weight(one.weights) == "3 Hz"
    assert "r into rate" in str(net.summary())


REFUSED: list[tuple[type[RheobaseError], str, Callable[[rb.Network], Any]]] = [
    (UnitError, "current", lambda net: connect(net, "rate", "lif", 2.0)),
    (UnitError, "plain number", lambda net: connect(net, "rate", "rate", 2 * mV)),
    (UnitError, "no units", lambda net: connect(net, "hertz", "plain", 2.0)),
    (ParameterError, "no output", lambda net: connect(net, "lif", "rate", 1.0)),
    (ParameterError, "2 outputs", lambda net: connect(net, "two", "rate")),
    (
        UnknownNameError,
        "no 'q' to send",
        lambda net: connect(net, "two", "rate", synapse=rb.Graded(of="q")),
    ),
    (
        UnknownNameError,
        "no input 'K'",
        lambda net: connect(net, "rate", "two", synapse=rb.Graded(into="K")),
    ),
    (ParameterError, "source of spikes", lambda net: connect(net, "poisson", "rate")),
    (ParameterError, "source of spikes", lambda net: connect(net, "rate", "times")),
    (
        ParameterError,
        "no such input",
        lambda net: connect(net, "rate", "poisson", 1 * Hz, synapse=rb.Graded(into="I")),
    ),
    (ParameterError, "negative", lambda net: connect(net, "rate", "rate", delay=-1 * ms)),
    (ParameterError, "whole number", lambda net: connect(net, "rate", "rate", delay=0.15 * ms)),
    (ParameterError, "no delay", lambda net: connect(net, "rate", "rate", delay=None)),
    (ParameterError, "axonal", lambda net: connect(net, "rate", "rate", axonal=0.5)),
    (
        ParameterError,
        "plasticity",
        lambda net: connect(net, "rate", "rate", plasticity=rb.PairSTDP(w_max=1.0)),
    ),
    (ParameterError, "precision", lambda net: connect(net, "rate", "rate", precision="float16")),
    (ParameterError, "may only excite", lambda net: connect(net, "exc", "rate", -0.1)),
    (ParameterError, "may only inhibit", lambda net: connect(net, "inh", "rate", 0.1)),
    (
        ParameterError,
        "not yet called",
        lambda net: connect(net, "rate", "rate", synapse=rb.Graded),
    ),
    (ParameterError, "rb.Graded", lambda net: connect(net, "rate", "rate", synapse=rb.Delta())),
    (
        ParameterError,
        "which synapses there are",
        lambda net: connect(net, "rate", "rate", coo_array(np.eye(10))),
    ),
    (
        ParameterError,
        "which synapses there are",
        lambda net: connect(net, "rate", "rate", coo_array(np.eye(10)), rule=coo_array(np.eye(10))),
    ),
    (ParameterError, "10 neurons to 5", lambda net: connect(net, "rate", net["rate"][:5])),
]  # fmt: skip


@pytest.mark.parametrize(("error", "said", "call"), REFUSED)
def test_what_cannot_be_is_refused_with_its_place(
    error: type[RheobaseError], said: str, call: Callable[[rb.Network], Any]
) -> None:
    net = network()
    with pytest.raises(error, match=said) as caught:
        call(net)
    assert "projection" in str(caught.value) and "Mend: " in str(caught.value)
    assert not net.projections


def test_dale_holds_for_drawn_and_typed_weights() -> None:
    net = network()
    connect(net, "exc", "rate", rb.uniform(0.0, 1.0), rule=rb.all_to_all())
    connect(net, "inh", "rate", rb.uniform(-1.0, 0.0), rule=rb.all_to_all())
    connect(net, "inh", "rate", "i_post - 8", rule=rb.all_to_all())
    with pytest.raises(ParameterError, match="may only inhibit"):
        net.run(1 * ms)


def test_an_output_of_this_very_step_takes_a_step() -> None:
    """What reads an input is not known before the step; of a state alone it is."""
    for delay, fits in ((0 * ms, False), (0.1 * ms, True)):
        net = rb.Network(dt=0.1 * ms)
        p = net.add(rb.ArtificialNeuron(), 5, name="p")
        net.connect(p, p, synapse=rb.Graded(), rule=rb.all_to_all(), weight=0.3, delay=delay)
        if fits:
            net.run(1 * ms)
            continue
        with pytest.raises(ParameterError, match="not known before the step"):
            net.run(1 * ms)


def test_white_noise_is_not_sent() -> None:
    model = rb.Model("dv/dt = (-v + I)/5 + n\nn = xi", inputs=["I"], outputs=("n",))
    net = rb.Network(dt=0.1 * ms)
    p = net.add(model, 5)
    with pytest.raises(ParameterError, match="white noise"):
        net.connect(p, p, synapse=rb.Graded(), rule=rb.all_to_all(), weight=0.3, delay=1 * ms)


def test_two_descriptions_of_one_network_are_equal() -> None:
    net = network()
    connect(net, "rate", "lif", rb.normal(1 * pA, 0.1 * pA), rule=rb.bernoulli(0.4))
    connect(net, "rate", "poisson", np.arange(10) * Hz, delay=np.arange(10) * 0.1 * ms)
    again = rb.Network.from_dict(net.to_dict())
    assert again.to_dict() == net.to_dict()
