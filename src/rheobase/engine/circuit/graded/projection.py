"""Graded projections on this machine: which outputs are kept, for how long, and the weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from rheobase.compiler.kernels.graded import BLOCK, LANES, SOURCES
from rheobase.compiler.kernels.graded_delays import LONGEST_OWN
from rheobase.compiler.native import aligned
from rheobase.compiler.network import Flow
from rheobase.compiler.plan import Sent
from rheobase.engine.circuit.layout import Integers, stride
from rheobase.engine.circuit.part import NeuronPart, Part
from rheobase.engine.circuit.wires import Wire
from rheobase.engine.circuit.wiring import WEIGHT_TYPES, Wiring, signed
from rheobase.engine.connectivity import Rows
from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.network.graded import begins_with_inputs
from rheobase.records import EMPTY, Record

# A slice is no longer, however long the delays are: sums of every step are kept for it.
LONGEST = 64
# From this share of pairs on, weights are stored for all of them, 0 for those without a synapse.
_DENSE = 0.25


class Ends(Record, identity=True):
    """What graded projections want of one population.

    Attributes:
        inputs: the inputs that they flow into, sorted.
        sends: the outputs that they read, sorted by name.
        turns: for how many ticks each of these is kept, by name.
        longest: the longest delay after which each is read.
    """

    inputs: tuple[str, ...] = ()
    sends: tuple[Sent, ...] = ()
    turns: Mapping[str, int] = EMPTY
    longest: Mapping[str, int] = EMPTY


def ends_of(name: str, model: Model, wires: Sequence[Wire], coupled: Collection[str]) -> Ends:
    """What the graded ones of all wires want of a population.

    Args:
        name: the population.
        model: its model, joined with its receptors.
        wires: all graded ones of the network.
        coupled: the states that gap junctions reach.

    Raises:
        ParameterError: for a delay of 0 where an output is not known before the step.
    """
    inputs = {w.state for w in wires if w.projection.post.name == name}
    read = sorted({w.projection.synapse.of for w in wires if w.projection.pre.name == name})
    sends, longest = list[Sent](), dict[str, int]()
    for of in read:
        own = [w for w in wires if (w.projection.pre.name, w.projection.synapse.of) == (name, of)]
        begins = begins_with_inputs(model, of, tuple(coupled))
        for w in own if begins else ():
            if w.shortest == 0:
                reads = begins_with_inputs(model, of)
                why = "reads its inputs" if reads else "is moved by gap junctions"
                raise ParameterError(
                    f"The delay is 0, and {of!r} of {name!r} {why}: it is not known before the "
                    "step.",
                    where=w.projection.where,
                    mend="give a delay of one step or more",
                )
        sends.append(Sent(of, begins))
        longest[of] = max(w.longest for w in own)
    turns = {of: delay + slice_of(wires) + 1 for of, delay in longest.items()}
    return Ends(tuple(sorted(inputs)), tuple(sends), turns, longest)


def slice_of(wires: Sequence[Wire]) -> int:
    """How many steps a slice may have for the sake of graded projections."""
    shortest = [w.shortest for w in wires if w.shortest is not None]
    return min(LONGEST, 1 + min(shortest, default=0))


def put_in(part: NeuronPart, ends: Ends) -> None:
    """Room for what is sent."""
    part.flows, part.sends, part.reach = ends.inputs, ends.sends, ends.longest
    for name, turns in ends.turns.items():
        # Sources that weights of 0 make up the number with send 0.
        rows = -(-part.n // SOURCES) * SOURCES
        part.arrays[f"sent_{name}"] = aligned(rows * (turns + LANES))
        part.numbers[f"turns_{name}"] = turns


def remembered(
    part: Part, here: Mapping[str, np.ndarray], there: Mapping[str, np.ndarray], clock: int
) -> dict[str, np.ndarray]:
    """A population's arrays of a moment, what it sent kept for as long as synapses now ask.

    Args:
        part: the population.
        here: its arrays.
        there: those of the moment, when there were other synapses.
        clock: its tick.

    Raises:
        ParameterError: when outputs are asked for that were not kept.
    """
    found = {k: v for k, v in there.items() if not k.startswith("sent_") or k in here}
    for sent in part.sends:
        name, turns = f"sent_{sent.name}", part.numbers[f"turns_{sent.name}"]
        rows = -(-part.n // SOURCES) * SOURCES
        before = len(there[name]) // rows - LANES if name in there else 0
        # One that is known as a step begins is not known yet at the clock's tick.
        last = clock - sent.begins
        least = last + 1 - before
        if least > clock - part.reach[sent.name]:
            raise ParameterError(
                f"{sent.name!r} of {part.name!r} is kept for {max(0, before - 1)} steps, and the "
                "new synapses ask for what was sent before.",
                mend="grow synapses with delays that there were in the beginning",
            )
        if name in there:
            old, new = there[name].reshape(rows, -1), np.zeros((rows, turns + LANES))
            ticks = np.arange(max(least, last + 1 - turns), last + 1)
            new[:, ticks % turns] = old[:, ticks % before]
            new[:, turns:] = new[:, np.arange(LANES) % turns]
            found[name] = new.ravel()
    return found


class GradedWiring(Wiring):
    """The synapses of a graded projection.

    Args:
        wire: them.
        source: the presynaptic population.
        target: the postsynaptic one.

    Attributes:
        output: what is sent.
    """

    sends_spikes = False

    def __init__(self, wire: Wire, source: Part, target: Part) -> None:
        weights = wire.weights
        super().__init__(
            wire.projection.name, source, target, wire.state, wire.rows, weights, wire.delays
        )
        self.output = str(wire.projection.synapse.of)
        self.begins = any(s.name == self.output and s.begins for s in source.sends)
        own = np.ndim(wire.delays) and self.longest > LONGEST_OWN
        self.is_dense = not own and _is_dense(wire.rows, source.n, target.n)

    @property
    def slice_length(self) -> int:
        """How many steps a slice may have: it reads what was sent before it began."""
        return min(LONGEST, self.shortest + (0 if self.begins else 1))

    def share_out(self, edges: Integers, target: str) -> None:
        """Divide the synapses among the owners of their targets, who begin at `edges`."""
        self.numbers["delay"] = int(self.delays) if not np.ndim(self.delays) else 0
        if self.is_dense:
            self._lay_out(edges)
            return
        super().share_out(edges, target)
        self.numbers["sources"] = self.source.n
        self.arrays["apart"] = aligned(stride(self.target.n) * LANES)

    def _lay_out(self, edges: Integers) -> None:
        """Weights, and delays, by blocks of targets, and in a block by sources."""
        kind = self.weights.dtype if np.ndim(self.weights) else np.dtype(np.float64)
        counts = -(-np.diff(edges) // BLOCK)
        blocks = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.arrays = {"weights": self._laid_out(self.weights, kind, 0.0, edges), "blocks": blocks}
        if np.ndim(self.delays):
            longest = self.longest
            shorter = (longest - self.delays).astype(np.uint8)
            # What is read with a weight of 0 was sent before the slice began all the same.
            own = self._laid_out(shorter, shorter.dtype, longest - self.shortest, edges)
            self.arrays["delays"] = signed(own)
            self.numbers["reach"] = longest
        self.numbers["sources"] = -(-self.source.n // SOURCES) * SOURCES

    def _laid_out(
        self, values: Any, kind: np.dtype[Any], otherwise: float, edges: Integers
    ) -> np.ndarray:
        """Values of synapses by blocks, `otherwise` where there is no synapse."""
        n, sources = self.source.n, -(-self.source.n // SOURCES) * SOURCES
        lows = [low for a, e in pairwise(edges) for low in range(int(a), int(e), BLOCK)]
        highs = [
            min(k + BLOCK, int(e)) for a, e in pairwise(edges) for k in range(int(a), int(e), BLOCK)
        ]
        place = aligned(len(lows) * sources * BLOCK, kind)
        laid_out, whole = place.reshape(-1, sources, BLOCK), self._matrix(values, kind, otherwise)
        laid_out[:] = otherwise
        for block, low, high in zip(laid_out, lows, highs, strict=True):
            block[:n, : high - low] = whole[:, low:high]
        return place

    def _matrix(self, values: Any, kind: np.dtype[Any], otherwise: float) -> np.ndarray:
        """Values of synapses as a matrix of sources by targets."""
        shape = (self.source.n, self.target.n)
        if self.rows.count == shape[0] * shape[1]:
            each: np.ndarray = np.broadcast_to(values, (self.rows.count,)).reshape(shape)
            return each
        found = np.full(shape, otherwise, kind)
        found[self.rows.sources(), self.rows.targets] = values
        return found

    def connection(self, places: Mapping[int, int]) -> Flow:  # type: ignore[override]
        """What the network's kernel does about it; `places` has the number of each part."""
        ends = (places[id(self.source)], places[id(self.target)])
        kind = WEIGHT_TYPES[str(self.weights.dtype)] if np.ndim(self.weights) else "f64"
        if self.is_dense:
            return Flow(*ends, self.output, self.state, None, kind, bool(np.ndim(self.delays)))
        return Flow(*ends, self.output, self.state, self.form)

    def begin(self) -> tuple[str, dict[str, Any]]:
        """Nothing happens at tick 0: what was sent before it is there."""
        return "", {}


def _is_dense(rows: Rows, sources: int, targets: int) -> bool:
    """Whether weights are stored for all pairs; never where a pair has two synapses."""
    if rows.count < _DENSE * sources * targets:
        return False
    same = rows.targets[1:] == rows.targets[:-1]
    # The first synapse of a row may have the target of the last one of the row before.
    begins = rows.starts[(rows.starts > 0) & (rows.starts < rows.count)]
    same[begins - 1] = False
    return not same.any()
