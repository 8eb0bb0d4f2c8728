"""The delta rule as an estimator."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.learn.classifier import LinearLayer, check_random_state, positive
from rheobase.learn.examples import ExampleRule, Floats
from rheobase.zoo.plasticity import ErrorDriven
from rheobase.zoo.transfer import Transfer
from rheobase.zoo.transfer import transfer as transfer_of

# Training ends when so many passes in a row have not made the error smaller.
_PATIENCE = 5


class DeltaRule(LinearLayer):
    """Graded neurons that learn from how far off they are, one example at a time.

    With each example `rheobase.ErrorDriven` is carried out, in which y = f(w . x + b) is graded:
    ``w = w + eta (target - y) x``. The bias is the weight of an input that is always 1. Where f is
    the identity this descends the squared error (Widrow and Hoff 1960), where it is logistic the
    cross-entropy. Targets are the ends of what f gives, 0 and 1 or -1 and 1. One example takes back
    some of what another one taught, so the weights kept are the mean over the second half of the
    passes.

    Args:
        transfer: f, halfway between the targets at 0: "logistic", "tanh" or "identity".
        eta: the learning rate. None: 1/|x|**2, of an example of mean length where f is bounded,
            else of the longest, so that no update overshoots its target.
        max_iter: the most passes over the examples.
        tol: training ends when the mean squared error falls by less than this part of itself, 5
            passes in a row.
        shuffle: show the examples in a new order in each pass.
        random_state: the seed of these orders.

    Attributes:
        error_: the mean squared error in each pass, examples counted as they were shown.
        n_iter_: passes over the examples.
        classes_: the labels.
        layer_: the neurons, a `rheobase.ArtificialLayer`.

    Raises:
        ParameterError: on fit, for parameters out of range, and weights that grow without bounds.
        MissingExtraError: when scikit-learn is not installed.

    Source: B. Widrow and M. E. Hoff, Adaptive switching circuits, IRE WESCON Convention Record 4,
    96-104 (1960).
    """

    def __init__(
        self,
        transfer: Any = "logistic",
        eta: float | None = None,
        max_iter: int = 100,
        tol: float = 1e-3,
        shuffle: bool = True,
        random_state: Any = None,
    ) -> None:
        self.transfer = transfer
        self.eta = eta
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> DeltaRule:
        """Learn from examples.

        Args:
            X: shape (examples, inputs).
            y: their labels, shape (examples,).
        """
        f = transfer_of(self.transfer)
        low, high = _ends(f)
        most = int(positive("max_iter", self.max_iter, whole=True))
        tolerance = positive("tol", self.tol)
        inputs, classes = self._start(X, y)
        squares = np.sum(inputs**2, axis=1)
        is_bounded = np.all(np.isfinite(f.bounds()))
        safe = 1.0 / float(np.mean(squares) if is_bounded else np.max(squares))
        rule = ExampleRule(ErrorDriven(safe if self.eta is None else positive("eta", self.eta)))
        rng = check_random_state(self.random_state)
        order = np.arange(len(inputs))
        targets = low + (high - low) * classes
        weights = np.zeros((targets.shape[1], inputs.shape[1]))
        means: list[Floats] = []
        self.error_: list[float] = []
        stale = 0
        while len(means) < most and stale < _PATIENCE:
            order = rng.permutation(len(inputs)) if self.shuffle else order
            weights, mean, error = _passed(rule, f, weights, inputs[order], targets[order])
            is_better = not self.error_ or error < (1 - tolerance) * min(self.error_)
            stale = 0 if is_better else stale + 1
            means.append(mean)
            self.error_.append(error)
        self.n_iter_ = len(means)
        self._finish(np.mean(means[len(means) // 2 :], axis=0), f)
        return self


def _passed(
    rule: ExampleRule, f: Transfer, weights: Floats, inputs: Floats, targets: Floats
) -> tuple[Floats, Floats, float]:
    """The weights after every example was shown once, their mean meanwhile, and the error."""
    total = np.zeros_like(weights)
    error = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for x, target in zip(inputs, targets, strict=True):
            y = f.value(weights @ x)
            weights = rule.updated(weights, x, y[:, np.newaxis], target[:, np.newaxis])
            total += weights
            error += float(np.sum((target - y) ** 2))
    if not np.all(np.isfinite(total)):
        raise ParameterError(
            "The weights grow without bounds.", mend="give a smaller eta, or leave it out"
        )
    return weights, total / len(inputs), error / targets.size


def _ends(f: Transfer) -> tuple[float, float]:
    """The two targets: the ends of what f gives, -1 and 1 where it has none.

    Raises:
        ParameterError: for a function that is not halfway between them at 0.
    """
    low, high = f.bounds() if f.has_inverse else (np.inf, -np.inf)
    low, high = max(low, -1.0), min(high, 1.0)
    if not abs(f.value(0.0) - 0.5 * (low + high)) < 1e-12:
        raise ParameterError(
            f"The transfer function {f.name} does not suit the delta rule.",
            mend='give "logistic", "tanh" or "identity"; for "step" there is Perceptron',
        )
    return low, high
