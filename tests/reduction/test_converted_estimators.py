"""Networks as scikit-learn wraps, nests and thins them out, and what is typed."""

import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier, VotingClassifier
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.units import ms

RNG = np.random.default_rng(3)
X = RNG.normal(size=(90, 4)) + np.repeat(np.eye(3, 4) * 4, 30, axis=0)
y = np.repeat([0, 1, 2], 30)
GRID = {"C": [0.1, 1.0]}


def fitted(estimator):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where training stops does not matter
        return estimator.fit(X, y)


def logistic(**options):
    return LogisticRegression(**options)


def answers_alike(network, inputs=X):
    """Whether the rate network says what scikit-learn does."""
    found = rb.convert(network, "rate").predict(inputs, 400 * ms)
    due = network.predict(inputs)
    if due.dtype.kind == "f":
        return np.allclose(found[:, 0], due, rtol=1e-9, atol=1e-9)
    return np.array_equal(found, due)


@pytest.mark.parametrize(
    "network",
    [
        make_pipeline(StandardScaler(), make_pipeline(StandardScaler(), logistic())),
        make_pipeline(make_pipeline(StandardScaler()), make_pipeline(make_pipeline(logistic()))),
        Pipeline([("one", "passthrough"), ("two", Pipeline([("a", None), ("b", logistic())]))]),
        GridSearchCV(logistic(), GRID, cv=2),
        RandomizedSearchCV(logistic(), GRID, cv=2, n_iter=1, random_state=0),
        GridSearchCV(make_pipeline(StandardScaler(), logistic()), {"logisticregression__C": [1]},
                     cv=2),
        make_pipeline(StandardScaler(), GridSearchCV(logistic(), GRID, cv=2)),
        GridSearchCV(GridSearchCV(logistic(), GRID, cv=2), {"estimator__tol": [1e-3]}, cv=2),
        make_pipeline(StandardScaler(), MLPClassifier((5,), max_iter=30, random_state=0)),
    ],
)  # fmt: skip
def test_what_is_nested_is_found(network):
    assert answers_alike(fitted(network))
    assert repr(rb.convert(network, "rate")).startswith(f"<{type(network).__name__}")


@pytest.mark.parametrize(
    "network", [LogisticRegression(), SGDClassifier(random_state=0), Lasso(alpha=0.01)]
)
def test_sparse_weights_are_dense_ones(network):
    network = fitted(network)
    due = rb.convert(network, calibration=X).outputs(X, 20 * ms)[1]
    if hasattr(network, "sparsify"):
        network.sparsify()
        assert sparse.issparse(network.coef_)
    else:
        network.coef_ = network.sparse_coef_
    assert np.array_equal(rb.convert(network, calibration=X).outputs(X, 20 * ms)[1], due)


def test_sparse_examples_are_dense_ones():
    network = fitted(LogisticRegression())
    found = rb.convert(network, calibration=sparse.csr_matrix(X))
    assert np.array_equal(found.predict(sparse.csr_array(X), 50 * ms), found.predict(X, 50 * ms))
    words = RNG.integers(0, 3, size=(90, 2))
    with_words = make_pipeline(OneHotEncoder(), logistic()).fit(words, y)
    assert answers_alike(with_words, words)


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (logistic(), "LogisticRegression was not fitted"),
        (make_pipeline(StandardScaler(), logistic()), "LogisticRegression was not fitted"),
        (rb.Perceptron(), "Perceptron was not fitted"),
        (GridSearchCV(logistic(), GRID), "GridSearchCV has no best_estimator_"),
        (fitted(GridSearchCV(logistic(), GRID, cv=2, refit=False)), "refit=False"),
        (fitted(OneVsRestClassifier(logistic())), "(?s)OneVsRestClassifier is made of other"),
        (OneVsRestClassifier(logistic()), "OneVsRestClassifier is made of other"),
        (fitted(OneVsOneClassifier(logistic())), "OneVsOneClassifier is made of other"),
        (fitted(TransformedTargetRegressor(LinearRegression())),
         "(?s)TransformedTargetRegressor is made of other.*its .regressor_"),
        (fitted(CalibratedClassifierCV(logistic(), cv=2)), "CalibratedClassifierCV is made of"),
        (fitted(VotingClassifier([("a", logistic())])), "VotingClassifier is made of"),
        (fitted(AdaBoostClassifier(n_estimators=2)), "AdaBoostClassifier is made of"),
        (fitted(RandomForestClassifier(2)), "RandomForestClassifier has no weights"),
        (fitted(SVC()), "SVC has no weights"),
        (Pipeline([("a", StandardScaler()), ("b", "passthrough")]).fit(X), "no trained network"),
        (fitted(make_pipeline(StandardScaler(), OneVsRestClassifier(logistic()))),
         "OneVsRestClassifier is made of"),
    ],
)  # fmt: skip
def test_what_is_no_network_is_called_by_its_name(network, says):
    with pytest.raises(ParameterError, match=says):
        rb.convert(network, "rate")


def typed(hidden):
    W = np.random.default_rng(0).normal(size=(6, 4))
    return rb.ArtificialNetwork(
        [rb.ArtificialLayer(W, 0.1, hidden), rb.ArtificialLayer(W[:3, :3].repeat(2, axis=1), 0.0)]
    )


@pytest.mark.parametrize(
    "text",
    ["max(x, 0)", "max(0, x)", "max(0.0, x)", "positive(x)", "where(x > 0, x, 0)", "x*heaviside(x)",
     "(x + abs(x))/2", "clip(x, 0, 1e308)", "-min(-x, 0)"],
)  # fmt: skip
def test_a_rectifier_is_one_however_it_is_typed(text):
    found = rb.convert(typed(text), calibration=X, classes=[0, 1, 2]).outputs(X, 30 * ms)[1]
    due = rb.convert(typed("relu"), calibration=X, classes=[0, 1, 2]).outputs(X, 30 * ms)[1]
    np.testing.assert_allclose(found, due, rtol=1e-12)


@pytest.mark.parametrize("text", ["x", "1*x", "x + 0", "-(-x)", "2*x - x", "linear"])
def test_a_line_is_one_however_it_is_typed(text):
    found = rb.convert(typed(text), calibration=X)
    assert len(found.source.layers) == 1
    np.testing.assert_allclose(
        rb.convert(typed(text), "rate").predict(X, 500 * ms), typed("identity").output(X)
    )


@pytest.mark.parametrize(
    "text",
    ["max(x, 0.1)", "max(x, 0.01*x)", "clip(x, 0, 100)", "max(x - 1e-3, 0)", "1.0001*positive(x)",
     "abs(x)", "log1p(exp(x))", "x**2"],
)  # fmt: skip
def test_what_is_no_rectifier_is_refused_by_its_text(text):
    with pytest.raises(ParameterError) as caught:
        rb.convert(typed(text), calibration=X)
    assert f"Layer 1 of ArtificialNetwork has the transfer function f(x) = {text}," in str(
        caught.value
    )
    assert len(rb.convert(typed(text), "rate").source.layers) == 2
