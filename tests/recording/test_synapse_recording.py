"""Recordings of synapses: what they hold, on disk and in memory."""

import json

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ExperimentError, ParameterError
from rheobase.recording import NetworkRecording, Recording, SpikeTrains, SynapseRecording
from rheobase.units import mV
from rheobase.units.table import preferred_unit
from rheobase.units.text import parse_unit


def made(name="a->b", samples=4, synapses=3):
    values = np.arange(float(samples * synapses)).reshape(samples, synapses)
    ends = np.arange(synapses)
    return SynapseRecording(
        name, 0.5 * np.arange(samples), {"w": values, "k": values + 1},
        {"w": parse_unit("mV"), "k": None}, ends, ends + 5, ends[::-1],
    )  # fmt: skip


def assert_same(one, other):
    assert one.name == other.name and one.names == other.names and one.units == other.units
    for part in ("places", "pre", "post"):
        np.testing.assert_array_equal(getattr(one, part), getattr(other, part))
    np.testing.assert_array_equal(one.t, other.t)
    for name in one.names:
        np.testing.assert_array_equal(one[name], other[name])


def test_values_have_their_units():
    one = made()
    np.testing.assert_array_equal(one["w"].value_in(mV)[1], [3, 4, 5])
    assert isinstance(one["k"], np.ndarray) and one.t.unit == preferred_unit(one.t.unit.dimension)


@pytest.mark.parametrize("synapses", [0, 1, 3])
def test_alone_on_disk(synapses, tmp_path):
    one = made(synapses=synapses)
    path = one.save(tmp_path / "weights")
    assert path == tmp_path / "weights.npz"
    assert_same(rb.load(path), one)


def test_with_a_network_on_disk(tmp_path):
    trains = SpikeTrains((), (), 2, 1.5)
    both = {name: made(name) for name in ("a", "b")}
    rec = NetworkRecording(
        {"cells": Recording(np.empty(0), {}, trains)}, duration=1.5, dt=0.5, projections=both
    )
    again = rb.load(rec.save(tmp_path / "rec"))
    assert list(again) == ["cells"] and list(again.projections) == ["a", "b"]
    for name, one in both.items():
        assert_same(again[name], one)


def test_recordings_of_before_have_none(tmp_path):
    rec = NetworkRecording({}, duration=1.5, dt=0.5)
    path = rec.save(tmp_path / "rec")
    text = path.with_suffix(".json")
    content = json.loads(text.read_text())
    del content["projections"]
    text.write_text(json.dumps(content))
    assert rb.load(path).projections == {}


@pytest.mark.parametrize("change", ["version", "places", "units"])
def test_what_does_not_fit_is_refused(change, tmp_path):
    path = made().save(tmp_path / "weights")
    text = path.with_suffix(".json")
    content = json.loads(text.read_text())
    if change == "version":
        content["version"] = 9
    elif change == "places":
        with np.load(path) as file:
            arrays = {key: file[key] for key in file.files}
        arrays["places"] = arrays["places"][:1]
        np.savez(path, **arrays)
        from rheobase.recording.files import _fingerprint

        content["sha256"] = _fingerprint(path)
    else:
        content["units"]["q"] = None
    text.write_text(json.dumps(content))
    with pytest.raises(ExperimentError):
        rb.load(path)


def test_shapes_must_agree():
    ends = np.arange(3)
    for time, pre in ((np.arange(2), ends), (np.arange(4), ends[:2])):
        with pytest.raises(ParameterError, match="shape"):
            SynapseRecording("a", time, {"w": np.zeros((4, 3))}, {}, ends, pre, ends)
