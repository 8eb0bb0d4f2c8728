"""Where neurons are: positions, distances, and the rule that connects by distance."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError, UnitError
from rheobase.network.arrays import Array
from rheobase.network.expressions import Formula, formula
from rheobase.network.rule import Rule, flag
from rheobase.units.dimension import LENGTH, NONE
from rheobase.units.door import internal
from rheobase.units.quantity import short

AXES = ("x", "y", "z")
# Rounding may carry a probability this far outside [0, 1].
_ROUNDING = 1e-12


class Distance(Rule, aside=("formula",)):
    """Every pair with a probability that depends on its distance, independently.

    Attributes:
        kernel: the probability as an expression of `distance`, as it was written.
        period: after this many um space begins again, on every axis; None where it has edges.
        formula: the kernel as it was read.
    """

    kind = "distance"
    kernel: str
    period: float | None
    formula: Formula

    def describe(self) -> dict[str, Any]:
        """What it is, as JSON can hold it."""
        return {
            "kind": self.kind,
            "autapses": self.autapses,
            "kernel": self.kernel,
            "period_um": self.period,
        }

    def distances(self, pre: Array, post: Array) -> Array:
        """The distance of positions; see `distances`."""
        return distances(pre, post, self.period)

    def probability(self, distance: Array) -> Array:
        """The probability of a synapse over given distances (um), shape (pairs,).

        Raises:
            ParameterError: when one is outside [0, 1].
        """
        flat = np.ravel(distance)
        found = self.formula.evaluate({"distance": flat}, flat.size)
        wrong = (found < -_ROUNDING) | (found > 1.0 + _ROUNDING)
        if wrong.any():
            at = int(np.argmax(wrong))
            raise ParameterError(
                f"The probability at a distance of {flat[at]:g} um is {found[at]:g}.",
                where=f"  {self.kernel}",
                mend="keep it from 0 to 1, for example with clip(..., 0, 1)",
            )
        return np.clip(found, 0.0, 1.0).reshape(np.shape(distance))

    def __str__(self) -> str:
        return f"distance({self.kernel})"


def distance(kernel: Any, period: Any = None, autapses: bool = True) -> Distance:
    """Every pair with a probability that depends on its distance, independently.

    Args:
        kernel: the probability as text, an expression of `distance`:
            ``"0.3 * exp(-distance / (100*um))"``.
        period: the length after which space begins again on every axis, which spares the neurons
            at its edges; None where space has edges.
        autapses: whether a neuron may reach itself; its distance is 0.

    Raises:
        EquationError: for text that is not an expression.
        UnknownNameError: for another name than `distance`.
        UnitError: when it is no plain number.
        ParameterError: for a kernel that is not text, or a period that is not positive.
    """
    if not isinstance(kernel, str):
        raise ParameterError(
            f"The kernel of distance() is {short(kernel)}.",
            mend='give text: rb.distance("0.3 * exp(-distance / (100*um))")',
        )
    length = None if period is None else internal(period, LENGTH, "period of distance()")
    if length is not None and (np.ndim(length) or not np.isfinite(length) or length <= 0):
        raise ParameterError(
            f"period of distance() is {short(period)}.", mend="give one positive length"
        )
    read = formula(kernel, {"distance": LENGTH}, NONE, "the kernel of distance()")
    return Distance(
        flag(autapses, "autapses"), kernel, None if length is None else float(length), read
    )


def distances(pre: Array, post: Array, period: float | None = None) -> Array:
    """Euclidean distances (um) of positions that broadcast against one another.

    Args:
        pre: positions (um), shape (..., axes).
        post: likewise: two arrays of shape (n, axes) give n distances; (m, 1, axes) and
            (n, axes) give (m, n).
        period: the length after which space begins again on every axis.
    """
    apart = np.abs(pre - post)
    if period is not None:
        apart = np.mod(apart, period)
        apart = np.minimum(apart, period - apart)
    found: Array = np.sqrt((apart * apart).sum(axis=-1))
    return found


def as_positions(value: Any, n: int, where: str) -> Array:
    """Positions of neurons (um), shape (n, axes).

    Raises:
        UnitError: for bare numbers.
        ParameterError: for another shape, or what is not finite.
    """
    try:
        found = np.array(internal(value, LENGTH, "positions"), dtype=np.float64)
    except UnitError as error:
        error.where = where
        raise
    if found.ndim == 1 and found.size == n:
        found = found[:, np.newaxis]
    if found.ndim != 2 or len(found) != n or not 1 <= found.shape[1] <= len(AXES):
        raise ParameterError(
            f"positions have the shape {found.shape}, and there are {n} neurons.",
            where=where,
            mend=f"give {n} rows of one, two or three lengths",
        )
    if not np.all(np.isfinite(found)):
        raise ParameterError("A position is not finite.", where=where, mend="give finite lengths")
    found.flags.writeable = False
    return found
