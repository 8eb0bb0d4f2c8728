"""Learning rules: what spikes do to the weight of a synapse, written as equations."""

from rheobase.model.learning.bound import BoundRule, Statement
from rheobase.model.learning.lazy import Course
from rheobase.model.learning.rule import LearningRule

__all__ = ["BoundRule", "Course", "LearningRule", "Statement"]
