"""What of a network is recorded: spikes, rates, and the values of names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.calculus import depends, is_noise
from rheobase.errors import ParameterError, UnknownNameError
from rheobase.model.expression import Symbol
from rheobase.model.model import Model
from rheobase.network.arrays import Indices, whole, whole_numbers
from rheobase.network.door import unknown_hint
from rheobase.network.population import Population, View, chosen
from rheobase.network.projection import Projection
from rheobase.records import Record
from rheobase.units.dimension import TIME
from rheobase.units.door import internal
from rheobase.units.quantity import Quantity, short

if TYPE_CHECKING:
    from rheobase.network.description import NetworkDescription

SPIKES, RATE = "spikes", "rate"
_LONGEST = 2**31  # steps between samples


class Watch(Record, identity=True):
    """One thing that is recorded of a population.

    Attributes:
        what: ``"spikes"``, ``"rate"``, or a name of the population with its receptors.
        index: of which neurons, in this order; None for all.
        every: a sample every so many steps.
    """

    what: str
    index: Indices | None = None
    every: int = 1


def record(network: NetworkDescription, asked: Any, what: Any, subset: Any, every: Any) -> None:
    """Take down what one call of `net.record` asks for; see there."""
    is_name = isinstance(asked, str)
    if isinstance(asked, Projection) or (
        is_name and asked in network.projections and asked not in network.populations
    ):
        from rheobase.network.synapse_watching import synapse_watch

        projection = network._projection(asked)
        found = synapse_watch(projection, what, subset, every, network.dt)
        network._sampled.pop(projection.name, None)
        if found is not None:
            network._sampled[projection.name] = found
        return
    network.check_open("another recording")
    view = network._view(asked, "population")
    for watch in watches(view, what, subset, every, network.dt):
        network._watched.setdefault(view.name, {})[watch.what] = watch


def watches(view: View, what: Any, subset: Any, every: Any, dt: float) -> list[Watch]:
    """What one call of `net.record` asks for.

    Raises:
        ParameterError: for a subset that is not there, or samples that are not on the grid.
        UnknownNameError: for what a source does not have.
    """
    population = view.population
    where = f"  in the population {population.name!r}"
    listed = [what] if isinstance(what, str) else list(what) if isinstance(what, Iterable) else []
    if not listed or not all(isinstance(name, str) for name in listed):
        raise ParameterError(
            f"what= is {short(what)}.",
            where=where,
            mend='name what to record: "spikes", "rate", "v", or a list of names',
        )
    if not view.is_whole and subset is not None:
        raise ParameterError(
            f"{view} is a view, and subset= is given too.", where=where, mend="give one of them"
        )
    index = None if view.is_whole else view.index
    if subset is not None:
        index = _subset(subset, population)
    steps = 1 if every is None else steps_between(every, dt, where)
    found = []
    for name in listed:
        if population.is_source and name not in (SPIKES, RATE):
            raise UnknownNameError(
                f"{population.model} has no {name!r} to record.",
                where=where,
                mend=unknown_hint(name, [SPIKES, RATE], "a source has"),
            )
        if name == SPIKES and steps != 1:
            raise ParameterError(
                f"Spikes are recorded every {steps} steps.",
                where=where,
                mend="spikes are recorded whenever they come: leave every= out",
            )
        found.append(Watch(name, index, steps))
    return found


def check_watches(
    population: Population, watched: Mapping[str, Watch], composite: Model | None
) -> None:
    """Every recorded name is one of the neuron or its receptors, and has values.

    Args:
        population: the population.
        watched: what is recorded of it.
        composite: its model joined with its receptors; None for a source.

    Raises:
        UnknownNameError: for a name that there is not.
        ParameterError: for one that holds white noise.
    """
    if composite is None:
        return
    where = f"  in the population {population.name!r}"
    known = [*composite.states, *composite.definitions, *composite.inputs]
    for name in watched:
        if name in (SPIKES, RATE):
            continue
        if name not in known:
            raise UnknownNameError(
                f"{population.name!r} has no {name!r} to record.",
                where=where,
                mend=unknown_hint(name, [SPIKES, RATE, *known], "it has"),
            )
        if name in composite.definitions and any(map(is_noise, depends(composite, Symbol(name)))):
            raise ParameterError(
                f"{name!r} holds white noise, which has no value at an instant.",
                where=where,
                mend="record a state that the noise acts on",
            )


def _subset(subset: Any, population: Population) -> Indices:
    if isinstance(subset, View):
        if subset.population is not population:
            raise ParameterError(
                f"subset= is of {subset.name!r}.",
                where=f"  in the population {population.name!r}",
                mend="give a view of the population that is recorded",
            )
        return subset.index
    is_list = isinstance(subset, (list, tuple, range))
    if not subset if is_list else getattr(subset, "size", 1) == 0:
        return whole_numbers([], "subset")
    return chosen(subset, population.n, population.name)


def steps_between(every: Any, dt: float, where: str) -> int:
    """Steps between samples, from a number of steps or a time on the grid.

    Raises:
        ParameterError: for one that is off the grid, or no whole number of steps.
        UnitError: for a quantity that is not a time.
    """
    if not isinstance(every, (Quantity, str)):
        try:
            return whole(every, "every", 1, _LONGEST)
        except ParameterError as error:
            error.where = where
            raise
    time = internal(every, TIME, "every")
    steps = 0
    if not np.ndim(time) and 0 < time < _LONGEST * dt:  # which NaN and infinity are not
        steps = round(float(time) / dt)
    if steps < 1 or abs(float(time) / dt - steps) > 1e-6 * steps:
        said = every if isinstance(every, str) else short(every)
        raise ParameterError(
            f"every= is {said}, not a whole number of steps of dt = {dt:g} ms.",
            where=where,
            mend=f"give a number of steps, from 1 to {_LONGEST - 1}, or a time on the grid",
        )
    return steps
