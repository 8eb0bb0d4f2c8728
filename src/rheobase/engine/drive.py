"""Stimuli to what the kernel reads: constants a neuron, waveforms a slice, noise processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.compiler.plan import DENSE, GAINED, NOISE, SHARED, InputPlan
from rheobase.errors import ParameterError, UnknownNameError, closest
from rheobase.model.model import Model
from rheobase.network import stimuli

# What a run takes besides inputs: a misspelt one of them arrives here as the name of an input.
_OPTIONS = (
    *("n", "dt", "method", "record", "record_every", "subset", "initial", "spike_times", "seed"),
    *("progress", "target"),
)


class Drive:
    """Everything that flows into one input of one population.

    Attributes:
        name: the input.
        base: the constant part of each neuron, internal; None where there is none.
        terms: kind, amplitude (internal) and term, for everything that is not constant.
        described: the stimulus as JSON can hold it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.base: np.ndarray | None = None
        self.terms: list[tuple[str, Any, Any]] = []
        self.described: list[Any] = []

    @property
    def plan(self) -> InputPlan:
        """How the kernel reads it."""
        return InputPlan(self.base is not None, tuple(kind for kind, _, _ in self.terms))

    def setup(self, dt: float) -> dict[str, np.ndarray]:
        """Arrays that stay the same for the whole run; `dt` in ms."""
        arrays = {} if self.base is None else {f"base_{self.name}": self.base}
        for k, (kind, amplitude, term) in enumerate(self.terms):
            if kind == GAINED:
                arrays[f"gain_{self.name}_{k}"] = amplitude
            if kind == NOISE:
                sigma, mean = amplitude
                decay = np.exp(-dt / term.tau)
                spread = sigma * np.sqrt(-np.expm1(-2.0 * dt / term.tau))
                parts = {"noise": mean, "mean": mean, "sigma": sigma, "spread": spread}
                parts["decay"] = np.broadcast_to(decay, np.shape(mean))
                for part, value in parts.items():
                    arrays[f"{part}_{self.name}_{k}"] = np.array(value, dtype=float)
        return arrays

    def slice(
        self, first: int, steps: int, dt: float, n: int, at_end: bool = False
    ) -> dict[str, np.ndarray]:
        """Waveforms of a slice of steps; `dt` in ms.

        At the end of a run the value of the next step is wanted, or the last value there is.

        Raises:
            ParameterError: when samples are used up.
        """
        start = np.arange(first, first + steps) * dt
        arrays = {}
        for k, (kind, amplitude, term) in enumerate(self.terms):
            if kind == NOISE:
                continue
            parts = _coefficients(term, start, dt, at_end)
            if kind == DENSE:
                whole = np.empty((steps, 3, n))
                for j, part in enumerate(parts):
                    part = np.asarray(part, dtype=float)
                    whole[:, j, :] = (part[:, None] if part.ndim == 1 else part) * amplitude
                arrays[f"dense_{self.name}_{k}"] = whole.reshape(-1)
                continue
            wave = np.stack([np.broadcast_to(p, (steps,)) for p in parts], axis=1)
            if kind == SHARED:
                wave = wave * amplitude
            arrays[f"wave_{self.name}_{k}"] = np.ascontiguousarray(wave, dtype=float).reshape(-1)
        return arrays


def _coefficients(term: stimuli.Term, start: np.ndarray, dt: float, at_end: bool) -> Any:
    try:
        return term.waveform.coefficients(start, dt)
    except ParameterError:
        if not at_end:
            raise
    w0, w1, w2 = term.waveform.coefficients(start - dt, dt)
    return w0 + w1 + w2, np.zeros_like(w1), np.zeros_like(w2)


def read_inputs(model: Model, given: Mapping[str, Any]) -> dict[str, stimuli.Stimulus]:
    """The stimulus of each input: what is given, else the model's own current.

    Raises:
        UnknownNameError: for a name that is not an input.
    """
    for name in given:
        if name not in model.inputs:
            hint = closest(name, [*model.inputs, *_OPTIONS])
            raise UnknownNameError(
                f"{model.title} has no input {name!r}.",
                mend=f"{hint}its inputs are {', '.join(model.inputs) or 'none'}",
            )
    chosen = {**model.drive, **{k: v for k, v in given.items() if v is not None}}
    return {name: stimuli.from_description(chosen[name]) for name in model.inputs if name in chosen}


def count_columns(stimulus: stimuli.Stimulus) -> set[int]:
    """The numbers of neurons that the arrays in a stimulus are for."""
    found: set[int] = set()
    for term in stimulus.terms:
        if isinstance(term, stimuli.NoiseTerm):
            found |= {np.size(v) for v in (term.sigma, term.mean) if np.ndim(v)}
            continue
        found |= {np.size(term.amplitude)} if np.ndim(term.amplitude) else set()
        columns = getattr(term.waveform, "columns", None)
        found |= set() if columns is None else {columns}
    return found


def make_drive(model: Model, name: str, stimulus: stimuli.Stimulus | None, n: int) -> Drive:
    """Sort a stimulus into constants, waveforms and noise.

    Raises:
        UnitError: when an amplitude has another dimension than the input.
        ParameterError: when an array in it is not for `n` neurons.
    """
    drive = Drive(name)
    for term in () if stimulus is None else stimulus.terms:
        drive.described.append(term.describe())
        if isinstance(term, stimuli.NoiseTerm):
            sigma, mean = (_spread(model, name, v, n) for v in (term.sigma, term.mean))
            drive.terms.append((NOISE, (sigma, mean), term))
            continue
        _add_term(drive, model, term, n)
    return drive


def _add_term(drive: Drive, model: Model, term: stimuli.Term, n: int) -> None:
    amplitude = model.to_internal(term.amplitude, drive.name)
    columns = getattr(term.waveform, "columns", None)
    if columns not in (None, 1, n):
        raise ParameterError(
            f"The waveform given to {drive.name} has {columns} columns for {n} neurons.",
            mend="give it the shape (time, neuron), or one waveform for all",
        )
    if term.waveform.is_constant:
        base = _spread(model, drive.name, term.amplitude, n)
        drive.base = base if drive.base is None else drive.base + base
    elif columns is not None:
        drive.terms.append((DENSE, amplitude, term))
    elif np.ndim(amplitude):
        drive.terms.append((GAINED, _spread(model, drive.name, term.amplitude, n), term))
    else:
        drive.terms.append((SHARED, float(amplitude), term))


def _spread(model: Model, name: str, value: Any, n: int) -> np.ndarray:
    number = np.asarray(model.to_internal(value, name), dtype=float)
    if number.shape not in ((), (1,), (n,)):
        raise ParameterError(
            f"The current given to {name} has shape {number.shape} for {n} neurons.",
            mend="give one value, or one a neuron",
        )
    return np.array(np.broadcast_to(number, (n,)))
