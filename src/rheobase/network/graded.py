"""Graded projections: what flows into a target is a weighted sum of outputs, at every moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.compiler.calculus import depends, is_noise
from rheobase.errors import ParameterError, UnitError, UnknownNameError, closest
from rheobase.model.arguments import check_name
from rheobase.model.distributions import Distribution
from rheobase.model.expression import Symbol
from rheobase.model.model import Model
from rheobase.network.dale import check_given
from rheobase.network.delays import check_least, exact_steps
from rheobase.network.door import read_value
from rheobase.network.expressions import Formula
from rheobase.network.feasible import check_rule
from rheobase.network.population import Population, View
from rheobase.network.projection import Projection
from rheobase.network.properties import synapse_names
from rheobase.network.rules import Rule
from rheobase.network.sources import Poisson
from rheobase.network.transmitters import EXCITES, INHIBITS, effect
from rheobase.network.values import tidy
from rheobase.records import EMPTY, Record
from rheobase.units.dimension import NONE, RATE, TIME, Dimension
from rheobase.units.door import as_quantity, internal
from rheobase.units.quantity import Unit, short
from rheobase.units.table import describe, preferred_unit

# What an output may drive of a Poisson population.
POISSON_INPUT = "rate"


class Graded(Record):
    """A graded synapse: it adds the output of its source, times its weight, to an input.

    Of neuron i the input gets sum_j w_ij r_j(t - d_ij), constant over each step. Before the
    beginning r is what it is of the first values. A delay of 0 is allowed where the output is one
    of states alone: it is then r at the beginning of the step. Onto `rb.Poisson` the sum is a rate,
    which is added to its own; below 0 it counts as 0.

    Args:
        of: the output of the source, a state or a named expression; None for its only output.
        into: the input of the target; None for its only input, or the one called I.

    Raises:
        ParameterError: for what is no name.
    """

    of: str | None = None
    into: str | None = None

    # What a graded synapse has in common with receptors: it is one without dynamics.
    name = "graded"
    model = None
    state = current = ""
    reversal = None
    is_modulator = False
    is_graded = True
    scales = EMPTY
    transmitter = None
    pulse = None

    def __init__(self, of: str | None = None, into: str | None = None) -> None:
        for what, given in (("of", of), ("into", into)):
            if given is not None:
                check_name(given, what)
        super().__init__(of, into)

    def key(self) -> str:
        """What tells graded synapses apart."""
        return f"graded {self.of} {self.into}"

    def describe(self) -> dict[str, Any]:
        """The synapse as JSON can hold it."""
        return {"graded": {"of": self.of, "into": self.into}}


class Measure(Record):
    """What the weights of a graded projection measure.

    Attributes:
        dimension: the input's over the output's.
        is_plain: whether the target has no units.
    """

    dimension: Dimension
    is_plain: bool

    def dimension_of(self, name: str) -> Dimension:
        """That dimension, by whatever name."""
        return self.dimension

    def unit_of(self, name: str) -> Unit | None:
        """The unit in which they are shown."""
        return None if self.dimension.is_none else preferred_unit(self.dimension)

    def to_internal(self, value: Any, name: str) -> Any:
        """Weights as internal floats."""
        return internal(value, self.dimension, "The weight")

    def from_internal(self, value: Any, name: str) -> Any:
        """Internal weights as a reader sees them."""
        return as_quantity(value, self.dimension)


def fitted_graded(synapse: Graded, pre: View, post: View, where: str) -> tuple[Graded, Measure]:
    """A graded synapse with both names, and what its weights measure.

    Raises:
        ParameterError: for ends of which the names are not plain, or that send or take none.
        UnknownNameError: for an output or an input that there is not.
        UnitError: where one end has units and the other none.
    """
    source = pre.population.model
    if not isinstance(source, Model):
        raise ParameterError(
            f"{pre.name!r} is a source of spikes, {source}, and has no output.",
            where=where,
            mend="let its spikes arrive by a synapse: rb.Exponential(5 * ms)",
        )
    of = _output(source, synapse.of, where)
    into, wanted, is_plain = _input(post.population, synapse.into, where)
    given = source.dimension_of(of)
    if is_plain and not given.is_none:
        raise UnitError(
            f"{of!r} of {pre.name!r} is {describe(given)}, and {post.name!r} has no units.",
            where=where,
            mend="give both models units, or neither",
        )
    return Graded(of, into), Measure(NONE if is_plain else wanted.over(given), is_plain)


def _output(source: Model, of: str | None, where: str) -> str:
    known = [*source.outputs, *source.states, *source.definitions]
    if of is None:
        if len(source.outputs) != 1:
            has = f"{len(source.outputs)} outputs" if source.outputs else "no output"
            raise ParameterError(
                f"{source.called[0].upper()}{source.called[1:]} has {has}.",
                where=where,
                mend=f"say which name is sent: rb.Graded(of={(known or ['r'])[0]!r})",
            )
        of = source.outputs[0]
    if of not in known:
        raise UnknownNameError(
            f"{source.title} has no {of!r} to send.",
            where=where,
            mend=f"{closest(of, known)}it has {', '.join(dict.fromkeys(known)) or 'none'}",
        )
    if any(map(is_noise, depends(source, Symbol(of)))):
        raise ParameterError(
            f"{of!r} holds white noise, which has no value at an instant.",
            where=where,
            mend="send a state that the noise acts on",
        )
    return of


def _input(target: Population, into: str | None, where: str) -> tuple[str, Dimension, bool]:
    """The name of the input, its dimension, and whether its population has no units."""
    model = target.model
    if not isinstance(model, Model):
        if not isinstance(model, Poisson) or into not in (None, POISSON_INPUT):
            raise ParameterError(
                f"{target.name!r} is a source of spikes, {model}, and has no such input.",
                where=where,
                mend="a rate drives rb.Poisson(...), or an input of a population of neurons",
            )
        return POISSON_INPUT, RATE, False
    inputs = list(model.inputs)
    if into is None:
        if len(inputs) != 1 and "I" not in inputs:
            raise ParameterError(
                f"{model.called[0].upper()}{model.called[1:]} has "
                f"{f'{len(inputs)} inputs' if inputs else 'no input'}.",
                where=where,
                mend="say which one: rb.Graded(into=...)"
                if inputs
                else 'give it one: inputs=("I",)',
            )
        into = inputs[0] if len(inputs) == 1 else "I"
    if into not in inputs:
        raise UnknownNameError(
            f"{model.title} has no input {into!r}.",
            where=where,
            mend=f"{closest(into, inputs)}it has {', '.join(inputs) or 'none'}",
        )
    return into, model.dimension_of(into), model.is_plain


def made_graded(
    name: str,
    ends: tuple[View, View],
    synapse: Any,
    without: Mapping[str, Any],
    how: Mapping[str, Any],
    dt: float,
    where: str,
) -> Projection:
    """A graded projection.

    Args:
        name: its name.
        ends: sources and targets.
        synapse: as it was given.
        without: arguments of `connect` that only spikes know, all of them None.
        how: rule, weight, delay and precision, as they were given.
        dt: the time step (ms).
        where: its place, for errors.

    Raises:
        RheobaseError: as `NetworkDescription.connect` does.
    """
    from rheobase.network import connecting

    for key, value in without.items():
        if value is not None:
            raise ParameterError(
                f"{key}= is {short(value)}, and a graded projection sends no spikes.",
                where=where,
                mend=f"leave {key}= out",
            )
    if not isinstance(synapse, Graded):
        raise ParameterError(
            f"The synapse is {short(synapse)}, which is not yet called.",
            where=where,
            mend="call it: rb.Graded()",
        )
    fitted, measure = fitted_graded(synapse, *ends, where)
    is_bare = how["weight"] is None
    rule, weight = connecting.as_rule(how["rule"], how["weight"], *ends, where)
    if is_bare:
        connecting.check_bare(measure, "", where)
    check_rule(rule, *ends, where)
    connecting.check_precision(how["precision"], where)
    weights = read_value(
        weight, convert=lambda value: measure.to_internal(value, ""), known=synapse_names(*ends),
        due=measure.dimension, what="the weight", where=where,
    )  # fmt: skip
    projection = Projection(
        name, *ends, fitted, rule, weight=tidy(weight), delay=tidy(how["delay"]),
        weights=connecting.one_a_synapse(weights, "weight", rule, ends, where),
        delays=_delays(how["delay"], rule, ends, dt, where), precision=how["precision"],
        composite=measure, state=str(fitted.into),
    )  # fmt: skip
    check_given(projection)
    return projection


def _delays(delay: Any, rule: Rule, ends: tuple[View, View], dt: float, where: str) -> Any:
    """The delay (ms): as of a projection of spikes, but that 0 may be."""
    from rheobase.network.connecting import one_a_synapse

    if delay is None:
        raise ParameterError(
            "There is no delay.",
            where=where,
            mend="give delay=: 0 * ms for the output at the beginning of each step",
        )
    read = read_value(
        delay, convert=lambda value: internal(value, TIME, "The delay"),
        known=synapse_names(*ends), due=TIME, what="the delay", where=where,
    )  # fmt: skip
    if isinstance(read, Distribution):
        bounds = np.array([b for b in read.bounds if np.isfinite(b)])
        check_least(bounds, dt, where, least=0)
    elif not isinstance(read, Formula):
        exact_steps(read, dt, where, least=0)
    return one_a_synapse(read, "delay", rule, ends, where)


def begins_with_inputs(model: Model, of: str, coupled: tuple[str, ...] = ()) -> bool:
    """Whether an output is known only when a step begins: it reads inputs, or voltages of gaps."""
    return bool(depends(model, Symbol(of)) & {*model.inputs, *coupled})


def check_graded_weights(projection: Projection, lowest: float, highest: float) -> None:
    """Dale's law for outputs: what excites has weights of 0 or more, what inhibits of 0 or less.

    Raises:
        ParameterError: naming the population, what it releases, and a weight.
    """
    kind, pre = effect(projection.pre.population), projection.pre
    worst = lowest if kind == EXCITES else highest
    if (kind == EXCITES and lowest < 0) or (kind == INHIBITS and highest > 0):
        does, few = ("excite", "more") if kind == EXCITES else ("inhibit", "less")
        raise ParameterError(
            f"{pre.name!r} releases {pre.population.releases} and may only {does}, and a weight "
            f"is {projection.shown_weight(worst)}.",
            where=projection.where,
            mend=f"give weights of 0 or {few}, or let another population release the other "
            "transmitter (Dale's law)",
        )


def graded_effect(projection: Projection) -> str | None:
    """Whether a graded projection excites or inhibits; None where that is open, or either."""
    weights = projection.weights
    if isinstance(weights, Distribution):
        low, high = weights.bounds
    elif isinstance(weights, (float, np.ndarray)):
        low, high = float(np.min(weights, initial=np.inf)), float(np.max(weights, initial=-np.inf))
    else:
        return effect(projection.pre.population)
    return EXCITES if low >= 0 else INHIBITS if high <= 0 else None


__all__ = ["Graded", "Measure", "begins_with_inputs", "made_graded"]
