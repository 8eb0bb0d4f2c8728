"""How the error of each scheme shrinks with the time step: its observed order of convergence."""

from __future__ import annotations

from typing import Any

import numpy as np

import rheobase as rb
from rheobase.lab.validation.outcome import Outcome, within
from rheobase.units import parse_unit

_MS, _MV, _PA = parse_unit("ms"), parse_unit("mV"), parse_unit("pA")
_DURATION = 10.0
# Scheme, its theory, and the coarser of two steps (ms): small enough for the leading term of the
# error to rule, large enough for rounding not to, and for the step control to leave the steps
# whole.
_SCHEMES = (
    ("euler", 1, 0.0625),
    ("exponential_euler", 1, 0.0625),
    ("heun", 2, 0.125),
    ("rk4", 4, 0.25),
    ("adaptive", 5, 1.0),
)
_FINEST = 0.03125
_BOUND = 0.1


def schemes() -> list[Outcome]:
    """log2 of the ratio of the errors at dt and dt/2, on an AdEx neuron that stays below threshold.

    The error is the largest over the samples that both runs share.
    """
    model = rb.AdEx.preset("adapting")

    def trace(method: str, dt: float) -> Any:
        rec = rb.simulate(model, _DURATION * _MS, I=200 * _PA, dt=dt * _MS, method=method)
        return np.asarray(rec["v"])[:, 0]

    exact = trace("adaptive", _FINEST)
    outcomes = []
    for method, theory, dt in _SCHEMES:
        errors = []
        for step, every in ((dt, 1), (dt / 2, 2)):
            found = trace(method, step)[::every]
            errors.append(np.abs(found - exact[:: round(dt / _FINEST)]).max())
        order = float(np.log2(errors[0] / errors[1])) if all(errors) else float("nan")
        name = f"order of {method.replace('_', ' ')}"
        outcomes.append(within(name, theory, "theory", order, _BOUND, "", ".3f"))
    return [*outcomes, _exact(), _maruyama()]


def _exact() -> Outcome:
    """The exact propagator has no order: its error is rounding, at any step."""
    rec = rb.simulate(rb.LIF(), _DURATION * _MS, I=100 * _PA, dt=0.5 * _MS, method="exact")
    expected = -70.0 + 10.0 * -np.expm1(-np.asarray(rec.t) / 20.0)
    worst = float(np.abs(np.asarray(rec["v"])[:, 0] - expected).max())
    return within("exact propagator, largest error", 0.0, "closed form", worst, 1e-11, "mV", ".1e")


def _maruyama() -> Outcome:
    """Noise under Euler-Maruyama has, with its step, the variance 1/(1 - h/(2 tau))."""
    model = rb.Model(
        "tau * dv/dt = -v + sigma * sqrt(2 * tau) * xi",
        parameters={"tau": 10 * _MS, "sigma": 1 * _MV},
    )
    rec = rb.simulate(
        model, 200 * _MS, n=20_000, dt=2 * _MS, method="euler_maruyama", record_every=100
    )
    variance = float(np.var(np.asarray(rec["v"])[-1]))
    # Five standard errors of the variance of 20,000 samples.
    return within(
        "variance, euler maruyama", 1 / 0.9, "closed form", variance, 0.055, "mV**2", ".4f"
    )
