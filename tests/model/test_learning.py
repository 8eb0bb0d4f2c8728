"""Learning rules: what is read, what is inferred, what is refused and how."""

import copy
import pickle

import pytest

from rheobase.errors import (
    EquationError,
    ParameterError,
    RheobaseError,
    UnitError,
    UnknownNameError,
)
from rheobase.model.expression import Symbol
from rheobase.model.learning import LearningRule
from rheobase.units import Hz, ms, mV, nS, pA, second
from rheobase.units.dimension import CONDUCTANCE, CURRENT, NONE, VOLTAGE

from .plain_learning import replay

TRACES = "dx/dt = -x / tau\ndy/dt = -y / tau"
VALUES = {"tau": 20 * ms, "A": 0.01 * nS, "w_max": 1 * nS}


def rule(text=TRACES, parameters=None, **options):
    given = {"on_pre": "w -= A * y; x += 1", "on_post": "w += A * x; y += 1"} | options
    return LearningRule(text, parameters=VALUES if parameters is None else parameters, **given)


def test_scopes_of_a_pair_rule():
    assert rule().scopes == {"x": "pre", "y": "post", "w": "synapse"}


@pytest.mark.parametrize(
    ("text", "on", "expected"),
    [
        # a trace of a trace goes with it, and so does what a trace reads
        ("dx/dt = -x/tau\ndz/dt = (x - z)/tau", dict(on_pre="x += 1"), dict(x="pre", z="pre")),
        ("dx/dt = (g - x)/tau\ndg/dt = -g/tau", dict(on_post="x += 1"), dict(x="post", g="post")),
        # by a named expression too
        ("r = 2*x\ndx/dt = -x/tau\ndz/dt = (r - z)/tau", dict(on_pre="x += 1"),
         dict(x="pre", z="pre")),
        # what nobody changes, and reads nothing of a neuron, is shared
        ("dg/dt = (1 - g)/tau", dict(on_pre="w += A*g"), dict(g="shared", w="synapse")),
        ("dd/dt = -d/tau", dict(on_modulator="d += 1", on_pre="w += A*d"),
         dict(d="shared", w="synapse")),
        # changed by both, each synapse has its own
        ("dx/dt = -x/tau", dict(on_pre="x += 1", on_post="x += 1"), dict(x="synapse")),
        # a statement that reads the other neuron's trace
        (TRACES + "\ndc/dt = -c/tau", dict(on_pre="x += 1; c += y", on_post="y += 1"),
         dict(x="pre", y="post", c="synapse")),
        # and what reads such a state in turn
        (TRACES, dict(on_pre="x += 1; c = y; e = c", on_post="y += 1",
                      initial=dict(c=0, e=0)), dict(x="pre", y="post", c="synapse", e="synapse")),
        # reading w
        ("", dict(on_pre="z = w / w_max", initial=dict(z=0)), dict(z="synapse")),
        # drawn, and what reads that
        ("", dict(on_pre="k = binomial(3, 0.5); n += k", initial=dict(n=0)),
         dict(k="synapse", n="synapse")),
        # two that read one another
        ("dx/dt = -y/tau\ndy/dt = -x/tau", dict(on_pre="x += 1; y += x"),
         dict(x="pre", y="pre")),
        # kept between events
        ("", dict(on_pre="n += 1", initial=dict(n=0), transmits="w*n"), dict(n="pre")),
    ],
)  # fmt: skip
def test_scopes(text, on, expected):
    made = LearningRule(text, parameters=VALUES, **on)
    assert made.scopes == expected
    assert set(made.bound(CONDUCTANCE).clocked) == set(expected.values()) - {"synapse"}


def test_the_parts_for_an_engine():
    bound = LearningRule(
        "dx/dt = (g - x) / tau\ng = 3 * f\ndc/dt = -2 * c / tau\ndw/dt = c * d + 2 * c / tau\n"
        "dd/dt = -d / tau",
        on_pre="c += A * w_max * g; x += 1; k = binomial(5, p)",
        on_modulator="d += f / tau; w *= 0.5",
        parameters={"tau": 2 * second, "A": 0.1, "w_max": 1 * nS, "f": 1, "p": 0.25},
        initial={"x": "2 * f", "c": 3 * nS},
    ).bound(CONDUCTANCE)
    assert bound.parameters["tau"] == 2000.0
    assert bound.initial == {"x": 2.0, "c": 3.0, "d": 0.0, "k": 0.0}
    assert set(bound.synapse) == {"c", "w", "k"}
    assert bound.synapse["k"] is None
    assert set(bound.course.decays) == {"c"}
    assert set(bound.course.drives["w"]) == {"c"}
    assert bound.clocked["pre"].states == ("x",)
    assert bound.clocked["shared"].derivatives.keys() == {"d"}
    assert [s.name for s in bound.events["pre"]] == ["c", "x", "k"]
    assert bound.events["pre"][2].value == Symbol("binomial:k")
    assert bound.events["post"] == ()
    assert set(bound.random) == {"k"}
    assert bound.plain_time == 1.0


def test_a_state_without_an_equation_stands_still():
    bound = LearningRule(on_pre="n += 1", transmits="w * n", initial={"n": 4}).bound(NONE)
    model = bound.clocked["pre"]
    assert bound.initial == {"n": 4.0}
    assert replay(rule_of(bound), [3, 3, 5], [], [], 1.0, 0, 1, 2.0, 9)[1][-1] == (6, 14.0)
    assert model.states == ("n",)


def rule_of(_):
    return LearningRule(on_pre="n += 1", transmits="w * n", initial={"n": 4})


def test_removable_singularities_are_taken_out():
    made = LearningRule(
        "dx/dt = -x/tau\nr = x/(1 - exp(-x))", on_pre="w += A*r; x += 1", parameters=VALUES
    )
    assert "exprel" in repr(made.bound(CONDUCTANCE).events["pre"][0].value)


@pytest.mark.parametrize(
    ("unit", "fits", "not_these"),
    [("1 nS", CONDUCTANCE, (CURRENT, VOLTAGE, NONE)), ("-2 pA", CURRENT, (CONDUCTANCE, NONE))],
)
def test_the_weight_is_that_of_w_max(unit, fits, not_these):
    made = rule("", {"w_max": unit}, on_pre="w = 0.9 * w_max", on_post="")
    assert made.bound(fits).parameters
    for other in not_these:
        with pytest.raises(UnitError, match=r"weight.*projection"):
            made.bound(other)


def test_both_units_of_the_weight_are_named():
    with pytest.raises(UnitError, match=r"conductance \(nS\).*current \(pA\)") as caught:
        rule().bound(CURRENT)
    assert "pA" in caught.value.mend


def test_the_weight_follows_from_what_is_added():
    made = LearningRule(TRACES, on_pre="w += A; x += 1", parameters={"tau": 20 * ms, "A": 1 * pA})
    assert made.bound(CURRENT).synapse == {"w": None}
    with pytest.raises(UnitError, match="current"):
        made.bound(CONDUCTANCE)


def test_an_open_weight_takes_any_unit():
    made = LearningRule("dx/dt = -x/tau", on_pre="w *= 1.01; x += w", parameters={"tau": 1 * ms})
    for dimension in (CONDUCTANCE, CURRENT, NONE):
        assert made.bound(dimension).synapse["w"] is None


def test_a_weight_that_two_things_want_otherwise():
    with pytest.raises(UnitError, match="Units disagree") as caught:
        LearningRule(on_pre="w += A", parameters={"A": 1 * pA, "w_max": 1 * nS})
    assert "^" in caught.value.where
    with pytest.raises(UnitError, match="Units disagree"):
        LearningRule(on_pre="w += A", parameters={"A": 1 * pA}, weight=nS)


def test_an_open_weight_that_does_not_fit():
    made = LearningRule(on_pre="w += 0.01 * w**2", parameters={"tau": 1 * ms})
    with pytest.raises(UnitError):
        made.bound(CONDUCTANCE)


def test_a_rule_without_units():
    made = rule(parameters={"tau": 20, "A": 0.1, "w_max": 1})
    assert made.is_plain
    bound = made.bound(NONE, time_unit=second)
    assert bound.plain_time == 1000.0
    assert bound.clocked["pre"].plain_time == 1000.0
    with pytest.raises(UnitError, match="without units"):
        made.bound(CURRENT)


def test_a_rule_with_units_on_weights_that_are_shown_in_one():
    made = rule(parameters={"tau": 20 * ms, "A": 1 * mV, "w_max": 5 * mV})
    assert made.bound(NONE, unit=mV).events == made.bound(VOLTAGE).events
    from rheobase.units import uV

    bound = made.bound(NONE, unit=uV)  # w counts microvolts
    from .plain_learning import Replay

    synapse = Replay(made, 0.1, 0.0)
    values = {"w": 3000.0, "x": 2.0, "A": 1.0}
    synapse.parameters = {}
    found = synapse.evaluate(bound.events["post"][0].value, values)
    assert found == pytest.approx(5000.0, rel=1e-12)
    with pytest.raises(UnitError):
        made.bound(NONE, unit=pA)
    with pytest.raises(UnitError):
        made.bound(NONE)


def test_a_draw_is_a_plain_number():
    with pytest.raises(UnitError, match="Units disagree"):
        LearningRule(on_pre="k = binomial(5, p)", parameters={"p": 1 * nS})
    with pytest.raises(UnitError, match="Units disagree"):
        LearningRule(on_pre="k = binomial(5, 0.5); w += k", weight=nS)


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
    "a weight that is driven by itself": (dict(text="dw/dt = w/tau", on_pre="", on_post=""),
                                          "grows without bound", True),
    "growth": (dict(text=TRACES + "\ndc/dt = c/tau", on_pre="c += y"), "grows", True),
    "a trace read always": (dict(text=TRACES + "\ndc/dt = (x - c)/tau", on_pre="c += y; x += 1"),
                            "presynaptic", True),
    "a constant drive": (dict(text="dc/dt = (1 - c)/tau", on_pre="c += 1", on_post="c += 1"),
                         "driven", True),
    "both": (dict(text="dc/dt = -c/tau\ndw/dt = c*A/tau - w/tau", on_pre="c += 1",
                  on_post="c += 1"), "both decays and gathers", True),
    "driven by the driven": (dict(text="dc/dt = -c/tau\nde/dt = c/tau\ndg/dt = e/tau",
                                  on_pre="c += 1", on_post="c += 1; e += 1; g += 1"),
                             "does not decay", True),
    "a rate that is shared": (dict(text="dc/dt = -c*d/tau\ndd/dt = -d/tau", on_pre="c += 1",
                                   on_post="c += 1", on_modulator="d += 1"), "rate of decay", True),
    # values
    "first value of a parameter": (dict(initial=dict(A=1)), "'A', which is not a state", False),
    "first value of work": (dict(initial=dict(x="exp(2)")), "cannot be worked out", False),
    "first value of a state": (dict(initial=dict(x="y")), "cannot be worked out", False),
    "an array": (dict(parameters=VALUES | {"A": [1, 2] * nS}), "Parameter A", False),
    "a time below 0": (dict(parameters=VALUES | {"tau": -1 * ms}), "must be positive", False),
    "infinite": (dict(parameters=VALUES | {"A": float("inf") * nS}), "not finite", False),
    "reserved": (dict(parameters=VALUES | {"binomial": 1}), "reserved", False),
    "time as a parameter": (dict(parameters=VALUES | {"t": 1}), "reserved", False),
    "a function": (dict(on_pre="exp += 1", initial=dict(exp=0)), "reserved", False),
    "nothing": (dict(text="", on_pre="", on_post=""), "changes nothing", False),
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


def test_the_right_hand_sides_that_are_solved():
    made = LearningRule(
        "dc/dt = -(c + c)/tau\nde/dt = (2*c - c)*d/2 + c/(3*tau)\ndd/dt = -d/tau\ndw/dt = -w/tau",
        on_pre="c += 1; e += 1", on_post="c -= 1", on_modulator="d += 1*Hz",
        parameters={"tau": 10 * ms},
    )  # fmt: skip
    course = made.bound(CURRENT).course
    assert set(course.decays) == {"c", "w"}
    assert set(course.drives) == {"e"}


def test_equal_and_not():
    one = rule(on_pre="x += 1", initial={"x": 0})
    assert one == rule(on_pre="x += 1", initial={"x": 0.0})
    assert one == rule(
        on_pre="x += 1", initial={"x": 0}, parameters=VALUES | {"tau": 0.02 * second}
    )
    assert len({one, rule(on_pre="x += 1", initial={"x": 0})}) == 1
    for other in (
        rule(on_pre="x += 2"), rule(name="other"), one.replace(tau=21 * ms), 3,
        rule(on_pre="x += 1", initial={"x": 1}), rule(on_pre="x += 1", weight=nS),
    ):  # fmt: skip
        assert one != other


def test_copies():
    one = rule(initial={"x": "1 + 2"}, name="mine", citation="none")
    for other in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):  # noqa: S301
        assert other == one
        assert other.scopes == one.scopes
    with pytest.raises(TypeError):
        one.parameters["tau"] = 3
    with pytest.raises(AttributeError):
        one.name = "yours"


def test_replace_keeps_the_checks():
    made = rule("dc/dt = -c*k", {"k": 1 * Hz}, on_pre="c += 1", on_post="c += 1")
    assert made.replace(k=3 * Hz).parameters["k"] == pytest.approx(0.003)
    with pytest.raises(EquationError, match="grows"):
        made.replace(k=-1 * Hz)


def test_first_values_follow_the_parameters():
    made = LearningRule(
        "du/dt = -u/tau", on_pre="u += U", transmits="w*u", initial={"u": "U / 2"},
        parameters={"U": 0.5, "tau": 1 * ms},
    )  # fmt: skip
    assert made.bound(NONE).initial == {"u": 0.25}
    assert made.replace(U=0.2).bound(NONE).initial == {"u": 0.1}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "model"}, {"version": 2}, {"plain": True}, {"plain": 1}, {"text": 3},
        {"parameters": []}, {"parameters": {"tau": None}}, {"initial": {"x": []}},
        {"weight": [1]}, {"extra": 1}, {"on_pre": "x = __import__('os')"},
    ],
)  # fmt: skip
def test_what_describes_no_rule(change):
    written = rule().to_dict() | change
    with pytest.raises(RheobaseError) as caught:
        LearningRule.from_dict(written)
    assert caught.value.mend


@pytest.mark.parametrize("thing", [None, 3, [], {}, "rule"])
def test_what_is_no_description(thing):
    with pytest.raises(ParameterError):
        LearningRule.from_dict(thing)


def test_what_it_shows():
    made = rule(name="mine", on_pre="k = binomial(3, A/w_max); x += 1", transmits="w * k")
    assert repr(made).splitlines()[0] == "<LearningRule mine>"
    assert "on_post: w += A * x; y += 1" in repr(made)
    assert "tau = 20 ms" in repr(made)
    latex = made.latex()
    assert r"k &\sim \mathrm{B}\left(3, \frac{A}{w_{\mathrm{max}}}\right)" in latex
    assert r"\text{transmitted} &= w \, k" in latex
    assert latex.count("&") >= latex.count("\\\\")


def test_the_order_within_a_tick():
    """on_post writes w at once, its trace at the end; on_pre sees the trace as it was."""
    made = LearningRule(
        on_pre="s = s + 10*y + w; x += 1", on_post="y += 1; w += y + 100*x",
        initial={"x": 0, "y": 0, "s": 0}, transmits="w + x",
    )  # fmt: skip
    # dendritic delay: post first
    states, sent = replay(made, [4], [3], [], 1.0, 0, 1, 0.0, 9)
    assert (states["w"], states["s"], sent) == (1.0, 1.0, [(5, 2.0)])
    # none: pre first, and post sees the trace x as it was
    states, sent = replay(made, [4], [4], [], 1.0, 0, 0, 0.0, 9)
    assert (states["w"], states["s"], sent) == (1.0, 0.0, [(4, 1.0)])
    # an axonal delay moves the source's spike alone
    states, sent = replay(made, [1], [4], [], 1.0, 3, 0, 0.0, 9)
    assert (states["w"], sent) == (1.0, [(4, 1.0)])
