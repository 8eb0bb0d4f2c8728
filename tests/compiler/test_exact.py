"""The exact propagator: what it gives is the solution, to rounding."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

import rheobase as rb
from rheobase.compiler import propagator
from rheobase.compiler.calculus import is_linear
from rheobase.compiler.schemes import build_step
from rheobase.errors import ParameterError, SchemeError
from rheobase.units import ms, mV, nS, pA, pF

ALPHA = """
    tau_m * dv/dt = -v + R*I_s + R*I
    dI_s/dt = J_s - I_s/tau_s
    dJ_s/dt = -J_s/tau_s
"""


def alpha(tau_m=10.0, tau_s=2.0, **changes):
    constants = dict(tau_m=tau_m, tau_s=tau_s, R=0.04)
    initial = dict(J_s=100.0, v=1.0)
    return rb.Model(ALPHA, parameters=constants | changes, inputs=["I"], initial=initial)


def alpha_closed(t, tau_m, tau_s):
    """v(t) of `alpha` from v = 1 and J_s = 100, for tau_m = tau_s by its limit."""
    drive = 0.04 * 100.0 / tau_m
    if tau_m == tau_s:
        return (1.0 + drive * t**2 / 2) * np.exp(-t / tau_m)
    a = 1 / tau_s - 1 / tau_m
    inner = (1 - np.exp(-a * t) * (1 + a * t)) / a**2
    return (1.0 + drive * inner) * np.exp(-t / tau_m)


@pytest.mark.parametrize("dt", [0.01, 0.1, 1.0, 5.0])
@pytest.mark.parametrize(("tau_m", "tau_s"), [(10.0, 2.0), (10.0, 10.0), (3.0, 3.0), (2.0, 10.0)])
def test_an_alpha_current_gives_its_closed_form(tau_m, tau_s, dt):
    rec = rb.simulate(
        alpha(tau_m, tau_s), 40 * ms, dt=dt * ms, record="v", record_every=round(5 / dt)
    )
    expected = alpha_closed(np.arange(0, 41, 5.0), tau_m, tau_s)
    assert np.asarray(rec["v"])[:, 0] == pytest.approx(
        expected, abs=1e-11
    )  # 4,000 steps of half an ulp


def test_time_constants_all_but_equal_lose_nothing():
    for tau_s in (10.0 * (1 + 1e-9), 10.0 * (1 - 1e-13)):
        rec = rb.simulate(alpha(10.0, tau_s), 20 * ms, dt=0.5 * ms, record="v")
        expected = alpha_closed(20.0, 10.0, 10.0)
        assert np.asarray(rec["v"])[-1, 0] == pytest.approx(expected, abs=3e-8)
    heterogeneous = alpha(10.0, np.array([10.0, 10.0 * (1 + 1e-12), 2.0]))
    values = np.asarray(rb.simulate(heterogeneous, 20 * ms, dt=0.5 * ms)["v"])[-1]
    assert values[0] == pytest.approx(alpha_closed(20.0, 10.0, 10.0), abs=1e-13)
    assert values[1] == pytest.approx(values[0], abs=1e-10)
    assert values[2] == pytest.approx(alpha_closed(20.0, 10.0, 2.0), abs=1e-13)


def test_a_singular_matrix_is_no_special_case():
    # x'' = 2 with nothing to hold it, and a state that does not move at all.
    model = rb.Model("dx/dt = y\ndy/dt = 2\ndz/dt = 0*z", initial=dict(x=1.0, y=-3.0, z=5.0))
    rec = rb.simulate(model, 10 * ms, dt=0.1 * ms, record=["x", "y", "z"])
    t = rec.t.internal
    assert np.asarray(rec["x"])[:, 0] == pytest.approx(1 - 3 * t + t**2, abs=1e-12)
    assert np.asarray(rec["y"])[:, 0] == pytest.approx(-3 + 2 * t, abs=1e-12)
    assert np.all(np.asarray(rec["z"]) == 5.0)


@pytest.mark.parametrize("dt", [0.1, 1.0, 4.0])
def test_a_ramp_at_the_input_is_integrated_exactly(dt):
    model = rb.Model("tau * dv/dt = -v + I", parameters=dict(tau=5.0), inputs=["I"])
    rec = rb.simulate(model, 20 * ms, I=rb.ramp(1.0, 9.0, 0 * ms, 20 * ms), dt=dt * ms)
    t = rec.t.internal
    # I = 1 + 0.4 t: v = 1 + 0.4 (t - tau) + c exp(-t/tau)
    expected = 1 + 0.4 * (t - 5) - (1 - 2) * np.exp(-t / 5)
    assert np.asarray(rec["v"])[:, 0] == pytest.approx(expected, abs=1e-13)


def test_a_parabola_at_the_input_is_integrated_exactly():
    # Of a sine the scheme sees a parabola a step; the solution for that parabola is known.
    model = rb.Model("dv/dt = I", inputs=["I"])
    rec = rb.simulate(model, 3 * ms, I=rb.sine(1.0, "0.1 1/ms"), dt=3 * ms, record="v")
    a, m, b = (np.sin(0.2 * np.pi * t) for t in (0.0, 1.5, 3.0))
    assert np.asarray(rec["v"])[-1, 0] == pytest.approx((a + 4 * m + b) / 6 * 3.0, abs=1e-14)


def test_heterogeneous_neurons_are_each_their_own():
    tau = np.linspace(1.0, 30.0, 23)
    together = rb.simulate(alpha(tau, 2.0), 20 * ms, I=5.0, dt=0.5 * ms)
    for k, value in enumerate(tau):
        alone = rb.simulate(alpha(value, 2.0), 20 * ms, I=5.0, dt=0.5 * ms)
        assert np.array_equal(np.asarray(together["v"])[:, k], np.asarray(alone["v"])[:, 0])


def test_large_batches_are_cut_up(monkeypatch):
    tau = np.linspace(1.0, 30.0, 23)
    whole = build_step(alpha(tau, 2.0)).prepare(dict(tau_m=tau, tau_s=2.0, R=0.04), 0.5)
    monkeypatch.setattr(propagator, "_BATCH", 5)
    parts = build_step(alpha(tau, 2.0)).prepare(dict(tau_m=tau, tau_s=2.0, R=0.04), 0.5)
    assert all(np.array_equal(whole[name], parts[name]) for name in whole)
    assert whole["P__0_0"].shape == (23,)


rates = st.floats(-2.0, 2.0)


@settings(max_examples=20)
@given(
    st.integers(1, 4).flatmap(lambda d: st.lists(rates, min_size=d * (d + 2), max_size=d * (d + 2)))
)
def test_any_linear_system_agrees_with_a_careful_solver(numbers):
    d = int(np.sqrt(len(numbers) + 1)) - 1 or 1
    matrix = np.array(numbers[: d * d]).reshape(d, d) - 2 * np.eye(d)
    gain, constant = np.array(numbers[d * d : d * d + d]), np.array(numbers[d * d + d :])
    names = "abcd"[:d]
    parameters, lines = {}, []
    for i, name in enumerate(names):
        terms = [f"m_{i}{j}*{other}" for j, other in enumerate(names)]
        lines.append(f"d{name}/dt = {' + '.join(terms)} + g_{i}*I + k_{i}")
        parameters |= {f"m_{i}{j}": matrix[i, j] for j in range(d)}
        parameters |= {f"g_{i}": gain[i], f"k_{i}": constant[i]}
    model = rb.Model("\n".join(lines), parameters=parameters, inputs=["I"])
    rec = rb.simulate(
        model, 2 * ms, I=rb.ramp(0.0, 1.0, 0 * ms, 2 * ms), dt=0.5 * ms, record=list(names)
    )
    found = np.array([np.asarray(rec[name])[-1, 0] for name in names])
    assert rec.provenance["method"] == "exact"
    solution = solve_ivp(
        lambda t, x: matrix @ x + gain * t / 2 + constant, (0, 2), np.zeros(d),
        method="DOP853", rtol=1e-11, atol=1e-12,
    )  # fmt: skip
    assert found == pytest.approx(solution.y[:, -1], rel=1e-8, abs=1e-9)


@pytest.mark.parametrize(
    "slope",
    [
        "heaviside(v)", "sign(v)", "floor(v)", "where(v > 0, 1, 2)", "where(v > 0, 1, 2)*I",
        "abs(v)", "positive(v)", "max(v, 0)", "clip(v, 0, 1)", "v**2", "v*I", "exp(v)", "-v + t",
        "where(I > 0, 1, 2)", "heaviside(I)", "floor(t)", "abs(I)", "v*sin(t)",
    ],
)  # fmt: skip
def test_what_only_looks_linear_is_not(slope):
    model = rb.Model(f"dv/dt = {slope}", inputs=["I"])
    assert not is_linear(model)
    with pytest.raises(SchemeError, match="not linear"):
        build_step(model, "exact")


def test_a_step_function_of_a_state_moves_it_as_it_should():
    model = rb.Model("dv/dt = 1 - 2*heaviside(v - 1)")
    rec = rb.simulate(model, 4 * ms, dt=0.25 * ms, record="v")
    assert np.asarray(rec["v"])[4, 0] == pytest.approx(
        1.0
    )  # up to the step at 1, and not through it
    assert np.abs(np.asarray(rec["v"])[5:, 0] - 1.0).max() <= 0.25


@pytest.mark.parametrize(
    "slope", ["-v/tau + I", "heaviside(tau)*v", "where(tau > 1, -v, v) + 3", "exp(-tau)*(I - v)"]
)
def test_constants_may_be_as_crooked_as_they_like(slope):
    assert is_linear(rb.Model(f"dv/dt = {slope}", parameters=dict(tau=2.0), inputs=["I"]))


def test_named_expressions_are_seen_through():
    model = rb.Model("leak = -v\ntotal = leak + I\ndv/dt = total/3", inputs=["I"])
    assert build_step(model).method == "exact"
    rec = rb.simulate(model, 3 * ms, I=2.0, dt=1 * ms, record=["v", "total"])
    v = 2.0 * (1 - np.exp(-np.arange(4) / 3))
    assert np.asarray(rec["v"])[:, 0] == pytest.approx(v, abs=1e-15)
    assert np.asarray(rec["total"])[:, 0] == pytest.approx(2.0 - v, abs=1e-15)


def test_a_propagator_that_is_not_finite_is_refused():
    model = rb.Model("dv/dt = -v/k", parameters=dict(k=0.0))
    with pytest.raises(ParameterError, match="no finite propagator"):
        rb.simulate(model, 1 * ms)
    with pytest.raises(ParameterError, match="no finite propagator"):
        rb.simulate(model.replace(k=-1e-4), 1 * ms, dt=1 * ms)


@pytest.mark.parametrize("method", ["exact", "exponential_euler", "rk4", "heun", "euler"])
def test_on_the_grid_other_states_see_a_held_voltage_where_it_is_held(method):
    model = rb.Model(
        """
        C * dv/dt = -g_L * (v - V_L) - w + I
        tau_w * dw/dt = a * (v - V_L) - w
        """,
        spike="v > V_T",
        reset="v = V_R; w += b",
        refractory="t_ref",
        parameters=dict(
            C=200 * pF, g_L=10 * nS, V_L=-70 * mV, V_T=-50 * mV, V_R=-65 * mV, t_ref=5 * ms,
            tau_w=30 * ms, a=2 * nS, b=80 * pA,
        ),
        inputs=dict(I=pA),
        initial=dict(v="V_T + 1*mV"),
    )  # fmt: skip
    rec = rb.simulate(
        model, 6 * ms, I=2000 * pA, dt=0.5 * ms, method=method, spike_times="grid",
        record=["v", "w"],
    )  # fmt: skip
    v, w = rec["v"].value_in(mV)[:, 0], rec["w"].value_in(pA)[:, 0]
    assert np.all(v[1:12] == -65.0)
    assert v[12] > -65.0
    exactly = dict.fromkeys(("exact", "exponential_euler"), 1e-12)
    fraction = (exactly | {"rk4": 1e-7, "heun": 2e-3, "euler": 0.4})[method]
    start = w[1]
    expected = 10.0 + (start - 10.0) * np.exp(-0.5 * np.arange(11) / 30)
    assert w[1:12] == pytest.approx(expected, abs=fraction)
