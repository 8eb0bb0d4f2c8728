"""Conditions, resets and refractory periods of every kind, under every scheme that finds spikes."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import NumericalError, ParameterError
from rheobase.units import ms

INNER = dict(method="adaptive")
GRID = dict(method="rk4")


def times(model, duration=20, dt=0.5, **options):
    return rb.simulate(model, duration * ms, dt=dt * ms, **options).spikes.t.internal


def ramp_model(spike, reset="v = 0", **changes):
    return rb.Model("dv/dt = 1", spike=spike, reset=reset, **changes)


@pytest.mark.parametrize("n", [1, 9])
@pytest.mark.parametrize("target", ["llvm", "numpy"])
@pytest.mark.parametrize(
    ("spike", "reset", "initial", "slope", "first"),
    [
        ("v > 2.3", "v = 0", 0.0, 1.0, 2.3),
        ("2.3 < v", "v = 0", 0.0, 1.0, 2.3),
        ("v >= 2.3", "v = 0", 0.0, 1.0, 2.3),
        ("v < -2.3", "v = 0", 0.0, -1.0, 2.3),
        ("-2.3 >= v", "v = 0", 0.0, -1.0, 2.3),
        ("v > 2.3 and v < 90", "v = 0", 0.0, 1.0, 2.3),
        ("v > 2.3 or v < -9", "v = 0", 0.0, 1.0, 2.3),
        ("not v < 2.3", "v = 0", 0.0, 1.0, 2.3),
        ("v > 1 and not v < 2.3", "v = 0", 0.0, 1.0, 2.3),
        ("v*v > 5.29", "v = 0", 0.0, -1.0, 2.3),
        ("u > 2.3", "v = 0", 0.0, 1.0, 2.3),
        ("v > 2.3", "v -= 2.3", 0.0, 1.0, 2.3),
        ("v > 2.3", "v *= 0", 0.0, 1.0, 2.3),
        ("max(v, 0.5) > 2.3", "v = 0", 0.0, 1.0, 2.3),
    ],
)
def test_conditions_are_found_where_they_turn_true(spike, reset, initial, slope, first, target, n):
    model = rb.Model(
        "u = v\ndv/dt = k",
        spike=spike,
        reset=reset,
        parameters=dict(k=slope),
        initial=dict(v=initial),
    )
    found = rb.simulate(model, 20 * ms, dt=0.5 * ms, n=n, target=target, **INNER).spikes
    expected = first * np.arange(1, 9)
    assert found.times(n - 1).internal == pytest.approx(expected, abs=1e-9)
    grid = rb.simulate(model, 20 * ms, dt=0.5 * ms, n=n, target=target, **GRID).spikes.times(0)
    assert grid.internal[0] == pytest.approx(2.5)


def test_a_condition_on_the_input_or_on_the_time():
    driven = rb.Model("dv/dt = 0*v", spike="I > 3", reset="v += 1", inputs=["I"])
    stimulus = rb.pulses(5.0, (4 * ms, 8 * ms, 2), 0.5 * ms)
    assert list(times(driven, I=stimulus, **GRID)) == [4.5, 12.5]
    clock = rb.Model("dv/dt = 0*v", spike="t > 7.25 + v", reset="v += 5")
    assert times(clock, **INNER) == pytest.approx([7.25, 12.25, 17.25], abs=1e-9)
    assert list(times(clock, **GRID)) == [7.5, 12.5, 17.5]


@pytest.mark.parametrize("options", [INNER, GRID, dict(method="euler"), dict(method="exact")])
def test_without_a_reset_a_spike_is_a_rising_edge(options):
    model = rb.Model("dx/dt = y\ndy/dt = -x", spike="x > 0.5", initial=dict(x=0.0, y=1.0))
    found = times(model, duration=30, dt=0.01, **options)
    expected = np.pi / 6 + 2 * np.pi * np.arange(5)
    bound = {"adaptive": 1e-6, "rk4": 1e-4, "exact": 1e-4, "euler": 1.0}[options["method"]]
    assert found == pytest.approx(expected, abs=bound)


def test_a_condition_that_holds_from_the_start_is_no_edge():
    model = rb.Model("dx/dt = -1", spike="x > 0.5", initial=dict(x=3.0))
    for options in (INNER, GRID):
        assert len(times(model, **options)) == 0
    with_reset = rb.Model("dx/dt = -1", spike="x > 0.5", reset="x = 0", initial=dict(x=3.0))
    assert times(with_reset, **INNER) == pytest.approx([0.0], abs=1e-9)
    assert list(times(with_reset, **GRID)) == [0.5]


@pytest.mark.parametrize("target", ["llvm", "numpy"])
def test_a_reset_without_a_refractory_period_and_one_of_zero_are_the_same(target):
    plain = ramp_model("v > 2.3")
    zero = ramp_model("v > 2.3", refractory="r", parameters=dict(r=0.0))
    for options in (INNER, GRID, dict(method="exact")):
        a, b = (times(m, target=target, **options) for m in (plain, zero))
        assert np.array_equal(a, b)
        assert len(a) > 5


@pytest.mark.parametrize("target", ["llvm", "numpy"])
@pytest.mark.parametrize("method", ["adaptive", "exact"])
def test_what_is_not_held_moves_on_in_the_refractory_period(method, target):
    model = rb.Model(
        "dv/dt = 1\ndw/dt = 2",
        spike="v > 1",
        reset="v = 0; w = 0",
        refractory="r",
        parameters=dict(r=1.2),
    )
    rec = rb.simulate(model, 10 * ms, dt=0.5 * ms, method=method, record=["v", "w"], target=target)
    assert rec.spikes.t.internal == pytest.approx([1.0, 3.2, 5.4, 7.6, 9.8])
    t = rec.t.internal
    since = t - (1.0 + 2.2 * np.floor((t - 1.0) / 2.2))
    after = t > 1.1
    assert np.asarray(rec["w"])[after, 0] == pytest.approx(2 * since[after], abs=1e-9)
    expected = np.maximum(0.0, since - 1.2)
    assert np.asarray(rec["v"])[after, 0] == pytest.approx(expected[after], abs=1e-9)


def test_a_named_expression_in_the_condition_is_held_like_a_state():
    model = rb.Model(
        "u = 2*v\ndv/dt = 1", spike="u > 2", reset="v = 0", refractory="r", parameters=dict(r=2.0)
    )
    assert times(model, **INNER) == pytest.approx(np.array([1, 4, 7, 10, 13, 16, 19.0]), abs=1e-9)


@pytest.mark.parametrize("n", [1, 9])
@pytest.mark.parametrize("target", ["llvm", "numpy"])
@pytest.mark.parametrize("method", ["adaptive", "exact", "euler"])
def test_nothing_fires_in_its_refractory_period(method, target, n):
    # The input alone would: it stays above threshold all the time.
    model = rb.Model(
        "dv/dt = -v",
        spike="v + I > 1",
        reset="v = 0",
        refractory="r",
        parameters=dict(r=2.5),
        inputs=["I"],
    )
    rec = rb.simulate(model, 10 * ms, dt=0.5 * ms, I=2.0, method=method, target=target, n=n)
    late = {"euler": 0.5}.get(method, 0.0)  # on the grid a neuron that is free fires a step later
    expected = np.arange(0, 10, 2.5 + late) + late
    assert rec.spikes.times(n - 1).internal == pytest.approx(expected, abs=1e-9)


def test_a_refractory_period_may_depend_on_the_time():
    model = rb.Model("dv/dt = 1", spike="v > 1", reset="v = 0", refractory="0.5*t")
    assert times(model, **INNER)[:4] == pytest.approx([1.0, 2.5, 4.75, 8.125], abs=1e-9)


def test_a_refractory_period_that_holds_nothing_is_refused():
    model = rb.Model(
        "dv/dt = 1\ndw/dt = -w", spike="v > 2", reset="w += 1; v -= 2",
        refractory="r", parameters=dict(r=2.0),
    )  # fmt: skip
    with pytest.raises(ParameterError, match=r"refractory period of .* holds no state"):
        times(model)


@pytest.mark.parametrize("target", ["llvm", "numpy"])
@pytest.mark.parametrize("n", [1, 20])
def test_a_reset_that_leaves_the_condition_true_is_an_error(target, n):
    model = rb.Model(
        "dv/dt = 1",
        spike="v > V_T",
        reset="v = 5",
        parameters=dict(V_T=2.0 if n == 1 else np.where(np.arange(n) == 13, 2.0, 99.0)),
    )
    with pytest.raises(NumericalError, match="again and again within one time step") as error:
        rb.simulate(model.named("Looper"), 20 * ms, dt=0.5 * ms, target=target, **INNER)
    text = str(error.value)
    assert "population 'Looper', neuron " + ("0" if n == 1 else "13") in text
    assert "between 2 and 2.5 ms" in text or "between 1.5 and 2 ms" in text
    assert "check the reset" in text
    rec = error.value.recording
    assert np.asarray(rec["v"])[:4, 0] == pytest.approx([0, 0.5, 1.0, 1.5])


def test_on_the_grid_such_a_reset_fires_every_step():
    found = times(rb.Model("dv/dt = 1", spike="v > 2", reset="v = 5"), **GRID)
    assert np.array_equal(found, np.arange(2.5, 20.1, 0.5))


@pytest.mark.parametrize("states", [1, 2, 3, 5, 8])
@pytest.mark.parametrize(
    "method", ["euler", "heun", "rk4", "exponential_euler", "adaptive", "exact"]
)
def test_models_of_one_to_eight_states(states, method):
    names = [f"x_{k}" for k in range(states)]
    before = ["1", *names]
    text = "\n".join(f"d{x}/dt = ({b} - {x})/2" for x, b in zip(names, before, strict=False))
    model = rb.Model(text, spike=f"{names[-1]} > 0.05", reset=f"{names[-1]} = 0")
    runs = [
        rb.simulate(model, 4 * ms, n=n, dt=0.125 * ms, method=method, record=names, target=target)
        for n, target in ((9, "llvm"), (1, "python"), (9, "numpy"))
    ]
    for name in names:
        llvm, python, numpy = (np.asarray(rec[name]) for rec in runs)
        assert np.array_equal(llvm[:, :1], python)
        assert numpy == pytest.approx(llvm, abs=1e-9)
    assert len({rec.spikes.times(0).internal.size for rec in runs}) == 1


def test_an_artificial_neuron_has_no_equation_of_motion():
    model = rb.Model(
        "y = logistic(w_1*I_1 + w_2*I_2 + b)",
        inputs=["I_1", "I_2"],
        parameters=dict(w_1=2.0, w_2=-1.0, b=0.5),
    )
    first = np.linspace(-2, 2, 11)
    for target in ("llvm", "python", "numpy"):
        rec = rb.simulate(model, 2 * ms, dt=1 * ms, I_1=first, I_2=0.25, target=target)
        expected = 1 / (1 + np.exp(-(2 * first - 0.25 + 0.5)))
        assert rec.names == ("y",)
        assert np.asarray(rec["y"]) == pytest.approx(np.tile(expected, (3, 1)), rel=1e-14)


@pytest.mark.parametrize("n", [1, 10])
@pytest.mark.parametrize("target", ["llvm", "python", "numpy"])
@pytest.mark.parametrize("method", ["euler", "rk4", "adaptive"])
def test_an_edge_at_which_the_input_jumps_is_seen(method, target, n):
    """It lies between two steps: neither has it inside."""
    text = "y = positive(I - 1)" + ("" if method == "euler" else "\ndx/dt = -x")
    model = rb.Model(text, spike="y > 0.5", inputs=["I"])
    stimulus = rb.step(3.0, 2 * ms, 4 * ms) + rb.step(3.0, 6 * ms) + rb.step(1.0, 7 * ms)
    rec = rb.simulate(
        model, 10 * ms, dt=0.5 * ms, I=stimulus, target=target, n=n, spike_times="grid", record="y",
        method=method,
    )  # fmt: skip
    assert list(rec.spikes.times(n - 1).internal) == [2.5, 6.5]
    assert np.asarray(rec["y"])[:, 0].max() == 3.0
    held = rb.simulate(
        model, 3 * ms, dt=0.5 * ms, I=2.0, target=target, n=n, method=method, record="y"
    )
    assert held.spikes.total == 0  # it holds from the start


@pytest.mark.parametrize("target", ["llvm", "numpy"])
def test_edges_of_noise_are_seen(target):
    # Noise is held over a step, so all its edges lie between steps.
    model = rb.Model("y = I", spike="y > 0", inputs=["I"])
    rec = rb.simulate(
        model, 200 * ms, dt=0.5 * ms, I=rb.noise(1.0, 5 * ms), n=10, target=target, record="y"
    )
    above = np.asarray(rec["y"])[:-1] > 0
    edges = np.sum(above[1:] & ~above[:-1], axis=0)
    assert np.array_equal(rec.spikes.count(), edges)
    assert edges.min() > 3


@pytest.mark.parametrize("target", ["llvm", "python", "numpy"])
def test_models_that_mention_the_time(target):
    model = rb.Model(
        "e = 2*t\ndx/dt = e",
        spike="t > 2 and x > 4",
        reset="x = -t",
        refractory="0*t + r",
        parameters=dict(r=1.0),
    )
    rec = rb.simulate(
        model, 6 * ms, dt=0.25 * ms, method="adaptive", record=["x", "e"], target=target
    )
    assert rec.spikes.t.internal[0] == pytest.approx(2.0, abs=1e-9)
    t, x = rec.t.internal, np.asarray(rec["x"])[:, 0]
    assert x[t <= 2] == pytest.approx(t[t <= 2] ** 2, abs=1e-9)
    assert x[(t > 2.1) & (t <= 3)] == pytest.approx(-2.0, abs=1e-9)  # held for 1 ms
    later = (t >= 3) & (t < 3.8)
    assert x[later] == pytest.approx(-2 + t[later] ** 2 - 9, abs=1e-9)
    assert np.asarray(rec["e"])[:, 0] == pytest.approx(2 * t, abs=1e-12)


def test_the_time_is_in_the_unit_of_the_model():
    from rheobase.units import second

    model = rb.Model("dx/dt = t", time=second, initial=dict(x=0.0))
    rec = rb.simulate(model, 2 * second, dt=100 * ms, method="rk4")
    assert np.asarray(rec["x"])[-1, 0] == pytest.approx(2.0)


def test_a_model_with_units_mentions_the_time_in_milliseconds():
    from rheobase.units import mV

    model = rb.Model("dv/dt = k*t", parameters=dict(k=2 * mV / ms**2))
    rec = rb.simulate(model, 3 * ms, dt=0.5 * ms, method="rk4")
    assert rec["v"].value_in(mV)[-1, 0] == pytest.approx(9.0)
