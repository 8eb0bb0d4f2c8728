"""A neuron has the same bits alone and among others, however a run is cut, recorded or repeated."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine import run as engine_run
from rheobase.units import Hz, cm, ms, mV, nS, pA, uA

NOISY = rb.Model(
    "tau * dv/dt = -v + mu + sigma*sqrt(2*tau)*xi",
    spike="v > 1",
    reset="v = 0",
    parameters=dict(tau=10.0, mu=0.8, sigma=0.5),
)
TIMED = rb.Model(
    "r = 1 + sin(0.3*t)\ndv/dt = r*(2 - v)/9 - w + I\ndw/dt = 0.1*v*v - w",
    spike="v > 1.1",
    reset="v = 0; w += 0.2",
    refractory="t_ref*(1 + 0.1*w)",
    parameters=dict(t_ref=1.0),
    inputs=["I"],
)
# Under step control most of its steps are whole: many neurons take them together, a few one by one.
# From nothing, so that the last bit of where a stage lies in its step is seen.
SMOOTH = rb.Model("dx/dt = 50*sin(t) - 5*sin(0.1*x) + I", spike="x > 40", inputs=["I"])
HH_DRIVE = (
    rb.step(8 * uA / cm**2, 1.037 * ms)
    + rb.sine(3 * uA / cm**2, 90 * Hz)
    + rb.noise(2 * uA / cm**2, 3 * ms)
)
ADEX_DRIVE = rb.ramp(200 * pA, 900 * pA, 3.33 * ms, 20 * ms) + rb.noise(150 * pA, 5 * ms)
LIF_DRIVE = rb.pulses(900 * pA, (2.22 * ms, 7.77 * ms, 4), 3.01 * ms) + rb.noise(400 * pA, 2 * ms)

CASES = {
    "HH rk4": (rb.HodgkinHuxley(), HH_DRIVE, dict(dt=0.02 * ms)),
    "HH adaptive": (rb.HodgkinHuxley(), HH_DRIVE, dict(dt=0.1 * ms, method="adaptive")),
    "HH exponential Euler": (
        rb.HodgkinHuxley(), HH_DRIVE, dict(dt=0.05 * ms, method="exponential_euler"),
    ),
    "AdEx adaptive": (rb.AdEx.preset("initial_burst"), ADEX_DRIVE, {}),
    "AdEx heun": (rb.AdEx(), ADEX_DRIVE, dict(method="heun", dt=0.05 * ms)),
    "LIF exact": (rb.LIF(), LIF_DRIVE, {}),
    "LIF exact, on the grid": (rb.LIF(), LIF_DRIVE, dict(spike_times="grid")),
    "Izhikevich published": (rb.Izhikevich.preset("CH"), None, dict(method="published")),
    "noisy": (NOISY, None, dict(dt=0.1 * ms)),
    "smooth": (SMOOTH, rb.ramp(0.0, 37.0, 0 * ms, 29 * ms), dict(method="adaptive")),
    "timed": (TIMED, rb.sine(0.5, 70 * Hz) + 0.9, dict(dt=0.5 * ms)),
}  # fmt: skip
SIZES = (7, 8, 63, 64, 65, 127, 128, 129, 1000)


def simulate(case, duration=30 * ms, **changes):
    model, drive, options = CASES[case]
    stimuli = {} if drive is None else {"I": drive}
    names = [*model.states, *(["I"] if model.inputs else [])]
    return rb.simulate(
        model, duration, **stimuli, **(dict(record=names, seed=5) | options | changes)
    )


def traces(rec, neuron=None):
    columns = slice(None) if neuron is None else neuron
    return [np.asarray(rec[name])[:, columns] for name in rec.names]


def assert_same(one, other):
    assert len(one) == len(other) > 0
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_a_neuron_is_the_same_alone_and_among_others(case):
    whole = simulate(case, n=max(SIZES))
    assert whole.spikes.total > 0
    for n in (1, 2, *SIZES[:-1]):
        rec = simulate(case, n=n)
        for k in {0, n // 2, n - 1}:
            assert_same(traces(rec, k), traces(whole, k))
            assert np.array_equal(rec.spikes.times(k).internal, whole.spikes.times(k).internal)


@pytest.mark.parametrize("case", ["HH rk4", "AdEx adaptive", "LIF exact", "timed"])
def test_a_heterogeneous_population_is_its_neurons(case):
    model, _, _ = CASES[case]
    name = {"HH rk4": "g_Na", "AdEx adaptive": "Delta_T", "LIF exact": "g_L", "timed": "t_ref"}[
        case
    ]
    values = model.parameters[name] * np.linspace(0.9, 1.1, 70)
    unit = model.unit_of(name)
    shown = model.from_internal(values, name)
    changed = model.replace(**{name: shown})
    drive = (
        None
        if case == "timed"
        else {"HH rk4": 9 * uA / cm**2, "AdEx adaptive": 500 * pA}.get(case, 400 * pA)
    )
    CASES["changed"] = (changed, drive, CASES[case][2])
    whole = simulate("changed")
    for k in (0, 33, 69):
        alone = model.replace(**{name: shown[k] if unit is not None else float(values[k])})
        CASES["changed"] = (alone, drive, CASES[case][2])
        rec = simulate("changed")
        assert_same(traces(rec, 0), traces(whole, k))
        assert np.array_equal(rec.spikes.times(0).internal, whole.spikes.times(k).internal)
    del CASES["changed"]


@pytest.mark.parametrize("case", CASES)
def test_a_recorder_changes_nothing(case):
    whole = simulate(case, n=70)
    silent = simulate(case, n=70, record=None)
    assert np.array_equal(whole.spikes.t.internal, silent.spikes.t.internal)
    assert np.array_equal(whole.spikes.i, silent.spikes.i)
    part = simulate(case, n=70, subset=[69, 0, 8], record_every=7)
    for k, neuron in enumerate((69, 0, 8)):
        expected = [v[::7] for v in traces(whole, neuron)]
        assert_same(traces(part, k), expected)
    assert list(part.neurons[part.names[0]]) == [69, 0, 8]
    assert np.array_equal(part.spikes.t.internal, whole.spikes.t.internal)


@pytest.mark.parametrize("case", CASES)
def test_the_length_of_a_slice_changes_nothing(case, monkeypatch):
    whole = simulate(case, n=9)
    for most in (1, 3, 64):
        monkeypatch.setattr(engine_run, "_MOST_STEPS_A_CALL", most)
        rec = simulate(case, n=9)
        assert_same(traces(rec), traces(whole))
        assert np.array_equal(rec.spikes.t.internal, whole.spikes.t.internal)
        assert np.array_equal(rec.spikes.i, whole.spikes.i)


@pytest.mark.parametrize("case", CASES)
def test_a_run_repeated_is_the_same_run(case):
    assert_same(traces(simulate(case, n=20)), traces(simulate(case, n=20)))


@pytest.mark.parametrize("case", ["HH rk4", "AdEx adaptive", "LIF exact", "noisy"])
def test_another_seed_is_another_run(case):
    first = traces(simulate(case, n=3))
    for seed in (0, 6, 2**40, 2**63 - 1, np.int64(7)):
        other = traces(simulate(case, n=3, seed=seed))
        assert not np.array_equal(first[0], other[0])


def test_a_full_list_of_spikes_changes_nothing():
    # Every neuron fires at every step: the kernel's list is full every few steps.
    model = rb.Model("dv/dt = 1", spike="v > 0", reset="v = -0.5")
    rec = rb.simulate(model, 2000 * ms, n=3, dt=1 * ms, method="euler", record=None)
    assert list(rec.spikes.count()) == [2000] * 3
    assert np.array_equal(rec.spikes.times(2).internal, np.arange(1, 2001.0))
    fast = rb.Model("dv/dt = 4", spike="v > 0.9", reset="v = 0")
    rec = rb.simulate(fast, 600 * ms, n=9, dt=1 * ms, method="adaptive", record=None)
    assert list(rec.spikes.count()) == [2666] * 9
    assert rec.spikes.times(8).internal == pytest.approx(np.arange(1, 2667) * 0.225, abs=1e-9)


def test_the_three_targets_make_the_same_random_numbers():
    recs = [
        rb.simulate(NOISY, 1 * ms, n=5, dt=0.1 * ms, seed=11, target=target)
        for target in ("llvm", "python", "numpy")
    ]
    llvm, python, numpy = (np.asarray(rec["v"]) for rec in recs)
    assert np.array_equal(llvm, python)
    assert numpy == pytest.approx(llvm, abs=1e-13)


def test_units_of_time_do_not_change_the_noise():
    from rheobase.units import second

    text = "tau * dv/dt = -v + sqrt(2*tau)*xi"
    slow = rb.Model(text, parameters=dict(tau=0.01), time=second)
    fast = rb.Model(text, parameters=dict(tau=10.0), time=ms)
    a = rb.simulate(slow, 5 * ms, dt=0.1 * ms, n=4)
    b = rb.simulate(fast, 5 * ms, dt=0.1 * ms, n=4)
    assert np.asarray(a["v"]) == pytest.approx(np.asarray(b["v"]), abs=1e-12)


def test_conductance_or_not_the_bits_are_those_of_the_equations():
    model = rb.LIF(g_L=10 * nS, V_L=-70 * mV)
    assert_same(
        traces(rb.simulate(model, 20 * ms, I=300 * pA)),
        traces(rb.simulate(rb.LIF(), 20 * ms, I=300 * pA)),
    )
