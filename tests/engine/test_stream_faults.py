"""A folder that takes no more spikes stops a run, and nothing that was recorded is lost."""

import copy
import errno
import os

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine.circuit import spool
from rheobase.errors import ExperimentError
from rheobase.recording import stream
from rheobase.units import Hz, ms

MODEL = rb.Model("dv/dt = 1 + I", spike="v > 0.95", reset="v = 0", inputs=["I"])
SPAN = 200.0


def firing():
    net = rb.Network(dt=0.1 * ms, seed=1)
    net.add(MODEL, 20, name="a", method="euler", initial=dict(v=rb.uniform(0.0, 0.9)))
    net.add(rb.Poisson(100 * Hz), 9, name="p")
    net.record("p")
    net.record("a", ["v", "rate"], every=7)
    return net


def same(one, other):
    assert list(one) == list(other)
    for name in one:
        assert one[name].spikes.total == other[name].spikes.total
        assert np.array_equal(one[name].spikes.t.magnitude, other[name].spikes.t.magnitude)
        assert np.array_equal(one[name].spikes.i, other[name].spikes.i)
    assert np.array_equal(one["a"]["v"], other["a"]["v"])
    assert np.array_equal(one.rate("a")[1].magnitude, other.rate("a")[1].magnitude)


@pytest.fixture
def full(monkeypatch):
    """Call it with how many bytes the disk takes from now on."""
    write = os.write

    def fill(room):
        left = [room]

        def limited(number, data):
            if not left[0]:
                raise OSError(errno.ENOSPC, "No space left on device")
            done = write(number, bytes(data)[: left[0]])
            left[0] -= done
            return done

        monkeypatch.setattr(stream.os, "write", limited)

    monkeypatch.setattr(spool, "_FLUSH_SECONDS", 0.0)
    yield fill
    monkeypatch.setattr(stream.os, "write", write)


@pytest.mark.parametrize("limit", [0, 500])
@pytest.mark.parametrize("room", [0, 3, 12 * 500, 12 * 1500 + 5, 12 * 3000])
def test_what_a_full_disk_does_not_take_is_in_the_recording(tmp_path, full, room, limit):
    net = firing()
    full(room)
    with pytest.raises(ExperimentError, match="No space left on device; the run stopped") as error:
        net.run(SPAN * ms, stream=tmp_path / "s", limit=limit)
    assert "nothing is lost" in error.value.mend
    rec, stop = error.value.recording, net.time
    assert rec.duration.magnitude == stop.magnitude > 0
    whole = firing().run(stop)
    same(rec, whole)
    same(copy.copy(error.value).recording, whole)
    kept = rb.load(tmp_path / "s")["a"].spikes
    assert kept.total < whole["a"].spikes.total
    assert np.array_equal(kept.t.magnitude, whole["a"].spikes.t.magnitude[: kept.total])


def test_the_network_goes_on_once_there_is_space(tmp_path, full):
    net = firing()
    net.run(20 * ms, stream=tmp_path / "s")
    full(12 * 900)
    with pytest.raises(ExperimentError) as error:
        net.run(SPAN * ms, stream=tmp_path / "s")
    first = error.value.recording
    full(10**9)
    second = net.run(50 * ms, stream=tmp_path / "another")
    end = net.time
    whole = firing().run(end)["a"].spikes
    early = rb.load(tmp_path / "s")["a"].spikes
    before = early.t.magnitude <= 20 + 1e-9
    parts = [early.t.magnitude[before], *(r["a"].spikes.t.magnitude for r in (first, second))]
    assert np.array_equal(np.concatenate(parts), whole.t.magnitude)


def test_the_last_flush_may_fail_too(tmp_path, monkeypatch):
    def fail(writer, tick):
        raise ExperimentError("The log cannot be written.")

    net = firing()
    monkeypatch.setattr(stream.SpikeWriter, "flush", fail)
    with pytest.raises(
        ExperimentError, match="The log cannot be written; the run stopped"
    ) as error:
        net.run(20 * ms, stream=tmp_path / "s")
    same(error.value.recording, firing().run(20 * ms))


@pytest.mark.parametrize("place", ["afile", "afile/within"])
def test_a_file_is_no_folder(tmp_path, place):
    (tmp_path / "afile").write_text("x")
    net = firing()
    with pytest.raises(ExperimentError, match="is a file, or within one") as error:
        net.run(1 * ms, stream=tmp_path / place)
    assert "give a folder" in error.value.mend
    assert net.time.magnitude == 0
