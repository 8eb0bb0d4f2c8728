"""Trained networks as networks of rate neurons and of spiking neurons."""

import warnings

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Perceptron, PoissonRegressor
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

import rheobase as rb
from rheobase.errors import ParameterError, UnitError, UnknownNameError
from rheobase.reduction.conversion import blocks
from rheobase.units import Hz, ms, mV

from .trained_networks import (
    breast_cancer,
    digits,
    iris,
    logistic,
    regressor,
    ridge,
)


@pytest.fixture(scope="module")
def numerals():
    return digits(32)


@pytest.fixture(scope="module")
def spiking(numerals):
    return rb.convert(numerals.network, calibration=numerals.X)


def test_digits_keep_their_accuracy_within_200_ms(numerals, spiking):
    curve = spiking.accuracy(numerals.held_out, numerals.due, 200 * ms)
    assert curve.levels["artificial"][0] == numerals.score > 0.95
    for level in ("rate", "spiking"):
        assert curve.time_to(level).value_in(ms) < 100
        assert curve.levels[level][-1] >= 0.98 * numerals.score
        assert curve.levels[level][0] < 0.2, "nothing is known at the beginning"
    assert 50 < curve.spikes[-1] < 2000
    assert np.all(np.diff(curve.spikes) >= 0)


@pytest.mark.parametrize("make", [iris, breast_cancer, lambda: digits(40, 30, 20)])
def test_other_data_and_deeper_networks(make):
    case = make()
    found = rb.convert(case.network, calibration=case.X)
    curve = found.accuracy(case.held_out, case.due, 200 * ms)
    assert curve.levels["artificial"][0] == pytest.approx(case.score)
    assert curve.levels["spiking"][-1] >= 0.98 * case.score
    right = found.predict(case.held_out, 200 * ms) == case.due
    assert np.mean(right) == curve.levels["spiking"][-1]


def test_without_hidden_layers_outputs_spike():
    case = logistic()
    found = rb.convert(case.network, calibration=case.X, rate=1000 * Hz)
    curve = found.accuracy(case.held_out, case.due, 200 * ms)
    assert curve.spikes[-1] > 5
    assert curve.levels["spiking"][-1] >= 0.98 * case.score


@pytest.mark.parametrize("make", [ridge, regressor])
def test_numbers_come_out_as_numbers(make):
    """R squared keeps two digits: at 1 kHz a spike is a two hundredth of the largest output."""
    case = make()
    found = rb.convert(case.network, calibration=case.X, rate=1000 * Hz)
    curve = found.accuracy(case.held_out, case.due, 200 * ms)
    assert curve.measure == "R²"
    assert curve.levels["artificial"][0] == pytest.approx(case.score)
    assert curve.levels["spiking"][-1] == pytest.approx(case.score, abs=0.01)
    answer = case.network.predict(case.held_out)
    assert found.predict(case.held_out, 200 * ms)[:, 0] == pytest.approx(answer, abs=8)


RNG = np.random.default_rng(1)


def random_network(*sizes, transfer="relu", last="identity"):
    kinds = [transfer] * (len(sizes) - 2) + [last]
    return rb.ArtificialNetwork(
        rb.ArtificialLayer(RNG.normal(size=(n, m)) / np.sqrt(m), 0.1 * RNG.normal(size=n), kind)
        for m, n, kind in zip(sizes, sizes[1:], kinds, strict=False)
    )


def test_one_layer_of_rate_neurons_is_the_closed_form():
    network, X = random_network(5, 3), RNG.normal(size=(7, 5))
    t, found = rb.convert(network, to="rate", tau=12 * ms).outputs(X, 60 * ms, every=1 * ms)
    charged = 1 - np.exp(-t.value_in(ms) / 12)
    expected = charged[:, np.newaxis, np.newaxis] * network.output(X)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def test_two_layers_of_rate_neurons_are_the_closed_form():
    """A positive v of the first layer is charged as 1 - exp(-s), the second as 1 - (1 + s) exp(-s);
    rates that are held over steps of tau/1000 err by about as much."""
    network = rb.ArtificialNetwork(
        [rb.ArtificialLayer(np.eye(2), 0.0, "relu"), rb.ArtificialLayer([[2.0, -1.0]], 0.0, "relu")]
    )
    found = rb.convert(network, to="rate", tau=10 * ms, dt=0.01 * ms)
    t, values = found.outputs([[3.0, 1.0]], 50 * ms, every=1 * ms)
    s = t.value_in(ms) / 10
    expected = 5.0 * (1 - (1 + s) * np.exp(-s))
    np.testing.assert_allclose(values[:, 0, 0], expected, atol=5e-3)


@pytest.mark.parametrize("transfer", ["relu", "logistic", "tanh", "softplus"])
def test_rate_networks_settle_to_the_artificial_one(transfer):
    network, X = random_network(6, 8, 5, 2, transfer=transfer), RNG.normal(size=(9, 6))
    _, found = rb.convert(network, to="rate").outputs(X, 600 * ms)
    np.testing.assert_allclose(found[-1], network.output(X), rtol=1e-12, atol=1e-13)


def test_a_rectifier_is_a_count_of_spikes():
    """From half a threshold on, a count is r a t/s to the nearest whole number."""
    network, X = random_network(4, 10, 3), RNG.normal(size=(20, 4))
    found = rb.convert(network, calibration=X, percentile=100)
    rec = found.network(X).run(150 * ms)
    scale = found.levels["spiking"].scales[1]
    expected = 0.2 * 150 * network.outputs(X)[0].ravel() / scale
    counts = rec["hidden 1"].spikes.count()
    assert np.all(np.abs(counts - expected) < 0.5 + 0.2 * 0.1)  # and what comes within a step
    assert counts.max() == 30


def test_weights_and_thresholds_balance_alike(numerals):
    X = numerals.held_out[:60]
    both = [
        rb.convert(numerals.network, calibration=numerals.X, balance=balance, readout=readout)
        .outputs(X, 100 * ms)[1]
        for balance in ("weights", "thresholds")
        for readout in ("potential", "spikes")
    ]  # fmt: skip
    np.testing.assert_allclose(both[0], both[2], atol=1e-9 * np.abs(both[0]).max())
    # A spike that rounding moves by a step across the end of a bin is all that may differ.
    assert np.mean(both[1] != both[3]) < 1e-3


def test_thresholds_are_those_that_leave_weights_alone():
    network, X = random_network(4, 10, 6, 3), np.abs(RNG.normal(size=(20, 4)))
    found = rb.convert(network, calibration=X, balance="thresholds", input="poisson")
    net = found.network(X[:2])
    weights = net.projections["hidden 1->hidden 2"].weights
    assert sorted(np.unique(weights)) == pytest.approx(sorted(network.layers[1].weights.ravel()))
    scales = found.levels["spiking"].scales
    threshold = net["hidden 2"].model.parameters["V_T"]
    assert threshold == pytest.approx(scales[2] / scales[1])


def test_many_runs_are_one_run(numerals, spiking, monkeypatch):
    X, y = numerals.held_out[:40], numerals.due[:40]
    whole = spiking.accuracy(X, y, 50 * ms)
    monkeypatch.setattr(blocks, "_SYNAPSES", 7 * 330)
    parts = spiking.accuracy(X, y, 50 * ms)
    for level in whole.levels:
        np.testing.assert_array_equal(whole.levels[level], parts.levels[level])
    np.testing.assert_allclose(whole.spikes, parts.spikes)
    assert len(list(blocks.batches(40, 330, 42))) == 6


def test_a_reset_to_zero_forgets():
    """Spikes that come in one step drive v far above the threshold; subtraction keeps the rest."""
    network, X = random_network(20, 60, 40, 10), RNG.normal(size=(30, 20))
    errors = []
    for reset in ("subtract", "zero"):
        found = rb.convert(network, calibration=X, reset=reset, rate=500 * Hz, dt=1 * ms)
        errors.append(np.abs(found.outputs(X, 400 * ms)[1][-1] - network.output(X)).mean())
    assert errors[1] > 2 * errors[0]


def test_poisson_inputs_have_the_mean_of_the_current():
    """The error falls as one over the root of time: a quarter after sixteen times as long."""
    network, X = random_network(12, 2), RNG.normal(size=(100, 12))
    found = rb.convert(network, calibration=X, input="poisson", readout="potential", seed=5)
    net = found.network(X)
    assert net["input"].n == 1200
    _, values = found.outputs(X, 800 * ms, every=50 * ms)
    errors = values - network.output(X)
    spread = np.sqrt(np.mean(errors**2, axis=(1, 2)))
    assert spread[1] / spread[16] == pytest.approx(4, rel=0.25)
    assert abs(errors[-1].mean()) < 4 * spread[-1] / np.sqrt(200)
    again = rb.convert(network, calibration=X, input="poisson", readout="potential", seed=6)
    assert np.any(again.outputs(X, 50 * ms)[1] != found.outputs(X, 50 * ms)[1])


def test_linear_layers_are_multiplied_out():
    two = rb.ArtificialNetwork(
        [
            rb.ArtificialLayer(RNG.normal(size=(4, 3)), RNG.normal(size=4), "identity"),
            rb.ArtificialLayer(RNG.normal(size=(2, 4)), RNG.normal(size=2), "logistic"),
        ]
    )
    X = RNG.normal(size=(10, 3))
    found = rb.convert(two, to="rate")
    assert len(found.source.layers) == 1
    np.testing.assert_allclose(found.predict(X, 500 * ms), two.output(X), rtol=1e-12)


def test_labels_and_the_estimators_of_the_house():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 2))
    two, three = np.where(X[:, 0] > 0, "right", "left"), np.array(list("abc"))
    for y in (two, three[rng.integers(0, 3, 120)]):
        for network in (rb.LinearClassifier(), rb.Perceptron(random_state=0), Perceptron()):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # no line separates three classes at random
                network.fit(X, y)
            answers = rb.convert(network, to="rate").predict(X, 300 * ms)
            np.testing.assert_array_equal(answers, network.predict(X))


def test_classes_of_an_artificial_network():
    network = rb.ArtificialNetwork([rb.ArtificialLayer([[1.0, -1.0]], 0.0)])
    found = rb.convert(network, calibration=np.eye(2), classes=["b", "a"])
    assert list(found.predict([[2.0, 1.0], [1.0, 2.0]], 100 * ms)) == ["a", "b"]
    neuron = rb.ArtificialNeuron([1.0, -1.0], 0.0, "logistic")
    assert rb.convert(neuron, to="rate").predict([[2.0, 1.0]], 300 * ms) == pytest.approx(
        neuron.output([[2.0, 1.0]])[:, np.newaxis]
    )


def test_layers_that_are_silent_stay_so():
    network = rb.ArtificialNetwork(
        [rb.ArtificialLayer([[-1.0]], 0.0, "relu"), rb.ArtificialLayer([[0.0], [1.0]], [1.0, 0.5])]
    )
    found = rb.convert(network, calibration=[[1.0], [2.0]], classes=[0, 1])
    curve = found.accuracy([[1.0], [3.0]], [0, 0], 20 * ms)
    assert curve.spikes[-1] == 0 and curve.levels["spiking"][-1] == 1


def test_the_curve_speaks_and_draws(numerals, spiking):
    curve = spiking.accuracy(numerals.held_out[:50], numerals.due[:50], 40 * ms, every=2 * ms)
    assert list(curve.t.value_in(ms)) == [2.0 * k for k in range(21)]
    text = str(curve)
    assert "after 40 ms" in text and text.count("artificial") >= 2 and "spikes an example" in text
    ax = curve.plot().axes[0]
    assert [line.get_label() for line in ax.lines] == ["artificial", "rate", "spiking"]
    np.testing.assert_array_equal(ax.lines[2].get_ydata(), curve.levels["spiking"])
    assert ax.get_xlabel() == "simulated time (ms)" and ax.get_ylabel() == "accuracy"
    with pytest.raises(UnknownNameError, match="no level 'spikng'"):
        curve.time_to("spikng")
    assert "64 - 32 - 10" in repr(spiking)


TANH = digits(8, activation="tanh", max_iter=20).network
FITTED = digits(8, max_iter=20)
SEVERAL = MLPClassifier((4,), max_iter=3, random_state=0)


class Module:
    """What torch calls its networks."""

    __module__ = "torch.nn.modules.container"


def fitted(estimator, y):
    X = np.random.default_rng(0).normal(size=(90, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(X, y)


THREE = np.arange(90) % 3


@pytest.mark.parametrize(
    ("network", "options", "says"),
    [
        (TANH, {}, "tanh.*rectifier"),
        (Module(), {}, "torch"),
        (MLPClassifier(), {}, "not fitted"),
        (SVC(), {}, "not fitted"),
        (fitted(SVC(kernel="linear"), THREE), {}, "does not answer as its weights"),
        (fitted(PoissonRegressor(), THREE), {}, "does not answer as its weights"),
        (fitted(SEVERAL, np.eye(3, dtype=int)[THREE][:, :2]), {}, "several labels"),
        ("a network", {}, "no trained network"),
        (rb.ArtificialNeuron(), {}, "no trained network"),
        (FITTED.network, dict(calibration=None), "calibration=X"),
        (FITTED.network, dict(to="spikes"), "no level 'spikes'"),
        (FITTED.network, dict(percentile=0), "percentile is 0"),
        (FITTED.network, dict(percentile="most"), "percentile is 'most'"),
        (FITTED.network, dict(balance="both"), "balance is 'both'"),
        (FITTED.network, dict(readout="counts"), "readout is 'counts'"),
        (FITTED.network, dict(reset="none"), "reset is 'none'"),
        (FITTED.network, dict(input="rate"), "input is 'rate'"),
        (FITTED.network, dict(start=1.0), "start is 1"),
        (FITTED.network, dict(rate=0 * Hz), "rate is 0"),
        (FITTED.network, dict(dt=-1 * ms), "dt is -1"),
        (FITTED.network, dict(tau=0 * ms), "tau is 0"),
        (FITTED.network, dict(seed=-1), "seed is -1"),
        (FITTED.network, dict(calibration=[[1.0, 2.0]]), "64 inputs"),
        (FITTED.network, dict(calibration=np.full((2, 64), np.nan)), "not finite"),
        (FITTED.network, dict(classes=["a", "b"]), "2 classes and 10 outputs"),
    ],
)
def test_what_cannot_be_converted_is_refused(network, options, says):
    with pytest.raises(ParameterError, match=says):
        rb.convert(network, **{"calibration": FITTED.X, **options})


def test_units_are_asked_for():
    for options in (dict(rate=200), dict(rate=10 * mV), dict(tau=10), dict(dt=0.1)):
        with pytest.raises(UnitError):
            rb.convert(FITTED.network, calibration=FITTED.X, **options)


@pytest.mark.parametrize(
    ("X", "y", "options", "says"),
    [
        (FITTED.X, FITTED.y[:-1], {}, "one answer an example"),
        (FITTED.X[:2], np.eye(2), {}, "one label an example"),
        (FITTED.X[:2], FITTED.y[:2], dict(duration=0.03 * ms), "whole number of steps"),
        (FITTED.X[:2], FITTED.y[:2], dict(every=100 * ms), "sample more often"),
        (FITTED.X[0], FITTED.y[:1], {}, "give examples"),
    ],
)
def test_answers_that_do_not_fit_are_refused(X, y, options, says):
    found = rb.convert(FITTED.network, to="rate")
    with pytest.raises(ParameterError, match=says):
        found.accuracy(X, y, options.pop("duration", 10 * ms), **options)


def test_numbers_that_do_not_fit_are_refused():
    found = rb.convert(random_network(2, 3), to="rate")
    for y in (np.zeros((4, 3)), np.arange(8).reshape(4, 2)):
        with pytest.raises(ParameterError, match="columns for 3 outputs"):
            found.accuracy(np.eye(4)[:, :2], y, 10 * ms)


def test_a_logistic_regression_of_two_classes_has_one_output():
    case = logistic()
    assert isinstance(case.network[-1], LogisticRegression)
    found = rb.convert(case.network, to="rate")
    assert found.source.prepare is not None and len(found.source.layers[0]) == 1
    np.testing.assert_array_equal(
        found.predict(case.held_out, 400 * ms), case.network.predict(case.held_out)
    )
