"""From a conductance-based neuron to an integrate-and-fire one that fires when it fires."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.calculus import inlined
from rheobase.engine.checks import whole_number
from rheobase.engine.one_neuron import current_input, refuse_several
from rheobase.errors import NumericalError, ParameterError, missing_extra
from rheobase.model.expression import names
from rheobase.model.model import Model
from rheobase.network.stimuli.times import time_of
from rheobase.reduction.fluctuating import Experiment, experiments
from rheobase.reduction.impedance import (
    Resting,
    capacitance,
    leak_of_membrane,
    resting,
)
from rheobase.reduction.lower_neurons import Family
from rheobase.reduction.result import Reduction
from rheobase.reduction.spike_fit import fitted
from rheobase.reduction.spike_trial import SpikeTrial
from rheobase.reduction.voltage_fit import first_guesses
from rheobase.units.dimension import VOLTAGE

if TYPE_CHECKING:
    pass

# Means and standard deviations of the currents, as shares of the scale: none is in both, and those
# of the fit reach further.
_FITTED, _HELD_OUT = ((0.0, 0.25, 0.5), (0.4, 1.2)), ((0.1, 0.35), (0.6, 1.0))
_FEWEST = 20
_POTENTIALS = ("E_L", "V_T", "V_R")
_SLOW = 20.0  # tau_w (ms) of a neuron that does not adapt yet


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

    The neuron is run under fluctuating currents (Ornstein-Uhlenbeck), three means with two standard
    deviations each. The capacitance is that of its equations. First parameters come from the
    voltage between spikes, by linear regression of C dv/dt - I, and from the impedance of the
    membrane linearised at rest (under a current that holds it there, if it fires by itself); the
    search begins at those that do best. All are fitted to the spike times, by differential
    evolution of the coincidence factor; an AdEx begins as the best neuron that does not adapt, too.
    Potentials, which spikes fix but for a constant, are shifted so that both rest at one level.
    Last, both run under currents that had no part in the fit, of two other means and two other
    standard deviations.

    Args:
        model: the neuron, with units, its potential in the spike condition.
        kind: ``"adex"``, ``"exponential"`` or ``"lif"``; each is given a refractory period.
        input: which input; the only one, or `I`, by default.
        scale: of the currents: the fit has the means 0, 0.25 and 0.5 and the deviations 0.4 and 1.2
            of it, the test 0.1 and 0.35, and 0.6 and 1. The model's own current by default.
        correlation: the correlation time of the currents; 5 ms by default.
        duration: of each current; 3 s by default.
        precision: of coincidences; 2 ms by default.
        seed: of currents and search; the same seed gives the same neuron.

    Returns:
        The reduction. The report has `Gamma`, the mean coincidence factor on the currents held out,
        and `Gamma of each`; 1 is perfect, as the neuron has no noise and repeats itself, and 0 is
        chance. Beside them stand the rates of both under the constant current `scale`, and how near
        their linearised membranes are, at rest under the weakest current that holds both there.

    Raises:
        ParameterError: for a model that does not suit, that hardly fires under these currents, or
            does not bear them.
        MissingExtraError: when SciPy is not installed.
    """
    try:
        import scipy  # noqa: F401
    except ImportError:
        raise missing_extra("scipy", "analysis", "Fitting spike times") from None
    name = current_input(model, input)
    refuse_several(model)
    state, size = potential(model, name), _scale(model, name, scale)
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
        try:
            return experiments(model, state, name, moments, rng=rng, watch=watch, **told)
        except NumericalError as error:
            raise ParameterError(
                f"{model.title} does not bear currents of this size: {error.message}",
                where=error.where,
                mend="give a smaller scale=",
            ) from None

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
    rests = resting(model, name, size)
    guesses += _at_rest(model, state, name, family, guesses, rests)
    if kind == "adex":  # it does at least as well as the best that does not adapt
        plain = Family("exponential", model, name, family.capacitance)
        begin = first_guesses("exponential", seen, family.capacitance)
        begin += _at_rest(model, state, name, plain, begin, rests)
        best = fitted(plain, begin, seen, times["precision"], seed, polished=False)
        guesses.append({**best, "a": 0.0, "b": 0.0, "tau_w": _SLOW})
    values = fitted(family, guesses, seen, times["precision"], seed)
    lower = family.model(_at_one_level(values, family, state, rests, size))
    trial = SpikeTrial(
        model, lower, state, name, size, times["precision"], seen, run(_HELD_OUT, watch=True)
    )
    return Reduction(lower, model, trial.report(), trial.draw)


def _at_rest(
    model: Model,
    state: str,
    name: str,
    family: Family,
    guesses: list[dict[str, float]],
    rests: list[Resting],
) -> list[dict[str, float]]:
    """The same guesses with the linearised membrane at rest, where there is one that leaks."""
    if not rests:
        return []
    adapts = "a" in family.names
    found = leak_of_membrane(model, state, name, family.capacitance, adapts, rests[0])
    leaks = found["g_L"] > 0 and found["g_L"] + found.get("a", 0.0) > 0
    return [{**one, **found} for one in guesses] if leaks else []


def _at_one_level(
    values: dict[str, float], family: Family, state: str, rests: list[Resting], scale: float
) -> dict[str, float]:
    """The parameters with all potentials shifted, which no spike depends on, to rest together."""
    own = {rest.current: rest for rest in resting(family.model(values), "I", scale)}
    for rest in rests:
        if rest.current in own:
            shift = rest.states[state] - own[rest.current].states["v"]
            return {k: v + shift if k in _POTENTIALS else v for k, v in values.items()}
    return values


def potential(model: Model, name: str) -> str:
    """The state that the spike condition reads, and the input drives: the potential.

    Raises:
        ParameterError: when there is not one, in mV.
    """
    if model.spike is None:
        raise ParameterError(f"{model.title} does not spike.", mend='give it spike="v > V_T"')
    watched = names(inlined(model, model.spike))
    found = [s for s in model.states if s in watched]
    if len(found) > 1:  # a threshold that moves is not what the current charges
        found = [s for s in found if name in names(inlined(model, model.derivatives[s]))]
    if model.is_plain:
        raise ParameterError(
            f"{model.title} has no units, and its potential none of its own.",
            mend="give its parameters and inputs with their units",
        )
    if len(found) != 1 or model.dimension_of(found[0]) != VOLTAGE:
        raise ParameterError(
            f"{model.title} has no one potential in its spike condition that {name} drives.",
            mend='write spike="v > V_T"',
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
    number = time_of(value, what)
    if not number > 0:
        raise ParameterError(f"{what} is {value}.", mend="make it positive")
    return number
