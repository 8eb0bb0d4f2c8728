"""Stimuli as an experiment file writes them are those of the library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import rheobase as rb
from rheobase.lab.experiment import read_experiment
from rheobase.lab.source import Source
from rheobase.units import Hz, ms, pA

CASES = {
    '{ kind = "step", amplitude = "5 pA", start = "1 ms", stop = "2 ms" }': rb.step(
        5 * pA, 1 * ms, 2 * ms
    ),
    '{ kind = "step", amplitude = "5 pA" }': rb.step(5 * pA),
    '{ kind = "pulses", amplitude = "5 pA", width = "1 ms", at = ["2 ms", "5 ms"] }': rb.pulses(
        5 * pA, [2 * ms, 5 * ms], 1 * ms
    ),
    '{ kind = "pulses", amplitude = "5 pA", width = "1 ms", start = "2 ms", period = "3 ms",'
    " count = 2 }": rb.pulses(5 * pA, (2 * ms, 3 * ms, 2), 1 * ms),
    '{ kind = "ramp", from = "0 pA", to = "9 pA", start = "1 ms", stop = "8 ms" }': rb.ramp(
        0 * pA, 9 * pA, 1 * ms, 8 * ms
    ),
    '{ kind = "ramp", from = "1 pA", to = "9 pA", start = "1 ms", stop = "8 ms", hold = false }':
        rb.ramp(1 * pA, 9 * pA, 1 * ms, 8 * ms, hold=False),
    '{ kind = "sine", amplitude = "3 pA", frequency = "8 Hz", phase = 1, offset = "2 pA" }':
        rb.sine(3 * pA, 8 * Hz, 1.0, 2 * pA),
    '{ kind = "noise", sigma = "3 pA", tau = "5 ms", mean = "1 pA" }': rb.noise(
        3 * pA, 5 * ms, 1 * pA
    ),
    '{ kind = "sampled", values = [1, 2, 3], unit = "pA", dt = "5 ms", interpolation = "linear" }':
        rb.sampled([1, 2, 3] * pA, 5 * ms, "linear"),
    '{ kind = "sampled", values = ["1 pA", "2 pA"], dt = "9 ms", after = "zero" }': rb.sampled(
        [1, 2] * pA, 9 * ms, after="zero"
    ),
    '["all", { kind = "step", amplitude = "5 pA" }]': rb.step(2 * pA) + rb.step(5 * pA),
    '{ use = "all", times = 3 }': rb.step(6 * pA),
    '{ use = "all", times = "3 pA", divided_by = "6 pA" }': rb.step(1 * pA),
    '{ kind = "step", amplitude = "8 mV", divided_by = "2 Gohm" }': rb.step(4 * pA),
    '"all"': rb.step(2 * pA),
}  # fmt: skip
NAMED = '[[stimulus]]\nname = "all"\nkind = "step"\namplitude = "2 pA"\n'


@pytest.mark.parametrize("text", CASES)
def test_as_the_library_has_it(text: str, write: Callable[..., Path]) -> None:
    path = write(f'duration = "10 ms"\n{NAMED}[[neuron]]\nmodel = "LIF"\nstimulus = {text}\n')
    neuron = read_experiment(Source.read(path)).neurons[0]
    recorded = [
        rb.simulate(neuron.model, 10 * ms, I=stimulus, record="I", seed=2)["I"].value_in("pA")
        for stimulus in (neuron.inputs["I"], CASES[text])
    ]
    assert recorded[0] == pytest.approx(recorded[1], rel=1e-12, abs=1e-12)
    assert abs(recorded[1]).max() > 0


def test_a_stimulus_without_a_name_is_for_all_who_have_none(write: Callable[..., Path]) -> None:
    text = 'duration = "10 ms"\n[[stimulus]]\nkind = "step"\namplitude = "2 pA"\n'
    text += (
        '[[neuron]]\nmodel = "LIF"\n[[neuron]]\nname = "b"\nmodel = "LIF"\nstimulus = "preset"\n'
    )
    text += '[[neuron]]\nname = "c"\nmodel = "LIF"\nstimulus = []\n'
    shared, own, none = read_experiment(Source.read(write(text))).neurons
    assert shared.inputs["I"].describe() == rb.step(2 * pA).describe()
    assert own.inputs == {}
    assert none.inputs == {}


def test_into_another_input(write: Callable[..., Path]) -> None:
    text = (
        'duration = "10 ms"\n[[neuron]]\nname = "two"\n'
        'equations = "C * dv/dt = I + J - g * v"\nparameters = { C = "1 nF", g = "10 nS" }\n'
        'inputs = { I = "pA", J = "pA" }\n'
        'stimulus = [{ kind = "step", amplitude = "1 pA" },'
        '{ kind = "step", amplitude = "2 pA", into = "J" }]\n'
    )
    neuron = read_experiment(Source.read(write(text))).neurons[0]
    assert set(neuron.inputs) == {"I", "J"}
    assert neuron.inputs["J"].describe() == rb.step(2 * pA).describe()
