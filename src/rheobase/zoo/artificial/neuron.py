"""The artificial neuron: an output without dynamics."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.zoo.artificial.hyperplane import Hyperplane
from rheobase.zoo.artificial.numbers import Floats, affine, finite, points
from rheobase.zoo.transfer import Transfer, transfer

CITATION = "McCulloch and Pitts 1943, Bulletin of Mathematical Biophysics 5:115-133"
# A model's text has an end; a neuron with more inputs gets their sum from projections.
_MOST_INPUTS = 1000
_A_LINE = 100


class ArtificialNeuron:
    """A neuron without dynamics: y = f(w . x + b).

    The transfer function takes the whole sum. One course text prints a = sum_j f(w_j x_j + b), with
    f inside the sum: that is a misprint, and another function wherever f is not linear.

    Call it without arguments for the `Model`, as whatever runs models does: an output with no
    differential equation. Its inputs are ``x_1``, ``x_2``, ... with the weights ``w_1``, ``w_2``,
    ... and the bias ``b``; of a neuron without weights of its own the input is ``I``, the weighted
    sum that projections bring.

    Args:
        weights: w, shape (inputs,): plain numbers. None: those of the projections onto the neuron.
        bias: b.
        transfer: f: a name in `rheobase.zoo.transfer.TRANSFERS`, an expression over x as text, or
            a `Transfer`.

    Attributes:
        weights: w, or None.
        bias: b.
        transfer: f.

    Raises:
        ParameterError: for what is not finite, and for a transfer function that there is not.
        EquationError: for a transfer function outside the language, with a caret.

    Source: W. S. McCulloch and W. Pitts, A logical calculus of the ideas immanent in nervous
    activity, Bull. Math. Biophys. 5, 115-133 (1943), doi:10.1007/BF02478259, with f a step.
    """

    weights: Floats | None
    bias: float
    transfer: Transfer

    def __init__(self, weights: Any = None, bias: Any = 0.0, transfer: Any = "logistic") -> None:
        self.weights = None if weights is None else finite(weights, "weights", 1)
        self.bias = float(finite(bias, "bias", 0))
        self.transfer = _transfer(transfer)

    def net(self, x: Any) -> Any:
        """The net activation w . x + b.

        Args:
            x: inputs, shape (..., inputs).

        Returns:
            Shape (...): one number an input vector.

        Raises:
            ParameterError: for inputs of another number or that are not finite, or a neuron without
                weights of its own.
        """
        w = self._own_weights()
        return affine(points(x, len(w)), w, self.bias)[()]

    def output(self, x: Any) -> Any:
        """The output f(w . x + b), of the shape of `net`.

        Raises:
            ParameterError: as `net` does.
        """
        return self.transfer.value(self.net(x))

    def hyperplane(self) -> Hyperplane:
        """The hyperplane {x: w . x + b = 0}, with the normal w/|w| and the offset -b/|w|.

        Raises:
            ParameterError: where all weights are zero, or the neuron has none of its own.
        """
        return Hyperplane.of(self._own_weights(), self.bias)

    def __call__(self) -> Model:
        """The `Model`: the equation with its inputs written out."""
        return self._model

    @cached_property
    def _model(self) -> Model:
        own = {"b": self.bias}
        if self.weights is None:
            inputs, terms = ["I"], ["I"]
        else:
            count = range(1, len(self.weights) + 1)
            if len(count) > _MOST_INPUTS:
                raise ParameterError(
                    f"A model with {len(count)} inputs is too long to write out.",
                    mend="leave weights= out, and give them to the projections onto the neuron",
                )
            inputs = [f"x_{k}" for k in count]
            terms = [f"w_{k}*x_{k}" for k in count]
            own |= {f"w_{k}": float(w) for k, w in zip(count, self.weights, strict=True)}
        lines: list[str] = []
        while len(terms) > _A_LINE:
            part = f"net_{len(lines) + 1}"
            lines.append(f"{part} = {' + '.join(terms[:_A_LINE])}")
            terms = [*terms[_A_LINE:], part]
        lines += [f"net = {' + '.join(terms)} + b", self.transfer.equations("y", "net")]
        taken = sorted(self.transfer.parameters.keys() & {*own, *inputs, "net", "y"})
        if taken:
            raise ParameterError(
                f"The transfer function has a parameter {taken[0]!r}, a name of the neuron's own.",
                mend="rename it",
            )
        return Model(
            "\n".join(lines), parameters={**own, **self.transfer.parameters}, inputs=inputs,
            outputs=("y",), name="ArtificialNeuron", citation=CITATION,
        )  # fmt: skip

    def _own_weights(self) -> Floats:
        if self.weights is None:
            raise ParameterError(
                "The neuron has no weights of its own.", mend="give weights=, one an input"
            )
        return self.weights

    def __repr__(self) -> str:
        inputs = "the sum of projections" if self.weights is None else f"{len(self.weights)} inputs"
        return f"<ArtificialNeuron of {inputs}: y = {self.transfer.name}(w . x + b)>"


def _transfer(given: Any) -> Transfer:
    """Named apart: within the class `transfer` is an argument."""
    return transfer(given)
