"""Structural plasticity: synapses of a network that stands still are taken out and put in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.compiler.learning import POST, PRE
from rheobase.engine.circuit.kept.snapshot import Synapses
from rheobase.engine.circuit.learning.delay_classes import delay_classes
from rheobase.engine.circuit.wires import Wire
from rheobase.engine.connectivity import Rows
from rheobase.records import replace

Order = np.ndarray


def pruned(found: Synapses, gone: np.ndarray) -> Synapses:
    """Synapses without some of them.

    Args:
        found: all of them.
        gone: whether each is taken out.
    """
    return _settled(found, _chosen(found, np.flatnonzero(~gone)), {})


def grown(found: Synapses, new: Wire, keep: Order, first: Mapping[str, Any]) -> Synapses:
    """Synapses with others among them.

    Args:
        found: those that there are.
        new: others.
        keep: the places of those of them that are put in, which rise.
        first: with what the states of a rule begin, by name; an array for one value a synapse.
    """
    fresh = _chosen(Synapses(new.rows, new.weights, new.delays, new.axonal), keep)
    return _settled(found, _joined(found, fresh, first), first)


def _ends(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    return rows.sources().astype(np.int64), rows.targets.astype(np.int64)


def _at(value: Any, places: Order) -> Any:
    return value[places] if np.ndim(value) else value


def _chosen(found: Synapses, places: Order) -> Synapses:
    """Some of the synapses, by their places, which rise."""
    counts = np.bincount(found.rows.sources()[places], minlength=len(found.rows.starts) - 1)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    learned = {k: _at(v, places) if "." not in k else v for k, v in found.learned.items()}
    weights, delays, axonal = (_at(v, places) for v in (found.weights, found.delays, found.axonal))
    rows = Rows(starts, found.rows.targets[places])
    return Synapses(rows, weights, delays, axonal, learned)


def _joined(found: Synapses, fresh: Synapses, first: Mapping[str, Any]) -> Synapses:
    """Both, by source and target; of one pair those that were there come first."""
    sources, reached = (
        np.concatenate(pair) for pair in zip(_ends(found.rows), _ends(fresh.rows), strict=True)
    )
    order = np.lexsort((reached, sources))
    counts = np.diff(found.rows.starts) + np.diff(fresh.rows.starts)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    targets = np.concatenate([found.rows.targets, fresh.rows.targets])[order]
    weights, delays, axonal = (
        _both(a, b, found.rows.count, fresh.rows.count, order)
        for a, b in (
            (found.weights, fresh.weights),
            (found.delays, fresh.delays),
            (found.axonal, fresh.axonal),
        )
    )
    learned: dict[str, np.ndarray] = {}
    for name, values in found.learned.items():
        if "." in name:
            learned[name] = values
            continue
        added = np.full(fresh.rows.count, first[name], values.dtype)
        learned[name] = np.concatenate([values, added])[order]
    return Synapses(Rows(starts, targets), weights, delays, axonal, learned)


def _both(a: Any, b: Any, count: int, more: int, order: Order) -> Any:
    """One value where all have the same, else one a synapse, in the wider type."""
    if not np.ndim(a) and not np.ndim(b) and (a == b or not count or not more):
        return b if not count else a
    kind = np.result_type(*(v for v in (a, b) if np.ndim(v)), *_least(a, b))
    each = (np.broadcast_to(np.asarray(a), (count,)), np.broadcast_to(np.asarray(b), (more,)))
    return np.concatenate(each).astype(kind)[order]


def _least(a: Any, b: Any) -> tuple[Any, ...]:
    """The smallest type that holds the values that stand for all."""
    alone = [v for v in (a, b) if not np.ndim(v)]
    if all(isinstance(v, (int, np.integer)) for v in alone):
        return tuple(np.uint8 if int(v) < 2**8 else np.uint16 for v in alone)
    return (np.float64,) if len(alone) == 2 else ()


def _settled(before: Synapses, after: Synapses, first: Mapping[str, Any]) -> Synapses:
    """The states of the ends follow their delays; an end with a new delay begins anew."""
    old, new = (delay_classes(s.delays, s.axonal, s.rows.count) for s in (before, after))
    learned = dict(after.learned)
    for name, values in after.learned.items():
        scope, _, state = name.partition(".")
        if scope == PRE:
            learned[name] = _moved(values, old.axonal, new.axonal, first.get(state, 0.0))
        elif scope == POST:
            learned[name] = _moved(values, old.dendritic, new.dendritic, first.get(state, 0.0))
    return replace(after, learned=learned)


def _moved(values: np.ndarray, old: np.ndarray, new: np.ndarray, first: float) -> np.ndarray:
    """The values of the units of each neuron, one a delay."""
    each = values.reshape(-1, len(old))
    found = np.full((len(each), len(new)), first)
    for k, delay in enumerate(new):
        if delay in old:
            found[:, k] = each[:, np.searchsorted(old, delay)]
    return found.ravel()
