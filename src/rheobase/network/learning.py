"""What makes a projection learn: its rule, where its delays lie, and who modulates it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.errors import ParameterError, UnitError, UnknownNameError, located
from rheobase.network.population import Population, View
from rheobase.records import EMPTY
from rheobase.units.quantity import short

if TYPE_CHECKING:
    from rheobase.model.learning import BoundRule, LearningRule
    from rheobase.model.model import Model
    from rheobase.network.projection import Projection

# A weight in 32 bits may lie so much, relative to it, beyond a number in 64.
_ROUNDING = 1e-6


def as_one(plasticity: Any, where: str) -> Any:
    """Several rules as one; anything else as it is.

    Raises:
        RheobaseError: for a list of what is no rule, or of rules that do not go together.
    """
    if not isinstance(plasticity, (list, tuple)):
        return plasticity
    from rheobase.model.learning.combined import combined

    with located(where, beneath=True):
        return combined(plasticity)


def as_rule(plasticity: Any, composite: Model, state: str, where: str) -> LearningRule | None:
    """A learning rule that fits the weights of a projection.

    Raises:
        ParameterError: for what is no rule.
        UnitError: for one whose weights measure something else.
    """
    if plasticity is None:
        return None
    from rheobase.model.learning import LearningRule

    if not isinstance(plasticity, LearningRule):
        called = ", which is not yet called" if callable(plasticity) else ""
        raise ParameterError(
            f"plasticity= is {short(plasticity)}{called}.",
            where=where,
            mend="for example rb.PairSTDP(w_max=1*nS), rb.TsodyksMarkram(), rb.LearningRule(...)",
        )
    try:
        bound(plasticity, composite, state)
    except (UnitError, UnknownNameError) as error:
        error.where = f"{error.where}\n{where}" if error.where else where
        raise
    return plasticity


def read_beyond(plasticity: Any, neuron: Model) -> set[str]:
    """The states that a rule reads of its target and the neuron alone does not have."""
    parts = getattr(plasticity, "parts", None)
    return set() if parts is None else {*parts.reads.values()} - {*neuron.states}


def bound(rule: LearningRule, composite: Model, state: str) -> BoundRule:
    """A rule in the internal units of the weights that are added to a state of a target."""
    # Receptors' states have other names where several projections share a target.
    neuron = composite if composite.neuron is None else composite.neuron
    seen = [*neuron.states]
    for label, port in composite.ports.items():
        if port.is_modulator and port.model is not None:
            seen += [f"{own}_{label}" for own in port.model.states]
    target = {s: (composite.dimension_of(s), composite.display.get(s)) for s in seen}
    if not composite.is_plain:
        return rule.bound(composite.dimension_of(state), target=target)
    return rule.bound(
        composite.dimension_of(state),
        unit=composite.display.get(state),
        time_unit=composite.time_unit,
        target=target,
    )


def check_bounds(projection: Projection, weights: Any, states: Mapping[str, Any] = EMPTY) -> None:
    """The weights that a rule keeps between limits lie there to begin with.

    Args:
        projection: whose they are.
        weights: internal floats: one, or one a synapse.
        states: what each synapse has for itself, once it is drawn; limits that are not there yet
            are left for later.

    Raises:
        ParameterError: for a weight of the other sign, which the rule would set to 0, or beyond
            w_max or the like, to which the rule would cut it; for any of several rules.
    """
    rule = projection.plasticity
    if rule is None or not np.size(weights):
        return
    from rheobase.network.weight_bounds import weight_limits

    fitted = bound(rule, projection.composite, projection.state)
    own = {n: states[n] for n, v in fitted.varying.items() if v.is_parameter and n in states}
    for limits in weight_limits(fitted, own):
        low, high = (limits.low, limits.low_names), (limits.high, limits.high_names)
        for side, near, far in ((1, high, low), (-1, low, high)):
            beyond = side * (np.asarray(weights, float) - near[0])
            beyond = np.where(beyond > _ROUNDING * np.abs(near[0]), beyond, 0.0)
            place = int(np.argmax(beyond))
            if not np.ravel(beyond)[place]:
                continue
            weight, *both = (
                float(np.ravel(np.broadcast_to(value, beyond.shape))[place])
                for value in (weights, near[0], far[0])
            )
            # Only what is one a synapse has places that net.synapses shows.
            is_each = np.ndim(near[0]) or np.ndim(far[0])
            whose = f"The weight of synapse {place}" if is_each else "A weight"
            whose += f" is {projection.shown_weight(weight)}"
            ends = (both[0], near[1]), (both[1], far[1])
            _refuse_outside(projection, whose, side, *ends, {*own})


def _refuse_outside(
    projection: Projection,
    whose: str,
    side: int,
    near: tuple[float, tuple[str, ...]],
    far: tuple[float, tuple[str, ...]],
    own: set[str],
) -> None:
    """Refuse the weight that lies furthest outside.

    Args:
        projection: whose it is.
        whose: says so, and how large it is.
        side: 1 where it lies above the limits, -1 where it lies below.
        near: the end that it is beyond, and the parameters that say where that is.
        far: the other end, likewise.
        own: the parameters that each synapse has for itself.
    """
    # Weights between 0 and a limit are kept by that limit on either side.
    is_near = bool(near[1]) and (near[0] != 0 or not far[1])
    end, names = near if is_near else far
    name, is_largest = names[0], end * (side if is_near else -side) >= 0
    cut = "0" if near[0] == 0 else projection.shown_weight(near[0])
    fate = "cut off there" if is_near else f"set to {cut}"
    mend = f"give {name}= the sign of the weights; drawn ones keep theirs with rb.clipped(...)"
    if is_near:
        (larger, high), (smaller, low) = ("larger", "high"), ("smaller", "low")
        if not is_largest:
            (larger, high), (smaller, low) = (smaller, low), (larger, high)
        within, outside = ("below", "above") if is_largest else ("above", "below")
        mend = f"give a {larger} {name}, or {smaller} weights; drawn ones stay {within} with "
        mend += f"rb.clipped(..., {high}=...)"
        if name in own:
            mend += f", and {name} {outside} with rb.clipped(..., {low}=...)"
    elif near[0]:
        mend = f"keep the weights on the other side of {cut}, as with rb.clipped(...)"
    raise ParameterError(
        f"{whose}, and the rule's {'largest' if is_largest else 'smallest'} is {name} = "
        f"{projection.shown_weight(end)}: it would be {fate}.",
        where=projection.where,
        mend=mend,
    )


def as_modulator(given: View | None, rule: LearningRule | None, where: str) -> Population | None:
    """The population whose spikes are a rule's modulator events.

    Raises:
        ParameterError: for one without use, or a use without one.
    """
    wanted = rule is not None and rule.on_modulator != ""
    if given is None:
        if rule is not None and wanted:
            raise ParameterError(
                f"{rule.title} has on_modulator=, and no population modulates it.",
                where=where,
                mend="give modulator=, a population whose spikes it is",
            )
        return None
    if not wanted:
        raise ParameterError(
            f"modulator= is {given.name!r}, and no rule has on_modulator=.",
            where=where,
            mend="leave modulator= out, or give a rule such as rb.DopamineSTDP()",
        )
    if not given.is_whole:
        raise ParameterError(
            f"modulator= is {given}, a part of a population.",
            where=where,
            mend="give a whole population",
        )
    return given.population
