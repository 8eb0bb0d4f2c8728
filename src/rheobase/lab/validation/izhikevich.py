"""Izhikevich: spike times of the authors' own scheme to the bit, and counts of the accurate one."""

from __future__ import annotations

from typing import Any

import numpy as np

import rheobase as rb
from rheobase.lab.validation.outcome import Outcome, reference, spikes
from rheobase.units import parse_unit

_MS = parse_unit("ms")


def published() -> list[Outcome]:
    """The programs of 2003 and 2004: every spike at the same step."""
    known = reference("izhikevich")
    sources = {"types": known["published_source"], "patterns": known["patterns_source"]}
    return [
        _published(name, case, source)
        for group, source in sources.items()
        for name, case in known[group].items()
    ]


def accurate() -> list[Outcome]:
    """The cell types of 2003 with the equations solved accurately: spikes in a second."""
    known = reference("izhikevich")
    outcomes = []
    for name, case in known["types"].items():
        rec = rb.simulate(rb.Izhikevich.preset(name), 1000 * _MS, record=None)
        off = abs(rec.spikes.total - case["count"])
        outcomes.append(
            Outcome(
                f"Izhikevich {name}, accurate",
                spikes(case["count"]),
                known["exact_source"],
                spikes(rec.spikes.total),
                str(off),
                "1",
                off <= 1,
            )
        )
    return outcomes


def _published(name: str, case: dict[str, Any], source: str) -> Outcome:
    duration = case.get("duration_ms", 1000)
    model = rb.Izhikevich.preset(name)
    rec = rb.simulate(model, duration * _MS, method="published", record=None)
    times = np.asarray(case["published_ms"], dtype=float)
    found = np.asarray(rec.spikes.times(0).magnitude)
    same = len(found) == len(times)
    worst = float(np.abs(found - times).max(initial=0.0)) if same else float("inf")
    return Outcome(
        f"Izhikevich {name.replace('_', ' ')}, published",
        spikes(len(times)),
        source,
        spikes(len(found)),
        f"{worst:g} ms",
        "0 ms",
        worst == 0.0,
    )
