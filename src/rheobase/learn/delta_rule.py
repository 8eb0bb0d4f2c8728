"""The delta rule as an estimator."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.learn.classifier import LinearLayer, check_random_state, positive
from rheobase.learn.examples import ExampleRule, Floats
from rheobase.zoo.plasticity import ErrorDriven
from rheobase.zoo.transfer import Transfer, transfer


class DeltaRule(LinearLayer):
    """x"""

    def __init__(
        self,
        transfer: Any = "logistic",
        eta: Any = None,
        max_iter: int = 100,
        tol: float = 1e-4,
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
        f = transfer(self.transfer)
        low, high = (0,1) if f.name=="logistic" else (-1,1)
        most = int(self.max_iter)
        inputs, targets = self._start(X, y)
        targets = low + (high - low) * targets
        rng = check_random_state(self.random_state)
        eta = self.eta or 1.0 / np.mean(np.sum(inputs**2, axis=1))
        weights = np.zeros((targets.shape[1], inputs.shape[1]))
        mean = np.zeros_like(weights)
        count=0
        for self.n_iter_ in range(1, most + 1):
            rule = ExampleRule(ErrorDriven(eta ))
            order = rng.permutation(len(inputs))
            for k in order:
                x = inputs[k]
                y_ = f.value(weights @ x)
                weights = rule.updated(weights, x, y_[:, None], targets[k][:, None])
                if self.n_iter_ > most//2:
                    mean += weights; count+=1
        self._finish(mean/count, f)
        return self
