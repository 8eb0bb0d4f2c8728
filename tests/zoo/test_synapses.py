"""Synapses: their courses against closed forms, their parameters, and what they refuse."""

import numpy as np
import pytest

from rheobase.errors import ParameterError, UnitError
from rheobase.model.composition import arrival_state, joined
from rheobase.model.model import Model
from rheobase.model.synapse import Synapse
from rheobase.units import Quantity, ms, mV, nS, pA, second
from rheobase.zoo import LIF, Alpha, Biexponential, Delta, Exponential, Izhikevich

PLAIN = Model("dv/dt = (-v + I)/10", spike="v > 1", reset="v = 0", inputs=["I"])


def response(synapse, weight=2.0, duration=100.0, h=0.005):
    """The course of what a spike of this weight opens, by RK4 on the synapse's own equations."""
    from rheobase.compiler.targets.numpy import evaluate

    model = synapse.model
    shown = "I" if synapse.reversal is None else "g"
    state = {name: 0.0 for name in model.states}
    state[synapse.state] = weight
    times = np.arange(round(duration / h) + 1) * h
    course = np.empty(len(times))

    def slopes(at):
        values = {**model.parameters, **at}
        return {n: float(evaluate(e, values)) for n, e in model.derivatives.items()}

    def moved(at, slope, by):
        return {n: at[n] + by * slope[n] for n in at}

    for k in range(len(times)):
        course[k] = state[shown]
        a = slopes(state)
        b = slopes(moved(state, a, h / 2))
        c = slopes(moved(state, b, h / 2))
        d = slopes(moved(state, c, h))
        state = {n: state[n] + h / 6 * (a[n] + 2 * b[n] + 2 * c[n] + d[n]) for n in state}
    return times, course


def test_exponential():
    t, course = response(Exponential(5 * ms), duration=30)
    assert np.allclose(course, 2 * np.exp(-t / 5), rtol=1e-9, atol=1e-12)


def test_alpha():
    t, course = response(Alpha(3 * ms), duration=30)
    assert np.allclose(course, 2 * t / 3 * np.exp(1 - t / 3), rtol=1e-9, atol=1e-12)
    assert course.max() == pytest.approx(2.0, rel=1e-6)


@pytest.mark.parametrize(
    ("rise", "decay"), [(0.5, 5.0), (2.0, 2.1), (1.0, 1.0 + 1e-9), (0.1, 80.0)]
)
def test_biexponential_has_the_weight_as_its_peak(rise, decay):
    t, course = response(Biexponential(rise * ms, decay * ms), duration=15)
    peak = np.log1p((decay - rise) / rise) * rise * decay / (decay - rise)
    assert course.max() == pytest.approx(2.0, rel=1e-5)
    assert t[course.argmax()] == pytest.approx(peak, abs=0.01)
    if decay - rise > 0.5:
        shape = np.exp(-t / decay) - np.exp(-t / rise)
        top = np.exp(-peak / decay) - np.exp(-peak / rise)
        assert np.allclose(course, 2 * shape / top, atol=1e-8)


def test_equal_time_constants_are_alpha():
    _, alpha = response(Alpha(4 * ms), duration=20)
    _, equal = response(Biexponential(4 * ms, 4 * ms), duration=20)
    assert np.array_equal(alpha, equal)


@pytest.mark.parametrize("make", [Exponential, Alpha, lambda t, **k: Biexponential(t, t, **k)])
def test_units_on_a_target(make):
    current = joined(LIF(), {"a": make(5 * ms)})
    assert current.unit_of(arrival_state("a", make(5 * ms))).dimension == pA.dimension
    open_ = make(5 * ms, reversal=0 * mV)
    conductance = joined(LIF(), {"a": open_})
    assert conductance.unit_of(arrival_state("a", open_)).dimension == nS.dimension
    assert open_.reversal == 0.0
    assert conductance.parameters["E_a"] == 0.0


def test_linear_synapses_join_the_exact_propagator():
    from rheobase.compiler.schemes import default_method

    ports = {"e": Exponential(5 * ms), "b": Biexponential(1 * ms, 4 * ms), "a": Alpha(2 * ms)}
    assert default_method(joined(LIF(), ports)) == "exact"


def test_a_delta_is_of_the_neuron():
    assert Delta().state == "v" and Delta().model is None
    assert Delta("w", name="jump").name == "jump"
    assert joined(LIF(), {"d": Delta()}) is LIF()


def test_plain_numbers_for_plain_models():
    both = joined(PLAIN, {"e": Exponential(5), "c": Exponential(2, reversal=3)})
    assert both.is_plain and both.parameters["tau_e"] == 5
    assert both.parameters["E_c"] == 3
    with_units = joined(PLAIN, {"e": Exponential(0.005 * second)})
    assert with_units.parameters["tau_e"] == 5


def test_units_on_a_plain_model_that_shows_some():
    synapse = Exponential(5 * ms, reversal=-80 * mV)
    both = joined(Izhikevich(), {"i": synapse})
    assert both.parameters["E_i"] == -80


def test_text_and_pint_are_quantities_too():
    synapse = Exponential("5 ms", reversal="-80 mV")
    assert synapse.model.parameters["tau"] == 5 and synapse.reversal == -80
    assert synapse == Exponential(5 * ms, reversal=-80 * mV)
    assert synapse != Exponential(5 * ms, reversal=-70 * mV)
    assert Exponential(Quantity(0.005, second)).model.parameters["tau"] == 5


@pytest.mark.parametrize(
    "synapse",
    [
        Delta("v"),
        Exponential(5 * ms, name="AMPA", into="I"),
        Alpha(0.3 * ms, reversal=0 * mV),
        Biexponential(1 / 3 * ms, 5 * ms, reversal=-80 * mV),
        Exponential(5),
    ],
    ids=["delta", "exponential", "alpha", "biexponential", "plain"],
)
def test_a_description_is_complete(synapse):
    import json

    again = Synapse.from_description(json.loads(json.dumps(synapse.describe(), allow_nan=False)))
    assert again == synapse and again.key() == synapse.key()


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Exponential(0 * ms), ParameterError, "tau of Exponential is 0 ms"),
        (lambda: Exponential(-5 * ms), ParameterError, "positive"),
        (lambda: Exponential([1, 2] * ms), ParameterError, "one finite"),
        (lambda: Exponential(np.nan * ms), ParameterError, "one finite"),
        (lambda: Exponential(5 * mV), UnitError, "a voltage"),
        (lambda: Exponential(5 * ms, reversal=0 * pA), UnitError, "a current"),
        (lambda: Exponential(5 * ms, reversal=0), UnitError, "both with units"),
        (lambda: Exponential(5, reversal=0 * mV), UnitError, "both with units"),
        (lambda: Biexponential(5 * ms, 1 * ms), ParameterError, "shorter time constant"),
        (lambda: Biexponential(5 * ms, 6), UnitError, "both with units"),
        (lambda: Exponential(5 * ms, name="a-b"), ParameterError, "called"),
    ],
)
def test_refusals(make, error, words):
    with pytest.raises(error, match=words):
        make()
