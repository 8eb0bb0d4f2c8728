"""What the linear classifiers share: a layer of artificial neurons behind scikit-learn's face."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError, missing_extra
from rheobase.learn.examples import Floats, with_one
from rheobase.units.quantity import short
from rheobase.zoo.artificial import ArtificialLayer

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError:
    raise missing_extra("scikit-learn", "train", "An estimator") from None

__all__ = ["ConvergenceWarning", "LinearLayer", "check_random_state", "positive"]


class LinearLayer(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classes told apart by the net activations of artificial neurons.

    Of two classes one neuron is enough, whose hyperplane lies between them; of more, each class has
    a neuron, and the largest net activation wins.

    Attributes:
        classes_: the labels.
        layer_: the neurons, an `ArtificialLayer`.
    """

    def _start(self, X: Any, y: Any) -> tuple[Floats, Floats]:
        """Checked examples with one more input that is 1, and whether each is of a neuron's class.

        Returns:
            Shapes (examples, inputs + 1) and (examples, neurons), the latter of 0 and 1.

        Raises:
            ValueError: for data that cannot be learnt, as scikit-learn words it.
        """
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ParameterError(
                f"There is one class, {self.classes_[0]!r}.", mend="give examples of two or more"
            )
        wanted = [1] if len(self.classes_) == 2 else range(len(self.classes_))
        return with_one(X), np.equal.outer(codes, wanted).astype(float)

    def _finish(self, weights: Floats, transfer: Any) -> None:
        """Keep what was learnt.

        Args:
            weights: the bias last, shape (neurons, inputs + 1).
            transfer: the neurons' transfer function.
        """
        self.layer_ = ArtificialLayer(weights[:, :-1], weights[:, -1], transfer)

    @property
    def coef_(self) -> Floats:
        """The weights, shape (neurons, inputs), as scikit-learn calls them."""
        return self._learnt().weights

    @property
    def intercept_(self) -> Floats:
        """The biases, shape (neurons,)."""
        return self._learnt().biases

    def _learnt(self) -> ArtificialLayer:
        if "layer_" not in vars(self):
            # hasattr() is how an estimator is asked whether it was fitted.
            raise AttributeError(f"this {type(self).__name__} has learnt nothing yet: call fit")
        layer: ArtificialLayer = self.layer_
        return layer

    def decision_function(self, X: Any) -> Floats:
        """The net activations.

        Args:
            X: shape (examples, inputs).

        Returns:
            Shape (examples,) where there are two classes, positive for the second one; else
            (examples, classes).
        """
        check_is_fitted(self)
        found = self.layer_.net(validate_data(self, X, dtype=np.float64, reset=False))
        return found[:, 0] if len(self.layer_) == 1 else found

    def predict(self, X: Any) -> Any:
        """The class of each example.

        Args:
            X: shape (examples, inputs).

        Returns:
            Labels, shape (examples,).
        """
        found = self.decision_function(X)
        index = (found >= 0).astype(int) if found.ndim == 1 else np.argmax(found, axis=1)
        return self.classes_[index]


def positive(name: str, value: Any, whole: bool = False) -> float:
    """A positive number, a whole one where that is due.

    Raises:
        ParameterError: for anything else.
    """
    is_number = isinstance(value, (int, float, np.integer, np.floating))
    fits = is_number and not isinstance(value, bool) and 0 < value < np.inf
    if not fits or (whole and value != int(value)):
        what = "a positive whole number" if whole else "a positive number"
        raise ParameterError(f"{name} is {short(value)}.", mend=f"give {what}")
    return float(value)
