"""Files that are no checkpoints, and places that take none: one clear error each, nothing lost."""

import io
import json
import zipfile

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine.circuit.kept.checkpoint import VERSION
from rheobase.errors import ExperimentError, NumericalError, ParameterError
from rheobase.units import ms

from .checkpoint_cases import arrays, assert_equal, described, drawn, members, plain


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The bytes of a checkpoint."""
    net = described(drawn)
    net.run(5 * ms)
    return net.save(tmp_path_factory.mktemp("saved") / "checkpoint").read_bytes()


def refusal(path):
    """The one error for a file that is no checkpoint: it names the file and ends with the mend."""
    with pytest.raises(ExperimentError) as caught:
        rb.Network.restore(path)
    assert str(path) in caught.value.message
    assert caught.value.mend
    return str(caught.value)


def test_a_file_that_is_cut_off_is_refused(saved, tmp_path):
    path = tmp_path / "checkpoint"
    for length in [0, 1, 100, *np.linspace(500, len(saved) - 1, 12).astype(int)]:
        path.write_bytes(saved[:length])
        assert "cannot be read as a checkpoint" in refusal(path)


def test_a_bit_that_turned_is_found_wherever_it_matters(saved, tmp_path):
    path, rng = tmp_path / "checkpoint", np.random.default_rng(8)
    path.write_bytes(saved)
    whole = arrays(rb.Network.restore(path).run(5 * ms))
    missed = 0
    for place in rng.integers(0, len(saved), 150):
        damaged = bytearray(saved)
        damaged[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            net = rb.Network.restore(path)
        except ExperimentError as error:
            assert str(path) in error.message
            continue
        missed += 1
        # Dates and the like, which nothing depends on.
        assert_equal(arrays(net.run(5 * ms)), whole)
    assert missed < 15


def test_what_is_no_checkpoint_is_refused(tmp_path):
    path = tmp_path / "other.npz"
    path.write_text("populations: 3\n")
    assert "cannot be read as a checkpoint" in refusal(path)
    np.savez(path, v=np.zeros(3))
    assert "holds no checkpoint.json" in refusal(path)
    rec = described(plain).run(2 * ms)
    assert "holds no checkpoint.json" in refusal(rec.save(tmp_path / "recording.npz"))
    assert "no file" in refusal(tmp_path / "nowhere")
    assert "no file" in refusal(tmp_path)


def rewritten(saved, path, change, compression=zipfile.ZIP_STORED):
    """A checkpoint that somebody changed, its checksums made right again."""
    original = path.with_name("original")
    original.write_bytes(saved)
    found = members(original)
    content = json.loads(found["checkpoint.json"])
    change(content, found)
    if "checkpoint.json" in found:
        found["checkpoint.json"] = json.dumps(content).encode()
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, data in found.items():
            file.writestr(name, data)
    return path


def synapse_array(found, content, name, change):
    """Change one of a projection's arrays that stand in a file."""
    for key in content["arrays"]:
        if key.startswith("synapses/") and key.endswith(f"/{name}"):
            data = found[f"{key}.npy"]
            kind = np.dtype(content["arrays"][key][0])
            values = np.frombuffer(data[128:], kind).copy()
            change(values)
            found[f"{key}.npy"] = data[:128] + values.tobytes()
            return
    raise AssertionError(name)


def put(place, value):
    def change(values):
        values[place] = value

    return change


FORGERIES = {
    "another format": lambda c, f: c.update(format="a song"),
    "no description": lambda c, f: c.pop("network"),
    "a description of nothing": lambda c, f: c.update(network=[]),
    "a run of nothing": lambda c, f: c.update(run=[]),
    "a population less": lambda c, f: c["network"]["populations"].pop(),
    "an array less": lambda c, f: f.pop("states/0/state_v.npy"),
    "an array of objects": lambda c, f: c["arrays"].update({"states/0/state_v": ["|O", [60]]}),
    "a type that there is not": lambda c, f: c["arrays"].update({"states/0/state_v": ["x9", [1]]}),
    "an array without an axis": lambda c, f: c["arrays"].update({"states/0/state_v": ["<f8", []]}),
    "a shape below zero": lambda c, f: c["arrays"].update({"states/0/state_v": ["<f8", [-1]]}),
    "more than there is": lambda c, f: c["arrays"].update(
        {"states/0/state_v": ["<f8", [10**15]]}
    ),
    "less than there is": lambda c, f: c["arrays"].update({"states/0/state_v": ["<i1", [1]]}),
    "a clock before the beginning": lambda c, f: c["run"].update(clock=-1),
    "a clock that is none": lambda c, f: c["run"].update(clock="late"),
    "a target out of range": lambda c, f: synapse_array(f, c, "targets", put(3, 65535)),
    "a row that ends before it begins": lambda c, f: synapse_array(f, c, "starts", put(2, 2**40)),
    "a row before the first": lambda c, f: synapse_array(f, c, "starts", put(0, -5)),
    "a delay of nothing": lambda c, f: synapse_array(f, c, "delays", put(0, 0)),
    "a delay for all of nothing": lambda c, f: c["run"]["synapses"][0].update(delay=0),
    "another projection's synapses": lambda c, f: c["run"]["synapses"].reverse(),
    "a projection that there is not": lambda c, f: c["run"]["synapses"][0].update(projection="no"),
    "a population that there is not": lambda c, f: c["run"]["states"][0].update(population="no"),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_cannot_be_is_refused_though_its_checksums_are_right(forgery, saved, tmp_path):
    path = rewritten(saved, tmp_path / "checkpoint", FORGERIES[forgery])
    assert "cannot be read as a checkpoint" in refusal(path)


def test_no_array_that_is_kept_is_one_number(saved, tmp_path):
    """Hand-made, its header and its checksum right: each is refused as it is read."""
    path = tmp_path / "checkpoint"
    path.write_bytes(saved)
    keys = [name for name in members(path) if name.endswith(".npy")]
    assert any("/ring_" in key for key in keys)
    for key in keys:

        def change(content, found, key=key):
            kind = content["arrays"][key.removesuffix(".npy")][0]
            content["arrays"][key.removesuffix(".npy")][1] = []
            stream = io.BytesIO()
            np.save(stream, np.zeros((), kind))
            found[key] = stream.getvalue()

        text = refusal(rewritten(saved, path, change))
        assert "is of no kind that a checkpoint holds" in text


def test_one_that_is_compressed_is_refused(saved, tmp_path):
    """A small file cannot claim all memory."""
    path = rewritten(saved, tmp_path / "checkpoint", lambda c, f: None, zipfile.ZIP_DEFLATED)
    assert "compressed" in refusal(path)


def test_states_of_another_network_are_refused_when_it_is_built(saved, tmp_path):
    def change(content, found):
        states = content["run"]["states"][1]
        place = states["arrays"].index("state_v")
        states["arrays"][place] = "state_w"
        content["arrays"]["states/1/state_w"] = content["arrays"].pop("states/1/state_v")
        found["states/1/state_w.npy"] = found.pop("states/1/state_v.npy")

    net = rb.Network.restore(rewritten(saved, tmp_path / "checkpoint", change))
    with pytest.raises(ExperimentError, match="not those of the network") as caught:
        net.run(1 * ms)
    assert "'pop': state_v is missing" in str(caught.value)


def test_a_later_version_is_named(saved, tmp_path):
    path = rewritten(saved, tmp_path / "checkpoint", lambda c, f: c.update(version=VERSION + 1))
    assert f"of version {VERSION + 1}; this rheobase reads {VERSION}" in refusal(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    net = described(plain)
    for path in (tmp_path / "no folder" / "checkpoint", tmp_path, "/proc/checkpoint"):
        with pytest.raises(ExperimentError, match="cannot be written") as caught:
            net.save(path)
        assert str(path) in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_save_that_fails_leaves_the_old_checkpoint_whole(tmp_path, monkeypatch):
    net = described(plain)
    net.run(5 * ms)
    path = net.save(tmp_path / "checkpoint")
    before = path.read_bytes()
    net.run(5 * ms)

    def full(stream, array, allow_pickle):
        if array.dtype == np.int32:
            raise OSError(28, "No space left on device")
        stream.write(array.tobytes())

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(ExperimentError, match="No space left"):
        net.save(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint"]


def test_a_network_that_broke_is_not_saved(tmp_path):
    net = rb.Network(dt=0.1 * ms)
    net.add(rb.Model("dx/dt = x*x", initial=dict(x=1.0)), 3, name="p", method="euler")
    with pytest.raises(NumericalError):
        net.run(500 * ms)
    with pytest.raises(ParameterError, match="broke in its last run and cannot be saved"):
        net.save(tmp_path / "checkpoint")


def test_threads_are_a_whole_number(saved, tmp_path):
    path = tmp_path / "checkpoint"
    path.write_bytes(saved)
    for threads in (0, 2**16, 1.5):
        with pytest.raises(ParameterError, match=f"threads is {threads}") as caught:
            rb.Network.restore(path, threads=threads)
        assert caught.value.mend == "give a whole number from 1 to 65535"
