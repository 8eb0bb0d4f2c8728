"""`convert`: from a trained artificial network up to rate neurons, and to spiking ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.engine.checks import whole_number
from rheobase.errors import ParameterError, closest
from rheobase.reduction.conversion.conversion import Conversion
from rheobase.reduction.conversion.rates import RateLevel
from rheobase.reduction.conversion.scaling import scales
from rheobase.reduction.conversion.spiking import SpikingLevel
from rheobase.reduction.conversion.trained import trained
from rheobase.units.dimension import RATE, TIME, Dimension
from rheobase.units.door import internal
from rheobase.units.quantity import short

# By default: the full rate (1/ms), and of both levels the step and the time constant (ms). Steps of
# rate neurons are exact, so that they may be long.
_RATE, _STEP, _TAU, _LONG_STEP = 0.2, 0.1, 10.0, 0.5
_LEVELS = ("rate", "spiking")
_CHOICES = {
    "balance": ("weights", "thresholds"),
    "reset": ("subtract", "zero"),
    "input": ("current", "poisson"),
    "readout": ("potential", "spikes"),
}


def convert(
    network: Any,
    to: str = "spiking",
    *,
    calibration: Any = None,
    classes: Any = None,
    tau: Any = None,
    dt: Any = None,
    rate: Any = None,
    percentile: float = 99.9,
    balance: str = "weights",
    reset: str = "subtract",
    input: str = "current",
    readout: str | None = None,
    start: float = 0.5,
    seed: int = 0,
) -> Conversion:
    """A trained artificial network as one of rate neurons, and of spiking neurons.

    A rate neuron takes the time constant `tau` to say what the artificial one says at once
    (`reduction.conversion.rates.RateLevel`). A rectifier is also an integrate-and-fire neuron
    without a leak, seen over time: with weights scaled so that the largest activations are the full
    rate, it fires in proportion to its activation (`reduction.conversion.spiking.SpikingLevel` has
    the equations, `reduction.conversion.scaling.scales` the normalisation). Examples are constant
    in time; they run side by side in one `Network`, or in several where it would be too large.

    Args:
        network: a scikit-learn `MLPClassifier` or `MLPRegressor` (linear hidden layers are
            multiplied into the next one), a linear classifier or regressor, a `Pipeline` that ends
            in one of them, a search that chose one (its `best_estimator_`), an estimator of
            rheobase, or an `ArtificialNetwork`.
        to: ``"rate"``, for any transfer functions; or ``"spiking"``, for rectifiers, which has the
            rate level beneath it. What follows after `dt` is of the spiking level.
        calibration: inputs as they are to be expected, such as those of the training, shape
            (examples, inputs); weights are scaled by what they activate.
        classes: labels of an `ArtificialNetwork`'s outputs; one output is positive for the second
            of two. None: the outputs are numbers.
        tau: the time constant of rate neurons; 10 ms by default.
        dt: the step of the level asked for; 0.1 ms by default, of rate neurons 0.5 ms. It is also
            the delay of spikes from layer to layer.
        rate: the full rate, of an activation as large as the percentile; 200 Hz by default. No
            neuron fires more than once a step; where one would have to, on the calibration data or
            later, there is an error.
        percentile: of the activations of a layer; 100 takes the largest.
        balance: ``"weights"`` scales weights and leaves every threshold at 1; ``"thresholds"``
            leaves weights as they were trained. Both give the same spikes, up to rounding.
        reset: ``"subtract"`` the threshold, or to ``"zero"``, which loses what was above it.
        input: inputs as ``"current"``, or as ``"poisson"`` spikes.
        readout: the ``"potential"`` of outputs that only integrate, or their ``"spikes"``, each
            output being two neurons, for what is above and below zero. By default spikes where
            there is no hidden layer, which would otherwise be none at all.
        start: the first v, as a share of the threshold; 0.5 rounds counts to the nearest.
        seed: of the Poisson processes.

    Returns:
        The conversion: `.outputs(X, duration)`, `.predict(X, duration)`, `.accuracy(X, y,
        duration)` with its `.plot()`, and the `.network(X)` itself.

    Raises:
        ParameterError: for what is no trained network, what spiking neurons cannot be, or options
            out of range.
        UnitError: for a time or a rate without its unit.

    Source: P. U. Diehl et al., IJCNN 2015, doi:10.1109/IJCNN.2015.7280696; B. Rueckauer et al.,
    Front. Neurosci. 11:682 (2017), doi:10.3389/fnins.2017.00682; the first v of half a threshold:
    T. Bu et al., ICLR 2022, arXiv:2303.04347.
    """
    if to not in _LEVELS:
        hint = closest(str(to), list(_LEVELS))
        raise ParameterError(
            f"There is no level {short(to)}.", mend=f"{hint}the levels are {', '.join(_LEVELS)}"
        )
    source = trained(network, classes)
    constant = _positive(tau, TIME, "tau", _TAU)
    if to == "rate":
        return Conversion(
            to, source, {to: RateLevel(source, constant, _positive(dt, TIME, "dt", _LONG_STEP))}
        )
    step = _positive(dt, TIME, "dt", _STEP)
    if readout is None:
        readout = "potential" if len(source.layers) > 1 else "spikes"
    chosen = {"balance": balance, "reset": reset, "input": input, "readout": readout}
    for name, value in chosen.items():
        if value not in _CHOICES[name]:
            raise ParameterError(
                f"{name} is {short(value)}.", mend=f"it is one of {', '.join(_CHOICES[name])}"
            )
    if calibration is None:
        raise ParameterError(
            "How large activations are is not known.",
            mend="give typical inputs, such as those of the training: calibration=X",
        )
    typical = source.inputs(calibration)
    found = scales(source, typical, percentile)
    level = SpikingLevel(
        network=source, scales=found, rate=_positive(rate, RATE, "rate", _RATE), dt=step,
        start=_share(start), seed=whole_number(seed, "seed", 0, 2**62), **chosen,
    )  # fmt: skip
    level.check()
    level.check_rates(typical)
    beneath = RateLevel(source, constant, step * max(1, round(_LONG_STEP / step)))
    return Conversion(to, source, {"rate": beneath, to: level})


def _positive(given: Any, dimension: Dimension, what: str, usual: float) -> float:
    if given is None:
        return usual
    value = internal(given, dimension, what)
    if np.ndim(value) or not (np.isfinite(value) and value > 0):
        raise ParameterError(f"{what} is {short(given)}.", mend="make it one positive value")
    return float(value)


def _share(start: Any) -> float:
    is_number = isinstance(start, (int, float, np.integer, np.floating))
    if not is_number or isinstance(start, bool) or not 0 <= start < 1:
        raise ParameterError(
            f"start is {short(start)}.", mend="give a share of the threshold, from 0 to below 1"
        )
    return float(start)
