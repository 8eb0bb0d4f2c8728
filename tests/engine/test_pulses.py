"""Pulses of transmitter: the same bits for threads, pieces and checkpoints, which are checked."""

import io
import json

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ExperimentError, ParameterError
from rheobase.units import Hz, ms, mV, nS

from .test_checkpoint_faults import rewritten

WATCHED = {
    "cells": ["v", "g_GABAAKinetics", "G_GABABKinetics", "g_NicotinicAChKinetics"],
    "plain": ["v", "g_GABAAKinetics"],
}


def busy(threads=1, dt=0.1):
    """Receptors of all kinds between spiking cells, with and without units."""
    net = rb.Network(dt=dt * ms, threads=threads, seed=4)
    start = dict(v=rb.uniform(-70 * mV, -50 * mV))
    cells = net.add(rb.LIF(), 40, "cells", initial=start)
    plain = net.add(rb.Izhikevich(), 30, "plain")
    fast = net.add(rb.Poisson(200 * Hz), 40, "fast")
    given = net.add(rb.SpikeTimes([0, 0.1, 3, 3.05, 9] * ms, [0, 1, 1, 1, 0]), 2, "given")
    drawn, late = rb.uniform(1 * nS, 2 * nS), rb.uniform(0.5 * ms, 3 * ms)
    net.connect(fast, cells, rb.AMPAKinetics(), rb.one_to_one(), 20 * nS, 0.1 * ms)
    net.connect(fast, cells, rb.NMDAKinetics(), rb.bernoulli(0.2), drawn, late)
    net.connect(given, cells, rb.NicotinicAChKinetics(), rb.all_to_all(), 5 * nS, 0.3 * ms)
    net.connect(cells, cells, rb.GABABKinetics(g_max=2 * nS), rb.bernoulli(0.2), 1.0, late)
    net.connect(cells, cells, rb.GABAAKinetics(), rb.bernoulli(0.2), drawn, 1 * ms)
    net.connect(cells, cells, rb.AMPA(), rb.bernoulli(0.2), drawn, 1 * ms)
    net.connect(cells, plain, rb.GABAAKinetics(), rb.bernoulli(0.2), 0.2, 1 * ms)
    for name, watched in WATCHED.items():
        net.record(name, watched)
    return net


def bits(recordings):
    """Every sample and spike of several recordings, one after the other."""
    found = []
    for name in ("cells", "plain"):
        for what in WATCHED[name]:
            parts = [np.asarray(getattr(r[name][what], "internal", r[name][what]))
                     for r in recordings]  # fmt: skip
            found.append(np.concatenate([part[k > 0 :] for k, part in enumerate(parts)]))
        found.append(np.concatenate([r[name].spikes.t.internal for r in recordings]))
        found.append(np.concatenate([r[name].spikes.i for r in recordings]))
    return found


def assert_same(one, other):
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a, b)


@pytest.fixture(scope="module")
def whole():
    return bits([busy().run(60 * ms)])


def test_it_does_something(whole):
    assert any(len(part) > 200 for part in whole)
    assert all(np.isfinite(part).all() for part in whole)
    assert busy().run(60 * ms)["cells"]["g_NicotinicAChKinetics"].value_in("nS").max() > 5


@pytest.mark.parametrize("threads", [2, 5])
def test_the_same_bits_for_any_number_of_threads(whole, threads):
    assert_same(bits([busy(threads).run(60 * ms)]), whole)


def test_the_same_bits_in_pieces_and_from_a_checkpoint(whole, tmp_path):
    net, found = busy(2), []
    for piece in (0.1, 13.6, 0.4, 10):
        found.append(net.run(piece * ms))
        path = net.save(tmp_path / f"at {piece}")
        net = rb.Network.restore(path, threads=3)
    found.append(net.run(35.9 * ms))
    assert_same(bits(found), whole)


def test_the_same_bits_from_a_description(whole):
    described = json.loads(json.dumps(busy().to_dict(), allow_nan=False))
    again = rb.Network.from_dict(described)
    assert again.to_dict() == described
    assert_same(bits([again.run(60 * ms)]), whole)


@pytest.mark.parametrize("name", ["AMPAKinetics", "GABABKinetics"])
def test_the_same_as_plain_python(name):
    found, weight = [], 20.0 if name == "GABABKinetics" else 1 * nS
    for target in ("llvm", "python"):
        net = rb.Network(dt=0.1 * ms)
        source = net.add(rb.SpikeTimes([0, 0.1, 1, 1.1] * ms, [0, 1, 1, 1]), 2, "source")
        cells = net.add(rb.LIF(), 2, "cells")
        delays = [[0.1, 0.3], [0.2, 0.1]] * ms
        net.connect(source, cells, rb.Kinetic(name, name="r"), rb.all_to_all(), weight, delays)
        net.record(cells, ["g_r", "on_r"])
        rec = net.run(2 * ms, target=target)["cells"]
        found.append([np.asarray(getattr(rec[w], "internal", rec[w])) for w in ("g_r", "on_r")])
    assert found[0][1].max() > 0.5 and found[0][0].max() > 0
    for one, other in zip(*found, strict=True):
        assert one == pytest.approx(other, rel=1e-12, abs=1e-15)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    net = rb.Network(dt=0.1 * ms)
    source = net.add(rb.Poisson(100 * Hz), 5, "source")
    target = net.add(rb.LIF(), 3, "target", method="exponential_euler")
    net.connect(source, target, rb.AMPAKinetics(), rb.all_to_all(), 1 * nS, 1 * ms)
    net.record(target, ["r_AMPAKinetics", "on_AMPAKinetics"])
    net.run(20 * ms)
    return net.save(tmp_path_factory.mktemp("saved") / "checkpoint").read_bytes()


def changed(name, change):
    """A change of one array that the receptors of sources have left."""

    def forge(content, found):
        key = f"synapses/0/learned/source.{name}"
        new = np.asarray(change(np.load(io.BytesIO(found[f"{key}.npy"])).copy()))
        stream = io.BytesIO()
        np.lib.format.write_array(stream, new, version=(1, 0))
        found[f"{key}.npy"] = stream.getvalue()
        content["arrays"][key] = [new.dtype.str, list(new.shape)]

    return forge


def missing(content, found):
    content["run"]["synapses"][0]["learned"].remove("source.known")


FORGERIES = {
    f"{name} {how}": changed(name, change)
    for name in ("x_0", "known", "latest", "there")
    for how, change in {
        "shorter": lambda a: a[:-1],
        "longer": lambda a: np.append(a, a),
        "of two dimensions": lambda a: a[None],
        "of another type": lambda a: a.astype(np.int32),
    }.items()
}
FORGERIES |= {
    f"{name} {how}": changed(name, lambda a, value=value: np.full_like(a, value))
    for name in ("known", "latest")
    for how, value in {"to come": 201, "before the beginning": -1, "no time": -(2**63)}.items()
}
FORGERIES |= {"there twice": changed("there", lambda a: a + 2), "missing": missing}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_checkpoint_that_cannot_be_is_refused(forgery, saved, tmp_path):
    path = rewritten(saved, tmp_path / "checkpoint", FORGERIES[forgery])
    with pytest.raises((ExperimentError, ParameterError), match=r"does not fit|cannot be read"):
        rb.Network.restore(path).run(1 * ms)


def test_pulses_go_on_while_others_are_pruned_and_spikes_sent():
    def made():
        net = rb.Network(dt=0.1 * ms, threads=2)
        spikes = net.add(rb.SpikeTimes([1, 1.5, 9] * ms, [0, 1, 0]), 2, "spikes")
        cells = net.add(rb.LIF(), 3, "cells")
        net.connect(spikes, cells, rb.GABAAKinetics(), rb.all_to_all(), 1 * nS, 1 * ms)
        net.connect(spikes, cells, rb.AMPA(), rb.all_to_all(), 1 * nS, 3 * ms, name="c")
        net.record(cells, ["g_GABAAKinetics", "on_GABAAKinetics"])
        return net

    one, other = made(), made()
    other.run(2.3 * ms)
    one.run(2.3 * ms)
    other.prune("c", np.ones(6, bool))
    for net in (one, other):
        net.send("spikes", [2.4, 5] * ms, [0, 1])
    here, there = (net.run(20 * ms)["cells"] for net in (one, other))
    for name in ("g_GABAAKinetics", "on_GABAAKinetics"):
        assert np.array_equal(here[name].internal, there[name].internal)
    assert here["on_GABAAKinetics"].value_in("nS")[0].tolist() == [1, 1, 1]
    assert abs(here["on_GABAAKinetics"].value_in("nS")[-1]).max() < 1e-15


def test_a_source_may_be_silent_for_ever(saved, tmp_path):
    """After 2**62 steps without a spike its receptors are as at first."""

    def later(content, found):
        content["run"] |= {"clock": 2**62, "past": []}
        keys = [key for key in content["arrays"] if "/state_" in key or "/ring_" in key]
        for key in [*keys, "synapses/0/learned/source.there"]:
            data = found[f"{key}.npy"]
            found[f"{key}.npy"] = data[:128] + bytes(len(data) - 128)

    net = rb.Network.restore(rewritten(saved, tmp_path / "checkpoint", later))
    rec = net.run(40 * ms)["target"]
    r = rec["r_AMPAKinetics"].value_in("nS")[:, 0]
    first = int(np.argmax(rec["on_AMPAKinetics"].value_in("nS")[:, 0] > 0))
    assert 0 < first < 399
    # The first step of the first pulses, of as many sources as there are.
    count = rec["on_AMPAKinetics"].value_in("nS")[first, 0]
    limit, rate = 1.1 / 1.29, 1.29
    assert r[first + 1] == pytest.approx(count * limit * -np.expm1(-0.1 * rate), rel=1e-9)
