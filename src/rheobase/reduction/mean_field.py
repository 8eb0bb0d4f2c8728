"""Mean field of a network: rates that are those of neurons driven by these very rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rheobase.errors import NumericalError, ParameterError
from rheobase.reduction.afferents import Group, groups
from rheobase.reduction.erfcx import Array
from rheobase.reduction.fixed_points import fixed_points
from rheobase.reduction.siegert import Threshold, passage
from rheobase.units import Quantity
from rheobase.units.dimension import RATE, VOLTAGE
from rheobase.units.door import as_quantity

if TYPE_CHECKING:
    from rheobase.network.description import NetworkDescription


class FixedPoint(NamedTuple):
    """A set of rates that reproduces itself.

    Attributes:
        rates: by population (Hz).
        mean: where the potential would settle without threshold, by population (mV).
        sigma: the threshold noise of the potential, by population (mV).
        stable: whether populations that relax to the rate of their input would stay there. A
            stable one may still be lost to oscillations, which delays bring about.
    """

    rates: dict[str, Quantity]
    mean: dict[str, Any]
    sigma: dict[str, Any]
    stable: bool


class MeanField(NamedTuple):
    """The self-consistent rates of a network.

    Attributes:
        fixed_points: all that were found, the one of the lowest rates first.
    """

    fixed_points: tuple[FixedPoint, ...]

    @property
    def rates(self) -> dict[str, Quantity]:
        """Rates by population, of the stable fixed point of the lowest rates.

        Raises:
            NumericalError: when none is stable.
        """
        for point in self.fixed_points:
            if point.stable:
                return point.rates
        raise NumericalError(
            "No fixed point of the mean field is stable: the rates go on changing.",
            mend="look at .fixed_points, and simulate the network",
        )

    def __str__(self) -> str:
        lines = []
        for point in self.fixed_points:
            rates = ", ".join(f"{name} {rate.to('Hz'):.4g}" for name, rate in point.rates.items())
            lines.append(f"{rates} ({'stable' if point.stable else 'unstable'})")
        return "\n".join(lines)


def mean_field(network: NetworkDescription) -> MeanField:
    """The stationary rates of a network of leaky integrate-and-fire neurons with `rb.Delta`.

    A neuron that hears K_j synapses of weight J_j from population j, which fires at r_j, is taken
    to see white noise: its potential has the mean rest + tau sum K_j J_j r_j and the threshold
    noise sigma^2 = tau sum K_j J_j^2 r_j, and its rate is that of `siegert`. The rates of all
    populations have to reproduce themselves.

    Populations alike in all that reaches them are one unknown. With one unknown all solutions are
    found, by bisection on a grid that is fine at low rates. With several, they are searched by
    Newton's method from many starts; a solution that is far from all these could be missed.

    Correlations between neurons, oscillations, the size of a single jump, the grid of time and
    differences between the neurons of one population are not in the theory. Simulate the network
    beside it.

    Args:
        network: an `rb.Network`, its neurons of any wording that amounts to a leaky
            integrate-and-fire neuron, with Poisson sources and constant inputs. It is not run.

    Returns:
        The fixed points.

    Raises:
        ParameterError: for a network that the theory does not reach, saying where.

    Source: D. J. Amit and N. Brunel, Cereb. Cortex 7, 237-252 (1997); N. Brunel, J. Comput.
    Neurosci. 8, 183-208 (2000), doi:10.1023/A:1008925309027.
    """
    found, sources = groups(network)
    if not found:
        raise ParameterError("The network has no neurons.", mend="net.add(model, n)")
    field = _Field(found, sources)
    points = fixed_points(field.response, field.slopes, field.highest)
    order = sorted(points, key=lambda rates: float(rates.sum()))
    return MeanField(tuple(field.shown(rates) for rates in order))


class _Field:
    """The map from rates to the rates they give rise to, over populations that differ."""

    def __init__(self, found: dict[str, Group], sources: dict[str, float]) -> None:
        self.names = list(found)
        self.label = _alike(found, sources)
        self.unknowns = [name for name in self.names if self.label[name] == name]
        self.groups = [found[name] for name in self.unknowns]
        columns = zip(*(g.neuron.threshold for g in self.groups), strict=True)
        self.neuron = Threshold(*(np.array([_single(v) for v in c]) for c in columns))
        n = len(self.unknowns)
        self.base, self.base_power = np.array([g.bias for g in self.groups]), np.zeros(n)
        self.shift, self.power = np.zeros((n, n)), np.zeros((n, n))
        tau = self.neuron.tau
        for i, group in enumerate(self.groups):
            for afferent in group.afferents:
                if afferent.source in sources:
                    rate = sources[afferent.source]
                    self.base[i] += tau[i] * afferent.shift * rate
                    self.base_power[i] += tau[i] * afferent.power * rate
                else:
                    j = self.unknowns.index(self.label[afferent.source])
                    self.shift[i, j] += tau[i] * afferent.shift
                    self.power[i, j] += tau[i] * afferent.power
        self.highest = self._highest()

    def _highest(self) -> Array:
        """No neuron is faster than its refractory period; without one, than its strongest drive."""
        t_ref = self.neuron.t_ref
        if np.all(t_ref > 0):
            return np.asarray(1.0 / t_ref)
        raise ParameterError(
            "A neuron without refractory period may fire without bound.",
            mend='give the model refractory="t_ref"',
        )

    def moments(self, rates: Array) -> tuple[Array, Array]:
        """Mean and threshold noise of the potentials; shape (unknowns,) or (unknowns, sets)."""
        extra = (slice(None),) + (np.newaxis,) * (rates.ndim - 1)
        mean = self.base[extra] + self.shift @ rates
        power = self.base_power[extra] + self.power @ rates
        return mean, np.sqrt(np.maximum(power, 0.0))

    def response(self, rates: Array) -> Array:
        """The rates that these give rise to; shape (unknowns,) or (unknowns, sets)."""
        mean, sigma = self.moments(rates)
        extra = (slice(None),) + (np.newaxis,) * (rates.ndim - 1)
        return passage(Threshold(*(v[extra] for v in self.neuron)), mean, sigma).rate

    def slopes(self, rates: Array) -> Array:
        """The derivatives of `response`, shape (unknowns, unknowns)."""
        mean, sigma = self.moments(rates)
        found = passage(self.neuron, mean, sigma)
        share = np.where(sigma > 0, found.by_sigma / np.where(sigma > 0, 2 * sigma, 1.0), 0.0)
        return found.by_mean[:, np.newaxis] * self.shift + share[:, np.newaxis] * self.power

    def shown(self, rates: Array) -> FixedPoint:
        """A fixed point with its units, by population."""
        mean, sigma = self.moments(rates)
        stable = bool(np.all(np.linalg.eigvals(self.slopes(rates)).real < 1))
        place = {name: self.unknowns.index(self.label[name]) for name in self.names}
        volts = [as_quantity(values, VOLTAGE) for values in (mean, sigma)]
        hertz = as_quantity(rates, RATE)
        by_name = [{n: values[k] for n, k in place.items()} for values in (hertz, *volts)]
        return FixedPoint(by_name[0], by_name[1], by_name[2], stable)


def _alike(found: dict[str, Group], sources: dict[str, float]) -> dict[str, str]:
    """For each population the first that must have its rate, whatever the rates are.

    Those are such whose neurons are alike and who hear as much from every population; what is heard
    from two that must have one rate counts together. Populations that merely look alike, such as
    two that inhibit each other, may end up at different rates and stay apart.
    """
    label = {name: name for name in found}
    while True:
        first: dict[tuple[Any, ...], str] = {}
        merged = {}
        for name, group in found.items():
            heard: dict[str, Array] = {}
            for source, shift, power in group.afferents:
                # All Poisson sources are one population of a rate of 1.
                kind, rate = (label[source], 1.0) if source in label else ("", sources[source])
                heard[kind] = heard.get(kind, np.zeros(2)) + np.array([shift, power]) * rate
            sums = ((kind, *heard[kind].tolist()) for kind in sorted(heard))
            mine = (*(_single(v) for v in group.neuron.threshold), group.bias, *sums)
            merged[name] = first.setdefault(mine, name)
        if merged == label:
            return label
        label = merged


def _single(value: Any) -> float:
    return float(np.ravel(value)[0])
