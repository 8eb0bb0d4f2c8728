"""Values written as text: expressions of what neurons have, in the language of the models.

The text is read by the language's whitelist parser and its units are checked before anything is
computed; it is never evaluated as code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.compiler.targets.numpy import evaluate
from rheobase.errors import ParameterError, RheobaseError, UnitError, UnknownNameError, closest
from rheobase.model.dimensions import Form, Inference
from rheobase.model.expression import Expression, Number, Symbol, names, rebuild
from rheobase.model.parse import caret, parse_expression
from rheobase.model.structure import check_kinds
from rheobase.network.arrays import Array
from rheobase.records import Record, replace
from rheobase.units.dimension import Dimension
from rheobase.units.table import describe, find_unit


class Formula(Record):
    """An expression that has been read, whose names are known and whose units agree.

    Attributes:
        text: as it was written.
        expression: with units and pi as numbers, internal.
        what: what it is the value of, for errors.
    """

    text: str
    expression: Expression
    what: str

    @property
    def names(self) -> frozenset[str]:
        """The names that it needs."""
        return names(self.expression)

    def evaluate(self, values: Mapping[str, Any], count: int) -> Array:
        """Its values, internal.

        Args:
            values: internal floats or arrays by name, broadcast against one another.
            count: how many values there are to be.

        Raises:
            ParameterError: when one of them is not finite.
        """
        found = np.broadcast_to(np.asarray(evaluate(self.expression, values), float), (count,))
        finite = np.isfinite(found)
        if not finite.all():
            at = int(np.argmin(finite))
            parts = {
                name: np.broadcast_to(np.asarray(values[name], float), (count,))[at]
                for name in sorted(self.names)
            }
            listed = ", ".join(f"{name} = {value:g}" for name, value in parts.items())
            raise ParameterError(
                f"{self.what[0].upper()}{self.what[1:]} is {found[at]} "
                f"for {listed or 'every neuron'}.",
                where=f"  {self.text}",
                mend="take out the division by zero or the overflow, for example with max()",
            )
        return np.array(found)

    def __str__(self) -> str:
        return self.text


def formula(text: str, known: Mapping[str, Dimension], due: Dimension, what: str) -> Formula:
    """Read an expression.

    Args:
        text: the expression; units stand in it as factors, as in ``0.3*nS``.
        known: what each name measures that it may use.
        due: what its value must measure.
        what: what it is the value of, for errors: "the weight".

    Raises:
        EquationError: for text that is not an expression.
        UnknownNameError: for a name that there is not.
        UnitError: where units disagree, or the value measures something else.
    """
    try:
        read = _resolved(parse_expression(text), known, what)
        check_kinds(read, condition=False)
        inference = Inference(dict(known))
        found = inference.form(read)
        if not inference.equal(found, Form(due)):
            raise UnitError(
                f"{what[0].upper()}{what[1:]} is "
                f"{describe(inference.resolve(found or Form()).known)} where {describe(due)} "
                "is due.",
                where=f"  {text}",
                mend="units stand in the text as factors, as in 0.3*nS",
            )
    except RecursionError:
        raise ParameterError(
            f"{what[0].upper()}{what[1:]} is nested too deeply.", mend="write it in simpler parts"
        ) from None
    except RheobaseError as error:
        if not error.where:
            error.where = f"  {text}"
        raise
    return Formula(text, read, what)


def _resolved(expression: Expression, known: Mapping[str, Dimension], what: str) -> Expression:
    """The expression with pi and the names of units replaced by numbers."""
    if not isinstance(expression, Symbol):
        return rebuild(expression, lambda part: _resolved(part, known, what))
    name = expression.name
    if name in known:
        return expression
    if name == "pi":
        return Number(float(np.pi), text="pi", place=expression.place)
    # Single letters are never units, as in a model.
    unit = find_unit(name) if len(name) > 1 else None
    if unit is None:
        listed = sorted(known)
        raise UnknownNameError(
            f"{what[0].upper()}{what[1:]} cannot use {name!r}.",
            where=caret(*expression.place) if expression.place else "",
            mend=f"{closest(name, listed)}there is {', '.join(listed) or 'no name to use'}",
        )
    number = Number(float(unit.into_internal(1.0)), unit.dimension, text=name)
    return replace(number, place=expression.place)
