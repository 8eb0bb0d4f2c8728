"""From the arguments of `net.add` to a `Population`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from rheobase.compiler.schemes import METHODS
from rheobase.errors import ParameterError, RheobaseError, SchemeError, UnknownNameError
from rheobase.model.composition import arrival_state
from rheobase.model.distributions import Distribution
from rheobase.model.model import Model
from rheobase.network import stimuli
from rheobase.network.arrays import whole
from rheobase.network.door import as_member, check_name, read_value, unknown_hint
from rheobase.network.expressions import Formula
from rheobase.network.population import Member, Population, free_name
from rheobase.network.properties import neuron_names
from rheobase.network.sources import Poisson, SpikeTimes
from rheobase.network.space import as_positions
from rheobase.network.transmitters import transmitter
from rheobase.network.values import shown_internal
from rheobase.units.quantity import short

_MOST = 2**31


def made_population(
    taken: Collection[str],
    model: Any,
    n: Any,
    *,
    name: Any,
    releases: Any,
    initial: Any,
    parameters: Any,
    positions: Any,
    method: Any,
    inputs: Mapping[str, Any],
) -> Population:
    """A population; the arguments are those of `NetworkDescription.add`, but for the first.

    `taken` has the names that there are.

    Raises:
        RheobaseError: as `NetworkDescription.add` does.
    """
    member = as_member(model)
    if name is None:
        name = free_name(_usual_name(member), taken)
    name = check_name(name, "population", taken)
    where = f"  in the population {name!r}"
    count = _size(member, n, where)
    population = Population(name, member, count, releases=transmitter(releases, where))
    population.given = {
        "initial": dict(_mapping(initial, "initial", where)),
        "parameters": dict(_mapping(parameters, "parameters", where)),
    }
    if positions is not None:
        population.positions = as_positions(positions, count, where)
    if isinstance(member, Model):
        _fill(population, member, inputs, method, where)
    else:
        strange = {"initial": initial, "parameters": parameters, "method": method, **inputs}
        for key, value in strange.items():
            if value is not None:
                raise ParameterError(
                    f"{member} takes no {key}=.", where=where, mend="a source only sends spikes"
                )
    return population


def _fill(
    population: Population, model: Model, inputs: Mapping[str, Any], method: Any, where: str
) -> None:
    """Parameters, first values, inputs and method of a population of neurons."""
    if method is not None and method not in METHODS:
        raise SchemeError(
            f"There is no method {short(method)}.",
            where=where,
            mend=unknown_hint(method, METHODS, "the methods are"),
        )
    population.method = method
    _put_parameters(population, model, where)
    for state, value in population.given["initial"].items():
        if state in model.states:
            population.initial[state] = _first_value(population, model, state, value, where)
        elif "_" not in str(state):  # a receptor's states are looked at when receptors are known
            raise _unknown(model, "state", state, model.states, where)
    for key, value in inputs.items():
        if key not in model.inputs:
            raise _unknown(model, "input", key, model.inputs, where)
        population.inputs[key] = _stimulus(model, key, value, population.n, where)
    for key, value in population.model.parameters.items():  # type: ignore[union-attr]
        if np.ndim(value) and np.size(value) not in (1, population.n):
            raise ParameterError(
                f"The parameter {key} has {np.size(value)} values, and there are {population.n} "
                "neurons.",
                where=where,
                mend="give one value, or one a neuron",
            )


def first_values(population: Population, composite: Model) -> dict[str, Any]:
    """First values of a population's states and of its receptors', in one of the four forms.

    Args:
        population: the population.
        composite: its model joined with its receptors.

    Raises:
        UnknownNameError: for a state that neither the model nor a receptor has.
        RheobaseError: as `NetworkDescription.add` does.
    """
    found, where = dict(population.initial), f"  in the population {population.name!r}"
    for state, value in population.given.get("initial", {}).items():
        if state in found:
            continue
        if state not in composite.states:
            error = _unknown(composite, "state", state, composite.states, where)
            error.mend += "; those of a receptor are there once a projection brings it"
            raise error
        found[state] = _first_value(population, composite, state, value, where)
    for label, synapse in population.ports.items():
        if synapse.pulse is not None:
            from rheobase.network.kinetics import check_free

            check_free(found, label, synapse, where)
        if synapse.is_modulator:
            _check_concentration(found, arrival_state(label, synapse), composite, where)
    return found


def _check_concentration(
    values: Mapping[str, Any], state: str, composite: Model, where: str
) -> None:
    """No first value of a concentration is negative, as far as that is known before it is drawn."""
    value = values.get(state, 0.0)
    ends = value.bounds if isinstance(value, Distribution) else value
    least = 0.0 if isinstance(ends, Formula) else float(np.min(ends))
    if np.isfinite(least) and least < 0:
        raise ParameterError(
            f"The first value of {state} is {shown_internal(composite, state, least)}, and a "
            "concentration is not negative.",
            where=where,
            mend="give 0 or more",
        )


def _put_parameters(population: Population, model: Model, where: str) -> None:
    """Values go into the model; what is to be drawn or computed is kept beside it."""
    fixed: dict[str, Any] = {}
    for key, value in population.given["parameters"].items():
        if key not in model.parameters:
            raise _unknown(model, "parameter", key, model.parameters, where)
        read = _read(population, model, key, value, f"the parameter {key}", where)
        if isinstance(read, (Distribution, Formula)):
            population.parameters[key] = read
            _check_bounds(model, key, read, value, where)
        else:
            fixed[key] = value
    try:
        population.model = model.replace(**fixed) if fixed else model
    except RheobaseError as error:
        error.where = error.where or where
        raise
    for key, read in population.parameters.items():
        if isinstance(read, Formula) and read.names & population.parameters.keys():
            other = sorted(read.names & population.parameters.keys())[0]
            raise ParameterError(
                f"The parameter {key} is computed from {other}, which is itself drawn or computed.",
                where=where,
                mend="compute parameters from those that are given",
            )


def _check_bounds(
    model: Model, key: str, read: Distribution | Formula, given: Any, where: str
) -> None:
    """Refuse a distribution that reaches values which the parameter cannot have."""
    if not isinstance(read, Distribution):
        return
    for bound in read.bounds:
        if np.isfinite(bound):
            try:
                model._parameter(key, float(bound))
            except ParameterError as error:
                raise ParameterError(
                    f"{error.message} {given} reaches it.",
                    where=where,
                    mend="narrow the distribution, for example with rb.truncated",
                ) from None


def _first_value(population: Population, model: Model, state: str, value: Any, where: str) -> Any:
    """A first value of a state; one that is computed can use what is given, not what is drawn."""
    read = _read(population, model, state, value, f"initial {state}", where)
    drawn = sorted(read.names & population.parameters.keys()) if isinstance(read, Formula) else []
    if drawn:
        raise ParameterError(
            f"The first value of {state} is computed from {drawn[0]}, which is itself drawn or "
            "computed.",
            where=where,
            mend="compute it from parameters that are given",
        )
    return read


def _read(
    population: Population, model: Model, name: str, value: Any, what: str, where: str
) -> Any:
    """A value of one of the model's names for the neurons, internal."""
    read = read_value(
        value,
        convert=lambda given: model.to_internal(given, name),
        known={key: d for key, d in neuron_names(population).items() if key != name},
        due=model.dimension_of(name),
        what=what,
        where=where,
    )
    if np.ndim(read) and np.shape(read) != (population.n,):
        raise ParameterError(
            f"{what[0].upper()}{what[1:]} has the shape {np.shape(read)}, and there are "
            f"{population.n} neurons.",
            where=where,
            mend="give one value, or one a neuron",
        )
    return read


def _stimulus(model: Model, name: str, value: Any, n: int, where: str) -> stimuli.Stimulus:
    """What drives an input, of the right unit and for the right number of neurons."""
    try:
        stimulus = stimuli.from_description(value)
        for term in stimulus.terms:
            if isinstance(term, stimuli.NoiseTerm):
                model.to_internal(term.sigma, name)
                model.to_internal(term.mean, name)
            else:
                model.to_internal(term.amplitude, name)
        if stimulus.size not in (None, 1, n):
            raise ParameterError(
                f"The stimulus of {name} is for {stimulus.size} neurons, and there are {n}.",
                mend="give one value, or one a neuron",
            )
    except RheobaseError as error:
        error.where = error.where or where
        raise
    return stimulus


def _size(member: Member, n: Any, where: str) -> int:
    own = member.size
    if n is None:
        if own is None:
            if isinstance(member, Poisson):
                raise ParameterError(
                    "It is not said how many neurons there are.",
                    where=where,
                    mend="net.add(rb.Poisson(8 * Hz), 100)",
                )
            return 1
        return own
    try:
        count = whole(n, "n", 1, _MOST)
    except ParameterError as error:
        error.where = where
        raise
    few_enough = isinstance(member, SpikeTimes) and member.size <= count
    fits = few_enough or own in (None, 1, count)
    if not fits:
        raise ParameterError(
            f"n is {count}, and {_title(member)} is for {own} neurons.",
            where=where,
            mend=f"net.add(..., {own}), or leave n out",
        )
    return count


def _title(member: Member) -> str:
    return member.called if isinstance(member, Model) else str(member)


def _usual_name(member: Member) -> str:
    if isinstance(member, Model):
        return member.name or "population"
    return type(member).__name__


def _mapping(value: Any, argument: str, where: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ParameterError(
            f"{argument}= is {short(value)}.",
            where=where,
            mend=f"map names to values: {argument}=dict(v=...)",
        )
    return value


def _unknown(
    model: Model, kind: str, name: Any, known: Collection[str], where: str
) -> UnknownNameError:
    plural = {"state": "its states are", "input": "its inputs are"}
    return UnknownNameError(
        f"{model.title} has no {kind} {name!r}.",
        where=where,
        mend=unknown_hint(name, known, plural.get(kind, "its parameters are")),
    )
