"""Fluctuating currents, and what a neuron does under them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from rheobase.engine.simulate import simulate
from rheobase.model.model import Model
from rheobase.network.stimuli import sampled
from rheobase.recording import Recording
from rheobase.reduction.erfcx import Array
from rheobase.units.dimension import TIME
from rheobase.units.door import as_quantity

SAMPLE = 0.1  # a current is held for so long (ms)


class Experiment(NamedTuple):
    """A neuron under a fluctuating current.

    Attributes:
        mean: of the current (internal).
        deviation: its standard deviation.
        current: its samples, one every 0.1 ms.
        spikes: when the neuron fired (ms), ascending.
        voltage: the potential (mV), every `dt` from 0 on; empty where it was not recorded.
        dt: in ms.
    """

    mean: float
    deviation: float
    current: Array
    spikes: Array
    voltage: Array
    dt: float

    @property
    def duration(self) -> float:
        """How long it lasted (ms)."""
        return SAMPLE * len(self.current)


def fluctuating(
    mean: float, deviation: float, correlation: float, duration: float, rng: np.random.Generator
) -> Array:
    """Samples of an Ornstein-Uhlenbeck process, one every 0.1 ms, from its stationary state."""
    kept = np.exp(-SAMPLE / correlation)
    pushes = rng.normal(size=round(duration / SAMPLE)) * np.sqrt(1 - kept**2)
    pushes[0] = rng.normal()
    return mean + deviation * np.asarray(filtered(pushes, kept))


def filtered(pushes: Array, kept: float) -> Array:
    """y[k] = kept y[k-1] + pushes[k], from 0."""
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, -kept], pushes))


def experiments(
    model: Model,
    state: str,
    name: str,
    moments: Iterable[tuple[float, float]],
    *,
    correlation: float,
    duration: float,
    rng: np.random.Generator,
    watch: bool,
) -> list[Experiment]:
    """A neuron under one current for each mean and standard deviation (internal)."""
    found = []
    for mean, deviation in moments:
        current = fluctuating(mean, deviation, correlation, duration, rng)
        # Strong currents take a membrane where a fixed step no longer serves.
        rec = under(model, current, name, record=state if watch else None, method="adaptive")
        spikes = np.asarray(rec.spikes.t.internal)
        dt = float(rec.provenance["dt_ms"])
        volts = np.asarray(model.to_internal(rec[state], state))[:, 0] if watch else np.empty(0)
        found.append(Experiment(mean, deviation, current, spikes, volts, dt))
    return found


def under(model: Model, current: Array, name: str, **options: Any) -> Recording:
    """A run of one neuron, or of those that arrays of parameters describe, under one current."""
    options[name] = sampled(model.from_internal(current, name), as_quantity(SAMPLE, TIME))
    duration = as_quantity(round(SAMPLE * len(current), 6), TIME)
    return simulate(model, duration, **options)
