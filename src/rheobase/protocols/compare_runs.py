"""Models of any level under one stimulus: each is run, and its course brought to one clock."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.analysis.labels import unit_text
from rheobase.analysis.times import Floats
from rheobase.compiler.calculus import inlined, jacobian
from rheobase.compiler.targets.numpy import evaluate
from rheobase.engine.one_neuron import current_input, refuse_several
from rheobase.engine.rest import environment, resting_state
from rheobase.engine.simulate import simulate
from rheobase.errors import NumericalError, ParameterError
from rheobase.model.expression import names
from rheobase.model.model import Model
from rheobase.network.stimuli import NoiseTerm, Stimulus, Term, as_stimulus, sampled
from rheobase.recording import Recording
from rheobase.records import Record
from rheobase.units import Hz, ms
from rheobase.units.dimension import RATE, TIME
from rheobase.units.door import as_quantity
from rheobase.units.quantity import Quantity

# The clock that all courses are brought to, and on which noise that they share is drawn (ms).
SAMPLE = 0.1


class Run(Record, identity=True):
    """What one model did.

    Attributes:
        name: what it is called.
        model: the model.
        level: "conductance", "integrate-and-fire", "membrane", "rate" or "artificial".
        n: how many neurons were run.
        trace: the potential, or the output of a model that does not spike, of the first neuron on
            the common clock, as it is shown, shape (samples,).
        shown: the name of what `trace` is.
        unit: its unit, or None.
        rest: where the potential is without input, and where the run began; None where it stays
            nowhere.
        recording: of the run.
    """

    name: str
    model: Model
    level: str
    n: int
    trace: Floats
    shown: str
    unit: Any
    rest: float | None
    recording: Recording

    @property
    def spikes(self) -> Floats | None:
        """The spike times of the first neuron (ms); None of a model that does not spike."""
        if self.model.spike is None:
            return None
        return np.asarray(self.recording.spikes.times(0).internal)

    @property
    def has_rate(self) -> bool:
        """Whether its output is a rate."""
        return self.level in ("rate", "artificial") and (
            self.unit is not None and self.model.dimension_of(self.shown) == RATE
        )

    @property
    def settles_at(self) -> tuple[str, str]:
        """What `steady` gives of it, and the unit as print has it; "" for plain numbers."""
        in_hertz = self.unit is not None and self.model.dimension_of(self.shown) == RATE
        if self.model.spike is not None or in_hertz:
            return "firing rate", "Hz"
        return self.shown, unit_text(self.unit)

    @property
    def has_output(self) -> bool:
        """Whether its trace is an output that is no rate, or a state that has no rest."""
        if self.model.spike is not None or self.has_rate:
            return False
        return self.level in ("rate", "artificial") or self.rest is None

    def rates(self, bins: int, width: float) -> Floats | None:
        """Its rate (Hz) in bins of a width (ms); None where it has none."""
        if self.has_rate:
            fine = self.trace[1:] * _in_hertz(self.unit)
            each = round(width / SAMPLE)
            return np.asarray(fine[: bins * each].reshape(bins, each).mean(axis=1))
        if self.model.spike is None:
            return None
        stamps = np.asarray(self.recording.spikes.t.internal)
        counts, _ = np.histogram(stamps, bins, (0.0, bins * width))
        return np.asarray(1e3 * counts / (self.n * width))


def level_of(model: Model) -> str:
    """The level of description that a model belongs to."""
    if model.spike is not None:
        return "integrate-and-fire" if model.reset else "conductance"
    if not model.states:
        return "artificial"
    return "rate" if model.outputs else "membrane"


def shown_by(model: Model) -> str:
    """The potential of a model that spikes, the output of one that does not."""
    if model.spike is not None:
        watched = names(inlined(model, model.spike))
        return next((s for s in model.states if s in watched), model.states[0])
    return model.outputs[0] if model.outputs else model.states[0]


def run(
    name: str, model: Model, drive: Any, duration: float, *, input: str | None, n: int, seed: int
) -> Run:
    """Run a model from rest, where it has one; noise of a population is each neuron's own."""
    where, shown, level = current_input(model, input), shown_by(model), level_of(model)
    refuse_several(model)
    count, rest = n if model.spike is not None else 1, resting(model)
    rec = simulate(
        model, as_quantity(duration, TIME), n=count, record=shown, subset=[0], seed=seed,
        initial=rest, **{where: drive},
    )  # fmt: skip
    values = rec[shown]
    unit = values.unit if isinstance(values, Quantity) else None
    course = np.asarray(values.magnitude if isinstance(values, Quantity) else values)[:, 0]
    clock = np.arange(0.0, duration + 0.5 * SAMPLE, SAMPLE)
    return Run(
        name, model, level, count, np.interp(clock, np.asarray(rec.t.internal), course), shown,
        unit, None if rest is None or shown not in rest else _number(rest[shown]), rec,
    )  # fmt: skip


def driven(stimulus: Any, unit: Any, model: Model, duration: float, n: int, seed: int) -> Any:
    """The stimulus as one model is given it.

    Args:
        stimulus: one, or a constant.
        unit: what 1 of a stimulus of plain numbers is to this model; None where it has units.
        model: the model.
        duration: of the run (ms).
        n: how many neurons there are of each that spikes. One hears the noise that all hear; of
            several each has its own, and a model that does not spike hears the mean.
        seed: of the noise.
    """
    given = as_stimulus(stimulus)
    if n == 1:
        given = _frozen(given, duration, seed)
    elif model.spike is None:
        given = Stimulus(tuple(map(_mean, given.terms)))
    return given if unit is None else Stimulus(tuple(_scaled(term, unit) for term in given.terms))


def _frozen(stimulus: Stimulus, duration: float, seed: int) -> Stimulus:
    """The same course for whoever hears it: noise is drawn, and becomes samples."""
    if not any(isinstance(term, NoiseTerm) for term in stimulus.terms):
        return stimulus
    unit = _unit(stimulus.terms[0])
    inputs: Any = ["x"] if unit is None else {"x": unit}
    wire = Model("y = x", inputs=inputs, outputs=["y"], time=None if unit else ms)
    step = as_quantity(SAMPLE, TIME)
    steps = int(np.ceil(duration / SAMPLE))
    rec = simulate(
        wire, as_quantity(steps * SAMPLE, TIME), dt=step, record="y", x=stimulus, seed=seed
    )
    return sampled(rec["y"][:, 0], step, after="hold")


def _unit(term: Term | NoiseTerm) -> Any:
    size = term.amplitude if isinstance(term, Term) else term.sigma
    return size.unit if isinstance(size, Quantity) else None


def _mean(term: Term | NoiseTerm) -> Term | NoiseTerm:
    """The term without its noise."""
    return term if isinstance(term, Term) else as_stimulus(term.mean).terms[0]


def _scaled(term: Term | NoiseTerm, unit: Any) -> Term | NoiseTerm:
    """A term of plain numbers in the unit of a model."""
    if _unit(term) is not None:
        raise ParameterError(
            "The stimulus has a unit, and scale= gives it another.",
            mend="give one of them: plain numbers with scale=, or quantities without",
        )
    if isinstance(term, Term):
        return Term(term.amplitude * unit, term.waveform)
    return NoiseTerm(term.sigma * unit, term.tau, term.mean * unit)


def steady(model: Model, currents: Any, drive: Any, *, input: str, n: int, seed: int) -> Floats:
    """The rate (Hz) at constant currents: of spikes, or the output after a second as it is shown.

    Of a population it is counted in the noise of the stimulus.
    """
    noise = tuple(
        NoiseTerm(t.sigma, t.tau, 0.0 * t.mean) for t in drive.terms if isinstance(t, NoiseTerm)
    )
    from rheobase.protocols.current import fi_curve

    if model.spike is not None and (n == 1 or not noise):
        return np.asarray(fi_curve(model, currents, input=input).steady_rate.value_in(Hz))
    if model.spike is None:
        shown = shown_by(model)
        rec = simulate(model, 1000 * ms, record=shown, record_every=10, **{input: currents})
        last = rec[shown][-1]
        if model.dimension_of(shown) == RATE and isinstance(last, Quantity):
            return np.asarray(last.value_in(Hz))
        return np.asarray(last.magnitude if isinstance(last, Quantity) else last)
    each = max(1, n // len(currents))
    many = model.from_internal(np.repeat(model.to_internal(currents, input), each), input)
    rec = simulate(
        model, 1200 * ms, n=each * len(currents), record=None, seed=seed,
        **{input: Stimulus(noise) + many},
    )  # fmt: skip
    late = rec.spikes.window(200 * ms, 1200 * ms)
    return np.asarray(late.count().reshape(len(currents), each).mean(axis=1), dtype=float)


def resting(model: Model) -> dict[str, Any] | None:
    """The states at rest without input; None where there is no rest, or a disturbance grows."""
    if not model.states:
        return None
    try:
        found = resting_state(model)
    except NumericalError:
        return None
    known: dict[str, Any] = {**model.parameters, **dict.fromkeys(model.inputs, 0.0), "t": 0.0}
    known |= dict.fromkeys(model.noises, 0.0)
    known |= {state: float(model.to_internal(value, state)) for state, value in found.items()}
    values = environment(model, known)
    slopes = {pair: float(evaluate(slope, values)) for pair, slope in jacobian(model).items()}
    matrix = np.array([[slopes[i, j] for j in model.states] for i in model.states])
    if not np.all(np.isfinite(matrix)) or np.linalg.eigvals(matrix).real.max() > 0:
        return None
    return found


def _number(value: Any) -> float:
    return float(value.magnitude if isinstance(value, Quantity) else value)


def _in_hertz(unit: Any) -> float:
    return float(Quantity(1.0, unit).value_in(Hz))
