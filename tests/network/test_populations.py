"""Populations of a network and views of them: values, inputs, and what is refused."""

import numpy as np
import pytest

from rheobase.errors import (
    EquationError,
    ParameterError,
    SchemeError,
    UnitError,
    UnknownNameError,
)
from rheobase.model.distributions import Distribution, normal, uniform
from rheobase.network.description import NetworkDescription
from rheobase.network.properties import neuron_values
from rheobase.network.sources import Poisson
from rheobase.network.stimuli import noise, step
from rheobase.units import Hz, ms, mV, pA, pF, um
from rheobase.zoo import LIF, Izhikevich


def test_a_zoo_entry_makes_its_model():
    assert NetworkDescription().add(LIF, 2).model == LIF()


def test_values_in_four_forms():
    net = NetworkDescription()
    pop = net.add(
        LIF(), 3, "p",
        positions=[[0, 0], [1, 0], [2, 5]] * um,
        parameters={"C": 100 * pF, "V_T": [-50, -49, -48] * mV, "t_ref": uniform(1 * ms, 2 * ms),
                    "V_L": "-70*mV + 0.5*mV/um*x"},
        initial={"v": "V_T - 5*mV"},
    )  # fmt: skip
    assert pop.model.parameters["C"] == 100
    assert pop.model.parameters["V_T"].tolist() == [-50, -49, -48]
    assert isinstance(pop.parameters["t_ref"], Distribution)
    assert pop.parameters["t_ref"].bounds == (1, 2)
    read = pop.parameters["V_L"]
    index = np.arange(3)
    assert read.evaluate(neuron_values(read, pop, index), 3).tolist() == [-70, -69.5, -69]
    first = pop.initial["v"]
    assert first.evaluate(neuron_values(first, pop, index), 3).tolist() == [-55, -54, -53]
    drawn = {"p": {"V_T": np.array([1.0, 2.0, 3.0])}}
    assert neuron_values(first, pop, index[1:], drawn)["V_T"].tolist() == [2, 3]


def test_first_values():
    net = NetworkDescription()
    for given, due in ((-60 * mV, -60), ("-60 mV", -60), ("-60*mV", -60)):
        assert net.add(LIF(), 2, initial={"v": given}).initial == {"v": due}
    array = net.add(LIF(), 2, initial={"v": [-60, -50] * mV}).initial["v"]
    assert array.tolist() == [-60, -50]
    plain = net.add(Izhikevich(), 2, initial={"v": uniform(-70, -60), "u": "b*-65 + i"})
    assert plain.initial["v"].bounds == (-70, -60)
    assert plain.initial["u"].names == {"b", "i"}


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"initial": {"u": 1 * mV}}, UnknownNameError, "no state 'u'"),
        ({"initial": {"v": -60}}, UnitError, "bare number"),
        ({"initial": {"v": 1 * pA}}, UnitError, "a current"),
        ({"initial": {"v": uniform(-60, -50)}}, UnitError, "bare number"),
        ({"initial": {"v": [-60, -50] * mV}}, ParameterError, "there are 3"),
        ({"initial": {"v": "V_X + 1*mV"}}, UnknownNameError, "V_X"),
        ({"initial": {"v": "V_T + 1"}}, UnitError, "disagree"),
        ({"initial": {"v": "C"}}, UnitError, "a capacitance"),
        ({"initial": {"v": "-60 mv"}}, UnitError, "did you mean 'mV'"),
        ({"initial": {"v": "V_T[0]"}}, EquationError, "An index"),
        ({"initial": {"v": "x + 1*mV"}}, UnknownNameError, "'x'"),
        ({"initial": {"v": None}}, ParameterError, "Initial v is None"),
        ({"initial": {"v": np.nan * mV}}, ParameterError, "not finite"),
        ({"initial": -60 * mV}, ParameterError, "map names"),
        ({"parameters": {"tau": 3 * ms}}, UnknownNameError, "no parameter 'tau'"),
        ({"parameters": {"C": 3 * ms}}, UnitError, "a time"),
        ({"parameters": {"C": -3 * pF}}, ParameterError, "positive"),
        ({"parameters": {"C": uniform(-1 * pF, 3 * pF)}}, ParameterError, "reaches it"),
        ({"parameters": {"C": [1, 2] * pF}}, ParameterError, "there are 3"),
        ({"parameters": {"V_T": normal(1 * mV, 1 * mV), "V_R": "V_T"}}, ParameterError, "itself"),
        ({"parameters": {"V_T": "V_T + 1*mV"}}, UnknownNameError, "V_T"),
        ({"I": 3}, UnitError, "bare number"),
        ({"I": step(3 * mV)}, UnitError, "a voltage"),
        ({"I": noise(3 * mV, 1 * ms)}, UnitError, "a voltage"),
        ({"I": [1, 2] * pA}, ParameterError, "for 2 neurons, and there are 3"),
        ({"J": 3 * pA}, UnknownNameError, "no input 'J'"),
        ({"method": "euler2"}, SchemeError, "did you mean 'euler'"),
        ({"positions": [0, 1] * um}, ParameterError, "shape"),
        ({"positions": [0, 1, 2]}, UnitError, "bare number"),
        ({"positions": np.zeros((3, 4)) * um}, ParameterError, "shape"),
        ({"positions": [0, 1, np.inf] * um}, ParameterError, "not finite"),
    ],
)
def test_values_that_do_not_fit(how, error, words):
    net = NetworkDescription()
    with pytest.raises(error, match=words) as caught:
        net.add(LIF(), 3, "cells", **how)
    assert "'cells'" in str(caught.value), "the population is named"
    assert caught.value.mend
    assert not net.populations


def test_inputs_are_stimuli():
    net = NetworkDescription()
    pop = net.add(LIF(), 3, I=step([1, 2, 3] * pA, 5 * ms) + noise(1 * pA, 3 * ms))
    assert len(pop.inputs["I"].terms) == 2
    assert net.add(LIF(), 3, I={"kind": "step", "amplitude": "5 pA"}).inputs["I"].terms
    assert net.add(LIF(), 3).inputs == {}, "a published current is for a neuron alone"


def test_a_source_takes_nothing_of_a_neuron():
    for how in ({"initial": {"v": 1}}, {"parameters": {}}, {"method": "exact"}, {"I": 3 * pA}):
        with pytest.raises(ParameterError, match="takes no"):
            NetworkDescription().add(Poisson(1 * Hz), 3, **how)


def test_views(net):
    a = net["a"]
    assert a[2:5].index.tolist() == [2, 3, 4]
    assert a[[3, 1, 2]].index.tolist() == [3, 1, 2], "the order given is kept"
    assert a[np.arange(10) % 2 == 0].index.tolist() == [0, 2, 4, 6, 8]
    assert a[-1].index.tolist() == [9] and a[3].index.tolist() == [3]
    assert a[::-1].index[0] == 9
    assert a[2:8][1:3].index.tolist() == [3, 4]
    assert len(a) == 10 and len(a[:3]) == 3 and a[:].is_whole and not a[:9].is_whole
    with pytest.raises(ValueError, match="read-only"):
        a[:3].index[0] = 5


def test_views_say_what_they_are(net):
    a = net["a"]
    shown = [str(a[:]), str(a[2:5]), str(a[::2]), str(a[[4]]), str(a[[5, 1, 2]])]
    assert shown == ["a", "a[2:5]", "a[0:9:2]", "a[4]", "a[3 neurons]"]
    assert repr(a[2:5]) == "<View a[2:5]: 3 of 10 neurons>"
    assert repr(a) == "<Population 'a': 10 of LIF>"


@pytest.mark.parametrize(
    ("which", "words"),
    [
        (slice(5, 5), "holds no neuron"),
        ([], "holds no neuron"),
        (10, "no neuron 10"),
        (-11, "no neuron -11"),
        ([1, 1], "twice"),
        ([1, -9], "twice"),
        ([0.5], "whole numbers"),
        ("exc", "whole numbers"),
        ([True, False], "mask"),
        ([[1, 2]], "whole numbers"),
        (slice("a", None), "slice"),
        (slice(None, None, 0), "slice"),
    ],
)
def test_views_of_nobody(net, which, words):
    with pytest.raises(ParameterError, match=words):
        net["a"][which]


def test_neurons_of_another_population_are_no_indices(net):
    for which in (net["b"], net["b"][:2]):
        with pytest.raises(ParameterError, match="the index of a is not a list of whole numbers"):
            net["a"][which]


@pytest.mark.parametrize(
    ("which", "shown"),
    [
        ("v", "'v'"),
        (b"v", "b'v'"),
        (1.5, "1.5"),
        (None, "None"),
        ([0.5], "[0.5]"),
        ([[1], [1, 2]], "[[1], [1, 2]]"),
        (["x", "y"], "['x', 'y']"),
        ({"v": 1}, "{'v': 1}"),
        (2 * ms, "2 ms"),
    ],
)
def test_what_is_no_index_is_shown_as_it_was_given(net, which, shown):
    for one in (net["a"], net["a"][:5]):
        with pytest.raises(ParameterError) as caught:
            one[which]
        assert caught.value.message.endswith(f"is not a list of whole numbers: {shown}.")
        assert caught.value.mend
