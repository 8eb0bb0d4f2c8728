"""Dale's law: what the axons of a population release decides whether they excite or inhibit."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.compiler.targets.numpy import evaluate
from rheobase.errors import ParameterError, closest
from rheobase.model.expression import Comparison, Number, Symbol, names
from rheobase.model.model import Model
from rheobase.model.synapse import Synapse
from rheobase.network.distributions import Distribution
from rheobase.network.projection import Projection
from rheobase.network.values import shown_internal
from rheobase.units.dimension import VOLTAGE
from rheobase.units.quantity import short

EXCITES, INHIBITS = "excites", "inhibits"
TRANSMITTERS = {"glutamate": EXCITES, "acetylcholine": EXCITES, "GABA": INHIBITS}
# Models whose spikes are detected at their peak have a threshold far above the one at which firing
# begins; that one lies some 20 mV above rest in neurons of every kind.
_FIRING_ABOVE_REST = 20.0


def transmitter(value: Any, where: str) -> str | None:
    """What axons release, in its usual spelling; None where it is not said.

    Raises:
        ParameterError: for anything but a known transmitter.
    """
    if value is None:
        return None
    usual = {name.lower(): name for name in TRANSMITTERS}
    name = usual.get(value.lower()) if isinstance(value, str) else None
    if name is None:
        hint = closest(value, list(TRANSMITTERS)) if isinstance(value, str) else ""
        raise ParameterError(
            f"releases= is {short(value)}.",
            where=where,
            mend=f"{hint}there are {', '.join(TRANSMITTERS)}; None where it is not said",
        )
    return name


def effect(population: Any) -> str | None:
    """Whether a population excites or inhibits its targets; None where it is not said."""
    return TRANSMITTERS[population.releases] if population.releases else None


def check_receptor(projection: Projection) -> None:
    """A conductance's reversal potential fits what is released.

    A receptor that reverses at or below rest cannot excite; one that reverses above threshold
    cannot inhibit. Between the two a receptor depolarises without making the target fire, which
    both may do.

    Raises:
        ParameterError: naming both populations, the receptor and the potentials.
    """
    target, synapse = projection.post.population.model, projection.synapse
    kind = effect(projection.pre.population)
    if kind is None or synapse.reversal is None or not isinstance(target, Model):
        return
    rest, threshold = rest_and_threshold(target, synapse.potential)
    lowest = rest if rest is not None else threshold
    reversal = _reversal(target, synapse)
    if kind == EXCITES and lowest is not None and reversal <= lowest:
        word = "the rest" if rest is not None else "the threshold"
        _refuse_receptor(projection, "inhibits", f"at or below {word} of", lowest)
    if kind == INHIBITS and threshold is not None and reversal > threshold:
        _refuse_receptor(projection, "excites", "above the threshold of", threshold)


def check_weights(projection: Projection, weights: Any) -> None:
    """Every weight has the sign that what is released allows; a conductance is never negative.

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
    if projection.synapse.reversal is not None and lowest < 0:
        raise ParameterError(
            f"A weight is negative, {projection.shown_weight(lowest)}, and a conductance is not.",
            where=projection.where,
            mend="inhibition by a conductance comes of its reversal potential; for drawn weights "
            "use rb.clipped(..., low=0 * nS)",
        )
    kind = effect(projection.pre.population)
    if kind is None or not _signed(projection):
        return
    if kind == EXCITES and lowest < 0:
        _refuse_weight(projection, projection.shown_weight(lowest), lowest)
    if kind == INHIBITS and highest > 0:
        _refuse_weight(projection, projection.shown_weight(highest), highest)


def check_given(projection: Projection) -> None:
    """All that can be said of a projection before its weights are drawn.

    Raises:
        ParameterError: as `check_receptor` and `check_weights` do.
    """
    check_receptor(projection)
    weights = projection.weights
    if isinstance(weights, Distribution):
        # An open end says nothing: most of a normal distribution may lie on the right side of 0.
        low, high = weights.bounds
        check_weights(projection, [bound for bound in (low, high) if np.isfinite(bound)])
        only_positive = low >= 0 and np.isinf(high)
        if only_positive and _signed(projection) and effect(projection.pre.population) == INHIBITS:
            _refuse_weight(projection, f"of {projection.weight}", 1.0)
    elif isinstance(weights, (float, np.ndarray)):
        check_weights(projection, weights)


def rest_and_threshold(model: Model, state: str) -> tuple[float | None, float | None]:
    """Where a neuron rests and from where on it fires, internal; None for what is not known.

    Rest is the state's first value, or else the value it is reset to; the threshold is the one of
    the spike condition, and no more than 20 mV above rest where the state is shown in volts.
    """
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


def _reversal(target: Model, synapse: Synapse) -> float:
    """The reversal potential in the numbers of the target."""
    reversal = float(synapse.reversal or 0.0)
    unit = target.unit_of(synapse.potential) if target.is_plain else None
    is_plain = synapse.model is None or synapse.model.is_plain
    return reversal if unit is None or is_plain else float(unit.from_internal(reversal))


def _signed(projection: Projection) -> bool:
    """Whether the sign of a weight decides, as far as is known, between a spike and silence."""
    target, synapse = projection.post.population.model, projection.synapse
    if synapse.reversal is not None:
        return False
    if synapse.model is not None or not isinstance(target, Model) or target.spike is None:
        return True
    return synapse.state in names(target.spike)


def _refuse_receptor(projection: Projection, does: str, where: str, level: float) -> None:
    pre, post, synapse = projection.pre, projection.post, projection.synapse
    target = post.population.model
    values = [_reversal(target, synapse) if isinstance(target, Model) else 0.0, level]
    shown = [shown_internal(target, synapse.potential, value) for value in values]
    other = "GABA" if does == "inhibits" else "glutamate"
    raise ParameterError(
        f"{pre.name!r} releases {pre.population.releases}, and the receptor {synapse.name!r} on "
        f"{post.name!r} {does}: it reverses at {shown[0]}, {where} {post.name!r} ({shown[1]}).",
        where=projection.where,
        mend=f"use a receptor of another reversal potential, or releases={other!r}: by Dale's "
        "law an axon does one or the other",
    )


def _refuse_weight(projection: Projection, shown: str, weight: float) -> None:
    pre, post = projection.pre, projection.post
    may, does, sign, end = ("excite", "inhibits", "negative", "low")
    if weight > 0:
        may, does, sign, end = ("inhibit", "excites", "positive", "high")
    raise ParameterError(
        f"{pre.name!r} releases {pre.population.releases} and may only {may}, and its {sign} "
        f"weight {shown} {does} {post.name!r} by the receptor {projection.synapse.name!r}.",
        where=projection.where,
        mend="turn its sign, or let another population release the other transmitter (Dale's "
        f"law); for drawn weights use rb.clipped(..., {end}=0 of their unit)",
    )
