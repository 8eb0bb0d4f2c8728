"""Data-based normalisation: which activation a rate stands for."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.reduction.conversion.trained import Trained
from rheobase.units.quantity import short
from rheobase.zoo.artificial.numbers import Floats


def scales(network: Trained, inputs: Floats, percentile: Any) -> tuple[float, ...]:
    """How large inputs and activations are: a percentile of their absolute values in each layer.

    A neuron whose activation is that of its layer's scale is to fire at the full rate. With the
    largest activation (percentile 100; Diehl et al. 2015) no rate is ever too high on these
    examples, but a single outlier makes all others low; with a percentile below 100 (Rueckauer et
    al. 2017) few are.

    Args:
        network: the layers.
        inputs: examples, shape (examples, inputs).
        percentile: from above 0 to 100.

    Returns:
        The scale of the inputs, then that of each layer; of the last one, of its net activations.
        1 where a layer is silent on all examples.

    Raises:
        ParameterError: for a percentile out of range.

    Source: P. U. Diehl, D. Neil, J. Binas, M. Cook, S.-C. Liu and M. Pfeiffer, Fast-classifying,
    high-accuracy spiking deep networks through weight and threshold balancing, IJCNN 2015,
    doi:10.1109/IJCNN.2015.7280696; B. Rueckauer, I.-A. Lungu, Y. Hu, M. Pfeiffer and S.-C. Liu,
    Conversion of continuous-valued deep networks to efficient event-driven networks for image
    classification, Front. Neurosci. 11:682 (2017), doi:10.3389/fnins.2017.00682.
    """
    is_number = isinstance(percentile, (int, float, np.integer, np.floating))
    if not is_number or isinstance(percentile, bool) or not 0 < percentile <= 100:
        raise ParameterError(
            f"percentile is {short(percentile)}.", mend="give a number above 0 and up to 100"
        )
    found = []
    for values in (inputs, *network.activations(inputs)):
        sizes = np.abs(values)
        # A layer of which most neurons are silent may have a percentile of 0.
        found.append(float(np.percentile(sizes, percentile)) or float(sizes.max()) or 1.0)
    return tuple(found)
