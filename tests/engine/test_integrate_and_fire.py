"""Integrate-and-fire neurons against their closed forms, and on the grid against the recursion."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.units import ms, mV, nS, pA, pF

TAU, V_T, V_R, T_REF = 10.0, 15.0, 0.0, 2.0
# tau_m = 10 ms, C = 250 pF, V_th = 15 mV over rest and 1000 pA: the neuron of NEST's test of its
# precise models (testsuite/pytests/neurons/test_iaf_ps_dc_accuracy.py), where the first spike is at
# this time.
NEST_FIRST = 4.700036292457356


def nest_lif(t_ref=T_REF, spike="v > V_T", **changes):
    return rb.Model(
        "C * dv/dt = -g_L * v + I",
        spike=spike,
        reset="v = V_R",
        refractory="t_ref",
        parameters=dict(C=250 * pF, g_L=25 * nS, V_T=V_T * mV, V_R=V_R * mV, t_ref=t_ref * ms)
        | changes,
        inputs=dict(I=pA),
    )


def interval(mu, v_r=V_R, v_t=V_T, tau=TAU, t_ref=T_REF):
    return t_ref + tau * np.log((mu - v_r) / (mu - v_t))


@pytest.mark.parametrize("dt", [0.01, 0.1, 0.25, 1.0, 5.0])
@pytest.mark.parametrize("method", ["exact", "adaptive"])
def test_spike_times_are_those_of_the_closed_form_at_any_dt(method, dt):
    rec = rb.simulate(nest_lif(), 200 * ms, I=1000 * pA, dt=dt * ms, method=method)
    times = rec.spikes.t.internal
    expected = NEST_FIRST + interval(40.0) * np.arange(len(times))
    assert len(times) == int((200 - NEST_FIRST) // interval(40.0)) + 1
    bound = 1e-10 if method == "exact" else 5e-7
    assert np.abs(times - expected).max() < bound


def test_the_interval_is_exact_for_every_current():
    currents = np.array([376.0, 400.0, 500.0, 800.0, 1500.0, 4000.0])
    rec = rb.simulate(nest_lif(), 400 * ms, I=currents * pA)
    for k, current in enumerate(currents):
        intervals = rec.spikes.isi(k).internal
        assert len(intervals) > 3
        assert intervals == pytest.approx(interval(current / 25.0), abs=1e-10)


@pytest.mark.parametrize("t_ref", [0.0, 0.037, 1.0, 2.0, 3.3333, 250.0])
def test_refractory_periods_need_not_lie_on_the_grid(t_ref):
    rec = rb.simulate(nest_lif(t_ref), 600 * ms, I=1000 * pA, dt=0.1 * ms)
    assert rec.spikes.isi().internal == pytest.approx(interval(40.0, t_ref=t_ref), abs=1e-10)


@pytest.mark.parametrize("method", ["exact", "adaptive", "rk4"])
def test_below_threshold_the_trace_is_the_closed_form(method):
    rec = rb.simulate(nest_lif(), 100 * ms, I=300 * pA, dt=0.1 * ms, method=method)
    expected = 12.0 * -np.expm1(-rec.t.internal / TAU)
    bound = {"exact": 1e-12, "adaptive": 1e-6, "rk4": 1e-9}[method]
    assert np.abs(rec["v"].value_in(mV)[:, 0] - expected).max() < bound


def test_above_threshold_the_trace_is_the_closed_form_between_spikes():
    rec = rb.simulate(nest_lif(), 30 * ms, I=1000 * pA, dt=0.1 * ms)
    t, v = rec.t.internal, rec["v"].value_in(mV)[:, 0]
    last = NEST_FIRST + interval(40.0) * np.floor((t - NEST_FIRST) / interval(40.0))
    since = np.where(t < NEST_FIRST, t, np.maximum(0.0, t - last - T_REF))
    assert np.abs(v - 40.0 * -np.expm1(-since / TAU)).max() < 1e-10


def grid_recursion(current, dt, steps, tick, strict=True):
    """Spike steps by hand, as a simulator on the grid does it: NEST's iaf_psc_* family."""
    decay, mu = np.exp(-dt / TAU), current / 25.0
    v, left, spikes = 0.0, 0, []
    for step in range(1, steps + 1):
        if left > 0:
            left -= 1
        else:
            v = mu + (v - mu) * decay
        if left == 0 and (v > V_T if strict else v >= V_T):
            spikes.append(step)
            v, left = V_R, tick
    return spikes


@pytest.mark.parametrize("target", ["llvm", "numpy"])
@pytest.mark.parametrize(
    ("t_ref", "dt"), [(2.0, 0.1), (2.0, 1.0), (0.0, 0.1), (0.5, 0.5), (3.0, 0.25)]
)
def test_on_the_grid_spikes_are_those_of_the_recursion(t_ref, dt, target):
    rec = rb.simulate(
        nest_lif(t_ref), 120 * ms, I=1000 * pA, dt=dt * ms, spike_times="grid", target=target
    )
    expected = grid_recursion(1000.0, dt, round(120 / dt), round(t_ref / dt))
    assert np.array_equal(rec.spikes.t.internal, np.array(expected) * dt)
    assert len(expected) > 5


def test_on_the_grid_v_is_held_for_just_the_refractory_steps():
    rec = rb.simulate(nest_lif(), 20 * ms, I=1000 * pA, dt=0.5 * ms, spike_times="grid")
    v = rec["v"].value_in(mV)[:, 0]
    first = int(rec.spikes.t.internal[0] / 0.5)
    assert np.all(v[first : first + 5] == V_R)  # at the spike, and for four steps
    assert v[first + 5] == pytest.approx(40.0 * -np.expm1(-0.05), abs=1e-13)
    assert v[first - 1] < V_T


def test_a_refractory_period_that_does_not_fit_the_grid_is_refused():
    model = nest_lif(2.05)
    for options in (dict(spike_times="grid"), dict(method="euler")):
        with pytest.raises(
            ParameterError, match=r"2\.05 ms, is not a whole number of steps"
        ) as error:
            rb.simulate(model, 10 * ms, dt=0.1 * ms, **options)
        assert "dt = 0.1 ms" in str(error.value)
    with pytest.raises(ParameterError, match=r'Mend: .*spike_times="interpolated"'):
        rb.simulate(model, 10 * ms, dt=0.1 * ms, spike_times="grid")
    with pytest.raises(ParameterError, match=r'Mend: .*method="adaptive"'):
        rb.simulate(model, 10 * ms, dt=0.1 * ms, method="rk4", spike_times="interpolated")
    rb.simulate(model, 10 * ms, dt=0.05 * ms, spike_times="grid")


def test_the_mends_of_that_error_mend_it():
    assert (
        rb.simulate(nest_lif(2.05), 10 * ms, dt=0.1 * ms, spike_times="interpolated").spikes.n == 1
    )
    assert rb.simulate(nest_lif(2.05), 10 * ms, dt=0.1 * ms, method="adaptive").spikes.n == 1


def test_interpolated_spikes_lie_in_the_step_of_those_on_the_grid():
    grid = rb.simulate(
        nest_lif(), 100 * ms, I=900 * pA, dt=0.5 * ms, method="rk4", spike_times="grid"
    )
    fine = rb.simulate(
        nest_lif(), 100 * ms, I=900 * pA, dt=0.5 * ms, method="rk4", spike_times="interpolated"
    )
    late = grid.spikes.t.internal - fine.spikes.t.internal
    assert np.all((late >= 0) & (late < 0.5))
    assert late.max() > 0.05
    # The reset is on the grid in both: the traces are the same.
    assert np.array_equal(np.asarray(grid["v"]), np.asarray(fine["v"]))


def test_a_threshold_reached_exactly():
    """`>=` fires at equality, `>` a step later: one neuron, driven in exact binary fractions."""
    text = dict(reset="v = 0", inputs=["I"])
    at = rb.Model("dv/dt = I", spike="v >= 1", **text)
    above = rb.Model("dv/dt = I", spike="v > 1", **text)
    for method in ("euler", "exact"):
        options = dict(I=0.25, dt=1 * ms, spike_times="grid", method=method)
        assert list(rb.simulate(at, 8 * ms, **options).spikes.t.internal) == [4, 8]
        assert list(rb.simulate(above, 10 * ms, **options).spikes.t.internal) == [5, 10]


def test_a_spike_at_the_very_end_of_a_step_is_one_spike():
    model = rb.Model("dv/dt = I", spike="v >= 1", reset="v = 0", inputs=["I"])
    for dt in (0.5, 1.0, 2.0, 4.0):
        for method in ("adaptive", "exact"):
            rec = rb.simulate(model, 28 * ms, I=0.25, dt=dt * ms, method=method)
            last = (
                24.0 if rec.spikes.total == 6 else 28.0
            )  # the end of the run, give or take an ulp
            assert rec.spikes.t.internal == pytest.approx(np.arange(4, last + 1, 4.0), abs=1e-9)


@pytest.mark.parametrize("n", [1, 20])
@pytest.mark.parametrize("method", ["adaptive", "exact"])
def test_several_spikes_in_one_step(method, n):
    model = rb.Model("dv/dt = I", spike="v > 1", reset="v = 0", inputs=["I"])
    rec = rb.simulate(model, 12 * ms, n=n, I=5.5, dt=1 * ms, method=method)
    expected = np.arange(1, 66) / 5.5
    assert rec.spikes.times(n - 1).internal == pytest.approx(expected, abs=1e-9)
    target = rb.simulate(model, 12 * ms, n=n, I=5.5, dt=1 * ms, method=method, target="numpy")
    assert target.spikes.times(0).internal == pytest.approx(expected, abs=1e-9)


def test_several_spikes_in_one_step_with_a_refractory_period():
    model = rb.Model(
        "dv/dt = I",
        spike="v > 1",
        reset="v = 0",
        refractory="r",
        parameters=dict(r=0.3),
        inputs=["I"],
    )
    rec = rb.simulate(model, 10 * ms, I=10.0, dt=2 * ms, method="adaptive")
    assert rec.spikes.t.internal == pytest.approx(0.1 + 0.4 * np.arange(25), abs=1e-9)


def test_a_refractory_period_may_depend_on_a_state():
    model = rb.Model(
        "dv/dt = 1\ndc/dt = 0*c",
        spike="v > 1",
        reset="c += 1; v = 0",
        refractory="0.5*c",
    )
    expected = np.cumsum([1.0, *(1 + 0.5 * k for k in range(1, 8))])
    fine = rb.simulate(model, 24 * ms, dt=0.4 * ms, method="adaptive", record="c")
    assert fine.spikes.t.internal[:8] == pytest.approx(expected, abs=1e-9)
    # `>` on the grid: one step after 1.0, and the period from there
    grid = rb.simulate(model, 25 * ms, dt=0.5 * ms, method="euler", spike_times="grid")
    assert grid.spikes.t.internal[:3] == pytest.approx([1.5, 3.5, 6.0])


def test_adaptive_spikes_do_not_depend_on_the_grid():
    for model in (rb.AdEx.preset("adapting"), rb.AdEx.preset("regular_bursting"), rb.QuadraticIF(),
                  rb.ExponentialIF(), rb.Izhikevich.preset("CH")):  # fmt: skip
        fine, coarse = (
            rb.simulate(model, 200 * ms, dt=dt * ms, record=None).spikes.t.internal
            for dt in (0.025, 0.1)
        )
        assert len(fine) == len(coarse) > 0
        assert np.abs(fine - coarse).max() < 1e-6


def test_the_generalised_neuron_fires_the_same_at_any_dt():
    for preset in rb.GIF.presets:
        model = rb.GIF.preset(preset)
        runs = [rb.simulate(model, 300 * ms, dt=dt * ms, record=None) for dt in (0.1, 0.25)]
        a, b = (run.spikes.t.internal for run in runs)
        assert len(a) == len(b) > 0
        assert np.abs(a - b).max() < 1e-6
