"""The twenty firing patterns of Izhikevich (2004), with the currents and the update of the program.

The program that drew the paper's figure differs from its text in places, and is followed: other
constants (f v + g) in class 1 excitability and the integrator, another equation for u in
accommodation. It compares times strictly (a current from t > 10 begins one step after 10), so
``method="published"`` has currents of its own, and it stamps a spike with the beginning of the
step in which it happens.

Two patterns owe something to the length of that program's step. The after-potential of ``"DAP"`` is
one spike with it and a train of eight without. ``"inhibition_induced_bursting"`` bursts with it; in
the equations themselves u grows without bound and so does the rate (millions of spikes within the
350 ms), so that preset alone takes ``method="published"`` by default.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import ceil, floor
from typing import Any, NamedTuple

from rheobase.model.model import Model, Published
from rheobase.units import ms, mV
from rheobase.zoo.entry import Preset

CITATION = (
    "E. M. Izhikevich, Which model to use for cortical spiking neurons?, IEEE Trans. Neural "
    "Netw. 15, 1063-1070 (2004), doi:10.1109/TNN.2004.832719"
)
_SOURCE = "figure1.m of the paper (ModelDB 39948)"
_STANDARD = "0.04*v**2 + 5*v + 140 - u + I"
_SLOW = "0.04*v**2 + 4.1*v + 108 - u + I"
_RECOVERY = "a*(b*v - u)"
_ALWAYS = float("inf")

# A current, as the program has it with its step, or as it is meant where the step is None.
Current = Callable[[float | None], Any]


def _pulse(amplitude: float, *windows: tuple[float, float]) -> Current:
    """On where begin < t < end."""

    def current(step: float | None) -> list[dict[str, Any]]:
        edges = [(_after(a, step), _from(b, step)) for a, b in windows]
        return [_window(amplitude, a, b) for a, b in edges]

    return current


def _dip(base: float, amplitude: float, begin: float, end: float) -> Current:
    """A base, and less of it where begin <= t <= end."""

    def current(step: float | None) -> list[Any]:
        return [base, _window(amplitude, _from(begin, step), _after(end, step))]

    return current


def _after(time: float, step: float | None) -> float:
    """The first time of the program's clock that is later than `time`."""
    return time if step is None or time == _ALWAYS else (floor(time / step + 1e-9) + 1) * step


def _from(time: float, step: float | None) -> float:
    """The first time of the program's clock that is not earlier than `time`."""
    return time if step is None or time == _ALWAYS else ceil(time / step - 1e-9) * step


def _window(amplitude: float, begin: float, end: float) -> dict[str, Any]:
    window = {"kind": "step", "amplitude": amplitude, "start": begin * ms}
    return window if end == _ALWAYS else window | {"stop": end * ms}


def _ramp(first: float, last: float, begin: float, end: float, hold: bool = True) -> Current:
    """A straight ramp, which the program has as it is meant."""
    ends = {"first": first, "last": last, "start": begin * ms, "stop": end * ms}
    return lambda step: [{"kind": "ramp", "hold": hold, **ends}]


def _sum(*currents: Current) -> Current:
    return lambda step: [part for current in currents for part in current(step)]


class Pattern(NamedTuple):
    """One pattern: constants, first values, current, and the program's step and duration."""

    note: str
    parameters: tuple[float, float, float, float]
    v: float
    current: Current
    step: float
    duration: float
    slope: str = _STANDARD
    recovery: str = _RECOVERY
    u: float | None = None
    method: str = "adaptive"


def _build(pattern: Pattern) -> Model:
    """The model of a pattern."""
    return Model(
        f"dv/dt = {pattern.slope}\ndu/dt = {pattern.recovery}",
        spike="v > 30",
        reset="v = c; u += d",
        parameters=dict(zip("abcd", pattern.parameters, strict=True)),
        inputs=["I"],
        initial={"v": pattern.v, "u": "b*v" if pattern.u is None else pattern.u},
        drive={"I": pattern.current(None)},
        method=pattern.method,
        dt=(pattern.step if pattern.method == "published" else 0.1) * ms,
        time=ms,
        display={"v": mV},
        published=Published(
            updates=f"v += dt*({pattern.slope})\nu += dt*{pattern.recovery}",
            dt=pattern.step,
            label=-1,
            source=_SOURCE,
            drive={"I": pattern.current(pattern.step)},
            duration=pattern.duration,
        ),
        citation=CITATION,
    )


_T_1 = 100 / 11  # the integrator's first pulse

_PATTERNS = {
    "tonic_spiking": Pattern(
        "fires as long as the current lasts",
        (0.02, 0.2, -65.0, 6.0), -70.0, _pulse(14.0, (10, _ALWAYS)), 0.25, 100,
    ),
    "phasic_spiking": Pattern(
        "one spike at the onset of the current",
        (0.02, 0.25, -65.0, 6.0), -64.0, _pulse(0.5, (20, _ALWAYS)), 0.25, 200,
    ),
    "tonic_bursting": Pattern(
        "bursts as long as the current lasts",
        (0.02, 0.2, -50.0, 2.0), -70.0, _pulse(15.0, (22, _ALWAYS)), 0.25, 220,
    ),
    "phasic_bursting": Pattern(
        "one burst at the onset of the current",
        (0.02, 0.25, -55.0, 0.05), -64.0, _pulse(0.6, (20, _ALWAYS)), 0.2, 200,
    ),
    "mixed_mode": Pattern(
        "a burst at the onset, then single spikes",
        (0.02, 0.2, -55.0, 4.0), -70.0, _pulse(10.0, (16, _ALWAYS)), 0.25, 160,
    ),
    "spike_freq_adaptation": Pattern(
        "the rate falls",
        (0.01, 0.2, -65.0, 8.0), -70.0, _pulse(30.0, (8.5, _ALWAYS)), 0.25, 85,
    ),
    "class_1": Pattern(
        "firing may be as slow as one likes: the rate follows a ramp from nothing",
        (0.02, -0.1, -55.0, 6.0), -60.0,
        _ramp(0.0, 20.25, 30, 300), 0.25, 300, slope=_SLOW,
    ),
    "class_2": Pattern(
        "firing starts at a high rate",
        (0.2, 0.26, -65.0, 0.0), -64.0, _ramp(-0.5, 3.55, 30, 300), 0.25, 300,
    ),
    "spike_latency": Pattern(
        "a spike long after a brief pulse",
        (0.02, 0.2, -65.0, 6.0), -70.0, _pulse(7.04, (10, 13)), 0.2, 100,
    ),
    "subthreshold_osc": Pattern(
        "the voltage rings after a spike",
        (0.05, 0.26, -60.0, 0.0), -62.0, _pulse(2.0, (20, 25)), 0.25, 200,
    ),
    "resonator": Pattern(
        "answers pulses at its own rhythm",
        (0.1, 0.26, -60.0, -1.0), -62.0,
        _pulse(0.65, (40, 44), (60, 64), (280, 284), (320, 324)), 0.25, 400,
    ),
    "integrator": Pattern(
        "answers pulses that come close together",
        (0.02, -0.1, -55.0, 6.0), -60.0,
        _pulse(9.0, (_T_1, _T_1 + 2), (_T_1 + 5, _T_1 + 7), (70, 72), (80, 82)),
        0.25, 100, slope=_SLOW,
    ),
    "rebound_spike": Pattern(
        "a spike after inhibition",
        (0.03, 0.25, -60.0, 4.0), -64.0, _pulse(-15.0, (20, 25)), 0.2, 200,
    ),
    "rebound_burst": Pattern(
        "a burst after inhibition",
        (0.03, 0.25, -52.0, 0.0), -64.0, _pulse(-15.0, (20, 25)), 0.2, 200,
    ),
    "threshold_variability": Pattern(
        "a pulse that is too weak alone fires after inhibition",
        (0.03, 0.25, -60.0, 4.0), -64.0,
        _sum(_pulse(1.0, (10, 15), (80, 85)), _pulse(-6.0, (70, 75))), 0.25, 100,
    ),
    "bistability": Pattern(
        "one pulse starts the firing, another stops it",
        (0.1, 0.26, -60.0, 0.0), -61.0,
        _sum(lambda step: [0.24], _pulse(1.0, (37.5, 42.5), (216, 221))),
        0.25, 300,
    ),
    "DAP": Pattern(
        "a depolarising after-potential; the published step is too long to follow the rest",
        (1.0, 0.2, -60.0, -21.0), -70.0, _pulse(20.0, (9, 11)), 0.1, 50,
    ),
    "accommodation": Pattern(
        "a slow ramp does not fire it, a steep one does",
        (0.02, 1.0, -55.0, 4.0), -65.0,
        _sum(_ramp(0.0, 8.0, 0, 200, hold=False), _ramp(0.0, 4.0, 300, 312.5, hold=False)),
        0.5, 400, recovery="a*b*(v + 65)", u=-16.0,
    ),
    "inhibition_induced_spiking": Pattern(
        "fires while it is inhibited",
        (-0.02, -1.0, -60.0, 8.0), -63.8, _dip(80.0, -5.0, 50, 250), 0.5, 350,
    ),
    "inhibition_induced_bursting": Pattern(
        "bursts while it is inhibited; solved accurately, it fires ever faster without end",
        (-0.026, -1.0, -45.0, -2.0), -63.8, _dip(80.0, -5.0, 50, 250), 0.5, 350,
        method="published",
    ),
}  # fmt: skip

PATTERNS = {
    name: Preset(pattern.note, build=partial(_build, pattern))
    for name, pattern in _PATTERNS.items()
}
