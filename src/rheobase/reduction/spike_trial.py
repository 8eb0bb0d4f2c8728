"""Two neurons under the same currents: coincidences of spikes, rates, and membranes at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.coincidence import coincidence_factor
from rheobase.model.model import Model
from rheobase.reduction.fluctuating import SAMPLE, Experiment, under
from rheobase.reduction.impedance import impedance, resting
from rheobase.reduction.result import Report
from rheobase.units.dimension import RATE, TIME, VOLTAGE
from rheobase.units.door import as_quantity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FREQUENCIES = np.geomspace(1.0, 200.0, 25)  # Hz
_STEADY = 1000.0  # ms under a constant current


class SpikeTrial:
    """Both neurons under currents that had no part in the fit."""

    def __init__(
        self,
        model: Model,
        lower: Model,
        state: str,
        name: str,
        scale: float,
        precision: float,
        seen: list[Experiment],
        held_out: list[Experiment],
    ) -> None:
        self.model, self.lower, self.state, self.name = model, lower, state, name
        self.scale, self.precision, self.held_out = scale, precision, held_out
        runs = [under(lower, one.current, "I", record="v") for one in held_out]
        self.trains = [np.asarray(rec.spikes.t.internal) for rec in runs]
        self.voltage = np.asarray(lower.to_internal(runs[0]["v"], "v"))[:, 0]
        again = [under(lower, one.current, "I", record=None).spikes.t.internal for one in seen]
        self.fit = [self._factor(*pair) for pair in zip(seen, again, strict=True)]
        self.test = [self._factor(*pair) for pair in zip(held_out, self.trains, strict=True)]

    def _factor(self, one: Experiment, train: Any) -> float:
        return coincidence_factor(one.spikes, train, one.duration, self.precision)

    def report(self) -> Report:
        """Coincidence factors with the currents and rates they belong to."""
        mean = np.array([one.mean for one in self.held_out])
        deviation = np.array([one.deviation for one in self.held_out])
        length = np.array([one.duration for one in self.held_out])
        rates = [np.array([len(t) for t in trains]) / length for trains in (
            [one.spikes for one in self.held_out], self.trains,
        )]  # fmt: skip
        return Report(
            {
                "Gamma": float(np.mean(self.test)),
                "Gamma of each": np.array(self.test),
                "mean current": self.model.from_internal(mean, self.name),
                "deviation of the current": self.model.from_internal(deviation, self.name),
                "rate": as_quantity(rates[0], RATE),
                "rate of the lower": as_quantity(rates[1], RATE),
                "Gamma of the fit": float(np.mean(self.fit)),
                "precision": as_quantity(self.precision, TIME),
                **steady_firing(self.model, self.name, self.lower, self.scale),
                **self._membrane(),
            }
        )

    def _membrane(self) -> dict[str, Any]:
        """How near the linearised membranes are, under a current at which both rest."""
        first, second = (
            {rest.current: rest for rest in resting(model, name, self.scale)}
            for model, name in ((self.model, self.name), (self.lower, "I"))
        )
        both = sorted(set(first) & set(second))
        if not both:
            return {"impedance": "there is no current at which both rest"}
        own, other = first[both[-1]], second[both[-1]]
        upper = impedance(self.model, self.state, self.name, _FREQUENCIES, own)
        lower = impedance(self.lower, "v", "I", _FREQUENCIES, other)
        error = np.sqrt(np.mean(np.abs(lower - upper) ** 2) / np.mean(np.abs(upper) ** 2))
        return {
            "holding current": self.model.from_internal(both[-1], self.name),
            "rest": as_quantity(own.states[self.state], VOLTAGE),
            "rest of the lower": as_quantity(other.states["v"], VOLTAGE),
            "impedance, error": float(error),
        }

    def draw(self) -> Figure:
        """Voltages under the first current above, spikes under all of them below."""
        from rheobase.analysis.pictures.coincidences import coincidences

        one = self.held_out[0]
        voltages = [(one.dt, one.voltage), (SAMPLE, self.voltage)]
        first, second = ((np.arange(float(len(v))) * dt, v) for dt, v in voltages)
        return coincidences(
            first,
            second,
            [(e.spikes, t) for e, t in zip(self.held_out, self.trains, strict=True)],
            self.test,
            names=(self.model.title, self.lower.title),
        )


def steady_firing(model: Model, name: str, lower: Model, scale: float) -> dict[str, Any]:
    """Rates of two neurons under a constant current, and in words where one falls silent.

    Args:
        model: the one.
        name: its input.
        lower: the other, whose input is `I`.
        scale: the current (internal).
    """
    current = np.full(round(_STEADY / SAMPLE), scale)
    late, total = [], []
    for each, input in ((model, name), (lower, "I")):
        train = under(each, current, input, record=None).spikes.t.internal
        late.append(np.count_nonzero(train > 0.5 * _STEADY))
        total.append(len(train))
    found = {
        "constant current": model.from_internal(scale, name),
        "rate, both, after 0.5 s": as_quantity(np.array(late) / (0.5 * _STEADY), RATE),
    }
    if (late[0] == 0) != (late[1] == 0):
        firing, silent = (0, 1) if late[0] else (1, 0)
        titles = model.title, lower.title
        count = f"{total[silent]} spike{'' if total[silent] == 1 else 's'}"
        found["not alike"] = (
            f"{titles[silent]} falls silent after {count}, {titles[firing]} goes on"
        )
    return found
