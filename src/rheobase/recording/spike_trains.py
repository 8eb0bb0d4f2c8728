"""Spikes as two flat arrays, and what is measured of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rheobase.analysis.times import Floats, Integers, bin_of, in_milliseconds, time_span
from rheobase.errors import ParameterError, UnknownNameError
from rheobase.recording.span import Span, time_quantity
from rheobase.units.dimension import RATE, TIME
from rheobase.units.door import as_quantity, internal
from rheobase.units.quantity import Quantity


class SpikeTrains(Span):
    """The spikes of a population: when, and of which neuron.

    `len` is the number of neurons, and iterating gives the spike times of each; `total` is the
    number of spikes. The arrays are sorted by time, and at one time by neuron.

    Args:
        t: spike times, shape (spikes,): plain numbers in ms, or a quantity.
        i: the neuron of each spike, shape (spikes,), from 0 to n - 1.
        n: how many neurons were watched, those that never fired included.
        duration: how long they were watched (ms, or a quantity).
        start: when watching began.

    Raises:
        ParameterError: for arrays of different lengths, times that are not finite, or a neuron
            that is not there. A time after the end is allowed: a published code may stamp its
            spikes a step late.
        UnitError: for a quantity that is not a time.
    """

    def __init__(self, t: Any, i: Any, n: int, duration: Any, start: Any = 0.0) -> None:
        times = np.ravel(in_milliseconds(t, "spike times"))
        neurons = np.ravel(np.asarray(i))
        if neurons.size and not np.issubdtype(neurons.dtype, np.integer):
            raise ParameterError("A neuron's index is not an integer.", mend="give i as integers")
        neurons = neurons.astype(np.int64)
        if n < 0:
            raise ParameterError(f"There are {n} neurons.", mend="give a number of zero or more")
        if len(times) != len(neurons):
            raise ParameterError(
                f"There are {len(times)} spike times and {len(neurons)} neurons to them.",
                mend="give one neuron a spike",
            )
        if neurons.size and not 0 <= neurons.min() <= neurons.max() < n:
            wrong = neurons.min() if neurons.min() < 0 else neurons.max()
            raise ParameterError(
                f"A spike belongs to neuron {wrong}, and there are {n}.",
                mend="neurons are counted from 0",
            )
        later, same = times[1:] > times[:-1], times[1:] == times[:-1]
        if not (later | (same & (neurons[1:] >= neurons[:-1]))).all():
            order = np.lexsort((neurons, times))
            times, neurons = times[order], neurons[order]
        self._sorted: tuple[Floats, Integers] = times, neurons
        self.n = int(n)
        self._duration = float(in_milliseconds(duration, "duration"))
        self._start = float(in_milliseconds(start, "start"))
        if self._duration < 0:
            raise ParameterError("The duration is negative.", mend="give a time of zero or more")
        self._grouped: tuple[Floats, Integers, Integers] | None = None

    def _arrays(self) -> tuple[Floats, Integers]:
        """Times (ms) and neurons of all spikes, sorted."""
        return self._sorted

    @property
    def _times(self) -> Floats:
        return self._arrays()[0]

    @property
    def _neurons(self) -> Integers:
        return self._arrays()[1]

    @property
    def t(self) -> Quantity:
        """The time of each spike (ms), shape (spikes,)."""
        return time_quantity(self._times)

    @property
    def i(self) -> Integers:
        """The neuron of each spike, shape (spikes,)."""
        return self._neurons

    @property
    def total(self) -> int:
        """How many spikes there are, of all neurons together."""
        return len(self._times)

    def __len__(self) -> int:
        return self.n

    def __iter__(self) -> Iterator[Quantity]:
        return (self.times(neuron) for neuron in range(self.n))

    def __repr__(self) -> str:
        spikes = f"{self.total} spike{'' if self.total == 1 else 's'}"
        neurons = f"{self.n} neuron{'' if self.n == 1 else 's'}"
        return f"<SpikeTrains: {spikes} of {neurons} in {self._duration:.12g} ms>"

    def _by_neuron(self) -> tuple[Floats, Integers, Integers]:
        """Times and neurons sorted by neuron, then time; and where each neuron's spikes begin."""
        if self._grouped is None:
            order = np.argsort(self._neurons, kind="stable")
            begins = np.concatenate([[0], np.cumsum(self.count())])
            self._grouped = self._times[order], self._neurons[order], begins
        return self._grouped

    def _checked(self, neuron: int) -> int:
        if not 0 <= neuron < self.n:
            raise UnknownNameError(
                f"There is no neuron {neuron}.", mend=f"there are {self.n}, counted from 0"
            )
        return int(neuron)

    def times(self, i: int) -> Quantity:
        """The spike times of one neuron (ms).

        Raises:
            UnknownNameError: when there is no such neuron.
        """
        times, _, begins = self._by_neuron()
        neuron = self._checked(i)
        return time_quantity(times[begins[neuron] : begins[neuron + 1]])

    def count(self) -> Integers:
        """How many spikes each neuron fired, shape (n,)."""
        return np.bincount(self._neurons, minlength=self.n).astype(np.int64)

    def rate(self, window: tuple[Any, Any] | None = None) -> Quantity:
        """The firing rate of each neuron, its spike count over the duration (Hz), shape (n,).

        Args:
            window: (from, to), to count in a part of the recording only.

        Raises:
            UnitError: for a window that is not two times.
            ParameterError: for a window outside the recording.
        """
        if window is not None:
            return self.window(*window).rate()
        if self._duration == 0:
            raise ParameterError(
                "A rate needs a duration, and this is 0 ms.", mend="run the model for longer"
            )
        rate: Quantity = as_quantity(self.count() / self._duration, RATE)
        return rate

    def isi(self, i: int | None = None) -> Quantity:
        """Intervals between successive spikes of a neuron (ms).

        Args:
            i: the neuron; None for all, joined in the order of the neurons.

        Raises:
            UnknownNameError: when there is no such neuron.
        """
        from rheobase.analysis.spike_trains import grouped_isi

        times, neurons, begins = self._by_neuron()
        if i is None:
            return time_quantity(grouped_isi(times, neurons)[0])
        neuron = self._checked(i)
        return time_quantity(np.diff(times[begins[neuron] : begins[neuron + 1]]))

    def cv(self) -> Floats:
        """The coefficient of variation of each neuron's intervals, std over mean, shape (n,).

        NaN for a neuron with fewer than three spikes.
        """
        from rheobase.analysis.spike_trains import cv, grouped_isi

        times, neurons, _ = self._by_neuron()
        intervals, owners = grouped_isi(times, neurons)
        result: Floats = cv(intervals, owners, self.n)
        return result

    def cv2(self) -> Floats:
        """The irregularity of each neuron's neighbouring intervals, as `analysis.cv2`, shape (n,).

        NaN for a neuron with fewer than three spikes.
        """
        from rheobase.analysis.spike_trains import cv2, grouped_isi

        times, neurons, _ = self._by_neuron()
        intervals, owners = grouped_isi(times, neurons)
        result: Floats = cv2(intervals, owners, self.n)
        return result

    def fano_factor(self, window: Any) -> Floats:
        """The Fano factor of each neuron's spike counts in windows, as `analysis.fano_factors`.

        Raises:
            UnitError: for a window that is not a time.
            ParameterError: when it does not fit in twice.
        """
        from rheobase.analysis.population import fano_factors

        return fano_factors(self, window)

    def correlation(self, bin: Any, pairs: Any = 1000, rng: Any = 0) -> float:
        """The mean correlation of spike counts of pairs, as `analysis.pairwise_correlations`.

        NaN where no two neurons fired.

        Raises:
            UnitError: for a bin that is not a time.
            ParameterError: when it does not fit in twice, or a pair is not two neurons there are.
        """
        from rheobase.analysis.population import pairwise_correlations

        found = pairwise_correlations(self, bin, pairs, rng)
        found = found[np.isfinite(found)]
        return float(found.mean()) if found.size else float("nan")

    def psth(self, bin: Any, trials: Any = None) -> tuple[Quantity, Quantity]:
        """The peri-stimulus time histogram, ``rate = spikes in bin / (trials * width of bin)``.

        Args:
            bin: the width of a bin, a time. The last is shorter where it does not divide the
                duration.
            trials: the neurons that are repetitions of one trial, by index; None for all of them;
                or how many trials the recording pools, as one number.

        Returns:
            The centres of the bins (ms) and the rate in each (Hz).

        Raises:
            UnitError: for a bin that is not a time.
            UnknownNameError: for a neuron that is not there.
            ParameterError: when there is no trial.
        """
        from rheobase.analysis.spike_trains import binned_rate

        times, count = self._times, self.n
        if trials is not None and np.ndim(trials) == 0:
            count = int(trials)
        elif trials is not None:
            chosen = np.unique([self._checked(int(neuron)) for neuron in trials])
            times, count = times[np.isin(self._neurons, chosen)], len(chosen)
        return binned_rate(times, count, time_span(bin, "bin"), self._start, self._stop)

    def population_rate(self, bin: Any) -> tuple[Quantity, Quantity]:
        """The rate of the population in time: spikes in a bin over neurons and width of bin.

        Args:
            bin: the width of a bin, a time. The last is shorter where it does not divide the
                duration.

        Returns:
            The centres of the bins (ms) and the rate a neuron in each (Hz).

        Raises:
            UnitError: for a bin that is not a time.
        """
        return self.psth(bin)

    def histogram(self, bin: Any) -> tuple[Quantity, Integers]:
        """Spike counts in bins.

        Args:
            bin: the width of a bin, a time. The last is shorter where it does not divide the
                duration.

        Returns:
            The centres of the bins (ms), shape (bins,), and the counts, shape (bins, n).

        Raises:
            UnitError: for a bin that is not a time.
        """
        from rheobase.analysis.spike_trains import checked_edges

        width = time_span(bin, "bin")
        edges = checked_edges(self._start, self._stop, width)
        inside, where = bin_of(self._times, self._start, self._stop, width)
        bins = len(edges) - 1
        flat = np.bincount(where * self.n + self._neurons[inside], minlength=bins * self.n)
        return time_quantity((edges[:-1] + edges[1:]) / 2), flat.reshape(bins, self.n).astype(
            np.int64
        )

    def window(self, start: Any, stop: Any) -> SpikeTrains:
        """The spikes from `start` up to, but without, `stop`: windows end to end share none.

        A window to the end of the recording holds its last instant too, where a spike may be
        stamped.

        Raises:
            UnitError: for a start or stop that is not a time.
            ParameterError: for a window that is empty or reaches outside the recording.
        """
        first = internal(start, TIME, "the start of a window")
        last = internal(stop, TIME, "the end of a window")
        if not self._start <= first < last <= self._stop:
            raise ParameterError(
                f"There is no window from {first:.12g} ms to {last:.12g} ms "
                f"in a recording from {self._start:.12g} ms to {self._stop:.12g} ms.",
                mend="choose a window inside the recording, its end after its start",
            )
        inside = (self._times >= first) & ((self._times < last) | (last == self._stop))
        return SpikeTrains(
            self._times[inside], self._neurons[inside], self.n, last - first, start=first
        )

    def to_neo(self) -> list[Any]:
        """One `neo.SpikeTrain` a neuron, for Elephant and everything else that reads Neo.

        Raises:
            MissingExtraError: when the package neo is not installed.
        """
        from rheobase.recording.to_neo import spike_trains

        return spike_trains(self)
