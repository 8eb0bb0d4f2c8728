"""How the error of each scheme shrinks with the time step: its observed order of convergence."""

from __future__ import annotations

from typing import Any

import numpy as np

import rheobase as rb
from rheobase.lab.validation.outcome import Outcome, within
from rheobase.model import Model
from rheobase.units import parse_unit

_MS, _MV, _DENSITY = parse_unit("ms"), parse_unit("mV"), parse_unit("uA/cm**2")
_DURATION = 5.0
# Scheme, its theory, and the coarser of two steps (ms): small enough for the leading term of the error to
# rule, large enough for rounding not to.
_SCHEMES = (
    ("euler", 1, 0.001),
    ("exponential_euler", 1, 0.001),
    ("euler_maruyama", 1, 0.001),
    ("heun", 2, 0.0125),
    ("rk4", 4, 0.025),
    ("adaptive", 5, 0.05),
)
_BOUND = 0.1


def schemes() -> list[Outcome]:
    """log2 of the ratio of the errors at dt and dt/2, on a Hodgkin-Huxley neuron below threshold."""
    exact = _end("rk4", 0.001)
    outcomes = []
    for method, theory, dt in _SCHEMES:
        coarse, fine = (abs(_end(method, step) - exact) for step in (dt, dt / 2))
        order = float(np.log2(coarse / fine)) if coarse and fine else float("nan")
        name = f"order of {method.replace('_', ' ')}"
        outcomes.append(within(name, theory, "theory", order, _BOUND, "", ".3f"))
    return [*outcomes, _exact()]


def _end(method: str, dt: float) -> float:
    """v after 5 ms at 2 uA/cm2, which is below the rheobase of a single spike."""
    return float(np.asarray(_run(rb.HodgkinHuxley(), method, dt, 2 * _DENSITY)["v"])[-1, 0])


def _exact() -> Outcome:
    """The exact propagator has no order: its error is rounding, at any step."""
    rec = _run(rb.LIF(), "exact", 0.5, 100 * parse_unit("pA"))
    expected = -70.0 + 10.0 * -np.expm1(-np.asarray(rec.t) / 20.0)
    worst = float(np.abs(np.asarray(rec["v"])[:, 0] - expected).max())
    return within("exact propagator, largest error", 0.0, "closed form", worst, 1e-11, "mV", ".1e")


def _run(model: Model, method: str, dt: float, current: Any) -> Any:
    return rb.simulate(model, _DURATION * _MS, I=current, dt=dt * _MS, method=method)
