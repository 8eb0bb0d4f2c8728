"""Parameters and first values that each synapse has for itself: read, written, refused."""

import copy
import json
import pickle

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError, UnitError, UnknownNameError
from rheobase.model.learning import LearningRule
from rheobase.units import ms, mV, nS

from .learning_rules import VALUES, rule

DRAWN = {
    "a distribution": rb.truncated(rb.normal(20 * ms, 5 * ms), low=1 * ms),
    "a list": [10, 20, 30] * ms,
    "an array": np.array([10.0, 20.0, 30.0]) * ms,
}


@pytest.mark.parametrize("given", DRAWN.values(), ids=DRAWN)
def test_what_reads_it_is_the_synapses_own(given):
    found = rule(parameters=VALUES | {"tau": given})
    assert found.scopes == dict.fromkeys(["x", "y", "w", "tau"], "synapse")
    assert set(found.varying) == {"tau"}
    assert "tau" not in found.parameters
    assert set(found.parts.course.decays) == {"x", "y"}


def test_what_does_not_read_it_is_not():
    found = rule(parameters=VALUES | {"A": rb.uniform(0 * nS, 1 * nS)})
    assert found.scopes == dict(x="pre", y="post", w="synapse", A="synapse")


def test_a_first_value():
    found = rule(initial=dict(x=rb.normal(1, 0.1)))
    assert found.scopes == dict(x="synapse", y="post", w="synapse")
    assert not found.varying["x"].is_parameter


@pytest.mark.parametrize("given", DRAWN.values(), ids=DRAWN)
def test_a_rule_comes_back_as_it_was(given):
    found = rule(parameters=VALUES | {"tau": given}, initial=dict(x=rb.uniform(0, 1), y=[1, 2, 3]))
    again = LearningRule.from_dict(json.loads(json.dumps(found.to_dict())))
    sent = pickle.loads(pickle.dumps(found))  # noqa: S301
    for other in (again, copy.deepcopy(found), sent):
        assert other == found
        assert hash(other) == hash(found)
        assert other.scopes == found.scopes
    assert "tau = " in repr(found) and "x = uniform(0, 1)" in repr(found)
    assert found.latex()


def test_another_value_in_place_of_a_varying_one():
    found = rule(parameters=VALUES | {"tau": DRAWN["a list"]})
    assert found.replace(tau=20 * ms) == rule()
    assert rule().replace(tau=DRAWN["a list"]) == found
    assert found.replace(A=1 * nS).varying["tau"].given is found.varying["tau"].given
    with pytest.raises(UnknownNameError, match="no parameter 'taw'"):
        found.replace(taw=1 * ms)
    with pytest.raises(UnitError):
        found.replace(tau=rb.uniform(1 * mV, 2 * mV))


def test_rules_without_units():
    found = LearningRule(
        "dx/dt = -x/tau", on_pre="w += A*x; x += 1",
        parameters=dict(tau=rb.uniform(5, 9), A=[0.5, 1.5]),
    )  # fmt: skip
    assert found.is_plain
    assert LearningRule.from_dict(found.to_dict()) == found


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: rb.TsodyksMarkram(U=rb.normal(0.5, 0.1)), "not from 0 to 1"),
        (lambda: rb.TsodyksMarkram(U=rb.uniform(0.5, 1.1)), "not from 0 to 1"),
        (lambda: rb.TsodyksMarkram(U=[0.5, 2.0]), "U is 2"),
        (lambda: rb.TsodyksMarkram(U="0.5"), "the text '0.5'"),
        (lambda: rb.QuantalRelease("3", 0.5), "the text '3'"),
        (lambda: rb.QuantalRelease(3, ".5"), "the text '.5'"),
        (lambda: rb.TsodyksMarkram(tau_rec=[5, -1] * ms), "must be positive"),
        (lambda: rb.TsodyksMarkram(tau_fac=[5, -1] * ms), "tau_fac is"),
    ],
)
def test_values_that_cannot_be(make, message):
    with pytest.raises(ParameterError, match=message) as caught:
        make()
    assert caught.value.mend


def test_depression_and_facilitation_that_differ():
    found = rb.TsodyksMarkram(
        U=rb.uniform(0.1, 0.9), tau_rec=[5, 6] * ms, tau_fac=rb.lognormal(9 * ms, 1 * ms)
    )
    assert {s for s, scope in found.scopes.items() if scope == "synapse"} == {
        "x", "u", "r", "U", "tau_rec", "tau_fac"
    }  # fmt: skip
    assert set(found.parts.course.approaches) == {"x"}
    assert set(found.parts.course.decays) == {"u"}
    # The weight stays as it is stored.
    assert "w" not in found.scopes
