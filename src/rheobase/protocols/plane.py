"""The phase plane of a model: nullclines, fixed points, and their stability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.calculus import jacobian
from rheobase.compiler.targets.numpy import evaluate
from rheobase.engine.drive import make_drive, read_inputs
from rheobase.engine.rest import environment, initial_values, solve_rest
from rheobase.errors import NumericalError, ParameterError
from rheobase.model.model import Model

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_GRID = 241
_REAL = 1e-9


@dataclass(frozen=True)
class FixedPoint:
    """A state that does not change.

    Attributes:
        state: the value of each state, with its unit.
        eigenvalues: of the Jacobian there (1/ms), the whole model's.
        kind: ``"stable node"``, ``"stable focus"``, ``"saddle"``, ``"unstable focus"`` or
            ``"unstable node"``.
    """

    state: dict[str, Any]
    eigenvalues: np.ndarray
    kind: str

    @property
    def is_stable(self) -> bool:
        """Whether small disturbances die out: every eigenvalue has a negative real part."""
        return bool(np.all(self.eigenvalues.real < 0))


@dataclass(frozen=True)
class PhasePlane:
    """Two states of a model against one another.

    Attributes:
        names: the states across and upwards.
        x: grid values across, with unit, shape (columns,).
        y: grid values upwards, with unit, shape (rows,).
        dx: slope of the state across on the grid (per ms), shape (rows, columns).
        dy: slope of the other one.
        nullclines: for each of the two states, points (x, y) where its slope vanishes.
        fixed_points: where both do, in the plane shown.
    """

    names: tuple[str, str]
    x: Any
    y: Any
    dx: np.ndarray
    dy: np.ndarray
    nullclines: dict[str, tuple[Any, Any]]
    fixed_points: tuple[FixedPoint, ...]

    def plot(self, trajectories: Any = (), ax: Any = None) -> Figure:
        """The plane as a picture, with trajectories (x, y) if any are given.

        Raises:
            MissingExtraError: when matplotlib is not installed.
        """
        from rheobase.analysis import pictures

        across, upwards = self.names
        points = [
            pictures.FixedPoint(p.state[across], p.state[upwards], _picture_kind(p))
            for p in self.fixed_points
        ]
        return pictures.phase_plane(
            self.x, self.y, self.dx, self.dy, names=self.names, fixed_points=points,
            trajectories=trajectories, ax=ax,
        )  # fmt: skip


def phase_plane(
    model: Model,
    *,
    states: tuple[str, str] | None = None,
    x_range: Any = None,
    y_range: Any = None,
    **inputs: Any,
) -> PhasePlane:
    """The phase plane of a model under constant inputs.

    Args:
        model: the neuron. With more than two states the others are held at rest, and the fixed
            points and their stability are those of the whole model.
        states: the states across and upwards; the first two by default, with `v` across.
        x_range: first and last value across; 45 mV to either side of the initial value by default.
        y_range: first and last value upwards; what holds the other state's nullcline by default.
        inputs: constant inputs, ``I=200 * pA``; zero, or the model's own current, when not given.

    Raises:
        ParameterError: when the model has fewer than two states, or a range is not a pair.
    """
    if model.size not in (None, 1):
        raise ParameterError(
            f"A plane is of one neuron, and {model.called} has parameters of {model.size}.",
            mend="give one value to each: model.replace(a=2 * nS)",
        )
    across, upwards = _choose(model, states)
    values = _constant_inputs(model, inputs)
    start = {s: float(v[0]) for s, v in initial_values(model, 1, {}).items()}
    plane = _Plane(model, across, upwards, values, start)
    x = plane.axis(across, x_range, (start[across] - 45.0, start[across] + 45.0))
    y = plane.axis(upwards, y_range, plane.height(x))
    dx, dy = plane.slopes(x[None, :], y[:, None])
    curves = {across: _zeros(x, y, dx), upwards: _zeros(x, y, dy)}
    shown = {
        name: (model.from_internal(cx, across), model.from_internal(cy, upwards))
        for name, (cx, cy) in curves.items()
    }
    return PhasePlane(
        (across, upwards),
        model.from_internal(x, across),
        model.from_internal(y, upwards),
        dx,
        dy,
        shown,
        plane.fixed_points(x, y, dx, dy),
    )


class _Plane:
    """A model's slopes over two of its states."""

    def __init__(
        self,
        model: Model,
        across: str,
        upwards: str,
        inputs: dict[str, Any],
        start: dict[str, float],
    ):
        self.model, self.across, self.upwards, self.inputs = model, across, upwards, inputs
        self.jacobian = jacobian(model)
        self.held = dict(start)
        if len(model.states) > 2:
            rest = solve_rest(model, {s: np.array([v]) for s, v in start.items()}, {})
            self.held = {s: float(v[0]) for s, v in rest.items()}

    def values(self, states: dict[str, Any]) -> dict[str, Any]:
        quiet = dict.fromkeys(self.model.noises, 0.0)
        known = {**self.model.parameters, **self.inputs, **quiet, **self.held, **states, "t": 0.0}
        return environment(self.model, known)

    def slopes(self, x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        shape = np.broadcast_shapes(np.shape(x), np.shape(y))
        values = self.values({self.across: x, self.upwards: y})
        found = [
            np.broadcast_to(evaluate(self.model.derivatives[s], values), shape)
            for s in (self.across, self.upwards)
        ]
        return found[0], found[1]

    def axis(self, name: str, given: Any, default: tuple[float, float]) -> np.ndarray:
        if given is None:
            return np.linspace(default[0], default[1], _GRID)
        pair = isinstance(given, (tuple, list)) or np.ndim(given) == 1
        ends = [float(self.model.to_internal(v, name)) for v in given] if pair else []
        if len(ends) != 2 or not ends[0] < ends[1]:
            raise ParameterError(
                f"The range of {name} is not a first and a larger last value.",
                mend="for example x_range=(-80 * mV, -30 * mV)",
            )
        return np.linspace(ends[0], ends[1], _GRID)

    def height(self, x: np.ndarray) -> tuple[float, float]:
        """A range upwards that shows the other state's nullcline over the whole width."""
        probe = np.concatenate([-np.geomspace(1e6, 1e-6, 400), [0.0], np.geomspace(1e-6, 1e6, 400)])
        _, slope = self.slopes(x[None, :], probe[:, None])
        _, found = _zeros(x, probe, slope)
        if len(found) == 0:
            centre = self.held[self.upwards]
            return centre - 1.0, centre + 1.0
        low, high = float(np.min(found)), float(np.max(found))
        room = 0.35 * (high - low) or 1.0
        return low - room, high + room

    def fixed_points(
        self, x: np.ndarray, y: np.ndarray, dx: np.ndarray, dy: np.ndarray
    ) -> tuple[FixedPoint, ...]:
        """Newton's method from every cell in which both slopes change sign."""
        changes = _mixed(dx) & _mixed(dy)
        found: list[dict[str, float]] = []
        for row, column in np.argwhere(changes):
            guess = {**self.held, self.across: x[column], self.upwards: y[row]}
            try:
                root = solve_rest(
                    self.model, {s: np.array([guess[s]]) for s in self.model.states}, self.inputs
                )
            except NumericalError:
                continue
            point = {s: float(v[0]) for s, v in root.items()}
            inside = x[0] <= point[self.across] <= x[-1] and y[0] <= point[self.upwards] <= y[-1]
            if inside and not any(_same(point, other) for other in found):
                found.append(point)
        found.sort(key=lambda p: p[self.across])
        return tuple(self._classified(point) for point in found)

    def _classified(self, point: dict[str, float]) -> FixedPoint:
        states = self.model.states
        values = self.values(dict(point))
        matrix = np.array(
            [[float(evaluate(self.jacobian[i, j], values)) for j in states] for i in states]
        )
        eigenvalues = np.linalg.eigvals(matrix) / self.model.plain_time
        shown = {s: self.model.from_internal(v, s) for s, v in point.items()}
        return FixedPoint(shown, eigenvalues, _kind(eigenvalues))


def _choose(model: Model, states: Sequence[str] | None) -> tuple[str, str]:
    if len(model.states) < 2:
        raise ParameterError(
            f"{model.title} has {len(model.states)} state(s), and a plane needs two.",
            mend="try rb.AdEx(), rb.Izhikevich() or another model with two states",
        )
    if states is None:
        ordered = sorted(model.states, key=lambda s: s != "v")
        return ordered[0], ordered[1]
    for state in states:
        if state not in model.states:
            raise ParameterError(
                f"{model.title} has no state {state!r}.", mend=f"it has {', '.join(model.states)}"
            )
    if len(states) != 2 or states[0] == states[1]:
        raise ParameterError(
            f"A plane has two states, not {', '.join(states)}.",
            mend='for example states=("v", "w")',
        )
    return states[0], states[1]


def _constant_inputs(model: Model, given: dict[str, Any]) -> dict[str, Any]:
    """The value of every input, internal: what is given, the model's own current, or zero."""
    values: dict[str, Any] = {}
    for name, stimulus in read_inputs(model, given).items():
        terms = make_drive(model, name, stimulus, 1)
        if terms.terms:
            raise ParameterError(
                f"A phase plane needs a constant {name}, and this one changes with time.",
                mend=f"give a constant: phase_plane(model, {name}=...)",
            )
        values[name] = 0.0 if terms.base is None else float(terms.base[0])
    return {**dict.fromkeys(model.inputs, 0.0), **values}


def _zeros(x: np.ndarray, y: np.ndarray, field: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points where a field on a grid changes sign, interpolated along columns and rows."""
    points = []
    with np.errstate(all="ignore"):
        row, column = np.nonzero(np.signbit(field[1:]) != np.signbit(field[:-1]))
        share = field[row, column] / (field[row, column] - field[row + 1, column])
        points.append((x[column], y[row] + share * (y[row + 1] - y[row])))
        row, column = np.nonzero(np.signbit(field[:, 1:]) != np.signbit(field[:, :-1]))
        share = field[row, column] / (field[row, column] - field[row, column + 1])
        points.append((x[column] + share * (x[column + 1] - x[column]), y[row]))
    xs, ys = (np.concatenate(p) for p in zip(*points, strict=True))
    order = np.lexsort((ys, xs))
    return xs[order], ys[order]


def _mixed(field: np.ndarray) -> np.ndarray:
    """Cells of a grid whose corners differ in sign."""
    sign = np.signbit(field)
    corners = np.stack([sign[:-1, :-1], sign[1:, :-1], sign[:-1, 1:], sign[1:, 1:]])
    return np.asarray(corners.any(axis=0) & ~corners.all(axis=0))


def _same(one: dict[str, float], other: dict[str, float]) -> bool:
    return all(abs(one[s] - other[s]) <= 1e-6 * (1.0 + abs(one[s])) for s in one)


def _kind(eigenvalues: np.ndarray) -> str:
    real = eigenvalues.real
    if np.any(real > 0) and np.any(real < 0) and np.all(np.abs(eigenvalues.imag) < _REAL):
        return "saddle"
    turns = np.any(np.abs(eigenvalues.imag) > _REAL)
    stability = "stable" if np.all(real < 0) else "unstable"
    return f"{stability} {'focus' if turns else 'node'}"


def _picture_kind(point: FixedPoint) -> str:
    if point.kind == "saddle":
        return "saddle"
    return "stable" if point.is_stable else "unstable"
