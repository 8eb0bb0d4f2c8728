"""Sources: Poisson rates, spike times from everywhere, and files that are broken."""

import copy
import json

import numpy as np
import pytest

from rheobase.errors import ExperimentError, ParameterError, UnitError
from rheobase.network.sources import Poisson, SpikeTimes, described_source, source_from
from rheobase.network.stimuli import noise, ramp, sine, step
from rheobase.recording import SpikeTrains
from rheobase.units import Hz, kHz, ms, mV, pA, second


def test_a_constant_rate():
    assert Poisson(rate=8 * Hz).constant == pytest.approx(0.008)
    assert Poisson("2 kHz").constant == pytest.approx(2.0)
    many = Poisson([1, 2, 3] * Hz)
    assert many.size == 3 and np.allclose(many.constant, [0.001, 0.002, 0.003])
    assert Poisson(0 * Hz).constant == 0.0
    assert Poisson(3 / second) == Poisson(3 * Hz) or Poisson(3 / second).constant == 0.003


def test_expected_counts_are_the_integral_of_the_rate():
    start = np.arange(100) * 0.1
    assert np.allclose(Poisson(10 * kHz).expected(start, 0.1), 1.0)
    wave = Poisson(sine(5 * Hz, 100 * Hz, offset=10 * Hz))
    assert wave.constant is None
    counts = wave.expected(start, 0.1)
    assert counts.shape == (100,)
    # A whole period of 10 ms: the sinusoid cancels.
    assert counts.sum() == pytest.approx(0.01 * 10, rel=1e-6)
    rising = Poisson(ramp(0 * Hz, 100 * Hz, 0 * ms, 10 * ms))
    assert rising.expected(start, 0.1).sum() == pytest.approx(0.05 * 10)
    off_grid = Poisson(step(10 * Hz, 0.25 * ms, 0.35 * ms))
    assert off_grid.expected(start, 0.1).sum() == pytest.approx(0.01 * 0.1)


def test_rates_of_each_neuron_that_vary():
    both = Poisson(step([10, 20] * Hz, 1 * ms) + 5 * Hz)
    assert both.size == 2
    counts = both.expected(np.arange(20) * 0.1, 0.1)
    assert counts.shape == (20, 2)
    assert np.allclose(counts[0], 5e-4) and np.allclose(counts[-1], [15e-4, 25e-4])


def test_a_negative_rate_counts_as_none():
    wave = Poisson(sine(5 * Hz, 50 * Hz))
    assert wave.expected(np.arange(200) * 0.1, 0.1).min() == 0.0


@pytest.mark.parametrize(
    ("rate", "error", "words"),
    [
        (8, UnitError, "bare number"),
        (8 * mV, UnitError, "a voltage"),
        (step(3 * pA), UnitError, "a current"),
        (-1 * Hz, ParameterError, "negative"),
        ([1, -1] * Hz, ParameterError, "negative"),
        (np.nan * Hz, ParameterError, "not finite"),
        (noise(1 * Hz, 5 * ms), ParameterError, "noise"),
        (None, UnitError, "not a number"),
    ],
)
def test_rates_that_are_none(rate, error, words):
    with pytest.raises(error, match=words):
        Poisson(rate)


def assert_spikes(source, times, neurons):
    assert source.times.tolist() == pytest.approx(times)
    assert source.neurons.tolist() == neurons


def test_spikes_are_sorted_by_time_then_neuron():
    source = SpikeTimes([3, 1, 2, 1] * ms, [0, 2, 5, 1])
    assert_spikes(source, [1, 1, 2, 3], [1, 2, 5, 0])
    assert source.size == 6
    with pytest.raises(ValueError, match="read-only"):
        source.times[0] = 5


def test_spikes_of_one_neuron():
    assert_spikes(SpikeTimes([2, 1] * ms), [1, 2], [0, 0])
    assert_spikes(SpikeTimes([2 * ms, 1 * ms]), [1, 2], [0, 0])
    assert_spikes(SpikeTimes(5 * ms), [5], [0])
    assert_spikes(SpikeTimes([] * ms), [], [])
    assert SpikeTimes([] * ms).size == 1


def test_spikes_by_neuron():
    source = SpikeTimes([[3 * ms, 1 * ms], [], [2] * ms])
    assert_spikes(source, [1, 2, 3], [0, 2, 0])
    assert source.size == 3
    assert SpikeTimes([[], [], []]).size == 3


def test_spikes_of_a_recording():
    trains = SpikeTrains([1.0, 2.0], [1, 0], n=7, duration=10)
    assert_spikes(SpikeTimes(trains), [1, 2], [1, 0])
    assert SpikeTimes(trains).size == 7


def test_ticks_are_the_nearest():
    source = SpikeTimes([0, 0.04, 0.06, 0.3, 1e6] * ms)
    assert source.ticks(0.1).tolist() == [0, 0, 1, 3, 10_000_000]
    assert source.ticks(0.1).dtype == np.int64


@pytest.mark.parametrize(
    ("times", "neurons", "error", "words"),
    [
        ([1, 2], None, UnitError, "bare number"),
        ([1, 2] * mV, None, UnitError, "a voltage"),
        ([-1] * ms, None, ParameterError, "begins at 0"),
        ([np.inf] * ms, None, ParameterError, "inf ms"),
        ([1, 2] * ms, [0], ParameterError, "2 spike times and 1 neurons"),
        ([1] * ms, [-1], ParameterError, "counted from 0"),
        ([1] * ms, [0.5], ParameterError, "whole numbers"),
        (np.ones((2, 2, 2)) * ms, [0], ParameterError, "shape"),
    ],
)
def test_times_that_are_none(times, neurons, error, words):
    with pytest.raises(error, match=words):
        SpikeTimes(times, neurons)


def test_a_file_of_arrays(tmp_path):
    path = tmp_path / "spikes.npz"
    np.savez(path, time_ms=[2.0, 1.0], neuron=[3, 0])
    assert_spikes(SpikeTimes(path), [1, 2], [0, 3])
    assert_spikes(SpikeTimes(str(path)), [1, 2], [0, 3])
    with pytest.raises(ParameterError, match="leave neurons= out"):
        SpikeTimes(path, [0, 1])


@pytest.mark.parametrize(
    "text", ["time_ms,neuron\n2,3\n1.5,0\n", "\ufeffneuron, time_ms\r\n3,2\r\n\r\n0,1.5\r\n"]
)
def test_a_file_of_text(tmp_path, text):
    path = tmp_path / "spikes.csv"
    path.write_text(text, encoding="utf-8", newline="")
    assert_spikes(SpikeTimes(path), [1.5, 2], [0, 3])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "columns none"),
        ("t,i\n1,2\n", "columns t, i"),
        ("time_ms,neuron\n1\n", "Line 2"),
        ("time_ms,neuron\n1,2,3\n", "Line 2"),
        ("time_ms,neuron\n1,0\nx,1\n", "Line 3"),
        ("time_ms,neuron\n1,0.5\n", "Line 2"),
        ("time_ms,neuron\n1,0\n1,99999999999999999999\n", "neuron 99999999999999999999"),
        ("time_ms,neuron\n1,-99999999999999999999\n", "neuron -99999999999999999999"),
        ("time_ms,neuron\n1,2147483647\n", "0 to 2147483646"),
        ("time_ms,neuron\n1,0\nnan,0\n", "A spike time is nan ms"),
        ("time_ms,neuron\n-1,0\n", "A spike time is -1 ms"),
        ("time_ms,neuron\n1e300,0\n", "give times up to"),
    ],
)
def test_broken_text(tmp_path, text, words):
    path = tmp_path / "spikes.csv"
    path.write_text(text)
    assert words in refusal(path)


def refusal(path):
    """The one error for a file: it names it once and ends with one mend."""
    with pytest.raises((ExperimentError, ParameterError)) as caught:
        SpikeTimes(path)
    text = str(caught.value)
    assert text.count(str(path)) == text.count("Mend:") == 1
    return text


def test_broken_files(tmp_path):
    assert "cannot be read" in refusal(tmp_path / "none.npz")
    with pytest.raises(ExperimentError, match=r"\.npz or \.csv"):
        SpikeTimes("5 ms")
    bad = tmp_path / "bad.npz"
    alone = tmp_path / "alone.npy"
    np.save(alone, np.zeros(3))
    for content in (b"PK not a zip", b"garbage", b"", alone.read_bytes()):
        bad.write_bytes(content)
        text = refusal(bad)
        assert "no .npz file of plain arrays" in text and "pickle" not in text
    for arrays, words in (
        (dict(t=[1.0]), "no array 'time_ms'"),
        (dict(time_ms=[1.0], neuron=[0.5]), "integers"),
        (dict(time_ms=[1.0], neuron=[0, 1]), "1 times and 2 neurons"),
        (dict(time_ms=[1.0], neuron=np.array([2**64 - 1])), "neuron 18446744073709551615"),
        (dict(time_ms=[1.0], neuron=[-1]), "neuron -1"),
    ):
        np.savez(bad, **arrays)
        assert words in refusal(bad)
    binary = tmp_path / "bad.csv"
    binary.write_bytes(b"time_ms,neuron\n\xff\xfe,1\n")
    assert "as text" in refusal(binary)


def test_no_file_is_unpickled(tmp_path):
    path = tmp_path / "evil.npz"
    np.savez(path, time_ms=np.array([{"a": 1}], dtype=object), neuron=[0])
    assert "plain arrays" in refusal(path)


@pytest.mark.parametrize(
    "source",
    [
        Poisson(8 * Hz),
        Poisson([1, 2] * Hz),
        Poisson(sine(5 * Hz, 4 * Hz, offset=6 * Hz) + step(3 * Hz, 1 * ms)),
        SpikeTimes([[1 * ms], [], [0.1 * ms, 1 / 3 * ms]]),
    ],
    ids=["constant", "array", "sine", "times"],
)
def test_a_description_is_complete(source):
    text = json.dumps(described_source(source), allow_nan=False)
    again = source_from(json.loads(text))
    assert described_source(again) == described_source(source)
    assert str(again) == str(source)


def test_sources_travel():
    source = SpikeTimes([[1 * ms], [], []])
    again = copy.deepcopy(source)
    assert again.size == 3 and again.times.tolist() == [1.0]
    assert copy.deepcopy(Poisson(8 * Hz)) == Poisson(8 * Hz)
