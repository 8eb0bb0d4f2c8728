"""Every scheme converges at the order of its theory, with inputs and equations that change."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.compiler.schemes import METHODS, adaptive, build_step, default_method
from rheobase.errors import SchemeError
from rheobase.units import Hz, ms, mV, nS, pA, pF

WITHIN = 0.1

# A pendulum that is kicked by its input and by the time itself: nothing about it is linear, no term
# is constant, and it has no reset. Plain numbers, t in ms.
PENDULUM = rb.Model(
    """
    dx/dt = y + 0.3*cos(0.7*t)
    dy/dt = -sin(x) - 0.2*y*abs(1 + x**2)**0.5 + I
    """,
    inputs=["I"],
    initial=dict(x=0.6, y=-0.4),
)
GATES = rb.Model(
    """
    rate = 0.2 + 0.1*exp(v/20)/(1 + 0.3*sin(t)**2)
    dm/dt = rate*(1 - m) - 0.15*m
    C * dv/dt = -g*m**2*v + 3*exp(-v/25) + I
    """,
    parameters=dict(C=2.0, g=0.7),
    inputs=["I"],
    initial=dict(v=3.0, m=0.2),
)
INPUT = rb.sine(0.8, 60 * Hz, phase=0.3) + rb.ramp(0.0, 0.5, 0 * ms, 8 * ms)
DURATION = 8.0

ORDERS = {
    "euler": (1, 2**-7),
    "exponential_euler": (1, 2**-7),
    "heun": (2, 2**-5),
    "rk4": (4, 2**-3),
}


def end_of(model, method, dt, drive=INPUT):
    rec = rb.simulate(model, DURATION * ms, I=drive, dt=dt * ms, method=method, record=model.states)
    return np.array([np.asarray(rec[s])[-1, 0] for s in model.states])


def orders_of(model, method, dt, drive, reference):
    errors = [np.abs(end_of(model, method, dt / 2**k, drive) - reference).max() for k in (0, 1)]
    return np.log2(errors[0] / errors[1])


@pytest.mark.parametrize("model", [PENDULUM, GATES], ids=["pendulum", "gates"])
@pytest.mark.parametrize("method", ORDERS)
def test_the_observed_order_is_that_of_the_theory(model, method):
    theory, dt = ORDERS[method]
    # A ramp is the same for every step; of a sine a step sees a parabola, see below.
    drive = rb.ramp(-0.4, 0.9, 0 * ms, DURATION * ms)
    reference = end_of(model, "adaptive", 2**-7, drive)
    assert orders_of(model, method, dt, drive, reference) == pytest.approx(theory, abs=WITHIN)
    assert build_step(model, method).order == theory


def largest_error(model, dt, reference, **drive):
    rec = rb.simulate(
        model, DURATION * ms, dt=dt * ms, method="adaptive", record="x", **drive,
        record_every=round(2 / dt),
    )  # fmt: skip
    return np.abs(np.asarray(rec["x"])[:, 0] - reference).max()


def test_the_pair_of_dormand_and_prince_has_order_five(monkeypatch):
    monkeypatch.setattr(adaptive, "TOLERANCE", 1e9)  # whole steps: the order is the pair's
    model = rb.Model("dx/dt = x*cos(t)", initial=dict(x=1.0))
    exact = np.exp(np.sin(np.arange(0, 9, 2)))
    errors = [largest_error(model, dt, exact) for dt in (2**-3, 2**-4)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(5, abs=WITHIN)
    assert build_step(model, "adaptive").order == 5


def test_the_pair_keeps_its_order_with_time_and_a_ramp_at_the_input(monkeypatch):
    monkeypatch.setattr(adaptive, "TOLERANCE", 1e9)
    model = rb.Model(
        "dx/dt = y*(1 + t/8)\ndy/dt = -x*(1 + t/8) + I - sin(t)",
        inputs=["I"],
        initial=dict(x=1.0),
    )
    drive = rb.ramp(-0.4, 0.9, 0 * ms, DURATION * ms)
    rec = rb.simulate(
        model, 8 * ms, I=drive, dt=2**-8 * ms, method="adaptive", record="x", record_every=512
    )
    exact = np.asarray(rec["x"])[:, 0]
    errors = [largest_error(model, dt, exact, I=drive) for dt in (2**-6, 2**-7)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(5, abs=WITHIN)


@pytest.mark.parametrize("method", ["euler", "heun"])
def test_the_order_holds_with_a_sine_at_the_input(method):
    theory, dt = ORDERS[method]
    reference = end_of(PENDULUM, "rk4", 2**-9)
    assert orders_of(PENDULUM, method, dt, INPUT, reference) == pytest.approx(theory, abs=WITHIN)


def test_rk4_keeps_its_order_with_a_sine_at_the_input():
    # Of a smooth input a step sees a parabola through three of its points: Simpson's rule, order 4.
    reference = end_of(PENDULUM, "rk4", 2**-9)
    assert orders_of(PENDULUM, "rk4", 2**-4, INPUT, reference) == pytest.approx(4, abs=WITHIN)


def test_the_error_under_step_control_follows_the_tolerance(monkeypatch):
    drive = rb.ramp(-0.4, 0.9, 0 * ms, DURATION * ms)
    reference = end_of(PENDULUM, "rk4", 2**-10, drive)
    errors, tolerances = [], np.array([1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9])
    for tolerance in tolerances:
        monkeypatch.setattr(adaptive, "TOLERANCE", tolerance)
        errors.append(np.abs(end_of(PENDULUM, "adaptive", 4.0, drive) - reference).max())
    assert np.all(errors < 30 * tolerances)
    slope = np.polyfit(np.log10(tolerances), np.log10(errors), 1)[0]
    assert slope == pytest.approx(
        1.0, abs=0.25
    )  # steps are whole: the error is not a smooth function


@pytest.mark.parametrize("dt", [0.01, 0.1, 1.0, 4.0, 8.0])
def test_under_step_control_the_grid_does_not_matter(dt):
    drive = rb.ramp(-0.4, 0.9, 0 * ms, DURATION * ms)
    reference = end_of(PENDULUM, "rk4", 2**-9, drive)
    assert end_of(PENDULUM, "adaptive", dt, drive) == pytest.approx(reference, abs=3e-7)


def brownian_paths(model, dt, n, seed):
    """Values at the end, and the Brownian path's own: W is integrated by the same model."""
    rec = rb.simulate(
        model, 4 * ms, n=n, dt=dt * ms, record=["x", "W"], seed=seed, record_every=round(4 / dt)
    )
    return np.asarray(rec["x"])[-1], np.asarray(rec["W"])[-1]


def strong_error(model, exact, dt, n=4000):
    x, w = brownian_paths(model, dt, n, seed=3)
    return np.abs(x - exact(w, 4.0)).mean()


GEOMETRIC = rb.Model(
    "dx/dt = a*x + b*x*xi\ndW/dt = xi", parameters=dict(a=0.05, b=0.5), initial=dict(x=1.0)
)
# dx = -x dt + e^-t dW with x0 = 1 has the exact solution e^-t (1 + W).
FADING = rb.Model("dx/dt = -x + exp(-t)*xi\ndW/dt = xi", initial=dict(x=1.0))


@pytest.mark.parametrize(
    ("model", "exact", "theory"),
    [
        (GEOMETRIC, lambda w, t: np.exp((0.05 - 0.125) * t + 0.5 * w), 0.5),
        (FADING, lambda w, t: np.exp(-t) * (1 + w), 1.0),
    ],
    ids=["multiplicative", "additive"],
)
def test_euler_maruyama_converges_strongly(model, exact, theory):
    steps = np.array([2.0**-k for k in (5, 6, 7, 8, 9)])
    errors = [strong_error(model, exact, dt) for dt in steps]
    slope = np.polyfit(np.log2(steps), np.log2(errors), 1)[0]
    assert slope == pytest.approx(theory, abs=WITHIN)
    assert build_step(model).order == theory


def test_several_noises_are_independent_and_add_in_variance():
    model = rb.Model("dx/dt = 0.3*xi_a + 0.4*xi_b\ndy/dt = 0.3*xi_a - 0.4*xi_b")
    rec = rb.simulate(model, 4 * ms, n=20_000, dt=0.5 * ms, record=["x", "y"])
    x, y = (np.asarray(rec[s])[-1] for s in "xy")
    assert np.var(x) == pytest.approx(1.0, abs=0.05)  # 4 ms of 0.25/ms; five standard errors
    assert np.mean(x * y) == pytest.approx(4 * (0.09 - 0.16), abs=0.05)


@pytest.mark.parametrize(
    "slope", ["xi**2", "sin(xi)", "xi_a*xi_b", "heaviside(xi)", "sign(xi)", "floor(xi)", "exp(xi)"]
)
def test_an_equation_that_is_not_linear_in_its_noise_is_refused(slope):
    model = rb.Model(f"dx/dt = -x + {slope}")
    with pytest.raises(SchemeError, match="not linear in xi"):
        build_step(model)


@pytest.mark.parametrize(
    "part",
    [dict(spike="v + n > 1"), dict(spike="v > 1", reset="v = n"),
     dict(spike="v > 1", reset="v = 0", refractory="abs(n)")],
)  # fmt: skip
def test_noise_at_an_instant_is_refused(part):
    model = rb.Model("n = 0.1*xi\ndv/dt = -v + n", **part)
    with pytest.raises(SchemeError, match="white noise, which has no value at an instant"):
        build_step(model)


def test_the_default_method_suits_the_model():
    assert default_method(rb.LIF()) == "exact"
    assert default_method(PENDULUM) == "rk4"
    assert default_method(FADING) == "euler_maruyama"
    with_reset = rb.Model("dv/dt = v**2", spike="v > 9", reset="v = 0")
    assert default_method(with_reset) == "adaptive"
    assert default_method(rb.Model("y = 2*I", inputs=["I"])) == "euler"
    assert default_method(rb.HodgkinHuxley()) == "rk4"  # its own choice


def test_methods_that_do_not_exist_or_do_not_suit_are_refused():
    with pytest.raises(SchemeError, match="did you mean 'euler'"):
        build_step(rb.LIF(), "eulr")
    with pytest.raises(SchemeError, match="There is no method ''"):
        build_step(rb.LIF(), "")
    for method in set(METHODS) - {"euler_maruyama", "exact", "published"}:
        with pytest.raises(SchemeError, match="has white noise"):
            build_step(FADING, method)
    with pytest.raises(SchemeError, match="no published update"):
        build_step(rb.LIF(), "published")
    with pytest.raises(SchemeError, match="not linear"):
        build_step(PENDULUM, "exact")


def published(updates, **changes):
    model = rb.Model(
        "twice = 2*v\ndv/dt = -v + I\ndu/dt = v - u",
        inputs=["I"],
        initial=dict(v=1.0, u=0.5),
        published=rb.Published(updates, dt=0.5),
    )
    return rb.simulate(model, 1 * ms, method="published", I=3.0, record=["v", "u"], **changes)


def test_published_updates_run_in_order_and_see_what_came_before():
    rec = published("v += dt*(I - v)\nhalf = 0.5*twice\nu = u + half")
    v, u = 1.0, 0.5
    for k in range(3):
        assert np.asarray(rec["v"])[k, 0] == v
        assert np.asarray(rec["u"])[k, 0] == u
        v += 0.5 * (3.0 - v)
        u += v  # `twice` is of the new v


def test_published_updates_name_only_what_the_model_has():
    with pytest.raises(SchemeError, match=r"names 'w'.*\n.*v \+= w"):
        published("v += w")


def test_units_do_not_change_the_numbers():
    """The same neuron in units and in plain numbers: the same bits."""
    text = "C * dv/dt = -g_L * (v - V_L) + g_L * D * exp((v - V_T)/D) + I"
    numbers = dict(C=200.0, g_L=10.0, V_L=-70.0, V_T=-50.0, D=2.0)
    units = dict(C=pF, g_L=nS, V_L=mV, V_T=mV, D=mV)
    events = dict(spike="v > V_T", reset="v = V_L")
    plain = rb.Model(text, **events, parameters=numbers, inputs=["I"], initial=dict(v="V_L"))
    whole = rb.Model(
        text,
        **events,
        parameters={k: v * units[k] for k, v in numbers.items()},
        inputs=dict(I=pA),
        initial=dict(v="V_L"),
    )
    for method in ("euler", "rk4", "adaptive"):
        a = rb.simulate(plain, 50 * ms, I=500.0, method=method)
        b = rb.simulate(whole, 50 * ms, I=500 * pA, method=method)
        assert np.array_equal(np.asarray(a["v"]), b["v"].value_in(mV))
        assert np.array_equal(a.spikes.t.internal, b.spikes.t.internal)
        assert a.spikes.total > 2
