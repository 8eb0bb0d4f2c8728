"""A network and its rate neurons, under the same inputs."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.engine.network import Network
from rheobase.reduction.erfcx import Array
from rheobase.reduction.rate_units import Unit
from rheobase.reduction.result import Report
from rheobase.units.dimension import RATE, TIME
from rheobase.units.door import as_quantity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BIN = 5.0  # ms
_STEADY = 1e-6  # per ms


class Above:
    """The run of a copy of the spiking network.

    Args:
        network: the network; it is not run itself.
        names: its populations of neurons.
        settle: how long (ms) is not looked at.
        duration: how long is.

    Attributes:
        edges: of the bins in which rates are taken (ms), shape (bins + 1,).
    """

    def __init__(self, network: Network, names: list[str], settle: float, duration: float) -> None:
        self.names = names
        self.sizes = np.array([network.populations[name].n for name in names])
        twin: Any = copy.copy(network)
        twin.run(as_quantity(settle, TIME))
        self.recording = twin.run(as_quantity(duration, TIME))
        self.width = max(1, round(_BIN / network.dt))  # steps
        self.bin = self.width * network.dt
        start = float(self.recording.start.internal)
        ends = start + self.bin * np.arange(int(duration / self.bin + 1e-9) + 1)
        self.edges = np.asarray(ends, dtype=np.float64)

    def counted(self, name: str) -> Array:
        """The rate of a population (per ms), shape (bins,)."""
        counts, _ = np.histogram(self.recording[name].spikes.t.internal, self.edges)
        return np.asarray(counts / (self.sizes[self.names.index(name)] * self.bin))


class LevelsTrial:
    """Rates of both levels, per ms, in bins."""

    def __init__(
        self,
        above: Above,
        lower: Network,
        units: dict[str, Unit],
        settle: float,
        duration: float,
    ) -> None:
        self.above, self.units, self.names = above, units, above.names
        self.sizes, self.bin, self.recording = above.sizes, above.bin, above.recording
        self.middles = 0.5 * (above.edges[1:] + above.edges[:-1])
        self.many = np.array([above.counted(name) for name in self.names])
        rates = copy.copy(lower)
        for name in self.names:
            rates.record(name, "r")
        rates.run(as_quantity(settle, TIME))
        rec = rates.run(as_quantity(duration, TIME))
        fine = np.array([np.asarray(rec[name]["r"].internal)[1:, 0] for name in self.names])
        bins = len(self.middles)
        self.one = fine[:, : bins * above.width].reshape(len(fine), bins, above.width).mean(axis=2)

    def report(self) -> Report:
        """Errors by population, beside what they would be by chance."""
        chance = np.sqrt(self.one.mean(axis=1) / (self.sizes * self.bin))
        origins = dict.fromkeys(unit.origin for unit in self.units.values())
        report = Report(
            {
                "population": ", ".join(self.names),
                "transfer function": "; ".join(origins),
                "tau": as_quantity(np.array([u.tau for u in self.units.values()]), TIME),
                "rate of the spiking": as_quantity(self.many.mean(axis=1), RATE),
                "rate of the lower": as_quantity(self.one.mean(axis=1), RATE),
                "error in time": as_quantity(
                    np.sqrt(np.mean((self.many - self.one) ** 2, axis=1)), RATE
                ),
                "error in time by chance": as_quantity(chance, RATE),
            }
        )
        # Of a rate that is steady there is none.
        if np.all(self.many.std(axis=1) > 0) and np.all(np.ptp(self.one, axis=1) > _STEADY):
            pairs = zip(self.many, self.one, strict=True)
            report["correlation"] = np.array([np.corrcoef(*pair)[0, 1] for pair in pairs])
        return report

    def draw(self) -> Figure:
        """The raster above; below the rates of the spiking neurons, and of the rate neurons."""
        from rheobase.analysis.pictures.network_levels import network_levels

        own = {name: self.recording[name].spikes for name in self.names}
        return network_levels(
            own, as_quantity(self.middles, TIME),
            {name: 1e3 * rates for name, rates in zip(self.names, self.many, strict=True)},
            {name: 1e3 * rates for name, rates in zip(self.names, self.one, strict=True)},
        )  # fmt: skip
