"""The neurons that a conductance-based one is reduced to, each with a refractory period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.model.model import Model
from rheobase.units.dimension import TIME, VOLTAGE, Dimension
from rheobase.units.door import as_quantity
from rheobase.units.table import preferred_unit
from rheobase.zoo import LIF, AdEx

# The equations with the names of their parameters that are fitted; C is not, for it is known.
_EXPONENTIAL = "C * dv/dt = -g_L * (v - E_L) + g_L * Delta_T * exp((v - V_T) / Delta_T) + I"
_COMMON = ("g_L", "E_L", "V_T", "V_R", "t_ref")
KINDS: dict[str, tuple[str, ...]] = {
    "adex": (*_COMMON, "Delta_T", "a", "tau_w", "b"),
    "exponential": (*_COMMON, "Delta_T"),
    "lif": _COMMON,
}
TITLES = {"adex": "AdEx", "exponential": "ExponentialIF", "lif": "LIF"}
# How many times Delta_T above V_T a spike is: exp(8) of them are so steep that what is left of the
# upstroke lasts some microseconds.
_PEAK = 8.0


class Family:
    """Neurons of one kind, whose current and capacitance are those of the neuron they stand for.

    Args:
        kind: "adex", "exponential" or "lif".
        model: the neuron they stand for.
        name: its input.
        capacitance: internal.
    """

    def __init__(self, kind: str, model: Model, name: str, capacitance: float) -> None:
        self.kind, self.title, self.names = kind, f"{TITLES[kind]} of {model.title}", KINDS[kind]
        self.unit = model.unit_of(name)
        self.capacitance = capacitance
        current = model.dimension_of(name)
        self._charge = current.times(TIME).over(VOLTAGE)
        volts = dict.fromkeys(("E_L", "V_T", "V_R", "Delta_T", "V_peak"), VOLTAGE)
        times = dict.fromkeys(("t_ref", "tau_w"), TIME)
        conductances = dict.fromkeys(("g_L", "a"), current.over(VOLTAGE))
        self._dimensions: dict[str, Dimension] = {**volts, **times, **conductances, "b": current}
        self._made: Model | None = None

    def model(self, values: Mapping[str, Any]) -> Model:
        """The neuron of these parameters (internal; arrays make one neuron each)."""
        given = {k: as_quantity(v, self._dimensions[k]) for k, v in self._all(values).items()}
        if self._made is None:
            self._made = self._first(given)
        return self._made.replace(**given)

    def _all(self, values: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(values)
        if "Delta_T" in found:
            found["V_peak"] = found["V_T"] + _PEAK * np.asarray(found["Delta_T"])
        return found

    def _first(self, given: Mapping[str, Any]) -> Model:
        if self.kind == "adex":
            text, initial = AdEx().text, {"v": "E_L", "w": as_quantity(0.0, self._dimensions["b"])}
        elif self.kind == "exponential":
            text, initial = _EXPONENTIAL, {"v": "E_L"}
        else:
            text, initial = LIF().text.replace("V_L", "E_L"), {"v": "E_L"}
        top = "V_T" if self.kind == "lif" else "V_peak"
        return Model(
            text,
            spike=f"v > {top}",
            reset="v = V_R; w += b" if self.kind == "adex" else "v = V_R",
            refractory="t_ref",
            parameters={"C": as_quantity(self.capacitance, self._charge), **given},
            inputs={"I": self.unit or preferred_unit(self._dimensions["b"])},
            initial=initial,
            method="exact" if self.kind == "lif" else "adaptive",
            dt=as_quantity(0.1, TIME),
            name=self.title,
        )
