"""From a conductance-based neuron to an integrate-and-fire one that fires when it fires."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.analysis.coincidence import coincidence_factor
from rheobase.compiler.calculus import inlined
from rheobase.engine.checks import whole_number
from rheobase.engine.one_neuron import current_input, refuse_several
from rheobase.errors import NumericalError, ParameterError, missing_extra
from rheobase.model.expression import names
from rheobase.model.model import Model
from rheobase.reduction.fluctuating import SAMPLE, Experiment, experiments, under
from rheobase.reduction.impedance import capacitance, impedance, leak_of_membrane
from rheobase.reduction.lower_neurons import Family
from rheobase.reduction.result import Reduction, Report
from rheobase.reduction.spike_fit import fitted
from rheobase.reduction.voltage_fit import first_guesses
from rheobase.units.dimension import RATE, TIME, VOLTAGE
from rheobase.units.door import as_quantity, internal

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Means and standard deviations of the currents, as shares of the scale: those of the fit lie
# outside those that are held out.
_FITTED, _HELD_OUT = ((0.0, 0.4), (0.4, 1.2)), ((0.1, 0.3), (0.6, 1.0))
_FREQUENCIES = np.geomspace(1.0, 200.0, 25)
_FEWEST = 20


def to_integrate_and_fire(
    model: Model,
    kind: str,
    *,
    input: str | None = None,
    scale: Any = None,
    correlation: Any = None,
    duration: Any = None,
    precision: Any = None,
    seed: int = 0,
) -> Reduction:
    """An integrate-and-fire neuron whose spikes fall on those of a conductance-based one.

    The neuron is run under fluctuating currents (Ornstein-Uhlenbeck), two means with two standard
    deviations each. The capacitance is that of its equations. First parameters come from the
    voltage between spikes, by linear regression of C dv/dt - I, and, where there is a resting
    state, from the impedance of the linearised membrane; the search begins at those that do best.
    All are fitted to the spike times, by differential evolution of the coincidence factor. Last,
    both run under currents that had no part in the fit, of two other means and two other standard
    deviations.

    Args:
        model: the neuron, with units, its potential in the spike condition.
        kind: ``"adex"``, ``"exponential"`` or ``"lif"``; each is given a refractory period.
        input: which input; the only one, or `I`, by default.
        scale: of the currents: the fit has the means 0 and 0.4 and the deviations 0.4 and 1.2 of
            it, the test 0.1 and 0.3, and 0.6 and 1. The model's own current by default.
        correlation: the correlation time of the currents; 5 ms by default.
        duration: of each current; 3 s by default.
        precision: of coincidences; 2 ms by default.
        seed: of currents and search; the same seed gives the same neuron.

    Returns:
        The reduction. The report has `Gamma`, the mean coincidence factor on the currents held out,
        and `Gamma of each`; 1 is perfect, 0 chance.

    Raises:
        ParameterError: for a model that does not suit, or hardly fires under these currents.
        MissingExtraError: when SciPy is not installed.
    """
    try:
        import scipy  # noqa: F401
    except ImportError:
        raise missing_extra("scipy", "analysis", "Fitting spike times") from None
    name = current_input(model, input)
    refuse_several(model)
    state, size = potential(model), _scale(model, name, scale)
    if model.noises:
        raise ParameterError(
            f"{model.title} has noise of its own, so its spikes are never the same twice.",
            mend="leave xi out of its equations",
        )
    seed = whole_number(seed, "seed", 0, 2**63)
    given = {"correlation": (correlation, 5.0), "duration": (duration, 3000.0)}
    given["precision"] = (precision, 2.0)
    times = {k: v if g is None else _positive(g, k) for k, (g, v) in given.items()}
    rng = np.random.default_rng(seed)
    told: dict[str, Any] = {"correlation": times["correlation"], "duration": times["duration"]}

    def run(shares: tuple[tuple[float, ...], ...], watch: bool) -> list[Experiment]:
        moments = [(size * mean, size * deviation) for mean, deviation in product(*shares)]
        return experiments(model, state, name, moments, rng=rng, watch=watch, **told)

    seen = run(_FITTED, watch=True)
    if sum(len(one.spikes) for one in seen) < _FEWEST:
        raise ParameterError(
            f"{model.title} hardly fires under currents of this size.", mend="give a larger scale="
        )
    family = Family(kind, model, name, capacitance(model, state, name))
    guesses = first_guesses(kind, seen, family.capacitance)
    if not guesses:
        raise ParameterError(
            f"No {kind} neuron goes with the voltage of {model.title}.",
            mend="try another kind, or another scale=",
        )
    guesses += _at_rest(model, state, name, family, guesses)
    values = fitted(family, guesses, seen, times["precision"], seed)
    lower = family.model(values)
    trial = _Trial(model, lower, state, name, times["precision"], seen, run(_HELD_OUT, watch=True))
    return Reduction(lower, model, trial.report(), trial.draw)


class _Trial:
    """Both neurons under currents that had no part in the fit."""

    def __init__(
        self,
        model: Model,
        lower: Model,
        state: str,
        name: str,
        precision: float,
        seen: list[Experiment],
        held_out: list[Experiment],
    ) -> None:
        self.model, self.lower, self.state, self.name = model, lower, state, name
        self.precision, self.held_out = precision, held_out
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
                **self._membrane(),
            }
        )

    def _membrane(self) -> dict[str, Any]:
        """How near the linearised membranes are, where both have a resting state."""
        try:
            rest, upper = impedance(self.model, self.state, self.name, _FREQUENCIES)
            level, lower = impedance(self.lower, "v", "I", _FREQUENCIES)
        except NumericalError:
            return {"impedance": "not both have a resting state"}
        error = np.sqrt(np.mean(np.abs(lower - upper) ** 2) / np.mean(np.abs(upper) ** 2))
        return {
            "rest": as_quantity(rest, VOLTAGE),
            "rest of the lower": as_quantity(level, VOLTAGE),
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


def _at_rest(
    model: Model, state: str, name: str, family: Family, guesses: list[dict[str, float]]
) -> list[dict[str, float]]:
    """The same guesses with the linearised membrane at rest, where there is one that leaks."""
    try:
        found = leak_of_membrane(model, state, name, family.capacitance, "a" in family.names)
    except NumericalError:
        return []
    return [{**one, **found} for one in guesses] if found["g_L"] > 0 else []


def potential(model: Model) -> str:
    """The state that the spike condition reads: the potential.

    Raises:
        ParameterError: when there is not one, in mV.
    """
    watched = set() if model.spike is None else names(inlined(model, model.spike))
    found = [s for s in model.states if s in watched]
    if model.is_plain or len(found) != 1 or model.dimension_of(found[0]) != VOLTAGE:
        raise ParameterError(
            f"{model.title} has no one potential, with its unit, in its spike condition.",
            mend='write spike="v > V_T", and give parameters and inputs with their units',
        )
    return found[0]


def _scale(model: Model, name: str, scale: Any) -> float:
    given = model.drive.get(name) if scale is None else scale
    if given is None:
        raise ParameterError(
            f"How strong the currents of {model.title} should be is not known.",
            mend="give scale=, a current at which it fires fast",
        )
    size = float(model.to_internal(given, name))
    if not (np.isfinite(size) and size > 0):
        raise ParameterError(f"scale is {given}.", mend="give a positive current")
    return size


def _positive(value: Any, what: str) -> float:
    number = float(internal(value, TIME, what))
    if not (np.isfinite(number) and number > 0):
        raise ParameterError(f"{what} is {value}.", mend="make it positive")
    return number
