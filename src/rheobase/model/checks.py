"""Dimensions and ranges of a model's values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.model.dimensions import PLAIN, Form, Inference
from rheobase.model.expression import Symbol
from rheobase.model.structure import Structure
from rheobase.units.dimension import AREA, CAPACITANCE, NONE, TIME, Dimension

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
    inference = Inference(known)
    check_dimensions(structure, inference)
    names = [*structure.states, *structure.definitions, *inputs, *parameters]
    return {name: inference.dimension(name) for name in names}


def check_dimensions(structure: Structure, inference: Inference) -> None:
    """Walk every equation, condition and assignment of a model.

    Raises:
        UnitError: with a caret, where two dimensions disagree.
    """
    for equation in structure.equations:
        place = equation.right.place or (equation.line, 0)
        inference.require_equal(equation.left, equation.right, "=", place)
    for state, value in structure.initial.items():
        place = value.place or (f"initial {state}", 0)
        inference.require_equal(Symbol(state), value, "=", place)
    if structure.spike is not None:
        inference.form(structure.spike)
    for update in structure.reset:
        sign = f"{update.op}="
        if update.op in ("*", "/"):
            if not inference.equal(inference.form(update.value), PLAIN):
                inference.require_equal(Symbol(update.name), update.value, sign, (update.line, 0))
            continue
        inference.require_equal(Symbol(update.name), update.value, sign, (update.line, 0))
    if structure.refractory is not None:
        form = inference.form(structure.refractory)
        if not inference.equal(form, Form(TIME)):
            where = structure.refractory.place or ("refractory", 0)
            inference.known["the refractory period"] = TIME
            inference.require_equal(
                Symbol("the refractory period"), structure.refractory, "=", where
            )


def check_parameter(
    name: str, value: Any, dimension: Dimension, is_plain: bool, is_refractory: bool
) -> Any:
    """A parameter's internal value, refused when it can only be a mistake.

    Time constants and capacitances must be positive (a refractory period may be zero); every value must
    be finite; arrays have one axis.

    Raises:
        ParameterError: naming the parameter and its value.
    """
    array = np.asarray(value, dtype=float)
    if array.ndim > 1:
        raise ParameterError(
            f"Parameter {name} has shape {array.shape}.", mend="give one value, or one a neuron"
        )
    if array.size == 0 or not np.all(np.isfinite(array)):
        raise ParameterError(
            f"Parameter {name} is not finite: {value}.", mend="give a finite value"
        )
    what = _POSITIVE.get(dimension)
    if is_plain:
        what = "A time constant" if name.startswith("tau") else None
        what = "A capacitance" if name in ("C", "C_m") else what
    if is_refractory:
        if np.any(array < 0):
            raise ParameterError(
                f"{name} is negative: {value}.", mend="a refractory period is 0 or more"
            )
    elif what and np.any(array <= 0):
        raise ParameterError(
            f"{what} must be positive, and {name} is {np.min(array):g}.", mend="check its sign"
        )
    return array if array.ndim else float(array)
