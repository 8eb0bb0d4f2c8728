"""A crowd: many neurons of one model with one input, each in noise of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rheobase.compiler.schemes import build_step
from rheobase.engine.checks import time_step
from rheobase.engine.one_neuron import current_input, refuse_several
from rheobase.engine.simulate import simulate
from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.network.stimuli import Stimulus
from rheobase.recording import Recording
from rheobase.reduction.erfcx import Array
from rheobase.reduction.integrator import Integrator, integrator
from rheobase.reduction.siegert import passage
from rheobase.units.dimension import TIME, VOLTAGE
from rheobase.units.door import as_quantity
from rheobase.units.quantity import Quantity

# Steps for white noise, of which a membrane time constant should last many.
_STEPS = (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
_FINE = 500


@dataclass(frozen=True)
class Crowd:
    """Many neurons alike, each in noise of its own.

    Attributes:
        model: of each; its white noise, if it has any, is in the equations.
        input: the one they have in common.
        noise: what is added to it for each; None for nothing.
        dt: the step of its runs (ms).
        exact: from the input (internal) to the rate (per ms), where a formula gives it.
        places: at how many inputs its bends are looked for.
    """

    model: Model
    input: str
    noise: Stimulus | None
    dt: float
    exact: Callable[[Array], Array] | None
    places: int = 8001

    def run(self, drive: Any, duration: float, n: int | None = None, seed: int = 0) -> Recording:
        """Run the crowd; `drive` is what a stimulus of its input can be, `duration` is in ms."""
        full = drive if self.noise is None else self.noise + drive
        lasting = self.dt * round(duration / self.dt)
        return simulate(
            self.model, as_quantity(lasting, TIME), n=n, dt=as_quantity(self.dt, TIME),
            record=None, seed=seed, **{self.input: full},
        )  # fmt: skip

    @property
    def unit(self) -> Any:
        """One of the unit in which the input is shown."""
        unit = self.model.unit_of(self.input)
        return 1.0 if unit is None or self.model.is_plain else Quantity(1.0, unit)

    def quantity(self, values: Any) -> Any:
        """Internal values of the input as a caller gives them."""
        return self.model.from_internal(np.asarray(values, dtype=float), self.input)

    def rates(
        self, currents: Array, each: int, settle: float, duration: float, seed: int = 0
    ) -> tuple[Array, Array]:
        """Rates (per ms) in constant input, and their standard errors, by simulation.

        Args:
            currents: internal, shape (currents,).
            each: how many neurons hear each of them.
            settle: how long (ms) is not counted.
            duration: how long is.
            seed: of the noise.
        """
        n = each * len(currents)
        rec = self.run(self.quantity(np.repeat(currents, each)), settle + duration, n, seed)
        late = rec.spikes.t.internal >= settle
        counts = np.bincount(rec.spikes.i[late], minlength=n).reshape(len(currents), each)
        rates = counts / duration
        return rates.mean(axis=1), rates.std(axis=1, ddof=1) / np.sqrt(each)

    def histogram(self, rec: Recording, n: int, bin: float) -> Array:
        """The rate of the crowd (per ms) in bins of `bin` ms."""
        bins = round(float(rec.spikes.duration.internal) / bin)
        counts, _ = np.histogram(rec.spikes.t.internal, bins, (0.0, bins * bin))
        return np.asarray(counts / (n * bin))


def crowd(model: Model, sigma: Any, noise: Any, input: str | None) -> Crowd:
    """Neurons of a model in white noise (`sigma`), or in noise of their input (`noise`).

    Raises:
        ParameterError: where it is not said in what noise, or white noise is asked of a model
            that is no leaky integrate-and-fire neuron.
    """
    name = current_input(model, input)
    refuse_several(model)
    if model.spike is None:
        raise ParameterError(f"{model.title} does not spike.", mend='give it spike="v > V_T"')
    if (sigma is not None) + (noise is not None) + bool(model.noises) != 1:
        raise ParameterError(
            "A population has a rate where its neurons are in noise of one kind.",
            mend="give sigma= (white, of a leaky integrate-and-fire neuron), noise=rb.noise(...), "
            "or a model with xi",
        )
    if sigma is None:
        if noise is not None and not isinstance(noise, Stimulus):
            raise ParameterError("noise= is no stimulus.", mend="give rb.noise(sigma, tau)")
        step = build_step(model, None)
        return Crowd(model, name, noise, time_step(model, step, None), None)
    found = integrator(model)
    deviation = _deviation(model, found, sigma)

    def exact(currents: Array) -> Array:
        mean = found.rest + found.gains[name] * np.asarray(currents, dtype=float)
        return passage(found.threshold, mean, deviation).rate

    fine = [dt for dt in _STEPS if dt * _FINE <= found.threshold.tau] or [_STEPS[-1]]
    return Crowd(_in_white_noise(model, found, name, deviation), name, None, fine[0], exact)


def _deviation(model: Model, found: Integrator, sigma: Any) -> float:
    deviation = float(model.to_internal(sigma, found.state))
    if not (np.isfinite(deviation) and deviation > 0):
        raise ParameterError(f"sigma is {sigma}.", mend="give a positive potential")
    return deviation


def _in_white_noise(model: Model, found: Integrator, name: str, sigma: float) -> Model:
    """The neuron itself, with white noise; other inputs than the one that drives it are silent."""
    neuron, v = found.threshold, found.state

    def volts(value: float) -> Any:
        return value if model.is_plain else as_quantity(value, VOLTAGE)

    def times(value: float) -> Any:
        return value / model.plain_time if model.is_plain else as_quantity(value, TIME)

    gain = found.gains[name]
    per = VOLTAGE.over(model.dimension_of(name))
    names: dict[str, Any] = {"input": name, "state": v}
    return Model(
        "tau * d{state}/dt = rest - {state} + gain * {input} + sigma * sqrt(tau) * xi".format(
            **names
        ),
        spike=f"{v} > top",
        reset=f"{v} = low",
        refractory="held",
        parameters={
            "tau": times(neuron.tau),
            "rest": volts(found.rest),
            "gain": gain if model.is_plain else as_quantity(gain, per),
            "sigma": volts(sigma),
            "top": volts(neuron.V_T),
            "low": volts(neuron.V_R),
            "held": times(neuron.t_ref),
        },
        inputs={name: model.unit_of(name)} if not model.is_plain else [name],
        initial={v: "rest"},
        time=model.time_unit if model.is_plain else None,
        name=f"{model.title} in white noise",
    )
