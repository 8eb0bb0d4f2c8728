"""What an expression may say of a neuron, or of the two ends of a synapse: names and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.network.arrays import Indices
from rheobase.network.expressions import Formula
from rheobase.network.population import Population, View
from rheobase.network.space import AXES, distances
from rheobase.units.dimension import LENGTH, NONE, Dimension

# Values of parameters that were drawn, by population and parameter.
DrawnValues = Mapping[str, Mapping[str, Any]]
# The number of a neuron in its population.
INDEX = "i"


def neuron_names(population: Population) -> dict[str, Dimension]:
    """What an expression may say of a neuron: its number, its position, its parameters."""
    known: dict[str, Dimension] = {INDEX: NONE}
    if population.positions is not None:
        known |= dict.fromkeys(AXES[: population.positions.shape[1]], LENGTH)
    model = population.model
    if isinstance(model, Model):
        known |= {name: model.dimension_of(name) for name in model.parameters}
    return known


def synapse_names(pre: View, post: View) -> dict[str, Dimension]:
    """What an expression may say of a synapse: names of both ends, and `distance`."""
    known = {f"{name}_pre": d for name, d in neuron_names(pre.population).items()}
    known |= {f"{name}_post": d for name, d in neuron_names(post.population).items()}
    if _axes(pre) and _axes(pre) == _axes(post):
        known["distance"] = LENGTH
    return known


def neuron_values(
    formula: Formula, population: Population, index: Indices, drawn: DrawnValues | None = None
) -> dict[str, Any]:
    """What an expression asks of neurons, internal, each of shape () or (neurons,).

    Args:
        formula: the expression.
        population: whose neurons they are.
        index: which.
        drawn: values of parameters that were drawn.
    """
    value = _lookup(population, index, drawn)
    return {name: value(name) for name in formula.names}


def synapse_values(
    formula: Formula,
    pre: Population,
    post: Population,
    sources: Indices,
    targets: Indices,
    drawn: DrawnValues | None = None,
    period: float | None = None,
) -> dict[str, Any]:
    """What an expression asks of synapses, internal, each of shape () or (synapses,).

    Args:
        formula: the expression.
        pre: the population of the sources.
        post: that of the targets.
        sources: the source of each synapse, shape (synapses,).
        targets: its target.
        drawn: values of parameters that were drawn.
        period: of space (um), where the projection's rule has one.
    """
    before, after = _lookup(pre, sources, drawn), _lookup(post, targets, drawn)
    found: dict[str, Any] = {}
    for name in formula.names:
        if name == "distance":
            if pre.positions is None or post.positions is None:
                raise AssertionError("a distance is known only where there are positions")
            ends = pre.positions[sources], post.positions[targets]
            found[name] = distances(*ends, period)
        elif name.endswith("_pre"):
            found[name] = before(name.removesuffix("_pre"))
        else:
            found[name] = after(name.removesuffix("_post"))
    return found


def _axes(view: View) -> int:
    positions = view.population.positions
    return 0 if positions is None else positions.shape[1]


def _lookup(
    population: Population, index: Indices, drawn: DrawnValues | None
) -> Callable[[str], Any]:
    """From the name of a property to its values for some neurons."""
    own = (drawn or {}).get(population.name, {})
    model, positions = population.model, population.positions
    parameters: Mapping[str, Any] = model.parameters if isinstance(model, Model) else {}

    def value(name: str) -> Any:
        if name in parameters:
            if name in population.parameters and name not in own:
                raise ParameterError(
                    f"An expression needs {name} of {population.name!r}, which is itself drawn.",
                    mend="let expressions of neurons use parameters that are given",
                )
            return _of(own.get(name, parameters[name]), index)
        if positions is not None and name in AXES[: positions.shape[1]]:
            return positions[index, AXES.index(name)]
        return index.astype(np.float64)

    return value


def _of(value: Any, index: Indices) -> Any:
    array = np.asarray(value, dtype=np.float64)
    return array[index] if array.ndim and array.size > 1 else array.reshape(-1)[0]
