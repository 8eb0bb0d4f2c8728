"""A network that was trained elsewhere, as layers of artificial neurons."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from rheobase.errors import ParameterError
from rheobase.records import Record
from rheobase.units.quantity import short
from rheobase.zoo.artificial import ArtificialLayer, ArtificialNetwork, ArtificialNeuron
from rheobase.zoo.artificial.numbers import Floats, points

KNOWN = (
    "give a scikit-learn MLPClassifier, MLPRegressor or linear model that was fitted, a Pipeline "
    "that ends in one, or rb.ArtificialNetwork(layers)"
)
# scikit-learn's names of transfer functions, and ours.
_ACTIVATIONS = {"identity": "identity", "logistic": "logistic", "tanh": "tanh", "relu": "relu"}
# How many points a network is asked about, to see that its layers were read rightly.
_ASKED = 100


class Trained(Record, identity=True):
    """Layers one after another, and what their last net activations mean.

    Attributes:
        layers: each takes the outputs of the one before; the last one's net activations are read.
        classes: the labels, in the order of the outputs; None where the outputs are the answer. Of
            two classes there is one output, positive for the second.
        prepare: what is done to inputs first: the steps of a pipeline before its last.
        title: what it is called.
    """

    layers: tuple[ArtificialLayer, ...]
    classes: Any
    prepare: Callable[[Any], Any] | None
    title: str

    def inputs(self, X: Any) -> Floats:
        """Examples as the first layer takes them, shape (examples, inputs).

        Raises:
            ParameterError: for examples that are not finite numbers, or not of so many inputs.
        """
        found = points(X if self.prepare is None else self.prepare(X), self.layers[0].inputs, "X")
        if found.ndim != 2 or not len(found) or not np.isfinite(found).all():
            raise ParameterError(
                f"X has the shape {found.shape}, or holds what is not finite.",
                mend=f"give examples of finite numbers, shape (examples, {self.layers[0].inputs})",
            )
        return found

    def activations(self, inputs: Floats) -> list[Floats]:
        """The outputs of the hidden layers, and the net activations of the last one."""
        found: list[Floats] = []
        for layer in self.layers[:-1]:
            found.append(layer.output(found[-1] if found else inputs))
        return [*found, self.layers[-1].net(found[-1] if found else inputs)]

    def answer(self, net: Floats) -> Any:
        """What net activations of the last layer, shape (..., outputs), say.

        Returns:
            Labels of shape (...) where there are classes, else outputs of shape (..., outputs).
        """
        if self.classes is None:
            return np.asarray(self.layers[-1].transfer.value(net))
        many = net.shape[-1] > 1
        return self.classes[np.argmax(net, axis=-1) if many else (net[..., 0] > 0).astype(int)]


def trained(network: Any, classes: Any = None) -> Trained:
    """Read a network.

    Args:
        network: what `convert` takes.
        classes: labels of the outputs; None for those that the network knows itself.

    Raises:
        ParameterError: for what is no trained network, or none that layers of neurons can stand
            for.
    """
    title, prepare = type(network).__name__, None
    if hasattr(network, "named_steps"):
        network, prepare = _last_step(network)
        title = f"{title} with {type(network).__name__}"
    layers = _layers(network)
    labels = getattr(network, "classes_", None) if classes is None else classes
    found = Trained(_without_lines(layers), _labels(labels, len(layers[-1])), prepare, title)
    if hasattr(network, "predict"):
        _ask(network, found)
    return found


def _layers(network: Any) -> list[ArtificialLayer]:
    if isinstance(network, ArtificialNetwork):
        return list(network.layers)
    if isinstance(network, ArtificialLayer):
        return [network]
    if isinstance(network, ArtificialNeuron) and network.weights is not None:
        return [ArtificialLayer([network.weights], network.bias, network.transfer)]
    if any(kind.__module__.partition(".")[0] == "torch" for kind in type(network).__mro__):
        raise ParameterError(
            "A torch module is not converted yet.",
            mend="give its weights and biases as rb.ArtificialNetwork([rb.ArtificialLayer(W, b, "
            '"relu"), ...])',
        )
    if hasattr(network, "fit") and not (hasattr(network, "coefs_") or hasattr(network, "coef_")):
        _refuse(network, "has no weights that are known here, or was not fitted")
    if hasattr(network, "coefs_"):
        if np.ndim(getattr(network, "classes_", [])) != 1 or _has_several_labels(network):
            _refuse(network, "gives an example several labels at once")
        *hidden, last = zip(network.coefs_, network.intercepts_, strict=True)
        transfer = _ACTIVATIONS[network.activation]
        made = [ArtificialLayer(np.transpose(w), b, transfer) for w, b in hidden]
        return [*made, ArtificialLayer(np.transpose(last[0]), last[1], "identity")]
    if hasattr(network, "coef_") and hasattr(network, "intercept_"):
        weights = np.atleast_2d(np.asarray(network.coef_, dtype=float))
        biases = np.broadcast_to(np.ravel(network.intercept_), len(weights))
        return [ArtificialLayer(weights, biases, "identity")]
    raise ParameterError(f"{short(network)} is no trained network.", mend=KNOWN)


def _has_several_labels(network: Any) -> bool:
    several = network.n_outputs_ > 1 and network.out_activation_ == "logistic"
    return bool(several and hasattr(network, "classes_"))


def _last_step(pipeline: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The estimator at the end, and what comes before it."""

    def prepare(X: Any) -> Any:
        for _, step in pipeline.steps[:-1]:
            if step is not None and step != "passthrough":
                X = step.transform(X)
        return X

    return pipeline.steps[-1][1], prepare


def _without_lines(layers: list[ArtificialLayer]) -> tuple[ArtificialLayer, ...]:
    """The same network, its linear layers multiplied into those that follow."""
    found: list[ArtificialLayer] = []
    for layer in layers:
        if found and found[-1].transfer.name == "identity":
            before = found.pop()
            biases = layer.weights @ before.biases + layer.biases
            layer = ArtificialLayer(layer.weights @ before.weights, biases, layer.transfer)
        found.append(layer)
    return tuple(found)


def _labels(given: Any, outputs: int) -> Any:
    if given is None:
        return None
    labels = np.asarray(given)
    if labels.ndim != 1 or len(labels) != (outputs if outputs > 1 else 2):
        raise ParameterError(
            f"There are {labels.size} classes and {outputs} outputs.",
            mend="an output a class; of two classes one output, positive for the second",
        )
    return labels


def _ask(network: Any, found: Trained) -> None:
    """Compare the answers of the network with those of its layers.

    Raises:
        ParameterError: where they differ: the weights do not mean what they seem to.
    """
    X = np.random.default_rng(0).normal(size=(_ASKED, found.layers[0].inputs))
    ours = found.answer(found.activations(X)[-1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names of columns, which points at random do not have
        theirs = np.asarray(network.predict(X))
    if found.classes is not None:
        agree = theirs.shape == ours.shape and bool(np.all(theirs == ours))
    else:
        agree = np.allclose(theirs.reshape(len(X), -1), ours)
    if not agree:
        _refuse(network, "does not answer as its weights do: it is no layer of neurons")


def _refuse(network: Any, why: str) -> NoReturn:
    raise ParameterError(f"{type(network).__name__} {why}.", mend=KNOWN)
