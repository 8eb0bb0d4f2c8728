"""Dimensions and ranges of a model's values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from rheobase.errors import ParameterError, UnitError
from rheobase.model.dimensions import PLAIN, Inference
from rheobase.model.equations import Update
from rheobase.model.expression import Expression, Negative, Operation, Symbol, walk
from rheobase.model.parse import caret
from rheobase.model.structure import Structure
from rheobase.units.dimension import AREA, CAPACITANCE, NONE, TIME, Dimension
from rheobase.units.door import as_quantity
from rheobase.units.quantity import short
from rheobase.units.table import describe

_REFRACTORY = "the refractory period"
_POSITIVE = {TIME: "A time", CAPACITANCE: "A capacitance", CAPACITANCE.over(AREA): "A capacitance"}


def inferred_dimensions(
    structure: Structure,
    parameters: Mapping[str, tuple[Any, Dimension | None]],
    inputs: Mapping[str, Dimension | None],
    constants: Mapping[str, Dimension],
) -> dict[str, Dimension]:
    """The dimension of every name of a model with units.

    Args:
        structure: the text's parts.
        parameters: measured values; a bare number is a plain number.
        inputs: dimensions of the inputs; None is left to the equations.
        constants: dimensions of states whose first value is a quantity.

    Raises:
        UnitError: with a caret, where two dimensions disagree.
    """
    known = {name: dimension or NONE for name, (_, dimension) in parameters.items()}
    known |= {name: d for name, d in inputs.items() if d is not None}
    known |= {"t": TIME, "dt": TIME} | dict(constants)
    inference = Inference(known, [name for name, (_, d) in parameters.items() if d is None])
    check_dimensions(structure, inference)
    names = [*structure.states, *structure.definitions, *inputs, *parameters]
    return {name: inference.dimension(name) for name in names}


def check_dimensions(structure: Structure, inference: Inference) -> None:
    """Walk every equation, condition and assignment of a model.

    Raises:
        UnitError: with a caret, where two dimensions disagree.
    """
    for equation in structure.equations:
        with _located(equation.line):
            inference.agree(equation.left, equation.right, "=", (equation.line, 0))
    for state, value in structure.initial.items():
        with _located(f"initial {state}"):
            inference.agree(Symbol(state), value, "=", (f"initial {state}", 0))
    if structure.spike is not None:
        with _located("spike"):
            inference.form(structure.spike)
    for update in structure.reset:
        with _located(update.line):
            _check_update(update, inference)
    if structure.refractory is not None:
        with _located("refractory"):
            inference.known[_REFRACTORY] = TIME
            place = ("refractory", 0)
            inference.agree(Symbol(_REFRACTORY), structure.refractory, "=", place)


@contextmanager
def _located(line: str) -> Iterator[None]:
    """Errors that do not know their place get this one."""
    try:
        yield
    except UnitError as error:
        if error.where:
            raise
        raise UnitError(error.message, where=f"  {line}", mend=error.mend) from None


def _check_update(update: Update, inference: Inference) -> None:
    sign = f"{update.op}="
    if update.op not in ("*", "/"):
        inference.agree(Symbol(update.name), update.value, sign, (update.line, 0))
        return
    form = inference.form(update.value)
    if not inference.equal(form, PLAIN):
        place = update.value.place or (update.line, 0)
        found = describe(inference.resolve(form or PLAIN).known)
        raise UnitError(
            f"{sign!r} takes a plain number, and this is {found}.",
            where=caret(*place),
            mend=f"divide it by its unit, or assign: {update.name} = ...",
        )


def divisors(expressions: Iterable[Expression]) -> set[str]:
    """The names that something is divided by: time constants and capacitances do that."""
    found: set[str] = set()
    for expression in expressions:
        for node in walk(expression):
            if isinstance(node, Operation) and node.op == "/":
                found |= _factors(node.right)
    return found


def _factors(expression: Expression) -> set[str]:
    match expression:
        case Symbol(name):
            return {name}
        case Negative(operand) | Operation("**", operand, _):
            return _factors(operand)
        case Operation("*", left, right):
            return _factors(left) | _factors(right)
    return set()


def check_parameter(
    name: str, value: Any, dimension: Dimension | None, *, divides: bool, delays: bool
) -> Any:
    """A parameter's internal value, refused when it can only be a mistake.

    Time constants and capacitances must be positive, a refractory period must not be negative;
    every value must be finite; arrays have one axis. The result is the model's own: a float, or an
    array that nobody can write to.

    Args:
        name: the parameter.
        value: internal floats.
        dimension: what it measures; None in a model without units, where its name tells.
        divides: whether something is divided by it.
        delays: whether it is the refractory period.

    Raises:
        ParameterError: naming the parameter and its value.
    """
    array = np.array(value, dtype=float)
    if array.ndim > 1:
        raise ParameterError(
            f"Parameter {name} has shape {array.shape}.", mend="give one value, or one a neuron"
        )
    if array.size == 0:
        raise ParameterError(
            f"Parameter {name} has no values.", mend="give one value, or one a neuron"
        )
    if not np.all(np.isfinite(array)):
        raise ParameterError(
            f"Parameter {name} is not finite: {short(value)}.", mend="give a finite value"
        )
    least = float(np.min(array))
    shown = least if dimension is None else as_quantity(least, dimension)
    what = _POSITIVE.get(dimension) if dimension is not None else _plain_kind(name)
    if delays and least < 0:
        raise ParameterError(
            f"{name} is negative: {shown:g}.", mend="a refractory period is 0 or more"
        )
    if divides and what and least <= 0:
        raise ParameterError(
            f"{what} must be positive, and {name} is {shown:g}.", mend="check its sign"
        )
    if not array.ndim:
        return float(array)
    array.flags.writeable = False
    return array


def _plain_kind(name: str) -> str | None:
    """What a parameter of a model without units is, as far as its name tells."""
    if name in ("C", "C_m"):
        return "A capacitance"
    return "A time constant" if name.startswith("tau") else None
