"""The exponential of a batch of matrices, by scaling and squaring a Pade approximant.

Al-Mohy and Higham (2009), "A new scaling and squaring algorithm for the matrix exponential", with
the [13/13] approximant throughout: the matrices here are small, and computed once a run. How often
to square is read from the norms of powers, so a matrix whose large entries lie off the diagonal (a
state in units much smaller than another's) is not squared until nothing but rounding is left of it.
"""

from __future__ import annotations

import numpy as np

_THETA_13 = 4.25
_COEFFICIENTS = tuple(
    number / 64764752532480000.0  # so that the exponential of nothing is exactly one
    for number in (
        64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0,
        129060195264000.0, 10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0,
        40840800.0, 960960.0, 16380.0, 182.0, 1.0,
    )
)  # fmt: skip
# The first coefficient of the backward error, and the unit roundoff.
_BACKWARD, _ROUNDOFF = 1.0 / 113250775606021113483283660800000000.0, 2.0**-53


def matrix_exponential(matrices: np.ndarray) -> np.ndarray:
    """exp(A) for each square matrix A of the last two axes.

    Args:
        matrices: shape (..., d, d), dimensionless.

    Returns:
        The same shape; not finite where the exponential overflows, or the matrix is not finite.
    """
    with np.errstate(all="ignore"):
        finite = np.isfinite(_norm(matrices))[..., None, None]
        result = _exponential(np.where(finite, matrices, 0.0))
        return np.where(finite, result, np.nan)


def _exponential(a: np.ndarray) -> np.ndarray:
    squarings = _squarings(a)
    a = a / np.exp2(squarings)[..., None, None]
    b, one = _COEFFICIENTS, np.eye(a.shape[-1])
    a2 = a @ a
    a4 = a2 @ a2
    a6 = a4 @ a2
    odd = a6 @ (b[13] * a6 + b[11] * a4 + b[9] * a2)
    odd = odd + b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * one
    even = a6 @ (b[12] * a6 + b[10] * a4 + b[8] * a2)
    even = even + b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * one
    u = a @ odd
    result = np.linalg.solve(even - u, even + u)
    for k in range(int(np.max(squarings, initial=0))):
        again = np.asarray(squarings > k)[..., None, None]
        result = np.where(again, result @ result, result)
    return result


def _squarings(a: np.ndarray) -> np.ndarray:
    """How often to halve each matrix, so that the approximant is exact to rounding."""
    # Powers of a matrix scaled to norm 1 cannot overflow.
    norm = _norm(a)
    scale = np.where(norm > 0, norm, 1.0)
    a1 = a / scale[..., None, None]
    a2 = a1 @ a1
    a4 = a2 @ a2
    d = {4: _norm(a4), 6: _norm(a4 @ a2), 8: _norm(a4 @ a4), 10: _norm(a4 @ a2 @ a4)}
    root = {k: scale * v ** (1.0 / k) for k, v in d.items()}
    eta = np.minimum(np.maximum(root[4], root[6]), np.maximum(root[8], root[10]))
    halved = np.maximum(0.0, np.ceil(np.log2(eta / _THETA_13)))
    # The rounding of what was not halved away: section 5, ell(A, 13), through |A / 2^s|.
    power = np.abs(a1)
    for bit in "1011":  # 27 = 0b11011
        power = power @ power
        if bit == "1":
            power = power @ np.abs(a1)
    size = 26.0 * np.log2(scale / np.exp2(halved)) + np.log2(_norm(power) * _BACKWARD / _ROUNDOFF)
    return (halved + np.maximum(0.0, np.ceil(size / 26.0))).astype(int)


def _norm(matrices: np.ndarray) -> np.ndarray:
    return np.asarray(np.abs(matrices).sum(axis=-2).max(axis=-1))
