"""AdEx: the spike times of eight firing patterns at default settings."""

from __future__ import annotations

import numpy as np

import rheobase as rb
from rheobase.lab.validation.outcome import Outcome, reference, spikes
from rheobase.units import parse_unit

_MS = parse_unit("ms")
_BOUND = 0.05
# Two runs of the chaotic pattern part ways, however exact: only its beginning can be compared.
_FIRST = {"irregular": 20}


def patterns() -> list[Outcome]:
    """Each preset for a second under its own current, compared spike by spike."""
    known = reference("adex")
    return [
        _pattern(name, times, known["source"]) for name, times in known["spike_times_ms"].items()
    ]


def _pattern(name: str, times: list[float], source: str) -> Outcome:
    rec = rb.simulate(rb.AdEx.preset(name), 1000 * _MS, record=None)
    found = np.asarray(rec.spikes.times(0).magnitude)
    if name in _FIRST:
        found = found[: _FIRST[name]]
    same = len(found) == len(times)
    worst = float(np.abs(found - times).max(initial=0.0)) if same else float("inf")
    return Outcome(
        f"AdEx {name.replace('_', ' ')}",
        spikes(len(times)),
        source,
        spikes(len(found)),
        f"{worst:.1e} ms",
        f"{_BOUND:g} ms",
        worst <= _BOUND,
    )
