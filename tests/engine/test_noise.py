"""Noise: the Ornstein-Uhlenbeck input is exact at any step, the white noise that of its scheme."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine.philox import normal as reference_normal
from rheobase.units import ms, mV, pA

TAU, SIGMA = 10.0, 1.0
N = 4000
# The input itself is recorded: the state only has to be there.
WIRE = rb.Model("dx/dt = 0*x + 0*I", inputs=["I"])


def samples(dt, steps=40, n=N, seed=1, drive=None, **changes):
    drive = rb.noise(SIGMA, TAU * ms) if drive is None else drive
    rec = rb.simulate(
        WIRE,
        steps * dt * ms,
        n=n,
        dt=dt * ms,
        I=drive,
        record="I",
        seed=seed,
        method="euler",
        **changes,
    )
    return np.asarray(rec["I"])


@pytest.mark.parametrize("dt", [0.1, 1.0, 5.0, 30.0])
def test_the_process_is_stationary_from_the_first_step_at_any_dt(dt):
    x = samples(dt)
    # Standard errors over 4,000 neurons: 0.016 of the mean, 0.022 of the variance.
    assert np.abs(x.mean(axis=1)).max() < 5 * 0.016
    assert np.abs(x.var(axis=1) - SIGMA**2).max() < 5 * 0.0224
    lags = np.array([1, 2, 5, 10, 20])
    autocorrelation = [np.mean(x[lag:] * x[:-lag]) for lag in lags]
    assert autocorrelation == pytest.approx(SIGMA**2 * np.exp(-lags * dt / TAU), abs=0.05)


def test_its_samples_are_those_of_the_exact_update():
    x = samples(2.0, steps=200, n=200)
    decay = np.exp(-2.0 / TAU)
    draws = (x[1:-1] - decay * x[:-2]) / np.sqrt(1 - decay**2)  # the last row repeats no draw
    # What is left is standard normal and white: moments, and no correlation with the past.
    assert draws.mean() == pytest.approx(0, abs=5 / np.sqrt(draws.size))
    assert draws.var() == pytest.approx(1, abs=5 * np.sqrt(2 / draws.size))
    assert np.mean(draws**4) == pytest.approx(3, abs=5 * np.sqrt(96 / draws.size))
    assert np.mean(draws[1:] * draws[:-1]) == pytest.approx(0, abs=5 / np.sqrt(draws.size))
    assert np.mean(draws * x[:-2]) == pytest.approx(0, abs=5 / np.sqrt(draws.size))


def test_neurons_and_terms_are_independent():
    x = samples(5.0, steps=400, n=6)
    correlation = np.corrcoef(x[:-1].T) - np.eye(6)
    assert np.abs(correlation).max() < 0.25  # 200 correlation times
    twice = samples(1.0, steps=3, drive=rb.noise(1.0, TAU * ms) + rb.noise(1.0, TAU * ms))
    assert twice.var(axis=1) == pytest.approx(2.0 * np.ones(4), abs=0.25)
    white = rb.Model("dx/dt = xi_a\ndy/dt = xi_b\ndz/dt = I", inputs=["I"])
    rec = rb.simulate(
        white, 1 * ms, n=N, dt=1 * ms, I=rb.noise(1.0, 1 * ms), record=["x", "y", "z"]
    )
    parts = np.stack([np.asarray(rec[s])[-1] for s in "xyz"])
    assert np.corrcoef(parts) == pytest.approx(np.eye(3), abs=5 / np.sqrt(N))


def test_each_neuron_may_have_its_own_deviation_and_mean():
    sigma, mean = np.linspace(0.5, 2.0, 4), np.array([-3.0, 0.0, 3.0, 30.0])
    x = samples(20.0, steps=4000, n=4, drive=rb.noise(sigma, TAU * ms, mean=mean))
    assert x.mean(axis=0) == pytest.approx(mean, abs=0.2)
    assert x.std(axis=0) == pytest.approx(sigma, rel=0.1)
    still = samples(1.0, n=4, drive=rb.noise(0.0, TAU * ms, mean=2.0))
    assert np.all(still == 2.0)


def test_the_numbers_are_the_same_for_any_number_of_neurons():
    few, many = samples(1.0, n=3), samples(1.0, n=500)
    assert np.array_equal(few, many[:, :3])


def test_noise_in_amperes_drives_a_neuron():
    rec = rb.simulate(
        rb.LIF(V_T=0 * mV), 400 * ms, n=200, dt=0.5 * ms,
        I=rb.noise(100 * pA, 5 * ms, mean=100 * pA),
        record=["v", "I"], record_every=10,
    )  # fmt: skip
    v = np.asarray(rec["v"])[40:]
    # Linear below threshold: variance sigma_I^2/g_L^2 tau_s/(tau_s + tau_m), C/g_L = 20 ms.
    assert v.mean() == pytest.approx(-60.0, abs=0.3)
    assert v.std() == pytest.approx(10.0 * np.sqrt(5 / 25), abs=0.3)


@pytest.mark.parametrize(
    ("dt", "variance"),
    [(1.0, 1.0526315789473684), (2.0, 1.1111111111111112), (0.1, 1.0050251256281406)],
)
def test_euler_maruyama_has_the_stationary_variance_of_its_step(dt, variance):
    # sigma^2/(1 - h/(2 tau)): not that of the process, and by just so much.
    # (reference/analytic.json, "ou")
    model = rb.Model(
        "tau * dx/dt = -x + sigma*sqrt(2*tau)*xi", parameters=dict(tau=TAU, sigma=SIGMA)
    )

    rec = rb.simulate(
        model, 120 * ms, n=20_000, dt=dt * ms, record="x", record_every=round(30 / dt)
    )
    x = np.asarray(rec["x"])[-2:]
    assert x.var() == pytest.approx(variance, abs=0.04)  # four standard errors of 40,000 samples
    assert x.mean() == pytest.approx(0.0, abs=0.03)


def test_white_noise_is_scaled_with_the_root_of_the_step():
    model = rb.Model("dx/dt = sigma*xi", parameters=dict(sigma=0.7))
    for dt in (0.01, 0.25):
        rec = rb.simulate(
            model, 1 * ms, n=20_000, dt=dt * ms, record="x", record_every=round(1 / dt)
        )
        assert np.asarray(rec["x"])[-1].var() == pytest.approx(0.49, abs=0.025)


def test_the_array_reference_draws_what_the_kernel_draws():
    from rheobase.compiler.kernels.random import normal
    from rheobase.compiler.targets import python

    kernel = python.load([normal()])["normal"]
    for seed, stream, step in ((0, 0, 0), (2**63 - 1, 7, 2**33 + 5), (12345, 2**31, 1)):
        found = reference_normal(seed, stream, np.arange(5), step)
        expected = [kernel(seed, stream, k, step) for k in range(5)]
        assert found == pytest.approx(expected, rel=1e-14)
