"""A network that was trained elsewhere, as layers of artificial neurons."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.records import Record
from rheobase.reduction.conversion.estimators import dense, layers_of, refuse, unwrapped
from rheobase.reduction.conversion.transfers import is_identity
from rheobase.units.quantity import short
from rheobase.zoo.artificial import ArtificialLayer
from rheobase.zoo.artificial.numbers import Floats, points

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
        given = dense(X if self.prepare is None else self.prepare(X))
        found = points(given, self.layers[0].inputs, "X")
        if found.ndim != 2 or not len(found):
            raise ParameterError(
                f"X has the shape {found.shape}.",
                mend=f"give examples, shape (examples, {self.layers[0].inputs})",
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
    network, prepare, title = unwrapped(network)
    layers = layers_of(network)
    labels = getattr(network, "classes_", None) if classes is None else classes
    found = Trained(_without_lines(layers), _labels(labels, len(layers[-1])), prepare, title)
    if hasattr(network, "predict"):
        _ask(network, found)
    return found


def _without_lines(layers: list[ArtificialLayer]) -> tuple[ArtificialLayer, ...]:
    """The same network, its linear layers multiplied into those that follow."""
    found: list[ArtificialLayer] = []
    for layer in layers:
        if found and is_identity(found[-1].transfer):
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
    if len(set(labels.tolist())) < len(labels) or any(label != label for label in labels.tolist()):
        raise ParameterError(
            f"classes is {short(given)}.", mend="give every output a label of its own"
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
        refuse(network, "does not answer as its weights do: it is no layer of neurons")
