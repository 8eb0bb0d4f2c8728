"""What the recording of a streamed run says: the same as one that kept its spikes."""

import shutil

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ExperimentError
from rheobase.units import Hz, ms, mV, pA


def network():
    net = rb.Network(seed=3)
    exc = net.add(rb.LIF(), 20, "exc", I=rb.noise(100 * pA, 5 * ms, mean=300 * pA))
    net.add(rb.LIF(), 5, "inh", I=300 * pA)
    net.add(rb.LIF(), 5, "a silent one")
    drive = net.add(rb.Poisson(50 * Hz), 10, "drive")
    net.connect(drive, exc, rb.Delta(), rb.bernoulli(0.5), 1 * mV, 1 * ms)
    net.record(drive, "spikes")
    net.record("inh", "rate")
    net.record("exc", "v", subset=[0])
    return net


def same(streamed, kept):
    # Counts first: they must be right before anything is read.
    assert repr(streamed) == repr(kept)
    assert list(streamed) == list(kept)
    for name in kept:
        assert streamed.total(name) == kept.total(name)
        assert repr(streamed[name]) == repr(kept[name])
    assert streamed.summary() == kept.summary()
    for name in kept:
        assert np.array_equal(streamed[name].spikes.t.magnitude, kept[name].spikes.t.magnitude)
        assert np.array_equal(streamed[name].spikes.i, kept[name].spikes.i)
        assert streamed[name].summary() == kept[name].summary()
        rates = (one.rate(name, "5 ms")[1].magnitude for one in (streamed, kept))
        assert np.array_equal(*rates)


@pytest.mark.parametrize("limit", [0, 30, 10**9])
def test_a_streamed_run_tells_what_a_kept_one_does(tmp_path, limit):
    kept, streamed = network(), network()
    for duration in (50 * ms, 30 * ms):
        whole = kept.run(duration)
        found = streamed.run(duration, stream=tmp_path / "s", limit=limit)
        assert whole.total("exc") > 0 and whole.total("inh") > 0
        same(found, whole)


def test_each_recording_keeps_its_own_part_of_a_stream(tmp_path, monkeypatch):
    kept, streamed = network(), network()
    monkeypatch.chdir(tmp_path)
    both = [(kept.run(d), streamed.run(d, stream="s")) for d in (50 * ms, 30 * ms, 10 * ms)]
    monkeypatch.chdir("/")
    for whole, found in both:
        same(found, whole)
    assert rb.load(tmp_path / "s").total("exc") == sum(whole.total("exc") for whole, _ in both)
    assert list(rb.load(tmp_path / "s")) == list(both[0][0])


def test_it_is_saved_with_its_spikes(tmp_path):
    streamed = network().run(50 * ms, stream=tmp_path / "s")
    streamed.save(tmp_path / "r")
    shutil.rmtree(tmp_path / "s")
    same(rb.load(tmp_path / "r.npz"), network().run(50 * ms))


def test_a_stream_that_is_gone_or_another_is_an_error_and_no_silence(tmp_path):
    found, later = (network().run(50 * ms, stream=tmp_path / name) for name in ("a", "b"))
    shutil.rmtree(tmp_path / "a")
    assert found.total("exc") > 0
    with pytest.raises(ExperimentError, match="no stream"):
        found["exc"].spikes.rate()
    shutil.rmtree(tmp_path / "b")
    network().run(10 * ms, stream=tmp_path / "b")
    with pytest.raises(ExperimentError, match="no longer holds"):
        later.summary()
