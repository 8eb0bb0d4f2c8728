"""A measured waveform as a stimulus."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Literal

import numpy as np

from rheobase.errors import ParameterError
from rheobase.network.stimuli.piecewise import Piecewise
from rheobase.network.stimuli.terms import Array, Stimulus, Term
from rheobase.network.stimuli.times import time_of
from rheobase.units.door import measure
from rheobase.units.quantity import Quantity
from rheobase.units.table import preferred_unit


def sampled(
    values: Any,
    dt: Any,
    interpolation: Literal["hold", "linear"] = "hold",
    after: Literal["error", "hold", "zero", "repeat"] = "error",
    start: Any = None,
) -> Stimulus:
    """A measured waveform, one sample every `dt`.

    The sampling need not fit the time step: a step that holds several samples gets their mean.

    Args:
        values: the samples in the unit of the input, shape (time,) for all neurons or
            (time, neuron).
        dt: the time between samples.
        interpolation: ``"hold"`` keeps each sample for `dt`; ``"linear"`` goes straight from one
            to the next, and keeps the last for `dt`.
        after: what follows the samples. By default a run that outlasts them is an error, because
            nobody measured what comes next; ``"hold"`` keeps the last, ``"zero"`` is silence, and
            ``"repeat"`` starts over.
        start: when the first sample is due; before it the waveform is 0. At once by default.

    Raises:
        UnitError: for a `dt` without its unit.
        ParameterError: for samples that are not finite or of another shape.
    """
    interval, begin = time_of(dt, "dt"), 0.0 if start is None else time_of(start, "start")
    if interval <= 0:
        raise ParameterError(
            f"The time between samples is {interval:.12g} ms.", mend="make it positive"
        )
    for name, choice, known in (
        ("interpolation", interpolation, ("hold", "linear")),
        ("after", after, ("error", "hold", "zero", "repeat")),
    ):
        if choice not in known:
            raise ParameterError(
                f"There is no {name}={choice!r}.", mend=f"use {' or '.join(known)}"
            )
    if after == "repeat" and begin:
        raise ParameterError("Samples that repeat begin at once.", mend="leave start= out")

    samples, unit = _samples(values)
    description = {
        "kind": "sampled",
        "samples": list(samples.shape),
        "sha256": sha256(np.ascontiguousarray(samples).tobytes()).hexdigest(),
        "dt_ms": interval,
        "start_ms": begin,
        "interpolation": interpolation,
        "after": after,
    }
    waveform = _pieces(samples, interval, begin, interpolation == "linear", after, description)
    return Stimulus((Term(unit, waveform),))


def _samples(values: Any) -> tuple[Array, Any]:
    """Plain samples, and the amplitude that gives them their unit."""
    if isinstance(values, Quantity):
        samples, unit = np.array(values.magnitude, dtype=np.float64), values.unit * 1.0
    else:
        number, dimension = measure(values, "the samples")
        samples, unit = np.array(number, dtype=np.float64), 1.0
        if dimension is not None:
            shown = preferred_unit(dimension)
            samples, unit = np.asarray(shown.from_internal(samples)), shown * 1.0
    if samples.ndim not in (1, 2) or not samples.size:
        raise ParameterError(
            f"The samples have shape {samples.shape}.", mend="give (time,) or (time, neuron)"
        )
    if not np.all(np.isfinite(samples)):
        place = np.argwhere(~np.isfinite(samples))[0].tolist()
        raise ParameterError(f"Sample {place} is not finite.", mend="fill the gap or cut it out")
    samples.flags.writeable = False
    return samples, unit


def _pieces(
    samples: Array, dt: float, begin: float, linear: bool, after: str, description: dict[str, Any]
) -> Piecewise:
    knots = begin + dt * np.arange(len(samples) + 1, dtype=np.float64)
    following = np.concatenate([samples[1:], samples[:1] if after == "repeat" else samples[-1:]])
    silence = np.zeros_like(samples[:1])
    beyond = samples[-1:] if after == "hold" else silence
    return Piecewise(
        knots,
        np.concatenate([silence, samples, beyond]),
        np.concatenate([silence, following if linear else samples, beyond]),
        description,
        period=dt * len(samples) if after == "repeat" else None,
        end=float(knots[-1]) if after == "error" else None,
    )
