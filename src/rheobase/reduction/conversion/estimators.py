"""What scikit-learn trains: the estimator within what is wrapped about it, and its layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from rheobase.errors import ParameterError
from rheobase.units.quantity import short
from rheobase.zoo.artificial import ArtificialLayer, ArtificialNetwork, ArtificialNeuron

KNOWN = (
    "give a scikit-learn MLPClassifier, MLPRegressor or linear model that was fitted, a Pipeline "
    "or a search that ends in one, or rb.ArtificialNetwork(layers)"
)
# scikit-learn's names of transfer functions, and ours.
_ACTIVATIONS = {"identity": "identity", "logistic": "logistic", "tanh": "tanh", "relu": "relu"}
# What estimators call those that they are made of, before fitting and after it.
_PARTS = ("estimator", "estimators", "base_estimator", "regressor", "classifier")
_FITTED = ("best_estimator_", "estimator_", "regressor_", "classifier_", "estimators_")

Preparation = Callable[[Any], Any]


def unwrapped(network: Any) -> tuple[Any, Preparation | None, str]:
    """What pipelines and searches end in, whatever they are nested in.

    Returns:
        The estimator, what is done to inputs before it (None for nothing), and what it is called.

    Raises:
        ParameterError: for a search that kept no best estimator.
    """
    title, steps = type(network).__name__, []
    while True:
        if hasattr(network, "named_steps"):
            steps += [step for _, step in network.steps[:-1]]
            network = network.steps[-1][1]
        elif _is_search(network):
            if not hasattr(network, "best_estimator_"):
                refuse(
                    network, "has no best_estimator_: it was not fitted, or with refit=False",
                    "fit it with refit=True, or give the estimator that you choose",
                )  # fmt: skip
            network = network.best_estimator_
        else:
            break
    if type(network).__name__ != title:
        title = f"{title} with {type(network).__name__}"
    steps = [step for step in steps if step is not None and not isinstance(step, str)]

    def prepare(X: Any) -> Any:
        for step in steps:
            X = step.transform(X)
        return X

    return network, prepare if steps else None, title


def layers_of(network: Any) -> list[ArtificialLayer]:
    """The layers of a network that is no pipeline.

    Raises:
        ParameterError: for what has none, saying why.
    """
    if isinstance(network, ArtificialNetwork):
        return list(network.layers)
    if isinstance(network, ArtificialLayer):
        return [network]
    if isinstance(network, ArtificialNeuron) and network.weights is not None:
        return [ArtificialLayer([network.weights], network.bias, network.transfer)]
    if hasattr(network, "coefs_"):
        return _multilayer(network)
    if hasattr(network, "coef_") and hasattr(network, "intercept_"):
        weights = np.atleast_2d(np.asarray(dense(network.coef_), dtype=float))
        biases = np.broadcast_to(np.ravel(dense(network.intercept_)), len(weights))
        return [ArtificialLayer(weights, biases, "identity")]
    _refuse_unknown(network)


def dense(given: Any) -> Any:
    """The array that a sparse matrix stands for; anything else as it is."""
    return given.toarray() if hasattr(given, "toarray") else given


def refuse(network: Any, why: str, mend: str = KNOWN) -> NoReturn:
    """Raise a `ParameterError` that names the kind of network."""
    raise ParameterError(f"{type(network).__name__} {why}.", mend=mend)


def _multilayer(network: Any) -> list[ArtificialLayer]:
    several = network.n_outputs_ > 1 and network.out_activation_ == "logistic"
    if np.ndim(getattr(network, "classes_", [])) != 1 or (several and hasattr(network, "classes_")):
        refuse(network, "gives an example several labels at once")
    transfer = _ACTIVATIONS.get(network.activation)
    if transfer is None:
        refuse(network, f"has the activation {short(network.activation)}, which is not known here")
    *hidden, last = zip(network.coefs_, network.intercepts_, strict=True)
    made = [ArtificialLayer(np.transpose(w), b, transfer) for w, b in hidden]
    return [*made, ArtificialLayer(np.transpose(last[0]), last[1], "identity")]


def _refuse_unknown(network: Any) -> NoReturn:
    """Say what it is that has no layers."""
    if any(kind.__module__.partition(".")[0] == "torch" for kind in type(network).__mro__):
        raise ParameterError(
            "A torch module is not converted yet.",
            mend="give its weights and biases as rb.ArtificialNetwork([rb.ArtificialLayer(W, b, "
            '"relu"), ...])',
        )
    if not hasattr(network, "fit"):
        raise ParameterError(f"{short(network)} is no trained network.", mend=KNOWN)
    if _parts(network):
        inner = next((name for name in _FITTED if hasattr(network, name)), "")
        refuse(
            network, "is made of other estimators, and what it makes of their answers is no layer",
            f"give one of them that was fitted{f': its .{inner}' if inner else ''}",
        )  # fmt: skip
    if not any(name.endswith("_") and not name.startswith("_") for name in vars(network)):
        refuse(network, "was not fitted", "fit it first")
    refuse(network, "has no weights that are known here: neither coef_ nor coefs_")


def _parts(network: Any) -> list[str]:
    """The arguments of an estimator that are other estimators."""
    options = network.get_params(deep=False) if hasattr(network, "get_params") else {}
    return [name for name in _PARTS if name in options]


def _is_search(network: Any) -> bool:
    """Whether it chooses among estimators and predicts as the best one does."""
    return hasattr(network, "best_estimator_") or (
        hasattr(network, "get_params") and {"refit", "estimator"} <= set(network.get_params(False))
    )
