"""Accuracy beside scikit-learn's linear models, on the same splits, to within one point."""

import warnings

import pytest
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.linear_model import Perceptron as TheirPerceptron
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

import rheobase as rb

DATA = {"iris": load_iris, "digits": load_digits, "breast_cancer": load_breast_cancer}
PAIRS = {
    "LinearClassifier": (rb.LinearClassifier(), LogisticRegression(max_iter=1000)),
    "Perceptron": (rb.Perceptron(max_iter=100, random_state=0), TheirPerceptron(random_state=0)),
    "DeltaRule": (
        rb.DeltaRule(max_iter=20, random_state=0),
        SGDClassifier("log_loss", random_state=0),
    ),
    "DeltaRule of linear neurons": (
        rb.DeltaRule("identity", max_iter=20, random_state=0),
        RidgeClassifier(),
    ),
}


def accuracy(model, x, y):
    splits = StratifiedKFold(5, shuffle=True, random_state=0)
    # Products so small only wait for one another in several threads.
    with warnings.catch_warnings(), threadpool_limits(1):
        # Breast cancer has so narrow a gap that the perceptron's bound is 2e8 updates.
        warnings.filterwarnings("ignore", "The perceptron still makes mistakes")
        return cross_val_score(make_pipeline(StandardScaler(), model), x, y, cv=splits).mean()


@pytest.mark.slow
@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("pair", PAIRS)
def test_on_a_par(pair, data):
    x, y = DATA[data](return_X_y=True)
    ours, theirs = (accuracy(model, x, y) for model in PAIRS[pair])
    assert ours >= theirs - 0.01, (ours, theirs)
