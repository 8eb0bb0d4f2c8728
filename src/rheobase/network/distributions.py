"""Distributions of values: of weights, delays, parameters and first values."""

from rheobase.model.distributions import (
    Clipped,
    Distribution,
    Draws,
    Lognormal,
    Normal,
    Truncated,
    Uniform,
    clipped,
    distribution_from,
    lognormal,
    normal,
    truncated,
    uniform,
)

__all__ = [
    "Clipped", "Distribution", "Draws", "Lognormal", "Normal", "Truncated", "Uniform", "clipped",
    "distribution_from", "lognormal", "normal", "truncated", "uniform",
]  # fmt: skip
