"""Sources of spikes: Poisson processes, and spikes at given times."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rheobase.errors import ParameterError, UnitError, located
from rheobase.network import stimuli
from rheobase.network.arrays import (
    LAST_NEURON,
    Array,
    Indices,
    listed_numbers,
    whole_numbers,
)
from rheobase.records import Record
from rheobase.units.dimension import RATE, TIME
from rheobase.units.door import internal, measure
from rheobase.units.quantity import Quantity, short
from rheobase.units.table import describe, preferred_unit

# Some 300,000 years, and in steps of 1e-3 ms well within 64 bits.
_LATEST = 1e15


class Poisson(Record):
    """Neurons that fire at random with a given rate, each independently of all others.

    The number of its spikes in a step is Poisson distributed, its mean the integral of the rate
    over the step; two spikes in one step are sent as two.

    Attributes:
        rate: the rate as a stimulus, its amplitudes rates. Where it is negative it counts as 0.
    """

    rate: stimuli.Stimulus

    def __init__(self, rate: Any) -> None:
        super().__init__(_rate(rate))

    @property
    def size(self) -> int | None:
        """How many neurons its rates are for; None when any number will do."""
        return self.rate.size

    @property
    def constant(self) -> Any:
        """The rate in spikes a ms, a float or an array of one a neuron; None when it varies."""
        if not all(isinstance(t, stimuli.Term) and t.waveform.is_constant for t in self.rate.terms):
            return None
        parts = [internal(_amplitude(term), RATE, "rate") for term in self.rate.terms]
        total = sum(parts[1:], parts[0])
        return np.maximum(total, 0.0) if np.ndim(total) else max(float(total), 0.0)

    def expected(self, start: Array, h: float) -> Array:
        """The mean number of spikes in steps of length h (ms) that begin at `start` (ms).

        Returns:
            Shape (steps,), or (steps, neurons) where neurons have rates of their own.
        """
        total: Any = 0.0
        for term in self.rate.terms:
            if not isinstance(term, stimuli.Term):
                raise AssertionError("noise is refused when a source is made")
            w0, w1, w2 = term.waveform.coefficients(start, h)
            mean = w0 + w1 / 2 + w2 / 3
            gain = np.asarray(internal(_amplitude(term), RATE, "rate"))
            if gain.ndim and mean.ndim == 1:
                mean = mean[:, np.newaxis]
            total = _sum(total, gain * mean)
        counts: Array = np.maximum(total, 0.0) * h
        return counts

    def __str__(self) -> str:
        rate = self.constant
        if rate is None:
            return "Poisson(rate in time)"
        low, high = 1e3 * float(np.min(rate)), 1e3 * float(np.max(rate))
        return f"Poisson({low:g} Hz)" if low == high else f"Poisson({low:g} to {high:g} Hz)"


class SpikeTimes(Record, identity=True):
    """Neurons that fire at given times.

    A spike is sent at the tick of the clock that is nearest to its time.

    Args:
        times: spike times as a quantity, with `neurons` saying whose each is, or without for one
            neuron; or a list of such arrays, one a neuron; or spike trains, as a recording has
            them; or a file: ``.npz`` with arrays `time_ms` and `neuron`, or ``.csv`` with these
            two columns. None by default: spikes that a network is to `send` later.
        neurons: the neuron of each spike, from 0.

    Attributes:
        times: when (ms), sorted, shape (spikes,).
        neurons: whose, shape (spikes,); at one time in ascending order.
        size: how many neurons there are at least.

    Raises:
        UnitError: for times without their unit.
        ParameterError: for times that are negative or not finite, or do not fit the neurons.
        ExperimentError: for a file that cannot be read.
    """

    times: Array
    neurons: Indices
    size: int

    def __init__(self, times: Any = (), neurons: Any = None) -> None:
        moments, owners, size = _spikes(times, neurons)
        with located(f"  in {times}" if isinstance(times, (str, Path)) else ""):
            _check_spikes(moments, owners)
        order = np.lexsort((owners, moments))
        moments, owners = moments[order], owners[order]
        moments.flags.writeable = owners.flags.writeable = False
        super().__init__(moments, owners, max(size, 1 + int(owners.max(initial=-1)), 1))

    def joined(self, other: SpikeTimes) -> SpikeTimes:
        """The spikes of both."""
        times = np.concatenate([self.times, other.times])
        both = Quantity(times, preferred_unit(TIME))
        return SpikeTimes(both, np.concatenate([self.neurons, other.neurons]))

    def ticks(self, dt: float) -> Indices:
        """The tick nearest to each spike, shape (spikes,), ascending.

        Args:
            dt: the time step (ms).
        """
        ticks: Indices = np.rint(self.times / dt).astype(np.int64)
        return ticks

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.times, self.neurons, self.size)

    def __str__(self) -> str:
        return f"SpikeTimes({len(self.times)})"


def _restored(times: Array, neurons: Indices, size: int) -> SpikeTimes:
    source = SpikeTimes(Quantity(times, preferred_unit(TIME)), neurons)
    vars(source)["size"] = size
    return source


Source = (Poisson, SpikeTimes)


def _rate(rate: Any) -> stimuli.Stimulus:
    stimulus = stimuli.as_stimulus(rate)
    for term in stimulus.terms:
        if isinstance(term, stimuli.NoiseTerm):
            raise ParameterError(
                "The rate of Poisson() holds noise.",
                mend="give a rate, an array of rates, or a stimulus such as rb.sine(...)",
            )
        dimension = measure(term.amplitude, "rate")[1]
        if dimension != RATE:
            found = "a bare number" if dimension is None else describe(dimension)
            raise UnitError(
                f"The rate of Poisson() is {found} ({short(term.amplitude)}).",
                mend="give it in Hz: rb.Poisson(rate=8 * Hz)",
            )
        is_negative = np.any(np.asarray(internal(term.amplitude, RATE, "rate")) < 0)
        if is_negative and len(stimulus.terms) == 1 and term.waveform.is_constant:
            raise ParameterError(
                f"The rate of Poisson() is negative: {short(rate)}.", mend="a rate is 0 or more"
            )
    return stimulus


def _amplitude(term: Any) -> Any:
    return term.amplitude


def _sum(total: Any, part: Array) -> Array:
    """Two courses in time, of all neurons or of each."""
    if np.ndim(total) == 1 and part.ndim == 2:
        total = total[:, np.newaxis]
    if np.ndim(total) == 2 and part.ndim == 1:
        part = part[:, np.newaxis]
    result: Array = total + part
    return result


def _spikes(times: Any, neurons: Any) -> tuple[Array, Indices, int]:
    """Times (ms), owners, and the least number of neurons."""
    if isinstance(times, (str, Path)):
        from rheobase.network.spike_files import read_spikes

        _no_neurons(neurons, "a file")
        return (*read_spikes(Path(times)), 0)
    if all(hasattr(times, name) for name in ("t", "i", "n")):
        _no_neurons(neurons, "spike trains")
        return _times(times.t), np.array(times.i, dtype=np.int64), int(times.n)
    if neurons is not None:
        moments, owners = _times(times), np.array(whole_numbers(neurons, "neurons"))
        if len(moments) != len(owners):
            raise ParameterError(
                f"There are {len(moments)} spike times and {len(owners)} neurons to them.",
                mend="give one neuron a spike",
            )
        return moments, owners, 0
    if _is_list_of_trains(times):
        trains = [_times(train) for train in times]
        counts = [len(train) for train in trains]
        owners = np.repeat(np.arange(len(trains), dtype=np.int64), counts)
        return np.concatenate([np.empty(0), *trains]), owners, len(trains)
    moments = _times(times)
    return moments, np.zeros(len(moments), dtype=np.int64), 1


def _check_spikes(moments: Array, owners: Indices) -> None:
    if owners.size and int(owners.max()) > LAST_NEURON:
        raise ParameterError(
            f"A spike is of neuron {int(owners.max())}.",
            mend=f"neurons are numbered from 0 to {LAST_NEURON} at most",
        )
    if moments.size and moments.max() > _LATEST:
        raise ParameterError(
            f"A spike time is {moments.max():.12g} ms.",
            mend=f"give times up to {_LATEST:g} ms",
        )
    if not np.all(np.isfinite(moments)) or (moments.size and moments.min() < 0):
        wrong = moments[~(np.isfinite(moments) & (moments >= 0))][0]
        raise ParameterError(
            f"A spike time is {wrong:.12g} ms.", mend="a run begins at 0: give times from there"
        )
    if owners.size and owners.min() < 0:
        raise ParameterError(
            f"A spike belongs to neuron {owners.min()}.", mend="neurons are counted from 0"
        )


def _is_list_of_trains(times: Any) -> bool:
    if not isinstance(times, (list, tuple)):
        return isinstance(times, Quantity) and times.ndim == 2
    return not times or any(
        isinstance(train, (list, tuple)) or getattr(train, "ndim", 0) for train in times
    )


def _times(times: Any) -> Array:
    if isinstance(times, (list, tuple)) and not times:
        return np.empty(0)
    found = np.array(internal(times, TIME, "spike times"), dtype=np.float64, ndmin=1)
    if found.ndim != 1:
        raise ParameterError(
            f"Spike times have the shape {found.shape}.", mend="give one list of times a neuron"
        )
    return found


def _no_neurons(neurons: Any, what: str) -> None:
    if neurons is not None:
        raise ParameterError(
            f"neurons= comes with {what}, which names its own.", mend="leave neurons= out"
        )


def described_source(source: Poisson | SpikeTimes) -> dict[str, Any]:
    """A source as JSON can hold it, complete."""
    from rheobase.network.stimulus_data import stimulus_data

    if isinstance(source, Poisson):
        return {"kind": "poisson", "rate": stimulus_data(source.rate)}
    return {
        "kind": "spike_times",
        "times_ms": source.times.tolist(),
        "neurons": source.neurons.tolist(),
    }


def source_from(description: Mapping[str, Any]) -> Poisson | SpikeTimes:
    """The source that `described_source` gave.

    Raises:
        ParameterError: for anything else.
    """
    from rheobase.network.stimulus_data import stimulus_from

    kind = description.get("kind")
    if kind == "poisson":
        return Poisson(stimulus_from(description["rate"]))
    if kind == "spike_times":
        times = Quantity(listed_numbers(description, "times_ms"), preferred_unit(TIME))
        return SpikeTimes(times, listed_numbers(description, "neurons", "iu").astype(np.int64))
    raise ParameterError(f"There is no source {kind!r}.", mend="poisson or spike_times")
