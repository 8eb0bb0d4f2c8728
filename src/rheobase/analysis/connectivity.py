"""Who is connected to whom, as a matrix that can be looked at."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.analysis.labels import plain
from rheobase.errors import ParameterError
from rheobase.units.quantity import Quantity

# So many synapses are taken at once, and so many numbers may a matrix have (512 MiB).
_AT_ONCE = 1 << 22
_LARGEST = 1 << 26


def connectivity_matrix(
    pre: Any, post: Any, weights: Any, n_pre: int, n_post: int, bins: int | None = None
) -> Any:
    """Synapses as a matrix, presynaptic neurons down and postsynaptic ones across.

    Each entry is the sum over the synapses of the pair (multapses add). With `bins` neurons are
    pooled: an entry is the sum over all synapses in it divided by its number of pairs, so without
    weights it is the probability of a connection, whatever the size of the network.

    Args:
        pre: the presynaptic neuron of each synapse, shape (synapses,).
        post: the postsynaptic one, shape (synapses,).
        weights: of each synapse, or one for all: a quantity, or plain numbers; None counts them.
        n_pre: how many presynaptic neurons there are.
        n_post: how many postsynaptic ones.
        bins: how many rows and columns at most; None gives every neuron its own.

    Returns:
        Shape (rows, columns); with the weights' unit if they have one.

    Raises:
        ParameterError: for neurons that are not there, weights that do not fit, or a matrix of
            every neuron that would be too large.
    """
    sources, targets = np.ravel(np.asarray(pre)), np.ravel(np.asarray(post))
    values, unit = plain(1.0 if weights is None else weights)
    each = np.ravel(np.asarray(values, dtype=float))
    _check(sources, targets, each, n_pre, n_post)
    rows, columns = (n if bins is None else min(n, int(bins)) for n in (n_pre, n_post))
    if rows < 1 or columns < 1 or rows * columns > _LARGEST:
        raise ParameterError(
            f"A matrix of {rows} times {columns} cannot be drawn.",
            mend="pool the neurons of a large network: bins=500",
        )
    flat = np.zeros(rows * columns)
    for first in range(0, len(sources), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        place = sources[part].astype(np.int64) * rows // n_pre * columns
        place += targets[part].astype(np.int64) * columns // n_post
        amount = each[part] if len(each) > 1 else np.broadcast_to(each, len(place))
        flat += np.bincount(place, amount, minlength=len(flat))
    matrix = flat.reshape(rows, columns)
    if bins is not None:
        matrix /= np.outer(_members(n_pre, rows), _members(n_post, columns))
    return matrix if unit is None else Quantity(matrix, unit)


def _members(n: int, bins: int) -> Any:
    """How many neurons each bin has."""
    return np.bincount(np.arange(n) * bins // n, minlength=bins)


def _check(sources: Any, targets: Any, weights: Any, n_pre: int, n_post: int) -> None:
    if len(sources) != len(targets) or len(weights) not in {1, len(sources)}:
        raise ParameterError(
            f"There are {len(sources)} presynaptic neurons, {len(targets)} postsynaptic ones and "
            f"{len(weights)} weights.",
            mend="give one of each a synapse",
        )
    for found, n, side in ((sources, n_pre, "presynaptic"), (targets, n_post, "postsynaptic")):
        if found.size and (found.dtype.kind not in "iu" or not 0 <= found.min() <= found.max() < n):
            raise ParameterError(
                f"The {side} neurons are not whole numbers from 0 to {n - 1}.",
                mend="neurons are counted from 0",
            )
