"""Artificial neurons side by side, and layers one after another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.zoo.artificial.neuron import ArtificialNeuron
from rheobase.zoo.artificial.numbers import Floats, affine, finite, points
from rheobase.zoo.transfer import Transfer
from rheobase.zoo.transfer import transfer as transfer_of


class ArtificialLayer:
    """Artificial neurons with the same inputs and the same transfer function: y = f(W x + b).

    Args:
        weights: W, shape (neurons, inputs).
        biases: b, shape (neurons,); a number is the bias of all.
        transfer: f, as for `ArtificialNeuron`.

    Raises:
        ParameterError: for what is not finite, or does not fit.
    """

    weights: Floats
    biases: Floats
    transfer: Transfer

    def __init__(self, weights: Any, biases: Any = 0.0, transfer: Any = "logistic") -> None:
        self.weights = finite(weights, "weights", 2)
        given = np.full(len(self.weights), biases) if np.ndim(biases) == 0 else biases
        self.biases = finite(given, "biases", 1)
        if len(self.biases) != len(self.weights):
            raise ParameterError(
                f"There are {len(self.weights)} rows of weights and {len(self.biases)} biases.",
                mend="give one bias a neuron",
            )
        self.transfer = transfer_of(transfer)

    def __len__(self) -> int:
        return len(self.weights)

    def __getitem__(self, index: int) -> ArtificialNeuron:
        return ArtificialNeuron(self.weights[index], self.biases[index], self.transfer)

    @property
    def inputs(self) -> int:
        """How many inputs each neuron has."""
        return int(self.weights.shape[1])

    def net(self, x: Any) -> Floats:
        """The net activations W x + b.

        Args:
            x: inputs, shape (..., inputs).

        Returns:
            Shape (..., neurons).

        Raises:
            ParameterError: for inputs of another number, or that are not finite.
        """
        return affine(points(x, self.inputs), self.weights.T, self.biases)

    def output(self, x: Any) -> Floats:
        """The outputs f(W x + b), shape (..., neurons).

        Raises:
            ParameterError: for inputs of another number, or that are not finite.
        """
        return np.asarray(self.transfer.value(self.net(x)))

    def __repr__(self) -> str:
        return f"<ArtificialLayer of {len(self)} neurons, {self.inputs} inputs each>"


class ArtificialNetwork:
    """Layers one after another: each takes the outputs of the one before.

    Args:
        layers: at least one `ArtificialLayer`.

    Raises:
        ParameterError: where a layer does not have as many inputs as the one before has neurons.
    """

    layers: tuple[ArtificialLayer, ...]

    def __init__(self, layers: Iterable[ArtificialLayer]) -> None:
        self.layers = tuple(layers)
        if not self.layers:
            raise ParameterError("There is no layer.", mend="give at least one")
        for number, (one, other) in enumerate(
            zip(self.layers, self.layers[1:], strict=False), start=2
        ):
            if other.inputs != len(one):
                raise ParameterError(
                    f"Layer {number} has {other.inputs} inputs, and the one before {len(one)} "
                    "neurons.",
                    mend="give weights of shape (neurons, neurons of the layer before)",
                )

    def outputs(self, x: Any) -> list[Floats]:
        """What every layer gives, the first layer first, each of shape (..., neurons).

        Raises:
            ParameterError: for inputs of another number, or that are not finite.
        """
        found: list[Floats] = []
        for layer in self.layers:
            found.append(layer.output(found[-1] if found else x))
        return found

    def output(self, x: Any) -> Floats:
        """What the last layer gives.

        Raises:
            ParameterError: for inputs of another number, or that are not finite.
        """
        return self.outputs(x)[-1]
