"""A projection on this machine: rows of synapses, as compact as they can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.compiler.kernels.exchange import NARROW, WIDE, Form, divide_rows
from rheobase.compiler.machine import LIGHT
from rheobase.compiler.network import Connection, Learner
from rheobase.compiler.pipeline import load
from rheobase.engine.circuit.layout import Integers, ring_places
from rheobase.engine.circuit.part import Part
from rheobase.engine.circuit.sources import GivenPart
from rheobase.engine.connectivity import Rows

WEIGHT_TYPES = {"float32": "f32", "float64": "f64"}
_DELAYS = {"uint8": "i8", "uint16": "i16"}


class Wiring:
    """The synapses of one projection.

    Args:
        name: the projection's name.
        source: the presynaptic population.
        target: the postsynaptic one.
        state: the state of the target that the weights are added to.
        rows: who reaches whom.
        weights: one weight for all, or one a synapse, float32 or float64; internal.
        delays: one delay for all, or one a synapse, uint8 or uint16; in steps.

    Attributes:
        form: how the kernel reads them.
    """

    sends_spikes = True

    def __init__(
        self,
        name: str,
        source: Part,
        target: Part,
        state: str,
        rows: Rows,
        weights: Any,
        delays: Any,
    ) -> None:
        self.name, self.source, self.target, self.state = name, source, target, state
        self.rows, self.weights, self.delays = rows, weights, delays
        self.form = Form(
            NARROW if rows.targets.dtype == np.uint16 else WIDE,
            WEIGHT_TYPES[str(weights.dtype)] if np.ndim(weights) else None,
            _DELAYS[str(delays.dtype)] if np.ndim(delays) else None,
        )
        self.arrays: dict[str, np.ndarray] = {}
        self.numbers: dict[str, Any] = {}

    @property
    def longest(self) -> int:
        """The longest delay, in steps."""
        return int(np.max(self.delays)) if np.size(self.delays) else 1

    @property
    def shortest(self) -> int:
        """The shortest delay, in steps."""
        return int(np.min(self.delays)) if np.size(self.delays) else self.longest

    @property
    def slice_length(self) -> int:
        """How many steps a slice may have for its sake: no spike arrives within its own."""
        return self.shortest

    @property
    def nbytes(self) -> int:
        """The memory that the synapses take."""
        arrays = [self.rows.starts, *self.arrays.values()]
        return sum({id(a): int(a.nbytes) for a in arrays}.values())

    def share_out(self, edges: Integers, target: str) -> None:
        """Divide every row among the owners of its targets, who begin at `edges`."""
        rows = divided(self.rows, edges, target)
        self.arrays = {"rows": rows, "targets": signed(self.rows.targets)}
        for name, value in (("weights", self.weights), ("delays", self.delays)):
            if np.ndim(value):
                self.arrays[name] = signed(value)
        if not np.ndim(self.weights):
            self.numbers["weight"] = float(self.weights)
        if not np.ndim(self.delays):
            self.numbers["delay"] = int(self.delays)

    def connection(self, places: Mapping[int, int]) -> Connection | Learner:
        """What the network's kernel does about it; `places` has the number of each part."""
        ends = (places[id(self.source)], places[id(self.target)])
        return Connection(*ends, self.state, self.form)

    def learned(self) -> dict[str, np.ndarray]:
        """What spikes have left beside what they sent: nothing."""
        return {}

    def begin(self) -> tuple[str, dict[str, Any]]:
        """What happens at tick 0, which no step brings: nothing that a kernel would have to do."""
        if isinstance(self.source, GivenPart):
            self._deliver(0, self.source.beginning())
        return "", {}

    def _deliver(self, tick: int, neurons: np.ndarray) -> None:
        """Bring spikes of a tick on their way, in the order given, outside the kernel."""
        part, starts = self.target, self.rows.starts
        turns = part.numbers[f"rows_{self.state}"]
        ring, stride = part.arrays[f"ring_{self.state}"], part.numbers["ring_stride"]
        places = ring_places(part.edges, turns)
        for neuron in neurons:
            own = slice(int(starts[neuron]), int(starts[neuron + 1]))
            delays = self.delays[own].astype(np.int64) if np.ndim(self.delays) else self.delays
            weights = self.weights[own] if np.ndim(self.weights) else self.weights
            place = places[self.rows.targets[own]] + (tick + delays) % turns * stride
            np.add.at(ring, place, weights)


def divided(rows: Rows, edges: Integers, target: str) -> Integers:
    """Where the synapses of each source onto each owner begin, the owners of a row together."""
    owners = len(edges) - 1
    if owners == 1:
        return rows.starts
    function = divide_rows(NARROW if rows.targets.dtype == np.uint16 else WIDE)
    sources = len(rows.starts) - 1
    places = np.empty(sources * owners + 1, np.int64)
    call = load([function], target, LIGHT)[function.name]
    call(rows.starts, signed(rows.targets), edges, places, sources, owners)
    return places


def signed(array: np.ndarray) -> np.ndarray:
    """Unsigned numbers as the loop language stores them: their bits in a signed type."""
    return array.view(f"i{array.itemsize}") if array.dtype.kind == "u" else array
