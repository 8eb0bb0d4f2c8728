"""The series that solves a step of gap junctions, and how many terms it takes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# The error of the voltages after a step, relative to their differences before it.
TOLERANCE = 1e-13
# Powers of a series that converges as those of exp(x) below 1.
_POWERS = 24
# Coefficients have this error themselves.
_ROUNDING = 1e-16


def falling(z: Floats) -> Floats:
    """Phi(z) = (1 - exp(-z)) / z, the mean of exp(-z t) over t from 0 to 1."""
    safe = np.where(z == 0, 1.0, z)
    return np.where(z == 0, 1.0, -np.expm1(-safe) / safe)


def remainder(z: Floats, leak: float) -> Floats:
    """Chi(z) = (1 - phi(leak + z) / phi(leak)) / z.

    It is the divided difference g[leak, -z] of g(x) = (exp(x) - 1) / x over g(leak), which near
    zero is summed from g's power series.

    Args:
        z: 0 or more.
        leak: 0 or more, at most 1.
    """
    rise = np.expm1(leak) / leak if leak else 1.0
    near = z + leak < 1.0
    small, far = np.where(near, z, 0.0), np.where(near, 1.0, z)
    power, total, factor = np.zeros_like(z), np.zeros_like(z), 1.0
    for k in range(1, _POWERS):
        # The complete sum of leak^(k-1-j) (-z)^j.
        power = leak * power + (-small) ** (k - 1)
        factor /= k + 1
        total += factor * power
    return np.where(near, total / rise, (1.0 - falling(far) / rise) / (leak + far))


def bend(z: Floats) -> Floats:
    """J(z) / z, where J is the integral of exp(-z u) (1/2 - u) over u from 0 to 1.

    By parts J = phi/2 - (phi - exp(-z)) / z; below 1 the integral is summed as a power series.
    """
    near = z < 1.0
    small, far = np.where(near, z, 0.0), np.where(near, 1.0, z)
    total, power = np.zeros_like(z), np.full_like(z, -1.0)
    for k in range(1, _POWERS):
        total -= power / (2 * (k + 1) * (k + 2))
        power *= -small / k
    mean = falling(far)
    return np.where(near, total, (mean / 2 - (mean - np.exp(-far)) / far) / far)


def series(function: Callable[[Floats], Floats], bound: float) -> Floats:
    """The Chebyshev coefficients of a function over z from 0 to `bound`.

    With s = 2 z / bound - 1 it is sum_k a_k T_k(s). Terms grow with the square root of the bound.

    Args:
        function: one that falls as 1 / z or so, from 1 or less at 0.
        bound: the largest eigenvalue of a step's matrix, or more; positive.

    Returns:
        Coefficients a_0, a_1, ..., as many as the tolerance asks for, two at least.
    """
    count = 2 ** int(np.ceil(np.log2(64 + 16 * np.sqrt(bound))))
    # At the Chebyshev points; cos squared keeps the small arguments exact.
    half = np.pi * (np.arange(count) + 0.5) / (2 * count)
    z = bound * np.cos(half) ** 2
    values = function(z)
    # The discrete cosine transform, as the Fourier transform of the even continuation.
    even = np.fft.rfft(np.concatenate([values, values[::-1]]))[:count]
    turn = np.exp(-0.5j * np.pi * np.arange(count) / count)
    found: Floats = (even * turn).real / count
    found[0] /= 2
    tolerance = max(0.1 * TOLERANCE / bound, _ROUNDING)
    tails = np.maximum.accumulate(np.abs(found[::-1]))[::-1]
    kept = max(int(np.argmax(tails <= tolerance)) if tails[-1] <= tolerance else count, 2)
    return np.ascontiguousarray(found[:kept])
