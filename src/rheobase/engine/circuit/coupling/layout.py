"""How the nodes of a network's gap junctions lie in memory."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from rheobase.compiler.kernels.gap import OF_NODES
from rheobase.compiler.kernels.gap_terms import LANES
from rheobase.compiler.native import aligned
from rheobase.engine.circuit.layout import Integers, ranges


def laid_out(
    n: int, edges: Mapping[str, np.ndarray], threads: int, rectified: bool
) -> tuple[dict[str, np.ndarray], int]:
    """The arrays of the nodes and their slots.

    Threads have ranges of nodes. Within a range, nodes with most junctions come first, so that
    those of a chunk have about as many. The order within a node is that of `edges`, whatever the
    layout.

    Args:
        n: how many nodes.
        edges: junctions from each end, sorted by node: `row`, `other`, `below`, `above`.
        threads: how many threads.
        rectified: whether conductances depend on who is above.

    Returns:
        The arrays by name, with `place`, the new number of each node, and `node_edges`, where each
        thread's nodes begin; and how far apart the two terms of the series are that are kept.
    """
    row, degrees = edges["row"], np.bincount(edges["row"], minlength=n)
    shares = ranges(n, threads)
    order = np.concatenate(
        [a + np.argsort(-degrees[a:b], kind="stable") for a, b in pairwise(shares)]
    )
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)
    chunk_node, chunk_edges = _chunks(shares)
    widths = np.array([degrees[order[a:b]].max() for a, b in pairwise(chunk_node)], np.int64)
    slots = np.concatenate([[0], np.cumsum(widths * LANES)]).astype(np.int64)
    chunk = np.searchsorted(chunk_node, place[row], side="right") - 1
    # The number of each junction in its node.
    turn = np.arange(len(row)) - np.searchsorted(row, np.arange(n))[row]
    slot = slots[chunk] + turn * LANES + place[row] - chunk_node[chunk]
    other = np.zeros(slots[-1], np.int32)
    for k, (a, b) in enumerate(pairwise(chunk_node)):
        lanes = np.minimum(np.arange(a, a + LANES), b - 1)
        other[slots[k] : slots[k + 1]] = np.tile(lanes, widths[k])
    other[slot] = place[edges["other"]]
    stride = -(-n // 8) * 8
    found: dict[str, np.ndarray] = {
        "place": place,
        "node_edges": shares,
        "chunk_node": chunk_node,
        "chunk_edges": chunk_edges,
        "chunk_slot": slots[:-1],
        "chunk_width": widths,
        "other": other,
        "basis": aligned(2 * stride),
    }
    found |= {name: aligned(stride) for name in OF_NODES}
    for name, key in (("weight", "above"), ("weight_below", "below"), ("weight_above", "above")):
        if name == "weight" or rectified:
            found[name] = aligned(int(slots[-1]))
            found[name][slot] = edges[key]
    return found, stride


def _chunks(shares: Integers) -> tuple[Integers, Integers]:
    """Where chunks of at most `LANES` nodes begin, and where each thread's chunks do."""
    starts = [np.arange(a, b, LANES) for a, b in pairwise(shares)]
    counts = np.cumsum([0, *(len(own) for own in starts)])
    nodes = np.concatenate([*starts, shares[-1:]])
    return nodes.astype(np.int64), counts.astype(np.int64)
