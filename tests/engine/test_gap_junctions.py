"""Electrical synapses against closed forms, the matrix exponential, and finer steps."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.units import ms, mV, nS, pA, pF

LEAKY = rb.Model(
    "C * dv/dt = -g_L*(v - V_L) + I",
    parameters=dict(C=100 * pF, g_L=10 * nS, V_L=-70 * mV), inputs=dict(I=pA),
    initial=dict(v="V_L"),
)  # fmt: skip
LIF = rb.Model(
    "C * dv/dt = -g_L*(v - V_L) + I",
    spike="v >= V_T", reset="v = V_R", refractory="t_ref",
    parameters=dict(
        C=100 * pF, g_L=10 * nS, V_L=-70 * mV, V_T=-50 * mV, V_R=-65 * mV, t_ref=2 * ms
    ),
    inputs=dict(I=pA), initial=dict(v="V_L"),
)  # fmt: skip
PLAIN = rb.Model("dv/dt = I", inputs=["I"])


def volts(rec, *names):
    """Traces of v in mV, the populations side by side."""
    return np.concatenate([np.asarray(rec[name]["v"]) for name in names], axis=1)


def one(model, n, rule, conductance, v=None, dt=0.1, threads=1, current=None, **how):
    """A population of cells joined with one another, whose v is recorded."""
    net = rb.Network(seed=2, dt=dt * ms, threads=threads)
    inputs = {} if current is None else dict(I=current)
    first = {} if v is None else dict(v=v)
    net.add(model, n, name="a", initial=first, **inputs, **how)
    net.gap_junction("a", "a", rule, conductance)
    net.record("a", "v")
    return net


def two(model, conductance, dt, T, method=None, current=None, others=None, **how):
    """Two cells, the first of which is driven: v at every ms, and the spikes of both."""
    net = rb.Network(dt=dt * ms, threads=1)
    net.add(model, 1, name="a", method=method, **({} if current is None else dict(I=current)))
    net.add(others or model, 1, name="b", method=method)
    net.gap_junction("a", "b", rb.one_to_one(), conductance, **how)
    for name in "ab":
        net.record(name, "v", every=round(1 / dt))
    rec = net.run(T * ms)
    return volts(rec, "a", "b"), [rec[name].spikes.t.internal for name in "ab"]


# ------------------------------------------------------------------------------ closed forms


@pytest.fixture(scope="module")
def closed():
    """The closed form of two cells, from the reference where it is at hand."""
    path = Path(__file__).parents[3] / "shared" / "reference" / "analytic.json"
    known = dict(C_pF=100.0, g_nS=10.0, gj_nS=5.0, coupling=1 / 3, tau_sum_ms=10.0, tau_diff_ms=5.0)
    return json.loads(path.read_text())["gap_junction"] if path.is_file() else known


@pytest.mark.parametrize("method", ["exact", "rk4", "adaptive", "euler"])
@pytest.mark.parametrize("dt", [0.01, 0.1, 0.5])
def test_the_coupling_coefficient_of_two_cells(closed, dt, method):
    v, _ = two(LEAKY, closed["gj_nS"] * nS, dt, 300, method, current=100 * pA)
    a, b = v[-1] + 70
    assert b / a == pytest.approx(closed["coupling"], rel=1e-9)


@pytest.mark.parametrize("conductance", [0.1, 5.0, 1e3, 1e6])
def test_the_coupling_coefficient_of_unlike_cells(conductance):
    v, _ = two(LEAKY.replace(C=60 * pF), conductance * nS, 0.1, 1500, current=100 * pA,
               others=LEAKY.replace(g_L=4 * nS, C=180 * pF))  # fmt: skip
    a, b = v[-1] + 70
    assert b / a == pytest.approx(conductance / (4 + conductance), rel=1e-9)


@pytest.mark.parametrize("dt", [0.1, 0.5])
def test_the_two_time_constants_of_two_cells(closed, dt):
    net = one(LEAKY, 2, rb.all_to_all(autapses=False), 5 * nS, v=[-60, -68] * mV, dt=dt)
    u = volts(net.run(20 * ms), "a") + 70
    t = dt * np.arange(len(u))
    assert u.sum(axis=1) == pytest.approx(12 * np.exp(-t / closed["tau_sum_ms"]), rel=1e-12)
    assert u[:, 0] - u[:, 1] == pytest.approx(8 * np.exp(-t / closed["tau_diff_ms"]), rel=1e-11)


@pytest.mark.parametrize("conductance", [0.01, 1.0, 300.0])
@pytest.mark.parametrize("threads", [1, 3])
def test_a_random_network_is_the_matrix_exponential(conductance, threads):
    n, rng = 150, np.random.default_rng(1)
    pre, post = rng.integers(0, n, 400), rng.integers(0, n, 400)
    pre, post = pre[pre != post], post[pre != post]
    g = rng.uniform(0.2, 1, len(pre)) * conductance
    v = rng.uniform(-80, -50, n)
    # The leak is the same in all cells and commutes; the capacitances differ with it.
    C = rng.uniform(50, 200, n)
    model = LEAKY.replace(C=C * pF, g_L=0.1 * C * nS)
    net = one(model, n, rb.edges(pre, post), g * nS, v=v * mV, threads=threads)
    found = volts(net.run(5 * ms), "a")
    L = np.zeros((n, n))
    np.add.at(L, (pre, pre), g), np.add.at(L, (post, post), g)
    np.add.at(L, (pre, post), -g), np.add.at(L, (post, pre), -g)
    A = -np.eye(n) * 0.1 - L / C[:, None]
    for k in (1, 7, 50):
        assert found[k] + 70 == pytest.approx(expm(0.1 * k * A) @ (v + 70), abs=1e-9)


@pytest.mark.parametrize("dt", [0.1, 0.5])
@pytest.mark.parametrize("conductance", [0.1, 5.0, 300.0, 1e5])
def test_a_network_of_unlike_cells_is_the_matrix_exponential(conductance, dt):
    n, rng = 60, np.random.default_rng(3)
    # One of them has a leak that takes all of it in a step.
    leak, current = rng.uniform(5, 20, n), rng.uniform(-50, 150, n)
    v, leak[7] = rng.uniform(-80, -50, n), 100 / dt
    net = one(
        LEAKY.replace(g_L=leak * nS), n, rb.bernoulli(0.1, autapses=False),
        rb.uniform(0.1 * conductance * nS, conductance * nS), v=v * mV, current=current * pA, dt=dt,
    )  # fmt: skip
    found = volts(net.run(60 * dt * ms), "a")
    A = matrix(net) + np.diag(leak / 100)
    rest = np.linalg.solve(A, (current - 70 * leak) / 100)
    for k in (1, 2, 7, 60):
        assert found[k] == pytest.approx(rest + expm(-k * dt * A) @ (v - rest), abs=1e-9)


def matrix(net):
    """What the drawn junctions of a network of cells of 100 pF make of dv/dt = -A v."""
    edges, coupling = net._simulation.assembly.coupling._edges, net._simulation.assembly.coupling
    A = np.zeros((coupling.n, coupling.n))
    np.add.at(A, (edges["row"], edges["row"]), edges["above"] / 100)
    np.add.at(A, (edges["row"], edges["other"]), -edges["above"] / 100)
    return A


# ------------------------------------------------------------------------------ order, stability


CUBIC = rb.Model(
    "C * dv/dt = 10*(v - v**3/3 - w) + J\ndw/dt = 0.8*(v + 0.7 - 0.8*w)",
    parameters=dict(C=1.0), inputs=["J"], initial=dict(v=-1.0, w=0.2),
)  # fmt: skip
SIZES, DRIVES = np.array([1.0, 2.0, 0.5, 1.0]), np.array([5.0, 0.0, 2.0, -4.0])
CHAIN = np.diag([1.0, 2.0, 2.0, 1.0]) - np.eye(4, k=1) - np.eye(4, k=-1)


def cubic(method, conductance, dt, T, drives=DRIVES):
    """Four unlike cells of FitzHugh and Nagumo in a chain: v at the end."""
    net = rb.Network(dt=dt * ms, threads=1)
    net.add(CUBIC, 4, name="a", method=method, parameters=dict(C=SIZES), J=drives)
    net.gap_junction("a", "a", rb.edges([0, 1, 2], [1, 2, 3]), conductance, into="J")
    net.record("a", "v")
    return volts(net.run(T * ms), "a")[-1]


def cubic_slopes(conductance, u, drives=DRIVES):
    """What they and their junctions make of the slopes of v and w."""
    v, w = u[:4], u[4:]
    currents = 10 * (v - v**3 / 3 - w) + drives - conductance * CHAIN @ v
    return np.concatenate([currents / SIZES, 0.8 * (v + 0.7 - 0.8 * w)])


@pytest.mark.parametrize("method", ["heun", "rk4", "adaptive"])
@pytest.mark.parametrize("conductance", [0.3, 10.0, 100.0, 1e5])
def test_the_order_is_two(method, conductance):
    first = np.concatenate([np.full(4, -1.0), np.full(4, 0.2)])
    best = solve_ivp(
        lambda t, u: cubic_slopes(conductance, u), (0, 4), first, "Radau", rtol=1e-10, atol=1e-11
    ).y[:4, -1]
    steps = (0.01, 0.005, 0.0025)
    errors = [np.abs(cubic(method, conductance, dt, 4) - best).max() for dt in steps]
    assert errors[2] < (2e-5 if method == "heun" else 5e-7)
    # Two halvings leave a quarter of a quarter, or less.
    assert errors[0] / errors[2] > 0.7 * 16, errors


def test_cells_like_hodgkin_and_huxley_s_converge_at_any_conductance():
    for conductance in (50 * nS, 1e3 * nS, 1e6 * nS):
        best = two(rb.TraubMiles(), conductance, 0.001, 8, "adaptive", 700 * pA)[0]
        errors = [
            np.abs(two(rb.TraubMiles(), conductance, dt, 8, "adaptive", 700 * pA)[0] - best).max()
            for dt in (0.05, 0.0125)
        ]
        assert errors[1] < 0.012 and errors[1] < errors[0] / 4, (conductance, errors)
        assert np.ptp(best) > 20, "nothing happens"


@pytest.mark.parametrize("method", ["heun", "rk4", "adaptive"])
@pytest.mark.parametrize("conductance", [3.0, 100.0, 1e4])
def test_steady_states_of_cells_that_are_not_linear_are_exact(method, conductance):
    drives = np.array([-3.0, 0.0, 1.0, -4.0])
    v = cubic(method, conductance, 0.02, 100, drives)
    slopes = cubic_slopes(conductance, np.concatenate([v, (v + 0.7) / 0.8]), drives)
    # What the last digits of v do to the current of a junction is in proportion to its conductance.
    assert slopes == pytest.approx(np.zeros(8), abs=1e-11 + 3e-13 * conductance)
    assert np.ptp(v) > 1e-4


@pytest.mark.parametrize("conductance", [1e3, 1e6, 1e9, 1e30])
def test_any_conductance_is_stable(conductance):
    rng = np.random.default_rng(5)
    v, n = rng.uniform(-80, -55, 40), 40
    ring = rb.edges(np.arange(n), (np.arange(n) + 1) % n)
    net = one(LEAKY, n, ring, conductance * nS, v=v * mV)
    found = volts(net.run(1 * ms), "a") + 70
    assert np.all(np.isfinite(found)) and found.max() <= (v + 70).max()
    if conductance >= 1e6:  # all cells are one
        due = (v + 70).mean() * np.exp(-0.01 * np.arange(1, len(found)))
        assert found[1:] == pytest.approx(np.tile(due[:, None], n), rel=1e-6)


@pytest.mark.parametrize("conductance", [3, 3000, 1e6])
def test_what_one_cell_loses_another_gains(conductance):
    n, rng = 40, np.random.default_rng(8)
    capacitance = rng.uniform(50, 300, n)
    # No leak: the charge of all cells together stays.
    model = rb.Model("C * dv/dt = I", parameters=dict(C=capacitance * pF), inputs=dict(I=pA))
    v = rng.uniform(-80, 20, n)
    rule = rb.bernoulli(0.2, autapses=False)
    net = one(model, n, rule, rb.uniform(0.5 * conductance * nS, conductance * nS), v=v * mV)
    found = volts(net.run(20 * ms), "a")
    charge = found @ capacitance
    # Rounding: of the charges, and of what flows, which grows with the largest eigenvalue.
    stiffness = 2.0 / net._simulation.assembly.coupling.numbers["scale"]
    uneven = capacitance @ np.abs(v - v.mean())
    assert charge == pytest.approx(charge[0], rel=1e-13, abs=1e-15 * stiffness * uneven)
    assert np.ptp(found[-1]) < np.ptp(found[0]) / 2


def test_equal_cells_stay_equal_to_the_bit():
    net = one(LIF, 50, rb.all_to_all(autapses=False), 7 * nS, current=300 * pA)
    alone = rb.Network(dt=0.1 * ms)
    alone.add(LIF, 50, name="a", I=300 * pA)
    alone.record("a", "v")
    assert np.array_equal(volts(net.run(50 * ms), "a"), volts(alone.run(50 * ms), "a"))


# ------------------------------------------------------------------------------ neurons


def test_coupled_cells_synchronise():
    def spread(conductance):
        first = rb.uniform(-70 * mV, -50 * mV)
        net = one(rb.TraubMiles(), 20, rb.all_to_all(autapses=False), conductance, first, 0.05,
                  current=500 * pA, method="rk4")  # fmt: skip
        net.run(150 * ms)
        rec = net.run(50 * ms)
        assert rec["a"].spikes.total > 20
        return np.ptp(volts(rec, "a"), axis=1).mean()

    assert spread(1 * nS) < 2 < 30 < spread(1e-6 * nS)


@pytest.mark.parametrize("method", ["exact", "adaptive"])
@pytest.mark.parametrize("conductance", [5 * nS, 1e6 * nS])
def test_a_refractory_neuron_is_not_moved(method, conductance):
    v, spikes = two_fine(method, conductance)
    assert len(spikes) > 3
    for tick in np.round(spikes / 0.1).astype(int):
        held = v[tick : tick + 20, 0]
        assert np.all(held == -65.0), held
    # The other cell sees it there, and is drawn to it.
    passive = v[:, 1]
    if conductance.internal > 1e5:
        tick = int(np.round(spikes[0] / 0.1))
        assert passive[tick + 1 : tick + 20] == pytest.approx(np.full(19, -65.0), abs=1e-3)


def two_fine(method, conductance):
    net = rb.Network(dt=0.1 * ms, threads=1)
    net.add(LIF, 1, name="a", method=method, I=1500 * pA)
    net.add(LEAKY, 1, name="b", method="exact")
    net.gap_junction("a", "b", rb.one_to_one(), conductance)
    for name in "ab":
        net.record(name, "v")
    rec = net.run(40 * ms)
    return volts(rec, "a", "b"), rec["a"].spikes.t.internal


def test_a_held_cell_is_a_fixed_boundary():
    # A cell that has just fired, at the end of a chain: the others follow the clamped system.
    n = 5
    model = LIF.replace(t_ref=100 * ms)
    v = [-40.0, -60.0, -70.0, -75.0, -55.0]
    net = one(model, n, rb.edges([0, 1, 2, 3], [1, 2, 3, 4]), 6 * nS, v=v * mV, method="exact")
    found = volts(net.run(10 * ms), "a")
    first = int(np.argmax(found[:, 0] == -65.0))
    assert np.all(found[first:, 0] == -65.0) and first <= 1
    L = np.diag([1.0, 2, 2, 2, 1]) - np.eye(n, k=1) - np.eye(n, k=-1)
    A = -(0.06 * L + 0.1 * np.eye(n))
    A[0] = 0.0  # it stays 5 mV above the others' rest
    due = expm(0.1 * 90 * A) @ (found[first] + 70)
    assert found[first + 90] + 70 == pytest.approx(due, abs=2e-5)


def test_a_hold_that_ends_within_a_step_lets_the_junctions_in():
    # The cell at the end of a chain fires at once and is held; the longer, the later it follows.
    def at(t_ref):
        model = LIF.replace(t_ref=t_ref * ms)
        v = [-40.0, -60.0, -70.0]
        net = one(model, 3, rb.edges([0, 1], [1, 2]), 60 * nS, v=v * mV, method="adaptive")
        return volts(net.run(4 * ms), "a")[-1]

    early, late = at(1.0), at(1.1)
    assert np.all(np.abs(late - early) > 0.004)
    for part in (0.1, 0.3, 0.7, 0.95):
        between = early + part * (late - early)
        assert at(1.0 + 0.1 * part) == pytest.approx(between, abs=0.05 * np.abs(late - early).min())


def test_what_a_spike_brings_flows_on_from_the_moment_it_arrives():
    # Synapses that move v at once: what comes at 1 ms has not flowed before, and all of it after.
    net = rb.Network(dt=0.1 * ms)
    net.add(rb.SpikeTimes([0.5] * ms, [0]), 1, name="s")
    net.add(LEAKY, 2, name="a", initial=dict(v=[-60, -68] * mV))
    net.connect("s", "a", rb.Delta(), rb.edges([0], [0]), 7 * mV, 0.5 * ms)
    net.gap_junction("a", "a", rb.edges([0], [1]), 30 * nS)
    net.record("a", "v")
    found = volts(net.run(3 * ms), "a") + 70
    A = np.array([[0.4, -0.3], [-0.3, 0.4]])
    for k in (5, 9, 10, 11, 30):
        due = expm(-0.1 * k * A) @ [10, 2]
        if k >= 10:
            due += expm(-0.1 * (k - 10) * A) @ [7, 0]
        assert found[k] == pytest.approx(due, abs=1e-10)


def test_the_recorded_input_is_what_was_given():
    net = one(LEAKY, 2, rb.edges([0], [1]), 30 * nS, v=[-60, -68] * mV, current=3 * pA)
    net.record("a", ["v", "I"])
    assert np.array_equal(np.asarray(net.run(1 * ms)["a"]["I"]), np.full((11, 2), 3.0))


def test_a_crossing_that_the_coupling_makes_is_a_spike():
    # A passive cell, pulled over the threshold by the coupling alone, and back: each rise counts.
    watched = rb.Model("dv/dt = 0*I + I", spike="v > 0.5", inputs=["I"])
    for method in ("euler", "rk4", "adaptive"):
        net = rb.Network(dt=0.1 * ms)
        net.add(watched, 1, name="a", method=method)
        net.add(PLAIN, 1, name="b", I=rb.pulses(100.0, (1 * ms, 10 * ms, 3), 0.5 * ms)
                - rb.pulses(100.0, (5 * ms, 10 * ms, 3), 0.5 * ms))  # fmt: skip
        net.gap_junction("a", "b", rb.one_to_one(), 1e4)
        assert net.run(40 * ms)["a"].spikes.total == 3, method
    net = rb.Network(dt=0.1 * ms)
    net.add(watched, 1, name="a")
    net.add(PLAIN, 1, name="b", initial=dict(v=2.0))
    net.gap_junction("a", "b", rb.one_to_one(), 1e4)
    assert net.run(1 * ms)["a"].spikes.total == 1, "in the very first half step"


def test_cells_of_different_models_and_capacitances():
    other = rb.Model(
        "tau*du/dt = V_L - u + R*J", parameters=dict(tau=20 * ms, R=50 * mV / pA, V_L=-60 * mV),
        inputs=dict(J=pA), initial=dict(u="V_L"),
    )  # fmt: skip
    g = 5.0
    net = rb.Network(dt=0.1 * ms)
    net.add(LEAKY, 3, name="a", parameters=dict(C=[80, 100, 120] * pF))
    net.add(other, 3, name="b", parameters=dict(R=rb.uniform(0.04 * mV / pA, 0.06 * mV / pA)))
    net.gap_junction("a", "b", rb.one_to_one(), g * nS, state=("v", "u"), into=("I", "J"))
    net.record("a", "v"), net.record("b", "u")
    rec = net.run(5 * ms)
    R = net._simulation.parts[1].population.values["R"]
    assert R.shape == (3,) and np.ptp(R) > 0
    for k, C in enumerate((80, 100, 120)):
        leak = np.array([10 / C, 1 / 20])
        A = g * np.array([[1 / C, -1 / C], [-R[k] / 20, R[k] / 20]]) + np.diag(leak)
        rest = np.linalg.solve(A, leak * [-70, -60])
        v = rest + expm(-5 * A) @ ([-70, -60] - rest)
        assert np.asarray(rec["a"]["v"])[-1, k] == pytest.approx(v[0], abs=1e-10)
        assert np.asarray(rec["b"]["u"])[-1, k] == pytest.approx(v[1], abs=1e-10)


@pytest.mark.parametrize("left", [0.0, 0.2])
def test_a_rectifier_conducts_one_way(left):
    def run(v, rectification):
        net = rb.Network(dt=0.1 * ms)
        for name, first in zip("ab", v, strict=True):
            net.add(LEAKY, 1, name=name, initial=dict(v=first * mV))
            net.record(name, "v")
        net.gap_junction("a", "b", rb.one_to_one(), 8 * nS, rectification=rectification)
        return volts(net.run(5 * ms), "a", "b")

    # Towards b it conducts as every junction does.
    assert np.array_equal(run((-55, -65), left), run((-55, -65), None))
    back = run((-65, -55), left) + 70
    t = 0.1 * np.arange(len(back))
    rate = 0.1 + 2 * left * 0.08
    assert back[:, 1] - back[:, 0] == pytest.approx(10 * np.exp(-rate * t), rel=1e-11)
    assert back.sum(axis=1) == pytest.approx(20 * np.exp(-0.1 * t), rel=1e-11)


# ------------------------------------------------------------------------------ which junctions


def pairs(net):
    """The drawn pairs of a network that has run, from both ends."""
    edges = net._simulation.assembly.coupling._edges
    return list(zip(edges["row"].tolist(), edges["other"].tolist(), strict=True))


@pytest.mark.parametrize("rule", [rb.all_to_all(False), rb.bernoulli(0.5, False),
                                  rb.fixed_indegree(4, False), rb.small_world(4, 0.2)])  # fmt: skip
def test_a_recurrent_rule_asks_each_pair_once(rule):
    net = one(LEAKY, 30, rule, 1 * nS)
    net.run(0.1 * ms)
    found = pairs(net)
    assert len(set(found)) == len(found)
    expected = net.gap_junctions["a--a"].expected
    assert len(found) / 2 == pytest.approx(expected, rel=0.3)
    if rule.kind == "all_to_all":
        assert len(found) == 30 * 29 == 2 * expected


def test_a_list_says_itself_which_junctions_there_are():
    net = one(LEAKY, 5, rb.edges([0, 1, 3], [1, 0, 2]), 1 * nS)
    net.run(0.1 * ms)
    # Nodes are the coupled cells alone, in their order: cell 4 has none.
    assert sorted(pairs(net)) == [(0, 1), (0, 1), (1, 0), (1, 0), (2, 3), (3, 2)]


def test_a_matrix_of_conductances_counts_above_its_diagonal():
    g = np.arange(25.0).reshape(5, 5)
    net = one(LEAKY, 5, rb.all_to_all(autapses=False), g * nS)
    net.run(0.1 * ms)
    edges = net._simulation.assembly.coupling._edges
    for row, other, found in zip(edges["row"], edges["other"], edges["above"], strict=True):
        assert found == g[min(row, other), max(row, other)]


def test_expressions_see_both_ends():
    net = rb.Network(seed=1, dt=0.1 * ms)
    net.add(LEAKY, 6, name="a")
    net.add(LEAKY, 4, name="b")
    net.gap_junction("a", "b", rb.all_to_all(), "1*nS*(1 + i_pre + 10*i_post)")
    net.run(0.1 * ms)
    edges = net._simulation.assembly.coupling._edges
    found = {
        (r, o): g for r, o, g in zip(edges["row"], edges["other"], edges["above"], strict=True)
    }
    assert found == pytest.approx(
        {k: 1 + i + 10 * j for i in range(6) for j in range(4) for k in ((i, 6 + j), (6 + j, i))}
    )


def test_a_network_whose_rule_draws_nothing():
    net = one(LEAKY, 5, rb.bernoulli(0.0, autapses=False), 1 * nS)
    assert volts(net.run(1 * ms), "a") == pytest.approx(np.full((11, 5), -70.0))
    assert net._simulation.assembly.coupling is None


def test_what_is_drawn_below_zero_is_refused():
    net = one(LEAKY, 9, rb.bernoulli(0.5, autapses=False), rb.normal(0 * nS, 1 * nS))
    with pytest.raises(ParameterError, match=r"(?s)negative.*gap junction 'a--a'"):
        net.run(1 * ms)


def test_a_current_that_would_lower_a_voltage_is_refused():
    down = rb.Model("C * dv/dt = -I", parameters=dict(C=1 * pF), inputs=dict(I=pA))
    net = one(down, 3, rb.all_to_all(autapses=False), 1 * nS)
    with pytest.raises(ParameterError, match=r"(?s)neuron 0.*must raise.*gap junction 'a--a'"):
        net.run(1 * ms)
