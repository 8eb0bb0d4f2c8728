"""A run that cannot go on, for its input ends or is refused, keeps what it had recorded."""

import threading

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine.circuit import simulation
from rheobase.errors import ParameterError
from rheobase.units import kHz, ms


@pytest.fixture(params=[64, 1024], autouse=True)
def short_calls(monkeypatch, request):
    """A run of several calls, of so many steps each, or of one."""
    monkeypatch.setattr(simulation, "_FIRST_STEPS", request.param)
    monkeypatch.setattr(simulation, "_MOST_STEPS_A_CALL", request.param)


def network(stimulus=None, rate=None):
    net = rb.Network(seed=1, dt=0.1 * ms)
    model = rb.Model("dv/dt = (1.2 - v + I)/5", spike="v > 1", reset="v = 0", inputs=["I"])
    cells = net.add(model, 3, name="cells", **({} if stimulus is None else {"I": stimulus}))
    if rate is not None:
        drive = net.add(rb.Poisson(rate), 3, name="drive")
        net.connect(drive, cells, rb.Delta("v"), rb.one_to_one(), 1e-3, 0.1 * ms)
    net.record(cells, "v")
    return net


def cut_short(net, match):
    """What a run recorded before it was refused."""
    with pytest.raises(ParameterError, match=match) as caught:
        net.run(100 * ms)
    return caught.value.recording


@pytest.mark.parametrize(
    ("ends", "match", "stop"),
    [
        (dict(stimulus=rb.sampled(np.zeros(301), dt=0.1 * ms)), "samples last until", 30.1),
        # 500 events a step are 5,000 a millisecond, a twentieth of the way up.
        (dict(rate=rb.ramp(0 * kHz, 1e5 * kHz, start=20 * ms, stop=40 * ms)), "Poisson", 21.0),
    ],
)
def test_what_was_recorded_is_kept(ends, match, stop):
    net = network(**ends)
    recording = cut_short(net, match)
    # It ends where its inputs do, whatever the calls are.
    assert recording.duration.value_in(ms) == pytest.approx(stop, abs=0.06)
    stop = float(recording.duration.value_in(ms))
    whole = network(**ends).run(stop * ms)
    assert np.array_equal(recording["cells"].spikes.i, whole["cells"].spikes.i)
    assert np.array_equal(np.asarray(recording["cells"]["v"]), np.asarray(whole["cells"]["v"]))
    # It can be asked again, and goes on from where it stands.
    with pytest.raises(ParameterError, match=match):
        net.run(100 * ms)


def test_where_nothing_was_done_nothing_is_said_to_be_kept():
    net = network(stimulus=rb.sampled(np.zeros(31), dt=0.1 * ms))
    net.run(3.1 * ms)
    with pytest.raises(ParameterError, match="samples last until") as caught:
        net.run(100 * ms)
    assert caught.value.recording is None
    assert "at 3.1 ms" in str(caught.value)


def driven(threads, rate=1 * kHz):
    """A spike at tick 0 that moves all neurons, and a Poisson process."""
    net = rb.Network(seed=2, dt=0.1 * ms, threads=threads)
    cells = net.add(rb.Model("dv/dt = -v/10", spike="v > 99", reset="v = 0"), 40, "cells")
    first = net.add(rb.SpikeTimes([0.0] * ms), 1, "first")
    drive = net.add(rb.Poisson(rate), 40, "drive")
    net.connect(first, cells, rb.Delta("v"), rb.all_to_all(), 1.0, 0.3 * ms)
    net.connect(drive, cells, rb.Delta("v"), rb.one_to_one(), 0.1, 0.3 * ms)
    net.record(cells, "v")
    net.record(first, "spikes")
    return net


def test_what_is_refused_at_its_first_step_has_not_begun():
    net = driven(1, rb.ramp(1e5 * kHz, 1e6 * kHz, start=0 * ms, stop=40 * ms))
    for _ in range(2):
        with pytest.raises(ParameterError, match="at 0 ms") as caught:
            net.run(10 * ms)
        assert caught.value.recording is None
    cells = net._simulation.parts[0]
    assert not any(np.any(cells.arrays[name]) for name in cells.arrays if name.startswith("ring"))


@pytest.mark.parametrize("is_saved", [False, True])
def test_where_threads_cannot_start_nobody_waits_for_them(monkeypatch, tmp_path, is_saved):
    expected = driven(4).run(10 * ms)
    net, start, begun = driven(4), threading.Thread.start, []

    def refused(self):
        begun.append(self)
        if len(begun) == 3:
            raise RuntimeError("can't start new thread")
        start(self)

    monkeypatch.setattr(threading.Thread, "start", refused)
    with pytest.raises(ParameterError, match="no room for 4 threads") as caught:
        net.run(10 * ms)
    monkeypatch.setattr(threading.Thread, "start", start)
    assert not any(one.is_alive() for one in begun)
    # Tick 0 has been sent, once, and is recorded.
    kept = caught.value.recording
    assert kept["first"].spikes.total == 1 and kept.duration.value_in(ms) == 0
    if is_saved:
        net = rb.Network.restore(net.save(tmp_path / "kept"))
    found = net.run(10 * ms)
    assert found["first"].spikes.total == 0
    assert np.array_equal(np.asarray(found["cells"]["v"]), np.asarray(expected["cells"]["v"]))
