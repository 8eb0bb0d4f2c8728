"""What makes a projection learn: its rule, where its delays lie, and who modulates it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.errors import ParameterError, UnitError, UnknownNameError
from rheobase.network.population import Population, View
from rheobase.records import Record
from rheobase.units.dimension import TIME
from rheobase.units.door import internal
from rheobase.units.quantity import Quantity, short

if TYPE_CHECKING:
    from rheobase.model.learning import BoundRule, LearningRule
    from rheobase.model.model import Model
    from rheobase.network.projection import Projection

_ON_GRID = 1e-6


class Axonal(Record):
    """The part of a delay that lies before the synapse.

    Attributes:
        fraction: of the whole delay; None where a time is given.
        time: in ms; None where a fraction is given.
    """

    fraction: float | None = None
    time: float | None = None

    def ticks(self, delays: Any, dt: float) -> Any:
        """In steps, for whole delays in steps.

        Raises:
            ParameterError: for a time longer than a delay.
        """
        if self.time is None:
            part = np.rint(np.asarray(delays, float) * (self.fraction or 0.0)).astype(np.int64)
            return part if np.ndim(delays) else int(part)
        found = round(self.time / dt)
        if np.size(delays) and found > np.min(delays):
            raise ParameterError(
                f"The axonal delay is {self.time:g} ms, and the shortest whole delay "
                f"{float(np.min(delays)) * dt:g} ms.",
                mend="delay= is the whole delay, axonal= the part of it before the synapse",
            )
        return found


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


def bound(rule: LearningRule, composite: Model, state: str) -> BoundRule:
    """A rule in the internal units of the weights that are added to a state of a target."""
    # The receptor's own states have other names where several projections share a target.
    neuron = composite if composite.neuron is None else composite.neuron
    target = {s: (neuron.dimension_of(s), neuron.display.get(s)) for s in neuron.states}
    if not composite.is_plain:
        return rule.bound(composite.dimension_of(state), target=target)
    return rule.bound(
        composite.dimension_of(state),
        unit=composite.display.get(state),
        time_unit=composite.time_unit,
        target=target,
    )


def check_bounds(projection: Projection, weights: Any) -> None:
    """The weights that a rule is to keep between 0 and its w_max have its sign to begin with.

    Args:
        projection: whose they are.
        weights: internal floats of any shape.

    Raises:
        ParameterError: for a weight of the other sign, which the rule would set to 0.
    """
    rule = projection.plasticity
    if rule is None or "w_max" not in rule.parameters or not np.size(weights):
        return
    largest = bound(rule, projection.composite, projection.state).parameters["w_max"]
    wrong = np.asarray(weights, float) * np.sign(largest)
    if wrong.min() < 0:
        shown = [projection.shown_weight(w) for w in (wrong.min() * np.sign(largest), largest)]
        raise ParameterError(
            f"A weight is {shown[0]}, and the rule's largest is w_max = {shown[1]}: it would be "
            "set to 0.",
            where=projection.where,
            mend="give w_max= the sign of the weights; drawn ones keep theirs with rb.clipped(...)",
        )


def as_axonal(given: Any, rule: LearningRule | None, dt: float, where: str) -> Axonal:
    """The axonal part of delays, as it is given: a time or a fraction; none by default.

    Raises:
        ParameterError: for one that is off the grid, out of range, or without a rule.
        UnitError: for a quantity that is not a time.
    """
    if given is None:
        return Axonal(0.0)
    if rule is None:
        raise ParameterError(
            f"axonal= is {short(given)}, and nothing depends on where the delay lies.",
            where=where,
            mend="leave axonal= out, or give plasticity=",
        )
    if not isinstance(given, Quantity):
        if isinstance(given, bool) or not isinstance(given, (int, float)) or not 0 <= given <= 1:
            raise ParameterError(
                f"axonal= is {short(given)}.",
                where=where,
                mend="give a time, or a fraction of the delay from 0 to 1",
            )
        return Axonal(float(given))
    time = internal(given, TIME, "The axonal delay")
    if np.ndim(time) or not 0 <= time < np.inf or abs(time / dt - round(time / dt)) > _ON_GRID:
        raise ParameterError(
            f"axonal= is {short(given)}.",
            where=where,
            mend=f"give one time that is a whole number of steps of {dt:g} ms",
        )
    return Axonal(None, float(time))


def as_modulator(given: View | None, rule: LearningRule | None, where: str) -> Population | None:
    """The population whose spikes are a rule's modulator events.

    Raises:
        ParameterError: for one without use, or a use without one.
    """
    wanted = rule is not None and rule.on_modulator != ""
    if given is None:
        if wanted:
            raise ParameterError(
                f"{rule} has on_modulator=, and no population modulates it.",
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


def described(axonal: Axonal) -> Any:
    """The axonal part as JSON holds it."""
    return axonal.fraction if axonal.time is None else {"ms": axonal.time}


def axonal_from(given: Any) -> Any:
    """What `described` gave, as `net.connect` takes it."""
    from rheobase.units.table import preferred_unit

    if isinstance(given, Mapping):
        return Quantity(float(given["ms"]), preferred_unit(TIME))
    return given or None
