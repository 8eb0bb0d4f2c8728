"""Where conversion ends: one spike a step, answers that are none, scores of nothing."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.reduction.conversion.curve import AccuracyCurve
from rheobase.units import Hz, ms

RNG = np.random.default_rng(2)
X = RNG.normal(size=(60, 3))
LABELS = np.array(["a", "b", "c"])[np.argmax(X, axis=1)]
WORDS = LogisticRegression().fit(X, LABELS)
CODES = LogisticRegression().fit(X, np.argmax(X, axis=1))
LINE = Ridge().fit(X, X @ [1.0, -2.0, 0.5])
DEEP = rb.ArtificialNetwork(
    rb.ArtificialLayer(RNG.normal(size=(m, n)), 0.1, kind)
    for n, m, kind in ((3, 8, "relu"), (8, 6, "relu"), (6, 2, "identity"))
)


@pytest.mark.parametrize("network", [WORDS, LINE, DEEP])
@pytest.mark.parametrize("balance", ["weights", "thresholds"])
@pytest.mark.parametrize("readout", ["potential", "spikes"])
@pytest.mark.parametrize("dt", [0.1, 1.0])
def test_up_to_one_spike_a_step_answers_are_right_and_above_it_refused(
    network, balance, readout, dt
):
    """The largest activation fires in every step. One layer errs by half a spike of the largest,
    and by the step in which it is fired; of three layers each adds what it has not yet sent."""
    options = dict(calibration=X, percentile=100, dt=dt * ms, balance=balance, readout=readout)
    found = rb.convert(network, rate=1000 / dt * Hz, **options)
    steps = 400
    _, net = found.outputs(X, steps * dt * ms)
    source = found.source
    due = source.activations(X)[-1]
    gain = np.prod([np.abs(layer.weights).sum(axis=1).max() for layer in source.layers[1:]])
    slack = 2 * len(source.layers) * max(gain, 1) * max(found.levels["spiking"].scales) / steps
    assert np.abs(net[-1] - due).max() < slack
    assert slack < 0.5 * np.abs(due).max() * gain
    if readout == "spikes" or len(source.layers) > 1:
        for above in (1.01, 2.0, 1000.0):
            with pytest.raises(ParameterError, match="times in a step"):
                rb.convert(network, rate=above * 1000 / dt * Hz, **options)


@pytest.mark.parametrize("options", [dict(percentile=60, rate=6000 * Hz), dict(dt=100 * ms)])
def test_whatever_makes_neurons_fire_too_often_is_refused(options):
    with pytest.raises(ParameterError, match=r"(?s)layer 1 of .*Mend: give a rate below \d"):
        rb.convert(DEEP, calibration=X, **options)


@pytest.mark.parametrize(
    "use",
    [
        lambda found, inputs: found.outputs(inputs, 10 * ms),
        lambda found, inputs: found.predict(inputs, 10 * ms),
        lambda found, inputs: found.accuracy(inputs, LABELS, 10 * ms),
        lambda found, inputs: found.network(inputs),
    ],
)
def test_examples_far_beyond_the_calibration_are_refused(use):
    found = rb.convert(WORDS, calibration=X)
    use(found, X)
    with pytest.raises(ParameterError, match="times in a step"):
        use(found, 1000 * X)


def test_the_rate_that_is_offered_is_one_that_is_taken():
    with pytest.raises(ParameterError) as caught:
        rb.convert(DEEP, calibration=X, rate=1e6 * Hz)
    offered = float(caught.value.mend.split(" Hz")[0].split()[-1])
    layers = len(DEEP.layers) - 1
    for _ in range(layers):  # the next layer may want less
        try:
            rb.convert(DEEP, calibration=X, rate=0.999 * offered * Hz)
            break
        except ParameterError as error:
            offered = float(error.mend.split(" Hz")[0].split()[-1])
    rb.convert(DEEP, calibration=X, rate=0.999 * offered * Hz)


@pytest.mark.parametrize(
    ("network", "y", "says"),
    [
        (WORDS, np.argmax(X, axis=1), r"y\[0\] is \d, which is no class.*"),
        (WORDS, np.full(60, "d"), r"(?s)'d', which is no class.*'a', 'b', 'c'"),
        (WORDS, np.full(60, None), "None"),
        (WORDS, np.full(60, b"a"), "b'a'"),
        (WORDS, np.array([["a"]] * 60 + [None], dtype=object)[:-1], r"\['a'\]"),
        (CODES, np.full(60, np.nan), r"y\[0\] is nan"),
        (CODES, np.array(["0"] * 60), "'0'"),
        (CODES, np.argmax(X, axis=1) + 0.5, "no class"),
        (CODES, np.argmax(X, axis=1) + 1, "is 3, which"),
        (CODES, [[0], [0, 1]] * 30, "one answer an example"),
        (LINE, np.full(60, np.nan), r"y\[0, 0\] is nan"),
        (LINE, np.where(np.arange(60) == 7, np.inf, X[:, 0]), r"y\[7, 0\] is inf"),
        (LINE, LABELS, "plain numbers"),
        (LINE, X[:, 0] + 1j, "plain numbers"),
    ],
)
def test_answers_that_are_none_are_refused(network, y, says):
    with pytest.raises(ParameterError, match=says):
        rb.convert(network, "rate").accuracy(X, y, 5 * ms)


def test_labels_that_are_classes_in_another_form_are_taken():
    found = rb.convert(CODES, "rate")
    codes = np.argmax(X, axis=1)
    for y in (codes, codes.tolist(), codes.astype(float), codes.astype(object)):
        curve = found.accuracy(X, y, 100 * ms)
        assert curve.levels["artificial"][0] == CODES.score(X, codes)
        assert curve.levels["rate"][-1] == CODES.score(X, codes)
    words = rb.convert(WORDS, "rate").accuracy(X, LABELS.astype(object), 100 * ms)
    assert words.levels["rate"][-1] == WORDS.score(X, LABELS)


@pytest.mark.parametrize("classes", [["a", "a", "b"], [0.0, 1.0, np.nan]])
def test_classes_are_told_apart(classes):
    layer = rb.ArtificialLayer(np.eye(3), 0.0, "identity")
    with pytest.raises(ParameterError, match="a label of its own"):
        rb.convert(layer, "rate", classes=classes)


def curve(artificial, rate, times=None):
    times = np.arange(len(rate)) * 0.1 if times is None else times
    levels = {"artificial": np.full(len(rate), artificial), "rate": np.asarray(rate)}
    return AccuracyCurve(times * ms, levels, None, "accuracy")


@pytest.mark.parametrize("score", [0.0, -0.5])
def test_of_nothing_there_is_no_share(score):
    found = curve(score, [0.0, 0.0, 0.0])
    assert found.time_to("rate") is None
    assert "98 %" not in str(found) and "from" not in str(found)


def test_always_the_wrong_class_is_a_score_of_nothing():
    wrong = np.array(["b", "c", "a"])[np.searchsorted(["a", "b", "c"], WORDS.predict(X))]
    found = rb.convert(WORDS, "rate").accuracy(X, wrong, 50 * ms)
    assert found.levels["artificial"][0] == 0 and "98 %" not in str(found)


def test_times_are_printed_as_people_write_them():
    for step in (0.1, 0.2, 0.3, 0.6, 0.7):
        times = np.arange(90) * step
        for first in range(1, 90):
            text = str(curve(1.0, np.arange(90) >= first, times))
            assert f"from {first * step:.1f}".removesuffix(".0") + " ms on" in text
            assert f"accuracy after {89 * step:.1f}".removesuffix(".0") + " ms" in text


@pytest.mark.parametrize("share", [0, -0.5, 1.5, np.nan, "all", None])
def test_a_share_is_one(share):
    with pytest.raises(ParameterError, match="share is"):
        curve(0.9, [0.5, 0.9]).time_to("rate", share)
