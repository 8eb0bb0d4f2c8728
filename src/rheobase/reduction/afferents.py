"""What reaches the neurons of a network: of each projection how many synapses, of what strength."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import numpy as np

from rheobase.compiler.calculus import is_linear
from rheobase.errors import ParameterError
from rheobase.model.distribution import Distribution
from rheobase.model.model import Model
from rheobase.network.expressions import Formula
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
from rheobase.reduction.erfcx import Array
from rheobase.reduction.integrator import Integrator, integrator, leak_of
from rheobase.reduction.moments import moments
from rheobase.reduction.siegert import Threshold

_FINE = 0.5  # ms, between samples of what changes
_WHICH = "mean_field() is for rb.Delta, and for rb.Exponential without reversal"

if TYPE_CHECKING:
    from rheobase.network.description import NetworkDescription
    from rheobase.network.population import Population
    from rheobase.network.projection import Projection


class Afferent(NamedTuple):
    """A projection as its target feels it.

    Attributes:
        source: the name of the population it comes from.
        shift: by how much a spike of every source moves v (mV), in the mean over targets: the sum
            of a target's jumps, or of what its currents come to.
        power: the sum of their squares (mV^2).
        scatter: the variance of what reaches a target in the mean (mV^2), from target to target: by
            the mean square of the sources' rates, and by the square of their mean.
        decay: the time constant of the current (ms); 0 for a jump.
        delay: from a spike to its arrival (ms), in the mean.
    """

    source: str
    shift: float
    power: float
    scatter: Array
    decay: float
    delay: float


class Group(NamedTuple):
    """A population of leaky integrate-and-fire neurons with what reaches it.

    Of other neurons, which `groups` reads where it is told to, only the current is known. Then
    `neuron` is one of tau = 1 ms, whose v is that current (internal).

    Attributes:
        neuron: its neuron.
        bias: where v settles without spikes (mV).
        afferents: one a projection.
        into: the input that currents flow into; empty for a leaky integrate-and-fire neuron.
    """

    neuron: Integrator
    bias: float
    afferents: tuple[Afferent, ...]
    into: str = ""


def groups(
    network: NetworkDescription, span: float | None = None, any_neuron: bool = False
) -> tuple[dict[str, Group], dict[str, float]]:
    """The populations of neurons, and the rates (per ms) of those that are Poisson sources.

    Args:
        network: whose they are.
        span: over how long (ms) inputs and rates that change are averaged; None refuses them.
        any_neuron: whether to read neurons of other kinds as their current.

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
            found[name] = _group(population, span, any_neuron)
        else:
            rates[name] = _source_rate(population, span)
    return found, rates


def _group(population: Population, span: float | None, any_neuron: bool) -> Group:
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
    into = ""
    try:
        neuron = integrator(model)
    except ParameterError as error:
        if not any_neuron or model.spike is None:
            error.where = error.where or where
            raise
        into = _driven(population, model, where)
        alone = Threshold(1.0, np.inf, -np.inf, 0.0)
        neuron = Integrator(alone, 0.0, "", {into: 1.0})
    bias = float(np.ravel(neuron.rest)[0])
    for name, stimulus in population.inputs.items():
        if name not in neuron.gains:
            raise ParameterError(
                f"{population.name!r} is driven by {name} beside {into}.",
                where=where,
                mend=f"let its drive flow into {into}, as the currents of its synapses do",
            )
        gain = float(np.ravel(neuron.gains[name])[0])
        for term in stimulus.terms:
            if not isinstance(term, Term) or (span is None and not term.waveform.is_constant):
                raise ParameterError(
                    f"The input {name} of {population.name!r} is not constant.",
                    where=where,
                    mend="a stationary rate needs constant inputs; noise comes by synapses",
                )
            value = np.asarray(model.to_internal(term.amplitude, name), dtype=float)
            bias += gain * float(value.mean()) * (_average(term, span) if span else 1.0)
    afferents = tuple(_afferent(p, model, neuron) for p in population.incoming)
    return Group(neuron, bias, afferents, into)


def _driven(population: Population, model: Model, where: str) -> str:
    """The one input that the currents of all synapses flow into."""
    flows = {p.synapse.into for p in population.incoming if not p.is_graded}
    into = flows.pop() if len(flows) == 1 else ""
    if into not in model.inputs:
        raise ParameterError(
            f"The synapses of {population.name!r} do not all flow into one input.",
            where=where,
            mend="only a leaky integrate-and-fire neuron is known by more than its current",
        )
    return into


def _afferent(projection: Projection, model: Model, neuron: Integrator) -> Afferent:
    if projection.is_graded:
        _refuse(projection, "Outputs flow in it, and not spikes.", "mean_field() is for spikes")
    if projection.plasticity is not None:
        _refuse(projection, "The weights change.", "leave plasticity= out")
    if not (projection.pre.is_whole and projection.post.is_whole):
        _refuse(projection, "Only some neurons are connected.", "make them a population")
    weights = projection.weights
    if not isinstance(weights, (float, int, np.ndarray, Distribution)):
        _refuse(projection, f"The weights are {projection.weight}.", "give a number, or an array")
    jump, decay = _jump(projection, model, neuron)
    first, second = moments(weights)
    degree = indegree(projection)
    scatter = degree * jump**2 * _scatter(projection, first**2, second)
    delay = moments(projection.delays)[0] if not isinstance(projection.delays, Formula) else 0.0
    return Afferent(
        projection.pre.name, degree * jump * first, degree * jump**2 * second, scatter, decay, delay
    )


def _jump(projection: Projection, model: Model, neuron: Integrator) -> tuple[float, float]:
    """By how much a spike of weight 1 moves v in all (mV), and how long it takes (ms)."""
    synapse, does = projection.synapse, f"The synapse {projection.synapse.name!r}"
    if synapse.reversal is not None:
        _refuse(
            projection, f"{does} is a conductance: how far it moves v depends on v.",
            "leave reversal= out, and give the current at a typical v as weight",
        )  # fmt: skip
    if synapse.model is None:
        if not neuron.state:
            _refuse(
                projection,
                f"{does} is no current, and {model.title} is no leaky integrate-and-fire neuron.",
                "use rb.Exponential",
            )
        if synapse.state != neuron.state:
            _refuse(projection, f"{does} does not add its weight to {neuron.state}.", _WHICH)
        return 1.0, 0.0
    inner = synapse.model
    is_current = not synapse.is_modulator and synapse.pulse is None and is_linear(inner)
    if not is_current or inner.states != (synapse.state,) or synapse.current != synapse.state:
        _refuse(projection, f"{does} is no current that decays exponentially.", _WHICH)
    decay = -inner.plain_time / float(leak_of(inner))
    gain = float(np.ravel(neuron.gains[synapse.into])[0])  # mV for a current that stays
    return gain * decay / float(np.ravel(neuron.threshold.tau)[0]), decay


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


def _scatter(projection: Projection, first: float, second: float) -> Array:
    """What one synapse of a target adds to `Afferent.scatter`.

    Args:
        projection: whose synapses they are.
        first: the square of the mean weight.
        second: the mean of squared weights.
    """
    rule, sources, targets = projection.rule, len(projection.pre), len(projection.post)
    match rule:
        case AllToAll():  # everybody hears the same
            return np.array([second - first, 0.0])
        case Bernoulli():
            return np.array([second - rule.p * first, 0.0])
        case FixedOutdegree() | FixedTotal():  # drawn without regard to the target
            chance = indegree(projection) / sources
            own = isinstance(rule, FixedTotal) and rule.multapses
            return np.array([second - (1.0 / targets if own else chance) * first, 0.0])
        case Edges():
            counts = np.bincount(rule.post, minlength=targets)
            return np.array([second, (counts.var() / max(counts.mean(), 1e-300) - 1.0) * first])
    # As many each, of which the rates differ.
    again = isinstance(rule, FixedIndegree) and rule.multapses
    chance = 0.0 if again else min(1.0, indegree(projection) / sources)
    return np.array([second - chance * first, -(1.0 - chance) * first])


def _source_rate(population: Population, span: float | None) -> float:
    source: Any = population.model
    rate: Any = source.constant if isinstance(source, Poisson) else None
    if rate is None and span is not None and isinstance(source, Poisson):
        steps = np.arange(0.0, span, _FINE)
        rate = source.expected(steps, _FINE).mean() / _FINE
    if rate is None:
        raise ParameterError(
            f"{population.name!r} is {population.model}, which has no constant rate.",
            where=f"  in the population {population.name!r}",
            mend="mean_field() is for rb.Poisson(rate=...) of constant rate",
        )
    return float(np.mean(rate))


def _average(term: Term, span: float) -> float:
    """The mean of a waveform over a span (ms)."""
    w0, w1, w2 = term.waveform.coefficients(np.arange(0.0, span, _FINE), _FINE)
    return float(np.mean(w0 + w1 / 2 + w2 / 3))


def _refuse(projection: Projection, what: str, mend: str) -> NoReturn:
    raise ParameterError(what, where=projection.where, mend=mend)
