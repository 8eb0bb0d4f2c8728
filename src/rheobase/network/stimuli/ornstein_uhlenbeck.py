"""Noise as a stimulus."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.network.stimuli.amplitude import as_amplitude
from rheobase.network.stimuli.terms import NoiseTerm, Stimulus
from rheobase.network.stimuli.times import time_of


def noise(sigma: Any, tau: Any, mean: Any = None) -> Stimulus:
    """Ornstein-Uhlenbeck noise, an independent process a neuron; see `NoiseTerm`.

    The same seed gives the same noise. Two noise terms in a sum are independent of one another.

    Args:
        sigma: the standard deviation; an array gives each neuron its own.
        tau: the correlation time.
        mean: the mean; 0 by default.

    Raises:
        UnitError: for a time without its unit.
        ParameterError: for a time that is not positive, or a negative deviation.
    """
    deviation, correlation = as_amplitude(sigma, "sigma"), time_of(tau, "tau")
    if correlation <= 0:
        raise ParameterError(
            f"The correlation time is {correlation:g} ms.", mend="make it positive"
        )
    if np.any(np.asarray(deviation) < 0):
        raise ParameterError(f"sigma is negative: {sigma!r}.", mend="a deviation is 0 or more")
    centre = deviation * 0.0 if mean is None else as_amplitude(mean, "the mean")
    return Stimulus((NoiseTerm(deviation, correlation, centre),))
