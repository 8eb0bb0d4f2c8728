"""Siegert's formula: against its integral, its limits and differences of itself."""

import subprocess
import sys

import mpmath
import numpy as np
import pytest
from scipy import special

import rheobase as rb
from rheobase.errors import ParameterError, UnitError
from rheobase.reduction.erfcx import erfcx, erfcx_integral
from rheobase.reduction.siegert import Threshold, passage, siegert_slope
from rheobase.units import Hz, ms, mV

NEURON = dict(tau=20 * ms, V_T=20 * mV, V_R=10 * mV, t_ref=2 * ms)


def hz(mean, sigma, **changes):
    given = {**NEURON, **changes}
    return rb.siegert(**given, mean=mean * mV, sigma=sigma * mV).value_in(Hz)


def test_erfcx_is_scipys():
    x = np.concatenate(
        [np.linspace(-26, 30, 5001), np.geomspace(10, 1e300, 1000), -np.geomspace(1e-300, 1, 200)]
    )
    np.testing.assert_allclose(erfcx(x), special.erfcx(x), rtol=4e-15)
    assert erfcx(-30.0) == np.inf
    assert erfcx(np.inf) == 0
    assert erfcx(0.0) == pytest.approx(1, rel=1e-15)


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1e-9), (0, 3), (1, 19.9), (5, 200), (19, 21), (50, 51), (300, 1e9)]
)
def test_the_integral_of_erfcx(low, high):
    with mpmath.workdps(30):

        def scaled(s):  # in the logarithm of x, lest ten decades escape the quadrature
            x = mpmath.exp(s)
            far = 1 / (x * mpmath.sqrt(mpmath.pi)) * (1 - 1 / (2 * x**2) + 3 / (4 * x**4))
            return x * (mpmath.exp(x * x) * mpmath.erfc(x) if x < 1e4 else far)

        cuts = np.linspace(np.log(max(low, 1e-40)), np.log(high), 30)
        expected = float(mpmath.quad(scaled, list(cuts)))
    found = float(erfcx_integral(np.array(float(low)), np.array(float(high))))
    assert found == pytest.approx(expected, rel=2e-14)


def by_quadrature(mean, sigma, tau, top, reset, t_ref):
    """The formula as it is printed, with 40 digits."""
    with mpmath.workdps(40):
        low, high = ((mpmath.mpf(v) - mean) / sigma for v in (reset, top))
        edge = 1 / (abs(high) + 1)
        cuts = [0, low / 2, low / 10, high / 2, high * 2, high * 10, high - edge, high - 5 * edge]
        cuts = sorted({low, high} | {mpmath.mpf(c) for c in cuts if low < c < high})
        area = mpmath.quad(lambda u: mpmath.exp(u * u) * mpmath.erfc(-u), cuts)
        return float(1000 / (t_ref + tau * mpmath.sqrt(mpmath.pi) * area))


def test_it_is_the_integral_as_it_is_printed():
    rng = np.random.default_rng(1)
    for _ in range(15):
        mean, sigma, reset = rng.uniform(-5, 60), 10 ** rng.uniform(-0.5, 2), rng.uniform(-40, 19)
        expected = by_quadrature(mean, sigma, 20.0, 20.0, reset, 2.0)
        assert hz(mean, sigma, V_R=reset * mV) == pytest.approx(expected, rel=2e-13)


def test_without_noise_it_is_the_leak():
    means = np.array([-1e300, 5, 20, 20.001, 25, 1e300])
    over = np.array([0.001, 5])
    rates = hz(means, 0)
    assert not rates[:3].any()
    np.testing.assert_allclose(rates[3:5], 1000 / (2 + 20 * np.log1p(10 / over)), rtol=1e-12)
    assert rates[5] == pytest.approx(500)


@pytest.mark.parametrize("mean", [20.5, 25, 60, 1e6])
def test_little_noise_comes_to_none(mean):
    assert hz(mean, [1e-300, 1e-12, 1e-6]) == pytest.approx(hz(mean, 0), rel=1e-9)


def test_nothing_overflows():
    mean, sigma = np.meshgrid(
        [-1e308, -100, 0, 19.999, 20, 20.001, 1e3, 1e308], [0, 1e-320, 1e-9, 1, 1e9, 1e300]
    )
    values = passage(Threshold(20.0, 20.0, 10.0, 2.0), mean, sigma)
    for each in values:
        assert np.isfinite(each[np.abs(mean) < 1e300]).all()
    assert (values.rate >= 0).all()
    assert (values.rate <= 0.5).all()


def test_the_rate_is_smooth_across_the_threshold():
    """Forms change at mean = V_T and at mean = V_R: second differences do not show where."""
    for centre in (20.0, 10.0):
        rates = hz(centre + 1e-3 * np.arange(-5, 6), 2.0)
        second = np.diff(rates, 2)
        assert np.ptp(second) < 1e-9 + 0.01 * np.abs(second).max()


@pytest.mark.parametrize(
    ("mean", "sigma"), [(10, 2), (15, 3), (20, 1), (25, 1), (30, 0.5), (5, 20), (-10, 15)]
)
def test_the_slopes_are_differences(mean, sigma):
    neuron, h = Threshold(20.0, 20.0, 10.0, 2.0), 1e-4 * sigma
    found = passage(neuron, mean, sigma)
    by_mean = (passage(neuron, mean + h, sigma).rate - passage(neuron, mean - h, sigma).rate) / 2
    by_sigma = (passage(neuron, mean, sigma + h).rate - passage(neuron, mean, sigma - h).rate) / 2
    assert found.by_mean == pytest.approx(by_mean / h, rel=1e-5)
    assert found.by_sigma == pytest.approx(by_sigma / h, rel=1e-5)
    slope = siegert_slope(**NEURON, mean=mean * mV, sigma=sigma * mV)
    assert slope.value_in(Hz / mV) == pytest.approx(1000 * found.by_mean, rel=1e-12)


def test_noise_that_lasts_raises_the_threshold():
    """By alpha/2 sigma sqrt(tau_s/tau), alpha = sqrt(2) |zeta(1/2)|; none for none."""
    raised = -float(mpmath.zeta(0.5)) / np.sqrt(2) * 3 * np.sqrt(0.5 / 20)
    by_hand = hz(15, 3, V_T=(20 + raised) * mV, V_R=(10 + raised) * mV)
    assert hz(15, 3, tau_s=0.5 * ms) == pytest.approx(by_hand, rel=1e-13)
    assert hz(15, 3, tau_s=0 * ms) == hz(15, 3)
    assert (np.diff(hz(15, 3, tau_s=[0, 0.1, 0.5, 1, 2] * ms)) < 0).all()
    assert hz(25, 0, tau_s=1 * ms) == hz(25, 0)


def test_arguments_are_broadcast():
    grid = rb.siegert(**NEURON, mean=np.array([[15], [25]]) * mV, sigma=[1, 2, 3] * mV)
    assert grid.shape == (2, 3)
    assert grid.value_in(Hz)[1, 2] == pytest.approx(hz(25, 3), rel=1e-14)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (dict(tau=0 * ms), "tau is 0"),
        (dict(t_ref=-1 * ms), "t_ref is -1"),
        (dict(sigma=-1 * mV), "sigma is -1"),
        (dict(V_R=20 * mV), "V_R is 20"),
        (dict(mean=np.nan * mV), "mean is not finite"),
        (dict(tau_s=-1 * ms), "tau_s is -1"),
        (dict(tau_s=np.nan * ms), "tau_s is nan"),
        (dict(mean=[1, 2] * mV, sigma=[1, 2, 3] * mV), r"mean \(2,\), sigma \(3,\)"),
    ],
)
def test_what_is_out_of_range_is_refused(changes, says):
    with pytest.raises(ParameterError, match=says):
        rb.siegert(**{**NEURON, "mean": 15 * mV, "sigma": 3 * mV, **changes})


def test_a_bare_number_is_refused():
    with pytest.raises(UnitError, match="mean"):
        rb.siegert(**NEURON, mean=15, sigma=3 * mV)


def test_a_rate_needs_no_scipy():
    """Nor do the mean field of a network, or the way from spikes to a rate."""
    script = (
        "import sys, rheobase as rb\n"
        "from rheobase.units import ms, mV\n"
        "rb.siegert(tau=20*ms, V_T=20*mV, V_R=10*mV, t_ref=2*ms, mean=15*mV, sigma=3*mV)\n"
        "import rheobase.reduction.rate, rheobase.reduction.artificial\n"
        "rb.mean_field, rb.reduce\n"
        "print(sorted({'scipy', 'sklearn', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
