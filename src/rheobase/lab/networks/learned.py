"""What the projections of a network have learned: their synapses on disk, and the summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rheobase.analysis.labels import plain
from rheobase.engine.network import Network
from rheobase.lab.tabulate import number, table
from rheobase.network.description import NetworkDescription
from rheobase.recording import SynapseTable
from rheobase.records import Record

_HEAD = ("projection", "synapses", "unit", "mean weight", "sd", "5 %", "median", "95 %")
_LEFT = 1
_SHARES = (0.05, 0.5, 0.95)
_WEIGHT = "w"


def learning(network: NetworkDescription) -> list[str]:
    """The projections whose weights change, in the order of the file."""
    return [
        name
        for name, projection in network.projections.items()
        if projection.plasticity is not None and _WEIGHT in projection.plasticity.scopes
    ]


def read_learned(network: Network) -> dict[str, SynapseTable]:
    """The synapses, as they are now, of each projection in whose synapses a rule changes anything.

    A rule that changes nothing but what is common to all synapses of a neuron, as that of Tsodyks
    and Markram, leaves them as they were.
    """
    return {
        name: network.synapses(name)
        for name, projection in network.projections.items()
        if projection.plasticity is not None and "synapse" in projection.plasticity.scopes.values()
    }


def save_learned(tables: Iterable[SynapseTable], folder: Path) -> None:
    """Write each into a file of its own, which `rb.load` reads.

    Raises:
        ExperimentError: when one cannot be written.
    """
    taken: set[str] = set()
    for one in tables:
        kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in one.name.lower())
        stem = "-".join(["synapses", *filter(None, kept.split("-"))])[:100]
        name, again = stem, 1
        while name in taken:
            again += 1
            name = f"{stem}-{again}"
        taken.add(name)
        one.save(folder / f"{name}.npz")


class Learned(Record):
    """What the summary says of a projection whose weights change.

    Attributes:
        name: of the projection.
        synapses: how many there are.
        unit: of the numbers that follow.
        mean: of the weights.
        sd: their standard deviation.
        quantiles: below which 5 %, half and 95 % of them lie.
    """

    name: str
    synapses: int
    unit: str
    mean: float
    sd: float
    quantiles: tuple[float, float, float]

    def cells(self) -> list[str]:
        """The cells of its line."""
        values = (self.mean, self.sd, *self.quantiles)
        return [
            self.name, str(self.synapses), self.unit or "-", *(number(v, ".4g") for v in values),
        ]  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """The same for the manifest."""
        return dict(zip(_HEAD, self.cells(), strict=True))


def learned_rows(tables: dict[str, SynapseTable], names: Sequence[str]) -> list[Learned]:
    """One row for each of these projections."""
    rows = []
    for name in names:
        numbers, unit = plain(tables[name][_WEIGHT])
        weights = np.asarray(numbers, dtype=float)
        mean = sd = low = middle = high = float("nan")
        if weights.size:
            mean, sd = float(weights.mean()), float(weights.std())
            low, middle, high = (float(q) for q in np.quantile(weights, _SHARES))
        label = "" if unit is None else unit.name
        rows.append(Learned(name, weights.size, label, mean, sd, (low, middle, high)))
    return rows


def learned_table(rows: Sequence[Learned]) -> str:
    """One line a projection."""
    return table(_HEAD, [row.cells() for row in rows], _LEFT)
