"""A network as it is described: populations, views, projections, records, and what is refused."""

import copy
import json

import numpy as np
import pytest

from rheobase.errors import (
    EquationError,
    ParameterError,
    RheobaseError,
    SchemeError,
    UnitError,
    UnknownNameError,
)
from rheobase.model.composition import joined
from rheobase.model.model import Model
from rheobase.network.delays import exact_steps
from rheobase.network.description import NetworkDescription
from rheobase.network.distributions import Distribution, normal, truncated, uniform
from rheobase.network.expressions import Formula
from rheobase.network.properties import neuron_values, synapse_values
from rheobase.network.rules import (
    all_to_all,
    bernoulli,
    distance,
    edges,
    fixed_indegree,
    one_to_one,
)
from rheobase.network.sources import Poisson, SpikeTimes
from rheobase.network.stimuli import noise, pulses, ramp, sampled, sine, step
from rheobase.units import Hz, ms, mV, nS, pA, pF, um
from rheobase.zoo import LIF, AdEx, Delta, Exponential, HodgkinHuxley, Izhikevich

RATE = Model("tau*dr/dt = -r + I", parameters={"tau": 10 * ms}, inputs={"I": Hz}, name="rate")


@pytest.fixture
def net():
    network = NetworkDescription(seed=3)
    network.add(LIF(), 10, "a")
    network.add(LIF(), 6, "b")
    network.add(Poisson(8 * Hz), 4, "noise")
    return network


def connect(net, pre="a", post="b", synapse=None, rule=None, weight=1 * mV, delay=1 * ms, **how):
    return net.connect(pre, post, synapse or Delta(), rule or all_to_all(), weight, delay, **how)


# --------------------------------------------------------------------------------- the network


def test_defaults():
    net = NetworkDescription()
    assert (net.seed, net.dt, net.threads, net.name) == (0, 0.1, None, "")
    assert NetworkDescription(dt=0.05 * ms).dt == 0.05


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"seed": -1}, ParameterError, "seed"),
        ({"seed": 2.5}, ParameterError, "seed"),
        ({"seed": 2**64}, ParameterError, "seed"),
        ({"dt": 0.1}, UnitError, "dt is a bare number"),
        ({"dt": 1 * mV}, UnitError, "a voltage"),
        ({"dt": 0 * ms}, ParameterError, "positive"),
        ({"dt": [1, 2] * ms}, ParameterError, "dt"),
        ({"threads": 0}, ParameterError, "threads"),
        ({"name": 3}, ParameterError, "name"),
    ],
)
def test_networks_that_are_none(how, error, words):
    with pytest.raises(error, match=words):
        NetworkDescription(**how)


# --------------------------------------------------------------------------------- populations


def test_names_are_made_up_where_none_is_given():
    net = NetworkDescription()
    names = [net.add(LIF(), 2).name for _ in range(3)]
    assert names == ["LIF", "LIF_2", "LIF_3"]
    assert net.add(Poisson(1 * Hz), 1).name == "Poisson"
    assert net.add(Model("dv/dt = -v"), 1).name == "population"
    assert net["LIF_2"].n == 2 and "LIF_2" in net


def test_order_of_names_and_of_creation():
    net = NetworkDescription()
    for name in ("c", "a", "b"):
        net.add(LIF(), 1, name)
    assert list(net.populations) == ["c", "a", "b"]
    assert [p.name for p in net.ordered_populations()] == ["a", "b", "c"]


def test_the_size_follows_arrays():
    net = NetworkDescription()
    assert net.add(LIF()).n == 1
    assert net.add(LIF(C=[100, 200, 300] * pF)).n == 3
    assert net.add(SpikeTimes([[1 * ms], [], []])).n == 3
    assert net.add(SpikeTimes([[1 * ms], [], []]), 9).n == 9
    assert net.add(Poisson([1, 2] * Hz)).n == 2


@pytest.mark.parametrize(
    ("member", "n", "words"),
    [
        (LIF(), 0, "n is 0"),
        (LIF(), -3, "n is -3"),
        (LIF(), 2.0, "n is 2.0"),
        (LIF(), True, "n is True"),
        (LIF(), 2**31, "n is"),
        (LIF(C=[100, 200] * pF), 3, "is for 2 neurons"),
        (Poisson([1, 2] * Hz), 3, "is for 2 neurons"),
        (Poisson(1 * Hz), None, "how many neurons"),
        (SpikeTimes([[1 * ms], []]), 1, "is for 2 neurons"),
        ("LIF", 3, "'LIF'"),
        (None, 3, "None"),
    ],
)
def test_sizes_and_members_that_do_not_fit(member, n, words):
    net = NetworkDescription()
    with pytest.raises(ParameterError, match=words) as caught:
        net.add(member, n)
    assert caught.value.mend
    assert not net.populations


@pytest.mark.parametrize("name", ["", " a", "x" * 81, "a\nb", 3, "a"])
def test_names_that_are_none_or_taken(net, name):
    with pytest.raises(ParameterError, match=r"name|already"):
        net.add(LIF(), 2, name)


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


# --------------------------------------------------------------------------------------- views


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


# --------------------------------------------------------------------------------- projections


def test_a_projection_keeps_what_was_given(net):
    made = connect(
        net, synapse=Exponential(5 * ms), rule=bernoulli(0.1), weight=0.5 * pA, delay="1.5 ms"
    )
    assert made.name == "a->b" and net.projections["a->b"] is made
    assert (made.weights, made.delays, made.port) == (0.5, 1.5, "exponential")
    assert str(made.weight) == "0.5 pA" and made.delay == "1.5 ms"
    assert not made.is_recurrent and made.plasticity is None and made.precision is None
    assert connect(net).name == "a->b_2"
    assert connect(net, name="extra", precision="float64").precision == "float64"


def test_lists_make_one_for_each_pair(net):
    made = connect(net, pre=["a", net["b"]], post=[net["a"], "b"])
    assert [p.name for p in made] == ["a->a", "a->b", "b->a", "b->b"]
    named = connect(net, pre="a", post=["a", "b"], name="fast")
    assert [p.name for p in named] == ["fast a->a", "fast a->b"]


def test_a_list_is_connected_as_a_whole_or_not_at_all(net):
    with pytest.raises(ParameterError, match="10 neurons to 6"):
        connect(net, pre="a", post=["a", "b"], rule=one_to_one())
    assert not net.projections and not net["a"].incoming
    with pytest.raises(ParameterError, match="nothing to connect"):
        connect(net, pre=[], post="a")


def test_ports_are_shared_by_equal_synapses(net):
    fast, slow = Exponential(5 * ms), Exponential(10 * ms)
    first = connect(net, "a", "b", fast, weight=1 * pA)
    second = connect(net, "b", "b", Exponential(5 * ms), weight=1 * pA)
    third = connect(net, "a", "b", slow, weight=1 * pA)
    assert first.port == second.port != third.port
    assert list(net["b"].ports) == ["exponential", "exponential_2"]
    assert net["a"].ports == {}
    assert joined(net["b"].model, net["b"].ports).states == (
        "v",
        "I_exponential",
        "I_exponential_2",
    )


def test_labels_do_not_depend_on_the_order():
    """Else sums of currents, and with them the last bit, would."""
    synapses = [Exponential(5 * ms), Exponential(10 * ms), Delta(), Exponential(7 * ms, name="x")]
    found = []
    for order in ([0, 1, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0]):
        net = NetworkDescription()
        pop = net.add(LIF(), 2, "p")
        for k in order:
            unit = mV if synapses[k].model is None else pA
            connect(net, pop, pop, synapses[k], weight=1 * unit)
        found.append({label: synapse.key() for label, synapse in pop.ports.items()})
        assert list(found[-1]) == sorted(found[-1])
    assert found[0] == found[1] == found[2]


def test_a_made_up_label_avoids_one_that_was_given():
    net = NetworkDescription()
    pop = net.add(LIF(), 2, "p")
    for synapse in (
        Exponential(1 * ms, name="s"),
        Exponential(2 * ms, name="s"),
        Exponential(3 * ms, name="s_2"),
    ):
        connect(net, pop, pop, synapse, weight=1 * pA)
    assert sorted(pop.ports) == ["s", "s_2", "s_3"]
    assert pop.ports["s_2"].name == "s_2"


def test_weights_in_four_forms(net):
    exponential = Exponential(5 * ms)
    drawn = connect(net, synapse=exponential, weight=uniform(1 * pA, 2 * pA))
    assert drawn.weights.bounds == (1, 2)
    listed = connect(net, synapse=exponential, rule=edges([0, 1], [2, 3]), weight=[1, 2] * pA)
    assert listed.weights.tolist() == [1, 2]
    matrix = np.arange(60.0).reshape(10, 6)
    full = connect(net, synapse=exponential, weight=matrix * pA)
    assert full.weights.tolist() == matrix.ravel().tolist()
    pairs = connect(net, "a", "a", exponential, one_to_one(), weight=np.arange(10) * pA)
    assert pairs.weights.shape == (10,)
    assert connect(net, synapse=exponential, weight="2 pA").weights == 2
    assert connect(net, synapse=exponential, weight="2*pA*3").weights == 6
    text = connect(net, synapse=exponential, weight="1*pA*(i_pre + 10*i_post)")
    assert isinstance(text.weights, Formula)


def test_expressions_of_both_ends():
    net = NetworkDescription()
    here = np.array([[0.0, 0.0], [300.0, 0.0], [0.0, 400.0]])
    a = net.add(LIF(), 3, "a", positions=here * um)
    b = net.add(LIF(V_T=[-50, -48] * mV), 2, "b", positions=[[0, 0], [3, 4]] * um)
    made = connect(
        net, a, b, weight="1*mV*exp(-distance/(100*um)) + 0.1*(V_T_post - V_R_pre) + 1*mV/um*x_pre",
        delay="0.5*ms + distance/(300*um/ms)",
    )  # fmt: skip
    sources, targets = np.array([0, 1, 2, 0]), np.array([0, 0, 0, 1])
    far = np.array([0.0, 300.0, 400.0, 5.0])
    values = synapse_values(made.weights, a, b, sources, targets)
    due = np.exp(-far / 100) + 0.1 * (np.array([-50, -50, -50, -48]) + 65) + here[sources, 0]
    assert np.allclose(made.weights.evaluate(values, 4), due)
    delays = made.delays.evaluate(synapse_values(made.delays, a, b, sources, targets), 4)
    assert np.allclose(delays, 0.5 + far / 300)
    torus = synapse_values(made.delays, a, b, sources, targets, period=400.0)
    assert np.allclose(torus["distance"], [0, 100, 0, 5])


def test_an_expression_without_a_value(net):
    made = connect(net, weight="1*mV/i_pre")
    with pytest.raises(ParameterError, match="weight is inf for i_pre = 0"):
        made.weights.evaluate({"i_pre": np.array([1.0, 0.0])}, 2)


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"pre": "c"}, UnknownNameError, "no population 'c'"),
        ({"pre": 3}, ParameterError, "pre is 3"),
        ({"post": "noise"}, ParameterError, "receives none"),
        ({"synapse": Exponential}, ParameterError, "not yet called"),
        ({"synapse": "AMPA"}, ParameterError, "'AMPA'"),
        ({"synapse": Delta("w")}, UnknownNameError, "state 'w'"),
        ({"synapse": Exponential(5 * ms, into="J")}, UnknownNameError, "input 'J'"),
        (
            {"synapse": Exponential(5 * ms, reversal=0 * mV, potential="u"), "weight": 1 * nS},
            UnknownNameError,
            "state 'u'",
        ),
        ({"synapse": Exponential(5)}, UnitError, "with their units"),
        ({"weight": None}, ParameterError, "no weight"),
        ({"weight": 1}, UnitError, r"The weight is a bare number \(1\)"),
        ({"weight": 1 * nS}, UnitError, "a conductance"),
        ({"weight": uniform(1 * nS, 2 * nS)}, UnitError, "a conductance"),
        ({"weight": "1*nS"}, UnitError, "a conductance"),
        ({"weight": "x_pre*mV/um"}, UnknownNameError, "'x_pre'"),
        ({"weight": "distance*mV/um"}, UnknownNameError, "'distance'"),
        ({"weight": "V_T_pos"}, UnknownNameError, "did you mean 'V_T_post'"),
        ({"weight": "lambda: 0"}, EquationError, "A colon"),
        ({"weight": "V_T_post > V_T_pre"}, EquationError, "not a number"),
        ({"weight": np.inf * mV}, ParameterError, "not finite"),
        ({"weight": True}, ParameterError, "weight is True"),
        ({"weight": [1, 2] * mV}, ParameterError, "10 sources by 6 targets"),
        ({"weight": [1] * mV, "rule": edges([0, 1], [0, 1])}, ParameterError, "2, one an edge"),
        ({"weight": [1, 2] * mV, "rule": bernoulli(0.1)}, ParameterError, "draws its synapses"),
        ({"delay": None}, ParameterError, "no delay"),
        ({"delay": 1}, UnitError, "The delay is a bare number"),
        ({"delay": 1 * mV}, UnitError, "a voltage"),
        ({"delay": 0 * ms}, ParameterError, r"0 ms, is shorter than dt = 0\.1 ms"),
        ({"delay": 0.05 * ms}, ParameterError, r"0\.05 ms, is shorter than dt = 0\.1 ms"),
        ({"delay": -1 * ms}, ParameterError, "shorter than dt"),
        ({"delay": 0.25 * ms}, ParameterError, r"0\.25 ms, is not a whole number .* dt = 0\.1 ms"),
        ({"delay": "0.25*ms"}, ParameterError, "not a whole number"),
        ({"delay": 1e5 * ms}, ParameterError, "at most 65535 steps"),
        ({"delay": uniform(0 * ms, 1 * ms)}, ParameterError, "shorter than dt"),
        (
            {"delay": [0.1, 0.15] * ms, "rule": edges([0, 1], [0, 1])},
            ParameterError,
            r"0\.15 ms, is not a whole number",
        ),
        ({"plasticity": "STDP"}, ParameterError, "plasticity= is 'STDP'"),
        ({"precision": "double"}, ParameterError, "float32 or float64"),
        ({"name": ""}, ParameterError, "name"),
    ],
)
def test_projections_that_cannot_be(net, how, error, words):
    with pytest.raises(error, match=words) as caught:
        connect(net, **how)
    assert caught.value.mend
    if how.keys() & {"weight", "delay", "synapse", "rule"}:
        assert "'a->b', from a to b" in caught.value.where
    assert not net.projections and not net["b"].incoming


def test_the_delay_is_mended_by_its_neighbours(net):
    with pytest.raises(ParameterError) as caught:
        connect(net, delay=1.234 * ms)
    assert "1.2 ms or 1.3 ms" in caught.value.mend


def test_delays_on_a_decimal_grid():
    for dt in (0.1, 0.025, 0.01, 1 / 3):
        net = NetworkDescription(dt=dt * ms)
        net.add(LIF(), 2, "a")
        for steps in (1, 3, 7, 15, 999):
            made = connect(net, "a", "a", delay=(steps * dt) * ms)
            assert exact_steps(made.delays, net.dt, made.where) == steps
            assert made.delays == pytest.approx(steps * dt, rel=1e-15)


def test_drawn_delays_are_set_to_the_grid(net):
    made = connect(net, delay=truncated(normal(1.5 * ms, 0.5 * ms), low=0.1 * ms))
    assert made.delays.bounds == (0.1, np.inf)
    connect(net, delay=uniform(0.123 * ms, 0.777 * ms))


def test_a_population_that_sends_or_takes_nothing():
    net = NetworkDescription()
    net.add(RATE, 2, "rate")
    net.add(LIF(), 2, "lif")
    with pytest.raises(ParameterError, match="no spike condition"):
        connect(net, "rate", "lif")
    other = NetworkDescription()
    stranger = other.add(LIF(), 2, "lif")
    with pytest.raises(ParameterError, match="another network"):
        connect(net, stranger, "lif")


def test_plain_models():
    net = NetworkDescription()
    net.add(Izhikevich(), 4, "p")
    made = connect(net, "p", "p", weight=0.5)
    assert made.weights == 0.5
    assert connect(net, "p", "p", weight="0.5*(1 + i_pre)").weights.names == {"i_pre"}
    assert connect(net, "p", "p", Exponential(5 * ms), weight=2).weights == 2
    with pytest.raises(UnitError, match="a conductance"):
        connect(net, "p", "p", Exponential(5 * ms), weight=2 * nS)


def test_a_name_that_is_taken_on_the_target():
    net = NetworkDescription()
    model = Model(
        "C*dv/dt = -g*v + I + I_syn\nI_syn = 0*pA", inputs={"I": pA}, spike="v > 1*mV",
        parameters={"C": 1 * pF, "g": 1 * nS},
    )  # fmt: skip
    net.add(model, 2, "m")
    with pytest.raises(EquationError, match="I_syn"):
        connect(net, "m", "m", Exponential(5 * ms, name="syn"), weight=1 * pA)


# ------------------------------------------------------------------------------------- records


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


# ---------------------------------------------------------------------------------- dictionary


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
        spoiled(lambda d: d["populations"][0].update(model="LIF")),
        spoiled(lambda d: d["projections"][0].update(weight={"value": 1})),
        spoiled(lambda d: d["projections"][0].update(rule={"kind": "bernoulli", "q": 1})),
        spoiled(lambda d: d["projections"][0].update(rule={"kind": "__init__"})),
        spoiled(lambda d: d["projections"][0].update(synapse={})),
        spoiled(lambda d: d["projections"][0].update(pre={"population": "x", "index": None})),
        spoiled(lambda d: d["projections"][0].update(delay={"value": 1e-9, "unit": "ms"})),
        spoiled(lambda d: d["records"].update(nobody=[{"what": "v"}])),
    ],
    ids=range(16),
)
def test_what_is_no_dictionary_of_a_network(broken):
    with pytest.raises(RheobaseError) as caught:
        NetworkDescription.from_dict(broken)
    assert caught.value.mend
