"""Whether a spike excites or inhibits its target, found in the target's equations.

A weight is added to a state, and from there a chain of equations leads to the condition for a
spike. What the first effect of a spike is has the sign of the product of the derivatives along the
shortest such chain: of -R/tau for a current I in ``tau * dv/dt = -v - R * I`` with ``v > V_T``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from rheobase.compiler.calculus import depends, inlined, total_derivative
from rheobase.compiler.targets.numpy import evaluate
from rheobase.model.distribution import Bounded, Distribution
from rheobase.model.expression import (
    ONE,
    ZERO,
    Comparison,
    Expression,
    Symbol,
    multiply,
    names,
    subtract,
)
from rheobase.model.model import Model
from rheobase.network.arrays import Array
from rheobase.network.levels import rest_and_threshold
from rheobase.network.projection import Projection
from rheobase.network.properties import neuron_values

# What a closed receptor does first may be nothing, as with the fourth power of a state.
_BARELY_OPEN = 1e-3


def polarity(projection: Projection) -> Array | None:
    """The sign of what a positive weight does: 1 where it excites, -1 where it inhibits.

    It is found at rest and at threshold, as far as they are known, with the parameters of the very
    neurons that are reached; a drawn parameter counts with its middle and values near its ends.
    Where a sign depends on other states, what flows into a neuron counts as it does by custom:
    with a plus, a conductance towards its reversal potential.

    Returns:
        Signs of shape (potentials, cases); a case is a neuron with what its parameters may be.
        None where nothing is known: of a modulator, of a conductance without a potential to compare
        with, or of a jump of a state whose effect depends on others.
    """
    composite, synapse = projection.composite, projection.synapse
    levels = _levels(projection)
    is_modulator = synapse.model is not None and not synapse.current
    if is_modulator or (synapse.reversal is not None and levels == [None]):
        return None
    on_receptor: list[Expression] = [ONE]
    start = synapse.state
    if synapse.model is not None:
        current = Symbol(f"{synapse.current}_{synapse.name}")
        on_receptor = _written_out(composite, projection.state, current)
        start = synapse.into
    on_neuron = _written_out(composite, start, _margin(projection))
    found = []
    for level in levels:
        values = _values(projection, level)
        first, further = _sign(on_receptor, values), _sign(on_neuron, values)
        if first is None:
            first = _by_custom(projection, level)
        if further is None:
            watched = names(composite.spike) if composite.spike is not None else {start}
            if synapse.model is None and start not in watched:
                return None
            further = np.array(1.0)
        found.append(first * further)
    return np.stack([signs.ravel() for signs in np.broadcast_arrays(*found)])


def _levels(projection: Projection) -> list[float | None]:
    """The potentials at which to look; None where none is known."""
    pair = rest_and_threshold(projection.composite, projection.synapse.potential)
    return [level for level in pair if level is not None] or [None]


def _values(projection: Projection, level: float | None) -> dict[str, Any]:
    """What has a value at this potential: it, parameters, and the receptor's states."""
    composite, view = projection.composite, projection.post
    population = view.population
    values: dict[str, Any] = {
        key: np.asarray(value)[view.index] if np.size(value) > 1 else value
        for key, value in composite.parameters.items()
    }
    for axis, (key, read) in enumerate(population.parameters.items(), start=1):
        if isinstance(read, Distribution):
            # An axis for each, so that every value meets every other.
            values[key] = _likely(read).reshape((-1,) + (1,) * axis)
        else:
            given = neuron_values(read, population, view.index)
            values[key] = read.evaluate(given, len(view))
    if composite.neuron is not None:
        own = [state for state in composite.states if state not in composite.neuron.states]
        values |= dict.fromkeys(own, _BARELY_OPEN)
    if level is not None:
        values[projection.synapse.potential] = level
    return values


class _Middle:
    """In place of random numbers: a middle one, and one from near either end."""

    def uniform(self, attempt: int) -> Array:
        return np.array([0.02, 0.5, 0.98])

    def normal(self, attempt: int) -> Array:
        return np.array([-2.0, 0.0, 2.0])


def _likely(distribution: Distribution) -> Array:
    inner = distribution
    while isinstance(inner, Bounded):
        inner = inner.distribution
    low, high = distribution.bounds
    found: Array = np.minimum(np.maximum(inner.sample(_Middle()), low), high)
    return found


def _by_custom(projection: Projection, level: float | None) -> Array:
    """The sign of a current where its equations leave it open: towards its reversal potential."""
    reversal = reversal_potential(projection)
    towards = 1.0 if reversal is None or level is None else reversal - level
    return np.array(np.sign(towards))


def reversal_potential(projection: Projection) -> float | None:
    """The reversal potential in the numbers of the target; None for a current."""
    target, synapse = projection.composite, projection.synapse
    if synapse.reversal is None:
        return None
    unit = target.unit_of(synapse.potential) if target.is_plain else None
    is_plain = synapse.model is None or synapse.model.is_plain
    if unit is None or is_plain:
        return float(synapse.reversal)
    return float(unit.from_internal(synapse.reversal))


def _margin(projection: Projection) -> Expression:
    """What grows as the target comes nearer to a spike."""
    condition = projection.composite.spike
    if isinstance(condition, Comparison):
        if condition.op in (">", ">="):
            return subtract(condition.left, condition.right)
        if condition.op in ("<", "<="):
            return subtract(condition.right, condition.left)
    return Symbol(projection.synapse.potential)


def _written_out(model: Model, start: str, end: Expression) -> list[Expression]:
    return [inlined(model, slope) for slope in _slopes(model, start, end)]


def _slopes(model: Model, start: str, end: Expression) -> list[Expression]:
    """The products of derivatives along the shortest chains of equations; none without a chain."""
    reached: dict[str, list[Expression]] = {start: [ONE]}
    seen = {start}
    while reached:
        direct = _steps(model, reached, end)
        if direct:
            return direct
        further = [state for state in model.states if state not in seen]
        steps = {state: _steps(model, reached, model.derivatives[state]) for state in further}
        reached = {state: found for state, found in steps.items() if found}
        seen |= reached.keys()
    return []


def _steps(
    model: Model, reached: Mapping[str, list[Expression]], end: Expression
) -> list[Expression]:
    """Each product, times the derivative of an expression that its last name moves."""
    found: list[Expression] = []
    for name in reached.keys() & depends(model, end):
        slope = total_derivative(model, end, name)
        if slope != ZERO:
            found += [multiply(before, slope) for before in reached[name]]
    return found


def _sign(slopes: Iterable[Expression], values: Mapping[str, Any]) -> Array | None:
    """The one sign of all; None for none, where two differ, or where one has no value."""
    found: Array | None = None
    for slope in slopes:
        if not names(slope) <= values.keys():
            return None
        with np.errstate(all="ignore"):
            sign = np.sign(np.asarray(evaluate(slope, values), dtype=np.float64))
        if np.isnan(sign).any() or (found is not None and not np.all(sign == found)):
            return None
        found = sign
    return found


__all__ = ["polarity", "reversal_potential"]
