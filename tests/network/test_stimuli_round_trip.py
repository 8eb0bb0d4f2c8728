"""A stimulus goes to JSON and comes back with the very same bits: amplitudes, waveforms, noise."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rheobase.errors import ParameterError
from rheobase.network.stimuli import (
    NoiseTerm,
    as_stimulus,
    noise,
    pulses,
    ramp,
    sampled,
    sine,
    step,
)
from rheobase.network.stimulus_data import stimulus_data, stimulus_from
from rheobase.units import Hz, cm, kHz, ms, mV, nA, nS, pA, second, uA, us

RNG = np.random.default_rng(3)
EACH = RNG.normal(3, 1, 5)
SHAPES = {
    "plain constant": lambda: as_stimulus(0.1 + 0.2),
    "constant": lambda: as_stimulus(pA / 3),
    "constant, each": lambda: as_stimulus(EACH * pA),
    "density": lambda: as_stimulus(7.3 * uA / cm**2),
    "product": lambda: as_stimulus(1.7 * nS * mV),
    "step": lambda: step(2 * pA, 1.23 * ms, 7 * ms),
    "step without end": lambda: step(EACH * nA, 1 * ms / 3),
    "pulses": lambda: pulses(1 * nA, (1 * ms, 2.1 * ms, 5), 0.7 * ms),
    "pulses that overlap": lambda: pulses(0.1, [0.3, 0.1, 7.7] * ms, 1 * ms),
    "ramp": lambda: ramp(-1 * pA, EACH * pA, 2.2 * ms, 9.1 * ms),
    "ramp to nothing": lambda: ramp(1.0, 2.0, 2.2 * ms, 9.1 * ms, hold=False),
    "sine": lambda: sine(5 * pA, 100 * Hz, offset=1 * pA, start=0.33 * ms),
    "sines": lambda: sine(EACH * pA, EACH * kHz, EACH / 7, stop=20 * ms),
    "noise": lambda: noise(100 * pA, 5 * ms),
    "noise, each": lambda: noise(EACH * pA, 700 * us, mean=-EACH / 3 * nA),
    "samples": lambda: sampled(RNG.normal(0, 1, 400) * pA, 0.07 * ms, after="hold"),
    "samples, linear": lambda: sampled(RNG.normal(0, 1, 400), 0.07 * ms, "linear", "zero", 1 * ms),
    "samples that repeat": lambda: sampled(RNG.normal(0, 1, 9) * nA, 0.3 * ms, after="repeat"),
    "samples that end": lambda: sampled(RNG.normal(0, 1, 400) * nA, 0.3 * ms),
    "samples, each": lambda: sampled(RNG.normal(0, 1, (300, 5)) * pA, 0.1 * ms, after="hold"),
    "sum": lambda: step(1 * pA) + noise(3 * pA, 2 * ms) - sine(1 * nA, 3 * Hz) * EACH / 3,
}


def there_and_back(stimulus):
    text = json.dumps(stimulus_data(stimulus), allow_nan=False)
    return stimulus_from(json.loads(text))


def bits(value):
    """Internal floats as integers, so that -0.0 is not 0.0, and the unit that they show."""
    plain = np.asarray(getattr(value, "internal", value), dtype=float)
    return plain.shape, plain.view(np.int64).tolist(), getattr(value, "unit", None)


def assert_same(one, other):
    assert len(one.terms) == len(other.terms)
    for mine, found in zip(one.terms, other.terms, strict=True):
        assert type(mine) is type(found)
        if isinstance(mine, NoiseTerm):
            assert bits(mine.sigma) == bits(found.sigma)
            assert bits(mine.mean) == bits(found.mean)
            assert mine.tau == found.tau
            continue
        assert bits(mine.amplitude) == bits(found.amplitude)
        assert mine.waveform.columns == found.waveform.columns
        assert mine.waveform.is_constant == found.waveform.is_constant
        for h in (0.1, 1 / 3):
            start = np.arange(60) * h
            course = mine.waveform.coefficients(start, h)
            again = found.waveform.coefficients(start, h)
            assert [bits(w) for w in course] == [bits(w) for w in again]


@pytest.mark.parametrize("shape", SHAPES)
def test_it_comes_back_with_the_same_bits(shape):
    stimulus = SHAPES[shape]()
    again = there_and_back(stimulus)
    assert_same(stimulus, again)
    assert again == stimulus
    assert again.size == stimulus.size
    assert stimulus_data(again) == stimulus_data(stimulus)


def test_samples_that_are_used_up_are_so_after_the_round_trip():
    stimulus = there_and_back(sampled([1.0, 2.0] * pA, 1 * ms))
    with pytest.raises(ParameterError, match="last until 2 ms"):
        stimulus.terms[0].waveform.coefficients(np.arange(3) * 1.0, 1.0)


numbers = st.floats(-1e9, 1e9) | st.floats(allow_nan=False, allow_infinity=False, width=16)
times = st.floats(0.0, 1e4)


@given(
    amplitude=st.lists(numbers, min_size=1, max_size=4),
    unit=st.sampled_from([1.0, pA, nA, mV, uA / cm**2, nS * mV, pA * second / ms]),
    factor=numbers,
    begin=times,
    length=st.floats(1e-3, 1e4),
)
def test_amplitudes_and_times_of_any_kind_are_exact(amplitude, unit, factor, begin, length):
    values = np.array(amplitude) * unit if len(amplitude) > 1 else amplitude[0] * unit
    stimulus = step(values, begin * ms, (begin + length) * ms) * factor
    stimulus = stimulus + sine(values, 3 * Hz, start=begin * ms)
    assert_same(stimulus, there_and_back(stimulus))


@given(
    samples=st.lists(numbers, min_size=1, max_size=40),
    dt=st.floats(1e-3, 10.0),
    interpolation=st.sampled_from(["hold", "linear"]),
    after=st.sampled_from(["hold", "zero", "repeat"]),
)
def test_samples_of_any_kind_are_exact(samples, dt, interpolation, after):
    stimulus = sampled(np.array(samples) * pA, dt * ms, interpolation, after)
    assert_same(stimulus, there_and_back(stimulus))


@pytest.mark.parametrize(
    "given", [[{"kind": "square"}], [{"kind": None}], [{"amplitude": 1.0}]], ids=str
)
def test_what_is_no_stimulus_is_refused(given):
    with pytest.raises(ParameterError, match="no waveform"):
        stimulus_from(given)
