"""What reaches the neurons of a network: of each projection how many synapses, of what strength."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import numpy as np

from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.network.rules import (
    AllToAll,
    Bernoulli,
    Edges,
    FixedIndegree,
    FixedOutdegree,
    FixedTotal,
    OneToOne,
    Rule,
    SmallWorld,
)
from rheobase.network.sources import Poisson
from rheobase.network.stimuli import Term
from rheobase.reduction.integrator import Integrator, integrator

if TYPE_CHECKING:
    from rheobase.network.description import NetworkDescription
    from rheobase.network.population import Population
    from rheobase.network.projection import Projection


class Afferent(NamedTuple):
    """A projection as its target feels it.

    Attributes:
        source: the name of the population it comes from.
        shift: the sum of a target's weights (mV), in the mean over targets.
        power: the sum of their squares (mV^2).
    """

    source: str
    shift: float
    power: float


class Group(NamedTuple):
    """A population of leaky integrate-and-fire neurons with what reaches it.

    Attributes:
        neuron: its neuron.
        bias: where v settles without spikes (mV).
        afferents: one a projection.
    """

    neuron: Integrator
    bias: float
    afferents: tuple[Afferent, ...]


def groups(network: NetworkDescription) -> tuple[dict[str, Group], dict[str, float]]:
    """The populations of neurons, and the rates (per ms) of those that are Poisson sources.

    Raises:
        ParameterError: for a network that this theory does not reach, saying where.
    """
    if network.gap_junctions:
        raise ParameterError(
            f"The network has gap junctions: {', '.join(network.gap_junctions)}.",
            mend="mean_field() is for spikes alone",
        )
    found: dict[str, Group] = {}
    rates: dict[str, float] = {}
    for name, population in network.populations.items():
        if isinstance(population.model, Model):
            found[name] = _group(population)
        else:
            rates[name] = _source_rate(population)
    return found, rates


def _group(population: Population) -> Group:
    where = f"  in the population {population.name!r}"
    model = population.model
    if not isinstance(model, Model):
        raise AssertionError("sources are read elsewhere")
    if population.parameters or model.size not in (None, 1):
        raise ParameterError(
            f"The neurons of {population.name!r} differ in their parameters.",
            where=where,
            mend="give each parameter one value, or make a population of each kind",
        )
    try:
        neuron = integrator(model)
    except ParameterError as error:
        error.where = error.where or where
        raise
    bias = float(np.ravel(neuron.rest)[0])
    for name, stimulus in population.inputs.items():
        for term in stimulus.terms:
            if not isinstance(term, Term) or not term.waveform.is_constant:
                raise ParameterError(
                    f"The input {name} of {population.name!r} is not constant.",
                    where=where,
                    mend="a stationary rate needs constant inputs; noise comes by synapses",
                )
            value = np.asarray(model.to_internal(term.amplitude, name), dtype=float)
            bias += float(np.ravel(neuron.gains[name])[0]) * float(value.mean())
    return Group(neuron, bias, tuple(_afferent(p, neuron.state) for p in population.incoming))


def _afferent(projection: Projection, state: str) -> Afferent:
    if projection.synapse.model is not None or projection.synapse.state != state:
        _refuse(
            projection,
            f"The synapse {projection.synapse.name!r} does not add its weight to {state}.",
            "mean_field() is for rb.Delta synapses",
        )
    if projection.plasticity is not None:
        _refuse(projection, "The weights change.", "leave plasticity= out")
    if not (projection.pre.is_whole and projection.post.is_whole):
        _refuse(projection, "Only some neurons are connected.", "make them a population")
    weights = projection.weights
    if not isinstance(weights, (float, int, np.ndarray)):
        _refuse(projection, f"The weights are {projection.weight}.", "give a number, or an array")
    weights = np.asarray(weights, dtype=float)
    degree = indegree(projection)
    first, second = float(weights.mean()), float((weights**2).mean())
    return Afferent(projection.pre.name, degree * first, degree * second)


def indegree(projection: Projection) -> float:
    """How many synapses a target has, in the mean.

    Raises:
        ParameterError: for a rule that does not say.
    """
    sources, targets = len(projection.pre), len(projection.post)
    own = 1 if projection.is_recurrent and not projection.rule.autapses else 0
    return _indegree(projection, projection.rule, sources, targets, own)


def _indegree(projection: Projection, rule: Rule, sources: int, targets: int, own: int) -> float:
    match rule:
        case AllToAll():
            return sources - own
        case OneToOne():
            return 1 - own
        case Bernoulli():
            return rule.p * (sources - own)
        case FixedIndegree():
            return rule.k
        case FixedOutdegree():
            return rule.k * sources / targets
        case FixedTotal():
            return rule.n / targets
        case SmallWorld():
            return rule.k
        case Edges():
            return len(rule.pre) / targets
    _refuse(projection, f"How many synapses {rule} makes is not known.", "use another rule")


def _source_rate(population: Population) -> float:
    rate: Any = population.model.constant if isinstance(population.model, Poisson) else None
    if rate is None:
        raise ParameterError(
            f"{population.name!r} is {population.model}, which has no constant rate.",
            where=f"  in the population {population.name!r}",
            mend="mean_field() is for rb.Poisson(rate=...) of constant rate",
        )
    return float(np.mean(rate))


def _refuse(projection: Projection, what: str, mend: str) -> NoReturn:
    raise ParameterError(what, where=projection.where, mend=mend)
