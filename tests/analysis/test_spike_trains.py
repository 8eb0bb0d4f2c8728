"""Measures against closed forms, and against Elephant on the same spikes."""

import elephant.statistics
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rheobase.analysis import cv, cv2, fano_factor, isi, local_variation, psth
from rheobase.analysis.spike_trains import grouped_isi
from rheobase.errors import ParameterError, UnitError
from rheobase.units import Hz, ms, mV, s

MANY = 200_000
lengths = arrays(float, st.integers(2, 60), elements=st.floats(0.1, 1e3))


def gamma_intervals(order):
    return np.random.default_rng(7).gamma(order, 1 / order, MANY)


@pytest.mark.parametrize("order", [1, 2, 5])
def test_gamma_processes_have_their_closed_form(order):
    intervals = gamma_intervals(order)
    assert cv(intervals) == pytest.approx(1 / np.sqrt(order), rel=0.01)
    assert local_variation(intervals) == pytest.approx(3 / (2 * order + 1), rel=0.01)


def test_the_cv2_of_a_poisson_process_is_one():
    assert cv2(gamma_intervals(1)) == pytest.approx(1, rel=0.01)


def test_regular_trains_have_no_variation():
    intervals = isi(np.arange(10) * 5.0)
    assert [cv(intervals), cv2(intervals), local_variation(intervals)] == [0, 0, 0]


def test_slow_changes_of_rate_reach_the_cv_and_not_its_local_forms():
    intervals = np.geomspace(1, 100, 2000)
    assert cv(intervals) > 0.8
    assert cv2(intervals) < 0.01
    assert local_variation(intervals) < 0.01


@given(lengths)
def test_elephant_agrees(intervals):
    assert cv(intervals) == pytest.approx(elephant.statistics.cv(intervals), abs=1e-12)
    assert cv2(intervals) == pytest.approx(elephant.statistics.cv2(intervals), abs=1e-12)
    assert local_variation(intervals) == pytest.approx(elephant.statistics.lv(intervals), abs=1e-12)


@given(lengths, st.floats(0.01, 100))
def test_irregularity_does_not_depend_on_the_unit_of_time(intervals, factor):
    for measure in (cv, cv2, local_variation):
        assert measure(intervals * factor) == pytest.approx(measure(intervals), abs=1e-9)


@given(st.lists(lengths, min_size=1, max_size=5))
def test_many_trains_at_once_are_each_train_alone(trains):
    times = np.concatenate([np.cumsum(train) for train in trains])
    neurons = np.repeat(np.arange(len(trains)), [len(train) for train in trains])
    together = cv(*grouped_isi(times, neurons), len(trains))
    alone = [cv(isi(np.cumsum(train))) for train in trains]
    np.testing.assert_allclose(together, alone, atol=1e-12)


def test_too_few_intervals_have_no_irregularity():
    for measure in (cv, cv2, local_variation):
        assert np.isnan(measure([1.0]))
        assert np.isnan(measure([]))


def test_coinciding_spikes_do_not_divide_by_zero():
    assert cv2([0.0, 0.0, 1.0]) == pytest.approx(1)
    assert local_variation([0.0, 0.0, 1.0]) == pytest.approx(1.5)


def test_intervals_keep_their_unit():
    intervals = isi(np.array([0.001, 0.004]) * s)
    assert intervals.unit == ms
    assert intervals.magnitude == pytest.approx([3])


def test_intervals_of_unsorted_times_are_refused():
    with pytest.raises(ParameterError, match="not in order"):
        isi([3.0, 1.0])


def test_times_have_to_be_times_and_finite():
    with pytest.raises(UnitError):
        isi([1.0, 2.0] * mV)
    with pytest.raises(ParameterError, match="NaN"):
        isi([1.0, np.nan])


def test_fano_factors():
    counts = np.random.default_rng(3).poisson(20, MANY)
    assert fano_factor(counts) == pytest.approx(1, rel=0.02)
    assert fano_factor([4, 4, 4]) == 0
    assert np.isnan(fano_factor([]))
    assert np.isnan(fano_factor([0, 0]))
    with pytest.raises(ParameterError, match="negative"):
        fano_factor([1, -1])


def test_a_psth_is_spikes_over_trials_and_width():
    centres, rate = psth([[1.0, 2.0, 12.0], [3.0]], 10 * ms, stop=20 * ms)
    assert centres.value_in(ms) == pytest.approx([5, 15])
    assert rate.value_in(Hz) == pytest.approx([3 / (2 * 0.01), 1 / (2 * 0.01)])


def test_a_psth_of_a_poisson_process_is_its_rate():
    rng = np.random.default_rng(11)
    trials = [np.sort(rng.uniform(0, 1000, rng.poisson(50))) for _ in range(400)]
    _, rate = psth(trials, 100 * ms, stop=1 * s)
    # Five standard deviations of a count of 2000 a bin.
    assert rate.value_in(Hz) == pytest.approx([50] * 10, rel=5 / np.sqrt(2000))


def test_a_psth_needs_trials_and_time_and_a_unit():
    with pytest.raises(ParameterError, match="no trial"):
        psth([], 1 * ms, stop=10 * ms)
    with pytest.raises(ParameterError, match="no time"):
        psth([[1.0]], 1 * ms, start=10 * ms, stop=10 * ms)
    with pytest.raises(UnitError, match="bare number"):
        psth([[1.0]], 1, stop=10 * ms)
    with pytest.raises(ParameterError, match="above zero"):
        psth([[1.0]], 0 * ms, stop=10 * ms)
