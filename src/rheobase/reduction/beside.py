"""A network run beside its mean field."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.network.stimuli.times import time_of
from rheobase.reduction.erfcx import Array
from rheobase.reduction.result import Reduction, Report
from rheobase.units.dimension import RATE, TIME
from rheobase.units.door import as_quantity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from rheobase.network.description import NetworkDescription
    from rheobase.recording import NetworkRecording
    from rheobase.reduction.mean_field import FixedPoint, MeanField

# Stretches of a run, whose rates scatter by as much as makes the standard error of their mean.
_STRETCHES = 10
_BIN = 5.0  # ms, in the picture
_SETTLE, _DURATION = 200.0, 1000.0


def to_mean_field(
    network: NetworkDescription, *, duration: Any = None, settle: Any = None
) -> Reduction:
    """The self-consistent rates of a network beside its simulation; see `mean_field`.

    Args:
        network: as `mean_field` takes it. A copy of it is run.
        duration: how long rates are counted; 1 s by default.
        settle: how long the network runs before; 200 ms by default.

    Returns:
        The reduction, as `MeanField.compare` describes it; its model is the `MeanField`.

    Raises:
        ParameterError: for a network that the theory does not reach, or that has run already.
    """
    from rheobase.reduction.mean_field import mean_field

    return beside(mean_field(network), duration, settle)


def beside(field: MeanField, duration: Any, settle: Any) -> Reduction:
    """The mean field with the rates of its network, simulated.

    Args:
        field: the mean field.
        duration: how long rates are counted; 1 s by default.
        settle: how long the network runs before; 200 ms by default.

    Raises:
        ParameterError: for a network that cannot run, or that has run already.
    """
    network = field.network
    if not hasattr(network, "run"):
        raise ParameterError("This description does not run.", mend="make it an rb.Network(...)")
    lengths = {
        "duration": _DURATION if duration is None else time_of(duration, "duration"),
        "settle": _SETTLE if settle is None else time_of(settle, "settle"),
    }
    for name, value in lengths.items():
        if not value > 0:
            raise ParameterError(f"{name} is {value:.12g} ms.", mend="make it positive")
    twin: Any = copy.copy(network)  # so that the caller's own has not run
    twin.run(as_quantity(lengths["settle"], TIME))
    trial = _Trial(field, twin.run(as_quantity(lengths["duration"], TIME)))
    return Reduction(field, network, trial.report(), trial.draw)


class _Trial:
    """Rates of populations as the theory has them, and as they are counted; per ms."""

    def __init__(self, field: MeanField, recording: NetworkRecording) -> None:
        self.field, self.recording = field, recording
        self.names = list(field.fixed_points[0].rates) if field.fixed_points else []
        stretches = np.array([self._stretches(name) for name in self.names])
        self.counted = stretches.mean(axis=1)
        self.error = stretches.std(axis=1, ddof=1) / np.sqrt(_STRETCHES)
        # Where there are several states, the network is in one of them.
        stable = [point for point in field.fixed_points if point.stable]
        self.point = min(stable or field.fixed_points, key=self._distance)
        self.expected = _numbers(self.point.rates)

    def _distance(self, point: FixedPoint) -> float:
        """Of root rates, so that slow populations count as well."""
        return float(np.sum((np.sqrt(_numbers(point.rates)) - np.sqrt(self.counted)) ** 2))

    def _stretches(self, name: str) -> Array:
        spikes, start = self.recording[name].spikes, float(self.recording.start.internal)
        length = float(self.recording.duration.internal)
        counts, _ = np.histogram(spikes.t.internal, _STRETCHES, (start, start + length))
        n = self.field.network.populations[name].n
        return np.asarray(counts / (n * length / _STRETCHES))

    def _deviations(self) -> Array:
        """How rates differ from neuron to neuron, the scatter of their counts among it."""
        counts = (self.recording[name].spikes.rate() for name in self.names)
        return np.array([float(np.std(one.internal)) for one in counts])

    def report(self) -> Report:
        """Both rates of each population, and their difference."""
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = (self.expected - self.counted) / self.counted
        return Report(
            {
                "population": ", ".join(self.names),
                "mean field": as_quantity(self.expected, RATE),
                "simulation": as_quantity(self.counted, RATE),
                "standard error": as_quantity(self.error, RATE),
                "relative error": relative,
                "deviation between neurons": as_quantity(_numbers(self.point.deviation), RATE),
                "the same, simulated": as_quantity(self._deviations(), RATE),
                "stable states": sum(point.stable for point in self.field.fixed_points),
                "simulated": self.recording.duration,
            }
        )

    def draw(self) -> Figure:
        """The rate of each population in time, and that of the mean field."""
        from rheobase.analysis.pictures.population_panels import population_rates
        from rheobase.analysis.pictures.style import INK

        bin = as_quantity(_BIN, TIME)
        figure = population_rates({name: self.recording.rate(name, bin) for name in self.names})
        both = 1e3 * np.stack([self.expected, self.counted], axis=1)
        for ax, (rate, counted) in zip(figure.axes, both, strict=True):
            ax.axhline(rate, color=INK, linewidth=1.4)
            ax.set_ylim(top=max(ax.get_ylim()[1], 1.1 * rate))
            text = f"mean {counted:.4g} Hz (dashed), mean field {rate:.4g} Hz (black)"
            ax.set_title(text, loc="right", fontsize=9, color=INK)
        return figure


def _numbers(rates: dict[str, Any]) -> Array:
    """Rates by population as numbers, per ms."""
    return np.array([float(rate.internal) for rate in rates.values()])
