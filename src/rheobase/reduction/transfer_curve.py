"""The transfer function of a crowd: its rate in steady input, as points and as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.reduction.crowd import Crowd
from rheobase.reduction.erfcx import Array
from rheobase.zoo.transfer import Transfer, tabulated

# Points of the table, of a simulated curve, and neurons at each of these.
_POINTS, _SIMULATED, _EACH = 128, 40, 40
_SETTLE, _COUNTED = 300.0, 1000.0
# A default table ends where a neuron fires so fast (per ms), or at half of its fastest, and begins
# where it is as good as silent.
_FAST, _SILENT = 0.15, 1e-6
_WIDEST, _HALVINGS = 1e9, 80


class Curve:
    """Rates (per ms) at inputs (internal), straight in between.

    Attributes:
        currents: ascending, shape (points,).
        rates: shape (points,).
        origin: how they were found, in words.
        scale: one of the unit in which the table has its inputs (internal).
    """

    def __init__(self, currents: Array, rates: Array, origin: str, scale: float) -> None:
        self.currents, self.rates, self.origin, self.scale = currents, rates, origin, scale

    def __call__(self, currents: Any) -> Array:
        """The rates (per ms) at these inputs; the first and the last are held beyond the ends."""
        return np.asarray(np.interp(currents, self.currents, self.rates))

    def current_at(self, rate: float) -> float:
        """The lowest current at which the rate is reached."""
        k = int(np.argmax(self.rates >= rate))
        if k == 0:
            return float(self.currents[0])
        low, high = self.rates[k - 1], self.rates[k]
        share = (rate - low) / (high - low)
        return float(self.currents[k - 1] + share * (self.currents[k] - self.currents[k - 1]))

    def table(self) -> Transfer:
        """The curve in the language of models, from numbers in the input's unit to Hz."""
        return tabulated(self.currents / self.scale, 1e3 * self.rates)


def transfer_curve(group: Crowd, currents: Any, seed: int) -> Curve:
    """The rates of a crowd in steady input.

    Args:
        group: the crowd.
        currents: (lowest, highest), as quantities; None where a formula says how far to go.
        seed: of a simulation.

    Raises:
        ParameterError: for a range that is none, or in which nobody fires.
    """
    scale = float(group.model.to_internal(group.unit, group.input))
    low, high = _ends(group, currents)
    if group.exact is None:
        x = np.linspace(low, high, _SIMULATED)
        rates, _ = group.rates(x, _EACH, _SETTLE, _COUNTED, seed)
        found = Curve(x, rates, f"simulated at {_SIMULATED} inputs", scale)
    else:
        fine = np.linspace(low, high, group.places)
        x = _spread(fine, group.exact(fine))
        found = Curve(x, group.exact(x), "Siegert's formula", scale)
    if not found.rates.max() > 0:
        raise ParameterError(
            "No neuron fires in the range of currents.", mend="give larger ones as currents="
        )
    return found


def _ends(group: Crowd, currents: Any) -> tuple[float, float]:
    if currents is not None:
        ends = np.asarray(group.model.to_internal(currents, group.input), dtype=float)
        if ends.shape != (2,) or not ends[0] < ends[1]:
            raise ParameterError(
                "currents= is not a range.", mend="give the lowest and the highest: [0, 500] * pA"
            )
        return float(ends[0]), float(ends[1])
    if group.exact is None:
        raise ParameterError(
            f"How far the table of {group.model.title} should go is not known.",
            mend="give the range of its input: currents=[0, 500] * pA",
        )
    fastest = float(group.exact(np.array(_WIDEST)))
    return _reaching(group.exact, _SILENT), _reaching(group.exact, min(_FAST, 0.5 * fastest))


def _reaching(exact: Callable[[Array], Array], rate: float) -> float:
    """The input at which a rate that grows with it is reached, by halving."""
    low, high = -_WIDEST, _WIDEST
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if exact(np.array(middle)) < rate:
            low = middle
        else:
            high = middle
    return high


def _spread(x: Array, y: Array) -> Array:
    """Points so close that straight lines between them err alike: as the root of the curvature."""
    bend = np.sqrt(np.abs(np.gradient(np.gradient(y, x), x)))
    density = bend + 0.05 * bend.max() + 1e-300
    share = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]))])
    return np.interp(np.linspace(0, share[-1], _POINTS), share, x)
