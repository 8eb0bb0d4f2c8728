"""Rules that name pairs: lists of edges, and one to one."""

from __future__ import annotations

import numpy as np

from rheobase.engine.connectivity.edges import rows_of_edges
from rheobase.engine.connectivity.rows import Rows
from rheobase.engine.connectivity.task import Index, Task
from rheobase.errors import ParameterError

_CHUNK = 1 << 20


def one_to_one(task: Task) -> Rows:
    """The k-th source to the k-th target, both in the order their views name them."""
    pre, post = task.pre, task.post
    if pre.size != post.size:
        raise ParameterError(
            f"one_to_one() has {pre.size} sources and {post.size} targets.",
            mend="connect views of one size",
        )
    if not task.excludes:
        return rows_of_edges(task, pre, post)
    kept = np.flatnonzero(pre != post)
    rows = rows_of_edges(task, pre[kept], post[kept])
    return Rows(rows.starts, rows.targets, kept[rows.order])


def listed(task: Task, pre: Index, post: Index, multapses: bool) -> Rows:
    """The synapses of a list, by places in the views.

    Raises:
        ParameterError: for a place that a view does not have, or an autapse or multapse where the
            list is to have none.
    """
    sides = (_neurons(pre, task.pre, "pre"), _neurons(post, task.post, "post"))
    rows = rows_of_edges(task, *sides)
    if task.excludes and (sides[0] == sides[1]).any():
        neuron = int(sides[0][sides[0] == sides[1]][0])
        raise ParameterError(
            f"The list of edges connects neuron {neuron} to itself.",
            mend="take it out, or allow it: edges(pre, post, autapses=True)",
        )
    if not multapses:
        _refuse_repeated(rows)
    return rows


def _neurons(places: Index, view: Index, side: str) -> Index:
    """The neurons at these places of a view."""
    places = np.ascontiguousarray(places, np.int64)
    if places.size and (places.min() < 0 or places.max() >= view.size):
        wrong = int(places.min()) if places.min() < 0 else int(places.max())
        raise ParameterError(
            f"{side} of edges() names place {wrong} of a view of {view.size} neurons.",
            mend=f"places go from 0 to {view.size - 1}",
        )
    # The whole population in order needs no copy of the list.
    steps = view[1:] - view[:-1]
    whole = view.size and view[0] == 0 and (steps == 1).all()
    return places if whole else view[places]


def _refuse_repeated(rows: Rows) -> None:
    for begin in range(0, max(rows.count - 1, 0), _CHUNK):
        part = rows.targets[begin : begin + _CHUNK + 1]
        for place in np.flatnonzero(part[1:] == part[:-1]) + begin + 1:
            row = int(np.searchsorted(rows.starts, place, side="right")) - 1
            if rows.starts[row] < place:
                raise ParameterError(
                    f"The list of edges connects {row} to {rows.targets[place]} more than once.",
                    mend="take it out, or allow it: edges(pre, post, multapses=True)",
                )
