"""What a synapse's names measure on a given neuron: its model, made to fit.

A receptor made for any target leaves open whether its current is a current or a current density.
The neuron's input decides, and the equations of the receptor are checked anew with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rheobase.errors import UnitError
from rheobase.model.checks import check_dimensions
from rheobase.model.construction import computed
from rheobase.model.dimensions import Inference
from rheobase.model.expression import Expression, Number, rebuild
from rheobase.model.model import Model
from rheobase.model.structure import Structure
from rheobase.model.synapse import POTENTIAL, Synapse
from rheobase.records import replace
from rheobase.units.dimension import NONE, TIME, Dimension
from rheobase.units.quantity import Unit
from rheobase.units.unit import shifted

_CLOSE, _DIGITS = 1e-9, 9


def fitted(neuron: Model, model: Model, label: str, synapse: Synapse) -> Model:
    """The synapse's model with the dimensions that it has on a neuron.

    On a neuron without units a synapse that has them becomes plain numbers: times in the neuron's
    unit of time, potentials and currents in the units in which the neuron shows its own.

    Args:
        neuron: the target.
        model: the synapse's model.
        label: what the receptor is called there.
        synapse: the synapse.

    Raises:
        UnitError: when they do not fit, saying where.
    """
    if neuron.is_plain and model.is_plain:
        if model.time_unit != neuron.time_unit:
            raise UnitError(
                f"The synapse {label!r} counts time in {model.time_unit}, "
                f"and {neuron.called} in {neuron.time_unit}.",
                mend=f"give the synapse's times with their unit, or make it with "
                f"time={neuron.time_unit}",
            )
        return model
    structure = Structure(model.equations, None, (), None, model.initial)
    dimensions = _dimensions(neuron, model, label, synapse, structure)
    new = model._copy()
    if neuron.is_plain:
        new._put(**_plain_parts(neuron, model, synapse, structure, dimensions))
    else:
        new._put(dimensions=dimensions, is_plain=False)
    return new


def _dimensions(
    neuron: Model, model: Model, label: str, synapse: Synapse, structure: Structure
) -> dict[str, Dimension]:
    """The dimension of every name of the synapse's model, with the neuron's for what joins them."""
    known = {name: model.dimensions[name] for name in model.parameters}
    known |= {"t": TIME, "dt": TIME} | dict.fromkeys(synapse.scales.values(), NONE)
    if synapse.current:
        known[synapse.current] = _measured(neuron, synapse.into)
    if POTENTIAL in model.inputs:
        known[POTENTIAL] = _measured(neuron, synapse.potential)
    bare = [name for name in model.parameters if known[name].is_none]
    inference = Inference(known, bare)
    try:
        check_dimensions(structure, inference)
    except UnitError as error:
        place = f"the input {synapse.into} of " if synapse.current else ""
        raise UnitError(
            f"The synapse {label!r} does not fit {place}{neuron.called}. {error.message}",
            where=error.where,
            mend=_mend(neuron, model, synapse) or error.mend,
        ) from None
    every = [*model.states, *model.definitions, *model.parameters, *model.inputs]
    return {name: inference.dimension(name) for name in every}


def _measured(neuron: Model, name: str) -> Dimension:
    """What a name of the neuron measures: for plain numbers, by the unit they are shown in."""
    if not neuron.is_plain:
        return neuron.dimension_of(name)
    return neuron.display[name].dimension if name in neuron.display else NONE


def _mend(neuron: Model, model: Model, synapse: Synapse) -> str:
    """What to do when one of the two has units and the other has not."""
    if not neuron.is_plain:
        return "give the synapse's values with their units" if model.is_plain else ""
    wanted = [synapse.potential] if model.inputs else []
    wanted += [synapse.into] if synapse.current else []
    for name in wanted:
        if name not in neuron.display:
            return (
                "give the synapse plain numbers, or say in which unit the neuron's are: "
                f"Model(..., display=dict({name}=...))"
            )
    return ""


def _plain_parts(
    neuron: Model,
    model: Model,
    synapse: Synapse,
    structure: Structure,
    dimensions: dict[str, Dimension],
) -> dict[str, Any]:
    """The attributes of the model in the plain numbers of a neuron."""
    shown = [neuron.display.get(name) for name in (synapse.potential, synapse.into)]
    # Of what only the synapse has, such as a concentration, it has the say.
    shown += [model.display.get(synapse.state)] if synapse.is_modulator else []
    given = [neuron.time_unit, *(u for u in shown if u is not None and not u.dimension.is_none)]
    units = {unit.dimension: unit for unit in given}
    scaled = _scale(given, units)

    def put(expression: Expression) -> Expression:
        if isinstance(expression, Number) and not expression.dimension.is_none:
            value = float(scaled(expression.value, expression.dimension))
            return Number(value, place=expression.place)
        return rebuild(expression, put)

    equations = tuple(
        replace(e, left=put(e.left), right=put(e.right), value=put(e.value))
        for e in structure.equations
    )
    initial = {state: put(value) for state, value in model.initial.items()}
    changed = Structure(equations, None, (), None, initial)
    parameters = {}
    for name, value in model.parameters.items():
        parameters[name] = scaled(value, dimensions[name])
        if np.ndim(value):
            parameters[name] = np.array(parameters[name])
            parameters[name].flags.writeable = False
    return {
        **computed(changed, model.inputs),
        "equations": equations,
        "initial": initial,
        "parameters": parameters,
        "dimensions": dict.fromkeys(dimensions, NONE),
        "display": {name: units[d] for name, d in dimensions.items() if d in units},
        "time_unit": neuron.time_unit,
        "is_plain": True,
    }


def _scale(given: list[Unit], units: Mapping[Dimension, Unit]) -> Callable[[Any, Dimension], Any]:
    """From internal floats to plain numbers of which those with `units` are in these units.

    Every consistent system of units gives the same equations. Of those in which the given ones
    are units the nearest to the internal one is taken: the least-squares solution, in powers of
    ten of the base dimensions.

    Raises:
        UnitError: when the given units are of no such system.
    """
    rows = np.array([unit.dimension for unit in given], dtype=float)
    sizes = np.array([math.log10(unit.into_internal(1.0)) for unit in given])
    tens = np.linalg.lstsq(rows, sizes, rcond=None)[0]
    if not np.allclose(rows @ tens, sizes, rtol=0, atol=_CLOSE):
        listed = ", ".join(map(str, given))
        raise UnitError(
            f"{listed} are not units of one system.", mend="show the neuron's values in others"
        )

    def scaled(value: Any, dimension: Dimension) -> Any:
        if dimension in units:
            return units[dimension].from_internal(value)
        ten = round(float(np.dot(dimension, tens)), _DIGITS)
        return shifted(value, -ten)

    return scaled
