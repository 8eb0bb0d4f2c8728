"""The sign with which a target's equations read what arrives, and Dale's law by it."""

import numpy as np
import pytest

from rheobase.errors import ParameterError
from rheobase.model.distributions import clipped, lognormal, normal, truncated, uniform
from rheobase.model.model import Model
from rheobase.model.synapse import Synapse
from rheobase.network.dale import check_weights, projection_effect
from rheobase.network.description import NetworkDescription
from rheobase.network.polarity import polarity
from rheobase.network.rules import all_to_all, one_to_one
from rheobase.units import mM, ms, mV, nS, pA, pF
from rheobase.zoo import AdEx, Alpha, Biexponential, Delta, Exponential, HodgkinHuxley, Izhikevich
from rheobase.zoo.receptors import GABAA
from rheobase.zoo.receptors_nmda import NMDA

CELL = dict(C=200 * pF, g=10 * nS, E_L=-70 * mV, V_T=-50 * mV)
CURRENTS = [Exponential(5 * ms), Alpha(5 * ms), Biexponential(1 * ms, 5 * ms)]


def cell(inflow, spike="v > V_T", more="", **parameters):
    """A neuron with an input I that enters as written; it rests at -70 mV and fires at -50 mV."""
    return Model(
        f"C * dv/dt = g * (E_L - v) {inflow}\n{more}",
        spike=spike, reset="v = E_L", parameters=CELL | parameters, inputs={"I": pA},
        initial={"v": -70 * mV},
    )  # fmt: skip


def cooperative(reversal):
    """Its conductance, of a fourth power, hardly opens at all while it is closed."""
    model = Model(
        "dG/dt = -G/tau\nI = g_max * G**4/(G**4 + KD) * (E - v)", inputs=["v"], name="power",
        parameters={"tau": 90 * ms, "KD": 100.0, "g_max": 1 * nS, "E": reversal},
    )  # fmt: skip
    return Synapse("power", model, "G", "I", reversal=float(reversal.value_in("mV")))


def network(target, n=4, **given):
    net = NetworkDescription()
    net.add(cell("+ I"), n, "exc", releases="glutamate")
    net.add(cell("+ I"), n, "inh", releases="GABA")
    net.add(cell("+ I"), n, "open")
    net.add(target, n, "target", **given)
    return net


def connect(net, pre, synapse, weight, post="target"):
    return net.connect(pre, post, synapse, all_to_all(), weight, 1 * ms)


def signs(target, synapse, weight, **given):
    return polarity(connect(network(target, **given), "open", synapse, weight))


def check(net, synapse, weight, excites, words=""):
    """One of the two populations may connect, and the other is told why it may not."""
    may, may_not, does = ("exc", "inh", "excites") if excites else ("inh", "exc", "inhibits")
    made = connect(net, may, synapse, weight)
    assert list(net.projections.values()) == [made]
    with pytest.raises(ParameterError, match=f"'{may_not}' releases .* {does}") as caught:
        connect(net, may_not, synapse, weight)
    assert "'target'" in str(caught.value) and "Dale" in str(caught.value)
    assert words in str(caught.value)
    assert list(net.projections.values()) == [made]


@pytest.mark.parametrize("synapse", CURRENTS, ids=lambda synapse: synapse.name)
@pytest.mark.parametrize(
    ("inflow", "sign"),
    [("+ I", 1), ("- I", -1), ("- (-I)", 1), ("- 2*I/(1 + 1)", -1), ("+ k*I", -1)],
)
def test_a_current_counts_with_the_sign_that_it_enters_with(synapse, inflow, sign):
    target = cell(inflow, **({"k": -0.5} if "k" in inflow else {}))
    turned = "whose equations make it fire less as 'I' grows" if sign < 0 else ""
    check(network(target), synapse, 3 * pA, excites=sign > 0, words=turned)
    check(network(target), synapse, -3 * pA, excites=sign < 0)
    made = connect(network(target), "open", synapse, 3 * pA)
    assert projection_effect(made) == ("excites" if sign > 0 else "inhibits")


@pytest.mark.parametrize("inflow", ["- I", "+ k*I", "+ J"])
@pytest.mark.parametrize(
    "make", [cooperative, lambda reversal: Exponential(5 * ms, reversal), NMDA, GABAA]
)
def test_a_conductance_that_enters_with_a_minus(inflow, make):
    """It drives the potential away from where it reverses, so that all is turned."""
    k = {"k": -2.0} if "k" in inflow else {}
    target = cell(inflow, more="J = -I" if "J" in inflow else "", **k)
    away = "drives 'v' away from there"
    weight = 1.0 if make is cooperative else 1 * nS
    check(network(target), make(reversal=0 * mV), weight, excites=False, words=away)
    check(network(target), make(reversal=-90 * mV), weight, excites=True, words=away)
    check(network(cell("+ I")), make(reversal=0 * mV), weight, excites=True)
    check(network(cell("+ I")), make(reversal=-90 * mV), weight, excites=False)


@pytest.mark.parametrize("reversal", [0.0, -90.0])
def test_a_receptor_that_drives_away_from_its_reversal_potential(reversal):
    """Of a receptor's own equations too the sign counts: g*(v - E) is no g*(E - v)."""
    parameters = {"tau": 5 * ms, "E": reversal * mV}
    for current, turned in (("g*(E - v)", False), ("g*(v - E)", True)):
        model = Model(
            f"dg/dt = -g/tau\nI = {current}", parameters=parameters, inputs=["v"], name="own"
        )
        synapse = Synapse("own", model, "g", "I", reversal=reversal)
        check(network(cell("+ I")), synapse, 1 * nS, excites=(reversal == 0) != turned)
        check(network(cell("- I")), synapse, 1 * nS, excites=(reversal == 0) == turned)
        # Without a stated reversal potential the equations say the same.
        unsaid = Synapse("own", model, "g", "I")
        check(network(cell("+ I")), unsaid, 1 * nS, excites=(reversal == 0) != turned)


@pytest.mark.parametrize("inflow", ["+ I", "- I"])
def test_between_rest_and_threshold_either_may(inflow):
    net = network(cell(inflow))
    shunt = Exponential(5 * ms, reversal=-60 * mV)
    assert {connect(net, pre, shunt, 1 * nS).pre.name for pre in ("exc", "inh")} == {"exc", "inh"}


def test_a_conductance_of_the_neuron_itself():
    """A jump of the neuron's own g, which its own equation reads with a sign."""
    for current, excites in (("+ s*(E - v)", True), ("+ s*(v - E)", False), ("- s*(E - v)", False)):
        target = cell(f"+ I {current}", more="ds/dt = -s/tau", E=0 * mV, tau=5 * ms)
        check(network(target), Delta("s"), 1 * nS, excites)
        check(network(target), Delta("s"), -1 * nS, not excites)


def test_a_jump_of_another_state():
    """A larger adaptation current holds a neuron back; a higher threshold does, too."""
    check(network(AdEx()), Delta("w"), 1 * pA, excites=False, words="as 'w' grows")
    check(network(AdEx()), Delta("v"), 1 * mV, excites=True)
    moving = cell("+ I", spike="v > theta", more="dtheta/dt = (V_T - theta)/tau", tau=9 * ms)
    check(network(moving), Delta("theta"), 1 * mV, excites=False, words="as 'theta' grows")
    downwards = cell("+ I", spike="v < V_T", V_T=-90 * mV)
    check(network(downwards), Delta("v"), 1 * mV, excites=False)
    check(network(downwards), Exponential(5 * ms), 1 * pA, excites=False)


def test_by_way_of_other_equations():
    """An input that is filtered, and one into a dendrite, by the shortest chain to the spike."""
    filtered = cell("- J", more="dJ/dt = (I - J)/tau", tau=3 * ms)
    check(network(filtered), Exponential(5 * ms), 1 * pA, excites=False)
    dendrite = cell("+ k*(u - v)", more="C*du/dt = k*(v - u) + I", k=5 * nS)
    check(network(dendrite), Alpha(5 * ms), 1 * pA, excites=True)


@pytest.mark.parametrize("synapse", CURRENTS, ids=lambda synapse: synapse.name)
def test_parameters_of_the_neurons_that_are_reached(synapse):
    """Of neurons with gains of both signs, views count each for itself."""
    target, gains = cell("+ k*I", k=1.0), np.array([1.0, 2.0, -1.0, -0.5])
    net = network(target, parameters={"k": gains})
    cells = net.populations["target"]
    assert connect(net, "exc", synapse, 1 * pA, cells[:2]).post.name == "target"
    assert connect(net, "inh", synapse, 1 * pA, cells[2:]).post.name == "target"
    for pre, post in (("inh", cells[:2]), ("exc", cells[2:]), ("exc", cells), ("inh", cells)):
        with pytest.raises(ParameterError, match=f"'{pre}' releases .*'target'"):
            connect(net, pre, synapse, 1 * pA, post)
    assert len(net.projections) == 2
    computed = network(target, parameters={"k": "1 - 2*floor(i/2)"})  # as 1, 1, -1, -1
    assert connect(computed, "exc", synapse, 1 * pA, computed.populations["target"][:2])
    with pytest.raises(ParameterError, match="'exc' releases"):
        connect(computed, "exc", synapse, 1 * pA, computed.populations["target"][1:])


@pytest.mark.parametrize(
    ("drawn", "sign"),
    [
        (uniform(0.5, 1.5), 1),
        (uniform(-1.5, -0.5), -1),
        (lognormal(1.0, 0.5), 1),
        (normal(-1.0, 0.1), -1),
        (clipped(normal(-0.2, 1.0), high=-0.1), -1),
        (truncated(normal(0.2, 1.0), low=0.1), 1),
    ],
)
def test_parameters_that_are_drawn(drawn, sign):
    capacitances = truncated(normal(200 * pF, 20 * pF), low=100 * pF)
    target, given = cell("+ k*I", k=1.0), {"parameters": {"k": drawn, "C": capacitances}}
    check(network(target, **given), Exponential(5 * ms), 1 * pA, excites=sign > 0)
    found = signs(target, Exponential(5 * ms), 1 * pA, **given)
    assert found.shape == (2, 9) and np.all(found == sign)  # rest, threshold; three by three


def test_a_drawn_parameter_that_takes_both_signs():
    """Of many neurons some would be inhibited, and some excited: neither may connect."""
    given = {"parameters": {"k": normal(1.0, 1.0)}}
    net = network(cell("+ k*I", k=1.0), **given)
    for pre in ("exc", "inh"):
        with pytest.raises(ParameterError, match=f"'{pre}' releases"):
            connect(net, pre, Exponential(5 * ms), 1 * pA)
    made = connect(net, "open", Exponential(5 * ms), 1 * pA)
    assert polarity(made).tolist() == [[-1, 1, 1], [-1, 1, 1]]
    assert projection_effect(made) is None


@pytest.mark.parametrize(
    ("target", "synapse", "unit"),
    [
        (cell("+ x*I", more="dx/dt = -x/tau", tau=9 * ms), Exponential(5 * ms), pA),
        (cell("+ I*sin(t/tau)", tau=9 * ms), Exponential(5 * ms), pA),
        (cell("+ I", spike="v > V_T and v < E_L + 90*mV"), Delta(), mV),
    ],
    ids=["a state", "time", "two conditions"],
)
def test_where_the_sign_depends_on_a_state_a_plus_is_taken(target, synapse, unit):
    check(network(target), synapse, 1 * unit, excites=True)
    check(network(target), synapse, -1 * unit, excites=False)
    if synapse.model is not None:
        check(network(target), Exponential(5 * ms, reversal=0 * mV), 1 * nS, excites=True)
        check(network(target), Exponential(5 * ms, reversal=-90 * mV), 1 * nS, excites=False)


def test_a_jump_whose_effect_depends_on_states_says_nothing():
    target = HodgkinHuxley()
    assert signs(target, Delta("h"), 0.1) is None
    net = network(target)
    made = [connect(net, pre, Delta("h"), w) for pre in ("exc", "inh") for w in (0.1, -0.1)]
    assert list(net.projections.values()) == made
    assert {projection_effect(one) for one in made} == {"excites", "inhibits"}  # as they release
    assert projection_effect(connect(net, "open", Delta("h"), 0.1)) is None


def test_models_in_plain_numbers():
    turned = Model(
        "dv/dt = 0.04*v**2 + 5*v + 140 - u - I\ndu/dt = 0.02*(0.2*v - u)",
        spike="v >= 30", reset="v = -65; u += 8", inputs=["I"], initial={"v": -65.0, "u": -13.0},
        display={"v": mV},
    )  # fmt: skip
    for target, excites in ((Izhikevich(), True), (turned, False)):
        check(network(target), Exponential(5 * ms), 1.0, excites)
        check(network(target), Exponential(5 * ms, reversal=0 * mV), 0.1, excites)
        check(network(target), NMDA(magnesium=1 * mM), 0.1, excites)


def test_what_is_drawn_is_checked_by_the_same_sign():
    net = network(cell("- I"))
    made = net.connect(
        "exc", "target", Exponential(5 * ms), one_to_one(), normal(-1 * pA, 1 * pA), 1 * ms
    )
    check_weights(made, np.array([-1.0, -2.0, 0.0]))
    with pytest.raises(ParameterError, match=r"positive weight 0\.25 pA inhibits") as caught:
        check_weights(made, np.array([-1.0, 0.25]))
    assert "high=0" in caught.value.mend
