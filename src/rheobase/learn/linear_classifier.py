"""The linear classifier: logistic neurons trained to the end, with weights that are kept short."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from rheobase.learn.classifier import ConvergenceWarning, LinearLayer, positive
from rheobase.learn.examples import ExampleRule, Floats
from rheobase.zoo.plasticity import ErrorDriven
from rheobase.zoo.transfer import logistic, softplus


class LinearClassifier(LinearLayer):
    """A layer of logistic neurons whose error is as small as it can be.

    Of two classes, y = f(w . x + b) with the logistic function is the probability of the second. Of
    more, each class has a neuron, and the outputs are made to add up to 1: y = exp(net)/sum
    exp(net). Weights minimise

        -sum log(probability of the right class) + |w|**2/(2 C)

    The gradient of the sum is minus what `rheobase.ErrorDriven`, ``w = w + eta (target - y) x``,
    adds over all examples at eta = 1; it is evaluated from that rule. Biases are not kept short.

    Args:
        C: how little weights are kept short: large for none of it.
        max_iter: the most steps of the minimiser (L-BFGS).
        tol: the largest slope that counts as none, for one example.

    Attributes:
        n_iter_: steps of the minimiser.
        classes_: the labels.
        layer_: the neurons, a `rheobase.ArtificialLayer`.

    Raises:
        ParameterError: on fit, for parameters out of range.
        MissingExtraError: when scikit-learn is not installed.
    """

    def __init__(self, C: float = 1.0, max_iter: int = 1000, tol: float = 1e-5) -> None:
        self.C = C
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X: Any, y: Any) -> LinearClassifier:
        """Learn from examples.

        Args:
            X: shape (examples, inputs).
            y: their labels, shape (examples,).
        """
        from scipy.optimize import minimize

        strength = positive("C", self.C)
        most = int(positive("max_iter", self.max_iter, whole=True))
        tolerance = positive("tol", self.tol)
        inputs, targets = self._start(X, y)
        rule = ExampleRule(ErrorDriven(1.0))
        # The minimiser sees inputs of mean 0 and variance 1; what it minimises stays the same.
        centre = np.r_[np.mean(inputs[:, :-1], axis=0), 0.0]
        inputs = inputs - centre
        size = np.r_[np.std(inputs[:, :-1], axis=0), 1.0]
        size[size == 0] = 1.0
        shape = (targets.shape[1], inputs.shape[1])
        kept_short = np.r_[np.ones(shape[1] - 1), 0.0] / strength

        def loss(scaled: Floats) -> tuple[float, Floats]:
            weights = scaled.reshape(shape) / size
            net = inputs @ weights.T
            outputs, surprise = _outputs(net, targets)
            slope = -_added(rule, inputs, outputs, targets) + kept_short * weights
            total = surprise + 0.5 * float(np.sum(kept_short * weights**2))
            return total / len(inputs), (slope / size).ravel() / len(inputs)

        options = {"maxiter": most, "gtol": tolerance, "ftol": 1e-14, "maxcor": 20}
        found = minimize(
            loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options=options
        )
        self.n_iter_ = int(found.nit)
        if self.n_iter_ >= most:
            warnings.warn(
                f"The minimiser has not come to its end after {most} steps. Mend: raise max_iter, "
                "or scale the inputs alike",
                ConvergenceWarning,
                stacklevel=2,
            )
        weights = found.x.reshape(shape) / size
        weights[:, -1] -= weights @ centre
        self._finish(weights, logistic())
        return self

    def predict_proba(self, X: Any) -> Floats:
        """The probability of each class.

        Args:
            X: shape (examples, inputs).

        Returns:
            Shape (examples, classes).
        """
        net = self.decision_function(X)
        if net.ndim == 1:
            second = np.asarray(logistic().value(net))
            return np.asarray(np.c_[logistic().value(-net), second])
        return _shares(net)


def _added(rule: ExampleRule, inputs: Floats, outputs: Floats, targets: Floats) -> Floats:
    """What the rule adds to all weights over all examples, shape (neurons, inputs)."""
    # The rule is linear in x, so that its change for x = 1 is the error of each neuron.
    errors = rule.updated(0.0, 1.0, outputs, targets)
    return np.asarray(errors.T @ inputs)


def _outputs(net: Floats, targets: Floats) -> tuple[Floats, float]:
    """The outputs, and minus the logarithm of the probability of all targets."""
    if net.shape[1] == 1:
        surprise = np.sum(softplus().value(np.where(targets == 1, -net, net)))
        return np.asarray(logistic().value(net)), float(surprise)
    shares = _shares(net)
    top = net.max(axis=1, keepdims=True)
    logs = net - top - np.log(np.sum(np.exp(net - top), axis=1, keepdims=True))
    return shares, -float(np.sum(logs[targets == 1]))


def _shares(net: Floats) -> Floats:
    """exp(net)/sum exp(net) in each row."""
    risen = np.exp(net - net.max(axis=1, keepdims=True))
    return np.asarray(risen / risen.sum(axis=1, keepdims=True))
