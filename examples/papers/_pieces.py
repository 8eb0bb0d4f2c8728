"""Runs in pieces: between them a script reads the weights that have been learned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

import rheobase as rb
from rheobase.engine.checks import steps_in
from rheobase.units import ms


def pieces(net: rb.Network, duration: Any, count: int) -> Iterator[rb.NetworkRecording]:
    """Run a network for `duration` in `count` pieces of nearly the same length, one at a time.

    Raises:
        ParameterError: for a duration that is not a whole number of steps.
    """
    ends = np.linspace(0, steps_in(duration, net.dt), count + 1).round().astype(int)
    for steps in np.diff(ends):
        yield net.run(float(steps * net.dt) * ms)


def joined(recordings: Sequence[rb.NetworkRecording], name: str) -> rb.SpikeTrains:
    """The spikes of a population, of recordings that follow one another."""
    parts = [recording[name].spikes for recording in recordings]
    times = np.concatenate([part.t.value_in("ms") for part in parts])
    neurons = np.concatenate([part.i for part in parts])
    start = recordings[0].start.value_in("ms")
    stop = (recordings[-1].start + recordings[-1].duration).value_in("ms")
    return rb.SpikeTrains(times * ms, neurons, parts[0].n, (stop - start) * ms, start * ms)
