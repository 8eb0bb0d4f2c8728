"""How far two runs under one stimulus are apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.analysis.coincidence import coincidence_factor
from rheobase.analysis.times import Floats
from rheobase.analysis.van_rossum import van_rossum_distance
from rheobase.errors import ParameterError
from rheobase.protocols.compare_runs import SAMPLE, Run
from rheobase.units.dimension import RATE, TIME
from rheobase.units.door import as_quantity
from rheobase.units.quantity import Quantity

# A spike and what follows it are left out of the potential below threshold (ms).
BEFORE, AFTER = 2.0, 8.0


def measures(
    one: Run,
    reference: Run,
    rates: Mapping[str, Any],
    *,
    duration: float,
    tau: float,
    precision: float,
) -> dict[str, Any]:
    """What is said of one run, beside the reference.

    Args:
        one: the run.
        reference: the run that it is compared with; itself for the reference.
        rates: the rates (Hz) of all runs in bins, by name; None of what has none.
        duration: of all (ms).
        tau: of the distance of van Rossum (ms).
        precision: of coincidences (ms).
    """
    found: dict[str, Any] = {"level": one.level}
    mine, its = rates[one.name], rates[reference.name]
    if mine is not None:
        found["mean rate"] = as_quantity(1e-3 * float(np.mean(mine)), RATE)
    if one.rest is not None:
        found["rest"] = _in(one.rest, one.unit)
        found["subthreshold"] = _in(_rms(_below(one) - one.rest), one.unit)
    if one.has_output:
        # The integral over time: samples lie at both ends.
        found["mean output"] = _in(float(np.mean(one.trace[1:] + one.trace[:-1]) / 2), one.unit)
    if one is reference:
        return found
    if None not in (one.rest, reference.rest) and _same_kind(one, reference):
        found["subthreshold deviation"] = _in(_deviation(one, reference), one.unit)
    if one.n == reference.n == 1 and one.spikes is not None and reference.spikes is not None:
        tau_ms = as_quantity(tau, TIME)
        found["van Rossum distance"] = van_rossum_distance(reference.spikes, one.spikes, tau_ms)
        try:
            gamma = coincidence_factor(reference.spikes, one.spikes, duration, precision)
            found["Gamma"] = gamma
        except ParameterError:  # so many spikes that chance explains all
            found["Gamma"] = None
    if one.has_output and reference.has_output and _same_kind(one, reference):
        difference = one.trace - _ratio(one, reference) * reference.trace
        found["output deviation"] = _in(_rms(difference), one.unit)
    # Two neurons that spike are compared by their spikes.
    has_course = any(run.n > 1 or run.has_rate for run in (one, reference))
    if mine is not None and its is not None and has_course:
        found["rate deviation"] = as_quantity(1e-3 * _rms(mine - its), RATE)
    return found


def _below(one: Run) -> Floats:
    """The potential below threshold: NaN about spikes."""
    trace = np.array(one.trace)
    clock = SAMPLE * np.arange(len(trace))
    for spike in () if one.spikes is None else one.spikes:
        trace[(clock > spike - BEFORE) & (clock < spike + AFTER)] = np.nan
    return trace


def _deviation(one: Run, reference: Run) -> float:
    """The root mean square of the difference of v - rest, where neither has just spiked."""
    mine, its = (_below(each) - (each.rest or 0.0) for each in (one, reference))
    return _rms(mine - _ratio(one, reference) * its)


def _ratio(one: Run, reference: Run) -> float:
    """The unit of the reference in that of the other."""
    if one.unit is None or reference.unit is None:
        return 1.0
    return float(Quantity(1.0, reference.unit).value_in(one.unit))


def _same_kind(one: Run, reference: Run) -> bool:
    """Whether potentials, or outputs, are of one dimension."""
    kinds = {run.unit.dimension if run.unit is not None else None for run in (one, reference)}
    return len(kinds) == 1


def _rms(values: Floats) -> float:
    seen = values[np.isfinite(values)]
    return float(np.sqrt(np.mean(seen**2))) if seen.size else float("nan")


def _in(value: float, unit: Any) -> Any:
    return value if unit is None else Quantity(value, unit)
