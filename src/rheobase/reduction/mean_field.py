"""Mean field of a network: rates that are those of neurons driven by these very rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rheobase.errors import NumericalError, ParameterError
from rheobase.records import Record
from rheobase.reduction.afferents import Group, groups
from rheobase.reduction.field import Field
from rheobase.reduction.fixed_points import fixed_points
from rheobase.reduction.scatter import State, scattered, scatters
from rheobase.units import Quantity
from rheobase.units.dimension import RATE, VOLTAGE
from rheobase.units.door import as_quantity

if TYPE_CHECKING:
    from rheobase.network.description import NetworkDescription
    from rheobase.reduction.result import Reduction


class FixedPoint(NamedTuple):
    """A set of rates that reproduces itself.

    Attributes:
        rates: the mean of its neurons, by population (Hz).
        deviation: the standard deviation of the rates of its neurons, by population (Hz).
        mean: where the potential would settle without threshold, by population (mV).
        spread: the standard deviation of that from neuron to neuron, by population (mV).
        sigma: the threshold noise of the potential, by population (mV).
        raised: by how much thresholds are raised, as the noise lasts, by population (mV).
        stable: whether populations that relax to the rate of their input would stay there. A
            stable one may still be lost to oscillations, which delays bring about.
    """

    rates: dict[str, Quantity]
    deviation: dict[str, Any]
    mean: dict[str, Any]
    spread: dict[str, Any]
    sigma: dict[str, Any]
    raised: dict[str, Any]
    stable: bool


class MeanField(Record):
    """The self-consistent rates of a network.

    Attributes:
        fixed_points: all that were found, the one of the lowest rates first.
        network: whose they are.
    """

    fixed_points: tuple[FixedPoint, ...]
    network: NetworkDescription

    title = "its mean field"

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

    def compare(self, duration: Any = None, settle: Any = None) -> Reduction:
        """The network beside its mean field; a copy of it is run.

        Args:
            duration: how long rates are counted; 1 s by default.
            settle: how long the network runs before; 200 ms by default.

        Returns:
            The report has the rates of both, in the order of its populations, with the standard
            error of the simulated ones (from ten stretches of the run) and the relative error of
            the mean field, and how rates differ from neuron to neuron; `.plot()` draws them in
            time. Of several stable states the report has the one next to the simulation.

        Raises:
            ParameterError: for a network that has run already, or for a time that is not positive.
        """
        from rheobase.reduction.beside import beside

        return beside(self, duration, settle)

    def __str__(self) -> str:
        lines = []
        for point in self.fixed_points:
            rates = ", ".join(f"{name} {rate.to('Hz'):.4g}" for name, rate in point.rates.items())
            lines.append(f"{rates} ({'stable' if point.stable else 'unstable'})")
        return "\n".join(lines)


def mean_field(network: NetworkDescription, alike: bool = False) -> MeanField:
    """The stationary rates of a network of leaky integrate-and-fire neurons.

    A neuron that hears K_j synapses of weight J_j from population j, which fires at r_j, is taken
    to see white noise: its potential has the mean rest + tau sum K_j J_j r_j and the threshold
    noise sigma^2 = tau sum K_j J_j^2 r_j, and its rate is that of `siegert`. The rates of all
    populations have to reproduce themselves. Of weights that differ, J is the mean, and J^2 the
    mean of their squares; of rules that draw, K is the mean number of synapses.

    Where neurons of a population have different numbers of synapses (`rb.bernoulli`), or weights,
    their means differ and so do their rates. The means are taken as normally distributed, with the
    variance that the rule and the mean squares of rates say, and these have to reproduce themselves
    as well. Such solutions are searched from those of neurons that are alike.

    The synapses are `rb.Delta`, or currents that decay exponentially (`rb.Exponential`). J is then
    all that a spike's current moves v by, and thresholds are raised as `siegert` says, by the mean
    of what each current raises them by, weighed by its share of sigma^2.

    Populations alike in all that reaches them are one unknown. With one unknown all solutions are
    found, by bisection on a grid that is fine at low rates. With several, they are searched by
    Newton's method from many starts; a solution that is far from all these could be missed.

    Correlations between neurons, oscillations, the size of a single jump and the grid of time are
    not in the theory. Simulate the network beside it: `.compare()`.

    Args:
        network: an `rb.Network`, its neurons of any wording that amounts to a leaky
            integrate-and-fire neuron, with Poisson sources and constant inputs. It is not run.
        alike: whether to take all neurons of a population to have its mean input.

    Returns:
        The fixed points.

    Raises:
        ParameterError: for a network that the theory does not reach, saying where.

    Source: D. J. Amit and N. Brunel, Cereb. Cortex 7, 237-252 (1997), where neurons differ their
    Network 8, 373-404 (1997); N. Brunel, J. Comput. Neurosci. 8, 183-208 (2000),
    doi:10.1023/A:1008925309027; for currents N. Fourcaud and N.
    Brunel, Neural Comput. 14, 2057-2110 (2002), doi:10.1162/089976602320264015.
    """
    found, sources = groups(network)
    return solved(network, found, sources, alike)


def solved(
    network: NetworkDescription,
    found: dict[str, Group],
    sources: dict[str, float],
    alike: bool = False,
) -> MeanField:
    """The mean field of populations that have been read.

    Raises:
        ParameterError: for a network without neurons.
    """
    if not found:
        raise ParameterError("The network has no neurons.", mend="net.add(model, n)")
    field = Field(found, sources, network.dt)
    points = fixed_points(field.response, field.slopes, field.highest)
    if alike or not scatters(field):
        states = [State(rates, rates, field.slopes(rates)) for rates in points]
    else:
        states = scattered(field, points)
    order = sorted(states, key=lambda state: float(state.rates.sum()))
    return MeanField(tuple(_shown(field, state) for state in order), network)


def _shown(field: Field, state: State) -> FixedPoint:
    """A fixed point with its units, by population."""
    settled, noise = field.moments(state.rates)
    lasting = field.passage(state.rates)[2]
    is_one = state.roots is state.rates
    differ = np.zeros_like(settled) if is_one else field.spread(state.rates, state.roots)
    scatter = np.sqrt(np.maximum(state.roots**2 - state.rates**2, 0.0))
    place = {name: field.unknowns.index(field.label[name]) for name in field.names}
    values = [as_quantity(each, RATE) for each in (state.rates, scatter)]
    values += [as_quantity(volts, VOLTAGE) for volts in (settled, differ, noise, lasting)]
    rate, deviation, mean, spread, sigma, raised = (
        {name: each[k] for name, k in place.items()} for each in values
    )
    stable = bool(np.all(np.linalg.eigvals(state.slopes).real < 1))
    return FixedPoint(rate, deviation, mean, spread, sigma, raised, stable)
