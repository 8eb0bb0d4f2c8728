"""Projections: ends, weights, delays, receptors, and what is refused."""

import numpy as np
import pytest

from rheobase.errors import (
    EquationError,
    ParameterError,
    UnitError,
    UnknownNameError,
)
from rheobase.model.composition import joined
from rheobase.model.distributions import normal, truncated, uniform
from rheobase.model.model import Model
from rheobase.network.delays import exact_steps
from rheobase.network.description import NetworkDescription
from rheobase.network.expressions import Formula
from rheobase.network.properties import synapse_values
from rheobase.network.rules import (
    bernoulli,
    edges,
    one_to_one,
)
from rheobase.units import ms, mV, nS, pA, pF, um
from rheobase.zoo import LIF, Delta, Exponential, Izhikevich

from .described import RATE, connect


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
