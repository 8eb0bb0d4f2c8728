"""What goes wrong in the run of a network is said once, with its place, and nothing is lost."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import NumericalError, ParameterError
from rheobase.units import Hz, ms

DT = 0.1
GOOD = rb.Model("dv/dt = 1 + I", spike="v > 0.95", reset="v = 0", inputs=["I"])
# Neuron k breaks in the step in which t passes a: between 4.2 and 4.3 ms where a is 4.23.
BAD = rb.Model(
    "dv/dt = 1\ndw/dt = sqrt(a - t)", spike="v > 0.95", reset="v = 0", parameters=dict(a=50.0)
)


def breaking(threads=1, delay=2.5, when=(4.23, 4.23, 4.5), method="euler"):
    net = rb.Network(threads=threads, dt=DT * ms)
    net.add(GOOD, 40, name="good", method="euler")
    times = np.full(40, 50.0)
    times[[35, 3, 20]] = when
    net.add(BAD, 40, name="bad", method=method, parameters=dict(a=times))
    net.connect("good", "bad", rb.Delta("v"), rb.one_to_one(), 0.0, delay * ms)
    net.record("bad", ["v", "w"])
    net.record("good", "v", every=3)
    net.record("good", "rate")
    return net


def broken(net, **how):
    with pytest.raises(NumericalError) as error:
        net.run(20 * ms, **how)
    return error.value


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("delay", [0.1, 2.5, 60.0])
def test_the_place_and_time_of_a_nan_are_told(threads, delay):
    text = str(broken(breaking(threads, delay)))
    assert "w is no longer finite" in text
    assert "population 'bad', neuron 3, between 4.3 and 4.4 ms" in text
    assert "w = nan" in text
    assert "Mend: " in text
    assert text == str(broken(breaking()))


def test_the_first_fault_is_told_whoever_finds_it():
    # Of two populations and several threads; the later fault is in the first block.
    found = {str(broken(breaking(threads, when=(4.5, 9.0, 4.23)))) for threads in (1, 2, 3)}
    (text,) = found
    assert "neuron 20, between 4.3 and 4.4 ms" in text


@pytest.mark.parametrize("threads", [1, 2])
def test_the_step_that_divides_itself_tells_too(threads):
    text = str(broken(breaking(threads, method="adaptive")))
    assert "population 'bad', neuron 3, between 4.2 and 4.3 ms" in text


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("delay", [0.1, 2.5, 60.0])
def test_what_came_before_a_nan_is_kept(threads, delay):
    rec = broken(breaking(threads, delay)).recording
    whole = rb.Network(dt=DT * ms)
    whole.add(GOOD, 40, name="good", method="euler")
    whole.record("good", "v")
    expected = whole.run(5 * ms)["good"]
    spikes = rec["good"].spikes
    before = expected.spikes.t.internal <= 4.4 + 1e-9
    assert np.array_equal(spikes.t.internal, expected.spikes.t.internal[before])
    assert np.array_equal(spikes.i, expected.spikes.i[before])
    assert rec.counts["good"].sum() == spikes.total
    assert rec["bad"].spikes.t.internal.max() <= 4.4 + 1e-9
    assert rec["bad"].spikes.total == spikes.total
    good = np.asarray(rec["good"]["v"])
    assert np.array_equal(good, np.asarray(expected["v"])[: 3 * len(good) : 3])
    assert rec["good"].t.internal[-1] == pytest.approx(4.2)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("delay", [0.1, 2.5])
def test_every_sample_before_a_nan_is_one_of_a_state(threads, delay):
    rec = broken(breaking(threads, delay)).recording
    v, w, t = np.asarray(rec["bad"]["v"]), np.asarray(rec["bad"]["w"]), rec["bad"].t.internal
    assert len(t) == len(v) == len(w)
    # The last sample is the state before the step that broke, as in `rb.simulate`.
    assert t[-1] == pytest.approx(4.3)
    assert np.all(np.isfinite(w))
    steps = np.arange(len(t))[:, np.newaxis]
    assert v[:9] == pytest.approx(np.broadcast_to(steps[:9] * DT, v[:9].shape))
    assert np.all((v >= 0) & (v <= 1.0))


def test_a_network_that_broke_does_not_go_on():
    net = breaking()
    broken(net)
    with pytest.raises(ParameterError, match="broke in its last run"):
        net.run(1 * ms)


@pytest.mark.parametrize("delay", [0.1, 2.5])
def test_a_stream_ends_where_the_network_broke(tmp_path, delay):
    rec = broken(breaking(delay=delay), stream=tmp_path / "s").recording
    expected = broken(breaking(delay=delay)).recording
    kept = rb.load(tmp_path / "s")
    assert rec.provenance["stream"] == str(tmp_path / "s")
    assert kept.duration.internal == pytest.approx(4.4)
    for name in ("good", "bad"):
        assert np.array_equal(kept[name].spikes.t.internal, expected[name].spikes.t.internal)
        assert np.array_equal(kept[name].spikes.i, expected[name].spikes.i)


# ------------------------------------------------------------------------------------- streaming


def firing(n=20):
    net = rb.Network(dt=DT * ms, seed=1)
    net.add(GOOD, n, name="a", method="euler", initial=dict(v=rb.uniform(0.0, 0.9)))
    net.add(rb.Poisson(100 * Hz), 9, name="p")
    net.record("p")
    return net


def same(one, other, names=("a", "p")):
    return all(
        np.array_equal(one[name].spikes.t.internal, other[name].spikes.t.internal)
        and np.array_equal(one[name].spikes.i, other[name].spikes.i)
        for name in names
    )


def test_a_later_run_goes_on_with_the_stream(tmp_path):
    net = firing()
    net.run(20 * ms, stream=tmp_path / "s")
    net.run(30 * ms, stream=tmp_path / "s")
    assert same(rb.load(tmp_path / "s"), firing().run(50 * ms))


def test_the_stream_of_another_time_is_left_alone(tmp_path):
    firing().run(20 * ms, stream=tmp_path / "s")
    before = rb.load(tmp_path / "s")
    with pytest.raises(ParameterError, match="ends at 20 ms, and this run begins at 0 ms"):
        firing().run(20 * ms, stream=tmp_path / "s")
    assert same(rb.load(tmp_path / "s"), before)


def test_the_stream_of_another_network_is_left_alone(tmp_path):
    firing().run(20 * ms, stream=tmp_path / "s")
    before = rb.load(tmp_path / "s")
    other = rb.Network(dt=DT * ms)
    other.add(GOOD, 3, name="b", method="euler")
    other.run(20 * ms)
    with pytest.raises(rb.RheobaseError, match="stream"):
        other.run(20 * ms, stream=tmp_path / "s")
    assert same(rb.load(tmp_path / "s"), before)


def test_few_spikes_stay_in_memory(tmp_path):
    net = firing()
    few = net.run(10 * ms, stream=tmp_path / "s", limit=10_000)
    assert not (tmp_path / "s").exists()
    assert few["a"].spikes.total > 100
    many = net.run(20 * ms, stream=tmp_path / "s", limit=30)
    whole = firing().run(30 * ms)["a"].spikes
    later = whole.t.internal > 10 + 1e-9
    for kept in (rb.load(tmp_path / "s")["a"].spikes, many["a"].spikes):
        assert kept.total == later.sum()
        assert np.array_equal(kept.t.internal, whole.t.internal[later])
        assert np.array_equal(kept.i, whole.i[later])


def test_a_limit_that_a_later_run_passes_again_loses_nothing(tmp_path):
    net = firing()
    recs = [net.run(T * ms, stream=tmp_path / "s", limit=100) for T in (20.0, 0.5, 20.0)]
    kept, whole = rb.load(tmp_path / "s"), firing().run(40.5 * ms)
    for name in "ap":
        totals = [rec[name].spikes.total for rec in recs]
        assert sum(totals) == whole[name].spikes.total
        # A run with few spikes goes to a stream only where there is one already.
        assert kept[name].spikes.total in (sum(totals), totals[0] + totals[2])


@pytest.mark.parametrize("threads", [1, 2])
def test_rates_are_counted_though_spikes_are_streamed(tmp_path, threads):
    net = firing()
    net.threads = threads
    net.record("a", "rate")
    net.record("p", "rate")
    rec = net.run(20 * ms, stream=tmp_path / "s")
    whole = firing()
    whole.record("a", "rate")
    whole.record("p", "rate")
    expected = whole.run(20 * ms)
    for name in "ap":
        assert expected.counts[name].sum() > 10
        assert np.array_equal(rec.counts[name], expected.counts[name])


def test_a_stream_holds_the_spikes_that_are_asked_for(tmp_path):
    net = firing()
    net.record("a", "spikes", subset=[3, 7])
    net.run(20 * ms, stream=tmp_path / "s")
    assert set(rb.load(tmp_path / "s")["a"].spikes.i) == {3, 7}


# ----------------------------------------------------------------------------------- from outside

SCRIPT = """
import os, signal, sys, threading, time
import numpy as np
import rheobase as rb
from rheobase.units import Hz, ms
from rheobase.engine.circuit.simulation import Simulation

started = threading.Event()
original = Simulation._call
def call(*arguments):
    started.set()
    return original(*arguments)
Simulation._call = call

def press():
    started.wait()
    time.sleep(0.2)
    os.kill(os.getpid(), signal.{signal})

net = rb.Network(dt=0.1 * ms, seed=1, threads={threads})
net.add(rb.Model("dv/dt = 0.02", spike="v > 0.95", reset="v = 0"), 30, name="a", method="euler",
        initial=dict(v=rb.uniform(0.0, 0.9)))
net.add(rb.Poisson(5 * Hz), 9, name="p")
net.record("p")
net.record("a", "v", every=10_000)
if {press}:
    threading.Thread(target=press, daemon=True).start()
rec = net.run(1e7 * ms, stream={stream})
np.savez(sys.argv[1], duration=rec.duration.internal, t=rec["a"].spikes.t.internal,
         i=rec["a"].spikes.i, p=rec["p"].spikes.t.internal, v=np.asarray(rec["a"]["v"]),
         by=str(rec.provenance["stopped_by"]),
         handler=signal.getsignal(signal.SIGINT) is signal.default_int_handler
         and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
net.run(1 * ms)
"""


def expected(duration):
    net = rb.Network(dt=DT * ms, seed=1)
    model = rb.Model("dv/dt = 0.02", spike="v > 0.95", reset="v = 0")
    first = dict(v=rb.uniform(0.0, 0.9))
    net.add(model, 30, name="a", method="euler", initial=first)
    net.add(rb.Poisson(5 * Hz), 9, name="p")
    net.record("p")
    return net.run(duration * ms)


def begun(tmp_path, **options):
    script, file = tmp_path / "long.py", tmp_path / "kept.npz"
    script.write_text(textwrap.dedent(SCRIPT.format(**options)))
    command = [sys.executable, str(script), str(file)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    return process, file


@pytest.mark.parametrize(("name", "threads"), [("SIGINT", 1), ("SIGINT", 2), ("SIGTERM", 1)])
def test_a_signal_ends_a_run_and_keeps_what_was_recorded(tmp_path, name, threads):
    process, file = begun(tmp_path, signal=name, threads=threads, stream=None, press=True)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "Interrupted at" in err
    kept = np.load(file)
    duration = float(kept["duration"])
    assert 0 < duration < 1e7
    assert str(kept["by"]) == name
    assert kept["handler"]
    whole = expected(min(duration, 3000.0))
    spikes = whole["a"].spikes
    count = spikes.total
    assert count > 0
    assert np.array_equal(kept["t"][:count], spikes.t.internal)
    assert np.array_equal(kept["i"][:count], spikes.i)
    poisson = whole["p"].spikes.t.internal
    assert np.array_equal(kept["p"][: len(poisson)], poisson)
    assert kept["t"][-1] == pytest.approx(duration, abs=60)
    assert kept["v"].shape == (int(duration / 1000 + 1e-9) + 1, 30)
    assert np.all(np.isfinite(kept["v"]) & (kept["v"] >= 0) & (kept["v"] < 1))


def test_after_kill_9_a_stream_is_whole_up_to_its_last_flush(tmp_path):
    folder = tmp_path / "spikes"
    process, _ = begun(
        tmp_path, signal="SIGINT", threads=1, stream=repr(str(folder)), press=False
    )  # fmt: skip
    with process:
        log, end = folder / "flushes.log", time.monotonic() + 60
        while (not log.exists() or log.stat().st_size < 40) and time.monotonic() < end:
            assert process.poll() is None
            time.sleep(0.02)
        time.sleep(0.1)  # into what follows the flush
        process.kill()
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    kept = rb.load(folder)
    duration = kept.duration.internal
    assert duration > 0
    assert kept["a"].spikes.t.internal.max() == pytest.approx(duration, abs=60)
    whole = expected(min(duration, 3000.0))
    for name in "ap":
        count = whole[name].spikes.total
        assert count > 0
        assert np.array_equal(kept[name].spikes.t.internal[:count], whole[name].spikes.t.internal)
        assert np.array_equal(kept[name].spikes.i[:count], whole[name].spikes.i)
