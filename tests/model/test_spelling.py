"""Expressions as text: read again, they are the same operations."""

import pytest
from hypothesis import given

import rheobase as rb
from rheobase.model.expression import Number, Operation, Symbol
from rheobase.model.parse import parse_expression
from rheobase.model.pulse import Pulse
from rheobase.model.spelling import spelled
from rheobase.units.dimension import VOLTAGE

from . import strategies


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("a-(b-c)", "a - (b - c)"), ("(a-b)-c", "a - b - c"), ("a/(b*c)", "a / (b * c)"),
        ("a*b/c", "a * b / c"), ("-a**2", "-a ** 2"), ("(-a)**2", "(-a) ** 2"),
        ("-(a*b)", "-(a * b)"), ("(-a)*b", "-a * b"), ("a*-b", "a * (-b)"), ("-(-a)", "-(-a)"),
        ("(a**b)**2", "(a ** b) ** 2"), ("2*exp(-(a+b))", "2 * exp(-(a + b))"),
        ("3.5*mV/ms", "3.5 * mV / ms"), ("where(a > b, 1e-3, c)", "where(a > b, 1e-3, c)"),
        ("where(a > b and not c < 2, a, b)", "where((a > b) and (not (c < 2)), a, b)"),
    ],
)  # fmt: skip
def test_no_more_parentheses_than_there_must_be(text, due):
    expression = parse_expression(text)
    assert spelled(expression) == due
    assert parse_expression(due) == expression


@given(strategies.expressions)
def test_any_expression_is_read_again(text):
    expression = parse_expression(text)
    assert parse_expression(spelled(expression)) == expression


def test_numbers_that_nobody_wrote():
    assert spelled(Operation("*", Symbol("a"), Number(-1.0))) == "a * (-1.0)"
    with pytest.raises(TypeError, match="a quantity without its text"):
        spelled(Number(1.0, VOLTAGE))


@pytest.mark.parametrize(
    "change",
    [
        dict(duration=0), dict(duration=True), dict(duration="1"), dict(duration=float("inf")),
        dict(bound=[]), dict(bound=["r_on", "x"]), dict(bound=[3]), dict(bound="r_on"),
        dict(on=[[1.0]]), dict(on=[[1.0, float("nan")]]), dict(off=3), dict(off=[[1, "2"]]),
        dict(rates=[1]), dict(further=1),
    ],
)  # fmt: skip
def test_what_describes_no_pulse_is_refused(change):
    good = rb.Kinetic("AMPAKinetics").pulse
    described = good.describe()
    assert Pulse.from_description(described) == good
    with pytest.raises(rb.RheobaseError, match="a pulse of transmitter") as caught:
        Pulse.from_description(described | change)
    assert caught.value.mend


def test_a_synapse_has_the_states_of_its_pulse():
    good = rb.Kinetic("AMPAKinetics")
    described = good.describe()
    for bound in ("nobody", "on"):
        described["pulse"] = good.pulse.describe() | {"bound": [bound]}
        with pytest.raises(rb.RheobaseError, match=f"changes '{bound}'"):
            type(good).from_description(described)
