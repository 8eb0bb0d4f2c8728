"""Spikes streamed to disk: whatever was flushed is read, whatever happened to the writer."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rheobase.recording.stream as stream
from rheobase.errors import ExperimentError, ParameterError, UnknownNameError
from rheobase.recording import SpikeWriter, StreamReader, load
from rheobase.recording.stream import HEADER, LOG, Flush, flush_size, unpacked

SIZES = {"exc": 100, "L2/3 inh": 20}


def write(folder, flushes=5, spikes=40, start=0, sizes=SIZES, **options):
    """A stream of random spikes; returns them as appended, by population."""
    rng = np.random.default_rng(3)
    sent = {name: ([], []) for name in sizes}
    with SpikeWriter(folder, sizes, 0.1, start=start, provenance={"seed": 1}, **options) as writer:
        for flush in range(flushes):
            for name, n in sizes.items():
                ticks = start + flush * 10 + np.sort(rng.integers(1, 11, spikes))
                neurons = rng.integers(0, n, spikes)
                writer.append(name, ticks, neurons)
                sent[name][0].append(ticks)
                sent[name][1].append(neurons)
            writer.flush(start + 10 * (flush + 1))
    return {name: tuple(map(np.concatenate, both)) for name, both in sent.items()}


def assert_holds(recording, sent, ticks):
    """The recording holds what was sent up to a tick, and ends there."""
    assert list(recording) == list(sent)
    for name, (when, who) in sent.items():
        spikes = recording[name].spikes
        inside = when <= ticks
        order = np.lexsort((who[inside], when[inside]))
        np.testing.assert_array_equal(spikes.t.magnitude, (when[inside] * 0.1)[order])
        np.testing.assert_array_equal(spikes.i, who[inside][order])
        assert spikes.n == SIZES[name]
    end = recording.start.magnitude + recording.duration.magnitude
    assert end == pytest.approx(ticks * 0.1)


def test_what_is_read_is_what_was_written(tmp_path):
    sent = write(tmp_path / "a")
    recording = load(tmp_path / "a")
    assert_holds(recording, sent, 50)
    assert recording.provenance == {"seed": 1}
    assert recording.dt.magnitude == 0.1
    reader = StreamReader(tmp_path / "a")
    assert reader.names == tuple(SIZES)
    assert reader.flushes == 5
    with pytest.raises(UnknownNameError, match="no population 'ex'"):
        reader.spikes("ex")


def test_a_run_that_goes_on_has_absolute_times(tmp_path):
    start = 2**31 + 7
    sent = write(tmp_path / "a", start=start)
    recording = load(tmp_path / "a")
    assert recording.start.magnitude == start * 0.1
    assert recording.duration.magnitude == pytest.approx(5)
    assert_holds(recording, sent, start + 50)


def test_nothing_is_kept_in_memory_and_long_appends_are_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(stream, "_AT_ONCE", 7)
    sent = write(tmp_path / "a", durable=True)
    assert_holds(load(tmp_path / "a"), sent, 50)
    assert (tmp_path / "a" / "0.spikes").stat().st_size == 12 * 200


def test_empty_streams_and_silent_populations(tmp_path):
    with SpikeWriter(tmp_path / "a", SIZES, 0.1) as writer:
        assert load(tmp_path / "a").duration.magnitude == 0
        writer.append("exc", [], [])
        writer.flush(100)
        assert "up to tick 100" in repr(writer)
    recording = load(tmp_path / "a")
    assert recording.duration.magnitude == 10
    assert recording.total("exc") == 0
    with SpikeWriter(tmp_path / "b", {}, 0.1) as writer:
        writer.flush(3)
    assert len(load(tmp_path / "b")) == 0


def test_what_was_not_flushed_does_not_count(tmp_path):
    with SpikeWriter(tmp_path / "a", SIZES, 0.1) as writer:
        writer.append("exc", [1, 2], [0, 1])
        writer.flush(2)
        writer.append("exc", [3], [0])
        assert load(tmp_path / "a").total("exc") == 2
    assert load(tmp_path / "a").total("exc") == 2


@pytest.mark.parametrize(
    ("ticks", "neurons"),
    [([5], [0]), ([12, 11], [0, 0]), ([11], [0, 1]), ([11, 12], [0]), ([11], [100]), ([11], [-1])],
)
def test_spikes_that_do_not_fit_are_refused_and_nothing_is_written(tmp_path, ticks, neurons):
    with SpikeWriter(tmp_path / "a", SIZES, 0.1) as writer:
        writer.flush(10)
        with pytest.raises(ParameterError, match="do not follow"):
            writer.append("exc", ticks, neurons)
        with pytest.raises(ParameterError, match="comes after"):
            writer.flush(9)
        writer.append("exc", [11], [99])
        writer.flush(11)
    assert load(tmp_path / "a").total("exc") == 1


def test_a_stream_is_not_overwritten(tmp_path):
    sent = write(tmp_path / "a")
    with pytest.raises(ExperimentError, match="already"):
        SpikeWriter(tmp_path / "a", SIZES, 0.1)
    assert_holds(load(tmp_path / "a"), sent, 50)
    with pytest.raises(ExperimentError, match="what JSON cannot"):
        SpikeWriter(tmp_path / "b", SIZES, 0.1, provenance={"a": object()})
    (tmp_path / "file").write_text("")
    with pytest.raises(ExperimentError, match="cannot be written"):
        SpikeWriter(tmp_path / "file", SIZES, 0.1)


def test_a_full_disk_is_an_error_and_the_rest_is_readable(tmp_path, monkeypatch):
    real, left = os.write, [30]

    def nearly_full(descriptor, data):
        if left[0] <= 0:
            raise OSError(28, "No space left on device")
        taken = real(descriptor, data[: left[0]])
        left[0] -= taken
        return taken

    with SpikeWriter(tmp_path / "a", SIZES, 0.1) as writer:
        writer.append("exc", [1], [0])
        writer.flush(1)
        monkeypatch.setattr(stream.os, "write", nearly_full)
        with pytest.raises(ExperimentError, match="No space left"):
            writer.append("exc", [2, 3, 4], [0, 1, 2])
        assert load(tmp_path / "a").total("exc") == 1
        left[0] = 20
        with pytest.raises(ExperimentError, match="No space left"):
            writer.flush(4)
        # Somebody makes room: nothing of the failed attempts is left in the way.
        monkeypatch.setattr(stream.os, "write", real)
        writer.append("exc", [5], [7])
        writer.flush(5)
    spikes = load(tmp_path / "a")["exc"].spikes
    assert (spikes.t.magnitude / 0.1).round().tolist() == [1, 5]
    assert spikes.i.tolist() == [0, 7]


# ---------------------------------------------------------------------------- accidents

ENDLESS = """
import sys
import numpy as np
from rheobase.recording import SpikeWriter
writer = SpikeWriter(sys.argv[1], {"exc": 100, "L2/3 inh": 20}, 0.1)
flush = 0
while True:
    for name, n in writer.sizes.items():
        ticks = np.repeat(10 * flush + np.arange(1, 11), 400)
        writer.append(name, ticks, (ticks * 7 + np.arange(4000)) % n)
    flush += 1
    writer.flush(10 * flush)
    print(flush, flush=True)
"""


@pytest.mark.parametrize("wait", [0, 0.05, 0.13])
def test_after_kill_9_everything_flushed_is_there(tmp_path, wait):
    folder = tmp_path / "a"
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(folder)], stdout=subprocess.PIPE, text=True
    )
    told = [process.stdout.readline() for _ in range(3)]
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    told += process.communicate()[0].splitlines()
    flushes = max(int(line) for line in told if line.strip())
    recording = load(folder)
    # It may have been killed between a flush and the word of it.
    found = round(recording.duration.magnitude)
    assert flushes <= found <= flushes + 1
    for name, n in SIZES.items():
        spikes = recording[name].spikes
        ticks = np.repeat(np.arange(1, 10 * found + 1), 400)
        neurons = (ticks * 7 + np.tile(np.arange(4000), found)) % n
        order = np.lexsort((neurons, ticks))
        np.testing.assert_array_equal(spikes.t.magnitude, ticks[order] * 0.1)
        np.testing.assert_array_equal(spikes.i, neurons[order])
    with SpikeWriter.resume(folder) as writer:
        assert writer.tick == 10 * found
        writer.append("exc", [writer.tick + 1], [5])
        writer.flush(writer.tick + 1)
    assert load(folder).total("exc") == recording.total("exc") + 1


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_torn_file_loses_its_end_alone(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("torn") / "a"
    sent = write(folder)
    file = folder / data.draw(st.sampled_from(["0.spikes", "1.spikes", LOG]))
    whole = file.read_bytes()
    length = data.draw(st.integers(0, len(whole)))
    file.write_bytes(whole[:length])
    kept = length // (len(whole) // 5)
    for check in (True, False):
        reader = StreamReader(folder, check=check)
        assert reader.flushes == kept
        assert_holds(reader.recording(), sent, 10 * kept)
    with SpikeWriter.resume(folder) as writer:
        assert writer.tick == 10 * kept
        writer.append("L2/3 inh", [writer.tick + 3], [19])
        writer.flush(10 * kept + 10)
    assert load(folder).total("L2/3 inh") == 40 * kept + 1
    shutil.rmtree(folder)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_loses_what_comes_from_there_on(data, tmp_path_factory):
    """As after a power cut, where the disk may have kept some pages and not others."""
    folder = tmp_path_factory.mktemp("damaged") / "a"
    sent = write(folder)
    file = folder / data.draw(st.sampled_from(["0.spikes", "1.spikes", LOG]))
    content = bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(bytes(content))
    kept = place // (len(content) // 5)
    assert_holds(load(folder), sent, 10 * kept)
    shutil.rmtree(folder)


def test_junk_after_the_end_is_dropped(tmp_path):
    sent = write(tmp_path / "a")
    for name in ("0.spikes", LOG):
        with (tmp_path / "a" / name).open("ab") as file:
            file.write(b"\x07" * 100)
    assert_holds(load(tmp_path / "a"), sent, 50)


def test_records_of_the_log_are_told_whole():
    flush = Flush(2**40, (3, 0, 2**33), (2**32 - 1, 0, 5))
    data = flush.packed()
    assert len(data) == flush_size(3)
    assert unpacked(data, 3) == flush
    assert unpacked(data[:-1], 3) is None
    assert unpacked(data, 2) is None
    assert unpacked(b"\0" * flush_size(3), 3) is None


def foreign_headers(content):
    """Headers that JSON reads and a stream does not have."""
    yield [], "its format"
    yield content | {"format": "other"}, "its format"
    yield content | {"version": 99}, "version 99"
    yield content | {"populations": 3}, "cannot be read"
    yield content | {"populations": content["populations"][:1] * 2}, "one name"
    yield content | {"populations": [{"name": "exc"}]}, "'n' is missing"
    yield content | {"populations": content["populations"] + [{"name": "x", "n": 1}]}, "2.spikes"
    yield content | {"dt_ms": 0}, "above zero"
    yield content | {"dt_ms": "x"}, "cannot be read"
    yield content | {"provenance": 3}, "not a dictionary"
    yield {key: value for key, value in content.items() if key != "start_tick"}, "start_tick"


def test_foreign_headers_are_one_clear_error(tmp_path):
    write(tmp_path / "a")
    header = tmp_path / "a" / HEADER
    content = json.loads(header.read_text())
    for foreign, cause in foreign_headers(content):
        header.write_text(json.dumps(foreign))
        with pytest.raises(ExperimentError, match=cause) as caught:
            load(tmp_path / "a")
        assert caught.value.mend
    small = [one | {"n": 1} for one in content["populations"]]
    header.write_text(json.dumps(content | {"populations": small}))
    with pytest.raises(ExperimentError, match="and there are 1"):
        load(tmp_path / "a")


def test_other_folders_are_no_streams(tmp_path):
    with pytest.raises(ExperimentError, match="no stream of spikes"):
        load(tmp_path)
    with pytest.raises(ExperimentError, match="no stream of spikes"):
        SpikeWriter.resume(tmp_path / "missing")
    (tmp_path / HEADER).write_text("{")
    with pytest.raises(ExperimentError, match="cannot be read"):
        load(tmp_path)
    write(tmp_path / "a")
    (tmp_path / "a" / LOG).unlink()
    with pytest.raises(ExperimentError, match=LOG):
        load(tmp_path / "a")


def test_a_recording_with_the_name_of_a_folder_is_still_found(tmp_path):
    sent = write(tmp_path / "run")
    assert_holds(load(tmp_path / "run"), sent, 50)
    load(tmp_path / "run").save(tmp_path / "copy")
    assert_holds(load(tmp_path / "copy"), sent, 50)
