"""The language of rules that read the target: names by the suffix `_post`, and while_post."""

import copy

import pytest

from rheobase.errors import EquationError, RheobaseError, UnitError, UnknownNameError
from rheobase.model.learning import LearningRule, Read
from rheobase.units import ms, mV, nS
from rheobase.units.dimension import CONDUCTANCE, VOLTAGE

TEXT = """
dx/dt = -x / tau
du/dt = (v_post - u) / tau
dz/dt = (u - z) / tau
dy/dt = -y / tau
high = u - theta
"""
VALUES = {"tau": 10 * ms, "theta": -60 * mV, "A": 0.1 * nS / mV, "B": 0.1 * nS / mV / ms}
OPTIONS = {
    "on_pre": "w -= A * positive(high); x += 1",
    "on_post": "y += 1 + v_post/mV",
    "during": "v_post > theta and high > 0*mV",
    "while_post": "w += B * x * (v_post - theta) * dt",
    "initial": {"u": "v_post", "z": -60 * mV},
}


def rule(text=TEXT, **options):
    return LearningRule(text, parameters=VALUES, weight=nS, **options)


def test_what_reads_the_target_is_of_the_postsynaptic_neuron():
    assert dict(rule(**OPTIONS).scopes) == {
        "x": "pre", "u": "post", "z": "post", "y": "post", "w": "synapse",
    }  # fmt: skip
    # What other events change too has one value a synapse, and so has what while_post changes.
    options = OPTIONS | {"on_pre": "w -= A * positive(high); x += 1; y += 1"}
    assert rule(**options).scopes["y"] == "synapse"
    more = OPTIONS | {"while_post": "y += dt/ms"}
    assert rule(**more).scopes["y"] == "synapse"


def test_what_is_bound_to_a_target():
    bound = rule(**OPTIONS).bound(CONDUCTANCE, target={"v": (VOLTAGE, None), "m": (VOLTAGE, None)})
    assert bound.reads == {"v_post": Read("v")}
    assert bound.clocked["post"].inputs == ("v_post",)
    assert bound.clocked["pre"].inputs == ()
    assert bound.begins == {"u": "v_post"}
    assert [s.name for s in bound.events["while"]] == ["w"]


def test_names_that_are_somebodys_are_not_of_the_target():
    own = LearningRule(
        "dtrace_post/dt = -trace_post/tau_post\nhalf_post = trace_post/2",
        on_pre="w += half_post*w_max", on_post="trace_post += 1",
        parameters={"tau_post": 5 * ms, "w_max": 1 * nS},
    )  # fmt: skip
    assert dict(own.parts.reads) == {}


def test_rules_are_written_read_and_shown():
    one = rule(**OPTIONS)
    for other in (LearningRule.from_dict(one.to_dict()), copy.deepcopy(one)):
        assert other == one and other.parts.during == one.parts.during
    assert one != rule(**OPTIONS | {"during": "v_post > theta"})
    assert one.replace(tau=5 * ms).during == one.during
    assert "while_post (v_post > theta and high > 0*mV): w += B" in repr(one)
    assert r"&& \text{while } v_{\mathrm{post}} > \theta" in one.latex()


@pytest.mark.parametrize(
    ("text", "options", "error", "words"),
    [
        ("", {"on_pre": "w += 1*nS*dt/ms"}, EquationError, "alone"),
        ("dc/dt = -c*dt/(5*ms)**2", {"on_pre": "c += 1; w += c*nS"}, EquationError, "alone"),
        ("", {"during": "v_post > dt", "while_post": "w += 1*nS"}, EquationError, "alone"),
        ("", {"on_pre": "w += 1*nS", "during": "v_post > theta"}, EquationError, "without while"),
        ("", {"while_post": "w += 1*nS"}, EquationError, "without during"),
        ("", {"during": "v_post", "while_post": "w += 1*nS"}, EquationError, "condition is due"),
        ("", {"during": "w > 1*nS", "while_post": "w += 1*nS"}, EquationError, "reads 'w'"),
        ("", {"during": 3, "while_post": "w += 1*nS"}, EquationError, "is text"),
        ("", {"during": "v_post > theta", "while_post": 3}, EquationError, "while_post is text"),
        ("dx/dt = -x/tau", {"on_pre": "x += 1", "during": "x > 1", "while_post": "w = 0*nS"},
         EquationError, "reads 'x'"),
        ("dc/dt = -c*v_post/theta/tau", {"on_pre": "c += 1; w += c*nS"}, EquationError,
         "reads v_post, a state of the target"),
        ("dc/dt = -c/tau\ndw/dt = c*v_post*B", {"on_pre": "c += 1"}, EquationError,
         "while_post changes it step by step"),
        ("", {"on_pre": "v_post = 1*mV; w += 1*nS"}, UnknownNameError, "a state of the target"),
        ("dx/dt = -x/tau", {"on_pre": "w += x*nS", "on_post": "w = x*nS; x += w/nS",
         "initial": {"x": "v_post"}}, RheobaseError, "x"),
        ("", {"during": "v_post > theta", "while_post": "w += dt"}, UnitError, "disagree"),
        ("", {"during": "v_post > tau", "while_post": "w += A*v_post*dt/tau"}, UnitError,
         "disagree"),
        ("", {"during": "v_post > theta", "while_post": "k = binomial(2, 0.5)"}, EquationError,
         "on_pre"),
    ],
)  # fmt: skip
def test_what_is_refused(text, options, error, words):
    with pytest.raises(error) as caught:
        rule(text, **options)
    assert words in str(caught.value) and "Mend:" in str(caught.value)
