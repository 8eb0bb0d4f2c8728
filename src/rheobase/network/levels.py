"""Between which potentials a spike finds its target: rest, and the threshold for firing."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.compiler.targets.numpy import evaluate
from rheobase.model.expression import Comparison, Number, Symbol, names
from rheobase.model.model import Model
from rheobase.units.dimension import VOLTAGE

# Models whose spikes are detected at their peak have a threshold far above the one at which firing
# begins; that one lies some 20 mV above rest in neurons of every kind.
_FIRING_ABOVE_REST = 20.0


def rest_and_threshold(model: Model, state: str) -> tuple[float | None, float | None]:
    """Where a neuron rests and from where on it fires, internal; None for what is not known.

    Rest is the state's first value, or else the value it is reset to; the threshold is the one of
    the spike condition, and no more than 20 mV above rest where the state is shown in volts.
    """
    if state not in model.states:
        return None, None
    rest, threshold = _first_value(model, state), _condition(model, state)
    if rest is None:
        resets = [u.value for u in model.reset if u.name == state and not u.op]
        rest = _number(resets[0], model) if resets else None
    unit = model.unit_of(state)
    if rest is not None and unit is not None and unit.dimension == VOLTAGE:
        scale = float(unit.from_internal(1.0)) if model.is_plain else 1.0
        firing = rest + _FIRING_ABOVE_REST * scale
        threshold = firing if threshold is None else min(threshold, firing)
    return rest, threshold


def _first_value(model: Model, state: str) -> float | None:
    first = model.initial.get(state)
    # A model that says nothing starts at 0, which is no statement about its rest.
    if first is None or first == Number(0.0):
        return None
    return _number(first, model)


def _condition(model: Model, state: str) -> float | None:
    condition = model.spike
    if not isinstance(condition, Comparison):
        return None
    for side, other in ((condition.left, condition.right), (condition.right, condition.left)):
        if side == Symbol(state):
            return _number(other, model)
    return None


def _number(expression: Any, model: Model) -> float | None:
    """An expression of parameters alone, the least of what it is for the neurons."""
    if not names(expression) <= model.parameters.keys():
        return None
    value = float(np.min(evaluate(expression, model.parameters)))
    return value if np.isfinite(value) else None


__all__ = ["rest_and_threshold"]
