"""From spiking populations to rate neurons, and from those to artificial ones."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.reduction import rate
from rheobase.reduction.artificial import steady_state
from rheobase.reduction.crowd import crowd
from rheobase.reduction.transfer_curve import Curve
from rheobase.units import Hz, ms, mV, nA, pA


@pytest.fixture(scope="module")
def leaky():
    return rb.reduce(rb.LIF(), to="rate", sigma=5 * mV, n=1500, seed=1)


def test_the_transfer_function_is_siegerts(leaky):
    """Between the points of the table too: within one in a thousand of the highest rate."""
    currents = np.linspace(50, 330, 57)
    rec = rb.simulate(leaky.model, 200 * ms, dt=0.1 * ms, I=currents * pA, record="r")
    expected = rb.siegert(
        tau=20 * ms, V_T=-50 * mV, V_R=-65 * mV, t_ref=2 * ms,
        mean=(-70 + 0.1 * currents) * mV, sigma=5 * mV,
    ).value_in(Hz)  # fmt: skip
    found = rec["r"].value_in(Hz)[-1]
    np.testing.assert_allclose(found, expected, atol=1e-3 * expected.max())


def test_both_levels_agree_on_steady_input(leaky):
    """One Hz, for rates up to 150: time on a grid and lines between points are all there is."""
    assert leaky.report["steady error"].value_in(Hz) < 1


def test_both_levels_agree_in_time(leaky):
    """A smooth input: what is left is a small part of the rate."""
    course = 200 + 60 * np.sin(2 * np.pi * np.arange(1500) / 250)
    found = rb.reduce(
        rb.LIF(), to="rate", sigma=5 * mV, n=1500, stimulus=rb.sampled(course * pA, 1 * ms)
    ).report
    assert found["correlation"] > 0.98
    assert found["error in time"].value_in(Hz) < 0.15 * found["mean rate"].value_in(Hz)
    assert 0.5 < found["tau"].value_in(ms) < 10


def test_the_error_is_that_of_runs(leaky):
    """Spikes of a population of half the size scatter more, and the report says so."""
    smaller = rb.reduce(rb.LIF(), to="rate", sigma=5 * mV, n=100, seed=1).report
    chance = "error in time by chance"
    ratio = smaller[chance].value_in(Hz) / leaky.report[chance].value_in(Hz)
    assert ratio == pytest.approx(np.sqrt(15), rel=0.01)
    assert smaller["error in time"].value_in(Hz) > leaky.report["error in time"].value_in(Hz)


def test_any_other_neuron_is_simulated():
    model, noise = rb.ExponentialIF(), rb.noise("0.3 uA/cm**2", 5 * ms)
    found = rb.reduce(model, to="rate", noise=noise, currents=["0 uA/cm**2", "1.5 uA/cm**2"], n=400)
    assert "simulated" in found.report["transfer function"]
    assert found.report["correlation"] > 0.9
    chance = found.report["steady error by chance"].value_in(Hz)
    assert found.report["steady error"].value_in(Hz) < 4 * chance


def test_a_model_without_units():
    plain = rb.Model(
        "tau * dv/dt = -v + I", spike="v > 1", reset="v = 0", refractory="d",
        parameters=dict(tau=20.0, d=2.0), inputs=["I"], name="plain",
    )  # fmt: skip
    found = rb.reduce(plain, to="rate", sigma=0.3, n=300)
    rec = rb.simulate(found.model, 100 * ms, I=np.array([0.0, 0.8, 1.2]), record="r", dt=0.1 * ms)
    expected = rb.siegert(
        tau=20 * ms, V_T=1 * mV, V_R=0 * mV, t_ref=2 * ms, mean=[0, 0.8, 1.2] * mV, sigma=0.3 * mV
    )
    np.testing.assert_allclose(rec["r"][-1], expected.value_in(Hz), atol=0.1)
    assert found.report["steady error"].value_in(Hz) < 3
    assert found.report["error in time"].value_in(Hz) < found.report["mean rate"].value_in(Hz)


def test_where_no_time_constant_fits_it_is_said(monkeypatch):
    """Of neurons that adapt, the rate overshoots after a step."""
    monkeypatch.setattr(rate, "time_constant", lambda *_: rate.SHORTEST)
    report = rb.reduce(rb.LIF(), to="rate", sigma=5 * mV, n=100).report
    assert "overshoots" in report["tau"]


def test_the_trial_changes_its_input_where_the_rate_falls():
    """Noise alone may fire a neuron most: then no input has a share of the highest rate."""
    group = crowd(rb.LIF(), 5 * mV, None, None)
    falling = Curve(np.array([0.0, 100.0]), np.array([0.02, 0.01]), "", 1.0)
    drive = rate.slow_drive(group, falling, 1)
    w0, w1, _ = drive.terms[0].waveform.coefficients(np.arange(1000.0), 1.0)
    assert np.ptp(w0 + w1 / 2) > 0


def test_the_picture_has_a_raster_and_two_rates(leaky):
    upper, lower = leaky.plot().axes
    assert upper.get_ylabel() == "neuron"
    assert [line.get_label() for line in lower.lines] == [
        "1500 spiking neurons",
        "one rate neuron",
    ]
    assert "tau" in str(leaky)


@pytest.mark.parametrize(
    ("model", "options", "says"),
    [
        (rb.LIF(), {}, "noise of one kind"),
        (rb.LIF(), dict(sigma=1 * mV, noise=rb.noise(1 * pA, 1 * ms)), "noise of one kind"),
        (rb.LIF(), dict(sigma=0 * mV), "sigma is 0"),
        (rb.AdEx(), dict(sigma=1 * mV), "not a leaky"),
        (rb.AdEx(), dict(noise=rb.noise(1 * pA, 1 * ms)), "How far the table"),
        (rb.LIF(), dict(sigma=1 * mV, currents=[1, 0] * nA), "not a range"),
        (rb.LIF(), dict(sigma=1 * mV, currents=[-3, -2] * nA), "No neuron fires"),
        (rb.LIF(), dict(sigma=1 * mV, sigmoid=3), "has no option 'sigmoid'"),
    ],
)
def test_what_does_not_fit_is_refused(model, options, says):
    with pytest.raises(ParameterError, match=says):
        rb.reduce(model, to="rate", **options)


def test_there_is_no_such_level():
    with pytest.raises(ParameterError, match="no level 'rates'"):
        rb.reduce(rb.LIF(), to="rates")


RATE = rb.Model(
    "tau * dv/dt + v = I\nr = k * tanh(v / (100*pA))",
    parameters=dict(tau=10 * ms, k=50 * Hz), inputs=dict(I=pA), outputs=["r"], name="a tanh",
)  # fmt: skip


def test_the_steady_state_is_the_artificial_neuron():
    lower = steady_state(RATE)
    assert lower.states == ()
    currents = np.linspace(-200, 200, 41)
    rec = rb.simulate(lower, 1 * ms, I=currents * pA, record="r")
    np.testing.assert_allclose(
        rec["r"].value_in(Hz)[-1], 50 * np.tanh(currents / 100), rtol=1e-13, atol=1e-13
    )


@pytest.mark.parametrize("tolerance", [0.1, 0.01, 1e-4])
def test_the_time_after_which_it_holds(tolerance):
    report = rb.reduce(RATE, to="artificial", step=[0, 1] * pA, tolerance=tolerance).report
    holds = 10 * np.log(1 / tolerance)
    assert report["state holds after"].value_in(ms) == pytest.approx(holds)
    # For so small a step tanh is a line, and the output holds with the state, up to a step of time.
    assert report["output holds after"].value_in(ms) == pytest.approx(holds, abs=0.051 + 1e-3)


def test_where_the_output_saturates_it_holds_sooner():
    report = rb.reduce(RATE, to="artificial", step=[0, 300] * pA).report
    left = 10 * np.log(3 / (3 - np.arctanh(0.99 * np.tanh(3))))
    assert report["output holds after"].value_in(ms) == pytest.approx(left, abs=0.051)
    assert report["left at the end"] < 0.01


@pytest.mark.parametrize(
    "text",
    ["dv/dt = (w * I + b - v) / tau", "tau * dv/dt = -v + w*I + b", "tau*dv/dt + v - b = w*I"],
)
def test_any_wording_settles_to_the_same(text):
    model = rb.Model(
        f"{text}\ny = logistic(v)", parameters=dict(tau=10.0, w=2.0, b=-1.0), inputs=["I"]
    )
    rec = rb.simulate(steady_state(model), 1 * ms, I=np.array([-1.0, 0.0, 3.0]), record="y")
    np.testing.assert_allclose(rec["y"][-1], 1 / (1 + np.exp([3.0, 1.0, -5.0])), rtol=1e-14)


TRANSFERS = {
    "positive(v)": lambda x: np.maximum(x, 0),
    "logistic(v)": lambda x: 1 / (1 + np.exp(-x)),
    "tanh(v)": np.tanh,
    "exp(v / 10)": lambda x: np.exp(x / 10),
    "where(v > 0, v**2 / (1 + v**2), 0)": lambda x: np.where(x > 0, x**2 / (1 + x**2), 0),
}


@settings(max_examples=12, deadline=None)
@given(
    tau=st.floats(0.1, 500),
    tolerance=st.floats(1e-5, 0.5),
    before=st.floats(-5, 5),
    after=st.floats(-5, 5),
    bias=st.floats(-3, 3),
    text=st.sampled_from(sorted(TRANSFERS)),
)
def test_it_holds_when_it_is_said_to(tau, tolerance, before, after, bias, text):
    """From then on v is as near to its end as was asked, and a little before it is not."""
    assume(abs(after - before) > 1e-2)
    model = rb.Model(
        f"tau * dv/dt + v = I + b\nr = {text}", parameters=dict(tau=tau, b=bias), inputs=["I"],
        outputs=["r"],
    )  # fmt: skip
    found = rb.reduce(model, to="artificial", step=[before, after], tolerance=tolerance)
    rec = rb.simulate(found.model, 1 * ms, I=np.array([before, after]), record="r")
    expected = TRANSFERS[text](np.array([before, after]) + bias)
    np.testing.assert_allclose(rec["r"][-1], expected, rtol=1e-13, atol=1e-14)

    holds = found.report["state holds after"].value_in(ms)
    for factor, is_near in ((1.0, True), (0.98, False)):
        t = factor * holds
        left = rb.simulate(
            model, t * ms, dt=t * ms, I=after, initial=dict(v=before + bias), record="v"
        )["v"][-1, 0] - (after + bias)  # fmt: skip
        assert (abs(left) <= tolerance * abs(after - before) + 1e-13) == is_near


def test_all_the_way_from_spikes_to_an_artificial_neuron(leaky):
    found = rb.reduce(leaky.model, to="artificial", step=[100, 250] * pA)
    rec = rb.simulate(found.model, 1 * ms, I=250 * pA, record="r")
    expected = rb.siegert(
        tau=20 * ms, V_T=-50 * mV, V_R=-65 * mV, t_ref=2 * ms, mean=-45 * mV, sigma=5 * mV
    )
    assert rec["r"].value_in(Hz)[-1, 0] == pytest.approx(expected.value_in(Hz), abs=0.1)
    assert len(found.plot().axes[0].lines) == 3


@pytest.mark.parametrize(
    ("model", "options", "says"),
    [
        (rb.LIF(), {}, "it spikes"),
        (rb.AdEx(), {}, "has the states"),
        (rb.Model("dv/dt = I/tau", parameters=dict(tau=1.0), inputs=["I"]), {}, "does not decay"),
        (rb.Model("dv/dt = I - v**3", inputs=["I"]), {}, "not linear"),
        (
            rb.Model("tau*dv/dt = -v + sqrt(tau)*xi + I", parameters=dict(tau=1.0), inputs=["I"]),
            {},
            "has noise",
        ),
        (RATE, dict(tolerance=0), "tolerance is 0"),
        (RATE, dict(step=[1, 1] * pA), "no step"),
    ],
)
def test_what_has_no_steady_state_is_refused(model, options, says):
    with pytest.raises(ParameterError, match=says):
        rb.reduce(model, to="artificial", **options)
