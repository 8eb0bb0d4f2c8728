"""Modulators as projections: what may be released where, weights, first values, descriptions."""

import json

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError, UnitError, UnknownNameError
from rheobase.network.dale import check_weights, projection_effect
from rheobase.network.description import NetworkDescription
from rheobase.network.transmitters import TRANSMITTERS, effect, transmitter
from rheobase.units import Hz, mM, ms, mV, nM, nS, pA, uM

HILL = {"gain": 1, "EC50": 1 * uM}
ALL = rb.all_to_all()


BOTH = rb.Dopamine({"g_L": "1 + c/uM", "V_T": "1 - c/(9*uM)"}, name="D2")


def network():
    net = NetworkDescription()
    for name in (*TRANSMITTERS, None, "glutamate + dopamine"):
        net.add(rb.Poisson(5 * Hz), 3, name or "unsaid", releases=name)
    net.add(rb.LIF(), 4, "target")
    return net


def connect(net, pre, synapse, weight=100 * nM):
    return net.connect(pre, "target", synapse, ALL, weight, 1 * ms)


@pytest.mark.parametrize(
    ("pre", "synapse", "weight"),
    [
        ("dopamine", rb.Dopamine("g_L"), 100 * nM),
        ("dopamine", rb.Modulator("D1", "g_L", **HILL), 0 * nM),
        ("serotonin", rb.Serotonin("g_L"), rb.uniform(0 * nM, 10 * nM)),
        ("unsaid", rb.Dopamine("g_L"), 100 * nM),
        ("unsaid", rb.Serotonin("g_L"), "100*nM*(i_pre + 1)"),
        ("glutamate", rb.Modulator("mGluR", "g_L", **HILL), 100 * nM),
        ("GABA", rb.Modulator("m", "g_L", **HILL, transmitter="GABA"), 1 * uM),
        ("glutamate + dopamine", rb.Dopamine("g_L"), 100 * nM),
        ("glutamate + dopamine", rb.AMPA(), 1 * nS),
    ],
)
def test_what_may_reach_what(pre, synapse, weight):
    assert connect(network(), pre, synapse, weight).pre.name == pre


@pytest.mark.parametrize(
    ("pre", "synapse", "weight", "words"),
    [
        ("glutamate", rb.Dopamine("g_L"), 1 * nM,
         r"(?s)'glutamate' releases glutamate.*'dopamine' on 'target' is for dopamine"
         r".*releases=\"glutamate \+ dopamine\""),
        ("GABA", rb.Serotonin("g_L"), 1 * nM, "'GABA' releases GABA.*'serotonin' on 'target'"),
        ("serotonin", rb.Dopamine("g_L"), 1 * nM, "releases serotonin.* is for dopamine"),
        ("dopamine", rb.AMPA(), 1 * nS,
         "'dopamine' releases dopamine, which modulates.*'AMPA' on 'target' is no modulator"),
        ("dopamine", rb.Delta(), 1 * mV, "'delta' on 'target' is no modulator"),
        ("serotonin", rb.Exponential(5 * ms), 1 * pA, "'exponential' on 'target' is no modulator"),
        ("glutamate + dopamine", rb.Serotonin("g_L"), 1 * nM, "is for serotonin"),
        ("glutamate + dopamine", rb.GABAA(), 1 * nS, "Dale's law"),
    ],
)  # fmt: skip
def test_what_may_not(pre, synapse, weight, words):
    net = network()
    with pytest.raises(ParameterError, match=words):
        connect(net, pre, synapse, weight)
    assert not net.projections
    assert not net["target"].incoming


@pytest.mark.parametrize(
    ("given", "expected", "does"),
    [
        ("Dopamine", "dopamine", "modulates"),
        ("serotonin", "serotonin", "modulates"),
        ("dopamine+glutamate", "glutamate + dopamine", "excites"),
        (["GABA", "dopamine", "Serotonin"], "GABA + dopamine + serotonin", "inhibits"),
        (("glutamate", "acetylcholine"), "glutamate + acetylcholine", "excites"),
        ("gaba", "GABA", "inhibits"),
        (None, None, None),
    ],
)
def test_what_is_released(given, expected, does):
    population = NetworkDescription().add(rb.LIF(), 1, releases=given)
    assert population.releases == expected
    assert effect(population) == does
    assert transmitter(expected, "") == expected


@pytest.mark.parametrize(
    "given", ["dopamin", "", [], 3, "glutamate + ", ["GABA", 3], "dopamine,GABA"]
)
def test_what_is_no_transmitter(given):
    with pytest.raises(ParameterError, match=r"(?s)releases= is.*there are glutamate"):
        NetworkDescription().add(rb.LIF(), 1, releases=given)
    with pytest.raises(ParameterError, match=r"one of them excites, and one inhibits"):
        NetworkDescription().add(rb.LIF(), 1, releases="glutamate + GABA")


def test_a_concentration_is_not_negative():
    net = network()
    for weight in (-1 * nM, rb.uniform(-1 * nM, 1 * nM), np.array([[1, 1, 1, -2]] * 3) * nM):
        with pytest.raises(
            ParameterError, match=r"(?s)negative.*a concentration is not.*gain=-0.5"
        ):
            connect(net, "unsaid", rb.Dopamine("g_L"), weight)
    drawn = connect(net, "unsaid", rb.Dopamine("g_L"), rb.normal(1 * nM, 1 * nM))
    with pytest.raises(ParameterError, match=r"-0\.003 uM, and a concentration is not"):
        check_weights(drawn, [1e-6, -3e-6])
    check_weights(drawn, [1e-6, 0.0])


def test_weights_are_concentrations():
    net = network()
    with pytest.raises(UnitError, match=r"(?s)weight.*a concentration"):
        connect(net, "unsaid", rb.Dopamine("g_L"), 1 * nS)
    with pytest.raises(UnitError):
        connect(net, "unsaid", rb.Dopamine("g_L"), 1.0)
    made = connect(net, "unsaid", rb.Dopamine("g_L"), 100 * nM)
    assert made.weights == pytest.approx(1e-4, rel=1e-15)  # mM
    assert made.state == "c_dopamine"
    assert made.shown_weight(1e-4) == "0.1 uM"


def test_first_values_are_concentrations():
    net = rb.Network()
    spike = net.add(rb.SpikeTimes([1] * ms), 1, "spike")
    for number, value in enumerate((-1 * nM, rb.uniform(-1 * nM, 1 * nM), [1.0, -1.0] * nM)):
        target = net.add(rb.LIF(), 2, f"target {number}", initial=dict(c_dopamine=value))
        net.connect(spike, target, rb.Dopamine("g_L"), ALL, 1 * nM, 1 * ms)
    with pytest.raises(ParameterError, match=r"c_dopamine is -0\.001 uM, and a concentration"):
        net.run(1 * ms)


def test_a_name_that_the_target_does_not_have():
    net = network()
    with pytest.raises(UnknownNameError, match=r"(?s)scales 'g_l' of LIF.*did you mean 'g_L'"):
        connect(net, "dopamine", rb.Dopamine("g_l"))
    # A receptor's names are there once it is connected, whichever projection it came with.
    with pytest.raises(UnknownNameError, match=r"(?s)'I_NMDA'.*once it is connected"):
        connect(net, "dopamine", rb.Dopamine("I_NMDA"))
    connect(net, "glutamate", rb.NMDA(), 1 * nS)
    made = connect(net, "dopamine", rb.Dopamine("I_NMDA"))
    assert "(g_NMDA * B_NMDA * (E_NMDA - v)) * factor_dopamine" in made.composite.text
    with pytest.raises(UnknownNameError, match="did you mean 'decay_NMDA'"):
        connect(net, "serotonin", rb.Serotonin("decay_NMDB"))


def test_equal_ones_share_a_concentration_and_others_have_a_name_of_their_own():
    net = network()
    one = connect(net, "dopamine", rb.Dopamine("g_L"))
    two = connect(net, "glutamate + dopamine", rb.Dopamine("g_L", EC50=1000 * nM))
    assert one.port == two.port == "dopamine"
    for other in (
        rb.Dopamine("V_T"), rb.Dopamine("g_L", EC50=2 * uM), rb.Dopamine("g_L", K_m=1 * uM),
        rb.Modulator("dopamine", "g_L", **HILL),
    ):  # fmt: skip
        with pytest.raises(ParameterError, match=r"(?s)'target' has a modulator 'dopamine'.*name="):
            connect(net, "dopamine", other)
    assert len(net.projections) == 2
    assert connect(net, "dopamine", rb.Dopamine("V_T", name="D2")).port == "D2"
    # A receptor may be called like a modulator, and is numbered.
    connect(net, "glutamate", rb.AMPA(name="dopamine"), 1 * nS)
    assert set(net["target"].ports) == {"D2", "dopamine", "dopamine_2"}


def test_receptors_of_one_name_are_told_apart_first():
    """Their numbers would change under the modulator's feet."""
    net = network()
    connect(net, "glutamate", rb.NMDA(), 1 * nS)
    connect(net, "dopamine", rb.Dopamine("I_NMDA"))
    words = "'dopamine' scales 'I_NMDA' of 'target', where 2 receptors are called 'NMDA'"
    with pytest.raises(ParameterError, match=f"(?s){words}.*name="):
        connect(net, "glutamate", rb.NMDA(decay=50 * ms), 1 * nS)
    connect(net, "glutamate", rb.NMDA(decay=50 * ms, name="fast"), 1 * nS)
    connect(net, "glutamate", rb.AMPA(), 1 * nS)
    connect(net, "glutamate", rb.AMPA(decay=3 * ms), 1 * nS)
    with pytest.raises(ParameterError, match="where 2 receptors are called 'AMPA'"):
        connect(net, "dopamine", rb.Modulator("m", "decay_AMPA_2", **HILL))
    with pytest.raises(UnknownNameError, match="I_GABAA"):
        connect(net, "dopamine", rb.Modulator("m", "I_GABAA", **HILL))


def test_it_is_told_and_drawn():
    net = network()
    connect(net, "glutamate", rb.NMDA(), 1 * nS)
    made = connect(net, "dopamine", rb.Dopamine("I_NMDA", gain=2))
    assert projection_effect(made) == "modulates"
    assert "dopamine(2, 1 uM, 4 uM/s, 0.2 uM) on I_NMDA" in net.summary()
    assert "  100 nM  " in net.summary()
    words = [text.get_text() for text in net.plot().axes[0].get_legend().get_texts()]
    assert words == ["excites", "modulates"]


@pytest.mark.parametrize("first", ["modulator", "junction"])
def test_gap_junctions_need_a_capacitance_that_stays(first):
    def made(scales):
        net = rb.Network(dt=0.1 * ms)
        vta, cells = net.add(rb.SpikeTimes([1] * ms), 1, "vta"), net.add(rb.LIF(), 3, "cells")
        steps = [
            lambda: net.connect(vta, cells, rb.Dopamine(scales), ALL, 1 * nM, 1 * ms),
            lambda: net.gap_junction(cells, cells, rb.all_to_all(autapses=False), 1 * nS),
        ]
        for one in steps if first == "modulator" else reversed(steps):
            one()
        return net.run(2 * ms)

    with pytest.raises(ParameterError, match="'dopamine' scales 'C' of 'cells', which a gap junct"):
        made("C")
    assert not made("g_L")["cells"].spikes.count().any()


def test_it_is_its_description():
    net = network()
    connect(net, "glutamate", rb.NMDA(), 1 * nS)
    connect(net, "dopamine", rb.Dopamine("I_NMDA"))
    connect(net, ["glutamate + dopamine"], BOTH)
    connect(net, "serotonin", rb.Serotonin("g_L", tau=300 * ms), rb.uniform(0 * mM, 1 * uM))
    net.record("target", ["c_serotonin", "factor_serotonin"])
    described = json.loads(json.dumps(net.to_dict(), allow_nan=False))
    again = NetworkDescription.from_dict(described)
    assert again.to_dict() == net.to_dict() == described
    assert again["glutamate + dopamine"].releases == "glutamate + dopamine"
