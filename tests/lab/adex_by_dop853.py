"""AdEx spike times by an independent route: SciPy's DOP853, dt -> 0.

Below the threshold time is the independent variable. On the upstroke, where dv/dt explodes, v is:
the system is then (dt/dv, dw/dv) and ends exactly at the peak. Nothing of rheobase is used.
"""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp


def spike_times(duration: float, peak: float = 0.0, **p: float) -> list[float]:
    """Spike times in ms under a constant current, from v = EL and w = 0.

    Args:
        duration: in ms.
        peak: the v of a spike, in mV.
        p: C, gL, EL, VT, DT, a, tau_w, b, Vr, I in pF, nS, mV, ms, pA.
    """

    def rates(v: float, w: float) -> tuple[float, float]:
        exponential = p["gL"] * p["DT"] * np.exp((v - p["VT"]) / p["DT"])
        dv = (-p["gL"] * (v - p["EL"]) + exponential + p["I"] - w) / p["C"]
        return dv, (p["a"] * (v - p["EL"]) - w) / p["tau_w"]

    def by_time(t: float, y: np.ndarray) -> tuple[float, float]:
        return rates(y[0], y[1])

    def by_voltage(v: float, y: np.ndarray) -> tuple[float, float]:
        dv, dw = rates(v, y[1])
        return 1.0 / dv, dw / dv

    upstroke = p["VT"] + 4 * p["DT"]

    def crossing(t: float, y: np.ndarray) -> float:
        return float(y[0] - upstroke)

    crossing.terminal, crossing.direction = True, 1  # type: ignore[attr-defined]
    accuracy = dict(method="DOP853", rtol=1e-11, atol=1e-12)
    times: list[float] = []
    t, v, w = 0.0, p["EL"], 0.0
    while True:
        run = solve_ivp(by_time, (t, duration), (v, w), events=crossing, **accuracy)
        if run.status != 1:
            return times
        rise = solve_ivp(by_voltage, (upstroke, peak), (run.t[-1], run.y[1, -1]), **accuracy)
        t = float(rise.y[0, -1])
        if t >= duration:
            return times
        times.append(t)
        v, w = p["Vr"], float(rise.y[1, -1]) + p["b"]
