"""Saving and loading: exact, whole or not at all, and one clear error for anything else."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rheobase.errors import ExperimentError
from rheobase.recording import Recording, SpikeTrains, load
from rheobase.units import Unit, parse_unit

ANY_FLOAT = st.floats(allow_nan=True, allow_infinity=True, width=64)


def assert_same(one, other):
    assert one.names == other.names
    np.testing.assert_array_equal(one.t.magnitude, other.t.magnitude)
    for name in one.names:
        np.testing.assert_array_equal(np.asarray(one[name]), np.asarray(other[name]))
        assert one.units[name] == other.units[name]
        assert str(one.units[name]) == str(other.units[name])
        assert one.neurons[name].tolist() == other.neurons[name].tolist()
    np.testing.assert_array_equal(one.spikes.t.magnitude, other.spikes.t.magnitude)
    np.testing.assert_array_equal(one.spikes.i, other.spikes.i)
    assert one.spikes.n == other.spikes.n
    assert one.duration.magnitude == other.duration.magnitude
    assert one.spikes.start.magnitude == other.spikes.start.magnitude
    assert one.provenance == other.provenance


@pytest.mark.parametrize("name", ["run.npz", "run.nc", "run", "run.1", "run.json"])
def test_what_is_loaded_is_what_was_saved(recording, tmp_path, name):
    written = recording.save(tmp_path / name)
    assert written.is_file()
    assert_same(load(tmp_path / name), recording)
    assert_same(load(written), recording)


def test_an_archive_has_its_metadata_beside_it(recording, tmp_path):
    recording.save(tmp_path / "run.npz")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run.json", "run.npz"]
    content = json.loads((tmp_path / "run.json").read_text())
    assert content["provenance"]["parameters"] == {"C": "200 pF", "V_L": "-70 mV"}
    with np.load(tmp_path / "run.npz", allow_pickle=False) as file:
        assert file["value_v"].shape == (200, 3)


@pytest.mark.parametrize("suffix", [".npz", ".nc"])
def test_a_recording_of_nothing_is_saved_too(tmp_path, suffix):
    empty = Recording([], {}, SpikeTrains([], [], 3, 10.0, start=2.0))
    assert_same(load(empty.save(tmp_path / f"empty{suffix}")), empty)


@pytest.mark.parametrize("suffix", [".npz", ".nc"])
def test_long_provenance_fits(recording, tmp_path, suffix):
    recording.provenance["inputs"] = {"I": list(range(50_000))}
    assert_same(load(recording.save(tmp_path / f"run{suffix}")), recording)


@given(
    values=arrays(float, (4, 2), elements=ANY_FLOAT),
    unit=st.sampled_from(["mV", "uA/cm**2", "1/ms", "mV/(ms*nS)", "mM", "hour", ""]),
    power=st.sampled_from([1, -1, 0.5]),
    text=st.text(max_size=20),
)
@settings(max_examples=40)
def test_any_values_units_and_words_survive(values, unit, power, text, tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")
    measured = parse_unit(unit) if unit else None
    if measured is not None and power != 1 and "(" not in unit:
        measured = measured**power
    recording = Recording(
        np.arange(4.0), {"x": values}, SpikeTrains([1.0], [0], 2, 4.0), model_units={"x": measured},
        provenance={text: [text, None, True, 0.1]},
    )  # fmt: skip
    try:
        assert_same(load(recording.save(folder / "x.npz")), recording)
    finally:
        shutil.rmtree(folder)


def test_numpy_in_provenance_becomes_plain(recording, tmp_path):
    recording.provenance = {"seed": np.int64(3), "list": np.arange(3), "path": tmp_path}
    loaded = load(recording.save(tmp_path / "run.npz"))
    assert loaded.provenance == {"seed": 3, "list": [0, 1, 2], "path": str(tmp_path)}


@pytest.mark.parametrize("suffix", [".npz", ".nc"])
def test_nothing_half_written_is_left(recording, tmp_path, suffix, monkeypatch):
    recording.save(tmp_path / f"run{suffix}")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    recording.provenance["model"] = object()
    with pytest.raises(ExperimentError, match="what JSON cannot"):
        recording.save(tmp_path / f"run{suffix}")

    def full_disk(*arguments):
        raise OSError(28, "No space left on device")

    recording.provenance.clear()
    monkeypatch.setattr("os.replace", full_disk)
    with pytest.raises(ExperimentError, match="No space left"):
        recording.save(tmp_path / f"run{suffix}")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize("suffix", [".npz", ".nc"])
def test_a_folder_that_is_missing_is_named(recording, tmp_path, suffix):
    with pytest.raises(ExperimentError, match="there is no folder"):
        recording.save(tmp_path / "missing" / f"run{suffix}")
    with pytest.raises(ExperimentError, match="There is no file"):
        load(tmp_path / f"run{suffix}")


def test_files_of_two_saves_do_not_mix(recording, tmp_path):
    recording.save(tmp_path / "one.npz")
    recording.provenance["seed"] = 4
    recording._values["v"] += 1
    recording.save(tmp_path / "two.npz")
    shutil.copy(tmp_path / "two.json", tmp_path / "one.json")
    with pytest.raises(ExperimentError, match="do not belong together"):
        load(tmp_path / "one.npz")


def foreign_metadata(content):
    """Metadata that JSON reads and a recording does not have."""
    yield [], "belong together"
    yield content | {"format": "something"}, "its format is 'something'"
    yield content | {"version": 99}, "version 99"
    yield content | {"names": ["absent"]}, "'absent' is missing|value_absent"
    yield content | {"names": 3}, "cannot be read"
    yield content | {"spikes": {}}, "'n' is missing"
    yield content | {"spikes": content["spikes"] | {"n": 1}}, "neuron 2, and there are 1"
    yield content | {"provenance": 3}, "not a dictionary"
    yield {k: v for k, v in content.items() if k != "units"}, "'units' is missing"
    unit = content["units"]["v"]
    for wrong in ({"name": "parsec"}, {"name": "pA"}, {"name": "__import__('os')"}, {"ten": "x"}):
        yield content | {"units": content["units"] | {"v": unit | wrong}}, "cannot be read"


def test_foreign_metadata_is_one_clear_error(recording, tmp_path):
    recording.save(tmp_path / "run.npz")
    content = json.loads((tmp_path / "run.json").read_text())
    for foreign, cause in foreign_metadata(content):
        (tmp_path / "run.json").write_text(json.dumps(foreign))
        with pytest.raises(ExperimentError, match=cause) as caught:
            load(tmp_path / "run.npz")
        assert "Mend:" in str(caught.value)


def test_pickles_are_never_loaded(recording, tmp_path):
    """An archive of objects, with metadata that vouch for it, still does not run its code."""
    import hashlib

    path = recording.save(tmp_path / "run.npz")
    with np.load(path) as file:
        arrays_there = dict(file)
    arrays_there["time"] = np.array([print], dtype=object)
    np.savez(path, **arrays_there)
    content = json.loads((tmp_path / "run.json").read_text())
    content["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (tmp_path / "run.json").write_text(json.dumps(content))
    with pytest.raises(ExperimentError, match=r"allow_pickle=False"):
        load(path)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    recording = Recording(
        np.arange(5.0), {"v": np.arange(10.0).reshape(5, 2)}, SpikeTrains([1.0], [0], 2, 5.0),
        model_units={"v": Unit("mV", parse_unit("mV").dimension, -3)}, provenance={"seed": 1},
    )  # fmt: skip
    recording.save(folder / "run.npz")
    recording.save(folder / "run.nc")
    return folder


@pytest.mark.parametrize("name", ["run.npz", "run.json", "run.nc"])
@given(data=st.data())
@settings(max_examples=60)
def test_damaged_files_load_as_they_were_or_not_at_all(saved, name, data):
    whole = (saved / name).read_bytes()
    kind = data.draw(st.sampled_from(["cut", "change", "replace"]))
    place = data.draw(st.integers(0, len(whole) - 1))
    junk = data.draw(st.binary(min_size=1, max_size=8))
    damaged = {
        "cut": whole[:place],
        "change": whole[:place] + junk + whole[place + len(junk) :],
        "replace": junk,
    }[kind]
    try:
        (saved / name).write_bytes(damaged)
        try:
            found = load(saved / ("run.nc" if name == "run.nc" else "run.npz"))
        except ExperimentError as error:
            assert error.mend
        else:
            assert found.names
    finally:
        (saved / name).write_bytes(whole)


def test_other_netcdf_is_not_a_recording(tmp_path):
    import xarray

    xarray.Dataset({"v": ("time", [1.0, 2.0])}).to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with pytest.raises(ExperimentError, match=r"Recording\.save did not write it"):
        load(tmp_path / "a.nc")


def test_xarray_opens_what_is_saved(recording, tmp_path):
    import xarray

    path = recording.save(tmp_path / "run.nc")
    with xarray.open_dataset(path, engine="h5netcdf", decode_timedelta=False) as data:
        np.testing.assert_array_equal(data["v"].values, recording["v"].magnitude)
        assert data["v"].attrs["units"] == "mV"
