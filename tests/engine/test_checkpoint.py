"""A network that was saved goes on, in another process, with the spikes of one that was not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.units import ms

from .checkpoint_cases import (
    CASES,
    LIF,
    arrays,
    assert_equal,
    conductances,
    currents,
    described,
    drawn,
    members,
    noise_and_poisson,
    plain,
)

BEFORE, AFTER = 23 * ms, 31 * ms
# The other process knows the file alone; whatever it recorded it hands back as arrays.
CHILD = """
import json, sys
import numpy as np
import rheobase as rb
from rheobase.units import ms
path, threads, duration, out = sys.argv[1:]
net = rb.Network.restore(path, threads=json.loads(threads))
rec = net.run(float(duration) * ms)
found = {}
for name in rec:
    found |= {f"{name}:t": rec[name].spikes.t.magnitude, f"{name}:i": rec[name].spikes.i}
    for what in rec[name].names:
        found[f"{name}:{what}"] = np.asarray(rec[name][what])
    if name in rec.counts:
        found[f"{name}:counts"] = rec.counts[name]
np.savez(out, **found)
"""


def elsewhere(path, threads, duration, folder):
    """What a restored network records in another process."""
    out = folder / "elsewhere.npz"
    source = str(Path(rb.__file__).parents[1])
    command = [sys.executable, "-W", "error", "-c", CHILD, str(path), json.dumps(threads)]
    subprocess.run(
        [*command, str(duration.internal), str(out)],
        env=os.environ | {"PYTHONPATH": source}, check=True, timeout=300,
    )  # fmt: skip
    with np.load(out) as file:
        return dict(file)


@pytest.mark.parametrize(
    ("case", "before", "after"),
    [
        *((case, 1, 2) for case in CASES),
        (conductances, 2, 1),
        (noise_and_poisson, 3, None),
    ],
)
def test_it_goes_on_in_another_process(case, before, after, tmp_path):
    net = described(case, threads=before)
    net.run(BEFORE)
    path = net.save(tmp_path / "a checkpoint")
    expected = arrays(net.run(AFTER))
    assert all(len(expected[f"{name}:t"]) for name in net.populations if f"{name}:t" in expected
               and (not net[name].is_source or name in net._watched))  # fmt: skip
    assert_equal(elsewhere(path, after, AFTER, tmp_path), expected)


def test_the_parts_of_a_run_that_is_saved_twice_are_those_of_one(tmp_path):
    path = tmp_path / "checkpoint"
    whole = arrays(described(currents).run(30 * ms))
    net, parts = described(currents), []
    for _ in range(3):
        parts.append(net.run(10 * ms)["pop"].spikes)
        assert net.save(path) == path
        net = rb.Network.restore(path)
    assert np.array_equal(np.concatenate([p.t.magnitude for p in parts]), whole["pop:t"])
    assert np.array_equal(np.concatenate([p.i for p in parts]), whole["pop:i"])
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint"]


@pytest.mark.parametrize("case", CASES)
def test_one_that_was_not_run_yet_is_saved_as_its_description(case, tmp_path):
    net = described(case)
    again = rb.Network.restore(net.save(tmp_path / "new"))
    assert again.to_dict() == net.to_dict()
    assert_equal(arrays(again.run(15 * ms)), arrays(net.run(15 * ms)))


@pytest.mark.parametrize("case", CASES)
def test_what_was_restored_is_saved_again_byte_by_byte(case, tmp_path):
    net = described(case)
    net.run(5 * ms)
    first = net.save(tmp_path / "first")
    second = rb.Network.restore(first).save(tmp_path / "second")
    again = rb.Network.restore(second)
    again._made(None)  # the states have gone into place
    third = again.save(tmp_path / "third")
    contents = [members(path) for path in (first, second, third)]
    assert contents[0] == contents[1] == contents[2]


def test_times_go_on_too(tmp_path):
    net = described(currents)
    net.run(10 * ms)
    path = net.save(tmp_path / "checkpoint")
    rec = rb.Network.restore(path).run(10 * ms)
    assert (rec.start.internal, rec.duration.internal) == (10.0, 10.0)
    assert_equal(arrays(rec), arrays(net.run(10 * ms)))


def test_the_synapses_are_not_drawn_again(tmp_path, monkeypatch):
    from rheobase.engine.circuit import making

    net = described(currents)
    net.run(5 * ms)
    path = net.save(tmp_path / "checkpoint")
    monkeypatch.setattr(making, "wire", lambda *_: pytest.fail("a synapse was drawn"))
    assert_equal(arrays(rb.Network.restore(path).run(5 * ms)), arrays(net.run(5 * ms)))


def test_more_can_be_recorded_of_it_but_nothing_be_added(tmp_path):
    net = described(currents)
    net.run(5 * ms)
    again = rb.Network.restore(net.save(tmp_path / "checkpoint"))
    for change in (lambda: again.add(LIF), lambda: again.connect("pop", "pop", None, None)):
        with pytest.raises(ParameterError, match="has run already"):
            change()
    again.record("pop", "I_slow", every=2)
    rec = again.run(20 * ms)
    assert rec["pop"]["I_slow"].shape == (101, 150)
    expected = arrays(net.run(20 * ms))
    found = {name: values for name, values in arrays(rec).items() if name in expected}
    assert_equal(found, expected)
    with pytest.raises(ParameterError, match="another recording"):
        again.record("pop", "v")


def test_a_class_of_ones_own_is_restored_as_such(tmp_path):
    class Mine(rb.Network):
        pass

    net = described(plain)
    assert type(Mine.restore(net.save(tmp_path / "checkpoint"))) is Mine


def test_numpy_opens_it_and_nothing_is_pickled(tmp_path):
    net = described(drawn)
    net.run(5 * ms)
    with np.load(net.save(tmp_path / "checkpoint.npz"), allow_pickle=False) as file:
        content = json.loads(file["checkpoint.json"])
        for key, (kind, shape) in content["arrays"].items():
            assert (file[key].dtype.str, list(file[key].shape)) == (kind, shape)
    # Edge lists and positions are arrays, not text.
    assert len(json.dumps(content)) < 20_000


def test_each_kind_of_state_is_in_one_case_at_least(tmp_path):
    kinds = set()
    for case in CASES:
        net = described(case)
        net.run(2 * ms)
        for name in members(net.save(tmp_path / "checkpoint")):
            if name.startswith("states/"):
                kinds.add(name.split("/")[2].removesuffix(".npy").split("_")[0])
    assert kinds == {"state", "remaining", "refractory", "was", "noise", "ring"}


def test_rings_hold_spikes_that_are_under_way(tmp_path):
    net = described(currents)
    net.run(23 * ms)
    found = members(net.save(tmp_path / "checkpoint"))
    under_way = [np.frombuffer(data, np.uint8, offset=128) for name, data in found.items()
                 if "/ring_" in name]  # fmt: skip
    assert len(under_way) == 3
    assert all(ring.any() for ring in under_way)


def test_a_stream_goes_on_too(tmp_path):
    net, folder = described(currents), tmp_path / "spikes"
    net.run(10 * ms, stream=folder)
    again = rb.Network.restore(net.save(tmp_path / "checkpoint"))
    again.run(20 * ms, stream=folder)
    whole = described(currents).run(30 * ms)["pop"].spikes
    streamed = rb.load(folder)["pop"].spikes
    assert np.array_equal(streamed.i, whole.i)
    assert np.array_equal(streamed.t.magnitude, whole.t.magnitude)
