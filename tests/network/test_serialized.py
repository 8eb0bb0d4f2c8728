"""A network to a dictionary and back."""

import copy
import json

import numpy as np
import pytest

from rheobase.errors import ParameterError, RheobaseError
from rheobase.model.distributions import normal, truncated, uniform
from rheobase.network.description import NetworkDescription
from rheobase.network.rules import (
    all_to_all,
    bernoulli,
    distance,
    edges,
    fixed_indegree,
)
from rheobase.network.sources import Poisson, SpikeTimes
from rheobase.network.stimuli import noise, pulses, ramp, sampled, sine, step
from rheobase.units import Hz, ms, mV, nS, pA, pF, um
from rheobase.zoo import LIF, AdEx, Delta, Exponential, HodgkinHuxley


def everything():
    """A network with one of each."""
    rng = np.random.default_rng(0)
    net = NetworkDescription(seed=7, dt=0.05 * ms, threads=2, name="all of it")
    exc = net.add(
        AdEx(), 6, "exc", releases="glutamate", positions=rng.uniform(0, 100, (6, 2)) * um,
        initial={"v": uniform(-60 * mV, -50 * mV), "w": 0 * pA},
        parameters={"C": truncated(normal(200 * pF, 20 * pF), low=10 * pF)},
        method="adaptive", I=step(1 * pA, 1 * ms) + sine(2 * pA, 8 * Hz) + noise(1 * pA, 2 * ms),
    )  # fmt: skip
    inh = net.add(
        LIF(), 4, "inh", releases="GABA", positions=rng.uniform(0, 100, (4, 2)) * um,
        parameters={"V_T": [-50, -49, -48, 1 / 3 - 48] * mV, "V_R": "V_L + 1*mV"},
        I=ramp(0 * pA, 1 * pA, 0 * ms, 9 * ms) + pulses(1 * pA, [1, 2] * ms, 0.5 * ms)
        + sampled([0.1, 0.2, 1 / 3] * pA, 1 * ms, after="repeat"),
    )  # fmt: skip
    net.add(HodgkinHuxley(), 2, "axon")
    drive = net.add(Poisson(sine(5 * Hz, 4 * Hz, offset=6 * Hz)), 3, "drive")
    clock = net.add(SpikeTimes([[1 * ms], [0.5 * ms, 1 / 3 * ms]]), name="clock")
    net.connect(
        exc, [exc, inh], Exponential(5 * ms, reversal=0 * mV, name="AMPA"), bernoulli(0.5),
        0.6 * nS, uniform(0.1 * ms, 2 * ms),
    )  # fmt: skip
    net.connect(
        inh[[2, 0]], exc[1:4], Exponential(10 * ms), edges([0, 1], [2, 2]), [-1, -1 / 3] * pA,
        [0.1, 0.15] * ms, name="list", precision="float64",
    )  # fmt: skip
    net.connect(
        exc, inh, Exponential(2 * ms), distance("0.5*exp(-distance/(50*um))", period=200 * um),
        "2*pA*exp(-distance/(100*um))", "0.1*ms + distance/(100*um/ms)",
    )  # fmt: skip
    net.connect(drive, exc, Delta(), fixed_indegree(2, multapses=True), 0.1 * mV, 0.1 * ms)
    net.connect(clock, inh, Delta(), all_to_all(), np.full((2, 4), 0.1) * mV, "1 ms")
    net.record(exc, "v", subset=[3, 1], every=2)
    net.record(inh, ["spikes", "rate"])
    return net


def test_a_dictionary_is_complete():
    net = everything()
    found = net.to_dict()
    text = json.dumps(found, allow_nan=False)
    again = NetworkDescription.from_dict(json.loads(text))
    assert again.to_dict() == found
    assert json.dumps(again.to_dict(), allow_nan=False) == text
    assert str(again.summary()) == str(net.summary())
    for name, one in net.projections.items():
        other = again.projections[name]
        assert one.port == other.port
        assert np.array_equal(one.pre.index, other.pre.index)
        assert np.all(one.weights == other.weights)
        assert np.all(one.delays == other.delays)
    for name, pop in net.populations.items():
        other = again[name]
        assert pop.initial == other.initial and pop.parameters == other.parameters
        assert pop.inputs.keys() == other.inputs.keys()
        assert np.array_equal(pop.positions, other.positions)
        assert net.watched(name).keys() == again.watched(name).keys()


def test_stimuli_come_back_as_they_were():
    net = everything()
    again = NetworkDescription.from_dict(json.loads(json.dumps(net.to_dict())))
    start = np.arange(100) * 0.05
    for name in ("exc", "inh"):
        pairs = zip(net[name].inputs["I"].terms, again[name].inputs["I"].terms, strict=True)
        for one, other in pairs:
            assert one.describe() == other.describe()
            if hasattr(one, "waveform"):
                values = one.waveform.coefficients(start, 0.05)
                assert np.array_equal(values, other.waveform.coefficients(start, 0.05))


def test_models_are_described_once():
    net = NetworkDescription()
    for name in "abc":
        net.add(LIF(), 3, name)
    assert len(net.to_dict()["models"]) == 1


def test_a_subclass_comes_back_as_itself():
    class Mine(NetworkDescription):
        pass

    assert type(Mine.from_dict(NetworkDescription().to_dict())) is Mine


def places(part, before=()):
    """Every place in a description, but for the models, and of a list no more than two."""
    listed = part.items() if isinstance(part, dict) else ()
    if isinstance(part, list):
        listed = list(enumerate(part))[:2]
    for key, inner in listed:
        if before or key != "models":
            yield (*before, key)
            yield from places(inner, (*before, key))


@pytest.mark.parametrize(
    "value", [None, -1, True, "foo mV", [], {}, np.nan, 10**400], ids=lambda value: repr(value)[:9]
)
def test_damage_anywhere_has_one_error_that_names_the_place(value):
    whole, refused = everything().to_dict(), 0
    for place in places(whole):
        broken = copy.deepcopy(whole)
        inner = broken
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value
        try:
            NetworkDescription.from_dict(broken)
        except RheobaseError as error:
            text = str(error)
            assert text.count("Mend:") == 1 and "array element" not in text, text
            assert "in the description: " in text or place[0] in ("format", "version"), text
            if len(place) > 1 and place[0] == "projections":
                assert f"in the description: projections[{place[1]}]" in text
            refused += 1
    assert refused > 100


@pytest.mark.parametrize(
    ("term", "key", "value", "match"),
    [
        (0, "knots_ms", [2.0, 1.0], "piecewise waveform has knots_ms of shape"),
        (0, "first", [1.0], "piecewise waveform has knots_ms of shape"),
        (0, "period_ms", 0, "period_ms is 0(.|\n)*above 0"),
        (0, "amplitude", {"value": [], "unit": "pA"}, "amplitude is empty"),
        (1, "frequency_per_ms", [], "frequency_per_ms is "),
        (1, "start_ms", [1.0], "start_ms is "),
        (2, "tau_ms", -1.0, "tau_ms is -1.0(.|\n)*above 0"),
        (2, "sigma", {"value": np.nan, "unit": "pA"}, "Sigma is not finite"),
    ],
)
def test_a_damaged_stimulus_is_refused_before_it_runs(term, key, value, match):
    broken = everything().to_dict()
    broken["populations"][0]["inputs"]["I"][term][key] = value
    with pytest.raises(ParameterError, match=match) as caught:
        NetworkDescription.from_dict(broken)
    assert caught.value.where.endswith("in the description: populations[0]")


def test_what_is_missing_is_named():
    for place in (("populations", 0, "n"), ("projections", 1, "rule"), ("seed",), ("records",)):
        broken = copy.deepcopy(everything().to_dict())
        inner = broken
        for key in place[:-1]:
            inner = inner[key]
        del inner[place[-1]]
        with pytest.raises(ParameterError, match=f"'{place[-1]}' is missing") as caught:
            NetworkDescription.from_dict(broken)
        assert "in the description: " in caught.value.where


def spoiled(change):
    found = copy.deepcopy(everything().to_dict())
    change(found)
    return found


@pytest.mark.parametrize(
    "broken",
    [
        None,
        {},
        {"format": "something else"},
        spoiled(lambda d: d.update(version=99)),
        spoiled(lambda d: d.pop("seed")),
        spoiled(lambda d: d.update(populations=3)),
        spoiled(lambda d: d["populations"][0].pop("name")),
        spoiled(lambda d: d["populations"][0].update(model=99)),
        spoiled(lambda d: d["populations"][0].update(model=-1)),
        spoiled(lambda d: d["populations"][0].update(model="LIF")),
        spoiled(lambda d: d["projections"][0].update(weight={"value": 1})),
        spoiled(lambda d: d["projections"][0].update(rule={"kind": "bernoulli", "q": 1})),
        spoiled(lambda d: d["projections"][0].update(rule={"kind": "__init__"})),
        spoiled(lambda d: d["projections"][0].update(synapse={})),
        spoiled(lambda d: d["projections"][0].update(pre={"population": "x", "index": None})),
        spoiled(lambda d: d["projections"][0].update(delay={"value": 1e-9, "unit": "ms"})),
        spoiled(lambda d: d["records"].update(nobody=[{"what": "v"}])),
    ],
    ids=range(17),
)
def test_what_is_no_dictionary_of_a_network(broken):
    with pytest.raises(RheobaseError) as caught:
        NetworkDescription.from_dict(broken)
    assert caught.value.mend
