"""Stimuli to JSON and back, samples included: a network's description is complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.network.stimuli import Constant, NoiseTerm, Stimulus, Term, Waveform
from rheobase.network.stimuli.piecewise import Piecewise
from rheobase.network.stimuli.sinusoid import Sine
from rheobase.network.values import described, from_described
from rheobase.units.quantity import short


def stimulus_data(stimulus: Stimulus) -> list[dict[str, Any]]:
    """The terms of a stimulus with everything that they are made of."""
    return [_term(term) for term in stimulus.terms]


def stimulus_from(terms: Sequence[Mapping[str, Any]]) -> Stimulus:
    """The stimulus that `stimulus_data` gave.

    Raises:
        ParameterError: for anything else.
    """
    return Stimulus(tuple(_term_from(term) for term in terms))


def _term(term: Term | NoiseTerm) -> dict[str, Any]:
    if isinstance(term, NoiseTerm):
        return {
            "kind": "noise",
            "sigma": described(term.sigma),
            "tau_ms": term.tau,
            "mean": described(term.mean),
        }
    return {**_waveform(term.waveform), "amplitude": described(term.amplitude)}


def _waveform(waveform: Waveform) -> dict[str, Any]:
    match waveform:
        case Constant():
            return {"kind": "constant"}
        case Piecewise():
            return {
                "kind": "piecewise",
                "knots_ms": waveform.knots.tolist(),
                "first": waveform.first.tolist(),
                "last": waveform.last.tolist(),
                "description": dict(waveform.description),
                "period_ms": waveform.period,
                "end_ms": waveform.end,
            }
        case Sine():
            return waveform.describe()
    raise ParameterError(
        f"The waveform {short(waveform)} has no description.",
        mend="use rb.step, rb.pulses, rb.ramp, rb.sine, rb.noise or rb.sampled",
    )


def _term_from(given: Mapping[str, Any]) -> Term | NoiseTerm:
    match given.get("kind"):
        case "noise":
            sigma, mean = from_described(given["sigma"]), from_described(given["mean"])
            return NoiseTerm(sigma, float(given["tau_ms"]), mean)
        case "constant":
            waveform: Waveform = Constant()
        case "piecewise":
            knots, first, last = (
                np.array(given[key], dtype=np.float64) for key in ("knots_ms", "first", "last")
            )
            about, period, end = dict(given["description"]), given["period_ms"], given["end_ms"]
            waveform = Piecewise(knots, first, last, about, period=period, end=end)
        case "sine":
            stop = given["stop_ms"]
            waveform = Sine(
                np.array(given["frequency_per_ms"], dtype=np.float64),
                np.array(given["phase"], dtype=np.float64),
                float(given["start_ms"]),
                np.inf if stop is None else float(stop),
            )
        case kind:
            raise ParameterError(
                f"There is no waveform {short(kind)}.",
                mend="constant, piecewise, sine or noise",
            )
    return Term(from_described(given["amplitude"]), waveform)
