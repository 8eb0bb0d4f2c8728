"""Whether a hyperplane separates two classes, how wide the gap is, and Novikoff's bound from it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rheobase.errors import ParameterError, missing_extra
from rheobase.learn.examples import Floats, with_one
from rheobase.records import Record


class Separability(Record, identity=True):
    """What is known of two classes; lengths are those of inputs with one more that is always 1.

    Attributes:
        is_separable: whether some hyperplane has each class on a side of its own.
        weights: the unit weights of the widest gap, the bias last, shape (inputs + 1,); None where
            there is no gap.
        margin: gamma, the least distance of an example from that hyperplane; 0 without a gap.
        radius: R, the length of the longest example.
        bound: (R/gamma)**2, which the number of updates of a perceptron that starts at zero never
            exceeds; infinite without a gap.
    """

    is_separable: bool
    weights: Floats | None
    margin: float
    radius: float
    bound: float


def separability(x: Any, positive: Any) -> Separability:
    """Whether two classes are linearly separable, and by what margin.

    The widest gap is the shortest w with s_i w . x_i >= 1 for all examples, where s_i is 1 or -1:
    least distance programming, which is solved by non-negative least squares. Where that is lost in
    rounding, a linear programme decides on inputs that are scaled one by one. Weights are believed
    only when every example is found on its side.

    Args:
        x: examples, shape (examples, inputs).
        positive: whether each is of the first class, shape (examples,).

    Raises:
        ParameterError: for shapes that do not fit.
        MissingExtraError: when scipy is not installed.

    Sources: C. L. Lawson and R. J. Hanson, Solving Least Squares Problems (1974), chapter 23;
    A. B. J. Novikoff, On convergence proofs for perceptrons, Proc. Symp. Math. Theory of Automata
    12, 615-622 (1962).
    """
    given, is_first = np.asarray(x, dtype=float), np.asarray(positive, dtype=bool)
    if given.ndim != 2 or not given.size or is_first.shape != given.shape[:1]:
        raise ParameterError(
            f"There are examples of shape {given.shape} and classes of shape {is_first.shape}.",
            mend="give examples of shape (examples, inputs) and one class an example",
        )
    examples = with_one(given)
    radius = float(np.sqrt(np.max(np.sum(examples**2, axis=1))))
    signed = np.where(is_first, 1.0, -1.0)[:, np.newaxis] * (examples / radius)
    best: Floats | None = None
    margin = 0.0
    for method in (_shortest, _programmed):
        for weights in method(signed):
            length = float(np.linalg.norm(weights))
            # Less than what a sum of so many products may be wrong by is no gap.
            doubt = len(weights) * np.finfo(float).eps
            gap = float(np.min(signed @ weights)) / length - doubt if length else 0.0
            if gap > margin:
                best, margin = weights / length, gap
        if best is not None:
            return Separability(True, best, margin * radius, radius, margin**-2)
    return Separability(False, None, 0.0, radius, math.inf)


def _shortest(signed: Floats) -> list[Floats]:
    """Directions of the widest gap: a sum of examples with weights that are not negative.

    The second is worked out from those examples alone, all of which lie at the gap's edge; it keeps
    its digits where the gap is narrow.
    """
    unit = np.zeros(signed.shape[1] + 1)
    unit[-1] = 1.0
    try:
        parts, _ = _scipy().nnls(np.vstack([signed.T, np.ones(len(signed))]), unit)
    except RuntimeError:  # it did not come to an end
        return []
    edge = signed[parts > 0]
    return [np.asarray(parts @ signed), np.linalg.lstsq(edge, np.ones(len(edge)), rcond=None)[0]]


def _programmed(signed: Floats) -> list[Floats]:
    """Some direction with a gap: the largest t with s_i w . x_i >= t and no |w_j| above 1."""
    scale = np.max(np.abs(signed), axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    inputs = signed.shape[1]
    found = _scipy().linprog(
        np.r_[np.zeros(inputs), -1.0],
        A_ub=np.c_[-signed / scale, np.ones(len(signed))],
        b_ub=np.zeros(len(signed)),
        bounds=[(-1.0, 1.0)] * inputs + [(None, 1.0)],
    )
    return [] if found.x is None else [np.asarray(found.x[:-1] / scale)]


def _scipy() -> Any:
    try:
        import scipy.optimize
    except ImportError:
        raise missing_extra("scipy", "train", "The separability of two classes") from None
    return scipy.optimize
