"""Networks that scikit-learn trains in a moment, on data that it brings along."""

import warnings

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits


class Case:
    """A network that was trained, and data that it was not trained on."""

    def __init__(self, estimator, load, scale=1.0, limit=None):
        X, y = load(return_X_y=True)
        X, y = X[:limit] * scale, y[:limit]
        self.X, self.held_out, self.y, self.due = train_test_split(
            X, y, test_size=0.3, random_state=0
        )
        # Small matrices are multiplied faster by one thread; where training stops does not matter.
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore")
            self.network = estimator.fit(self.X, self.y)

    @property
    def score(self):
        return self.network.score(self.held_out, self.due)


def classifier(*hidden, alpha=1.0, max_iter=100, **options):
    return MLPClassifier(
        hidden, solver="lbfgs", alpha=alpha, max_iter=max_iter, random_state=0, **options
    )


def scaled(estimator):
    return make_pipeline(StandardScaler(), estimator)


def digits(*hidden, **options):
    return Case(classifier(*hidden, **options), load_digits, 1 / 16)


def iris():
    return Case(scaled(classifier(20, 20, alpha=0.1)), load_iris)


def breast_cancer():
    return Case(scaled(classifier(16)), load_breast_cancer)


def logistic():
    return Case(scaled(LogisticRegression()), load_breast_cancer)


def ridge():
    return Case(scaled(Ridge()), load_diabetes)


def regressor():
    estimator = MLPRegressor(hidden_layer_sizes=(20,), solver="lbfgs", alpha=1.0, max_iter=60,
                             random_state=0)  # fmt: skip
    found = Case(scaled(estimator), load_diabetes)
    assert np.ndim(found.due) == 1
    return found
