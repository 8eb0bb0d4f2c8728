"""Parameters of an integrate-and-fire neuron from spike times, by differential evolution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rheobase.analysis.coincidence import beyond_chance
from rheobase.errors import NumericalError
from rheobase.reduction.erfcx import Array
from rheobase.reduction.fluctuating import Experiment, under
from rheobase.reduction.lower_neurons import Family
from rheobase.units.dimension import TIME
from rheobase.units.door import as_quantity

# The grid that refractory periods keep to, and the scheme of each half of the search: a fixed step
# puts spikes later than they are, and parameters make up for it if they can.
_COARSE = 0.05
_SCHEMES: tuple[dict[str, Any], ...] = (
    {"method": "heun", "dt": as_quantity(_COARSE, TIME)},
    {"method": "adaptive"},
)
_CANDIDATES, _GENERATIONS = 60, (60, 25)
# Coarser coincidences lead the search to the finer ones, and the finest keep small errors from
# adding up unseen; in units of the precision.
_PRECISIONS = (0.25, 0.5, 1.0, 2.0)
# How far each parameter may go from the first guess: mV, or shares of the leak.
_REACH = {"V_T": 8.0, "E_L": 5.0, "V_R": 20.0}
_SHARES = {"g_L": 0.6, "a": 0.6}
_LONGEST = 15.0  # refractory period (ms)
_ADAPTS = (2.0, 300.0)  # tau_w (ms); what is faster is over with the refractory period
# Of candidates about the guesses, then about the best that was found: a share of the way, or no
# more than so much (mV, ms).
_SPREADS, _CLOSER = (0.12, 0.03), {"V_R": 3.5, "t_ref": 0.7}


def fitted(
    family: Family,
    guesses: Sequence[Mapping[str, float]],
    seen: Sequence[Experiment],
    precision: float,
    seed: int,
    polished: bool = True,
) -> dict[str, float]:
    """The parameters of the highest coincidence factor on all experiments together.

    The search begins about the guesses, half of it about the best; all candidates of a generation
    are simulated at once. Without `polished` it ends with the coarse scheme.
    """
    from scipy.optimize import differential_evolution

    def scores(candidates: Array, scheme: Mapping[str, Any] = _SCHEMES[0]) -> Array:
        """One minus the mean factor; candidates have the shape (parameters, candidates)."""
        return 1.0 - mean_factors(family, _values(family, candidates), seen, precision, scheme)

    starts = np.array([_vector(family, guess) for guess in guesses]).T
    starts = starts[:, np.argsort(scores(starts))]
    boxes = [_box(family, start, seen) for start in starts.T]
    low, high = np.min([b[0] for b in boxes], axis=0), np.max([b[1] for b in boxes], axis=0)
    rng = np.random.default_rng(seed)
    stages = list(zip(_SPREADS, _SCHEMES, _GENERATIONS, strict=True))
    for spread, scheme, generations in stages if polished else stages[:1]:
        storm = _storm(family, starts, spread * (high - low), rng)
        best = differential_evolution(
            scores, list(zip(low, high, strict=True)), args=(scheme,),
            init=np.clip(storm, low, high), strategy="currenttobest1bin", maxiter=generations,
            seed=seed, polish=False, tol=1e-4, vectorized=True, updating="deferred",
        )  # fmt: skip
        starts = best.x[:, np.newaxis]
    return {name: float(v) for name, v in _values(family, best.x).items()}


def _storm(family: Family, starts: Array, spread: Array, rng: np.random.Generator) -> Array:
    """The first candidates, shape (candidates, parameters), from guesses of which the best leads.

    Guesses that differ in the refractory period lead to different optima, of which the best may not
    be that of the best guess.
    """
    others = np.arange(_CANDIDATES) % starts.shape[1]
    chosen = np.where(np.arange(_CANDIDATES) < _CANDIDATES // 2, 0, others)
    closer = np.array([_CLOSER.get(name, np.inf) for name in family.names])
    spread = np.minimum(spread, closer)
    storm = starts[:, chosen].T + spread * rng.normal(size=(_CANDIDATES, len(starts)))
    storm[0] = starts[:, 0]
    return storm


def mean_factors(
    family: Family,
    values: Mapping[str, Array],
    seen: Sequence[Experiment],
    precision: float,
    scheme: Mapping[str, Any] = _SCHEMES[0],
) -> Array:
    """The coincidence factor of each candidate, a mean over experiments and precisions."""
    count = len(values["V_T"])
    total = np.zeros(count)
    for one in seen:
        try:
            rec = under(family.model(values), one.current, "I", n=count, record=None, **scheme)
        except NumericalError:  # one ran away; the generation is lost
            return np.full(count, -1.0)
        order = np.argsort(rec.spikes.i, kind="stable")
        ends = np.cumsum(np.bincount(rec.spikes.i, minlength=count))[:-1]
        trains = np.split(np.asarray(rec.spikes.t.internal)[order], ends)
        total += [_factor(one, train, precision) for train in trains]
    return np.asarray(total / len(seen))


def _factor(one: Experiment, train: Array, precision: float) -> float:
    widest = precision * max(_PRECISIONS)
    if 2.0 * widest * len(train) >= 0.9 * one.duration:  # so fast that chance explains all
        return -1.0
    return float(
        np.mean(
            [beyond_chance(one.spikes, train, one.duration, precision * k) for k in _PRECISIONS]
        )
    )


def _vector(family: Family, values: Mapping[str, float]) -> Array:
    return np.array([np.log(values[k]) if k == "tau_w" else values[k] for k in family.names])


def _values(family: Family, vector: Array) -> dict[str, Array]:
    """Parameters of candidates that are neurons: the reset below the threshold, time on a grid."""
    found = dict(zip(family.names, np.asarray(vector), strict=True))
    if "tau_w" in found:
        found["tau_w"] = np.exp(found["tau_w"])
    found["V_R"] = np.minimum(found["V_R"], found["V_T"] - 1.0)
    found["t_ref"] = np.round(_COARSE * np.rint(found["t_ref"] / _COARSE), 6)
    return found


def _box(family: Family, start: Array, seen: Sequence[Experiment]) -> tuple[Array, Array]:
    """How far the search may go."""
    values = dict(zip(family.names, start, strict=True))
    push = 3.0 * max(one.deviation for one in seen)
    low, high = dict(values), dict(values)
    for name, value in values.items():
        reach = _REACH.get(name, _SHARES.get(name, 0.0) * values["g_L"])
        low[name], high[name] = value - reach, value + reach
    low["t_ref"], high["t_ref"] = 2 * _COARSE, _LONGEST
    if "Delta_T" in values:
        low["Delta_T"], high["Delta_T"] = 0.3, max(6.0, values["Delta_T"])
    if "tau_w" in values:
        low["tau_w"], high["tau_w"] = (float(np.log(tau)) for tau in _ADAPTS)
        low["b"], high["b"] = min(-push, values["b"]), max(push, values["b"])
    return np.array([low[k] for k in family.names]), np.array([high[k] for k in family.names])
