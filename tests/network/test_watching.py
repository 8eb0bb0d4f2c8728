"""What is recorded of a network."""

import pytest

from rheobase.errors import (
    ParameterError,
    UnitError,
    UnknownNameError,
)
from rheobase.model.composition import joined
from rheobase.model.model import Model
from rheobase.network.description import NetworkDescription
from rheobase.units import ms, mV, pA
from rheobase.zoo import Exponential

from .described import connect


def test_spikes_of_neurons_are_recorded_unasked(net):
    assert list(net.watched("a")) == ["spikes"]
    assert net.watched("noise") == {}
    net.record("noise")
    assert list(net.watched("noise")) == ["spikes"]
    net.record(net["a"], ["v", "rate"], every=0.5 * ms)
    watched = net.watched(net["a"])
    assert list(watched) == ["spikes", "v", "rate"]
    assert watched["v"].every == 5 and watched["v"].index is None


def test_subsets_and_the_last_word(net):
    net.record("a", "v", subset=[3, 1])
    assert net.watched("a")["v"].index.tolist() == [3, 1]
    net.record(net["a"][5:7], "v")
    assert net.watched("a")["v"].index.tolist() == [5, 6]
    net.record("a", "v", subset=net["a"][:2])
    assert net.watched("a")["v"].index.tolist() == [0, 1]
    net.record("a", "v", subset=slice(0, 4, 2))
    assert net.watched("a")["v"].index.tolist() == [0, 2]
    net.record("a", "spikes", subset=[])
    assert net.watched("a")["spikes"].index.size == 0


def test_names_are_checked_when_receptors_are_known(net):
    connect(net, synapse=Exponential(5 * ms, name="AMPA"), weight=1 * pA)
    for name in ("v", "I_AMPA", "I"):
        net.record("b", name)
    composites = {p.name: joined(p.model, p.ports) for p in (net["a"], net["b"])}
    net.check_records(composites)
    net.record("b", "g_AMPA")
    with pytest.raises(UnknownNameError, match="'b' has no 'g_AMPA'") as caught:
        net.check_records(composites)
    assert "did you mean 'I_AMPA'" in caught.value.mend


def test_white_noise_is_not_recorded():
    net = NetworkDescription()
    model = Model(
        "tau*dv/dt = -v + s\ns = sigma*sqrt(tau)*xi", spike="v > 1*mV",
        parameters={"tau": 10 * ms, "sigma": 1 * mV},
    )  # fmt: skip
    net.add(model, 2, "n")
    net.record("n", "s")
    with pytest.raises(ParameterError, match="white noise"):
        net.check_records({"n": model})


@pytest.mark.parametrize(
    ("what", "how", "error", "words"),
    [
        ("v", {"subset": [10]}, ParameterError, "no neuron 10"),
        ("v", {"subset": [0, 0]}, ParameterError, "twice"),
        ("v", {"subset": "all"}, ParameterError, "whole numbers"),
        ("v", {"subset": [[], 1]}, ParameterError, "whole numbers"),
        ("v", {"every": 0}, ParameterError, "every"),
        ("v", {"every": 0.25 * ms}, ParameterError, "not a whole number of steps"),
        ("v", {"every": 1 * mV}, UnitError, "a voltage"),
        ("spikes", {"every": 2}, ParameterError, "whenever they come"),
        (3, {}, ParameterError, "what="),
        ([], {}, ParameterError, "what="),
    ],
)
def test_records_that_cannot_be(net, what, how, error, words):
    with pytest.raises(error, match=words):
        net.record("a", what, **how)


def test_records_of_others(net):
    with pytest.raises(UnknownNameError, match="no population"):
        net.record("c", "v")
    with pytest.raises(UnknownNameError, match="a source has"):
        net.record("noise", "v")
    with pytest.raises(ParameterError, match="of 'b'"):
        net.record("a", "v", subset=net["b"][:2])
    with pytest.raises(ParameterError, match="is a view"):
        net.record(net["a"][:3], "v", subset=[0])
