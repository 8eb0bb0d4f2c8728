"""The `NetworkRecording`: what a run of a network returns, one `Recording` a population."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, overload

import numpy as np

from rheobase.analysis.times import (
    EDGE_TOLERANCE,
    Integers,
    bin_ending_with,
    in_milliseconds,
    time_span,
)
from rheobase.errors import ParameterError, UnknownNameError, closest
from rheobase.recording.recording import Recording
from rheobase.recording.span import Span, time_quantity
from rheobase.records import Record
from rheobase.units.dimension import RATE
from rheobase.units.door import as_quantity
from rheobase.units.quantity import Quantity

if TYPE_CHECKING:
    from rheobase.recording.synapse_recording import SynapseRecording


class Named(Protocol):
    """A population or a projection."""

    @property
    def name(self) -> str:
        """What it is called."""


class NetworkSpikes(Record):
    """The spikes of a whole network as flat arrays, sorted by time, population and neuron."""

    t: Quantity
    """The time of each spike (ms), shape (spikes,)."""
    population: Integers
    """The place in `names` of each spike's population, shape (spikes,)."""
    i: Integers
    """The neuron of each spike within its population, shape (spikes,)."""
    names: tuple[str, ...]
    """The populations."""


class NetworkRecording(Span, Mapping[str, Recording]):
    """What was recorded of a network: ``rec["exc"]`` is the `Recording` of one population.

    It maps names to recordings, in the order in which the populations were made. Times are
    absolute: the second run of a network begins where the first one ended. What was recorded of
    the synapses of a projection is in `projections`, and found by ``rec[projection]["w"]`` too.

    Args:
        recordings: by population.
        rates: by population, how many spikes all its neurons fired in each step, shape (steps,);
            a population without an entry has its rate taken from its spikes. Step k of the run ends
            at ``start + (k + 1) dt``, where its spikes are stamped.
        start: when the run began (ms, or a quantity).
        duration: how long it was.
        dt: the step.
        provenance: how it came about, of what JSON can hold.
        projections: what was recorded of the synapses of projections, by their names.

    Raises:
        ParameterError: for counts of a population that is not there, or not one a step.
    """

    def __init__(
        self,
        recordings: Mapping[str, Recording],
        rates: Mapping[str, Any] | None = None,
        start: Any = 0.0,
        duration: Any = 0.0,
        dt: Any = 0.1,
        provenance: Mapping[str, Any] | None = None,
        projections: Mapping[str, SynapseRecording] | None = None,
    ) -> None:
        self._recordings, self.projections = dict(recordings), dict(projections or {})
        self._start = float(in_milliseconds(start, "start"))
        self._duration = float(in_milliseconds(duration, "duration"))
        self._dt = float(in_milliseconds(dt, "dt"))
        if self._dt <= 0 or self._duration < 0:
            raise ParameterError(
                f"A run has steps of {self._dt:g} ms and lasts {self._duration:.12g} ms.",
                mend="give a step above zero, and a duration of zero or more",
            )
        self.provenance: dict[str, Any] = dict(provenance or {})
        self.counts = {name: self._checked(name, value) for name, value in (rates or {}).items()}

    def _checked(self, name: str, value: Any) -> Integers:
        """The counts of one population, one a step."""
        self[name]
        counts, steps = np.asarray(value), round(self._duration / self._dt)
        if counts.shape != (steps,) or counts.dtype.kind not in "iu":
            raise ParameterError(
                f"The counts of {name!r} are {counts.dtype} of the shape {counts.shape}, "
                f"and there are {steps} steps.",
                mend="give one whole number a step",
            )
        return counts.astype(np.int64, copy=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The populations."""
        return tuple(self._recordings)

    @property
    def dt(self) -> Quantity:
        """The step."""
        return time_quantity(self._dt)

    @overload
    def __getitem__(self, name: str) -> Recording: ...

    @overload
    def __getitem__(self, name: Named) -> Any: ...

    def __getitem__(self, name: Any) -> Any:
        """The recording of one population, or of the synapses of a projection.

        Args:
            name: of the population or the projection, or itself. A name that both have is that of
                the population.

        Raises:
            UnknownNameError: when there is no such population.
        """
        key = getattr(name, "name", name)
        if key in self._recordings and not hasattr(name, "synapse"):
            return self._recordings[key]
        if key in self.projections:
            return self.projections[key]
        known = [*self._recordings, *self.projections]
        raise UnknownNameError(
            f"There is no population {key!r} in the recording.",
            mend=f"{closest(str(key), known)}there are {', '.join(known) or 'none'}",
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._recordings)

    def __len__(self) -> int:
        return len(self._recordings)

    # Those of Mapping expect a KeyError, which an unknown name is not.
    def __contains__(self, name: object) -> bool:
        return name in self._recordings

    def get(self, name: str, default: Any = None) -> Any:
        """The recording of one population, or the default where there is none."""
        return self._recordings.get(name, default)

    # Two runs are the same run only if they are one object, as with `Recording`.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def spikes(self) -> NetworkSpikes:
        """The spikes of all populations together."""
        trains = [recording.spikes for recording in self._recordings.values()]
        times = np.concatenate([np.empty(0), *(one.t.magnitude for one in trains)])
        neurons = np.concatenate([np.empty(0, dtype=np.int64), *(one.i for one in trains)])
        owners = np.repeat(np.arange(len(trains)), [one.total for one in trains])
        # Within a population they are by time and neuron already, and a stable sort keeps that.
        order = np.argsort(times, kind="stable")
        return NetworkSpikes(time_quantity(times[order]), owners[order], neurons[order], self.names)

    def rate(self, name: str, bin: Any = "1 ms") -> tuple[Quantity, Quantity]:
        """The rate of a population in time: spikes in a bin over neurons and width of bin.

        A spike is counted in the step that it was fired in, which ends at its stamp: so a bin holds
        its last instant and not its first, and the rates of two runs in a row are that of one.

        Args:
            name: the population.
            bin: the width of a bin, a time. The last is shorter where it does not divide the run.

        Returns:
            The centres of the bins (ms) and the rate a neuron in each (Hz).

        Raises:
            UnknownNameError: when there is no such population.
            UnitError: for a bin that is not a time.
            ParameterError: for a run of no length, or a population of no neuron.
        """
        from rheobase.analysis.spike_trains import checked_edges

        spikes, width = self[name].spikes, time_span(bin, "bin")
        start, stop = self._start, self._stop
        edges = checked_edges(start, stop, width)
        if spikes.n < 1:
            raise ParameterError(f"{name!r} has no neuron.", mend="a rate is that of a neuron")
        counts = self.counts.get(name)
        if counts is None:
            stamps = spikes.t.magnitude
        else:
            stamps = start + self._dt * np.arange(1, len(counts) + 1)
        inside, where = bin_ending_with(stamps, start, stop, width)
        amount = None if counts is None else counts[inside]
        spread = np.bincount(where, amount, minlength=len(edges) - 1)
        rates = as_quantity(spread / (spikes.n * np.diff(edges)), RATE)
        return time_quantity((edges[:-1] + edges[1:]) / 2), rates

    def spectrum(
        self, name: str, bin: Any = "1 ms", segment: Any = None
    ) -> tuple[Quantity, Quantity]:
        """The power spectrum of a population's rate, as `analysis.power_spectrum`.

        Args:
            name: the population.
            bin: the width of a bin of the rate, a time; a last one that is shorter is left out.
            segment: the length of the segments that are averaged, a time.

        Returns:
            Frequencies (Hz) and the density at each, in Hz^2 a Hz, which is Hz.

        Raises:
            UnknownNameError: when there is no such population.
            UnitError: for a bin or segment that is not a time.
            ParameterError: for a segment that does not fit into the run.
        """
        from rheobase.analysis.spectrum import power_spectrum

        whole = int(self._duration / time_span(bin, "bin") + EDGE_TOLERANCE)
        return power_spectrum(self.rate(name, bin)[1][:whole], bin, segment)

    def total(self, name: str) -> int:
        """How many spikes a population fired."""
        counts = self.counts.get(name)
        return self[name].spikes.total if counts is None else int(counts.sum())

    def summary(self) -> str:
        """A table for a reader: each population, its neurons, spikes, mean rate and CV."""
        from rheobase.recording.network_summary import summary

        return summary(self)

    def plot(
        self,
        kind: str = "raster",
        names: Any = None,
        *,
        neurons: Any = None,
        variable: str | None = None,
        window: tuple[Any, Any] | None = None,
        bin: Any = None,
        path: str | Path | None = None,
    ) -> Any:
        """A picture of the network, with labelled axes.

        Args:
            kind: "raster" (spikes of all populations, their rates below), "rate", "traces",
                "spectrum" (of the rates) or "irregularity" (rates and CVs of the neurons).
            names: the populations to draw; None for all.
            neurons: for traces, which neurons of each; None for the first few.
            variable: for traces, what was recorded; None for the first name.
            window: (from, to), to draw a part of the run only.
            bin: the width of a bin of the rate; None chooses one.
            path: a file to write the picture to, PNG, PDF or SVG by its name.

        Returns:
            The matplotlib `Figure`.

        Raises:
            MissingExtraError: when matplotlib is not installed.
            UnknownNameError: for a kind, a population, a name or a neuron that is not there.
            ParameterError: for a window outside the run.
        """
        from rheobase.recording.network_plot import plot

        return plot(self, kind, names, neurons, variable, window, bin, path)

    def save(self, path: str | Path) -> Path:
        """Write the recording to files, whole or not at all.

        Args:
            path: ``name.npz`` makes ``name.npz`` with the arrays and ``name.json`` with the rest.

        Returns:
            The file with the arrays; `load` reads it back.

        Raises:
            ExperimentError: when it cannot be written there.
        """
        from rheobase.recording.network_files import save

        return save(self, path)

    def to_neo(self) -> Any:
        """A `neo.Block` of one segment: signals and trains of all populations, a group for each.

        Raises:
            MissingExtraError: when the package neo is not installed.
        """
        from rheobase.recording.to_neo import network_block

        return network_block(self)

    def to_xarray(self) -> dict[str, Any]:
        """An `xarray.Dataset` for each population, by name; `xarray.DataTree.from_dict` joins them.

        Raises:
            MissingExtraError: when the package xarray is not installed.
        """
        return {name: recording.to_xarray() for name, recording in self._recordings.items()}

    def __repr__(self) -> str:
        populations = f"{len(self)} population{'' if len(self) == 1 else 's'}"
        neurons = sum(recording.spikes.n for recording in self._recordings.values())
        spikes = sum(self.total(name) for name in self)
        span = f"{self._duration:.12g} ms" + (f" from {self._start:.12g} ms" if self._start else "")
        return (
            f"<NetworkRecording: {', '.join(self) or 'nothing'}; {populations}, {neurons} neurons, "
            f"{spikes} spikes in {span}>"
        )
