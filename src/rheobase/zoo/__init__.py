"""Published models: equations, constants and citations, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rheobase.lazy import exports

if TYPE_CHECKING:
    from rheobase.zoo.adex import AdEx
    from rheobase.zoo.entry import Entry, Preset
    from rheobase.zoo.generalized import GIF
    from rheobase.zoo.hodgkin_huxley import HodgkinHuxley, TraubMiles
    from rheobase.zoo.integrate_and_fire import LIF, ExponentialIF, QuadraticIF
    from rheobase.zoo.izhikevich import Izhikevich
    from rheobase.zoo.models import MODELS
    from rheobase.zoo.rate import RateNeuron
    from rheobase.zoo.synapses import Alpha, Biexponential, Delta, Exponential

__all__ = [
    "GIF",
    "LIF",
    "MODELS",
    "AdEx",
    "Alpha",
    "Biexponential",
    "Delta",
    "Entry",
    "Exponential",
    "ExponentialIF",
    "HodgkinHuxley",
    "Izhikevich",
    "Preset",
    "QuadraticIF",
    "RateNeuron",
    "TraubMiles",
]

# A network of somebody's own equations does not wait for everyone else's.
__getattr__, __dir__ = exports(
    __name__,
    {
        "adex": ("AdEx",),
        "entry": ("Entry", "Preset"),
        "generalized": ("GIF",),
        "hodgkin_huxley": ("HodgkinHuxley", "TraubMiles"),
        "integrate_and_fire": ("ExponentialIF", "LIF", "QuadraticIF"),
        "izhikevich": ("Izhikevich",),
        "models": ("MODELS",),
        "rate": ("RateNeuron",),
        "synapses": ("Alpha", "Biexponential", "Delta", "Exponential"),
    },
)
