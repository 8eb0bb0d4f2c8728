"""Wherever a neuron starts, it goes on finite or says at once why not: no NaN passes in silence."""

import re
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rheobase as rb
from rheobase.compiler.calculus import inlined, jacobian
from rheobase.compiler.targets.numpy import evaluate
from rheobase.engine.rest import environment, initial_values
from rheobase.errors import NumericalError
from rheobase.units import ms, mV
from rheobase.zoo import MODELS

EXTREMES = (-1e4, -3e3, -1e3, -500.0, -150.0, -100.0, 0.0, 60.0, 100.0, 1e3, 1e4)


def outcome(model, v, **options):
    """A run from a membrane potential: finite, or one error with everything in it."""
    begin = time.perf_counter()
    given = model.from_internal(v, "v")
    try:
        rec = rb.simulate(
            model, 3 * ms, record=list(model.states), initial=dict(v=given), **options
        )
    except NumericalError as error:
        text = str(error)
        assert re.search(r"population '[^']+', neuron 0, between [\d.e-]+ and [\d.e-]+ ms: ", text)
        assert re.search(r"v = -?[\d.einfa]+", text)
        assert "Mend: " in text
        assert any(re.search(rf"\b{state}\b", error.message) for state in model.states) or (
            "again and again" in error.message
        )
        rec = error.recording
        says = error.message
    else:
        says = "finite"
        assert len(rec.t) > 1
    for name in model.states:
        assert np.all(np.isfinite(np.asarray(rec[name]))), (name, v, options)
    assert np.all(np.isfinite(rec.spikes.t.internal))
    assert time.perf_counter() - begin < 20
    return says


@pytest.mark.parametrize("target", ["llvm", "numpy"])
def test_from_any_voltage_a_run_is_finite_or_says_why_not(kept, method, target):
    model = kept.model
    if target == "numpy" and method == "adaptive":
        voltages = (-150.0, 0.0, 60.0, 1e4)  # a step of 100,000 trials takes NumPy a while
    else:
        voltages = EXTREMES
    for v in voltages:
        outcome(model, v, method=method, target=target, dt=0.05 * ms)


@settings(max_examples=40)
@given(st.sampled_from(list(MODELS)), st.floats(-1e4, 1e4), st.sampled_from([0.01, 0.1, 0.5]))
def test_by_default_too(name, v, dt):
    outcome(MODELS[name](), v, dt=dt * ms)


@pytest.mark.parametrize("name", MODELS)
def test_a_physiological_start_never_fails(name):
    for v in (-120.0, -80.0, -65.0, -50.0, -20.0):
        assert outcome(MODELS[name](), v) == "finite"


SINGULAR = [("HodgkinHuxley", -60.0), ("HodgkinHuxley", -45.0)] + [
    ("TraubMiles", shift) for shift in (13.0, 15.0, 40.0)
]


@pytest.mark.parametrize(("name", "v"), SINGULAR)
def test_singular_points_are_exact(name, v):
    model = MODELS[name]()
    if name == "TraubMiles":
        v += float(model.parameters["V_T"])
    rates = [d for d in model.definitions if d[:2] in ("a_", "b_")]
    assert len(rates) == 6

    def slopes(at):
        states = {s: np.full(3, 0.3) for s in model.states} | {"v": np.asarray(at)}
        known = environment(model, {**model.parameters, "I": 0.0, **states, "t": 0.0})
        values = {r: known[r] for r in rates}
        return values | {s: evaluate(model.derivatives[s], known) for s in model.states}

    near = slopes([v - 1e-5, v, v + 1e-5])
    for key, value in near.items():
        low, here, high = np.broadcast_to(value, (3,))
        assert np.isfinite(here)
        assert here == pytest.approx((low + high) / 2, rel=1e-9), key
    # And where it is run: the point itself is no different from its neighbours, on any target.
    for target in ("llvm", "python", "numpy"):
        rec = rb.simulate(
            model, 0.01 * ms, dt=0.01 * ms, method="euler", target=target, record=model.states,
            initial=dict(v=np.array([v - 1e-5, v, v + 1e-5]) * mV),
        )  # fmt: skip
        for state in model.states:
            low, here, high = np.asarray(rec[state])[-1]
            assert here == pytest.approx((low + high) / 2, rel=1e-9)


def scale(model, state):
    return 20.0 if state in ("v", "u", "Theta") else 100.0 if state in ("w", "I_1", "I_2") else 0.2


@settings(max_examples=60)
@given(st.sampled_from(list(MODELS)), st.integers(0, 10_000))
def test_the_jacobian_is_that_of_finite_differences(name, seed):
    model = MODELS[name]()
    rng = np.random.default_rng(seed)
    start = {s: float(v[0]) for s, v in initial_values(model, 1, {}).items()}
    x = {s: v + scale(model, s) * rng.uniform(-0.5, 0.5) for s, v in start.items()}
    fixed = {**model.parameters, "I": 7.0, "t": 0.0}

    def slope(state, at):
        return float(evaluate(inlined(model, model.derivatives[state]), {**fixed, **at}))

    for (i, j), expression in jacobian(model).items():
        h = 1e-5 * scale(model, j)
        up, down = (slope(i, x | {j: x[j] + k * h}) for k in (1, -1))
        expected = (up - down) / (2 * h)
        found = float(evaluate(expression, environment(model, {**fixed, **x})))
        bound = 1e-6 * (abs(expected) + abs(found)) + 1e-9 * (1 + abs(slope(i, x))) / h * 1e-5
        assert found == pytest.approx(expected, abs=max(bound, 1e-7))
