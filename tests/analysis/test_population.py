"""Measures of populations against closed forms, NumPy on dense counts, and Elephant."""

import elephant.statistics
import neo
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rheobase.analysis.population as population
from rheobase.analysis import (
    cv2,
    fano_factor,
    fano_factors,
    mean_cv,
    pairwise_correlations,
    population_fano,
    synchrony,
)
from rheobase.analysis.times import bin_ending_with
from rheobase.errors import ParameterError, UnitError
from rheobase.recording import SpikeTrains
from rheobase.units import ms, mV


def poisson(n, duration, hz, seed=0, start=0.0):
    rng = np.random.default_rng(seed)
    count = rng.poisson(n * duration * hz / 1000)
    return SpikeTrains(
        start + rng.uniform(0, duration, count), rng.integers(0, n, count), n, duration, start=start
    )


def dense(spikes, width):
    """Counts in whole windows, shape (windows, n), by a comparison of everything with all."""
    start, total = spikes.start.magnitude, int(spikes.duration.magnitude / width + 1e-8)
    position = np.ceil((spikes.t.magnitude - start) / width - 1e-8).astype(int) - 1
    counts = np.zeros((total, spikes.n))
    inside = position < total
    np.add.at(counts, (np.maximum(position[inside], 0), spikes.i[inside]), 1)
    return counts


@st.composite
def populations(draw):
    """Spikes on a grid of 0.1 ms, stamped after 50 ms, of up to six neurons."""
    n = draw(st.integers(1, 6))
    spikes = draw(st.lists(st.tuples(st.integers(1, 400), st.integers(0, n - 1)), max_size=80))
    ticks = np.array([tick for tick, _ in spikes], dtype=int)
    neurons = np.array([neuron for _, neuron in spikes], dtype=int)
    return SpikeTrains((500 + ticks) * 0.1, neurons, n, 40.0, start=50.0)


widths = st.sampled_from([0.1, 0.5, 3.0, 7.3, 20.0])


def test_a_bin_holds_the_steps_that_end_in_it():
    times = np.arange(1, 13) * 0.1
    inside, where = bin_ending_with(times, 0.0, 1.2, 0.3)
    assert inside.tolist() == list(range(12))
    assert where.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert bin_ending_with(np.array([-1.0, 0.0, 2.0]), 0.0, 1.2, 0.3)[1].tolist() == [0]


# ---------------------------------------------------------------------------- Fano factors


def test_the_fano_factor_of_poisson_neurons_is_one_whatever_the_window():
    spikes = poisson(200, 20_000, 30)
    for window in (5, 50, 500):
        each = fano_factors(spikes, window * ms)
        assert each.mean() == pytest.approx(1, abs=5 * np.sqrt(2 / (20_000 / window) / 200))


def test_the_fano_factor_of_regular_neurons_is_zero_and_of_gamma_ones_their_squared_cv():
    times = np.tile(np.arange(1000) * 10.0 + 5, 3)
    regular = SpikeTrains(times, np.repeat([0, 1, 2], 1000), 4, 10_000)
    assert fano_factors(regular, 50 * ms)[:3].tolist() == [0, 0, 0]
    assert np.isnan(fano_factors(regular, 50 * ms)[3])
    rng = np.random.default_rng(2)
    intervals = rng.gamma(4, 2.5, (200, 6000))
    times = np.cumsum(intervals, axis=1)
    owners = np.repeat(np.arange(200), 6000)
    watched = times.ravel() < 50_000
    gamma = SpikeTrains(times.ravel()[watched], owners[watched], 200, 50_000)
    # A renewal process: CV^2 and a little more for a window of finite length.
    assert fano_factors(gamma, 1000 * ms).mean() == pytest.approx(0.25, abs=0.02)


@given(populations(), widths)
def test_fano_factors_are_those_of_dense_counts(spikes, width):
    counts = dense(spikes, width)
    found = fano_factors(spikes, width * ms)
    np.testing.assert_allclose(found, [fano_factor(one) for one in counts.T], atol=1e-9)
    np.testing.assert_array_equal(found, fano_factor(spikes, width * ms))
    np.testing.assert_array_equal(found, spikes.fano_factor(width * ms))
    together = population_fano(spikes, width * ms)
    np.testing.assert_allclose(together, fano_factor(counts.sum(axis=1)), atol=1e-9)


def test_the_population_fano_factor_tells_independence_from_unison():
    assert population_fano(poisson(100, 20_000, 20), 5 * ms) == pytest.approx(1, abs=0.1)
    rng = np.random.default_rng(4)
    times = np.repeat(np.sort(rng.uniform(0, 20_000, 400)), 50)
    unison = SpikeTrains(times, np.tile(np.arange(50), 400), 50, 20_000)
    assert population_fano(unison, 5 * ms) == pytest.approx(50, rel=0.1)
    assert np.isnan(population_fano(SpikeTrains([], [], 3, 100), 5 * ms))


def test_windows_have_a_unit_and_fit_in_twice():
    spikes = poisson(3, 100, 20)
    for measure in (fano_factors, population_fano, pairwise_correlations):
        with pytest.raises(UnitError):
            measure(spikes, 5)
        with pytest.raises(ParameterError, match="does not fit twice"):
            measure(spikes, 60 * ms)


# ---------------------------------------------------------------------------- irregularity


def test_the_mean_cv_is_over_neurons_that_fired_often_enough():
    spikes = poisson(300, 20_000, 20)
    assert mean_cv(spikes) == pytest.approx(1, abs=0.02)
    few = SpikeTrains([1, 2, 5, 1, 2, 1, 2, 3, 4], [0, 0, 0, 1, 1, 2, 2, 2, 2], 5, 10)
    assert mean_cv(few) == pytest.approx((0.5 + 0) / 2)
    assert mean_cv(few, at_least=4) == 0
    assert np.isnan(mean_cv(few, at_least=5))
    assert np.isnan(mean_cv(SpikeTrains([], [], 2, 1)))


@given(populations())
def test_the_cv2_of_many_neurons_is_that_of_each(spikes):
    each = [cv2(spikes.isi(neuron).magnitude) for neuron in range(spikes.n)]
    np.testing.assert_allclose(spikes.cv2(), each, atol=1e-12)


# ---------------------------------------------------------------------------- correlation


def all_pairs(n):
    return np.column_stack(np.triu_indices(n, 1))


@given(populations(), widths)
def test_correlations_are_those_of_dense_counts(spikes, width):
    counts = dense(spikes, width)
    pairs = all_pairs(spikes.n)
    found = pairwise_correlations(spikes, width * ms, pairs)
    for (one, other), value in zip(pairs, found, strict=True):
        a, b = counts[:, one], counts[:, other]
        if a.std() == 0 or b.std() == 0:
            assert np.isnan(value)
        else:
            assert value == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-9)


@pytest.mark.filterwarnings("ignore:The 'copy' argument in Quantity")
def test_elephant_agrees():
    spikes = poisson(8, 500, 40, seed=3)
    trains = [neo.SpikeTrain(one.magnitude, units="ms", t_stop=500) for one in spikes]
    from elephant.conversion import BinnedSpikeTrain
    from elephant.spike_train_correlation import correlation_coefficient

    binned = BinnedSpikeTrain(trains, bin_size=5 * trains[0].units)
    expected = correlation_coefficient(binned)
    pairs = all_pairs(8)
    found = pairwise_correlations(spikes, 5 * ms, pairs)
    np.testing.assert_allclose(found, expected[pairs[:, 0], pairs[:, 1]], atol=1e-12)
    counts = [elephant.statistics.time_histogram([one], 20 * one.units) for one in trains]
    fanos = [np.asarray(one).var() / np.asarray(one).mean() for one in counts]
    np.testing.assert_allclose(fano_factors(spikes, 20 * ms), fanos, atol=1e-12)


def test_a_shared_source_makes_its_share_of_correlation():
    """Of counts S + A and S + B, Poisson all, the correlation is rate(S) / rate(S + A)."""
    rng = np.random.default_rng(8)
    n, duration, shared, own = 40, 50_000.0, 0.006, 0.014
    common = rng.uniform(0, duration, rng.poisson(shared * duration))
    count = rng.poisson(own * duration * n)
    times = np.concatenate([np.tile(common, n), rng.uniform(0, duration, count)])
    owners = np.concatenate([np.repeat(np.arange(n), len(common)), rng.integers(0, n, count)])
    spikes = SpikeTrains(times, owners, n, duration)
    assert spikes.correlation(10 * ms) == pytest.approx(0.3, abs=0.01)
    assert poisson(40, 50_000, 20).correlation(10 * ms) == pytest.approx(0, abs=0.005)


@pytest.mark.parametrize("fired", [2, 3, 4, 7, 8, 101, 1000])
def test_drawn_pairs_are_different_and_of_neurons_that_fired(fired):
    neurons = np.arange(fired) * 3 + 1
    drawn = population._pairs(500, neurons, 3 * fired + 1, np.random.default_rng(1))
    assert len(drawn) == min(500, fired * (fired - 1) // 2)
    assert np.isin(drawn, neurons).all()
    assert (drawn[:, 0] != drawn[:, 1]).all()
    assert len(np.unique(np.sort(drawn, axis=1), axis=0)) == len(drawn)


def test_a_sample_needs_no_table_of_all_pairs(monkeypatch):
    import tracemalloc

    monkeypatch.setattr(population, "_AT_ONCE", 1000)
    spikes = poisson(100_000, 1000, 1)
    tracemalloc.start()
    found = pairwise_correlations(spikes, 1 * ms, 5000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 5000
    assert peak < 64e6
    again = pairwise_correlations(spikes, 1 * ms, 5000)
    np.testing.assert_array_equal(found, again)
    other = pairwise_correlations(spikes, 1 * ms, 5000, rng=1)
    assert not np.array_equal(found, other, equal_nan=True)


def test_no_pairs_and_wrong_pairs():
    silent = SpikeTrains([], [], 4, 100)
    assert pairwise_correlations(silent, 5 * ms).size == 0
    assert np.isnan(pairwise_correlations(silent, 5 * ms, [[0, 1]])).all()
    assert np.isnan(silent.correlation(5 * ms))
    for pairs, cause in (([[0, 9]], "no pair"), ([0, 1], "two whole"), (0, "at least one")):
        with pytest.raises(ParameterError, match=cause):
            pairwise_correlations(silent, 5 * ms, pairs)


# ---------------------------------------------------------------------------- synchrony


def test_synchrony_is_one_for_equal_traces_and_falls_with_the_root_of_the_number():
    rng = np.random.default_rng(5)
    one = rng.normal(size=(5000, 1))
    assert synchrony(np.repeat(one, 30, axis=1) * mV) == pytest.approx(1)
    assert synchrony(one) == pytest.approx(1)
    for n in (10, 100):
        assert synchrony(rng.normal(size=(20_000, n))) == pytest.approx(1 / np.sqrt(n), rel=0.05)
    half = one + rng.normal(size=(5000, 2000))
    assert synchrony(half) == pytest.approx(np.sqrt(0.5), abs=0.02)
    assert np.isnan(synchrony(np.ones((10, 3))))
    with pytest.raises(ParameterError, match="not of"):
        synchrony(np.ones(10))
