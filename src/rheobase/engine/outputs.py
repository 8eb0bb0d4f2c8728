"""An output that is no finite number is told where it arises, not where it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.errors import NumericalError
from rheobase.model.model import Model
from rheobase.units.quantity import Quantity

if TYPE_CHECKING:
    from rheobase.recording import Recording


def output_error(
    model: Model, name: str, neuron: int, place: str, time: float, values: dict[str, Any]
) -> NumericalError:
    """The error for an output of one neuron.

    Args:
        model: its model.
        name: the output.
        neuron: which one.
        place: what it belongs to, such as "population 'a'".
        time: when (ms).
        values: the states that are known of it, as they are shown.
    """
    shown = ", ".join(f"{s} = {value}" for s, value in values.items())
    lines = [e.line for e in model.equations if e.line.split("=")[0].strip() == name]
    return NumericalError(
        f"The output {name!r} is no finite number{''.join(f' ({line})' for line in lines)}.",
        where=f"{place}, neuron {neuron}, at {time:.12g} ms{': ' if shown else ''}{shown}",
        mend="give an expression that is finite whatever the states are; in a transfer function, "
        "for example, clip(x, low, high) in place of x",
    )


def refuse_broken(model: Model, place: str, recording: Recording, whole: Any = None) -> None:
    """Refuse what was recorded of a declared output where it is no finite number.

    Args:
        model: the model.
        place: what it belongs to, for the error.
        recording: of it.
        whole: what the error carries; that recording by default.

    Raises:
        NumericalError: for the first such sample.
    """
    found = []
    for name in model.outputs:
        if name in recording.names:
            bad = ~np.isfinite(_plain(recording[name]))
            if bad.any():
                row, column = (int(k) for k in np.argwhere(bad)[0])
                found.append((row, name, column))
    if not found:
        return
    row, name, column = min(found)
    neuron = int(recording.neurons[name][column])
    states = {}
    for state in model.states:
        if state in recording.names and neuron in recording.neurons[state]:
            at = int(np.flatnonzero(recording.neurons[state] == neuron)[0])
            states[state] = recording[state][row, at]
    time = float(_plain(recording.t)[row])
    error = output_error(model, name, neuron, place, time, states)
    error.recording = recording if whole is None else whole
    raise error


def _plain(values: Any) -> np.ndarray:
    return np.asarray(values.magnitude if isinstance(values, Quantity) else values)
