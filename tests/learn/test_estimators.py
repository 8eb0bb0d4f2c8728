"""The estimators: scikit-learn's own checks, and that the rule's text is what they carry out."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris, make_blobs
from sklearn.exceptions import ConvergenceWarning

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.learn.examples import ExampleRule
from rheobase.learn.linear_classifier import _added, _outputs
from rheobase.zoo.transfer import logistic

CORNERS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
ESTIMATORS = ("Perceptron", "DeltaRule", "LinearClassifier")
# In a process of its own: one of the checks is left out unless scipy is told to at its import.
CHECK = """
import sys, warnings
import rheobase as rb
from sklearn.utils.estimator_checks import check_estimator
results = check_estimator(getattr(rb, sys.argv[1])(), on_skip=None, on_fail="raise")
assert len(results) > 50 and all(r["status"] == "passed" for r in results), results
"""


@pytest.mark.parametrize("name", ESTIMATORS)
def test_scikit_learn_finds_no_fault(name):
    import os

    environment = {**os.environ, "SCIPY_ARRAY_API": "1"}
    done = subprocess.run(
        [sys.executable, "-c", CHECK, name], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_update_is_the_equation_of_the_rule():
    rule = rb.ErrorDriven(0.25)
    assert "w += eta * (target - y) * x" in rule.on_pre
    w, x = np.array([0.5, -1.0]), np.array([2.0, 3.0])
    new = ExampleRule(rule).updated(w, x, 0.25, 1.0)
    np.testing.assert_array_equal(new, w + 0.25 * 0.75 * x)
    # A rule that says otherwise does otherwise: nothing is written twice.
    decays = rb.LearningRule(
        "dy/dt = -y/tau\ndtarget/dt = -target/tau", on_pre="w += eta*(target - y)*x - eta*w",
        on_post="y += 1", on_modulator="target += 1",
        parameters={"eta": 0.25, "tau": 20.0, "x": 1.0},
    )  # fmt: skip
    changed = ExampleRule(decays).updated(w, x, 0.25, 1.0)
    np.testing.assert_allclose(changed, w + 0.25 * 0.75 * x - 0.25 * w)


def test_the_perceptron_as_done_by_hand():
    x, y = make_blobs(60, centers=2, n_features=3, random_state=3)
    w, updates = np.zeros(4), 0
    for _ in range(100):
        before = updates
        for row, target in zip(np.c_[x, np.ones(60)], y, strict=True):
            out = float(w @ row >= 0)
            if out != target:
                w, updates = w + (target - out) * row, updates + 1
        if updates == before:
            break
    model = rb.Perceptron(shuffle=False).fit(x, y)
    np.testing.assert_allclose(np.r_[model.coef_[0], model.intercept_], w, atol=1e-12)
    assert model.n_updates_[0] == updates


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("gap", [0.5, 0.05])
def test_updates_stay_within_the_bound(seed, gap):
    rng = np.random.default_rng(seed)
    x, w = rng.normal(size=(300, 5)), rng.normal(size=5)
    w /= np.linalg.norm(w)
    x += np.sign(x @ w)[:, None] * gap * w
    model = rb.Perceptron(random_state=seed).fit(x, x @ w > 0)
    assert model.separable_[0]
    assert model.converged_
    assert 0 < model.n_updates_[0] <= model.bound_[0]
    assert model.margin_[0] >= gap * 0.9
    assert model.deepest_[0] >= 0
    assert "at most" in model.report()


def test_and_needs_nine_updates_at_most():
    for seed in range(20):
        model = rb.Perceptron(random_state=seed).fit(CORNERS, [0, 0, 0, 1])
        assert model.bound_[0] == pytest.approx(9.0)
        assert model.n_updates_[0] <= 9
        np.testing.assert_array_equal(model.predict(CORNERS), [0, 0, 0, 1])


def test_what_cannot_be_separated_is_said_and_ends():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = rb.Perceptron(random_state=0).fit(CORNERS, [0, 1, 1, 0])
    assert model.separable_.tolist() == [False]
    assert not model.converged_
    assert model.margin_[0] == 0
    assert model.bound_[0] == np.inf
    assert model.mistakes_[0] == 1  # no line does better
    assert model.deepest_[0] < 0
    assert model.n_iter_ < 200
    assert "not linearly separable, 1 on the wrong side" in model.report()
    wrong = np.count_nonzero(model.predict(CORNERS) != [0, 1, 1, 0])
    assert wrong == 1


def test_without_certificate_success_is_proof_and_failure_is_doubt():
    sure = rb.Perceptron(certify=False, random_state=0).fit(CORNERS, [0, 0, 0, 1])
    assert sure.separable_.tolist() == [True]
    assert np.isnan(sure.bound_[0])
    assert "margin" not in sure.report()
    with pytest.warns(ConvergenceWarning, match="after 30 passes"):
        doubt = rb.Perceptron(certify=False, max_iter=30, random_state=0).fit(CORNERS, [0, 1, 1, 0])
    assert doubt.separable_.tolist() == [None]
    assert "not known to be separable" in doubt.report()


def test_each_class_has_a_neuron_with_a_hyperplane():
    x, y = load_iris(return_X_y=True)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    for name in ESTIMATORS:
        model = getattr(rb, name)().fit(x, names)
        assert len(model.layer_) == 3
        plane = model.layer_[0].hyperplane()
        far = plane.distance(x)
        np.testing.assert_allclose(
            far, model.decision_function(x)[:, 0] / np.linalg.norm(model.coef_[0]), atol=1e-9
        )
        if name != "LinearClassifier":  # of which all neurons together tell classes apart
            assert np.all((far > 0) == (y == 0))
        assert set(model.predict(x)) <= set(names)


def test_the_delta_rule_of_a_linear_neuron_finds_least_squares():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(200, 3))
    y = x @ [1.0, -2.0, 0.5] + 0.3 + 0.3 * rng.normal(size=200) > 0
    model = rb.DeltaRule("identity", max_iter=400, tol=1e-9, random_state=0).fit(x, y)
    due = np.linalg.lstsq(np.c_[x, np.ones(200)], np.where(y, 1.0, -1.0), rcond=None)[0]
    np.testing.assert_allclose(np.r_[model.coef_[0], model.intercept_], due, atol=0.02)
    assert model.error_[-1] < model.error_[0]
    assert len(model.error_) == model.n_iter_


@pytest.mark.parametrize("classes", [2, 4])
def test_the_gradient_is_minus_what_the_rule_adds(classes):
    rng = np.random.default_rng(classes)
    neurons = 1 if classes == 2 else classes
    x, w = rng.normal(size=(20, 3)), rng.normal(size=(neurons, 3))
    codes = rng.integers(0, classes, 20)
    wanted = [1] if classes == 2 else range(classes)
    targets = np.equal.outer(codes, wanted).astype(float)
    outputs, _ = _outputs(x @ w.T, targets)
    slope = -_added(ExampleRule(rb.ErrorDriven(1.0)), x, outputs, targets)
    for index in np.ndindex(w.shape):
        step = np.zeros_like(w)
        step[index] = 1e-6
        up, down = (_outputs(x @ (w + s).T, targets)[1] for s in (step, -step))
        assert slope[index] == pytest.approx((up - down) / 2e-6, abs=1e-6)


def test_probabilities():
    x, y = load_iris(return_X_y=True)
    many = rb.LinearClassifier().fit(x, y)
    np.testing.assert_allclose(many.predict_proba(x).sum(axis=1), 1)
    np.testing.assert_array_equal(np.argmax(many.predict_proba(x), axis=1), many.predict(x))
    two = rb.LinearClassifier().fit(x, y == 2)
    np.testing.assert_allclose(
        two.predict_proba(x)[:, 1], logistic().value(two.decision_function(x))
    )
    np.testing.assert_allclose(two.predict_proba(x)[:, 1], two.layer_.output(x)[:, 0])
    with pytest.warns(ConvergenceWarning, match="after 2 steps"):
        rb.LinearClassifier(max_iter=2).fit(x, y)


@pytest.mark.parametrize("name", ["Perceptron", "DeltaRule"])
def test_the_same_seed_gives_the_same_weights(name):
    x, y = load_iris(return_X_y=True)
    model = getattr(rb, name)(random_state=4, max_iter=1000 if name == "Perceptron" else 5)
    one, other = clone(model).fit(x, y), clone(model).fit(x, y)
    np.testing.assert_array_equal(one.coef_, other.coef_)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda: rb.Perceptron(eta=0), "eta is 0"),
        (lambda: rb.Perceptron(max_iter=1.5), "whole"),
        (lambda: rb.DeltaRule(transfer="relu"), "Perceptron|does not suit"),
        (lambda: rb.DeltaRule(transfer="step"), "does not suit"),
        (lambda: rb.DeltaRule("identity", eta=10.0), "grow without bounds"),
        (lambda: rb.LinearClassifier(C=-1), "C is -1"),
        (lambda: rb.LinearClassifier(tol="small"), "tol"),
    ],
)
def test_what_is_refused(model, message):
    x, y = load_iris(return_X_y=True)
    with pytest.raises(ParameterError, match=message):
        model().fit(x, y)
    with pytest.raises(ParameterError, match="one class"):
        rb.Perceptron().fit(x, np.zeros(150, dtype=int))


def test_the_core_needs_no_scikit_learn():
    code = (
        "import sys; sys.modules['sklearn'] = None; import rheobase as rb; rb.ArtificialNeuron\n"
        "rb.ErrorDriven\nassert 'scipy' not in sys.modules\n"
        "for name in ('Perceptron', 'DeltaRule', 'LinearClassifier'):\n"
        "    try: getattr(rb, name)\n"
        "    except rb.RheobaseError as error: assert 'rheobase[train]' in str(error)\n"
        "    else: raise SystemExit(name)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
