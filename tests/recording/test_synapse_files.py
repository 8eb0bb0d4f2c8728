"""The synapses of a projection, saved and loaded."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ExperimentError
from rheobase.recording import SynapseTable
from rheobase.units import ms, nS


def synapses(**values: object) -> SynapseTable:
    pre, post = np.array([0, 0, 3], np.int32), np.array([1, 2, 0], np.int64)
    delay, axonal = np.array([1.0, 2.0, 0.3]) * ms, np.array([0.0, 0.5, 0.1]) * ms
    return SynapseTable("exc->inh", pre, post, delay, axonal, values)


def test_loaded_as_saved(tmp_path: Path) -> None:
    saved = synapses(w=np.array([0.1, 1 / 3, 2.0]) * nS, k=np.array([0.0, 2.0, 1.0]))
    path = saved.save(tmp_path / "weights")
    assert path == tmp_path / "weights.npz"
    found = rb.load(path)
    assert isinstance(found, SynapseTable)
    assert (found.name, list(found.values)) == ("exc->inh", ["w", "k"])
    assert np.array_equal(found.pre, saved.pre)
    assert np.array_equal(found.post, saved.post)
    assert (found.pre.dtype, found.post.dtype) == (np.int32, np.int64)
    for name in ("delay", "axonal"):
        assert np.array_equal(
            getattr(found, name).value_in("ms"), getattr(saved, name).value_in("ms")
        )
    assert found["w"].unit == nS
    assert np.array_equal(found["w"].magnitude, saved["w"].magnitude)
    assert np.array_equal(found["k"], saved["k"])
    assert repr(found) == repr(saved)


def test_none_at_all(tmp_path: Path) -> None:
    nobody = np.zeros(0)
    empty = SynapseTable(
        "a", nobody.astype(np.int32), nobody.astype(np.int64), nobody * ms, nobody * ms,
        {"w": nobody * nS},
    )  # fmt: skip
    found = rb.load(empty.save(tmp_path / "none.npz"))
    assert isinstance(found, SynapseTable)
    assert len(found) == 0
    assert found["w"].unit == nS


@pytest.mark.parametrize(
    "key, value, cause",
    [
        ("version", 2, "of version 2"),
        ("units", {"z": None}, "'value_z' is missing"),
        ("units", {"w": {"name": "mV", "dimension": [0] * 6, "ten": 0, "factor": 1}}, "unit 'mV'"),
        ("name", None, "missing"),
    ],
)
def test_what_was_changed_is_refused(key: str, value: object, cause: str, tmp_path: Path) -> None:
    synapses(w=np.ones(3) * nS).save(tmp_path / "a.npz")
    content = json.loads((tmp_path / "a.json").read_text())
    if value is None:
        del content[key]
    else:
        content[key] = value
    (tmp_path / "a.json").write_text(json.dumps(content))
    with pytest.raises(ExperimentError, match=cause):
        rb.load(tmp_path / "a.npz")


def test_arrays_of_several_lengths_are_refused(tmp_path: Path) -> None:
    odd = synapses(w=np.ones(2) * nS)
    with pytest.raises(ExperimentError, match="one length"):
        rb.load(odd.save(tmp_path / "a.npz"))
