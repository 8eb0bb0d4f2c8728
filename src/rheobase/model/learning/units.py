"""What the names of a learning rule measure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from rheobase.errors import UnitError
from rheobase.model.checks import check_dimensions
from rheobase.model.dimensions import Form, Inference
from rheobase.model.equations import Update
from rheobase.model.expression import Apply
from rheobase.model.learning.reading import is_draw
from rheobase.model.learning.scopes import WEIGHT
from rheobase.model.structure import Structure
from rheobase.records import replace
from rheobase.units.dimension import NONE, TIME, Dimension
from rheobase.units.quantity import Unit
from rheobase.units.table import describe, preferred_unit


def measured_names(
    structure: Structure,
    parameters: Mapping[str, tuple[Any, Dimension | None]],
    constants: Mapping[str, Dimension],
    weight: Dimension | None,
    is_plain: bool,
    reads: Collection[str] = (),
) -> tuple[dict[str, Dimension], Dimension | None]:
    """The dimension of every parameter and state, and of the weight; None where that is open.

    Args:
        structure: equations, statements and first values.
        parameters: measured values; a bare number is a plain number.
        constants: dimensions of states whose first value is a quantity.
        weight: the dimension of the weight, if it is known.
        is_plain: whether the rule has no units.
        reads: the names under which states of the target are read.

    Raises:
        UnitError: with a caret, where two dimensions disagree.
    """
    known = {name: dimension or NONE for name, (_, dimension) in parameters.items()}
    named = [*structure.states, *structure.definitions, *structure.initial, *parameters, *reads]
    named += [update.name for update in structure.reset if update.name != WEIGHT]
    if is_plain and weight is None:
        return dict.fromkeys(named, NONE), None
    known |= {"t": TIME, "dt": TIME} | dict(constants)
    if weight is not None:
        known[WEIGHT] = weight
    inference = Inference(known, [name for name, (_, d) in parameters.items() if d is None])
    for update in structure.reset:
        if is_draw(update):
            inference.known.setdefault(update.name, NONE)
    statements = [part for update in structure.reset for part in _parts(update)]
    check_dimensions(replace(structure, reset=tuple(statements)), inference)
    form = inference.resolve(Form(NONE, {WEIGHT: 1.0}))
    if weight is None and not form.unknown:
        weight = inference.dimension(WEIGHT)
    return {name: inference.dimension(name) for name in named}, weight


def _parts(update: Update) -> tuple[Update, ...]:
    """A statement as its units are checked: both arguments of a draw are plain, as its result."""
    if not is_draw(update) or not isinstance(update.value, Apply):
        return (update,)
    return tuple(replace(update, value=argument) for argument in update.value.arguments)


def fitted_weight(
    title: str,
    structure: Structure,
    parameters: Mapping[str, Dimension],
    rule: tuple[Dimension | None, bool],
    projection: tuple[Dimension, Unit | None],
) -> float:
    """Check a rule against the weights of a projection.

    Args:
        title: what to call the rule.
        structure: equations, statements and first values.
        parameters: what its parameters measure.
        rule: what its w measures, None where that is open; and whether it has no units.
        projection: what the weights measure; and, of a neuron without units, the unit in which
            they are shown, if there is one.

    Returns:
        The size of one unit of the projection's weight in that of the rule.

    Raises:
        UnitError: naming both.
    """
    weight, is_plain = rule
    dimension, unit = projection
    if is_plain and dimension.is_none:
        return 1.0
    if weight is not None and unit is not None and weight == unit.dimension != dimension:
        return float(unit.into_internal(1.0))
    if weight == dimension:
        return 1.0
    due = preferred_unit(dimension).name or "plain numbers"
    mend = f"give the rule's parameters with their units, its weights in {due}"
    found = "without units" if is_plain else weight and describe(weight)
    if weight is None:
        given = {name: (0.0, None if d.is_none else d) for name, d in parameters.items()}
        try:
            measured_names(structure, given, {}, dimension, False)
        except UnitError as error:
            if not is_plain:
                raise UnitError(
                    f"{title} does not fit a weight that is {describe(dimension)}. {error.message}",
                    where=error.where,
                    mend=error.mend,
                ) from None
            # It names the first parameter that lacks its unit.
            mend = f"{mend}: {error.mend.split(';')[0]}" if error.mend else mend
        else:
            return 1.0
    if dimension.is_none:
        mend = "give it plain numbers, as the neuron's are, or take a neuron with units"
    elif not is_plain:
        mend = f"give w_max (or weight=) and what is added to w in {due}"
    raise UnitError(
        f"The weight of {title} is {found}, and that of the projection is {describe(dimension)}.",
        mend=mend,
    )
