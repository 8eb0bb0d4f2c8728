"""Published models: equations, constants and citations, nothing else."""

from rheobase.zoo.adex import AdEx
from rheobase.zoo.entry import Entry, Preset
from rheobase.zoo.generalized import GIF
from rheobase.zoo.hodgkin_huxley import HodgkinHuxley, TraubMiles
from rheobase.zoo.integrate_and_fire import LIF, ExponentialIF, QuadraticIF
from rheobase.zoo.izhikevich import Izhikevich
from rheobase.zoo.synapses import Alpha, Biexponential, Delta, Exponential

MODELS: dict[str, Entry] = {
    model.__name__: model
    for model in (
        HodgkinHuxley,
        TraubMiles,
        LIF,
        QuadraticIF,
        ExponentialIF,
        AdEx,
        Izhikevich,
        GIF,
    )
}

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
    "TraubMiles",
]
