"""Training: linear classifiers whose updates are evaluated from a learning rule's own equation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rheobase.lazy import exports

if TYPE_CHECKING:
    from rheobase.learn.delta_rule import DeltaRule
    from rheobase.learn.linear_classifier import LinearClassifier
    from rheobase.learn.margin import Separability, separability
    from rheobase.learn.perceptron import Perceptron

__all__ = ["DeltaRule", "LinearClassifier", "Perceptron", "Separability", "separability"]
__getattr__, __dir__ = exports(
    __name__,
    {
        "delta_rule": ("DeltaRule",),
        "linear_classifier": ("LinearClassifier",),
        "perceptron": ("Perceptron",),
        "margin": ("Separability", "separability"),
    },
)
