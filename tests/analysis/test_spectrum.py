"""Power spectra against SciPy and closed forms."""

import numpy as np
import pytest
import scipy.signal

from rheobase.analysis import power_spectrum
from rheobase.errors import ParameterError, UnitError
from rheobase.units import Hz, kHz, ms, mV

RATES = np.random.default_rng(0).gamma(2, 5, 5000)


@pytest.mark.parametrize("segment", [2, 7, 64, 501, 1000, 5000])
def test_scipy_agrees(segment):
    frequencies, power = power_spectrum(RATES, 1 * ms, segment * ms)
    expected = scipy.signal.welch(RATES, 1000, nperseg=segment, noverlap=segment // 2)
    np.testing.assert_allclose(frequencies.value_in(Hz), expected[0])
    np.testing.assert_allclose(power.value_in(Hz), expected[1], rtol=1e-9, atol=1e-12)


def test_a_sine_has_its_power_at_its_frequency():
    time = np.arange(10_000) * 0.5e-3
    rates = (20 + 6 * np.sin(2 * np.pi * 40 * time)) * Hz
    frequencies, power = power_spectrum(rates, 0.5 * ms, 500 * ms)
    hertz, density = frequencies.value_in(Hz), power.value_in(Hz)
    assert hertz[density.argmax()] == pytest.approx(40)
    # The integral is the variance: amplitude squared over two.
    assert density.sum() * hertz[1] == pytest.approx(18, rel=1e-6)


def test_poisson_neurons_are_white():
    rng = np.random.default_rng(1)
    n, rate = 100, 20.0
    counts = rng.poisson(n * rate * 1e-3, 400_000)
    _, power = power_spectrum(counts / (n * 1e-3), 1 * ms)
    density = power.value_in(Hz)[1:-1]
    assert density.mean() == pytest.approx(2 * rate / n, rel=0.01)
    assert density.std() < 0.08 * density.mean()


def test_units_and_default_segments():
    in_kilohertz, in_hertz = (power_spectrum(r, 1 * ms)[1] for r in (RATES / 1000 * kHz, RATES))
    np.testing.assert_allclose(in_kilohertz.value_in(Hz), in_hertz.value_in(Hz))
    assert power_spectrum(RATES, 1 * ms)[0].magnitude[1] == pytest.approx(1)
    assert power_spectrum(RATES[:400], 1 * ms)[0].magnitude[1] == pytest.approx(10)


def test_what_has_no_spectrum():
    with pytest.raises(UnitError, match="rates is"):
        power_spectrum(RATES * mV, 1 * ms)
    with pytest.raises(UnitError):
        power_spectrum(RATES, 1)
    with pytest.raises(ParameterError, match="NaN"):
        power_spectrum([1.0, np.nan, 2.0], 1 * ms)
    for segment in (1, 5001):
        with pytest.raises(ParameterError, match="does not fit"):
            power_spectrum(RATES, 1 * ms, segment * ms)
    with pytest.raises(ParameterError, match="does not fit"):
        power_spectrum([], 1 * ms)
