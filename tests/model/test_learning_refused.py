"""What is no learning rule: each with one clear error, where it stands and a mend."""

import pytest

import rheobase as rb
from rheobase.errors import (
    EquationError,
    ParameterError,
    RheobaseError,
    UnitError,
    UnknownNameError,
)
from rheobase.model.distributions import uniform
from rheobase.units import ms, mV, nS

from .learning_rules import TRACES, VALUES, rule

BAD = {
    # statements
    "a parameter": (dict(on_pre="A = 1*nS"), "'A', which is a parameter", True),
    "a definition": (dict(text=TRACES + "\nr = 2*x", on_pre="r = 1"), "named expression", True),
    "no state": (dict(on_pre="z += 1"), "'z', which is not a state", True),
    "no assignment": (dict(on_pre="x + 1"), "on_pre is made of assignments", True),
    "an equation": (dict(on_post="dx/dt = 1"), "on_post is made of assignments", True),
    "a derivative": (dict(on_pre="x = dy/dt"), "no derivative", True),
    "a condition": (dict(on_pre="x = y > 1"), "A condition is not a number", True),
    "unknown": (dict(on_pre="x += nobody"), "'nobody' is not defined", True),
    "unknown in an equation": (dict(text="dx/dt = -x/tauu\ndy/dt = -y/tau"), "tauu", True),
    "unknown transmitted": (dict(transmits="w*u"), "'u' is not defined", True),
    "time": (dict(on_pre="x = t/ms"), "does not read the time", True),
    "time in an equation": (dict(text=TRACES + "\nr = t/tau"), "does not read the time", True),
    "noise": (dict(text="dx/dt = -x/tau + xi/tau**0.5\ndy/dt = -y/tau"), "white noise", True),
    "no text": (dict(on_pre=3), "on_pre is text, not int", False),
    "transmitted condition": (dict(transmits="w > 1*nS"), "A condition", True),
    # draws
    "a draw in a sum": (dict(on_pre="x = 1 + binomial(3, 0.5)"), "stands alone", True),
    "a sum with a draw": (dict(on_pre="x = binomial(3, 0.5) + 1"), "stands alone", True),
    "a draw of a draw": (dict(on_pre="x = binomial(binomial(3, 0.5), 1)"), "stands alone|no func",
                         True),
    "a draw with +=": (dict(on_pre="x += binomial(3, 0.5)"), "stands alone", True),
    "a draw on_post": (dict(on_post="y = binomial(3, 0.5)"), "stands alone", True),
    "a draw of one": (dict(on_pre="x = binomial(3)"), "stands alone", True),
    "a draw of three": (dict(on_pre="x = binomial(3, 1, 2)"), "stands alone", True),
    "an open draw": (dict(on_pre="x = binomial(3, (1)"), "stands alone", True),
    "a draw in an equation": (dict(text=TRACES + "\nk = binomial(3, 1)"), "stands in", False),
    "a transmitted draw": (dict(transmits="w*binomial(3, 1)"), "stands in", False),
    "two draws": (dict(on_pre="k = binomial(3, 1); k = binomial(2, 1)"), "again", True),
    "a draw and more": (dict(on_pre="k = binomial(3, 1); k += 1"), "again", True),
    "more and a draw": (dict(on_pre="k = 1; k = binomial(3, 1)", initial=dict(k=0)), "again", True),
    "a drawn parameter": (dict(on_pre="A = binomial(3, 1)"), "which is a parameter", True),
    "a drawn definition": (dict(text=TRACES + "\nk = x", on_pre="k = binomial(3, 1)"),
                           "named expression", True),
    # the weight
    "w as a parameter": (dict(parameters=VALUES | {"w": 1 * nS}), "'w' is the weight", False),
    "w as a definition": (dict(text=TRACES + "\nw = 2*x"), "'w' is the weight", False),
    "w with a first value": (dict(initial=dict(w=1 * nS)), "w has a first value", False),
    "another unit": (dict(on_pre="w += 1*mV"), "Units disagree", True),
    "a number added": (dict(on_pre="w += 1"), "Units disagree", True),
    "transmitted otherwise": (dict(transmits="w*A"), "Units disagree", True),
    # modulator
    "a trace by the modulator": (dict(on_modulator="x = 0"), "presynaptic neuron", True),
    "the other trace": (dict(on_modulator="y += 1"), "postsynaptic neuron", True),
    # states of a synapse
    "nonlinear": (dict(text=TRACES + "\ndc/dt = -c**2/tau", on_pre="c += x*y; x += 1"),
                  "not linear", True),
    "a threshold": (dict(text=TRACES + "\ndc/dt = -positive(c)/tau", on_pre="c += y"),
                    "not linear", True),
    "a product": (dict(text="dc/dt = -c/tau\nde/dt = c*e/tau", on_pre="c += 1; e += 1",
                       on_post="c += 1; e += 1"), "not linear", True),
    "a weight that is driven by itself": (dict(text="dw/dt = w/tau", on_pre="w += A", on_post=""),
                                          "grows without bound", True),
    "growth": (dict(text=TRACES + "\ndc/dt = c/tau", on_pre="c += y"), "grows", True),
    "growth together": (dict(text="dc/dt = e/tau\nde/dt = c/tau", on_pre="c += 1; e += 1",
                             on_post="c += 1; e += 1"), "grows without bound", True),
    "growth of one that another moves": (
        dict(text="dc/dt = -c/tau\nde/dt = (c + e)/tau", on_pre="c += 1", on_post="c += 1; e += 1"),
        "grows without bound", True),
    "a gate that differs": (
        dict(text="dd/dt = -d/(5*ms)\ndw/dt = -w*d/tau", on_modulator="d += 1",
             on_pre="w += A", on_post="", parameters=VALUES | {"tau": [1, 2] * ms}),
        "tau, which differs among synapses", True),
    "too many at once": (
        dict(text="\n".join(["dc0/dt = -c0/tau",
                             *(f"dc{k}/dt = (c{k - 1} - c{k})/tau" for k in range(1, 9))]),
             on_pre="; ".join(f"c{k} += 1" for k in range(9)),
             on_post="; ".join(f"c{k} += 1" for k in range(9))), "9 states move", True),
    # draws beyond what can be drawn
    "a probability above 1": (dict(on_pre="k = binomial(3, 1.5)"), "p of binomial.* is 1.5", True),
    "a probability below 0": (dict(on_pre="k = binomial(3, 0.5 - 1)"), "p of binomial", True),
    "half a trial": (dict(on_pre="k = binomial(2.5, 0.5)"), "n of binomial.* is 2.5", True),
    "less than no trial": (dict(on_pre="k = binomial(-1, 0.5)"), "n of binomial.* is -1", True),
    "a named half": (dict(text=TRACES + "\nn = q/2", on_pre="k = binomial(n, 0.5)",
                          parameters=VALUES | {"q": 3}), "n of binomial.* is 1.5", True),
    # values
    "first value of a parameter": (dict(initial=dict(A=1)), "'A', which is not a state", False),
    "first value of work": (dict(initial=dict(x="exp(2)")), "cannot be worked out", False),
    "first value of a state": (dict(initial=dict(x="y")), "cannot be worked out", False),
    "a table": (dict(parameters=VALUES | {"A": [[1, 2], [3, 4]] * nS}), "A is", False),
    "an empty list": (dict(parameters=VALUES | {"A": []}), "A is", False),
    "no numbers": (dict(parameters=VALUES | {"A": [1, float("nan")] * nS}), "A is", False),
    "a list with a time below 0": (dict(parameters=VALUES | {"tau": [1, -1] * ms}),
                                   "must be positive", False),
    "a table of first values": (dict(initial=dict(x=[[1, 2]])), "x is", False),
    "a distribution of another unit": (dict(parameters=VALUES | {"A": uniform(1 * mV, 2 * mV)}),
                                       "Units disagree", True),
    "a time below 0": (dict(parameters=VALUES | {"tau": -1 * ms}), "must be positive", False),
    "infinite": (dict(parameters=VALUES | {"A": float("inf") * nS}), "not finite", False),
    "reserved": (dict(parameters=VALUES | {"binomial": 1}), "reserved", False),
    "time as a parameter": (dict(parameters=VALUES | {"t": 1}), "reserved", False),
    "a function": (dict(on_pre="exp += 1", initial=dict(exp=0)), "reserved", False),
    "nothing": (dict(text="", on_pre="", on_post=""), "changes nothing", False),
    "nothing of the weight": (dict(on_pre="", on_post=""), "changes nothing", False),
    "no name": (dict(name=3), "name=", False),
    "no unit": (dict(weight="florin"), "weight=", False),
    "a circle": (dict(text=TRACES + "\na = b\nb = a"), "need one another", False),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_rule(what):
    options, message, has_caret = BAD[what]
    with pytest.raises(RheobaseError, match=message) as caught:
        rule(**options)
    assert isinstance(caught.value, (EquationError, UnknownNameError, ParameterError, UnitError))
    assert caught.value.mend
    if has_caret and "solved from event" not in str(caught.value):
        assert "^" in caught.value.where


def test_inputs_are_not_suggested():
    with pytest.raises(UnknownNameError) as caught:
        rule(on_pre="x += nobody")
    assert "inputs" not in caught.value.mend
    assert "parameters=" in caught.value.mend


@pytest.mark.parametrize("value", [1.5, [1.0, 2.0], uniform(1, 2)])
@pytest.mark.parametrize("make", [rb.TsodyksMarkram, rb.PairSTDP])
def test_a_unit_that_was_forgotten_is_that_of_the_parameter_that_is_named(make, value):
    name = "tau_rec" if make is rb.TsodyksMarkram else "tau_plus"
    options = {} if make is rb.TsodyksMarkram else {"w_max": 1, "tau_minus": 2 * ms}
    net = rb.Network()
    cells = net.add(rb.LIF(), 3, name="cells")
    with pytest.raises(UnitError, match=name) as caught:
        net.connect(cells, cells, rb.AMPA(), rb.all_to_all(), 0.5 * nS, 1 * ms,
                    plasticity=make(**{name: value}, **options))  # fmt: skip
    assert caught.value.mend
