"""The table that the run of a network ends with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rheobase.analysis.population import mean_cv
from rheobase.lab.tabulate import number, table
from rheobase.network.description import NetworkDescription
from rheobase.network.watching import RATE, SPIKES
from rheobase.recording import NetworkRecording
from rheobase.records import Record

_HEAD = (
    "population",
    "neurons",
    "spikes",
    "rate (Hz)",
    "CV",
    "build (s)",
    "wall (s)",
    "x real time",
)
_NAN = float("nan")


class Row(Record):
    """What the summary says of a population, or of the whole network.

    Attributes:
        name: of the population.
        neurons: how many there are.
        spikes: how many were recorded; None where none were to be.
        rate: of a neuron (Hz).
        cv: of the intervals, the mean over the neurons with three spikes or more.
        build: how long it took to draw its synapses and to compile it (s); like `wall` and `speed`
            only of the whole network, whose populations run together.
        wall: how long it took in all (s).
        speed: the biological time over `wall`.
    """

    name: str
    neurons: int
    spikes: int | None
    rate: float
    cv: float
    build: float = _NAN
    wall: float = _NAN
    speed: float = _NAN

    def cells(self) -> list[str]:
        """The cells of its line."""
        return [
            self.name,
            str(self.neurons),
            "-" if self.spikes is None else str(self.spikes),
            number(self.rate, ".2f"),
            number(self.cv, ".3f"),
            number(self.build, ".3f"),
            number(self.wall, ".3f"),
            number(self.speed, ".1f"),
        ]

    def facts(self) -> dict[str, Any]:
        """The same for the manifest."""
        return dict(zip(_HEAD, self.cells(), strict=True))


def rows_of(network: NetworkDescription, recording: NetworkRecording, wall: float) -> list[Row]:
    """One row a population, in the order of the file, and one for all neurons together."""
    seconds = float(recording.duration.value_in("s"))
    rows, neurons, spikes = [], 0, 0
    watched_neurons = 0
    for name, population in network.populations.items():
        watched = network.watched(name)
        silent = getattr(population.model, "spike", "") is None
        if silent or (SPIKES not in watched and RATE not in watched):
            rows.append(Row(name, population.n, None, _NAN, _NAN))
            continue
        index = watched[SPIKES].index if SPIKES in watched and RATE not in watched else None
        seen = population.n if index is None else len(index)
        total = recording.total(name)
        rows.append(
            Row(name, population.n, total, _rate(total, seen, seconds), _cv(recording, name))
        )
        if not population.is_source:
            neurons, spikes = neurons + population.n, spikes + total
            watched_neurons += seen
    rate, build = _rate(spikes, watched_neurons, seconds), recording.provenance["timing"]["build_s"]
    whole = Row("all neurons", neurons, spikes, rate, _NAN, build, wall, seconds / wall)
    return [*rows, whole]


def _rate(spikes: int, neurons: int, seconds: float) -> float:
    return spikes / (neurons * seconds) if neurons and seconds else _NAN


def _cv(recording: NetworkRecording, name: str) -> float:
    return mean_cv(recording[name].spikes)


def network_table(rows: Sequence[Row]) -> str:
    """One line a population, and one for the network."""
    return table(_HEAD, [row.cells() for row in rows])
