"""The impedance of a membrane at rest, and the leak with adaptation that has it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rheobase.compiler.calculus import jacobian, total_derivative
from rheobase.engine.rest import environment, initial_values, solve_rest
from rheobase.model.evaluate import evaluate
from rheobase.model.model import Model
from rheobase.reduction.erfcx import Array

_FREQUENCIES = np.geomspace(1.0, 200.0, 25)
_TAUS = np.geomspace(0.5, 300.0, 120)


def capacitance(model: Model, state: str, name: str) -> float:
    """One over the slope of dv/dt by the input, at the first values; internal."""
    first = {s: float(v[0]) for s, v in initial_values(model, 1, {}).items()}
    gain = total_derivative(model, model.derivatives[state], name)
    return 1.0 / float(evaluate(gain, _known(model, first)))


def impedance(
    model: Model, state: str, name: str, frequencies: Array
) -> tuple[float, npt.NDArray[np.complex128]]:
    """The resting potential (mV), and there (i omega - J)^-1 of the input's gain, in mV per input.

    Args:
        model: the neuron.
        state: its potential.
        name: its input.
        frequencies: in Hz, shape (frequencies,).

    Raises:
        NumericalError: when it has no resting state.
    """
    found = solve_rest(model, initial_values(model, 1, {}), {})
    rest = {s: float(v[0]) for s, v in found.items()}
    known, states = _known(model, rest), list(model.states)
    matrix = np.zeros((len(states), len(states)))
    for (i, j), slope in jacobian(model).items():
        matrix[states.index(i), states.index(j)] = evaluate(slope, known)
    gains = [evaluate(total_derivative(model, model.derivatives[s], name), known) for s in states]
    omega = 2e-3 * np.pi * np.asarray(frequencies)[:, np.newaxis, np.newaxis]
    systems = 1j * omega * np.eye(len(states)) - matrix
    push = np.broadcast_to(np.array(gains, dtype=complex)[:, np.newaxis], (*systems.shape[:2], 1))
    answers = np.linalg.solve(systems, push)[:, states.index(state), 0]
    return rest[state], np.asarray(answers)


def leak_of_membrane(
    model: Model, state: str, name: str, capacity: float, adapts: bool
) -> dict[str, float]:
    """The leak, and the adaptation, whose impedance is nearest to that of the membrane at rest.

    Beside its capacitance a membrane admits g_L + a / (1 + i omega tau_w), if it is that of an
    AdEx. This is fitted to the linearised equations from 1 to 200 Hz, by least squares of the
    impedance for each of many tau_w; without adaptation it is the conductance at 1 Hz.

    Raises:
        NumericalError: when it has no resting state.
    """
    rest, found = impedance(model, state, name, _FREQUENCIES)
    omega = 2e-3 * np.pi * _FREQUENCIES
    admitted = 1.0 / found - 1j * omega * capacity
    if not adapts:
        return {"g_L": float(admitted[0].real), "E_L": rest}
    best, values = np.inf, {}
    for tau in _TAUS:
        columns = np.stack([np.ones_like(found), 1.0 / (1.0 + 1j * omega * tau)], axis=1)
        x, y = columns * found[:, np.newaxis], admitted * found
        x, y = np.concatenate([x.real, x.imag]), np.concatenate([y.real, y.imag])
        solution = np.linalg.lstsq(x, y, rcond=None)[0]
        error = float(np.sum((x @ solution - y) ** 2))
        if error < best:
            best = error
            values = {"g_L": float(solution[0]), "a": float(solution[1]), "tau_w": float(tau)}
    return {**values, "E_L": rest}


def _known(model: Model, states: dict[str, float]) -> dict[str, object]:
    silent = dict.fromkeys((*model.inputs, *model.noises, "t"), 0.0)
    return environment(model, {**model.parameters, **silent, **states})
