"""Which picture shows a recording, and of what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis import pictures
from rheobase.errors import ParameterError, UnknownNameError, closest
from rheobase.units.dimension import VOLTAGE
from rheobase.units.quantity import Quantity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from rheobase.recording.recording import Recording

# Of a population, a picture of traces shows the first few: more lines cannot be told apart.
_FEW = 4
# How many bins a picture of a rate has across the recording.
_BINS = 100


def plot(
    recording: Recording, kind: str, names: Any, neurons: Any, path: str | Path | None
) -> Figure:
    """A picture of a recording; the arguments are those of `Recording.plot`."""
    if kind == "auto":
        kind = "traces" if recording.names else "raster"
    if kind not in _KINDS:
        raise UnknownNameError(
            f"There is no picture {kind!r}.",
            mend=f"{closest(kind, list(_KINDS))}there are auto, {', '.join(_KINDS)}",
        )
    figure = _KINDS[kind](recording, _listed(names), _listed(neurons))
    if path is not None:
        pictures.write(figure, path)
    return figure


def _traces(recording: Recording, names: list[Any] | None, neurons: list[Any] | None) -> Figure:
    wanted = _recorded(recording, names)
    if neurons is None:
        neurons = recording.neurons[wanted[0]][:_FEW].tolist()
    signals = {name: columns(recording, name, neurons) for name in wanted}
    # A spike that is an event leaves no peak in the trace, so it is marked above it.
    marks = None
    if len(neurons) == 1 and not has_peaks(recording, wanted[0], neurons[0]):
        marks = recording.spikes.times(neurons[0])
    labels = [f"neuron {neuron}" for neuron in neurons]
    return pictures.traces(recording.t, signals, labels=labels, spikes=marks)


def _gates(recording: Recording, names: list[Any] | None, neurons: list[Any] | None) -> Figure:
    if names is None:
        names = [name for name in recording.names if _is_gate(recording, name)]
        if not names:
            raise ParameterError(
                "The recording has no gating variable: plain numbers from 0 to 1.",
                mend='record them: record=["v", "m", "h", "n"], or name them here',
            )
    wanted = _recorded(recording, names)
    chosen = [recording.neurons[wanted[0]][0]] if neurons is None else neurons[:1]
    values = {name: columns(recording, name, chosen) for name in wanted}
    return pictures.gates(recording.t, values)


def _raster(recording: Recording, names: list[Any] | None, neurons: list[Any] | None) -> Figure:
    spikes = recording.spikes
    times, who, count = spikes.t, spikes.i, spikes.n
    if neurons is not None:
        chosen = np.unique([spikes._checked(int(neuron)) for neuron in neurons])
        inside = np.isin(who, chosen)
        # Rows keep no gaps for the neurons left out.
        times, who, count = times[inside], np.searchsorted(chosen, who[inside]), len(chosen)
    return pictures.raster(times, who, n=count, span=_span(recording))


def _rate(recording: Recording, names: list[Any] | None, neurons: list[Any] | None) -> Figure:
    centres, rates = recording.spikes.psth(recording.duration / _BINS, trials=neurons)
    return pictures.rate(centres, rates, start=recording.spikes.start)


def _intervals(recording: Recording, names: list[Any] | None, neurons: list[Any] | None) -> Figure:
    if neurons is None:
        return pictures.intervals(recording.spikes.isi())
    chosen = [recording.spikes.isi(int(neuron)).magnitude for neuron in neurons]
    return pictures.intervals(np.concatenate(chosen))


def _action_potential(
    recording: Recording, names: list[Any] | None, neurons: list[Any] | None
) -> Figure:
    voltages = [name for name in recording.names if _is_voltage(recording, name)]
    wanted = _recorded(recording, names or voltages[:1] or ["v"])[0]
    chosen = [recording.neurons[wanted][0]] if neurons is None else neurons[:1]
    return pictures.action_potential(recording.t, columns(recording, wanted, chosen))


_KINDS: dict[str, Callable[[Recording, list[Any] | None, list[Any] | None], Figure]] = {
    "traces": _traces,
    "gates": _gates,
    "raster": _raster,
    "rate": _rate,
    "intervals": _intervals,
    "action potential": _action_potential,
}


def _listed(value: Any) -> list[Any] | None:
    if value is None:
        return None
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]


def _recorded(recording: Recording, names: list[Any] | None) -> list[str]:
    """The names asked for, or all; each is there."""
    wanted = list(recording.names) if names is None else [str(name) for name in names]
    if not wanted:
        raise ParameterError(
            "No trace was recorded, or none was named.", mend='record one: record="v"'
        )
    for name in wanted:
        recording[name]
    return wanted


def columns(recording: Recording, name: str, neurons: list[Any]) -> Any:
    """The columns of some neurons, shape (samples, neurons)."""
    there = recording.neurons[name].tolist()
    for neuron in neurons:
        if neuron not in there:
            raise UnknownNameError(
                f"{name!r} was not recorded of neuron {neuron}.",
                mend=f"it was of {', '.join(map(str, there[:8]))}{' ...' * (len(there) > 8)}",
            )
    return recording[name][:, [there.index(neuron) for neuron in neurons]]


def has_peaks(recording: Recording, name: str, neuron: int) -> bool:
    """Whether the trace itself rises above 0 mV, as an action potential does."""
    values = columns(recording, name, [neuron])
    return not _is_voltage(recording, name) or bool(np.max(values.value_in("mV"), initial=-1) > 0)


def _is_voltage(recording: Recording, name: str) -> bool:
    unit = recording.units[name]
    return unit is not None and unit.dimension == VOLTAGE


def _is_gate(recording: Recording, name: str) -> bool:
    values = recording[name]
    if isinstance(values, Quantity) or not values.size:
        return False
    return bool(values.min() >= -1e-6 and values.max() <= 1 + 1e-6)


def _span(recording: Recording) -> tuple[Any, Any]:
    begin = recording.spikes.start
    return begin, begin + recording.duration
