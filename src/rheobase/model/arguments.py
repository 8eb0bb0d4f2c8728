"""What a caller gives a `Model` besides its text: values and units by name, read and checked."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np

from rheobase.errors import EquationError, ParameterError, UnitError, UnknownNameError, closest
from rheobase.model.expression import Expression, Number
from rheobase.model.parse import LONGEST_NAME, parse_expression
from rheobase.units.dimension import NONE, TIME, Dimension
from rheobase.units.door import measure
from rheobase.units.quantity import Unit, short
from rheobase.units.table import describe, preferred_unit
from rheobase.units.text import parse_unit

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def by_name(value: Any, argument: str) -> dict[str, Any]:
    """An argument that maps names to something; every name is one that an equation could use.

    Raises:
        ParameterError: when it is not a mapping.
        EquationError: for a name that no equation could use.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ParameterError(
            f"{argument}= is {short(value)}.", mend=f"map names to values: {argument}=dict(v=...)"
        )
    for name in value:
        check_name(name, argument)
    return dict(value)


def check_name(name: Any, argument: str) -> None:
    """Refuse what is not a name: names go into code.

    Raises:
        EquationError: saying where it was given.
    """
    is_name = isinstance(name, str) and len(name) <= LONGEST_NAME and _NAME.fullmatch(name)
    if not is_name or keyword.iskeyword(name) or name.startswith("__") or name.endswith("__"):
        raise EquationError(
            f"{argument}= has {short(name)}, which is not a name.",
            mend="names are letters, digits and underscores, as in g_Na",
        )


# The words that a run, and the protocols, take for themselves; a test holds them to be complete.
RUN_WORDS = frozenset(
    {
        "model", "duration", "n", "dt", "method", "record", "record_every", "subset", "initial",
        "spike_times", "seed", "progress", "target", "states", "x_range", "y_range",
    }
)  # fmt: skip


def check_apart(parameters: Iterable[str], inputs: Collection[str]) -> None:
    """No name is both a parameter and an input.

    Raises:
        EquationError: naming the one that is.
    """
    for name in parameters:
        if name in inputs:
            raise EquationError(
                f"{name!r} is both a parameter and an input.", mend="leave one of them out"
            )


def input_units(inputs: Any) -> dict[str, Dimension | None]:
    """Inputs by name with their dimension; None where it is left to the equations.

    Raises:
        UnitError: for what is neither a unit nor the text of one.
        EquationError: for a name that no equation could use.
    """
    if isinstance(inputs, str):
        inputs = [inputs]
    if not isinstance(inputs, Mapping):
        if not isinstance(inputs, Iterable):
            raise ParameterError(
                f"inputs= is {short(inputs)}.", mend="name them with their units: inputs=dict(I=pA)"
            )
        inputs = dict.fromkeys(inputs)
    named = by_name(inputs, "inputs")
    for name in named:
        if name in RUN_WORDS:
            raise EquationError(
                f"An input cannot be called {name!r}: a run takes that word for something else.",
                mend="rename it; inputs are given by name, as in simulate(model, duration, I=...)",
            )
    return {name: _input_unit(name, unit) for name, unit in named.items()}


def _input_unit(name: str, unit: Any) -> Dimension | None:
    if isinstance(unit, str):
        unit = as_unit(unit, f"input {name}") if unit.strip() else None
    if unit is None or isinstance(unit, Dimension):
        return unit
    dimension = measure(unit, f"input {name}")[1]
    if dimension is None:
        raise UnitError(
            f"The input {name} is given {short(unit)}, which is not a unit.",
            mend="inputs=dict(I=pA), or inputs=['I'] in a model without units",
        )
    return dimension


def as_unit(unit: Any, what: str) -> Unit:
    """A unit, or the unit that a text names.

    Raises:
        UnitError: for anything else.
    """
    if isinstance(unit, Unit):
        return unit
    if isinstance(unit, str):
        try:
            return parse_unit(unit)
        except UnitError as error:
            raise UnitError(
                f"{what}: {error.message}", where=error.where, mend=error.mend
            ) from None
    raise UnitError(f"{what} is {short(unit)}, which is not a unit.", mend="for example mV")


def display_units(display: Any) -> dict[str, Unit]:
    """The units in which values are shown."""
    return {
        name: as_unit(unit, f"display of {name}")
        for name, unit in by_name(display, "display").items()
    }


def check_display(
    display: Mapping[str, Unit], dimensions: Mapping[str, Dimension], is_plain: bool
) -> None:
    """Every value that is shown in a unit exists, and measures what the unit measures.

    Raises:
        UnknownNameError: for a name that the model does not have.
        UnitError: for a unit of another dimension.
    """
    for name, unit in display.items():
        if name not in dimensions:
            raise unknown("display", name, "name", dimensions)
        if not is_plain and unit.dimension != dimensions[name]:
            raise UnitError(
                f"{name} is {describe(dimensions[name])} and cannot be shown in {unit}.",
                mend=f"show it in {preferred_unit(dimensions[name]).name or 'plain numbers'}",
            )


def time_unit(unit: Any, is_plain: bool) -> Unit:
    """The unit of time of a model without units.

    Raises:
        UnitError: when it is not one, or the model has units.
    """
    if unit is None:
        return preferred_unit(TIME)
    chosen = as_unit(unit, "time")
    if chosen.dimension != TIME:
        raise UnitError(f"time={chosen} is not a unit of time.", mend="time=ms")
    if not is_plain:
        raise UnitError(
            "time= is for a model without units, and this one has units.", mend="leave time= out"
        )
    return chosen


def first_values(initial: Any) -> tuple[dict[str, Expression], dict[str, Dimension]]:
    """First values as expressions, and the dimensions of those given as quantities.

    Raises:
        EquationError: for text that is not an expression.
        ParameterError: for an array, or a number that is not finite.
    """
    expressions: dict[str, Expression] = {}
    dimensions: dict[str, Dimension] = {}
    for state, value in by_name(initial, "initial").items():
        if isinstance(value, str):
            expressions[state] = parse_expression(value)
            continue
        number, dimension = measure(value, f"initial {state}")
        if np.ndim(number):
            raise ParameterError(
                f"initial= gives {state!r} an array.",
                mend="give one value here; values of neurons, and of receptors on them, go to "
                "simulate(initial=...) or net.add(..., initial=...)",
            )
        if not np.isfinite(number):
            raise ParameterError(
                f"initial= gives {state!r} the value {number}.", mend="give a finite value"
            )
        expressions[state] = Number(float(number), dimension or NONE)
        if dimension is not None:
            dimensions[state] = dimension
    return expressions, dimensions


def output_names(
    outputs: Any, definitions: Iterable[str], default: tuple[str, ...]
) -> tuple[str, ...]:
    """The outputs: named expressions of the model.

    Raises:
        UnknownNameError: for a name that is not one.
    """
    if outputs is None:
        return default
    chosen = (outputs,) if isinstance(outputs, str) else outputs
    if not isinstance(chosen, Iterable):
        raise ParameterError(f"outputs= is {short(outputs)}.", mend='outputs=["r"]')
    chosen, known = tuple(chosen), list(definitions)
    for name in chosen:
        if name not in known:
            raise unknown("outputs", name, "named expression", known)
    return chosen


def drive_values(drive: Any, inputs: Iterable[str]) -> dict[str, Any]:
    """The current that a model comes with, by input.

    Raises:
        UnknownNameError: for a name that is not an input.
    """
    found = by_name(drive, "drive")
    for name in found:
        if name not in inputs:
            raise unknown("drive", name, "input", inputs)
    return found


def unknown(argument: str, name: Any, what: str, known: Iterable[str]) -> UnknownNameError:
    """The error for a name that an argument may not have."""
    listed = list(known)
    hint = closest(name, listed) if isinstance(name, str) else ""
    return UnknownNameError(
        f"{argument}= names {short(name)}, which is no {what} of the model.",
        mend=f"{hint}there is {', '.join(listed) or 'none'}",
    )
