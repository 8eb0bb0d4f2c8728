"""What drives an input: steps, pulses, ramps, sinusoids, noise and measured waveforms."""

from rheobase.network.stimuli.description import from_description
from rheobase.network.stimuli.noise import noise
from rheobase.network.stimuli.samples import sampled
from rheobase.network.stimuli.shapes import pulses, ramp, step
from rheobase.network.stimuli.sine import sine
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
