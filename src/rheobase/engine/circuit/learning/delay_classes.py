"""Delays before and behind the synapse: what has the same two delays is served together."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.engine.circuit.layout import Integers
from rheobase.engine.circuit.wires import Wire
from rheobase.engine.connectivity import Rows
from rheobase.records import Record, replace

_BITS = 16


class DelayClasses(Record, identity=True):
    """The pairs of delays that the synapses of a projection have, in ticks.

    Attributes:
        axonal: the different delays before the synapse, rising.
        dendritic: those behind it.
        axon: of each class, the place of its delay in `axonal`; classes are sorted by it.
        dendrite: likewise.
        of: the class of each synapse, in the smallest type; None where there is one class.
    """

    axonal: Integers
    dendritic: Integers
    axon: Integers
    dendrite: Integers
    of: np.ndarray | None

    @property
    def count(self) -> int:
        """How many classes."""
        return len(self.axon)

    @property
    def axon_classes(self) -> Integers:
        """Where the classes of each axonal delay begin, and how many there are."""
        found: Integers = np.searchsorted(self.axon, np.arange(len(self.axonal) + 1)).astype(
            np.int64
        )
        return found

    def totals(self) -> Any:
        """The whole delay: one, or one a synapse."""
        each = self.axonal[self.axon] + self.dendritic[self.dendrite]
        return int(each[0]) if self.of is None else each[self.of].astype(np.uint16)

    def axonals(self) -> Any:
        """The axonal delay: one, or one a synapse."""
        each = self.axonal[self.axon]
        return int(each[0]) if self.of is None else each[self.of].astype(np.uint16)


def delay_classes(delays: Any, axonal: Any, count: int) -> DelayClasses:
    """The classes of `count` synapses.

    Args:
        delays: the whole delay in ticks: one, or one a synapse.
        axonal: the part of it before the synapse, likewise.
        count: how many synapses.
    """
    if not np.ndim(delays) and not np.ndim(axonal):
        before, behind = np.array([int(axonal)]), np.array([int(delays) - int(axonal)])
        first = np.zeros(1, np.int64)
        return DelayClasses(before, behind, first, first, None)
    before = np.broadcast_to(np.asarray(axonal, np.int64), (count,))
    behind = np.broadcast_to(np.asarray(delays, np.int64), (count,)) - before
    pairs, of = np.unique((before << _BITS) | behind, return_inverse=True)
    axons, axon = np.unique(pairs >> _BITS, return_inverse=True)
    dendrites, dendrite = np.unique(pairs & ((1 << _BITS) - 1), return_inverse=True)
    only = None if len(pairs) == 1 else of.astype(np.min_scalar_type(len(pairs)))
    return DelayClasses(axons, dendrites, axon.astype(np.int64), dendrite.astype(np.int64), only)


def arranged(wire: Wire) -> tuple[DelayClasses, Integers, Wire]:
    """The synapses of a projection with those of each source sorted by class, then as they were.

    Returns:
        The classes; where the row of each source and class begins; and the synapses.
    """
    count = wire.rows.count
    classes = delay_classes(wire.delays, wire.axonal, count)
    if classes.of is None:
        return classes, wire.rows.starts, wire
    keys = wire.rows.sources().astype(np.int64) * classes.count + classes.of
    starts = np.zeros((len(wire.rows.starts) - 1) * classes.count + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=len(starts) - 1), out=starts[1:])
    order = np.argsort(keys, kind="stable")

    def put(value: Any) -> Any:
        return value[order] if np.ndim(value) else value

    learned = wire.learned
    if learned is not None:
        # What has another shape does not belong to synapses, or nowhere.
        learned = {
            k: put(v) if "." not in k and v.shape == (count,) else v for k, v in learned.items()
        }
    sorted_wire = replace(
        wire,
        rows=Rows(wire.rows.starts, put(wire.rows.targets)),
        weights=put(wire.weights),
        delays=put(wire.delays),
        axonal=put(wire.axonal),
        learned=learned,
    )
    return replace(classes, of=classes.of[order]), starts, sorted_wire
