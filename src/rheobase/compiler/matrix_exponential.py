"""The exponential of a batch of matrices, by scaling and squaring a Pade approximant.

Higham (2005), "The scaling and squaring method for the matrix exponential revisited", with the [13/13]
approximant throughout: the matrices here are small, and computed once a run.
"""

from __future__ import annotations

import numpy as np

_THETA_13 = 5.371920351148152
_COEFFICIENTS = (
    64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0,
    129060195264000.0, 10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0,
    960960.0, 16380.0, 182.0, 1.0,
)  # fmt: skip


def matrix_exponential(matrices: np.ndarray) -> np.ndarray:
    """exp(A) for each square matrix A of the last two axes.

    Args:
        matrices: shape (..., d, d), dimensionless.

    Returns:
        The same shape.
    """
    norm = np.abs(matrices).sum(axis=-2).max(axis=-1)
    with np.errstate(divide="ignore"):
        squarings = np.maximum(0, np.ceil(np.log2(norm / _THETA_13))).astype(int)
    a = matrices / (2.0 ** squarings[..., None, None])
    b = _COEFFICIENTS
    one = np.eye(a.shape[-1])
    a2 = a @ a
    a4 = a2 @ a2
    a6 = a4 @ a2
    odd = a6 @ (b[13] * a6 + b[11] * a4 + b[9] * a2) + b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * one
    even = a6 @ (b[12] * a6 + b[10] * a4 + b[8] * a2) + b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * one
    u = a @ odd
    result = np.linalg.solve(even - u, even + u)
    for k in range(int(np.max(squarings, initial=0))):
        again = np.asarray(squarings > k)[..., None, None]
        result = np.where(again, result @ result, result)
    return result
