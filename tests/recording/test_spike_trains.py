"""Spike trains: two flat arrays and what is measured of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rheobase.errors import ParameterError, UnitError, UnknownNameError
from rheobase.recording import SpikeTrains
from rheobase.units import Hz, ms, mV, s


@st.composite
def populations(draw):
    """Spikes on a grid of 0.1 ms, in any order, of up to five neurons watched for 100 ms."""
    n = draw(st.integers(1, 5))
    spikes = draw(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, n - 1)), max_size=60))
    times, neurons = zip(*spikes, strict=True) if spikes else ((), ())
    return SpikeTrains(np.array(times) * 0.1, np.array(neurons, dtype=int), n, 100.0)


@pytest.fixture
def spikes():
    return SpikeTrains([3.0, 1.0, 2.0, 2.0, 8.0], [0, 1, 1, 0, 0], 3, 10.0)


def test_spikes_are_sorted_by_time_then_neuron(spikes):
    assert spikes.t.unit == ms
    assert spikes.t.magnitude.tolist() == [1, 2, 2, 3, 8]
    assert spikes.i.tolist() == [1, 0, 1, 0, 0]


@given(populations())
def test_the_flat_arrays_and_the_trains_are_the_same_spikes(spikes):
    trains = list(spikes)
    assert len(trains) == len(spikes) == spikes.n
    pairs = sorted((t, i) for i, train in enumerate(trains) for t in train.magnitude)
    assert pairs == list(zip(spikes.t.magnitude, spikes.i, strict=True))
    assert spikes.count().tolist() == [len(train) for train in trains]
    assert spikes.count().sum() == spikes.total


@given(populations(), st.floats(0.05, 40))
def test_no_bin_loses_a_spike(spikes, width):
    centres, counts = spikes.histogram(width * ms)
    assert counts.shape == (len(centres), spikes.n)
    assert counts.sum(axis=0).tolist() == spikes.count().tolist()
    assert (np.diff(centres.magnitude) > 0).all()


@given(populations(), st.integers(1, 999))
def test_windows_end_to_end_share_and_lose_nothing(spikes, cut):
    first, second = spikes.window(0 * ms, cut * 0.1 * ms), spikes.window(cut * 0.1 * ms, 100 * ms)
    assert (first.count() + second.count()).tolist() == spikes.count().tolist()
    assert second.start.value_in(ms) == cut * 0.1
    together = first.rate() * first.duration + second.rate() * second.duration
    np.testing.assert_allclose(together, spikes.count(), atol=1e-9)


@given(populations())
def test_intervals_and_irregularity_are_those_of_each_train(spikes):
    each = [np.diff(train.magnitude) for train in spikes]
    np.testing.assert_array_equal(spikes.isi().magnitude, np.concatenate(each))
    for neuron, (own, irregular) in enumerate(zip(each, spikes.cv(), strict=True)):
        np.testing.assert_array_equal(spikes.isi(neuron).magnitude, own)
        if len(own) < 2 or own.mean() == 0:
            assert np.isnan(irregular)
        else:
            assert irregular == pytest.approx(own.std() / own.mean(), abs=1e-9)


def test_a_rate_is_a_count_over_the_duration(spikes):
    assert spikes.rate().value_in(Hz) == pytest.approx([300, 200, 0])
    assert spikes.rate(window=(2 * ms, 8 * ms)).value_in(Hz) == pytest.approx(
        [2 / 6e-3, 1 / 6e-3, 0]
    )
    assert spikes.rate(window=(0.002 * s, 10 * ms)).value_in(Hz) == pytest.approx([375, 125, 0])


def test_poisson_trains_are_irregular_and_regular_ones_are_not():
    rng = np.random.default_rng(2)
    poisson = np.cumsum(rng.exponential(10, 50_000))
    regular = np.arange(0.0, 500_000.0, 10)
    t = np.concatenate([poisson, regular])
    i = np.repeat([0, 1], [len(poisson), len(regular)])
    irregular, even = SpikeTrains(t, i, 2, 600_000.0).cv()
    assert irregular == pytest.approx(1, abs=0.02)
    assert even == pytest.approx(0, abs=1e-9)


def test_a_psth_takes_neurons_as_trials(spikes):
    centres, rate = spikes.psth(5 * ms)
    assert centres.value_in(ms) == pytest.approx([2.5, 7.5])
    assert rate.value_in(Hz) == pytest.approx([4 / 3 / 0.005, 1 / 3 / 0.005])
    assert spikes.psth(5 * ms, trials=[0])[1].value_in(Hz) == pytest.approx([400, 200])
    assert spikes.psth(5 * ms, trials=10)[1].value_in(Hz) == pytest.approx([80, 20])
    assert spikes.population_rate(5 * ms)[1].value_in(Hz) == pytest.approx(rate.value_in(Hz))
    with pytest.raises(UnknownNameError, match="no neuron 3"):
        spikes.psth(5 * ms, trials=[3])
    with pytest.raises(ParameterError, match="0 trials"):
        spikes.psth(5 * ms, trials=[])


def test_a_last_bin_that_is_shorter_has_the_rate_of_its_own_width():
    centres, rate = SpikeTrains([9.5], [0], 1, 10.0).psth(4 * ms)
    assert centres.value_in(ms) == pytest.approx([2, 6, 9])
    assert rate.value_in(Hz) == pytest.approx([0, 0, 500])


def test_a_spike_stamped_at_the_end_is_in_the_last_window_and_bin():
    spikes = SpikeTrains([10.0], [0], 1, 10.0)
    assert spikes.window(5 * ms, 10 * ms).total == 1
    assert spikes.histogram(5 * ms)[1].tolist() == [[0], [1]]


def test_a_window_that_is_not_in_the_recording_is_refused(spikes):
    for window in [(5 * ms, 11 * ms), (-1 * ms, 5 * ms), (5 * ms, 5 * ms), (8 * ms, 5 * ms)]:
        with pytest.raises(ParameterError, match="no window"):
            spikes.window(*window)
    with pytest.raises(UnitError, match="bare number"):
        spikes.window(0, 5 * ms)


def test_silence_is_measured_too():
    silent = SpikeTrains([], [], 2, 10.0)
    assert silent.count().tolist() == [0, 0]
    assert silent.rate().value_in(Hz).tolist() == [0, 0]
    assert np.isnan(silent.cv()).all()
    assert silent.isi().size == 0
    assert silent.times(1).size == 0
    assert silent.histogram(5 * ms)[1].tolist() == [[0, 0], [0, 0]]


def test_no_neurons_and_no_time_are_no_accident():
    assert list(SpikeTrains([], [], 0, 10.0)) == []
    with pytest.raises(ParameterError, match="needs a duration"):
        SpikeTrains([], [], 1, 0.0).rate()


def test_times_and_durations_may_be_quantities():
    spikes = SpikeTrains([0.001] * s, [0], 1, 1 * s, start=0.5 * ms)
    assert spikes.t.value_in(ms).tolist() == [1]
    assert spikes.duration.value_in(ms) == 1000
    assert spikes.start.value_in(ms) == 0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0], [0, 1], 2, 10.0), "1 spike times and 2 neurons"),
        (([1.0], [2], 2, 10.0), "neuron 2, and there are 2"),
        (([1.0], [-1], 2, 10.0), "neuron -1"),
        (([1.0], [0.5], 2, 10.0), "not an integer"),
        (([np.nan], [0], 2, 10.0), "NaN"),
        (([], [], 2, -1.0), "duration is negative"),
        (([], [], -1, 1.0), "-1 neurons"),
    ],
)
def test_spikes_that_do_not_fit_together_are_refused(arguments, message):
    with pytest.raises(ParameterError, match=message):
        SpikeTrains(*arguments)


def test_times_in_volts_are_refused():
    with pytest.raises(UnitError):
        SpikeTrains([1.0] * mV, [0], 1, 10.0)


def test_a_neuron_that_is_not_there_is_refused(spikes):
    for measure in (spikes.times, spikes.isi):
        with pytest.raises(UnknownNameError, match="there are 3"):
            measure(3)


def test_what_it_looks_like(spikes):
    assert repr(spikes) == "<SpikeTrains: 5 spikes of 3 neurons in 10 ms>"
    assert repr(SpikeTrains([1.0], [0], 1, 10.0)) == "<SpikeTrains: 1 spike of 1 neuron in 10 ms>"
