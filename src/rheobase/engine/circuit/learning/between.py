"""What states of synapses do between events, by NumPy: tables for the kernel, and readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from rheobase.compiler.learning import DIGITS, LEVELS, WEIGHT, LearningPlan
from rheobase.compiler.targets.numpy import evaluate
from rheobase.errors import ParameterError
from rheobase.model.expression import names
from rheobase.model.learning import Flow

if TYPE_CHECKING:
    from rheobase.engine.circuit.learning.projection import LearningWiring

Found: TypeAlias = dict[str, np.ndarray]
Ends: TypeAlias = tuple[np.ndarray, int]
_TERMS = 18
# So many synapses at a time; an eigenvalue that rounding alone makes positive is below this part
# of the largest rate.
_CHUNK, _ROUNDING = 1 << 14, 1e-9


def brought_up(wiring: LearningWiring, passed: int, places: np.ndarray | None = None) -> Found:
    """The states of synapses at a tick of the epoch, in float64; nothing is changed.

    Args:
        wiring: the projection.
        passed: how many ticks of the epoch have passed.
        places: of which synapses; None for all.
    """
    plan, chosen = wiring.plan, slice(None) if places is None else places
    stored = {
        name: np.array(wiring.arrays[f"synapse_{name}"][chosen], float) for name in plan.stored
    }
    if not plan.is_lazy:
        return stored
    last = wiring.states["last"][chosen].astype(np.int64)
    weight = np.asarray(wiring.weight, float)
    values = {**wiring.values, WEIGHT: weight[chosen] if weight.ndim else weight, **stored}
    span, found = (passed - last) * wiring.values["dt"], dict(stored)
    for name, rate in plan.decays.items():
        found[name] = stored[name] * np.exp(-evaluate(rate, values) * span)
    for name, (rate, drift) in plan.approaches.items():
        pace, slope = (np.asarray(evaluate(part, values)) for part in (rate, drift))
        part = np.where(pace == 0, span, -np.expm1(-pace * span) / np.where(pace == 0, 1, pace))
        found[name] = stored[name] + (slope - pace * stored[name]) * part
    for g, gate in enumerate(plan.gates):
        table = wiring.arrays[f"gate_{g}"][: wiring.epoch + 1]
        growing = float(evaluate(gate.rate, values)) * wiring.values["dt"]
        moved = stored[gate.driver] * (table[passed] - table[last]) * np.exp(growing * last)
        found[gate.state] = found[gate.state] + moved
    for f, flow in enumerate(plan.flows):
        found |= _flowed(wiring, f, flow, values, (last, passed))
    if plan.sign and WEIGHT in plan.moving and WEIGHT not in plan.decays:
        found[WEIGHT] = np.where(found[WEIGHT] * plan.sign < 0, 0.0, found[WEIGHT])
    return found


def _flowed(
    wiring: LearningWiring, f: int, flow: Flow, values: Mapping[str, Any], ends: Ends
) -> Found:
    """The states of a flow at the second of two ticks, from those at the first."""
    last, passed = ends
    size = len(flow.columns)
    known = np.ones((len(last), size))
    for place, name in enumerate(flow.columns):
        if name:
            known[:, place] = values[name]
    if wiring.plan.is_own(flow):
        spans = (passed - last) * wiring.values["dt"]
        return _alone(flow, values, spans, known)
    steps, step = np.unique(last, return_inverse=True)
    over = np.empty((len(steps), size, size))
    if wiring.plan.is_steady(flow):
        matrix = _matrix(flow, wiring.values) * wiring.values["dt"]
        for k, begin in enumerate(steps):
            over[k] = exponential(matrix * (passed - begin))
    else:
        leaves = wiring.arrays[f"flow_{f}"].reshape(-1, len(flow.reach))
        whole, tick = np.eye(size), passed
        for k, begin in reversed(list(enumerate(steps))):
            while tick > begin:
                tick -= 1
                whole = whole @ _placed(flow, leaves[wiring.epoch + tick])
            over[k] = whole
    moved = np.einsum("kij,kj->ki", over[step], known)
    return {name: moved[:, place] for place, name in enumerate(flow.states)}


def _alone(flow: Flow, values: Mapping[str, Any], spans: np.ndarray, known: np.ndarray) -> Found:
    """The states of a flow of which each synapse has coefficients of its own."""
    moved = np.empty((len(known), len(flow.states)))
    for first in range(0, len(known), _CHUNK):
        part = slice(first, first + _CHUNK)
        matrices = _matrices(flow, values, len(known), part) * spans[part, None, None]
        over = exponential(matrices)[:, : len(flow.states)]
        moved[part] = np.einsum("kij,kj->ki", over, known[part])
    return {name: moved[:, place] for place, name in enumerate(flow.states)}


def _matrices(flow: Flow, values: Mapping[str, Any], count: int, part: slice) -> np.ndarray:
    """The coefficients of some synapses, above rows of zeros."""
    size = len(flow.columns)
    found = np.zeros((len(range(count)[part]), size, size))
    for (state, column), entry in flow.entries.items():
        each = np.broadcast_to(np.asarray(evaluate(entry, values), float), (count,))
        found[:, flow.columns.index(state), flow.columns.index(column)] = each[part]
    return found


def _placed(flow: Flow, entries: np.ndarray) -> np.ndarray:
    """The matrix of a stretch, of what a table has."""
    found = np.eye(len(flow.columns))
    for (state, column), entry in zip(flow.reach, entries, strict=True):
        found[flow.columns.index(state), flow.columns.index(column)] = entry
    return found


def _matrix(flow: Flow, values: Mapping[str, Any]) -> np.ndarray:
    """The coefficients of a flow that is steady, above rows of zeros."""
    found = np.zeros((len(flow.columns), len(flow.columns)))
    for (state, column), entry in flow.entries.items():
        found[flow.columns.index(state), flow.columns.index(column)] = evaluate(entry, values)
    return found


def check_rates(plan: LearningPlan, values: Mapping[str, Any]) -> None:
    """Refuse rates of decay that are negative at a synapse, where parameters alone decide them.

    Args:
        plan: what the kernel does.
        values: of the parameters; of those that each synapse has for itself an array.

    Raises:
        ParameterError: naming the state.
    """
    rates = {**plan.decays, **{state: rate for state, (rate, _) in plan.approaches.items()}}
    for state, rate in rates.items():
        if names(rate) <= values.keys() and np.any(np.asarray(evaluate(rate, values)) < 0):
            raise ParameterError(
                f"{state} grows without bound between events at a synapse.",
                mend="keep what its rate of decay is made of positive, as with rb.truncated(...)",
            )
    for flow in filter(plan.is_own, plan.flows):
        if flow.reads <= values.keys():
            sizes = [np.size(values[name]) for name in flow.reads]
            matrices = _matrices(flow, values, max(sizes), slice(None))
            fastest = np.abs(matrices).max(axis=(-2, -1), initial=0.0)
            whole = bool(np.all(np.isfinite(fastest)))
            if whole and np.any(
                np.linalg.eigvals(matrices).real.max(axis=-1) > _ROUNDING * fastest
            ):
                raise ParameterError(
                    f"{' and '.join(flow.states)} grow without bound between events at a synapse.",
                    mend="keep what their coefficients are made of in range, as with "
                    "rb.truncated(...)",
                )


def flow_table(plan: LearningPlan, flow: Flow, values: Mapping[str, Any], room: int) -> np.ndarray:
    """The table of a flow: filled where it is steady, else with so much room for the kernel."""
    if flow in plan.unsteady:
        return np.zeros(room * len(flow.reach))
    spots = [(flow.columns.index(s), flow.columns.index(c)) for s, c in flow.reach]
    rows = []
    for level in range(LEVELS):
        step = exponential(_matrix(flow, values) * (values["dt"] * DIGITS**level))
        power = np.eye(len(step))
        for _ in range(DIGITS):
            rows.append([power[spot] for spot in spots])
            power = step @ power
    return np.array(rows).ravel()


def exponential(matrix: np.ndarray) -> np.ndarray:
    """The exponential of a matrix, or of each of some.

    The series of a small part of it, squared again and again.
    """
    largest = float(np.abs(matrix).sum(axis=(-2, -1)).max(initial=0.0))
    halvings = max(0, int(np.ceil(np.log2(max(largest, 1e-300)))) + 1) if largest < np.inf else 0
    one = np.eye(matrix.shape[-1])
    part, found = matrix / 2.0**halvings, one
    for term in range(_TERMS, 0, -1):
        found = one + part @ found / term
    for _ in range(halvings):
        found = found @ found
    return found
