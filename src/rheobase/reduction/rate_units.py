"""What a population becomes in a network of rates: one rate neuron."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.network.description import NetworkDescription
from rheobase.network.population import Population
from rheobase.network.stimuli import Term, noise
from rheobase.reduction.afferents import Group
from rheobase.reduction.crowd import Crowd, crowd
from rheobase.reduction.erfcx import Array
from rheobase.reduction.mean_field import FixedPoint
from rheobase.reduction.rate import time_constant
from rheobase.reduction.scatter import smeared
from rheobase.reduction.siegert import LASTING
from rheobase.reduction.transfer_curve import Curve, transfer_curve
from rheobase.units.dimension import RATE, TIME, VOLTAGE, Dimension
from rheobase.units.door import as_quantity

_CROWD = 2000  # neurons, from which a time constant is taken
DRIVE = "drive"


class Unit(NamedTuple):
    """The rate neuron of a population.

    Attributes:
        model: tau dv/dt + v = rest + drive + its inputs, r = f(v).
        tau: its time constant (ms).
        dimension: of its v: a potential, or a current.
        origin: how f was found, in words.
    """

    model: Model
    tau: float
    dimension: Dimension
    origin: str


class Noise(NamedTuple):
    """What fluctuates about the mean that a population hears (internal; times in ms).

    Attributes:
        sigma: of a leaky integrate-and-fire neuron the threshold noise, else the deviation of the
            current.
        raised: by how much thresholds are raised, as the noise lasts.
        spread: the deviation of the mean from neuron to neuron.
        lasts: the correlation time of the current.
    """

    sigma: float
    raised: float
    spread: float
    lasts: float


def noise_in_theory(name: str, point: FixedPoint) -> Noise:
    """That of a fixed point of the mean field."""
    sigma, raised, spread = (
        float(volts[name].internal) for volts in (point.sigma, point.raised, point.spread)
    )
    return Noise(sigma, raised, spread, 0.0)


def noise_at(group: Group, rates: dict[str, float]) -> Noise:
    """That of given rates (per ms), by population."""
    tau = float(np.ravel(group.neuron.threshold.tau)[0])
    parts = [(tau * a.power * rates[a.source], a.decay) for a in group.afferents]
    total = sum(part for part, _ in parts)
    if not total > 0:
        return Noise(0.0, 0.0, 0.0, 0.0)
    if group.into:  # an exponential that lasts tau_s has this variance
        variance = sum(part / (2.0 * decay) for part, decay in parts)
        lasts = sum(part / (2.0 * decay) * decay for part, decay in parts) / variance
        return Noise(float(np.sqrt(variance)), 0.0, 0.0, float(lasts))
    lasting = sum(LASTING * np.sqrt(decay / tau) * part for part, decay in parts)
    sigma = float(np.sqrt(total))
    return Noise(sigma, float(lasting) / sigma, 0.0, 0.0)


def rate_unit(
    network: NetworkDescription,
    name: str,
    group: Group,
    heard: Noise,
    span: tuple[float, float],
    seed: int,
) -> Unit:
    """The rate neuron of a population.

    Args:
        network: where it is.
        name: the population.
        group: the same, as it was read.
        heard: the noise that all of its neurons are in.
        span: from where to where the mean of a simulated curve goes (internal).
        seed: of simulations.

    Raises:
        ParameterError: for neurons without units, or without noise.
    """
    population = network.populations[name]
    model: Any = population.model
    where = f"  in the population {name!r}"
    if model.is_plain:
        raise ParameterError(
            f"The neurons of {name!r} have no units.",
            where=where,
            mend="give parameters and inputs with their units",
        )
    if not heard.sigma > 0:
        raise ParameterError(
            f"Nothing that {name!r} hears fluctuates.",
            where=where,
            mend="a population has a smooth rate where its neurons are in noise: add rb.Poisson",
        )
    if group.into:
        dimension = model.dimension_of(group.into)
        deviation = model.from_internal(heard.sigma, group.into)
        lasting = noise(deviation, as_quantity(heard.lasts, TIME))
        many = crowd(model, None, lasting, group.into)
        curve = transfer_curve(many, many.quantity(np.array(span)), seed)
    else:
        dimension = VOLTAGE
        many = _leaky(name, group, heard)
        curve = transfer_curve(many, None, seed)
    tau = time_constant(many, curve, _CROWD, seed + 1)
    made = _rate_neuron(model, group, curve, tau, dimension, name)
    return Unit(made, tau, dimension, curve.origin)


def _leaky(name: str, group: Group, heard: Noise) -> Crowd:
    """Leaky integrate-and-fire neurons, whose input is their mean (mV)."""
    neuron = group.neuron.threshold
    tau, top, low, held = (float(np.ravel(v)[0]) for v in neuron)
    volts = {"V_T": top + heard.raised, "V_R": low + heard.raised}
    alike = Model(
        "tau * dv/dt = I - v", spike="v > V_T", reset="v = V_R", refractory="t_ref",
        parameters={
            "tau": as_quantity(tau, TIME), "t_ref": as_quantity(held, TIME),
            **{k: as_quantity(v, VOLTAGE) for k, v in volts.items()},
        },
        inputs={"I": as_quantity(1.0, VOLTAGE).unit}, initial={"v": "V_R"}, name=name,
    )  # fmt: skip
    many = crowd(alike, as_quantity(heard.sigma, VOLTAGE), None, "I")
    if heard.spread > 0 and many.exact is not None:
        # Which is smooth, and slow to compute.
        return replace(many, exact=smeared(many.exact, heard.spread), places=1001)
    return many


def _rate_neuron(
    model: Model, group: Group, curve: Curve, tau: float, dimension: Dimension, name: str
) -> Model:
    """The model tau dv/dt + v = rest + drive + gain * each input, r = f(v)."""
    table, one = curve.table(), as_quantity(1.0, dimension)
    rest = float(np.ravel(group.neuron.rest)[0])
    parameters: dict[str, Any] = {
        **table.parameters, "tau": as_quantity(tau, TIME), "rest": as_quantity(rest, dimension),
        "unit": as_quantity(curve.scale, dimension), "hertz": as_quantity(1e-3, RATE),
    }  # fmt: skip
    felt = f"rest + {DRIVE}"
    for input, gain in group.neuron.gains.items():
        given = as_quantity(float(np.ravel(gain)[0]), dimension.over(model.dimension_of(input)))
        parameters[f"gain_{input}"] = given
        felt += f" + gain_{input} * {input}"
    lines = [
        f"tau * dv/dt + v = {felt}", "net = v / unit",
        table.equations(output="f", argument="net"), "r = f * hertz",
    ]  # fmt: skip
    inputs: dict[str, Any] = {DRIVE: one.unit}
    inputs |= {input: model.unit_of(input) for input in group.neuron.gains}
    return Model(
        "\n".join(lines), parameters=parameters, inputs=inputs, outputs=["r"],
        initial={"v": "rest"}, name=f"{name} as a rate",
    )  # fmt: skip


def means_in_time(
    population: Population, group: Group, rates: dict[str, Array], edges: Array
) -> tuple[float, float]:
    """How far the mean input of a population goes, with room on both sides (internal).

    Args:
        population: whose input it is.
        group: the same, as it was read.
        rates: of each source in bins (per ms), by name.
        edges: of the bins (ms), shape (bins + 1,).
    """
    model: Any = population.model
    tau = float(np.ravel(group.neuron.threshold.tau)[0])
    total: Any = float(np.ravel(group.neuron.rest)[0]) + np.zeros(len(edges) - 1)
    for name, stimulus in population.inputs.items():
        gain = float(np.ravel(group.neuron.gains[name])[0])
        for term in stimulus.terms:
            if isinstance(term, Term):
                w0, w1, w2 = term.waveform.coefficients(edges[:-1], float(edges[1] - edges[0]))
                size = float(np.mean(model.to_internal(term.amplitude, name)))
                total = total + gain * size * (w0 + w1 / 2 + w2 / 3)
    for afferent in group.afferents:
        total = total + tau * afferent.shift * rates[afferent.source]
    low, high = float(np.min(total)), float(np.max(total))
    return low, high
