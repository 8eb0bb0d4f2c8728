"""`rheobase validate`: what this machine computes, beside published and reference values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rheobase.errors import RheobaseError
from rheobase.lab.tabulate import table
from rheobase.lab.validation import (
    adex,
    closed_forms,
    hodgkin_huxley,
    izhikevich,
    mean_field,
    orders,
)
from rheobase.lab.validation.outcome import Outcome

Case = Callable[[], list[Outcome]]

CASES: tuple[Case, ...] = (
    hodgkin_huxley.first_spike,
    hodgkin_huxley.rate,
    hodgkin_huxley.rheobase,
    hodgkin_huxley.rest,
    hodgkin_huxley.course,
    adex.patterns,
    izhikevich.published,
    izhikevich.accurate,
    closed_forms.lif,
    orders.schemes,
    mean_field.siegert,
    mean_field.simulated,
    mean_field.brunel,
)
_HEAD = ("quantity", "reference", "source", "measured", "error", "bound", "verdict")


def validation_report(cases: Sequence[Case] = CASES) -> tuple[str, bool]:
    """Run the cases; returns the table, and whether all of them passed."""
    outcomes = [outcome for case in cases for outcome in _outcomes(case)]
    rows = [
        [
            o.quantity,
            o.reference,
            o.source,
            o.measured,
            o.error,
            o.bound,
            "ok" if o.passed else "FAIL",
        ]
        for o in outcomes
    ]
    failed = sum(not outcome.passed for outcome in outcomes)
    verdict = f"{len(outcomes) - failed} of {len(outcomes)} within their bounds"
    return f"{table(_HEAD, rows, left=3)}\n\n{verdict}", failed == 0


def _outcomes(case: Case) -> list[Outcome]:
    """A case that cannot even run has failed, and the others still count."""
    try:
        return case()
    except RheobaseError as error:
        name = f"{case.__module__.rpartition('.')[2]} {case.__name__}".replace("_", " ")
        return [Outcome(name, "", "", error.message[:40], "", "", False)]
