"""What goes wrong in a run is said, once and with the mend, and what came before is kept."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine import run as engine_run
from rheobase.engine.progress import Progress, interruptible
from rheobase.errors import MemoryDemandError, NumericalError, ParameterError
from rheobase.units import ms, mV, second

TARGETS = ("llvm", "python", "numpy")
# Without a spike condition the quadratic neuron runs away in finite time: v = tan(t).
BLOW_UP = rb.Model("dv/dt = v**2 + 1")


@pytest.mark.parametrize("n", [1, 9])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("method", ["euler", "rk4", "adaptive", "exponential_euler"])
def test_an_overflow_names_its_place_and_keeps_what_came_before(method, target, n):
    first = np.zeros(n)
    first[-1] = 0.5  # this one goes first
    with pytest.raises(NumericalError) as error:
        rb.simulate(
            BLOW_UP.named("Tangent"), 5 * ms, dt=0.05 * ms, method=method, target=target, n=n,
            initial=dict(v=first),
        )  # fmt: skip
    text = str(error.value)
    assert re.search(rf"population 'Tangent', neuron {n - 1}, between [\d.]+ and [\d.]+ ms", text)
    assert "v = " in text
    assert "Mend: " in text
    begin, end = map(float, re.search(r"between ([\d.]+) and ([\d.]+) ms", text).groups())
    assert end == pytest.approx(begin + 0.05)
    rec = error.value.recording
    v, t = np.asarray(rec["v"])[:, -1], rec.t.internal
    assert t[-1] == pytest.approx(begin)
    assert np.all(np.isfinite(v))
    smooth = t < 0.8
    bound = {"euler": 0.3, "exponential_euler": 0.3}.get(method, 1e-4)
    assert v[smooth] == pytest.approx(np.tan(t[smooth] + np.arctan(0.5)), rel=bound)
    assert begin >= np.pi / 2 - np.arctan(0.5) - 0.06


@pytest.mark.parametrize("n", [1, 9])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("method", ["euler", "rk4", "adaptive"])
def test_a_nan_of_one_neuron_is_found(method, target, n):
    model = rb.Model(
        "dv/dt = 0*v + sqrt(a - t)",
        parameters=dict(a=np.where(np.arange(9) == n - 1, 0.42, 99.0)[:n]),
    )
    with pytest.raises(NumericalError) as error:
        rb.simulate(model, 2 * ms, dt=0.1 * ms, method=method, target=target, n=n)
    assert f"neuron {n - 1}, between 0." in str(error.value)
    assert np.all(np.isfinite(np.asarray(error.value.recording["v"])))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "options", [dict(method="euler"), dict(method="adaptive"), dict(method="exact")]
)
def test_a_nan_that_a_reset_makes_is_found_at_once(options, target):
    model = rb.Model(
        "dv/dt = 1\ndw/dt = 0*w", spike="v > 0.95", reset="v = 0; w = sqrt(w - 1)",
    )  # fmt: skip
    with pytest.raises(NumericalError, match=r"w is no longer finite.*\n.*between 0\.[59] and 1"):
        rb.simulate(model, 1 * ms, dt=0.5 * ms, target=target, record=None, **options)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [dict(method="euler"), dict(method="adaptive")])
def test_a_refractory_period_that_is_not_a_number_is_found(options, target):
    model = rb.Model("dv/dt = 1", spike="v > 0.95", reset="v = 0", refractory="sqrt(v - 1)")
    with pytest.raises(NumericalError, match="refractory period is no longer finite"):
        rb.simulate(model, 2 * ms, dt=0.5 * ms, target=target, **options)


def test_an_overflow_past_the_peak_of_a_spike_is_a_spike():
    # exp((v - V_T)/Delta_T) overflows in the step in which v passes the peak; the reset mends it.
    rec = rb.simulate(rb.AdEx(), 100 * ms, dt=0.1 * ms, method="euler")
    assert rec.spikes.total > 3
    assert np.all(np.isfinite(rec["v"].value_in(mV)))


def test_a_step_that_never_ends_ends_in_an_error():
    # Explicit steps of 1e-9 ms, for ever: a run must not hang.
    model = rb.Model("dv/dt = -1e9*(v - sin(t))", initial=dict(v=1.0))
    with pytest.raises(NumericalError, match="too stiff for 'adaptive'"):
        rb.simulate(model, 5 * ms, dt=0.5 * ms, method="adaptive")
    with pytest.raises(NumericalError, match="too stiff for 'adaptive'"):
        rb.simulate(model, 5 * ms, dt=0.5 * ms, method="adaptive", n=20)


def test_the_first_fault_of_several_blocks_is_told():
    # Neurons run block by block: a later block may fail at an earlier step.
    when = np.full(300, 50.0)
    when[[3, 140, 280]] = (8.9, 3.9, 5.9)
    model = rb.Model("dv/dt = sqrt(a - t)", parameters=dict(a=when))
    with pytest.raises(NumericalError, match=r"neuron 140, between 4 and 4\.5 ms") as error:
        rb.simulate(model, 20 * ms, dt=0.5 * ms, method="euler")
    rec = error.value.recording
    assert rec.t.internal[-1] == 4.0
    assert np.all(np.isfinite(np.asarray(rec["v"])))


def test_spikes_after_the_fault_are_not_kept():
    # The first block runs on to the end before the second one fails.
    when = np.full(200, 50.0)
    when[150] = 4.2
    model = rb.Model(
        "dv/dt = 1\ndw/dt = sqrt(a - t)", spike="v > 0.9", reset="v = 0", parameters=dict(a=when)
    )
    with pytest.raises(NumericalError) as error:
        rb.simulate(model, 20 * ms, dt=0.5 * ms, method="euler", record=None)
    spikes = error.value.recording.spikes
    assert spikes.t.internal.max() <= 5.0
    assert spikes.count()[0] == spikes.count()[100] > 2


def test_initial_values_that_are_not_finite_are_refused_at_the_door():
    for bad in (np.nan, np.inf, -np.inf):
        with pytest.raises(ParameterError, match="first value of v is not one finite value"):
            rb.simulate(BLOW_UP, 1 * ms, initial=dict(v=bad))


@pytest.mark.parametrize(
    "demand",
    [
        dict(duration=1e9 * second),
        dict(n=2**31 - 1, record=None),
        dict(n=10**7, duration=1000 * ms),
        dict(n=10**7, duration=1000 * ms, record_every=10),
    ],
)
def test_an_impossible_demand_is_refused_before_anything_is_allocated(demand, monkeypatch):
    def never(*_):
        raise AssertionError("something was allocated")

    monkeypatch.setattr("rheobase.engine.simulate.Population", never)
    monkeypatch.setattr("rheobase.engine.values.initial_values", never)
    with pytest.raises(
        MemoryDemandError, match=r"would take [\d.]+ GiB, and this machine has [\d.]+ GiB"
    ):
        rb.simulate(rb.LIF(), **(dict(duration=1 * ms) | demand))


def test_a_demand_is_no_larger_than_what_is_recorded():
    rec = rb.simulate(rb.LIF(), 1e4 * ms, n=100, subset=[5], record_every=1000)
    assert rec["v"].shape == (101, 1)
    with pytest.raises(MemoryError):
        engine_run.refuse_impossible(1, 1, 10**13, 1)


SCRIPT = """
import os, signal, sys, threading, time
import numpy as np
import rheobase as rb
from rheobase.units import ms, pA
from rheobase.engine import run as engine_run

def press():
    while not started.wait(0.001):
        pass
    time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGINT)

started = threading.Event()
original = engine_run.next_call
def next_call(*arguments):
    started.set()
    return original(*arguments)
engine_run.next_call = next_call

threading.Thread(target=press, daemon=True).start()
model = rb.AdEx.preset("irregular")
rec = rb.simulate(
    model, 1e8 * ms, n=3, dt=0.1 * ms, target={target!r}, record_every=1000, seed=3,
    I=rb.noise(50 * pA, 5 * ms, mean=200 * pA),
)
after = rb.simulate(model, 1 * ms).spikes.n  # the handler is back, and the next run runs
np.savez(sys.argv[1], v=rec["v"].magnitude, t=rec.t.magnitude, s=rec.spikes.t.magnitude,
         i=rec.spikes.i, interrupted=rec.provenance["interrupted"], after=after,
         handler=signal.getsignal(signal.SIGINT) is signal.default_int_handler,
         duration=rec.provenance["duration_ms"])
"""


@pytest.mark.parametrize("target", [None, "numpy"])
def test_ctrl_c_keeps_what_was_recorded(tmp_path, target):
    script = tmp_path / "long.py"
    script.write_text(textwrap.dedent(SCRIPT.replace("{target!r}", repr(target))))
    file = tmp_path / "kept.npz"
    done = subprocess.run(
        [sys.executable, str(script), str(file)], capture_output=True, text=True, timeout=120,
        env=os.environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Interrupted at" in done.stderr
    kept = np.load(file)
    assert kept["interrupted"] and kept["handler"] and kept["after"] == 1
    duration = float(kept["duration"])
    assert 0 < duration < 1e8
    from rheobase.units import pA

    whole = rb.simulate(
        rb.AdEx.preset("irregular"), (duration + 1) * ms, n=3, dt=0.1 * ms, seed=3,
        record_every=1000,
        I=rb.noise(50 * pA, 5 * ms, mean=200 * pA), target=target,
    )  # fmt: skip
    rows = len(kept["t"])
    assert rows >= 1
    assert np.array_equal(kept["v"], whole["v"].value_in(mV)[:rows])
    times = whole.spikes.t.internal
    before = times <= duration
    assert np.array_equal(kept["s"], times[before])
    assert np.array_equal(kept["i"], whole.spikes.i[before])


def test_a_second_ctrl_c_is_raised():
    with pytest.raises(KeyboardInterrupt), interruptible() as state:
        os.kill(os.getpid(), signal.SIGINT)
        assert state.pressed
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_the_process_ignores_stays_ignored(number):
    before = signal.signal(number, signal.SIG_IGN)
    try:
        with interruptible() as state:
            os.kill(os.getpid(), number)
            assert not state.pressed
        assert signal.getsignal(number) is signal.SIG_IGN
    finally:
        signal.signal(number, before)


def test_a_run_in_another_thread_leaves_the_signals_alone():
    import threading

    found = []
    thread = threading.Thread(
        target=lambda: found.append(rb.simulate(rb.LIF(), 10 * ms, record=None).spikes.n)
    )
    thread.start()
    thread.join()
    assert found == [1]


def test_short_runs_say_nothing(capfd):
    rb.simulate(rb.LIF(), 100 * ms, progress=True)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err == ""


def test_long_runs_say_how_far_they_are(capfd, monkeypatch):
    monkeypatch.setattr("rheobase.engine.progress._QUIET_SECONDS", 0.0)
    monkeypatch.setattr("rheobase.engine.progress._EVERY_SECONDS", 0.0)
    rb.simulate(rb.LIF(), 1000 * ms, progress=True)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert re.search(r"\r *\d+\.\d %  about \d+ s left", captured.err)
    assert captured.err.endswith("\r")
    rb.simulate(rb.LIF(), 1000 * ms)  # nobody asked
    assert capfd.readouterr().err == ""


def test_progress_is_shown_after_two_seconds_and_twice_a_second(monkeypatch, capfd):
    now = [0.0]
    monkeypatch.setattr("rheobase.engine.progress.time.perf_counter", lambda: now[0])
    line = Progress(100, True)
    shown = []
    for k in range(1, 41):
        now[0] = k * 0.1
        line.report(k)
        if capfd.readouterr().err:
            shown.append(now[0])
    assert shown == pytest.approx([2.0, 2.5, 3.0, 3.5, 4.0])


@pytest.fixture
def without_llvmlite(monkeypatch):
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    monkeypatch.setattr(engine_run, "_told", False)


def test_without_llvmlite_numpy_serves_and_says_so_once(without_llvmlite, capfd, monkeypatch):
    found = [rb.simulate(rb.LIF(), 60 * ms) for _ in range(3)]
    err = capfd.readouterr().err
    assert err.count("llvmlite is not installed") == 1
    assert all(rec.provenance["target"] == "numpy" for rec in found)
    monkeypatch.undo()
    native = rb.simulate(rb.LIF(), 60 * ms)
    assert native.provenance["target"] == "llvm"
    assert np.array_equal(found[0].spikes.i, native.spikes.i)
    assert found[0].spikes.t.internal == pytest.approx(native.spikes.t.internal, abs=1e-9)
    assert found[0]["v"].value_in(mV) == pytest.approx(native["v"].value_in(mV), abs=1e-9)


def test_without_llvmlite_a_demand_for_it_is_refused(without_llvmlite):
    with pytest.raises(ImportError, match="target llvm needs the package llvmlite"):
        rb.simulate(rb.LIF(), 1 * ms, target="llvm")


def test_the_provenance_is_json_and_complete():
    rec = rb.simulate(rb.LIF(), 10 * ms, I=rb.noise("10 pA", 5 * ms), n=2, seed=9)
    provenance = json.loads(json.dumps(rec.provenance))
    assert provenance["method"] == "exact"
    assert provenance["dt_ms"] == 0.1
    assert provenance["seed"] == 9
    assert provenance["neurons"] == 2
    assert provenance["target"] == "llvm"
    assert provenance["duration_ms"] == pytest.approx(10.0)
    assert provenance["spike"] == "v > V_T"
    assert provenance["reset"] == ["v = V_R"]
    assert provenance["equations"] == ["C * dv/dt = -g_L * (v - V_L) + I"]
