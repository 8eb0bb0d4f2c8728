"""The rate-coded neuron: its closed form, its transfer functions, its noise, what it refuses."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rheobase as rb
from rheobase.errors import ParameterError, RheobaseError, UnitError, UnknownNameError
from rheobase.units import Hz, ms, mV
from rheobase.zoo.transfer import TRANSFERS, expression, naka_rushton, tabulated


@settings(max_examples=60, deadline=None)
@given(
    tau=st.floats(5.0, 30.0),
    dt=st.sampled_from([0.01, 0.025, 0.1, 0.3, 1.0, 7.0, 33.0]),
    first=st.floats(-2.0, 2.0),
    drive=st.floats(-3.0, 3.0),
)
def test_relaxation_is_the_closed_form(tau: float, dt: float, first: float, drive: float) -> None:
    """Line 1: tau from 5 to 30 ms, any dt, to 1e-12."""
    model = rb.RateNeuron("logistic", tau=tau * ms, b=0.25)
    steps = max(1, round(150 / dt))
    rec = rb.simulate(
        model, steps * dt * ms, dt=dt * ms, I=drive, initial={"v": first}, record=["v", "r"]
    )
    t = np.arange(steps + 1) * dt
    v = drive + 0.25 + (first - drive - 0.25) * np.exp(-t / tau)
    np.testing.assert_allclose(rec["v"][:, 0], v, rtol=0, atol=1e-12)
    np.testing.assert_allclose(rec["r"][:, 0], 1 / (1 + np.exp(-v)), rtol=0, atol=1e-12)


@pytest.mark.parametrize("tau", [5.0, 13.0, 30.0])
def test_a_step_of_the_input_is_answered_exactly(tau: float) -> None:
    """The input changes on the grid and within a step."""
    model = rb.RateNeuron("relu", tau=tau * ms)
    rec = rb.simulate(model, 100 * ms, dt=2 * ms, record="v", I=rb.step(1.5, start=20 * ms))
    late = np.maximum(np.arange(51) * 2.0 - 20, 0)
    np.testing.assert_allclose(rec["v"][:, 0], -1.5 * np.expm1(-late / tau), rtol=0, atol=1e-12)


EVERY: list[Any] = [*TRANSFERS, tabulated([-1, 0, 2], [0.1, 0.3, 2.0]), "x/(1 + abs(x))"]
EVERY += [expression("logistic(k*(x - x_0))", k=3.0, x_0=0.5), naka_rushton(maximum=2.0)]


@pytest.mark.parametrize("f", EVERY, ids=str)
def test_r_is_f_of_v(f: Any) -> None:
    model = rb.RateNeuron(f)
    rec = rb.simulate(model, 30 * ms, n=9, I=np.linspace(-2, 3, 9), record=["v", "r"])
    due = rb.RateNeuron(f).outputs
    assert due == ("r",)
    function = TRANSFERS[f]() if isinstance(f, str) and f in TRANSFERS else f
    value = (lambda v: v / (1 + np.abs(v))) if isinstance(f, str) and f not in TRANSFERS else None
    expected = (value or function.value)(np.asarray(rec["v"]))
    np.testing.assert_allclose(rec["r"], expected, rtol=1e-14, atol=1e-15)


def test_it_is_one_with_units_and_without() -> None:
    """Times in ms either way; rates in Hz are the same numbers."""
    found = []
    for how, I in (({}, 2.0), ({"tau": 10.0}, 2.0), ({"unit": Hz}, 2 * Hz)):
        model = rb.RateNeuron("threshold_linear", maximum=3.0, **how)
        found.append(rb.simulate(model, 20 * ms, dt=0.5 * ms, I=I, record=["v", "r"]))
    for one in found[1:]:
        for name in ("v", "r"):
            shown = np.asarray(getattr(one[name], "magnitude", one[name]))
            np.testing.assert_allclose(shown, np.asarray(found[0][name]), rtol=1e-14)
    assert found[2]["r"].unit == Hz


def test_noise_is_exact_in_law_at_any_step() -> None:
    """A stationary spread of sigma and a correlation of exp(-dt/tau), with steps of half a tau."""
    model = rb.RateNeuron("tanh", noise=0.5, tau=10 * ms)
    rec = rb.simulate(model, 2000 * ms, n=400, dt=5 * ms, I=0.3, record="v", seed=1)
    assert rec.provenance["method"] == "exact"
    v = np.asarray(rec["v"])[30:]
    one = 0.5 * np.sqrt(2 / v.size) * 2  # two steps are a time constant
    assert v.mean() == pytest.approx(0.3, abs=6 * one)
    assert v.std() == pytest.approx(0.5, abs=6 * one)
    part = (v - 0.3)[1:] * (v - 0.3)[:-1]
    assert part.mean() / 0.25 == pytest.approx(np.exp(-0.5), abs=0.01)


def test_presets_and_pickles() -> None:
    assert set(rb.RateNeuron.presets) >= {"logistic", "tanh", "step", "naka_rushton"}
    assert rb.RateNeuron.preset("tanh", tau=5 * ms).parameters["tau"] == 5.0
    assert pickle.loads(pickle.dumps(rb.RateNeuron)) is rb.RateNeuron  # noqa: S301
    assert rb.RateNeuron() is rb.RateNeuron("relu")
    assert rb.RateNeuron("tanh").name == "RateNeuron"


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (ParameterError, lambda: rb.RateNeuron("sigmoidal")),
        (UnknownNameError, lambda: rb.RateNeuron("logistic(tau*x)")),
        (ParameterError, lambda: rb.RateNeuron(expression("b*x", b=2.0))),
        (ParameterError, lambda: rb.RateNeuron(unit="Hz")),
        (ParameterError, lambda: rb.RateNeuron(tau=10.0, unit=Hz)),
        (ParameterError, lambda: rb.RateNeuron("tanh", gain=2.0)),
        (UnitError, lambda: rb.RateNeuron(tau=10 * mV)),
        (UnitError, lambda: rb.RateNeuron(b=1 * Hz)),
        (RheobaseError, lambda: rb.RateNeuron("x +")),
        (ParameterError, lambda: rb.RateNeuron(noise=-1)),
        (ParameterError, lambda: rb.RateNeuron(noise=[0.5, -1e-9])),
        (ParameterError, lambda: rb.RateNeuron(noise=-2 * Hz, unit=Hz)),
    ],
)
def test_what_cannot_be_is_refused(error: type[Exception], call: Any) -> None:
    with pytest.raises(error, match="Mend: "):
        call()
