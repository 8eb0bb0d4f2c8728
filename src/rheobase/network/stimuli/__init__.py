"""What drives an input: steps, pulses, ramps, sinusoids, noise and measured waveforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rheobase.lazy import exports

if TYPE_CHECKING:
    from rheobase.network.stimuli.description import from_description
    from rheobase.network.stimuli.ornstein_uhlenbeck import noise
    from rheobase.network.stimuli.samples import sampled
    from rheobase.network.stimuli.shapes import pulses, ramp, step
    from rheobase.network.stimuli.sinusoid import sine
    from rheobase.network.stimuli.terms import (
        Constant,
        NoiseTerm,
        Stimulus,
        Term,
        Waveform,
        as_stimulus,
    )

__all__ = [
    "Constant",
    "NoiseTerm",
    "Stimulus",
    "Term",
    "Waveform",
    "as_stimulus",
    "from_description",
    "noise",
    "pulses",
    "ramp",
    "sampled",
    "sine",
    "step",
]
# A run with a constant current loads no more than `terms`.
__getattr__, __dir__ = exports(
    __name__,
    {
        "description": ("from_description",),
        "ornstein_uhlenbeck": ("noise",),
        "samples": ("sampled",),
        "sinusoid": ("sine",),
        "shapes": ("pulses", "ramp", "step"),
        "terms": ("Constant", "NoiseTerm", "Stimulus", "Term", "Waveform", "as_stimulus"),
    },
)
