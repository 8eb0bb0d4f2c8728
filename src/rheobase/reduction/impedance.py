"""The impedance of a membrane at rest, and the leak with adaptation that has it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rheobase.compiler.calculus import jacobian, total_derivative
from rheobase.engine.rest import environment, initial_values, solve_rest
from rheobase.engine.simulate import simulate
from rheobase.errors import NumericalError
from rheobase.model.evaluate import evaluate
from rheobase.model.model import Model
from rheobase.reduction.erfcx import Array
from rheobase.units.dimension import TIME
from rheobase.units.door import as_quantity

_FREQUENCIES = np.geomspace(1.0, 200.0, 25)
_TAUS = np.geomspace(0.5, 300.0, 120)
# Holding currents that are tried, and how long each is on (ms).
_HOLDS, _SETTLED = 21, 500.0


def capacitance(model: Model, state: str, name: str) -> float:
    """One over the slope of dv/dt by the input, at the first values; internal."""
    first = {s: float(v[0]) for s, v in initial_values(model, 1, {}).items()}
    gain = total_derivative(model, model.derivatives[state], name)
    return 1.0 / float(evaluate(gain, _known(model, first)))


class Resting(NamedTuple):
    """A neuron at rest.

    Attributes:
        current: what holds it there (internal).
        states: its states (internal).
    """

    current: float
    states: dict[str, float]


def resting(model: Model, name: str, scale: float) -> list[Resting]:
    """Where a neuron rests without current, and under some that hold it from firing.

    A run of half a second says where it settles, Newton's method where exactly.

    Args:
        model: the neuron.
        name: its input.
        scale: a current at which it fires (internal); it is held by up to as much downward.

    Returns:
        The resting states, that of the weakest current first; none that is unstable.
    """
    currents = np.linspace(0.0, -scale, _HOLDS)
    told: dict[str, Any] = {name: model.from_internal(currents, name)}
    duration = as_quantity(_SETTLED, TIME)
    try:
        rec = simulate(model, duration, n=_HOLDS, record=list(model.states), **told)
    except NumericalError:
        return []
    ends = {s: np.asarray(model.to_internal(rec[s], s))[-1] for s in model.states}
    fired = set(rec.spikes.i[rec.spikes.t.internal > 0.5 * _SETTLED].tolist())
    found = []
    for k in sorted(set(range(_HOLDS)) - fired):
        start = {s: ends[s][k : k + 1] for s in model.states}
        try:
            rest = solve_rest(model, start, {name: currents[k]})
        except NumericalError:
            continue
        states = {s: float(v[0]) for s, v in rest.items()}
        if np.all(np.linalg.eigvals(_matrix(model, _known(model, states))).real < 0):
            found.append(Resting(float(currents[k]), states))
    return found


def impedance(
    model: Model, state: str, name: str, frequencies: Array, rest: Resting
) -> npt.NDArray[np.complex128]:
    """At rest, (i omega - J)^-1 of the input's gain, in mV per input.

    Args:
        model: the neuron.
        state: its potential.
        name: its input.
        frequencies: in Hz, shape (frequencies,).
        rest: where it is linearised.
    """
    known, states = _known(model, rest.states), list(model.states)
    matrix = _matrix(model, known)
    gains = [evaluate(total_derivative(model, model.derivatives[s], name), known) for s in states]
    omega = 2e-3 * np.pi * np.asarray(frequencies)[:, np.newaxis, np.newaxis]
    systems = 1j * omega * np.eye(len(states)) - matrix
    push = np.broadcast_to(np.array(gains, dtype=complex)[:, np.newaxis], (*systems.shape[:2], 1))
    return np.asarray(np.linalg.solve(systems, push)[:, states.index(state), 0])


def leak_of_membrane(
    model: Model, state: str, name: str, capacity: float, adapts: bool, rest: Resting
) -> dict[str, float]:
    """The leak, and the adaptation, whose impedance is nearest to that of the membrane at rest.

    Beside its capacitance a membrane admits g_L + a / (1 + i omega tau_w), if it is that of an
    AdEx. This is fitted to the linearised equations from 1 to 200 Hz, by least squares of the
    impedance for each of many tau_w; without adaptation it is the conductance at 1 Hz. E_L is such
    that this membrane rests where that one does under the same current.
    """
    found = impedance(model, state, name, _FREQUENCIES, rest)
    omega = 2e-3 * np.pi * _FREQUENCIES
    admitted = 1.0 / found - 1j * omega * capacity
    if not adapts:
        leak = float(admitted[0].real)
        return {"g_L": leak, "E_L": rest.states[state] - rest.current / leak}
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
    slope = values["g_L"] + values["a"]
    return {**values, "E_L": rest.states[state] - rest.current / slope}


def _matrix(model: Model, known: dict[str, object]) -> Array:
    """The Jacobian, shape (states, states)."""
    states = list(model.states)
    matrix = np.zeros((len(states), len(states)))
    for (i, j), slope in jacobian(model).items():
        matrix[states.index(i), states.index(j)] = evaluate(slope, known)
    return matrix


def _known(model: Model, states: dict[str, float]) -> dict[str, object]:
    silent = dict.fromkeys((*model.inputs, *model.noises, "t"), 0.0)
    return environment(model, {**model.parameters, **silent, **states})
