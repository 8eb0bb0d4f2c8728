"""Distributions written as text: a grammar of their own, read and never evaluated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rheobase as rb
from rheobase.errors import RheobaseError
from rheobase.lab.networks.values import read_distribution
from rheobase.units import cm, mS, mV, nS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("uniform(-60 mV, -50 mV)", rb.uniform(-60 * mV, -50 * mV)),
        ("  uniform ( high = -50 mV , low = -60 mV ) ", rb.uniform(-60 * mV, -50 * mV)),
        ("normal(4, 1.5e0)", rb.normal(4.0, 1.5)),
        ("lognormal(1 nS, std=2 nS)", rb.lognormal(1 * nS, 2 * nS)),
        ("uniform(1 mS/(cm**2), 2 mS/(cm**2))", rb.uniform(1 * mS / cm**2, 2 * mS / cm**2)),
        (
            "clipped(normal(1 nS, 2 nS), low=0 nS)",
            rb.clipped(rb.normal(1 * nS, 2 * nS), low=0 * nS),
        ),
        (
            "truncated(clipped(normal(1 nS, 2 nS) , 0 nS ), high = 1 mS)",
            rb.truncated(rb.clipped(rb.normal(1 * nS, 2 * nS), 0 * nS), high=1 * mS),
        ),
    ],
)
def test_read(text: str, expected: object) -> None:
    found = read_distribution(text)
    assert found is not None
    assert found.describe() == expected.describe()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    ["10 nS", "V_L", "exp(-distance / (100*um))", "0.5*nS * (1 + i_pre)", "", "max(1*nS, 2*nS)",
     "2 * uniform(1, 2)", "f(1) * g(2)"],
)  # fmt: skip
def test_what_is_no_distribution(text: str) -> None:
    assert read_distribution(text) is None


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("unifrm(1, 2)", "no distribution 'unifrm'"),
        ("uniform(1)", "lacks its high"),
        ("uniform(1, 2, 3)", "not a distribution"),
        ("uniform(1, 2", "not a distribution"),
        ("uniform(1, 2) mV", "something follows"),
        ("uniform(low=1, low=2)", "not a distribution"),
        ("uniform(low=1, top=2)", "not a distribution"),
        ("uniform(, 2)", "starts with a number"),
        ("uniform()", "starts with a number"),
        ("uniform(1 mV, 2 mS)", "low of uniform() is"),
        ("uniform(1 mV, 2 mVV)", "no unit 'mVV'"),
        ("normal(1, -2)", "negative"),
        ("clipped(1, 2)", "not a distribution"),
        ("clipped(normal(1, 2))", "no bound"),
        ("clipped(normal(1, 2) 3, 0)", "not a distribution"),
        ("clipped(nrmal(1, 2), 0)", "no distribution 'nrmal'"),
        ("clipped(" * 40 + "normal(1, 2)" + ", 0)" * 40, "nested too deeply"),
        ("clipped(" * 50000, "not a distribution"),
        ("uniform(" + "9" * 100000 + ", 1)", ""),
        ("uniform(__import__('os'), 1)", "starts with a number"),
        ("eval('1')", "no distribution 'eval'"),
    ],
)
def test_refused(text: str, cause: str) -> None:
    with pytest.raises(RheobaseError) as caught:
        read_distribution(text)
    assert cause in caught.value.message
    assert caught.value.mend
    assert len(caught.value.where) < 400


@given(st.text(alphabet=st.sampled_from("uniform clipped()=,-. 12 mV"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_distribution(text)
        read_distribution(f"clipped({text})")
    except RheobaseError as error:
        assert error.mend
