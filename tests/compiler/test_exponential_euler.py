"""Exponential Euler: what is linear by itself is advanced exactly, the rest with frozen rates."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

import rheobase as rb
from rheobase.compiler.calculus import connected, linear_states
from rheobase.compiler.schemes import build_step
from rheobase.errors import ParameterError
from rheobase.model.composition import joined
from rheobase.units import ms, mV, nS

# A conductance behind any chain that gives g; it makes the model nonlinear.
MEMBRANE = "dv/dt = -v/10 + g*(5 - v)"


def traces(model, duration, dt, *names, **given):
    """Under exponential Euler, each of shape (samples, neurons)."""
    rec = rb.simulate(
        model, duration * ms, dt=dt * ms, method="exponential_euler", record=list(names), **given
    )
    return [np.asarray(rec[name]) for name in names]


def chain(*taus, **initial):
    """A cascade s0 -> s1 -> ... -> g, of unit area, that begins with s0 = 1."""
    states = [*(f"s{k}" for k in range(len(taus) - 1)), "g"]
    lines = [f"d{states[0]}/dt = -{states[0]}/tau0"]
    lines += [
        f"d{state}/dt = ({before} - {state})/tau{k + 1}"
        for k, (before, state) in enumerate(pairwise(states))
    ]
    return rb.Model(
        "\n".join([*lines, MEMBRANE]),
        parameters={f"tau{k}": tau for k, tau in enumerate(taus)},
        initial={states[0]: 1.0} | initial,
    )


def test_a_gate_relaxes_exactly():
    # With the coefficients frozen the scheme is exact for a linear equation: Rush and Larsen's
    # point.
    model = rb.Model("dm/dt = (0.7 - m)/tau", parameters=dict(tau=3.0), initial=dict(m=0.1))
    (m,) = traces(model, 20, 5, "m")
    expected = 0.7 - 0.6 * np.exp(-np.array([0, 5, 10, 15, 20]) / 3.0)
    assert m[:, 0] == pytest.approx(expected, abs=1e-15)


def test_an_equation_without_a_rate_is_eulers():
    model = rb.Model("dx/dt = 2 + t", initial=dict(x=1.0))
    euler = rb.simulate(model, 2 * ms, dt=0.5 * ms, method="euler", record="x")
    assert np.array_equal(traces(model, 2, 0.5, "x")[0], np.asarray(euler["x"]))


@pytest.mark.parametrize("dt", [0.1, 0.5, 2.0])
def test_three_states_one_after_another(dt):
    (g,) = traces(chain(1.0, 2.0, 5.0), 40, dt, "g")
    t = np.arange(len(g)) * dt
    # Partial fractions of 1/((1 + s)(1 + 2 s)(1 + 5 s)), times tau0.
    expected = (
        np.exp(-t / 1) * 1 / ((1 - 2) * (1 - 5))
        + np.exp(-t / 2) * 2 / ((2 - 1) * (2 - 5))
        + np.exp(-t / 5) * 5 / ((5 - 1) * (5 - 2))
    )
    assert g[:, 0] == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize("dt", [0.1, 2.0])
def test_equal_time_constants(dt):
    t = np.arange(round(40 / dt) + 1) * dt
    (equal,) = traces(chain(3.0, 3.0, 3.0), 40, dt, "g")
    assert equal[:, 0] == pytest.approx((t / 3) ** 2 / 2 * np.exp(-t / 3), abs=1e-14)
    (almost,) = traces(chain(3.0, 3.0 * (1 + 1e-13), 3.0 * (1 - 1e-13)), 40, dt, "g")
    assert almost == pytest.approx(equal, abs=1e-12)


def test_each_neuron_has_its_own_time_constants():
    first, last = np.linspace(0.5, 4, 9), np.linspace(4, 0.5, 9)  # equal in the middle
    (together,) = traces(chain(first, 2.0, last), 20, 0.1, "g")
    for k in range(9):
        (alone,) = traces(chain(first[k], 2.0, last[k]), 20, 0.1, "g")
        assert np.array_equal(together[:, k], alone[:, 0])
    assert len({*together[50]}) > 4


def test_a_chain_that_a_constant_feeds():
    model = rb.Model(
        f"drive = 2*k\nds/dt = (drive - s)/tau\ndg/dt = (s + 1 - g)/tau\n{MEMBRANE}",
        parameters=dict(k=1.5, tau=4.0),
    )
    s, g = traces(model, 28, 0.7, "s", "g")
    t = np.arange(len(g)) * 0.7
    assert s[:, 0] == pytest.approx(3 * -np.expm1(-t / 4), abs=1e-14)
    assert g[:, 0] == pytest.approx(4 - (4 + 3 * t / 4) * np.exp(-t / 4), abs=1e-14)


def test_states_that_drive_each_other():
    model = rb.Model(
        f"dg/dt = -w*h\ndh/dt = w*g\n{MEMBRANE}", parameters=dict(w=0.9), initial=dict(g=1.0)
    )
    g, h = traces(model, 700, 0.7, "g", "h")
    turned = 0.9 * np.arange(len(g)) * 0.7
    assert g[:, 0] == pytest.approx(np.cos(turned), abs=1e-12)
    assert h[:, 0] == pytest.approx(np.sin(turned), abs=1e-12)


def test_what_reads_the_chain_converges_with_first_order():
    model = chain(1.0, 2.0, v=-3.0)
    reference = rb.simulate(model, 20 * ms, dt=2**-7 * ms, method="rk4", record="v")
    exact = np.asarray(reference["v"])[:: 2**4]
    errors = [
        np.abs(traces(model, 20, 2**-k, "v")[0][:: 2 ** (k - 3)] - exact).max() for k in (5, 6)
    ]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(1, abs=0.05)


rates = st.floats(-1.5, 1.5)


@settings(max_examples=20)
@given(
    st.integers(2, 4).flatmap(
        lambda d: st.tuples(
            st.lists(rates, min_size=d, max_size=d),
            st.lists(
                st.lists(st.one_of(st.just(0.0), rates), min_size=d, max_size=d),
                min_size=d,
                max_size=d,
            ),
        )
    )
)
def test_any_linear_part_agrees_with_a_careful_solver(numbers):
    constant, rows = numbers
    matrix = np.array(rows) - 2 * np.eye(len(rows))
    states = "abcd"[: len(rows)]
    # A zero is left out of the text, so that the states form groups of every kind.
    lines = [
        f"d{i}/dt = {k!r}" + "".join(f" + {m!r}*{j}" for m, j in zip(row, states, strict=True) if m)
        for i, k, row in zip(states, constant, matrix.tolist(), strict=True)
    ]
    model = rb.Model("\n".join([*lines, "dv/dt = -v*(1 + a**2) + sin(b) + t"]))
    assert linear_states(model) == tuple(states)
    found = [trace[-1, 0] for trace in traces(model, 2, 0.5, *states)]
    solution = solve_ivp(
        lambda t, x: matrix @ x + constant, (0, 2), np.zeros(len(states)),
        method="DOP853", rtol=1e-11, atol=1e-12,
    )  # fmt: skip
    assert found == pytest.approx(solution.y[:, -1], rel=1e-8, abs=1e-9)


LINEAR = "ds/dt = -s/tau\ndg/dt = (s - g)/tau\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LINEAR + MEMBRANE, {"s", "g"}),
        (LINEAR + "dh/dt = k - heaviside(tau)*h + where(tau > 1, g, s)", {"s", "g", "h"}),
        ("fed = s/tau\nds/dt = -s\ndg/dt = fed - 2*g", {"s", "g"}),
        # Driven from outside, and so is everything that follows.
        ("ds/dt = -s/tau + I\ndg/dt = (s - g)/tau", set()),
        ("ds/dt = -s/tau\ndg/dt = (s - g)/tau + I\ndh/dt = g - h", {"s"}),
        ("ds/dt = -s/tau\ndg/dt = (s - g)/tau\ndh/dt = g - h + sin(t)", {"s", "g"}),
        ("drive = 2*I\nds/dt = -s/tau + drive\ndg/dt = -g", {"g"}),
        # Coefficients that move.
        ("ds/dt = -s/tau\ndg/dt = s*(1 - g)", {"s"}),
        ("ds/dt = -s/tau*I\ndg/dt = s - g", set()),
        ("ds/dt = -abs(s)\ndg/dt = s - g\ndh/dt = g", set()),
        ("ds/dt = where(g > 1, -s, s)\ndg/dt = -g/tau", {"g"}),
        ("ds/dt = heaviside(g) - s\ndg/dt = -g/tau", {"g"}),
        ("ds/dt = -s/(1 + g)\ndg/dt = -g/tau\ndh/dt = h**2", {"g"}),
        ("y = 2*I", set()),
    ],
)
def test_what_is_linear_by_itself(text, expected):
    model = rb.Model(text, parameters=dict(tau=2.0, k=1.0), inputs=["I"])
    assert set(linear_states(model)) == expected
    advanced = {name for name in build_step(model, "exponential_euler").prepared}
    coupled = {
        s for group in connected(model, linear_states(model)) if len(group) > 1 for s in group
    }
    assert {name.split("__")[1].split("_")[0] for name in advanced} == {
        str(model.states.index(s)) for s in coupled
    }


def test_states_are_grouped_by_what_they_depend_on():
    model = rb.Model(
        "shared = a + c\nda/dt = -a\ndb/dt = -b\ndc/dt = -c\ndd/dt = shared - d\nde/dt = b - e\n"
        "df/dt = -f"
    )
    groups = connected(model, model.states)
    assert {frozenset(group) for group in groups} == {
        frozenset("acd"), frozenset("be"), frozenset("f"),
    }  # fmt: skip


def two_receptors(slow):
    ports = {
        "fast": rb.Biexponential(0.3 * ms, 1.5 * ms, reversal=0 * mV),
        "slow": rb.Alpha(slow * ms, reversal=-80 * mV),
    }
    return joined(rb.LIF(), ports)


def test_receptors_leave_one_another_alone():
    (before,) = traces(
        two_receptors(5.0), 20, 0.1, "g_fast", initial=dict(s_fast=1 * nS, s_slow=1 * nS)
    )
    (after,) = traces(
        two_receptors(50.0), 20, 0.1, "g_fast", initial=dict(s_fast=1 * nS, s_slow=1 * nS)
    )
    assert np.array_equal(before, after) and before.max() > 0.5
    step = build_step(two_receptors(5.0), "exponential_euler")
    assert len(step.prepared) == 6  # two triangles, and nothing between them


def test_a_state_that_only_decays_needs_no_propagator():
    model = joined(rb.LIF(), {"e": rb.Exponential(5 * ms, reversal=0 * mV)})
    step = build_step(model, "exponential_euler")
    assert step.prepare is None and not step.prepared and not step.held
    (g,) = traces(model, 20, 0.1, "g_e", initial=dict(g_e=3 * nS))
    assert np.array_equal(g[1:], g[:-1] * np.exp(-(0.1 / 5)))  # the very bits


def test_the_others_see_a_held_state_where_it_is_held():
    """The adaptation of a refractory neuron, whose potential is linear with it."""
    model = rb.Model(
        "dv/dt = (-v - w + drive)/10\ndw/dt = (a*v - w)/30\ndg/dt = -g*g",
        spike="v > 20", reset="v = 5; w += 8", refractory="t_ref",
        parameters=dict(drive=100.0, a=2.0, t_ref=5.0), initial=dict(v=21.0),
    )  # fmt: skip
    v, w = traces(model, 6, 0.5, "v", "w", spike_times="grid")
    assert np.all(v[1:12] == 5.0) and v[12, 0] > 5.0
    expected = 10.0 + (w[1, 0] - 10.0) * np.exp(-0.5 * np.arange(11) / 30)
    assert w[1:12, 0] == pytest.approx(expected, abs=1e-13)
    # Free again, both are what the exact propagator of the pair makes of them.
    pair = rb.Model(
        "dv/dt = (-v - w + drive)/10\ndw/dt = (a*v - w)/30", parameters=dict(drive=100.0, a=2.0),
        initial=dict(v=5.0, w=w[11, 0]),
    )  # fmt: skip
    exact = rb.simulate(pair, 0.5 * ms, dt=0.5 * ms, method="exact", record=["v", "w"])
    assert [v[12, 0], w[12, 0]] == pytest.approx([np.asarray(exact[s])[1, 0] for s in "vw"])


def test_every_target_says_the_same():
    start = dict(s_fast=3 * nS, s_slow=1 * nS)
    fast, plain = (
        traces(two_receptors(5.0), 10, 0.1, "g_fast", "g_slow", "v", initial=start, target=target)
        for target in ("llvm", "python")
    )
    assert np.allclose(fast, plain, rtol=1e-12, atol=1e-15)


def test_a_chain_without_a_finite_propagator_is_refused():
    model = rb.Model(f"ds/dt = -s\ndg/dt = s + k*g\n{MEMBRANE}", parameters=dict(k=1e5))
    with pytest.raises(ParameterError, match="no finite propagator"):
        traces(model, 1, 0.1, "g")
