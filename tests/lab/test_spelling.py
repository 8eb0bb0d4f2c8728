"""Mends of the floors below, as the reader of a file can follow them."""

import pytest

from rheobase.lab.spelling import as_in_a_file


@pytest.mark.parametrize(
    ("python", "toml"),
    [
        ("give it a unit: 10 * mV", 'give it a unit: "10 mV"'),
        ("give it a unit: -1.5e-3 * uA/cm**2", 'give it a unit: "-1.5e-3 uA/cm**2"'),
        ("narrow it, for example with rb.truncated", "narrow it, for example with truncated"),
        (
            "for example rb.clipped(rb.normal(1 * nS, 0.2 * nS), low=0 * nS)",
            'for example "clipped(normal(1 nS, 0.2 nS), low=0 nS)"',
        ),
        ("initial=dict(v=-70 * mV)", 'initial = { v = "-70 mV" }'),
        ("or let a pair share: multapses=True", "or let a pair share: multapses = true"),
        ('give the model one: spike="v > V_T"', 'give the model one: spike = "v > V_T"'),
        ('add spike="v == 3 * mV"', 'add spike = "v == 3 * mV"'),
        ("give the shorter time constant as rise=", "give the shorter time constant as rise"),
        ("give each its own name: name=...", "give each its own name: name = ..."),
        ("net.add(..., 12), or leave n out", "n = 12, or leave n out"),
        ("give it in Hz: rb.Poisson(rate=8 * Hz)", 'give it in Hz: rate = "8 Hz"'),
        ("did you mean 'inh'? there are exc, inh", "did you mean 'inh'? there are exc, inh"),
        ("give it a unit: array([1., 2.5]) * nS", 'give it a unit: ["1 nS", "2.5 nS"]'),
        ("array([[1.], [-2e-05]]) * nS", '[["1 nS"], ["-2e-05 nS"]]'),
        ("it is array([0, 1])", "it is [0, 1]"),
        ("give w_max (or weight=) in nS", "give w_max (or weight) in nS"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_mend_is_spelled_as_in_a_file(python, toml):
    assert as_in_a_file(python) == toml
    assert as_in_a_file(toml) == toml
