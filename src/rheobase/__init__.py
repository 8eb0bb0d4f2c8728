"""rheobase: one neuron, every level.

A neuron is written once, as its equations with units; from that text it runs at compiled speed::

    import rheobase as rb
    from rheobase.units import mV, ms, pA

    rec = rb.simulate(rb.LIF(), 200 * ms, I=300 * pA)
    rec.plot()

The names below are loaded when they are first used, so that importing rheobase costs no more than
NumPy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rheobase.__about__ import __version__
from rheobase.lazy import exports

_FACE = {
    "model": ("Model", "Published"),
    "model.learning": ("LearningRule",),
    "zoo": (
        "AdEx",
        "ExponentialIF",
        "GIF",
        "HodgkinHuxley",
        "Izhikevich",
        "LIF",
        "QuadraticIF",
        "RateNeuron",
        "TraubMiles",
    ),
    "network.stimuli": ("noise", "pulses", "ramp", "sampled", "sine", "step"),
    "engine.simulate": ("simulate",),
    "engine.network": ("Network",),
    "network.rules": (
        "all_to_all",
        "bernoulli",
        "edges",
        "fixed_indegree",
        "fixed_outdegree",
        "fixed_total",
        "one_to_one",
        "small_world",
    ),
    "network.space": ("distance",),
    "model.distributions": ("clipped", "lognormal", "normal", "truncated", "uniform"),
    "network.graded": ("Graded",),
    "network.sources": ("Poisson", "SpikeTimes"),
    "zoo.receptors": ("AMPA", "GABAA", "GABAB", "NicotinicACh"),
    "zoo.receptors_nmda": ("NMDA",),
    "zoo.receptors_kinetic": (
        "AMPAKinetics",
        "GABAAKinetics",
        "GABABKinetics",
        "Kinetic",
        "NMDAKinetics",
        "NicotinicAChKinetics",
    ),
    "zoo.modulators": ("Dopamine", "Modulator", "Serotonin"),
    "zoo.plasticity": (
        "DopamineSTDP",
        "ErrorDriven",
        "HomeostaticSTDP",
        "PairSTDP",
        "QuantalRelease",
        "TripletSTDP",
        "TsodyksMarkram",
        "VoltageSTDP",
    ),
    "zoo.artificial": ("ArtificialLayer", "ArtificialNetwork", "ArtificialNeuron"),
    "zoo.synapses": ("Alpha", "Biexponential", "Delta", "Exponential"),
    "learn.delta_rule": ("DeltaRule",),
    "learn.linear_classifier": ("LinearClassifier",),
    "learn.perceptron": ("Perceptron",),
    "engine.rest": ("resting_state",),
    "protocols": ("fi_curve", "phase_plane", "rheobase"),
    "protocols.compare": ("compare",),
    "reduction.conversion": ("convert",),
    "reduction.mean_field": ("mean_field",),
    "reduction.reduce": ("reduce",),
    "reduction.siegert": ("siegert",),
    "compiler.pipeline": ("source",),
    "recording": ("NetworkRecording", "Recording", "SpikeTrains", "load"),
    "errors": ("RheobaseError",),
    "units": ("Quantity",),
}

if TYPE_CHECKING:
    from rheobase import units as units
    from rheobase.compiler.pipeline import source
    from rheobase.engine.network import Network
    from rheobase.engine.rest import resting_state
    from rheobase.engine.simulate import simulate
    from rheobase.errors import RheobaseError
    from rheobase.learn.delta_rule import DeltaRule
    from rheobase.learn.linear_classifier import LinearClassifier
    from rheobase.learn.perceptron import Perceptron
    from rheobase.model import Model, Published
    from rheobase.model.distributions import clipped, lognormal, normal, truncated, uniform
    from rheobase.model.learning import LearningRule
    from rheobase.network.graded import Graded
    from rheobase.network.rules import (
        all_to_all,
        bernoulli,
        edges,
        fixed_indegree,
        fixed_outdegree,
        fixed_total,
        one_to_one,
        small_world,
    )
    from rheobase.network.sources import Poisson, SpikeTimes
    from rheobase.network.space import distance
    from rheobase.network.stimuli import noise, pulses, ramp, sampled, sine, step
    from rheobase.protocols import fi_curve, phase_plane, rheobase
    from rheobase.protocols.compare import compare
    from rheobase.recording import NetworkRecording, Recording, SpikeTrains, load
    from rheobase.reduction.conversion import convert
    from rheobase.reduction.mean_field import mean_field
    from rheobase.reduction.reduce import reduce
    from rheobase.reduction.siegert import siegert
    from rheobase.units import Quantity
    from rheobase.zoo import (
        GIF,
        LIF,
        AdEx,
        ExponentialIF,
        HodgkinHuxley,
        Izhikevich,
        QuadraticIF,
        RateNeuron,
        TraubMiles,
    )
    from rheobase.zoo.artificial import ArtificialLayer, ArtificialNetwork, ArtificialNeuron
    from rheobase.zoo.modulators import Dopamine, Modulator, Serotonin
    from rheobase.zoo.plasticity import (
        DopamineSTDP,
        ErrorDriven,
        HomeostaticSTDP,
        PairSTDP,
        QuantalRelease,
        TripletSTDP,
        TsodyksMarkram,
        VoltageSTDP,
    )
    from rheobase.zoo.receptors import AMPA, GABAA, GABAB, NicotinicACh
    from rheobase.zoo.receptors_kinetic import (
        AMPAKinetics,
        GABAAKinetics,
        GABABKinetics,
        Kinetic,
        NicotinicAChKinetics,
        NMDAKinetics,
    )
    from rheobase.zoo.receptors_nmda import NMDA
    from rheobase.zoo.synapses import Alpha, Biexponential, Delta, Exponential

__all__ = [
    "AMPA",
    "GABAA",
    "GABAB",
    "GIF",
    "LIF",
    "NMDA",
    "AMPAKinetics",
    "AdEx",
    "Alpha",
    "ArtificialLayer",
    "ArtificialNetwork",
    "ArtificialNeuron",
    "Biexponential",
    "Delta",
    "DeltaRule",
    "Dopamine",
    "DopamineSTDP",
    "ErrorDriven",
    "Exponential",
    "ExponentialIF",
    "GABAAKinetics",
    "GABABKinetics",
    "Graded",
    "HodgkinHuxley",
    "HomeostaticSTDP",
    "Izhikevich",
    "Kinetic",
    "LearningRule",
    "LinearClassifier",
    "Model",
    "Modulator",
    "NMDAKinetics",
    "Network",
    "NetworkRecording",
    "NicotinicACh",
    "NicotinicAChKinetics",
    "PairSTDP",
    "Perceptron",
    "Poisson",
    "Published",
    "QuadraticIF",
    "QuantalRelease",
    "Quantity",
    "RateNeuron",
    "Recording",
    "RheobaseError",
    "Serotonin",
    "SpikeTimes",
    "SpikeTrains",
    "TraubMiles",
    "TripletSTDP",
    "TsodyksMarkram",
    "VoltageSTDP",
    "__version__",
    "all_to_all",
    "bernoulli",
    "clipped",
    "compare",
    "convert",
    "distance",
    "edges",
    "fi_curve",
    "fixed_indegree",
    "fixed_outdegree",
    "fixed_total",
    "load",
    "lognormal",
    "mean_field",
    "noise",
    "normal",
    "one_to_one",
    "phase_plane",
    "pulses",
    "ramp",
    "reduce",
    "resting_state",
    "rheobase",
    "sampled",
    "siegert",
    "simulate",
    "sine",
    "small_world",
    "source",
    "step",
    "truncated",
    "uniform",
    "units",
]


__getattr__, __dir__ = exports(__name__, _FACE, modules=("units",), first="rheobase.units")
