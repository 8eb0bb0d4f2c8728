"""Published learning rules: functions that return a `LearningRule`."""

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
