"""Learning rules: what spikes do to the weight of a synapse, written as equations."""

from rheobase.model.learning.bound import BoundRule, Statement
from rheobase.model.learning.lazy import Course, Flow
from rheobase.model.learning.rule import LearningRule
from rheobase.model.learning.target import Read

__all__ = ["BoundRule", "Course", "Flow", "LearningRule", "Read", "Statement"]
