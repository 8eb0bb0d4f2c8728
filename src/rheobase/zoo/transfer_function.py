"""What a transfer function is: its text in the language of models, evaluated and inverted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rheobase.errors import ParameterError
from rheobase.model.differentiate import differentiate
from rheobase.model.equations import logical_lines, read_equations
from rheobase.model.evaluate import evaluate
from rheobase.model.expression import Expression, substitute
from rheobase.model.parse import parse_expression
from rheobase.model.respelling import respelled
from rheobase.model.structure import check_kinds, ordered_definitions
from rheobase.records import EMPTY, Record
from rheobase.units.quantity import short

INPUT, OUTPUT = "x", "f"
End: TypeAlias = float | str
Floats: TypeAlias = NDArray[np.float64]


class Transfer(Record):
    """A transfer function f(x) of plain numbers.

    At a corner the slope is that of the rising side; at a jump it is 0, as in the language.

    Attributes:
        name: what it is called.
        text: f(x): an expression of x and the parameters. Lines ``name = expression`` may stand
            before it.
        parameters: values by name, each a plain number.
        slope: df/dx likewise, where differentiating the text would lose digits; else empty.
        inverse_text: x of f, likewise over the name f; empty where there is no inverse.
        image: two numbers, or names of parameters: between them every value is taken exactly once.
    """

    name: str
    text: str
    parameters: Mapping[str, float] = EMPTY
    slope: str = ""
    inverse_text: str = ""
    image: tuple[End, End] = (-math.inf, math.inf)

    def __call__(self, x: Any) -> Any:
        """f(x), as `value` gives it."""
        return self.value(x)

    def value(self, x: Any) -> Any:
        """f(x): a float, or an array of the shape of x.

        Raises:
            ParameterError: for what is not made of plain numbers.
        """
        return self._evaluated(read(self.text), INPUT, x)

    def derivative(self, x: Any) -> Any:
        """df/dx: a float, or an array of the shape of x.

        Raises:
            ParameterError: for what is not made of plain numbers.
        """
        return self._evaluated(_slope(self.text, self.slope), INPUT, x)

    @property
    def has_inverse(self) -> bool:
        """Whether there are values that are taken exactly once."""
        return bool(self.inverse_text)

    def bounds(self) -> tuple[float, float]:
        """The open interval of the values that are taken exactly once.

        Raises:
            ParameterError: when the function has no inverse.
        """
        if not self.has_inverse:
            raise ParameterError(
                f"The transfer function {self.name} has no inverse.",
                mend="take one that rises everywhere, or give inverse= with your expression",
            )
        low, high = (self.parameters[e] if isinstance(e, str) else float(e) for e in self.image)
        return low, high

    def inverse(self, y: Any) -> Any:
        """The x of which y is the value: a float, or an array of the shape of y.

        Raises:
            ParameterError: when the function has no inverse, or takes a y never or more than once.
        """
        low, high = self.bounds()
        values = plain_numbers(y, "y")
        outside = ~((values > low) & (values < high))
        if np.any(outside):
            first = np.ravel(values)[np.argmax(np.ravel(outside))]
            raise ParameterError(
                f"{self.name} does not take the value {first:g} exactly once.",
                mend=f"give values above {low:g} and below {high:g}",
            )
        return self._evaluated(read(self.inverse_text), OUTPUT, values)

    def equations(self, output: str = "r", argument: str = "v") -> str:
        """The lines of a `Model` that make `output` of `argument`; `parameters` go with them."""
        *before, last = logical_lines(self.text)
        own = [line.partition("=")[0].strip() for line in before]
        renamed = {INPUT: argument} | {name: f"{output}_{name}" for name in own}
        return "\n".join(respelled(line, renamed) for line in [*before, f"{output} = {last}"])

    def _evaluated(self, expression: Expression, name: str, given: Any) -> Any:
        values = plain_numbers(given, name)
        found = evaluate(expression, {"pi": math.pi, **self.parameters, name: values})
        # An expression without x is one number wherever it is asked for.
        return np.broadcast_to(found, values.shape).astype(float)[()]


def plain_numbers(given: Any, name: str) -> Floats:
    """An array of plain numbers.

    Raises:
        ParameterError: for anything else.
    """
    try:
        return np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise ParameterError(
            f"{name} of a transfer function is {short(given)}.", mend="give plain numbers"
        ) from None


@cache
def read(text: str) -> Expression:
    """The expression on the last line, with the names of the lines before it written out."""
    *before, last = logical_lines(text)
    result = parse_expression(last)
    found: dict[str, Expression] = {}
    for name, value in ordered_definitions(
        read_equations("\n".join(before)) if before else ()
    ).items():
        check_kinds(value, condition=False)
        found[name] = substitute(value, found)
    check_kinds(result, condition=False)
    return substitute(result, found)


@cache
def _slope(text: str, slope: str) -> Expression:
    return read(slope) if slope else differentiate(read(text), INPUT)
