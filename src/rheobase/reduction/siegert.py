"""Siegert's formula: the rate of a leaky integrate-and-fire neuron under white noise, exactly."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rheobase.errors import ParameterError
from rheobase.reduction.erfcx import Array, erfcx, erfcx_integral
from rheobase.units import Quantity
from rheobase.units.dimension import RATE, TIME, VOLTAGE
from rheobase.units.door import as_quantity, internal

# sqrt(2) |zeta(1/2)| / 2: by how much a noise that lasts moves the threshold, see `siegert`.
LASTING = 1.0326265761156086
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(80)
# Below the threshold exp(u^2) is integrated so many times its own scale: exp(-40) is nothing.
_DEEP = 40.0


class Threshold(NamedTuple):
    """What a leaky integrate-and-fire neuron is to this formula: numbers, mV and ms."""

    tau: Any
    V_T: Any
    V_R: Any
    t_ref: Any


class Passage(NamedTuple):
    """A rate (per ms) and its slopes by mean and by sigma (per ms and mV)."""

    rate: Array
    by_mean: Array
    by_sigma: Array


def siegert(
    *, tau: Any, V_T: Any, V_R: Any, t_ref: Any, mean: Any, sigma: Any, tau_s: Any = None
) -> Quantity:
    """The stationary rate of a leaky integrate-and-fire neuron under white noise.

    The neuron is tau dv/dt = mean - v + sigma sqrt(tau) xi: without threshold v would have the mean
    `mean` and the standard deviation sigma/sqrt(2). Its rate r is

        1/r = t_ref + tau sqrt(pi) * integral of erfcx(-u) du

    with u from (V_R - mean)/sigma to (V_T - mean)/sigma. It is taken to rounding, far below
    threshold (where it ends in 0), far above it and at sigma = 0 (where it is the rate of the
    neuron without noise). All arguments may be arrays, which are broadcast.

    Noise that comes through synapses whose current decays with tau_s is not white, and crosses
    thresholds less easily. To first order in sqrt(tau_s/tau) that is to raise V_T and V_R by
    sigma sqrt(tau_s/tau) |zeta(1/2)|/sqrt(2), zeta(1/2) = -1.4604 (Fourcaud and Brunel). It is a
    good approximation up to tau_s/tau of some 0.1.

    Args:
        tau: the membrane time constant.
        V_T: the threshold.
        V_R: the reset, below it.
        t_ref: the refractory period.
        mean: where v would settle without noise.
        sigma: the threshold noise: the standard deviation of the free v, times sqrt(2); with tau_s
            what it would be if the same charge came at once.
        tau_s: the time constant of synaptic currents; None for white noise.

    Returns:
        The rate, in Hz.

    Raises:
        UnitError: for a value of another dimension.
        ParameterError: for one that is out of range.

    Source: A. J. F. Siegert, On the first passage time probability problem, Phys. Rev. 81, 617-623
    (1951), doi:10.1103/PhysRev.81.617; as in N. Brunel, J. Comput. Neurosci. 8, 183-208 (2000);
    N. Fourcaud and N. Brunel, Neural Comput. 14, 2057-2110 (2002), doi:10.1162/089976602320264015.
    """
    neuron, mu, noise = _read(tau, V_T, V_R, t_ref, mean, sigma)
    if tau_s is not None:
        lasting = _decay(tau_s)
        raised = LASTING * noise * np.sqrt(np.asarray(lasting / neuron.tau))
        neuron = Threshold(neuron.tau, neuron.V_T + raised, neuron.V_R + raised, neuron.t_ref)
    rate: Quantity = as_quantity(passage(neuron, mu, noise).rate, RATE)
    return rate


def siegert_slope(*, tau: Any, V_T: Any, V_R: Any, t_ref: Any, mean: Any, sigma: Any) -> Quantity:
    """The derivative of `siegert` by the mean, in Hz/mV; the same arguments.

    Raises:
        UnitError: for a value of another dimension.
        ParameterError: for one that is out of range.
    """
    neuron, mu, noise = _read(tau, V_T, V_R, t_ref, mean, sigma)
    slope: Quantity = as_quantity(passage(neuron, mu, noise).by_mean, RATE.over(VOLTAGE))
    return slope


def passage(neuron: Threshold, mean: Any, sigma: Any) -> Passage:
    """Rate and slopes, of numbers in mV and ms; arguments are broadcast and not checked."""
    values = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (*neuron, mean, sigma)))
    tau, top, reset, t_ref, mu, noise = values
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        upper, lower = (top - mu) / noise, (reset - mu) / noise
        quiet = ~np.isfinite(upper) | ~np.isfinite(lower)
        noisy = _noisy(tau, t_ref, np.where(quiet, 1.0, upper), np.where(quiet, 0.0, lower), noise)
        if not np.any(quiet):
            return noisy
        still = _without_noise(tau, top, reset, t_ref, mu)
    parts = zip(still, noisy, strict=True)
    return Passage(*(np.where(quiet, a, b) for a, b in parts))


def _noisy(tau: Array, t_ref: Array, upper: Array, lower: Array, noise: Array) -> Passage:
    """With u the distances of threshold and reset from the mean, in units of the noise.

    Where the threshold is above the mean, numerator and denominator are both scaled by
    exp(-upper^2), as the integral grows like its inverse.
    """
    zero = np.zeros_like(upper)
    above, beyond = np.maximum(upper, 0.0), np.maximum(lower, 0.0)  # the part with u >= 0
    scale = np.exp(-above * above)
    free = erfcx_integral(np.maximum(-upper, zero), np.maximum(-lower, zero))
    climb = 2.0 * _climb(beyond, above) - scale * erfcx_integral(beyond, above)
    passed = t_ref * scale + tau * np.sqrt(np.pi) * (scale * free + climb)
    fires = scale > 0  # else it fires less than once in 1e300 ms
    rate = np.where(fires, scale / passed, 0.0)
    # d(1/r)/du at both ends is tau sqrt(pi) erfcx(-u); scaled likewise.
    last = np.where(upper > 0, 2.0 - scale * erfcx(above), scale * erfcx(-upper))
    first = np.where(
        lower > 0,
        2.0 * np.exp(-(above - beyond) * (above + beyond)) - scale * erfcx(beyond),
        scale * erfcx(np.maximum(-lower, 0.0)),
    )
    gain = rate / passed * tau * np.sqrt(np.pi) / noise
    by_mean, by_sigma = gain * (last - first), gain * (upper * last - lower * first)
    return Passage(rate, np.where(fires, by_mean, 0.0), np.where(fires, by_sigma, 0.0))


def _climb(low: Array, high: Array) -> Array:
    """The integral of exp(u^2 - high^2) from low to high, 0 <= low <= high."""
    depth = np.minimum(high - low, _DEEP / np.maximum(high, 1e-300))
    w = depth[..., np.newaxis] * 0.5 * (1.0 + _NODES)
    inside: Array = np.exp(-w * (2.0 * high[..., np.newaxis] - w)) @ _WEIGHTS * (0.5 * depth)
    return inside


def _without_noise(tau: Array, top: Array, reset: Array, t_ref: Array, mu: Array) -> Passage:
    """The neuron without noise: silent up to the threshold."""
    fires = mu > top
    over = np.where(fires, mu - top, 1.0)
    rate = np.where(fires, 1.0 / (t_ref + tau * np.log1p((top - reset) / over)), 0.0)
    slope = rate**2 * tau * (top - reset) / (over * np.where(fires, mu - reset, 1.0))
    return Passage(rate, slope, np.zeros_like(rate))


def _decay(tau_s: Any) -> Any:
    """The time constant of synapses (ms).

    Raises:
        UnitError: for what is no time.
        ParameterError: for one that is not finite, or negative.
    """
    value = internal(tau_s, TIME, "tau_s")
    if not np.all(np.isfinite(value)) or np.any(np.asarray(value) < 0):
        raise ParameterError(f"tau_s is {tau_s}.", mend="a time constant is 0 or more")
    return value


def _read(
    tau: Any, V_T: Any, V_R: Any, t_ref: Any, mean: Any, sigma: Any
) -> tuple[Threshold, Any, Any]:
    """The arguments as plain numbers.

    Raises:
        UnitError: for a value of another dimension.
        ParameterError: for one that is out of range.
    """
    given = {"V_T": V_T, "V_R": V_R, "mean": mean, "sigma": sigma}
    volts = {name: internal(value, VOLTAGE, name) for name, value in given.items()}
    times = {name: internal(v, TIME, name) for name, v in (("tau", tau), ("t_ref", t_ref))}
    for name, value in {**volts, **times}.items():
        if not np.all(np.isfinite(value)):
            raise ParameterError(f"{name} is not finite.", mend="give finite numbers")
    for name, is_wrong, mend in (
        ("tau", np.any(np.asarray(times["tau"]) <= 0), "a time constant is positive"),
        ("t_ref", np.any(np.asarray(times["t_ref"]) < 0), "a refractory period is 0 or more"),
        ("sigma", np.any(np.asarray(volts["sigma"]) < 0), "a deviation is 0 or more"),
        ("V_R", np.any(np.asarray(volts["V_R"] >= volts["V_T"])), "a reset is below V_T"),
    ):
        if is_wrong:
            raise ParameterError(f"{name} is {dict(given, tau=tau, t_ref=t_ref)[name]}.", mend=mend)
    try:
        np.broadcast_shapes(*(np.shape(v) for v in (*volts.values(), *times.values())))
    except ValueError:
        shapes = ", ".join(f"{k} {np.shape(v)}" for k, v in {**volts, **times}.items())
        raise ParameterError(
            f"The arrays do not fit together: {shapes}.", mend="give arrays of one shape"
        ) from None
    neuron = Threshold(times["tau"], volts["V_T"], volts["V_R"], times["t_ref"])
    return neuron, volts["mean"], volts["sigma"]
