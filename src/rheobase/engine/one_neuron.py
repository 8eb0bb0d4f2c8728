"""What an experiment on one neuron asks of a model."""

from __future__ import annotations

from rheobase.errors import ParameterError
from rheobase.model.model import Model


def refuse_several(model: Model) -> None:
    """A protocol tries currents side by side, on one neuron.

    Raises:
        ParameterError: when array-valued parameters describe several.
    """
    if model.size not in (None, 1):
        raise ParameterError(
            f"This protocol is for one neuron, and the parameters of {model.called} describe "
            f"{model.size}.",
            mend="give one value to each parameter with model.replace(...)",
        )


def current_input(model: Model, name: str | None) -> str:
    """The input that a protocol drives.

    Raises:
        ParameterError: when it is not clear which.
    """
    if name is not None:
        model.dimension_of(name)
        return name
    if len(model.inputs) == 1:
        return model.inputs[0]
    if "I" in model.inputs:
        return "I"
    raise ParameterError(
        f"{model.title} has the inputs {', '.join(model.inputs) or '(none)'}.",
        mend="say which takes the current: input=...",
    )
