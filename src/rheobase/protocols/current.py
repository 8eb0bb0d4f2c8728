"""The f-I curve: how fast a neuron fires at each of many constant currents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.engine.one_neuron import current_input, refuse_several
from rheobase.engine.simulate import simulate
from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.units import Quantity
from rheobase.units.dimension import RATE
from rheobase.units.door import as_quantity

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class FICurve:
    """Rates against currents.

    Attributes:
        currents: shape (currents,), in the unit given.
        counts: spikes in the whole duration.
        rate: the count over the duration (Hz).
        steady_rate: one over the mean interspike interval of the second half (Hz); 0 where fewer
            than two spikes fall in it.
    """

    currents: Any
    counts: np.ndarray
    rate: Quantity
    steady_rate: Quantity

    def plot(self, ax: Any = None, rheobase: Any = None) -> Figure:
        """The curve of the steady rate.

        Raises:
            MissingExtraError: when matplotlib is not installed.
        """
        from rheobase.analysis import pictures

        return pictures.fi_curve(self.currents, self.steady_rate, rheobase=rheobase, ax=ax)


def fi_curve(
    model: Model,
    currents: Any,
    *,
    duration: Any = None,
    input: str | None = None,
    dt: Any = None,
    method: str | None = None,
    progress: bool = False,
) -> FICurve:
    """Measure an f-I curve in one run, a neuron for each current.

    Args:
        model: the neuron.
        currents: constant currents, one axis.
        duration: how long each is applied, from time 0; 1 s by default.
        input: the input that takes the current; the only one, or `I`, by default.
        dt: the time step.
        method: the integration scheme.
        progress: whether to say on stderr how far a long run is.

    Raises:
        ParameterError: when the currents are not a list, or the input is not clear.
    """
    name = current_input(model, input)
    refuse_several(model)
    size = np.size(model.to_internal(currents, name))
    if np.ndim(model.to_internal(currents, name)) != 1 or size == 0:
        raise ParameterError(
            "An f-I curve needs several currents.", mend="for example np.linspace(0, 20, 41) * unit"
        )
    duration = one_second() if duration is None else duration
    recording = simulate(
        model, duration, n=size, dt=dt, method=method, record=None, progress=progress,
        **{name: currents},
    )  # fmt: skip
    counts = recording.spikes.count()
    length = float(recording.spikes.duration.internal)
    steady = steady_rates(recording.spikes.t.internal, recording.spikes.i, size, length / 2)
    rate = as_quantity(counts / length, RATE)
    return FICurve(currents, counts, rate, as_quantity(steady, RATE))


def steady_rates(times: np.ndarray, neurons: np.ndarray, n: int, start: float) -> np.ndarray:
    """One over the mean interspike interval after `start` (ms), per ms, for each of n neurons."""
    late = times >= start
    times, neurons = times[late], neurons[late]
    count = np.bincount(neurons, minlength=n)
    first, last = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(first, neurons, times)
    np.maximum.at(last, neurons, times)
    several = count >= 2
    rates = np.zeros(n)
    rates[several] = (count[several] - 1) / (last[several] - first[several])
    return rates


def one_second() -> Quantity:
    """1 s."""
    from rheobase.units import ms

    second: Quantity = 1000 * ms
    return second
