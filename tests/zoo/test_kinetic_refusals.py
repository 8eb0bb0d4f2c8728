"""Receptors that bind transmitter: what cannot be is refused with one clear error."""

import pytest

import rheobase as rb
from rheobase.errors import EquationError, ParameterError, UnitError, UnknownNameError
from rheobase.units import mM, ms, mV, nM, nS, pA, uM


def connected(synapse, weight=1 * nS, dt=0.1 * ms, target=None, **options):
    net = rb.Network(dt=dt)
    a, b = net.add(rb.LIF(), 2, "a"), net.add(target or rb.LIF(), 2, "b")
    return net, net.connect(a, b, synapse, rb.all_to_all(), weight, 1 * ms, name="c", **options)


REFUSED = {
    "no transmitter": (lambda: connected(rb.LIF()), ParameterError, "synapse is <Model LIF"),
    "not called": (lambda: connected(rb.AMPAKinetics), ParameterError, "not yet called"),
    "no transmitter either": (lambda: rb.Kinetic(rb.LIF()), ParameterError, "no input T"),
    "off the grid": (
        lambda: connected(rb.GABABKinetics(), 1.0, 0.25 * ms), ParameterError, "0.3 ms.*dt = 0.25"
    ),
    "a rule": (
        lambda: connected(rb.AMPAKinetics(), plasticity=rb.PairSTDP(w_max=1 * nS)),
        ParameterError, r"plasticity= is PairSTDP, and the receptor 'AMPAKinetics' binds",
    ),
    "a largest conductance": (
        lambda: connected(rb.AMPAKinetics(g_max=2 * nS)), ParameterError, "g_max of .* is 2 nS"
    ),
    "a current": (lambda: connected(rb.AMPAKinetics(), 1 * pA), UnitError, "conductance"),
    "a conductance for GABA-B": (
        lambda: connected(rb.GABABKinetics()), UnitError, "plain number|dimensionless|number"
    ),
    "no such receptor": (
        lambda: rb.Kinetic("AMPAKinetic"), ParameterError, "did you mean 'AMPAKinetics'"
    ),
    "no receptor": (lambda: rb.Kinetic(3), ParameterError, "The receptor is 3"),
    "no time": (
        lambda: rb.Kinetic("AMPAKinetics", duration=0 * ms), ParameterError, "duration of AMPAK"
    ),
    "negative": (
        lambda: rb.Kinetic("AMPAKinetics", concentration=-1 * mM), ParameterError, "concentration"
    ),
    "a potential": (lambda: rb.Kinetic("AMPAKinetics", concentration=1 * mV), UnitError, "mV"),
    "plain": (lambda: rb.Kinetic("AMPAKinetics", duration=1), UnitError, "duration"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused(name):
    make, kind, words = REFUSED[name]
    with pytest.raises(kind, match=f"(?s){words}") as caught:
        make()
    assert caught.value.mend


def test_synapses_that_bind_stay():
    net, con = connected(rb.AMPAKinetics())
    net.run(1 * ms)
    for change in (
        lambda: net.prune(con, net.synapses(con)["w"] > 0 * nS),
        lambda: net.grow(con, rb.bernoulli(0.5)),
        lambda: net.set_synapses(con, w=2 * nS),
    ):
        with pytest.raises(ParameterError, match="binds transmitter, and its synapses stay"):
            change()


def test_modulators_scale_what_it_opens_and_not_how_it_binds():
    net, _ = connected(rb.AMPAKinetics())
    for rate in ("alpha", "beta", "T"):
        scales = f"{rate}_AMPAKinetics"
        with pytest.raises(ParameterError, match=f"scales '{scales}' of 'b', which decides"):
            net.connect("a", "b", rb.Dopamine(scales), rb.all_to_all(), 1 * nM, 1 * ms)
    made = net.connect(
        "a", "b", rb.Modulator("m", "g_max_AMPAKinetics", gain=1, EC50=1 * uM, tau=9 * ms),
        rb.all_to_all(), 1 * nM, 1 * ms,
    )  # fmt: skip
    assert "g_max_AMPAKinetics * factor_m" in made.composite.text


def receptor(text, **options):
    given = dict(a=1 / (mM * ms), b=1 / ms, E=0 * mV, g_max=1 * nS) | options.pop("values", {})
    return rb.Model(
        text, parameters={k: v for k, v in given.items() if k in text},
        inputs=dict(T=mM, v=mV) | options,
    )  # fmt: skip


OWN = {
    "two molecules": ("dr/dt = a*T*(1 - r)**2 - b*r\nI = g_max*r*(E - v)", "not linear"),
    "voltage": ("dr/dt = a*T*(1 - r) - b*r*exp(v/(1*mV))\nI = g_max*r*(E - v)", "depends on v"),
    "by itself": ("dr/dt = a*T*(1 - r) + b*(0.1 - r)\nI = g_max*r*(E - v)", "without transmitter"),
    "never": ("dr/dt = -b*r\nI = g_max*r*(E - v)*T*a/b", "no state of it depends"),
    "a square": ("dr/dt = a*T*(1 - r) - b*r\nI = g_max*r**2*(E - v)", "I is not in proportion"),
    "what is shut": ("dr/dt = a*T*(1-r) - b*r\nI = g_max*(1-r)*(E-v)", "I is not in proportion"),
    "a messenger": (
        "dr/dt = a*T*(1 - r) - b*r\ndG/dt = b*r**2 - b*G\nI = g_max*G*(E - v)", "equation of G"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_what_cannot_be_added_up_is_refused(name):
    text, words = OWN[name]
    with pytest.raises(EquationError, match=words) as caught:
        rb.Kinetic(receptor(text), concentration=1 * mM, duration=1 * ms)
    assert caught.value.mend


def test_a_receptor_says_what_it_lacks():
    text = "dr/dt = a*T*(1 - r) - b*r\nI = g_max*r*(E - v)"
    with pytest.raises(ParameterError, match="how much transmitter"):
        rb.Kinetic(receptor(text))
    with pytest.raises(UnknownNameError, match="no current I"):
        rb.Kinetic(receptor(text.replace("I =", "J =")), 1 * mM, 1 * ms)
    with pytest.raises(EquationError, match="input S"):
        rb.Kinetic(receptor(f"{text} + S", S=pA), 1 * mM, 1 * ms)
    with pytest.raises(EquationError, match="several values"):
        rb.Kinetic(receptor(text, values=dict(b=[1, 2] / ms)), 1 * mM, 1 * ms)
