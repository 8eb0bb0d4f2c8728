"""Hodgkin-Huxley: first spike, rate, rheobase, rest, and the misprinted course preset."""

from __future__ import annotations

import numpy as np

import rheobase as rb
from rheobase.lab.validation.outcome import Outcome, reference, within
from rheobase.units import parse_unit

_MS, _MV, _DENSITY = parse_unit("ms"), parse_unit("mV"), parse_unit("uA/cm**2")
_DRIVE = 10 * _DENSITY


def first_spike() -> list[Outcome]:
    """When v first rises through 0 mV at 10 uA/cm2, dt 0.01 ms."""
    known = reference("hodgkin_huxley")
    model = rb.HodgkinHuxley().replace(V_spike=0 * _MV)
    rec = rb.simulate(
        model, 5 * _MS, I=_DRIVE, dt=0.01 * _MS, record=None, spike_times="interpolated"
    )
    found = float(rec.spikes.t[0].magnitude) if rec.spikes.total else np.nan
    return [
        within("HH first spike, 10 uA/cm2", known["first_spike_ms"], known["source"], found, 1e-3,
               "ms", ".6f")
    ]  # fmt: skip


def rate() -> list[Outcome]:
    """The steady rate at 10 uA/cm2: one over the mean interval of the second half of a second."""
    known = reference("hodgkin_huxley")
    curve = rb.fi_curve(rb.HodgkinHuxley(), np.array([10.0]) * _DENSITY)
    found = float(curve.steady_rate[0].value_in("Hz"))
    name = "HH steady rate, 10 uA/cm2"
    return [within(name, known["rate_hz"], known["source"], found, 0.05, "Hz", ".3f")]


def rheobase() -> list[Outcome]:
    """The smallest step that keeps the neuron firing for a second."""
    low, high = reference("hodgkin_huxley")["rheobase_uA_cm2"]
    found = float(rb.rheobase(rb.HodgkinHuxley(), protocol="step").value_in(_DENSITY))
    return [
        Outcome(
            "HH rheobase, step of 1 s",
            f"{low:g} to {high:g} uA/cm2",
            reference("hodgkin_huxley")["source"],
            f"{found:.4f} uA/cm2",
            f"{max(low - found, found - high, 0.0):.1e}",
            "inside",
            low <= found <= high,
        )
    ]


def rest() -> list[Outcome]:
    """The resting state of both variants, the largest error of its four states."""
    outcomes = []
    models = {"default": rb.HodgkinHuxley(), "course": rb.HodgkinHuxley.preset("course")}
    known = reference("hodgkin_huxley")
    for variant, model in models.items():
        state = rb.resting_state(model)
        found = {"v": float(state["v"].value_in(_MV)), **{g: float(state[g]) for g in "nmh"}}
        worst = max(abs(found[s] - known["rest"][variant][s]) for s in found)
        outcomes.append(
            Outcome(
                f"HH resting state, {variant}",
                f"v = {known['rest'][variant]['v']:.6f} mV",
                known["rest_source"],
                f"v = {found['v']:.6f} mV",
                f"{worst:.1e}",
                "1e-06",
                bool(worst <= 1e-6),
            )
        )
    return outcomes


def course() -> list[Outcome]:
    """The preset with the misprint, at a hundred currents up to 100 uA/cm2 for a second each."""
    curve = rb.fi_curve(rb.HodgkinHuxley.preset("course"), np.arange(1.0, 101.0) * _DENSITY)
    most = int(curve.counts.max())
    return [
        Outcome(
            "HH course preset, 1 to 100 uA/cm2",
            "at most 1 spike",
            reference("hodgkin_huxley")["source"],
            f"at most {most}",
            str(max(0, most - 1)),
            "0",
            most <= 1,
        )
    ]
