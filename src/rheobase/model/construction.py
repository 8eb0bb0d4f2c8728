"""From what an author gives to the parts of a `Model`: read, resolved, checked, made safe."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rheobase.errors import EquationError
from rheobase.model import arguments
from rheobase.model.checks import check_parameter, divisors, inferred_dimensions
from rheobase.model.equations import read_condition, read_equations, read_updates
from rheobase.model.expression import Number, Symbol, has_exponential
from rheobase.model.parse import parse_expression
from rheobase.model.structure import (
    Structure,
    check_structure,
    ordered_definitions,
    resolve_names,
    unused_definitions,
)
from rheobase.units.dimension import NONE, Dimension
from rheobase.units.door import measure
from rheobase.units.quantity import Quantity

# What a refractory period that is given as a value is called among the parameters.
_REFRACTORY = "refractory_period"


def constructed(
    text: str,
    *,
    spike: Any,
    reset: Any,
    refractory: Any,
    parameters: Any,
    inputs: Any,
    initial: Any,
    outputs: Any,
    drive: Any,
    time: Any,
    display: Any,
) -> dict[str, Any]:
    """The attributes of the `Model` that these arguments describe.

    Raises:
        RheobaseError: as `Model` does.
    """
    given = arguments.by_name(parameters, "parameters")
    if refractory is not None and not isinstance(refractory, str):
        given, refractory = {**given, _REFRACTORY: refractory}, _REFRACTORY
    try:
        units = arguments.input_units(inputs)
        starts, constants = arguments.first_values(initial)
        structure = Structure(
            tuple(read_equations(text)),
            None if spike is None else read_condition(spike),
            () if reset is None else read_updates(reset),
            None if refractory is None else parse_expression(refractory),
            starts,
        )
        parts = _parts(structure, given, units, constants, display)
    except RecursionError:
        raise EquationError(
            "The model is nested too deeply.", mend="name parts of its expressions"
        ) from None
    default = unused_definitions(structure)
    return {
        **parts,
        "time_unit": arguments.time_unit(time, parts["is_plain"]),
        "outputs": arguments.output_names(outputs, parts["definitions"], default),
        "drive": arguments.drive_values(drive, units),
    }


def _parts(
    structure: Structure,
    given: dict[str, Any],
    units: dict[str, Dimension | None],
    constants: dict[str, Dimension],
    display: Any,
) -> dict[str, Any]:
    """Everything that follows from the text and the values together."""
    measured = {key: measure(value, f"parameter {key}") for key, value in given.items()}
    arguments.check_apart(measured, units)
    structure, has_units = resolve_names(structure, [*measured, *units])
    check_structure(structure)
    found = [*(d for _, d in measured.values()), *constants.values(), *units.values()]
    is_plain = not has_units and all(d is None for d in found)
    if is_plain:
        known = [*structure.states, *structure.definitions, *units, *measured]
        dimensions = dict.fromkeys(known, NONE)
    else:
        dimensions = inferred_dimensions(structure, measured, units, constants)
    shown = arguments.display_units(display)
    arguments.check_display(shown, dimensions, is_plain)
    for key, value in {} if is_plain else given.items():
        if isinstance(value, Quantity):
            shown.setdefault(key, value.unit)
    made = computed(structure, units)
    return {
        "inputs": tuple(units),
        "is_plain": is_plain,
        "dimensions": dimensions,
        "display": shown,
        "equations": structure.equations,
        "states": structure.states,
        "spike": structure.spike,
        "reset": structure.reset,
        "refractory": structure.refractory,
        "initial": {s: structure.initial.get(s, Number(0.0)) for s in structure.states},
        **made,
        "parameters": {
            key: check_parameter(
                key,
                value,
                None if is_plain else dimensions[key],
                divides=key in made["divisors"],
                delays=structure.refractory == Symbol(key),
            )
            for key, (value, _) in measured.items()
        },
    }


def computed(structure: Structure, inputs: Iterable[str]) -> dict[str, Any]:
    """What is computed: derivatives and definitions with removable 0/0 taken out."""
    definitions = ordered_definitions(structure.equations)
    varying = {*structure.states, *inputs, *definitions, "t"}
    slopes = {e.name: e.value for e in structure.equations if e.kind == "ode"}
    written = [*definitions.values(), *slopes.values()]
    made = {"definitions": definitions, "derivatives": slopes}
    if any(map(has_exponential, written)):
        from rheobase.model.removable import SafeExpressions

        safe = SafeExpressions(definitions, varying)
        derivatives = {name: safe.rewritten(value) for name, value in slopes.items()}
        made = {"definitions": safe.definitions, "derivatives": derivatives}
    return {**made, "divisors": frozenset(divisors(written))}
