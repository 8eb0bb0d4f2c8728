"""The hyperplane of an artificial neuron: where its net activation is zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError, class_only
from rheobase.records import Record
from rheobase.zoo.artificial.numbers import Floats, affine, finite, in_range, points


class Hyperplane(Record, identity=True):
    """The points x with normal . x = offset, in a space of one dimension or more.

    Attributes:
        normal: the unit vector towards the side where the neuron's net activation is positive,
            shape (dimensions,).
        offset: the signed distance of the hyperplane from the origin along the normal: -b/|w|.
    """

    normal: Floats
    offset: float

    @class_only("plane = Hyperplane.of(weights, bias)")
    @classmethod
    def of(cls, weights: Any, bias: Any = 0.0) -> Hyperplane:
        """The hyperplane {x: w . x + b = 0}.

        Args:
            weights: w, shape (dimensions,).
            bias: b.

        Raises:
            ParameterError: for weights that are all zero, and for what is not finite.
        """
        w, b = finite(weights, "weights", 1), float(finite(bias, "bias", 0))
        largest = float(np.max(np.abs(w)))
        if largest == 0.0:
            raise ParameterError(
                "The weights are all zero: there is no hyperplane, for the net activation is "
                f"{b:g} everywhere.",
                mend="give at least one weight that is not zero",
            )
        # Scaled twice, so that no square and no quotient leaves the range of floats on the way.
        exponent = int(np.frexp(largest)[1])
        scaled = np.ldexp(w, -exponent)
        length = float(np.sqrt(scaled @ scaled))
        with np.errstate(over="ignore"):
            offset = float(np.ldexp(-b / length, -exponent))
        if not np.isfinite(offset):
            raise ParameterError(
                f"The hyperplane of weights up to {largest:g} and the bias {b:g} is too far away.",
                mend="give larger weights or a smaller bias",
            )
        normal = scaled / length
        normal.flags.writeable = False
        return cls(normal, offset)

    @property
    def dimensions(self) -> int:
        """The number of dimensions of the space; the hyperplane has one less."""
        return len(self.normal)

    @property
    def point(self) -> Floats:
        """The point of the hyperplane nearest to the origin, shape (dimensions,)."""
        return self.offset * self.normal

    @property
    def directions(self) -> Floats:
        """Orthonormal directions along the hyperplane, shape (dimensions - 1, dimensions)."""
        # The reflection that takes the first axis to the normal takes the others into the plane;
        # the sign keeps the difference of the two from cancelling.
        sign = 1.0 if self.normal[0] >= 0 else -1.0
        mirror = self.normal.copy()
        mirror[0] += sign
        reflection = np.eye(self.dimensions) - np.outer(mirror, mirror) / abs(mirror[0])
        return np.asarray(reflection[1:])

    def distance(self, x: Any) -> Any:
        """The signed distance of points, normal . x - offset: positive on the normal's side.

        Args:
            x: points, shape (..., dimensions).

        Returns:
            Shape (...): one number a point.

        Raises:
            ParameterError: for points of another space, or that are not finite.
        """
        return affine(points(x, self.dimensions), self.normal, -self.offset)[()]

    def project(self, x: Any) -> Floats:
        """The nearest points of the hyperplane, x - distance(x) normal, of the shape of x.

        Raises:
            ParameterError: for points of another space, or that are not finite.
        """
        given = points(x, self.dimensions)
        away = np.expand_dims(affine(given, self.normal, -self.offset), -1)
        with np.errstate(over="ignore"):
            return in_range(given - away * self.normal).reshape(np.shape(x))

    def side(self, x: Any) -> Any:
        """On which side points lie: 1 on the normal's side, -1 on the other, 0 on the hyperplane.

        Raises:
            ParameterError: for points of another space, or that are not finite.
        """
        return np.sign(self.distance(x)).astype(int)[()]

    def __repr__(self) -> str:
        return f"<Hyperplane in {self.dimensions} dimensions, {self.offset:g} from the origin>"
