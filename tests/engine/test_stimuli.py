"""Stimuli through the whole engine: charge, edges off the grid, one a neuron, samples."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine.population import Population
from rheobase.errors import ParameterError
from rheobase.units import Hz, ms, mV, nA, pA, pF

# A capacitor counts the charge: v = Q/C.
CAPACITOR = rb.Model("C * dv/dt = I", parameters=dict(C=100 * pF), inputs=dict(I=pA))
METHODS = ("exact", "adaptive", "rk4", "heun", "euler", "exponential_euler")


def charge(stimulus, method="exact", dt=0.1, duration=20, **options):
    rec = rb.simulate(CAPACITOR, duration * ms, I=stimulus, dt=dt * ms, method=method, **options)
    return rec["v"].value_in(mV)[-1] * 100.0  # pA ms


@pytest.mark.parametrize("target", ["llvm", "numpy"])
@pytest.mark.parametrize("method", METHODS)
def test_a_step_off_the_grid_brings_its_whole_charge(method, target):
    for start, stop in ((1.03, 7.777), (2.0, 9.0), (3.141, 3.142), (0.05, 19.99)):
        stimulus = rb.step(500 * pA, start * ms, stop * ms)
        found = charge(stimulus, method, target=target)[0]
        assert found == pytest.approx(500 * (stop - start), abs=1e-6)


@pytest.mark.parametrize("method", ["exact", "adaptive", "rk4"])
@pytest.mark.parametrize("dt", [0.05, 0.1, 0.5, 2.0])
def test_every_shape_brings_its_charge_at_any_dt(method, dt):
    shapes = [
        (rb.pulses(1 * nA, (1.01 * ms, 3.3 * ms, 5), 0.77 * ms), 1000 * 5 * 0.77),
        (rb.ramp(0 * pA, 400 * pA, 2.22 * ms, 9.99 * ms), 400 * (7.77 / 2 + 10.01)),
        (rb.ramp(-100 * pA, 400 * pA, 2.22 * ms, 9.99 * ms, hold=False), 150 * 7.77),
        (150 * pA + rb.step(50 * pA, 3.3 * ms), 150 * 20 + 50 * 16.7),
    ]
    for stimulus, expected in shapes:
        assert charge(stimulus, method, dt)[0] == pytest.approx(expected, rel=1e-9)
    # Of a sine a step has a parabola: Simpson's rule over (pi f h)^4.
    wave = rb.sine(300 * pA, 40 * Hz, offset=20 * pA, start=1.23 * ms)
    exact = 300 * (1 - np.cos(2 * np.pi * 0.04 * 18.77)) / (2 * np.pi * 0.04) + 20 * 18.77
    assert charge(wave, method, dt)[0] == pytest.approx(exact, rel=1e-4)


def test_each_neuron_may_have_its_own_amplitude():
    amplitudes = np.linspace(-300, 800, 9)
    for stimulus in (
        amplitudes * pA, rb.step(amplitudes * pA, 0 * ms), rb.step(1 * pA, 0 * ms) * amplitudes,
        rb.step(amplitudes * pA, 5 * ms) + rb.step(amplitudes * pA, 0 * ms, 5 * ms),
    ):  # fmt: skip
        assert charge(stimulus) == pytest.approx(amplitudes * 20, abs=1e-8)
    assert charge(100 * pA, n=4) == pytest.approx([2000] * 4)


def test_each_neuron_may_have_its_own_waveform():
    time = np.arange(200) * 0.1
    waves = np.stack([100 * time, 300 - 20 * time, np.full(200, 50.0)], axis=1)
    for targets in ("llvm", "python", "numpy"):
        duration = 20 if targets != "python" else 2
        found = charge(rb.sampled(waves * pA, dt=0.1 * ms), duration=duration, target=targets)
        steps = round(duration / 0.1)
        assert found == pytest.approx(waves[:steps].sum(axis=0) * 0.1, abs=1e-6)


def test_frequencies_may_differ_from_neuron_to_neuron():
    frequencies = np.array([10.0, 40.0, 90.0])
    found = charge(rb.sine(100 * pA, frequencies * Hz), dt=0.05)
    omega = 2 * np.pi * frequencies / 1000
    assert found == pytest.approx(100 * (1 - np.cos(omega * 20)) / omega, rel=1e-6)


@pytest.mark.parametrize("target", ["llvm", "numpy"])
@pytest.mark.parametrize("dt", [0.1, 0.3, 1.0])
def test_samples_keep_their_charge_on_another_grid(dt, target):
    rng = np.random.default_rng(0)
    samples = rng.normal(200, 300, 200)
    duration = 18
    whole = int(duration / 0.25)
    found = charge(
        rb.sampled(samples * pA, dt=0.25 * ms),
        dt=dt,
        duration=duration,
        target=target,
        method="rk4",
    )
    assert found[0] == pytest.approx(samples[:whole].sum() * 0.25, abs=1e-6)


def test_samples_may_last_exactly_as_long_as_the_run():
    samples = np.arange(1.0, 21.0)
    for target in ("llvm", "python", "numpy"):
        rec = rb.simulate(
            CAPACITOR, 20 * ms, I=rb.sampled(samples * pA, dt=1 * ms), dt=1 * ms, record=["v", "I"],
            target=target,
        )  # fmt: skip
        assert rec["I"].value_in(pA)[:-1, 0] == pytest.approx(samples)
        assert rec["I"].value_in(pA)[-1, 0] == 20.0  # the last value there is
        assert rec["v"].value_in(mV)[-1, 0] == pytest.approx(2.1)
    linear = rb.sampled(samples * pA, dt=1 * ms, interpolation="linear")
    rec = rb.simulate(CAPACITOR, 19 * ms, I=linear, dt=0.5 * ms, record="I")
    assert rec["I"].value_in(pA)[:, 0] == pytest.approx(np.arange(1.0, 20.1, 0.5))


def test_samples_that_end_too_soon_are_refused_before_the_run():
    with pytest.raises(ParameterError, match="samples last until 20 ms, and the run goes on"):
        rb.simulate(CAPACITOR, 21 * ms, I=rb.sampled(np.ones(20) * pA, dt=1 * ms), dt=1 * ms)


def test_the_input_is_recorded_at_the_beginning_of_each_step():
    rec = rb.simulate(
        CAPACITOR, 3 * ms, I=rb.ramp(0 * pA, 30 * pA, 0 * ms, 3 * ms), dt=0.5 * ms, record="I", n=2
    )
    assert rec["I"].value_in(pA)[:, 1] == pytest.approx(np.arange(0, 31, 5.0))


def test_inputs_are_driven_apart():
    model = rb.Model("dx/dt = a\ndy/dt = b + c", inputs=["a", "b", "c"])
    rec = rb.simulate(
        model, 10 * ms, dt=1 * ms, a=2.0, b=rb.step(1.0, 5 * ms), record=["x", "y"], n=3,
        c=np.array([0.0, 1.0, 2.0]),
    )  # fmt: skip
    assert np.asarray(rec["x"])[-1] == pytest.approx([20.0] * 3)
    assert np.asarray(rec["y"])[-1] == pytest.approx([5.0, 15.0, 25.0])


def test_a_model_comes_with_its_own_current():
    rec = rb.simulate(rb.LIF(), 100 * ms)
    assert np.array_equal(
        rec.spikes.t.internal, rb.simulate(rb.LIF(), 100 * ms, I=300 * pA).spikes.t.internal
    )
    assert rb.simulate(rb.LIF(), 100 * ms, I=0 * pA).spikes.total == 0
    assert rec.provenance["inputs"]["I"][0]["amplitude"] == {"value": 300.0, "unit": "pA"}


def test_samples_that_end_too_soon_are_refused_before_the_first_step(monkeypatch):
    steps = []
    monkeypatch.setattr(Population, "bind_slice", lambda self, n, at_end=False: steps.append(n))
    with pytest.raises(ParameterError, match=r"samples last until 1500\.1 ms, and the run goes on"):
        rb.simulate(rb.LIF(), 2000 * ms, I=rb.sampled(np.full(15001, 300.0) * pA, dt=0.1 * ms))
    assert not steps
