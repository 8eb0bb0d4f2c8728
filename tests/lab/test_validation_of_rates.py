"""The rows of `rheobase validate` on rates in noise: right here, and able to fail."""

from __future__ import annotations

import pytest

import rheobase as rb
from rheobase.lab.validation import mean_field
from rheobase.units import ms


def test_every_row_passes() -> None:
    outcomes = [*mean_field.siegert(), *mean_field.simulated(), *mean_field.brunel()]
    assert [outcome.quantity for outcome in outcomes if not outcome.passed] == []
    assert len(outcomes) == 11
    measured = [outcome.measured for outcome in outcomes[7:10]]
    assert [text[:5] for text in measured] == ["37.94", "6.516", "55.84"]


def test_a_formula_that_is_off_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """By one part in 1e14, or by as much as a refractory period of 0.2 ms more."""
    exact = rb.siegert
    monkeypatch.setattr(mean_field.rb, "siegert", lambda **given: exact(**given) * (1 + 1e-14))
    assert not any(outcome.passed for outcome in mean_field.siegert()[1:])
    monkeypatch.setattr(
        mean_field.rb,
        "siegert",
        lambda **given: exact(**{**given, "t_ref": given["t_ref"] + 0.2 * ms}),
    )
    assert not mean_field.simulated()[1].passed
