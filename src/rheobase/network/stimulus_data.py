"""Stimuli to JSON and back, samples included: a network's description is complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.network.arrays import Array, listed_numbers
from rheobase.network.stimuli import Constant, NoiseTerm, Stimulus, Term, Waveform
from rheobase.network.stimuli.amplitude import as_amplitude
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
    if not isinstance(terms, (list, tuple)) or not terms:
        raise ParameterError(f"A stimulus is described by {short(terms)}.", mend="list its terms")
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
            sigma, mean = (as_amplitude(from_described(given[k]), k) for k in ("sigma", "mean"))
            return NoiseTerm(sigma, _number(given, "tau_ms", above=0.0), mean)
        case "constant":
            waveform: Waveform = Constant()
        case "piecewise":
            waveform = _piecewise(given)
        case "sine":
            stop = given["stop_ms"]
            waveform = Sine(
                _columns(given, "frequency_per_ms"),
                _columns(given, "phase"),
                _number(given, "start_ms"),
                np.inf if stop is None else _number(given, "stop_ms"),
            )
        case kind:
            raise ParameterError(
                f"There is no waveform {short(kind)}.",
                mend="constant, piecewise, sine or noise",
            )
    return Term(as_amplitude(from_described(given["amplitude"])), waveform)


def _piecewise(given: Mapping[str, Any]) -> Piecewise:
    knots, first, last = (
        listed_numbers(given, key).astype(np.float64) for key in ("knots_ms", "first", "last")
    )
    fits = knots.ndim == 1 and 1 <= first.ndim <= 2 and np.all(np.diff(knots) >= 0)
    if not fits or first.shape != last.shape or len(first) != len(knots) + 1 or not first.size:
        raise ParameterError(
            f"A piecewise waveform has knots_ms of shape {knots.shape}, first of shape "
            f"{first.shape} and last of shape {last.shape}.",
            mend="give knots in ascending order, and to each piece, one more, its first and last "
            "values",
        )
    period, end = (
        None if given[key] is None else _number(given, key, least)
        for key, least in (("period_ms", 0.0), ("end_ms", -np.inf))
    )
    return Piecewise(knots, first, last, dict(given["description"]), period=period, end=end)


def _columns(given: Mapping[str, Any], key: str) -> Array:
    found = listed_numbers(given, key).astype(np.float64)
    if found.ndim != 1 or not found.size:
        raise ParameterError(
            f"{key} is {short(given[key])}.", mend="list one value, or one a neuron"
        )
    return found


def _number(given: Mapping[str, Any], key: str, above: float = -np.inf) -> float:
    found = listed_numbers(given, key)
    if found.ndim or not found > above:
        due = "one number" if above < 0 else f"one number above {above:g}"
        raise ParameterError(f"{key} is {short(given[key])}.", mend=f"give {due}")
    return float(found)
