"""One line of the validation table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """A quantity measured on this machine beside its reference.

    Attributes:
        quantity: what was measured.
        reference: what it should be, as text.
        source: where the reference comes from.
        measured: what it is here, as text.
        error: how far off, as text with its unit.
        bound: how far off it may be.
        passed: the verdict.
    """

    quantity: str
    reference: str
    source: str
    measured: str
    error: str
    bound: str
    passed: bool


def within(
    quantity: str,
    reference: float,
    source: str,
    measured: float,
    bound: float,
    unit: str,
    form: str,
) -> Outcome:
    """An outcome that passes when measured and reference differ by no more than the bound."""
    error = abs(measured - reference)
    return Outcome(
        quantity,
        f"{format(reference, form)} {unit}".strip(),
        source,
        f"{format(measured, form)} {unit}".strip(),
        f"{error:.1e}",
        f"{bound:g}",
        # NaN is not within anything.
        bool(error <= bound),
    )


def spikes(count: int) -> str:
    """How many spikes, in words."""
    return f"{count} spike{'' if count == 1 else 's'}"


@cache
def reference(name: str) -> dict[str, Any]:
    """The reference values of one model, as shipped with the package."""
    text = files("rheobase.lab.validation").joinpath("reference.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)[name]
    return found
