"""Random values: those of models, of which networks are drawn too."""

from rheobase.model.distribution import (
    Bounded,
    Clipped,
    Convert,
    Distribution,
    Draws,
    Lognormal,
    Normal,
    Truncated,
    Uniform,
)

__all__ = [
    "Bounded", "Clipped", "Convert", "Distribution", "Draws", "Lognormal", "Normal", "Truncated",
    "Uniform",
]  # fmt: skip
