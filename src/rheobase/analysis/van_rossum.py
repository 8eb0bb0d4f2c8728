"""The distance of van Rossum between two spike trains."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.analysis.times import in_milliseconds
from rheobase.errors import ParameterError


def van_rossum_distance(first: Any, second: Any, tau: Any = 10.0) -> float:
    """How far apart two spike trains are, each spike smeared out by a decaying exponential.

        D**2 = (1/tau) integral (f - g)**2 dt,    f(t) = sum of exp(-(t - t_k)/tau) over t_k < t

    where t_k are the spikes of one train, and g is likewise of the other. Without an integral, with
    s = 1 for spikes of the first train and -1 for those of the second,

        D**2 = 1/2 sum over all pairs s_i s_j exp(-|t_i - t_j|/tau).

    A spike that has no partner adds 1/2 to D**2, two that are far less than tau apart add nothing:
    a small tau asks when spikes come, a large one how many there are.

    Args:
        first: spike times: a quantity, or plain numbers in ms.
        second: likewise.
        tau: the time constant, likewise; 10 ms by default.

    Returns:
        D, which is 0 for trains that are the same.

    Raises:
        ParameterError: for a time constant that is not positive.

    Source: M. C. W. van Rossum, A novel spike distance, Neural Comput. 13, 751-763 (2001),
    doi:10.1162/089976601300014321; summed in one pass as by C. Houghton and T. Kreuz, On the
    efficient calculation of van Rossum distances, Network 23, 48-58 (2012).
    """
    trains = [np.ravel(in_milliseconds(t, w)) for t, w in ((first, "first"), (second, "second"))]
    decay = in_milliseconds(tau, "tau")
    if decay.ndim or not decay > 0:
        raise ParameterError(f"tau is {tau}.", mend="give one positive time")
    # Spikes that both have leave nothing, and so no rounding either.
    signs = np.concatenate([np.full(len(t), s) for t, s in zip(trains, (1.0, -1.0), strict=True)])
    times, where = np.unique(np.concatenate(trains), return_inverse=True)
    weights = np.bincount(where, signs, minlength=len(times))
    kept = np.exp(-np.diff(times, prepend=times[:1]) / float(decay))
    left, total = 0.0, 0.0
    for weight, fade in zip(weights.tolist(), kept.tolist(), strict=True):
        left *= fade
        total += weight * (0.5 * weight + left)
        left += weight
    return float(np.sqrt(max(total, 0.0)))
