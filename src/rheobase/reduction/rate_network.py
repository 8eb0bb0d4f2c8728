"""A network of spiking neurons as one of rate neurons, and both run side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.engine.checks import whole_number
from rheobase.engine.network import Network
from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.network.description import NetworkDescription
from rheobase.network.graded import Graded
from rheobase.network.rules import all_to_all
from rheobase.network.sources import Poisson
from rheobase.network.stimuli.times import time_of
from rheobase.reduction.afferents import Group, groups
from rheobase.reduction.erfcx import Array
from rheobase.reduction.levels_trial import Above, LevelsTrial
from rheobase.reduction.mean_field import FixedPoint, solved
from rheobase.reduction.rate_units import (
    DRIVE,
    Unit,
    means_in_time,
    noise_at,
    noise_in_theory,
    rate_unit,
)
from rheobase.reduction.result import Reduction
from rheobase.units.dimension import RATE, TIME
from rheobase.units.door import as_quantity

_DURATION, _SETTLE = 1000.0, 200.0
_ROOM = 2.0  # deviations of the noise, on both sides of a simulated curve


def to_rate_network(
    network: NetworkDescription,
    *,
    duration: Any = None,
    settle: Any = None,
    seed: int = 0,
) -> Reduction:
    """A network of spiking neurons as a network of rate neurons, one a population.

    The rate neuron of population i is

        tau_i dv_i/dt + v_i = rest_i + inputs + sum_j W_ij r_j(t - d_ij),  r_i = f_i(v_i)

    W_ij = tau_m K_ij J_ij, d_ij is the mean delay (of currents, with their time constant). Of leaky
    integrate-and-fire neurons v is in mV, and f_i is Siegert's formula at the noise that the
    population has in the mean field of the whole time, with what its neurons differ by there. Of
    any other neurons, whose synapses are `rb.Exponential` currents, v is the current, and f_i is
    simulated in noise of the variance and the correlation time that it has at the rates of the
    spiking network. tau_i is that with which the answer of such neurons to a step of their mean
    fits best. A Poisson source is its rate.

    Then the same network is run at both levels, with the same inputs.

    Args:
        network: as `mean_field` takes them, but that neurons may be any that spike, with units, and
            that inputs and the rates of Poisson sources may change in time. A copy of it is run.
        duration: how long both are compared; 1 s by default.
        settle: how long they run before; 200 ms by default.
        seed: of the crowds from which time constants are taken.

    Returns:
        The reduction; its model is a `Network`. The report has, by population, `tau`, the mean
        rate at both levels, their difference in time (root mean square, in bins of 5 ms) with what
        the finite number of spikes makes of it (`by chance`, as of Poisson spikes), and, where the
        rate neurons' rates change, the correlation of both.

    Raises:
        ParameterError: for a network that the theory does not reach, that has no steady state, or
            has run already.
    """
    times = {
        "duration": _DURATION if duration is None else _positive(duration, "duration"),
        "settle": _SETTLE if settle is None else _positive(settle, "settle"),
    }
    seed = whole_number(seed, "seed", 0, 2**63)
    if not isinstance(network, Network):
        raise ParameterError("This description does not run.", mend="make it an rb.Network(...)")
    found, sources = groups(network, times["duration"] + times["settle"], any_neuron=True)
    theory = (
        None if any(group.into for group in found.values()) else _state(network, found, sources)
    )
    above = Above(network, list(found), times["settle"], times["duration"])
    units = _units(network, found, sources, theory, above, seed)
    lower = _lower(network, found, sources, units)
    trial = LevelsTrial(above, lower, units, times["settle"], times["duration"])
    return Reduction(lower, network, trial.report(), trial.draw)


def _state(
    network: NetworkDescription, found: dict[str, Group], sources: dict[str, float]
) -> FixedPoint:
    """The stable state of the lowest rates, for the means over all time of what changes.

    Raises:
        ParameterError: when there is none.
    """
    points = solved(network, found, sources).fixed_points
    if not points:
        raise ParameterError(
            "The mean field of this network has no fixed point.",
            mend="see rb.mean_field: weaker excitation, or a refractory period",
        )
    return next((point for point in points if point.stable), points[0])


def _units(
    network: NetworkDescription,
    found: dict[str, Group],
    sources: dict[str, float],
    theory: FixedPoint | None,
    above: Above,
    seed: int,
) -> dict[str, Unit]:
    """A rate neuron for each population, in the noise of the theory, or of the network's rates."""
    changing = {name: above.counted(name) for name in found}
    changing |= {name: _in_bins(network, name, above.edges) for name in sources}
    mean = {name: float(np.mean(rates)) for name, rates in changing.items()}
    units = {}
    for name, group in found.items():
        heard = noise_at(group, mean) if theory is None else noise_in_theory(name, theory)
        low, high = means_in_time(network.populations[name], group, changing, above.edges)
        room = max(_ROOM * heard.sigma, 0.5 * (high - low))
        units[name] = rate_unit(network, name, group, heard, (low - room, high + room), seed)
    return units


def _in_bins(network: NetworkDescription, name: str, edges: Array) -> Array:
    """The rate of a Poisson source (per ms)."""
    source: Any = network.populations[name].model
    width = float(edges[1] - edges[0])
    expected = np.asarray(source.expected(edges[:-1], width)) / width
    return expected if expected.ndim == 1 else np.asarray(expected.mean(axis=1))


def _lower(
    network: NetworkDescription,
    found: dict[str, Group],
    sources: dict[str, float],
    units: dict[str, Unit],
) -> Network:
    """The network of rate neurons."""
    dt = network.dt
    lower = Network(
        seed=network.seed, dt=as_quantity(dt, TIME), name=f"{network.name or 'network'} as rates"
    )
    for name, unit in units.items():
        driven: dict[str, Any] = dict(network.populations[name].inputs)
        lower.add(unit.model, 1, name, **driven)
    for name in sources:
        lower.add(_source(network.populations[name].model), 1, name, nu=_rate_of(network, name))
    for name, group in found.items():
        tau = float(np.ravel(group.neuron.threshold.tau)[0])
        for k, afferent in enumerate(group.afferents):
            late = dt * round((afferent.delay + afferent.decay) / dt)
            lower.connect(
                afferent.source, name, Graded(of="r", into=DRIVE), all_to_all(autapses=True),
                weight=as_quantity(tau * afferent.shift, units[name].dimension.over(RATE)),
                delay=as_quantity(late, TIME), name=f"{k}: {afferent.source} to {name}",
            )  # fmt: skip
    return lower


def _source(poisson: Any) -> Model:
    """A source that is its rate."""
    rate = as_quantity(1.0, RATE)
    return Model("r = nu", inputs={"nu": rate.unit}, outputs=["r"], name=str(poisson))


def _rate_of(network: NetworkDescription, name: str) -> Any:
    source: Any = network.populations[name].model
    if not isinstance(source, Poisson):
        raise AssertionError("other sources are refused where groups are read")
    constant = source.constant
    if constant is not None:
        return as_quantity(float(np.mean(constant)), RATE)
    if source.size not in (None, 1):
        raise ParameterError(
            f"The neurons of {name!r} change their rates each in its own way.",
            where=f"  in the population {name!r}",
            mend="give rb.Poisson one rate in time",
        )
    return source.rate


def _positive(value: Any, what: str) -> float:
    number = time_of(value, what)
    if not number > 0:
        raise ParameterError(f"{what} is {value}.", mend="make it positive")
    return number
