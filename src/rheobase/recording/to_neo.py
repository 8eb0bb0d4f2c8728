"""Recordings and spike trains as Neo's objects, for Elephant and everything else that reads Neo."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.errors import missing_extra
from rheobase.units.quantity import Unit
from rheobase.units.text import parse_unit

if TYPE_CHECKING:
    from rheobase.recording.network import NetworkRecording
    from rheobase.recording.recording import Recording
    from rheobase.recording.spike_trains import SpikeTrains

# Units that the package quantities has under a plain name; others go over in SI.
_SHARED: tuple[str, ...] = (
    "s",
    "ms",
    "us",
    "V",
    "mV",
    "uV",
    "A",
    "mA",
    "uA",
    "nA",
    "pA",
    "S",
    "mS",
    "nS",
    "F",
    "uF",
    "nF",
    "pF",
    "Hz",
    "kHz",
    "m",
    "cm",
    "mm",
    "um",
    "mV/ms",
    "uA/cm**2",
    "mS/cm**2",
    "uF/cm**2",
    "pA/um**2",
    "mV/s",
    "1/ms",
)
_SI_BASES = ("m", "kg", "s", "A", "K", "mol")


def spike_trains(spikes: SpikeTrains) -> list[Any]:
    """One `neo.SpikeTrain` a neuron.

    Raises:
        MissingExtraError: when the package neo is not installed.
    """
    neo = _neo()
    start = spikes.start.magnitude.item()
    # Neo refuses a spike after the end, and a published code may stamp its last one a step late.
    last = spikes.t.magnitude[-1].item() if spikes.total else start
    stop = max(start + spikes.duration.magnitude.item(), last)
    return [
        neo.SpikeTrain(
            times.magnitude, units="ms", t_start=start, t_stop=stop,
            name=f"neuron {index}", neuron=index,
        )
        for index, times in enumerate(spikes)
    ]  # fmt: skip


def block(recording: Recording) -> Any:
    """A `neo.Block` of one segment: a signal for each name, a spike train for each neuron.

    Raises:
        MissingExtraError: when the package neo is not installed.
    """
    neo = _neo()
    title = recording.provenance.get("model")
    whole = neo.Block(name=title if isinstance(title, str) else None)
    whole.annotations["rheobase"] = dict(recording.provenance)
    segment = neo.Segment(name="run")
    segment.analogsignals += [] if _period(recording) is None else _signals(recording)
    if _period(recording) is None:
        segment.irregularlysampledsignals += _signals(recording)
    segment.spiketrains.extend(spike_trains(recording.spikes))
    whole.segments.append(segment)
    return whole


def network_block(recording: NetworkRecording) -> Any:
    """A `neo.Block` of one segment, and a `neo.Group` of the trains and signals of each population.

    Every train and signal is annotated with its ``population``.

    Raises:
        MissingExtraError: when the package neo is not installed.
    """
    neo = _neo()
    whole, segment = neo.Block(name="network"), neo.Segment(name="run")
    whole.annotations["rheobase"] = dict(recording.provenance)
    whole.segments.append(segment)
    for name, one in recording.items():
        trains, signals = spike_trains(one.spikes), _signals(one)
        for train in trains:
            train.name = f"{name} {train.name}"
        for part in (*trains, *signals):
            part.annotations["population"] = name
        segment.spiketrains.extend(trains)
        regular = _period(one) is not None
        kept = segment.analogsignals if regular else segment.irregularlysampledsignals
        kept.extend(signals)
        group = neo.Group(name=name)
        group.add(*trains, *signals)
        whole.groups.append(group)
    return whole


def _period(recording: Recording) -> float | None:
    """The time between samples (ms); None where it varies or there are too few to tell."""
    steps = np.diff(recording.t.magnitude)
    if not len(steps) or not np.allclose(steps, steps[0], rtol=1e-6, atol=0) or steps[0] <= 0:
        return None
    # The mean over the whole is nearer to dt than any one difference of rounded times.
    return float(steps.mean())


def _signals(recording: Recording) -> list[Any]:
    import quantities

    neo, period = _neo(), _period(recording)
    signals = []
    for name in recording.names:
        values = np.asarray(recording[name], dtype=float)
        scale, unit = _neo_unit(recording.units[name])
        about = {"name": name, "units": unit}
        columns = {"neuron": recording.neurons[name]}
        if period is None:
            times = recording.t.magnitude * quantities.ms
            signal = neo.IrregularlySampledSignal(times, values * scale, **about)
        else:
            first = recording.t.magnitude[0] * quantities.ms
            signal = neo.AnalogSignal(
                values * scale, sampling_period=period * quantities.ms, t_start=first, **about
            )
        signal.array_annotate(**columns)
        signals.append(signal)
    return signals


def _neo_unit(unit: Unit | None) -> tuple[float, Any]:
    """A unit of the package quantities, and the factor into it.

    The text of a unit may come from a file, and quantities evaluates text: it only ever gets ours.
    """
    import quantities

    if unit is None:
        return 1.0, quantities.dimensionless
    for text in _SHARED:
        if _parsed(text) == unit:
            return 1.0, quantities.Quantity(1.0, text).units
    base = quantities.dimensionless
    for name, power in zip(_SI_BASES, unit.dimension, strict=True):
        base = base * quantities.Quantity(1.0, name) ** power
    return unit.factor * 10.0**unit.ten, base.units


@cache
def _parsed(text: str) -> Unit:
    return parse_unit(text)


def _neo() -> Any:
    try:
        import neo
    except ImportError:
        raise missing_extra("neo", "io", "Handing spikes and signals to Neo") from None
    return neo
