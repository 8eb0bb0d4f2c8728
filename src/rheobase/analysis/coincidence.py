"""The coincidence factor: how many spikes of two trains fall together, beyond chance."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.analysis.times import Floats, in_milliseconds
from rheobase.errors import ParameterError


def coincidence_factor(reference: Any, model: Any, duration: Any, precision: Any = 2.0) -> float:
    """The coincidence factor Gamma of a model's spike train with a reference.

        Gamma = (N_c - <N_c>) / ((N + N_model) / 2) / (1 - 2 nu Delta)

    N_c is the number of coincidences: pairs of one spike of each train, no more than the precision
    Delta apart, no spike in two pairs. <N_c> = 2 nu Delta N is how many a Poisson process of the
    model's rate nu would have. 1 says that every spike has its partner, 0 that there are as many as
    by chance.

    Args:
        reference: N spike times: a quantity, or plain numbers in ms.
        model: spike times of the model, likewise.
        duration: of both trains.
        precision: Delta; 2 ms by default.

    Returns:
        Gamma. 1 for two trains without spikes, 0 where only one of them has none.

    Raises:
        ParameterError: for a duration or a precision that is not positive, or for a model so fast
            that chance alone would find a partner for every spike.

    Source: W. M. Kistler, W. Gerstner and J. L. van Hemmen, Neural Comput. 9, 1015-1045 (1997),
    doi:10.1162/neco.1997.9.5.1015; R. Jolivet, T. J. Lewis and W. Gerstner, J. Neurophysiol. 92,
    959-976 (2004), doi:10.1152/jn.00190.2004.
    """
    first = np.sort(np.ravel(in_milliseconds(reference, "reference")))
    second = np.sort(np.ravel(in_milliseconds(model, "model")))
    length = float(in_milliseconds(duration, "duration"))
    delta = float(in_milliseconds(precision, "precision"))
    for name, value in (("duration", length), ("precision", delta)):
        if not (np.isfinite(value) and value > 0):
            raise ParameterError(f"The {name} is {value:.12g} ms.", mend="make it positive")
    if 2.0 * delta * len(second) >= length:
        raise ParameterError(
            f"{len(second)} spikes in {length:.12g} ms leave nothing to chance at {delta:.12g} ms.",
            mend="give a smaller precision",
        )
    return beyond_chance(first, second, length, delta)


def beyond_chance(first: Floats, second: Floats, duration: float, precision: float) -> float:
    """`coincidence_factor` of ascending times; all in ms, and not checked."""
    if not (len(first) and len(second)):
        return float(len(first) == len(second))
    share = 2.0 * precision * len(second) / duration
    beyond = coincidences(first, second, precision) - share * len(first)
    return float(beyond / (0.5 * (len(first) + len(second))) / (1.0 - share))


def coincidences(first: Floats, second: Floats, precision: float) -> int:
    """The most pairs of one spike of each, at most `precision` apart, no spike in two pairs.

    Args:
        first: spike times, ascending.
        second: likewise.
        precision: in the same unit.
    """
    if len(first) > len(second):
        first, second = second, first
    # In order of time the earliest partner that is free is always a best choice.
    begin = np.searchsorted(second, first - precision, "left")
    end = np.searchsorted(second, first + precision, "right")
    count = free = 0
    for low, high in zip(begin.tolist(), end.tolist(), strict=True):
        partner = max(low, free)
        if partner < high:
            count, free = count + 1, partner + 1
    return count
