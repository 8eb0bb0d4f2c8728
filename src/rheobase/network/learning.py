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
    """The weights that a rule keeps between 0 and its limits lie there to begin with.

    Args:
        projection: whose they are.
        weights: internal floats: one, or one a synapse.
        states: what each synapse has for itself, once it is drawn; limits that are not there yet
            are left for later.

    Raises:
        ParameterError: for a weight of the other sign, which the rule would set to 0, or beyond
            w_max, to which the rule would cut it; for any of several rules.
    """
    rule = projection.plasticity
    if rule is None or not np.size(weights):
        return
    from rheobase.network.weight_bounds import largest_weights, limit_names

    if not limit_names({**rule.parameters, **rule.varying}):
        return
    fitted = bound(rule, projection.composite, projection.state)
    own = {n: states[n] for n, v in fitted.varying.items() if v.is_parameter and n in states}
    for limit, largest in largest_weights(fitted, own).items():
        along, most = np.asarray(weights, float) * np.sign(largest), np.abs(largest)
        beyond = np.where(along > most * (1 + _ROUNDING), along - most, 0.0)
        mend = f"give a larger {limit}, or smaller weights; drawn ones stay below with "
        mend += "rb.clipped(..., high=...)"
        if limit in own:
            mend += f", and {limit} above with rb.clipped(..., low=...)"
        _refuse_outside(projection, weights, (limit, largest), beyond, "cut off there", mend)
        mend = f"give {limit}= the sign of the weights; drawn ones keep theirs with rb.clipped(...)"
        turned = np.where(along < 0, -along, 0.0)
        _refuse_outside(projection, weights, (limit, largest), turned, "set to 0", mend)


def _refuse_outside(
    projection: Projection, weights: Any, limit: tuple[str, Any], excess: Any, fate: str, mend: str
) -> None:
    """Refuse the weight that lies furthest outside.

    Args:
        projection: whose they are.
        weights: one, or one a synapse.
        limit: the name of the limit and its value, likewise.
        excess: how far outside each lies; 0 for what lies inside.
        fate: what the rule would do to it.
        mend: what to do about it.
    """
    place = int(np.argmax(excess))
    if not np.ravel(excess)[place]:
        return
    name, largest = limit
    both = [np.ravel(np.broadcast_to(v, np.shape(excess)))[place] for v in (weights, largest)]
    weight, most = (projection.shown_weight(float(value)) for value in both)
    # Only what is one a synapse has places that net.synapses shows.
    whose = f"The weight of synapse {place}" if np.ndim(largest) else "A weight"
    raise ParameterError(
        f"{whose} is {weight}, and the rule's largest is {name} = {most}: it would be {fate}.",
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
