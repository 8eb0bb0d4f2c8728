"""The NMDA receptor, and its block by magnesium."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.model.synapse import Synapse
from rheobase.units import mM, ms, mV
from rheobase.units.dimension import CONCENTRATION
from rheobase.units.door import internal, measure
from rheobase.units.quantity import short
from rheobase.zoo.receptors import conducting
from rheobase.zoo.synapses import rising, time_constants

# Jahr and Stevens (1990): the concentration that blocks half of the channels at 0 mV, and how
# steeply depolarisation clears them. Written once; the kinetic receptor has the same block.
HALF_BLOCK, STEEPNESS = 3.57 * mM, 0.062 / mV
BLOCK = "B = 1 / (1 + Mg / K_Mg * exp(-k_Mg * v))"


def NMDA(
    magnesium: Any = 1 * mM,
    rise: Any = 2 * ms,
    decay: Any = 100 * ms,
    reversal: Any = 0 * mV,
    into: str = "I",
    name: str | None = None,
    potential: str = "v",
) -> Synapse:
    """The slow receptor of glutamate, which magnesium plugs until the membrane is depolarised.

    The conductance g rises and decays; of it the share B(v) = 1/(1 + Mg/(3.57 mM) exp(-0.062 v/mV))
    is free of magnesium, and the current is g B(v) (E - v). The weight is the peak of g, the
    conductance without magnesium: at -70 mV and 1 mM 4.4 % of it are open, at 0 mV 78 %.

    Args:
        magnesium: the concentration outside the cell; 0 mM takes the block away.
        rise: the time constant of the rise.
        decay: that of the decay.
        reversal: the potential E at which the current turns its sign.
        into: the neuron's input.
        name: what the receptor is called; "NMDA" by default.
        potential: the neuron's state that drives the current and clears the block.

    Raises:
        ParameterError: for times that are not positive, a decay shorter than the rise, or a
            negative concentration.
        UnitError: for values of another dimension, or units beside plain numbers.

    Source: the block: C. E. Jahr and C. F. Stevens, Voltage dependence of NMDA-activated
    macroscopic conductances predicted by single-channel kinetics, J. Neurosci. 10, 3178-3182
    (1990), doi:10.1523/JNEUROSCI.10-09-03178.1990; the times: Brunel and Wang (2001), as `AMPA`,
    without the saturation that they add.
    """
    label = name or "NMDA"
    at = conducting(label, reversal)
    times = time_constants(label, rise=rise, decay=decay)
    unblocked = rising(label, times, at, into, potential, label).model
    if unblocked is None:
        raise AssertionError("a conductance has a model")
    times["scale"] = unblocked.parameters["scale"]
    block = {"Mg": _concentration(magnesium, unblocked.is_plain) * mM}
    block |= {"K_Mg": HALF_BLOCK, "k_Mg": STEEPNESS}
    if unblocked.is_plain:
        block = {key: value.internal for key, value in block.items()}
    model = Model(
        f"""
        dg/dt = (scale * s - g) / decay
        ds/dt = -s / rise
        {BLOCK}
        I = g * B * (E - v)
        """,
        parameters={**times, **block, "E": reversal},
        inputs=["v"],
        name=label,
    )
    return Synapse(label, model, "s", "I", into, potential, unblocked.parameters["E"])


def _concentration(magnesium: Any, is_plain: bool) -> float:
    """The concentration in mM; a plain number of them only beside other plain numbers."""
    what = "magnesium of NMDA"
    number, unit = measure(magnesium, what)
    if unit is not None or not is_plain:
        number = internal(magnesium, CONCENTRATION, what)
    if np.ndim(number) or not np.isfinite(number) or number < 0:
        raise ParameterError(
            f"{what} is {short(magnesium)}.", mend="give one concentration, zero or more"
        )
    return float(number)


__all__ = ["BLOCK", "HALF_BLOCK", "NMDA", "STEEPNESS"]
