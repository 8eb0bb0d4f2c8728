"""Published learning rules: functions that return a `LearningRule`.

A value with which synapses differ may be a distribution, or a list with one a synapse, as it may in
every `LearningRule`: ``A_plus=rb.normal(0.01, 0.002)``. What reads it then takes memory a synapse.
"""

from rheobase.zoo.plasticity.error_driven import ErrorDriven
from rheobase.zoo.plasticity.homeostatic import HomeostaticSTDP
from rheobase.zoo.plasticity.modulated import DopamineSTDP
from rheobase.zoo.plasticity.pair import PairSTDP
from rheobase.zoo.plasticity.short_term import QuantalRelease, TsodyksMarkram
from rheobase.zoo.plasticity.triplet import TripletSTDP
from rheobase.zoo.plasticity.voltage import VoltageSTDP

__all__ = [
    "DopamineSTDP",
    "ErrorDriven",
    "HomeostaticSTDP",
    "PairSTDP",
    "QuantalRelease",
    "TripletSTDP",
    "TsodyksMarkram",
    "VoltageSTDP",
]
