"""The neurons of the zoo, by name."""

from __future__ import annotations

from rheobase.zoo.adex import AdEx
from rheobase.zoo.entry import Entry
from rheobase.zoo.generalized import GIF
from rheobase.zoo.hodgkin_huxley import HodgkinHuxley, TraubMiles
from rheobase.zoo.integrate_and_fire import LIF, ExponentialIF, QuadraticIF
from rheobase.zoo.izhikevich import Izhikevich
from rheobase.zoo.rate import RateNeuron

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
        RateNeuron,
    )
}
