"""The perceptron rule as an estimator, which says whether the classes are separable."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from rheobase.learn.classifier import (
    ConvergenceWarning,
    LinearLayer,
    check_random_state,
    positive,
)
from rheobase.learn.examples import ExampleRule, Floats
from rheobase.learn.margin import Separability, separability
from rheobase.zoo.plasticity import ErrorDriven
from rheobase.zoo.transfer import step

# So many examples are looked through at once for the next mistake.
_TOGETHER = 256


class Perceptron(LinearLayer):
    """Rosenblatt's perceptron: threshold neurons that learn from their mistakes alone.

    Examples are shown one by one, and `rheobase.ErrorDriven` is carried out with each, in which y
    is 0 or 1: ``w = w + eta (target - y) x``. The bias is the weight of an input that is always 1,
    and all weights start at zero.

    Where a hyperplane separates a class from the others, training ends: with R the length of the
    longest example and gamma the widest margin, after at most (R/gamma)**2 updates (Novikoff 1962).
    Where there is none, no weights are ever right; training then stops when it gets no better for
    `patience` passes, and `separable_` says so. Kept are the weights with the fewest mistakes among
    those that were right for long or ended a pass: the pocket with a ratchet of Gallant (1990).

    Args:
        eta: the learning rate; it scales weights and changes no prediction.
        max_iter: the most passes over the examples.
        patience: for how many passes a neuron that cannot succeed goes on without getting better.
        certify: find out whether classes are separable, and the margin. Without it these are known
            only where training succeeds, and `patience` is not used.
        shuffle: show the examples in a new order in each pass.
        random_state: the seed of these orders.

    Attributes:
        separable_: for each neuron whether its class is separable from the others; None where that
            is not known.
        margin_: gamma, of inputs with the 1 included; 0 where no hyperplane separates, and nan
            where it is not known.
        bound_: (R/gamma)**2 likewise.
        n_updates_: how many updates each neuron made.
        mistakes_: how many examples each neuron still has on the wrong side.
        converged_: whether no neuron has any.
        deepest_: the least signed distance of an example from each neuron's hyperplane, counted
            positive on the right side: what margin there is, below 0 where there are mistakes.
        n_iter_: passes over the examples.
        classes_: the labels.
        layer_: the neurons, a `rheobase.ArtificialLayer`.

    Raises:
        ParameterError: on fit, for parameters out of range.
        MissingExtraError: when scikit-learn is not installed.

    Sources: F. Rosenblatt, Psychol. Rev. 65, 386-408 (1958), doi:10.1037/h0042519; S. I. Gallant,
    Perceptron-based learning algorithms, IEEE Trans. Neural Networks 1, 179-191 (1990),
    doi:10.1109/72.80230.
    """

    def __init__(
        self,
        eta: float = 1.0,
        max_iter: int = 1000,
        patience: int = 20,
        certify: bool = True,
        shuffle: bool = True,
        random_state: Any = None,
    ) -> None:
        self.eta = eta
        self.max_iter = max_iter
        self.patience = patience
        self.certify = certify
        self.shuffle = shuffle
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Perceptron:
        """Learn from examples.

        Args:
            X: shape (examples, inputs).
            y: their labels, shape (examples,).
        """
        rule = ExampleRule(ErrorDriven(positive("eta", self.eta)))
        most = int(positive("max_iter", self.max_iter, whole=True))
        patience = int(positive("patience", self.patience, whole=True))
        inputs, targets = self._start(X, y)
        known = [separability(inputs[:, :-1], t == 1) for t in targets.T] if self.certify else []
        rng = check_random_state(self.random_state)
        seeds = rng.randint(np.iinfo(np.int32).max, size=targets.shape[1])
        rows = []
        for k, wanted in enumerate(targets.T):
            is_hopeless = bool(known) and not known[k].is_separable
            one = _Threshold(rule, inputs, wanted)
            orders = np.random.RandomState(seeds[k]) if self.shuffle else None
            one.train(most, patience if is_hopeless else most, orders)
            rows.append(one)
        self._finish(np.array([one.kept for one in rows]), step())
        self._tell(rows, known)
        return self

    def _tell(self, rows: list[_Threshold], known: list[Separability]) -> None:
        """Set what is known after training."""
        self.n_iter_ = max(one.passes for one in rows)
        self.n_updates_ = np.array([one.updates for one in rows])
        self.mistakes_ = np.array([one.fewest for one in rows])
        self.deepest_ = np.array([one.deepest() for one in rows])
        self.converged_ = not self.mistakes_.any()
        found: list[bool | None] = [k.is_separable for k in known]
        if not known:  # success is proof
            found = [None if mistakes else True for mistakes in self.mistakes_]
        self.separable_ = np.array(found, dtype=object if None in found else bool)
        nothing = [np.nan] * len(rows)
        self.margin_ = np.array([k.margin for k in known] or nothing)
        self.bound_ = np.array([k.bound for k in known] or nothing)
        if any(one.fewest and fits is not False for one, fits in zip(rows, found, strict=True)):
            warnings.warn(
                f"The perceptron still makes mistakes after {self.n_iter_} passes. Mend: raise "
                "max_iter, scale the inputs alike, or see separable_ and bound_",
                ConvergenceWarning,
                stacklevel=3,
            )

    def report(self) -> str:
        """What training came to, in a line for each neuron."""
        lines = []
        names = self.classes_[-len(self.n_updates_) :]
        for k, name in enumerate(names):
            what = "not known to be separable from the rest"
            if self.separable_[k]:
                what = "linearly separable"
                if np.isfinite(self.bound_[k]):
                    what += f", margin {self.margin_[k]:.3g}, at most {self.bound_[k]:.4g} updates"
            elif self.separable_[k] is not None:
                what = f"not linearly separable, {self.mistakes_[k]} on the wrong side, the worst "
                what += f"by {-self.deepest_[k]:.3g}"
            lines.append(f"{name}: {what}; {self.n_updates_[k]} updates were made")
        return "\n".join(lines)


class _Threshold:
    """One neuron in training: its weights now, and in its pocket the best so far."""

    def __init__(self, rule: ExampleRule, inputs: Floats, wanted: Floats) -> None:
        self.rule, self.inputs, self.wanted = rule, inputs, wanted
        self.weights = np.zeros(inputs.shape[1])
        self.kept, self.fewest = self.weights, len(wanted) + 1
        self.updates = self.passes = self.run = self.longest = 0

    def train(self, most: int, patience: int, orders: np.random.RandomState | None) -> None:
        """Pass over the examples until none is wrong, or it has taken long enough."""
        stale = 0
        order = np.arange(len(self.wanted))
        while self.fewest and stale < patience and self.passes < most:
            if orders is not None:
                order = orders.permutation(len(order))
            before = self.fewest
            self._pass(order)
            self._keep_if_better()
            self.passes += 1
            stale = 0 if self.fewest < before else stale + 1

    def _pass(self, order: Any) -> None:
        """Show every example once."""
        inputs, wanted = self.inputs[order], self.wanted[order]
        at = 0
        while at < len(wanted):
            ahead = slice(at, at + _TOGETHER)
            y = _fired(inputs[ahead] @ self.weights)
            wrong = np.flatnonzero(y != wanted[ahead])
            if not len(wrong):
                self.run += len(y)
                at += _TOGETHER
                continue
            first = at + int(wrong[0])
            self.run += int(wrong[0])
            if self.run >= self.longest:  # only then are all examples looked at
                self.longest = self.run
                self._keep_if_better()
            self.run = 0
            self.weights = self.rule.updated(
                self.weights, inputs[first], y[wrong[0]], wanted[first]
            )
            self.updates += 1
            at = first + 1

    def _keep_if_better(self) -> None:
        """Put the weights in the pocket if they make fewer mistakes than those that are there."""
        wrong = int(np.count_nonzero(_fired(self.inputs @ self.weights) != self.wanted))
        # Weights of zero, which have no hyperplane, make way for others that are no worse.
        is_better = wrong < self.fewest or (wrong == self.fewest and not self.kept[:-1].any())
        if is_better:
            self.kept, self.fewest = self.weights, wrong

    def deepest(self) -> float:
        """The least signed distance of an example, positive on the right side."""
        length = float(np.linalg.norm(self.kept))
        signs = np.where(self.wanted == 1, 1.0, -1.0)
        return float(np.min(signs * (self.inputs @ self.kept))) / (length or 1.0)


def _fired(net: Floats) -> Floats:
    return np.asarray(step().value(net))
