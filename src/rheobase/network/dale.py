"""Dale's law: what the axons of a population release decides whether they excite or inhibit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.model.distribution import Distribution
from rheobase.network.projection import Projection
from rheobase.network.transmitters import EXCITES, INHIBITS, MODULATES, check_released, effect
from rheobase.network.values import shown_internal
from rheobase.records import EMPTY
from rheobase.units.door import as_quantity

if TYPE_CHECKING:
    from rheobase.model.learning import LearningRule


def check_weights(projection: Projection, weights: Any) -> None:
    """Every weight has the sign that what is released allows; a conductance is never negative.

    The sign with which the equations of the target read it counts: see `polarity`.

    Args:
        projection: whose weights they are.
        weights: internal floats of any shape.

    Raises:
        ParameterError: naming both populations, what is released and the weight.
    """
    values = np.asarray(weights, dtype=np.float64)
    if not values.size:
        return
    lowest, highest = float(values.min()), float(values.max())
    if projection.is_graded:
        from rheobase.network.graded import check_graded_weights

        check_graded_weights(projection, lowest, highest)
    elif projection.synapse.reversal is not None or projection.synapse.is_modulator:
        if lowest < 0:
            _refuse_negative(projection, lowest)
    elif effect(projection.pre.population) is not None:
        signs = _signs(projection)
        for weight in (lowest, highest):
            does = _against(projection, signs, weight)
            if does is not None:
                _refuse_weight(projection, projection.shown_weight(weight), weight, does)


def check_given(projection: Projection) -> None:
    """All that can be said of a projection before its weights are drawn.

    A conductance, as the equations of its target read it, does what its axons may do. Where its
    current flows towards the reversal potential, one that reverses at or below rest cannot excite,
    and one that reverses above threshold cannot inhibit; where the equations turn the sign, the
    other way round. Between the two a receptor depolarises without making the target fire, which
    both may do.

    Raises:
        ParameterError: naming both populations, the receptor and the potentials, or the weight.
    """
    check_released(projection)
    check_limits(projection)
    weights, is_current = projection.weights, projection.synapse.reversal is None
    if isinstance(weights, Distribution):
        # An open end says nothing: most of a normal distribution may lie on the right side of 0.
        low, high = weights.bounds
        check_weights(projection, [bound for bound in (low, high) if np.isfinite(bound)])
    elif isinstance(weights, (float, np.ndarray)):
        check_weights(projection, weights)
    only_positive = isinstance(weights, Distribution) and low >= 0 and np.isinf(high)
    is_open = effect(projection.pre.population) is None or projection.synapse.is_modulator
    is_open = is_open or projection.is_graded
    if is_open or (is_current and not only_positive):
        return
    does = _against(projection, _signs(projection), 1.0)
    if does is not None and is_current:
        _refuse_weight(projection, f"of {projection.weight}", 1.0, does)
    if does is not None:
        _refuse_receptor(projection, does)


def check_limits(projection: Projection, states: Mapping[str, Any] = EMPTY) -> None:
    """No limits of a rule leave only weights of the sign that is not allowed.

    Args:
        projection: whose rule it is; of several rules each may have some.
        states: what each synapse has for itself, once it is drawn. Before, all that a distribution
            can give is refused where it has the other sign.

    Raises:
        ParameterError: for a limit of the other sign, with which weights would end at 0.
    """
    rule = projection.plasticity
    if rule is None:
        return
    from rheobase.network.learning import bound
    from rheobase.network.weight_bounds import weight_limits

    fitted = bound(rule, projection.composite, projection.state)
    changes = {statement.name for event in fitted.events.values() for statement in event}
    sign = weight_sign(projection) if "w" in changes else 0
    if not sign:
        return
    each = dict[str, Any]()
    for name, varying in rule.varying.items():
        if varying.is_parameter:
            value = states.get(name, varying.values)
            if isinstance(value, Distribution):
                end = value.bounds[sign > 0]
                value = end if np.isfinite(end) else float(sign)
            each[name] = value
    for limits in weight_limits(fitted, each):
        end = limits.high if sign > 0 else limits.low
        wrong = np.ravel(end * sign <= 0)
        for name in limits.high_names + limits.low_names if wrong.any() else ():
            limit: Any = each[name] if name in each else rule.parameters[name]
            against = wrong & (np.ravel(limit) * sign < 0)
            if against.any():
                place = int(np.argmax(against)) if np.ndim(limit) else 0
                _refuse_limit(projection, rule, name, limit, place)


def _refuse_limit(
    projection: Projection, rule: LearningRule, name: str, limit: Any, place: int
) -> None:
    pre, synapse, given = projection.pre, projection.synapse, rule.varying.get(name)
    why = f"{pre.name!r} releases {pre.population.releases}"
    if synapse.reversal is not None or synapse.is_modulator:
        what = "concentration" if synapse.is_modulator else "conductance"
        why = f"the weights of {synapse.name!r} are those of a {what}"
    sign = "not negative" if weight_sign(projection) > 0 else "not positive"
    value, dimension = float(np.ravel(limit)[place]), rule.parts.dimensions[name]
    shown, whose, mend = str(as_quantity(value, dimension)), "", f"turn the sign of {name}"
    if np.ndim(limit):
        whose = f" of synapse {place}"
    if given is not None and isinstance(given.values, Distribution):
        shown = shown if whose else str(given.given)
        mend += ", or keep what is drawn on its side of 0 with rb.truncated(...)"
    raise ParameterError(
        f"{name}{whose} is {shown}, and {why}: the weights onto {projection.post.name!r} are "
        f"{sign}.",
        where=projection.where,
        mend=mend,
    )


def weight_sign(projection: Projection) -> int:
    """The sign that the weights may not lose while they change: 1, -1, or 0 where both may be."""
    if projection.synapse.reversal is not None or projection.synapse.is_modulator:
        return 1
    if effect(projection.pre.population) is None:
        return 0
    signs = _signs(projection)
    allowed = [sign for sign in (1, -1) if _against(projection, signs, float(sign)) is None]
    return allowed[0] if len(allowed) == 1 else 0


def projection_effect(projection: Projection) -> str | None:
    """Whether a projection excites, inhibits or modulates; None where that is open, or either."""
    if projection.synapse.is_modulator:
        return MODULATES
    if projection.is_graded:
        from rheobase.network.graded import graded_effect

        return graded_effect(projection)
    said = effect(projection.pre.population)
    signs = _signs(projection) if said is None else None
    if signs is None:
        return said
    if projection.synapse.reversal is not None:
        return EXCITES if (signs > 0).all() else INHIBITS
    weights = projection.weights
    if isinstance(weights, Distribution):
        low, high = weights.bounds
    elif isinstance(weights, (float, np.ndarray)):
        low, high = float(np.min(weights, initial=np.inf)), float(np.max(weights, initial=-np.inf))
    else:
        return None
    least, most = float(signs.min()), float(signs.max())
    products = [sign * end for sign in (least, most) for end in (low, high) if sign and end]
    if not products:
        return None
    return EXCITES if min(products) > 0 else INHIBITS if max(products) < 0 else None


def _signs(projection: Projection) -> Any:
    """As `polarity`: it takes models apart, which no projection needs whose axons may do both."""
    from rheobase.network.polarity import polarity

    return polarity(projection)


def _against(projection: Projection, signs: Any, weight: float) -> str | None:
    """What a weight does that its axons may not, to any of the targets; None where all is well."""
    kind, synapse = effect(projection.pre.population), projection.synapse
    if signs is None or not weight:
        return None
    pushes = signs * np.sign(weight)
    if kind == EXCITES:
        # What does nothing at rest, and inhibits beyond, cannot excite.
        never = (pushes <= 0).all(axis=0) & (pushes < 0).any(axis=0)
        return INHIBITS if never.any() else None
    from rheobase.network.levels import rest_and_threshold

    threshold = rest_and_threshold(projection.composite, synapse.potential)[1]
    if synapse.reversal is not None and threshold is None:
        return None
    return EXCITES if (pushes > 0).all(axis=0).any() else None


def _refuse_receptor(projection: Projection, does: str) -> None:
    from rheobase.network.levels import rest_and_threshold
    from rheobase.network.polarity import reversal_potential

    pre, post, synapse = projection.pre, projection.post, projection.synapse
    target, reversal = projection.composite, reversal_potential(projection) or 0.0
    rest, threshold = rest_and_threshold(target, synapse.potential)
    levels = [level for level in (rest, threshold) if level is not None]
    level = max(levels) if reversal > max(levels) else min(levels)
    is_above = reversal > level
    shown = [shown_internal(target, synapse.potential, value) for value in (reversal, level)]
    message = (
        f"{pre.name!r} releases {pre.population.releases}, and the receptor {synapse.name!r} on "
        f"{post.name!r} {does}: it reverses at {shown[0]}, {'above' if is_above else 'at or below'}"
        f" the {'rest' if level == rest else 'threshold'} of {post.name!r} ({shown[1]})"
    )
    other = "GABA" if does == INHIBITS else "glutamate"
    mend = f"use a receptor of another reversal potential, or releases={other!r}"
    if is_above == (does == INHIBITS):
        message += f", and its current drives {synapse.potential!r} away from there"
        mend = f"let the equations have + {synapse.into}, and the receptor g * (E - v)"
    raise ParameterError(
        f"{message}.",
        where=projection.where,
        mend=f"{mend}: by Dale's law an axon does one or the other",
    )


def _refuse_negative(projection: Projection, weight: float) -> None:
    is_modulator = projection.synapse.is_modulator
    mend = "inhibition by a conductance comes of its reversal potential"
    if is_modulator:
        mend = "what a modulator weakens it scales by a factor below 1, as with gain=-0.5"
    raise ParameterError(
        f"A weight is negative, {projection.shown_weight(weight)}, and a "
        f"{'concentration' if is_modulator else 'conductance'} is not.",
        where=projection.where,
        mend=f"{mend}; for drawn weights use rb.clipped(..., low=0 of their unit)",
    )


def _refuse_weight(projection: Projection, shown: str, weight: float, does: str) -> None:
    pre, post, synapse = projection.pre, projection.post, projection.synapse
    may = "excite" if does == INHIBITS else "inhibit"
    sign, end = ("positive", "high") if weight > 0 else ("negative", "low")
    name = synapse.into if synapse.model is not None else synapse.state
    is_turned = (weight > 0) == (does == INHIBITS)
    reason = f", whose equations make it fire less as {name!r} grows" if is_turned else ""
    raise ParameterError(
        f"{pre.name!r} releases {pre.population.releases} and may only {may}, and its {sign} "
        f"weight {shown} {does} {post.name!r} by the receptor {synapse.name!r}{reason}.",
        where=projection.where,
        mend=f"turn its sign{', or that in the equations' if is_turned else ''}, or let another "
        "population release the other transmitter (Dale's law); for drawn weights use "
        f"rb.clipped(..., {end}=0 of their unit)",
    )
