"""Which picture shows a network's recording, and of what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis import pictures
from rheobase.analysis.pictures.populations import colours_of
from rheobase.analysis.spectrum import power_spectrum
from rheobase.analysis.times import EDGE_TOLERANCE, time_span
from rheobase.errors import ParameterError, UnknownNameError, closest
from rheobase.recording.plot import columns, has_peaks
from rheobase.recording.spike_trains import SpikeTrains
from rheobase.records import Record
from rheobase.units.dimension import TIME
from rheobase.units.door import as_quantity, internal

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from rheobase.recording.network import NetworkRecording

# How many bins a picture of a rate has across, about, and how many neurons' traces are told apart.
_BINS, _FEW = 250, 3


class Wanted(Record):
    """What is to be drawn: of which populations, which neurons, which name, from when to when."""

    names: list[str]
    neurons: list[int] | None
    variable: str | None
    span: tuple[float, float]
    bin: Any


def plot(
    recording: NetworkRecording,
    kind: str,
    names: Any,
    neurons: Any,
    variable: str | None,
    window: tuple[Any, Any] | None,
    bin: Any,
    path: str | Path | None,
) -> Figure:
    """A picture of a network; the arguments are those of `NetworkRecording.plot`."""
    if kind not in _KINDS:
        raise UnknownNameError(
            f"There is no picture {kind!r}.",
            mend=f"{closest(kind, list(_KINDS))}there are {', '.join(_KINDS)}",
        )
    chosen = (
        list(recording) if names is None else [names] if isinstance(names, str) else list(names)
    )
    for name in chosen:
        recording[name]
    listed = None if neurons is None else [int(one) for one in np.ravel(np.asarray(neurons))]
    wanted = Wanted(chosen, listed, variable, _window(recording, window), bin)
    figure = _KINDS[kind](recording, wanted)
    if path is not None:
        pictures.write(figure, path)
    return figure


def _window(recording: NetworkRecording, window: tuple[Any, Any] | None) -> tuple[float, float]:
    start = recording.start.magnitude.item()
    stop = start + recording.duration.magnitude.item()
    if window is None:
        return start, stop
    begin, end = (float(internal(value, TIME, "window")) for value in window)
    if not start <= begin < end <= stop:
        raise ParameterError(
            f"There is no window from {begin:.12g} ms to {end:.12g} ms "
            f"in a run from {start:.12g} ms to {stop:.12g} ms.",
            mend="choose a window inside the run, its end after its start",
        )
    return begin, end


def _colours(recording: NetworkRecording) -> dict[str, str]:
    """Those of the network's diagram, whichever populations were recorded or are drawn."""
    known = recording.provenance.get("populations")
    made = [name for name in known if name in recording] if isinstance(known, dict) else []
    whole = list(known) if isinstance(known, dict) and len(made) == len(recording) else recording
    return colours_of(whole)


def _raster(recording: NetworkRecording, wanted: Wanted) -> Figure:
    trains = {name: recording[name].spikes for name in wanted.names}
    return pictures.network_raster(
        trains, _rates(recording, wanted), span=wanted.span, colours=_colours(recording)
    )


def _rate(recording: NetworkRecording, wanted: Wanted) -> Figure:
    rates, colours = _rates(recording, wanted), _colours(recording)
    return pictures.population_rates(rates, span=wanted.span, colours=colours)


def _rates(recording: NetworkRecording, wanted: Wanted) -> dict[str, tuple[Any, Any]]:
    width = wanted.bin
    if width is None:
        # A whole number of steps a bin, so that none holds more of them than another.
        dt, (begin, end) = recording.dt.magnitude.item(), wanted.span
        width = as_quantity(max(1, round((end - begin) / (_BINS * dt))) * dt, TIME)
    return {name: recording.rate(name, width) for name in wanted.names}


def _spectrum(recording: NetworkRecording, wanted: Wanted) -> Figure:
    # The bins of a picture over time are too wide for a spectrum, whose highest frequency they set.
    width = time_span("1 ms" if wanted.bin is None else wanted.bin, "bin")
    spectra = {}
    for name in wanted.names:
        centres, rates = recording.rate(name, as_quantity(width, TIME))
        times, slack, (begin, end) = centres.magnitude, width * EDGE_TOLERANCE, wanted.span
        # Bins wholly inside; the last of a run may be shorter, and does not count either.
        inside = (times - width / 2 >= begin - slack) & (times + width / 2 <= end + slack)
        inside[1:] &= np.diff(times) > width * (1 - 1e-6)
        spectra[name] = power_spectrum(rates[inside], as_quantity(width, TIME))
    return pictures.spectrum(spectra, colours=_colours(recording))


def _irregularity(recording: NetworkRecording, wanted: Wanted) -> Figure:
    trains = {name: _part(recording[name].spikes, wanted) for name in wanted.names}
    rates = {name: spikes.rate() for name, spikes in trains.items()}
    irregular = {name: spikes.cv() for name, spikes in trains.items()}
    return pictures.irregularity(rates, irregular, colours=_colours(recording))


def _part(spikes: SpikeTrains, wanted: Wanted) -> SpikeTrains:
    start = spikes.start.magnitude.item()
    begin, end = max(wanted.span[0], start), min(wanted.span[1], spikes._stop)
    return spikes.window(as_quantity(begin, TIME), as_quantity(end, TIME))


def _traces(recording: NetworkRecording, wanted: Wanted) -> Figure:
    times: dict[str, Any] = {}
    signals: dict[str, tuple[str, Any]] = {}
    labels: dict[str, list[str]] = {}
    marks: dict[str, list[Any]] = {}
    for name in wanted.names:
        one = recording[name]
        if not one.names:
            continue
        variable = one.names[0] if wanted.variable is None else wanted.variable
        one[variable]
        neurons = (
            one.neurons[variable][:_FEW].tolist() if wanted.neurons is None else wanted.neurons
        )
        samples = one.t.magnitude
        inside = (samples >= wanted.span[0]) & (samples <= wanted.span[1])
        values = columns(one, variable, neurons)[inside]
        times[name], signals[name] = samples[inside], (variable, values)
        labels[name] = [f"neuron {neuron}" for neuron in neurons]
        if not has_peaks(one, variable, neurons[0]):
            trains = [one.spikes.times(neuron).magnitude for neuron in neurons]
            begin, end = wanted.span
            marks[name] = [train[(train >= begin) & (train <= end)] for train in trains]
    if not signals:
        raise ParameterError(
            f"No trace was recorded of {', '.join(wanted.names) or 'anything'}.",
            mend='record one: net.record("exc", "v", subset=[0, 1, 2])',
        )
    return pictures.population_traces(times, signals, labels=labels, spikes=marks, span=wanted.span)


_KINDS: dict[str, Callable[[NetworkRecording, Wanted], Figure]] = {
    "raster": _raster,
    "rate": _rate,
    "traces": _traces,
    "spectrum": _spectrum,
    "irregularity": _irregularity,
}
