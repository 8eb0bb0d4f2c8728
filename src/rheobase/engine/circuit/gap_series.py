"""The series that solves half a step of gap junctions, and how many terms it takes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# The error of the voltages after a half step, relative to their differences before it.
TOLERANCE = 1e-13
# Coefficients have this error themselves.
_ROUNDING = 1e-16


def series(bound: float) -> npt.NDArray[np.float64]:
    """The Chebyshev coefficients of phi(z) = (1 - exp(-z)) / z over z from 0 to `bound`.

    With s = 2 z / bound - 1 it is sum_k a_k T_k(s). Terms grow with the square root of the bound:
    5 at 0.02, 11 at 1, 59 at 100, 539 at 10,000.

    Args:
        bound: the largest eigenvalue of half a step's matrix, or more; positive.

    Returns:
        Coefficients a_0, a_1, ..., as many as the tolerance asks for, two at least.
    """
    count = 2 ** int(np.ceil(np.log2(64 + 16 * np.sqrt(bound))))
    # At the Chebyshev points; cos squared keeps the small arguments exact.
    half = np.pi * (np.arange(count) + 0.5) / (2 * count)
    z = bound * np.cos(half) ** 2
    values = -np.expm1(-z) / z
    # The discrete cosine transform, as the Fourier transform of the even continuation.
    even = np.fft.rfft(np.concatenate([values, values[::-1]]))[:count]
    turn = np.exp(-0.5j * np.pi * np.arange(count) / count)
    found: npt.NDArray[np.float64] = (even * turn).real / count
    found[0] /= 2
    tolerance = max(0.1 * TOLERANCE / bound, _ROUNDING)
    tails = np.maximum.accumulate(np.abs(found[::-1]))[::-1]
    kept = max(int(np.argmax(tails <= tolerance)) if tails[-1] <= tolerance else count, 2)
    return np.ascontiguousarray(found[:kept])
