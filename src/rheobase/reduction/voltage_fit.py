"""First parameters, from the voltage: between spikes the current must account for its slope.

What the membrane does beside charging, C dv/dt - I, is regressed on what the lower neuron has for
it: a leak, an exponential, and the adaptation that follows recorded voltage and recorded spikes.
All is linear but Delta_T, tau_w and t_ref, which are tried one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from rheobase.reduction.erfcx import Array
from rheobase.reduction.fluctuating import SAMPLE, Experiment, filtered

_DELTAS, _TAUS, _PAUSES = (
    (0.7, 1.5, 3.0),
    (1.0, 3.0, 8.0, 30.0, 100.0),
    (1.0, 2.0, 3.0, 5.0, 8.0, 12.0),
)
_REFERENCE = -50.0  # mV, about which the exponential is written
_STEEP = 10.0  # mV/ms: a spike has begun
_LOOK_BACK = 3.0  # ms before a spike, in which its beginning is
_STARTED = 20.0  # ms that are left out at first
_EVERY = 0.1  # ms between samples
_STRONG = 1.5  # mV/ms of slope from which on residuals count less


def first_guesses(
    kind: str, seen: Sequence[Experiment], capacitance: float
) -> list[dict[str, float]]:
    """Parameters (internal) for each refractory period that is tried, the best of it."""
    onset = _onset(seen)
    found = []
    for pause in _PAUSES:
        volts = [
            np.interp(one.spikes + pause, one.dt * np.arange(len(one.voltage)), one.voltage)
            for one in seen
        ]
        reset = float(np.mean(np.concatenate(volts)))
        tried = list(_tried(kind, seen, capacitance, pause, reset, onset))
        if tried:
            found.append(min(tried, key=lambda one: one[0])[1])
    return found


def _onset(seen: Sequence[Experiment]) -> float:
    """The potential at which spikes begin: where the slope first exceeds 10 mV/ms."""
    onsets = []
    for one in seen:
        slope, back = np.diff(one.voltage) / one.dt, round(_LOOK_BACK / one.dt)
        for k in np.rint(one.spikes / one.dt).astype(int):
            steep = np.flatnonzero(slope[max(0, k - back) : k] > _STEEP)
            if steep.size:
                onsets.append(one.voltage[max(0, k - back) + steep[0]])
    return float(np.median(onsets)) if onsets else float(max(e.voltage.max() for e in seen))


def _tried(
    kind: str,
    seen: Sequence[Experiment],
    capacitance: float,
    pause: float,
    reset: float,
    onset: float,
) -> Iterator[tuple[float, dict[str, float]]]:
    """Residuals with parameters, for each Delta_T and tau_w; only those that make a neuron."""
    deltas = _DELTAS if kind != "lif" else (0.0,)
    taus = _TAUS if kind == "adex" else (0.0,)
    for delta, tau in product(deltas, taus):
        parts = [_columns(e, capacitance, pause, reset, onset, delta, tau) for e in seen]
        x, y = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
        weight = 1.0 / (1.0 + np.abs(y) / (_STRONG * capacitance))
        solution, *_ = np.linalg.lstsq(x * weight[:, np.newaxis], y * weight, rcond=None)
        error = float(np.mean(((x @ solution - y) * weight) ** 2))
        leak, constant = (float(v) for v in solution[:2])
        rise = float(solution[2]) if delta else 1.0
        if leak <= 0 or rise <= 0:
            continue
        a, b = (float(v) for v in solution[3:5]) if tau else (0.0, 0.0)
        if leak + a <= 0:
            continue
        values = {"g_L": leak, "E_L": constant / (leak + a), "V_R": reset, "t_ref": pause}
        values["V_T"] = onset
        if delta:
            values["V_T"] = _REFERENCE - delta * float(np.log(rise / (leak * delta)))
            values["Delta_T"] = delta
        if tau:
            values |= {"a": a, "b": b, "tau_w": tau}
        yield error, values


def _columns(
    one: Experiment,
    capacitance: float,
    pause: float,
    reset: float,
    onset: float,
    delta: float,
    tau: float,
) -> tuple[Array, Array]:
    """What the lower neuron has for C dv/dt - I, and that itself, between spikes."""
    dt, n = one.dt, len(one.voltage) - 1
    v = 0.5 * (one.voltage[1:] + one.voltage[:-1])
    current = np.repeat(one.current, round(SAMPLE / dt))[:n]
    target = capacitance * np.diff(one.voltage) / dt - current
    fired = np.minimum(np.rint(one.spikes / dt).astype(int), n - 1)
    held, pulses = np.zeros(n, dtype=bool), np.zeros(n)
    for k in fired:
        held[k : k + round(pause / dt)] = True
    np.add.at(pulses, fired, 1.0)
    kept = ~held & (v < onset) & (np.arange(n) >= round(_STARTED / dt))
    kept &= np.arange(n) % max(1, round(_EVERY / dt)) == 0
    columns = [-v, np.ones(n)]
    if delta:
        columns.append(np.exp((v - _REFERENCE) / delta))
    if tau:
        decay = np.exp(-dt / tau)
        follows = np.where(held, reset, v)
        columns += [-filtered((1 - decay) * follows, decay), -filtered(pulses, decay)]
    return np.stack(columns, axis=1)[kept], target[kept]
