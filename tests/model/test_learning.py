"""Learning rules: what is read, what is inferred, what is refused and how."""

import copy
import pickle

import pytest

from rheobase.errors import (
    EquationError,
    ParameterError,
    RheobaseError,
    UnitError,
)
from rheobase.model.expression import Symbol, names
from rheobase.model.learning import LearningRule
from rheobase.units import Hz, ms, mV, nS, pA, second, uV
from rheobase.units.dimension import CONDUCTANCE, CURRENT, NONE, VOLTAGE
from rheobase.zoo.plasticity import DopamineSTDP

from .learning_rules import TRACES, VALUES, rule
from .plain_learning import Replay, replay


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
        # what drives w between events
        ("dc/dt = -c/tau\ndw/dt = A*c/tau", dict(on_post="c += 1"), dict(c="synapse", w="synapse")),
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
    made = LearningRule(on_pre="n += 1", transmits="w * n", initial={"n": 4})
    bound = made.bound(NONE)
    assert bound.initial == {"n": 4.0}
    assert bound.clocked["pre"].states == ("n",)
    assert replay(made, [3, 3, 5], [], [], 1.0, 0, 1, 2.0, 9)[1] == [
        (4, 10.0),
        (4, 12.0),
        (6, 14.0),
    ]


def test_named_expressions_are_written_out():
    made = LearningRule(
        "dx/dt = -x/tau\nb = 2*x + r\nr = 3*f*x\nf = 1/(1 + x**2)",
        on_pre="x += 1; w += A*b/(r + 1)", transmits="w*f", parameters=VALUES,
    )  # fmt: skip
    bound = made.bound(CONDUCTANCE)
    synapse = Replay(made, 0.1, 0.7)
    states = {"x": 0.37, "w": 0.7}
    f = 1 / (1 + 0.37**2)
    r = 3 * f * 0.37
    assert synapse.evaluate(bound.transmits, states) == pytest.approx(0.7 * f, rel=1e-14)
    assert synapse.evaluate(bound.events["pre"][1].value, states) == pytest.approx(
        0.7 + 0.01 * (2 * 0.37 + r) / (r + 1), rel=1e-14
    )
    allowed = {"x", "w", *made.parameters}
    assert names(bound.transmits) | names(bound.events["pre"][1].value) <= allowed


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
    made = DopamineSTDP(5 * mV)
    assert made.bound(NONE, unit=mV).events == made.bound(VOLTAGE).events
    bound = made.bound(NONE, unit=uV)  # w counts microvolts
    synapse = Replay(made, 0.1, 0.0)
    here = {"w": 7000.0, "x": 2.0, "y": 0.0, "c": 1.0, "d": 0.05}
    clipped, raised, _ = (synapse.evaluate(s.value, here) for s in bound.events["post"])
    assert clipped == pytest.approx(5000.0, rel=1e-12)
    assert raised == pytest.approx(1.0 + 0.025 * 5 * 2, rel=1e-12)
    assert synapse.evaluate(bound.transmits, here) == pytest.approx(7000.0, rel=1e-12)
    for slope in (bound.synapse["w"], bound.course.drives["w"]["c"]):
        assert synapse.evaluate(slope, here) == pytest.approx(50.0, rel=1e-12)
    for unit in (pA, None):
        with pytest.raises(UnitError):
            made.bound(NONE, unit=unit)


def test_a_draw_is_a_plain_number():
    with pytest.raises(UnitError, match="Units disagree"):
        LearningRule(on_pre="k = binomial(5, p)", parameters={"p": 1 * nS})
    with pytest.raises(UnitError, match="Units disagree"):
        LearningRule(on_pre="k = binomial(5, 0.5); w += k", weight=nS)


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
    # none: pre first, and post sees the trace x as it left it
    states, sent = replay(made, [4], [4], [], 1.0, 0, 0, 0.0, 9)
    assert (states["w"], states["s"], sent) == (101.0, 0.0, [(4, 1.0)])
    # an axonal delay moves the source's spike alone
    states, sent = replay(made, [1], [4], [], 1.0, 3, 0, 0.0, 9)
    assert (states["w"], sent) == (101.0, [(4, 1.0)])
