"""From a population of spiking neurons in noise to one rate neuron."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.engine.checks import whole_number
from rheobase.engine.simulate import simulate
from rheobase.model.model import Model
from rheobase.network.stimuli import Stimulus, sampled
from rheobase.reduction.crowd import Crowd, crowd
from rheobase.reduction.erfcx import Array
from rheobase.reduction.result import Reduction, Report
from rheobase.reduction.transfer_curve import Curve, transfer_curve
from rheobase.units import Hz, ms
from rheobase.units.dimension import RATE, TIME
from rheobase.units.door import as_quantity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Of the step from which the time constant is taken: rates before and after, as shares of the
# highest in the table but no more than 10 and 30 Hz, in spikes a ms.
_LEVELS, _SHARES = (0.01, 0.03), (0.2, 0.5)
_SETTLE, _WATCHED, _BIN = 300.0, 200.0, 1.0
SHORTEST, _LONGEST, _TRIED = 0.02, 500.0, 600
_AT_ONCE = f"below {SHORTEST:g} ms: the rate overshoots, and no tau fits"
# The trial that both levels go through: how long, its correlation time, and bins of rates (ms).
_TRIAL, _SLOW, _TRIAL_BIN = 1500.0, 50.0, 5.0
_FINE_STEP = 0.1
_STEADY = 9


def to_rate(
    model: Model,
    *,
    sigma: Any = None,
    noise: Any = None,
    currents: Any = None,
    input: str | None = None,
    stimulus: Any = None,
    n: int = 2000,
    seed: int = 0,
) -> Reduction:
    """A population of spiking neurons, each in noise of its own, as one rate neuron.

    The rate neuron is tau dv/dt + v = I, r = f(v): its v is the input, smoothed. f is the rate in
    steady input: Siegert's formula for a leaky integrate-and-fire neuron in white noise, a
    simulation of all currents at once otherwise; straight lines through up to 128 points, closer
    where f bends, and held beyond the ends. tau is that with which the answer to a step of the
    input fits best.

    Then both are run side by side, on steady inputs and on a slow random one, and the report has
    their difference. A population answers to fast inputs in ways that no single tau has.

    Args:
        model: the neuron; it has one input that counts.
        sigma: white noise of a leaky integrate-and-fire neuron, as in `siegert`.
        noise: noise of the input, ``rb.noise(sigma, tau)``, for any other neuron.
        currents: (lowest, highest) input of the table; what spans silence and fast firing by
            default, for a leaky integrate-and-fire neuron in white noise.
        input: which input; the only one, or `I`, by default.
        stimulus: the time-varying input of the comparison, lasting 1.5 s at least.
        n: how many neurons are simulated beside the rate neuron.
        seed: of all noise.

    Returns:
        The reduction. The report has `tau` (in words where none fits, as where neurons adapt and
        their rate overshoots), `steady error` and `error in time` (root mean squares,
        Hz), each with what the finite number of spikes would make it (`... by chance`; in time as
        of Poisson spikes), and `correlation`.

    Raises:
        ParameterError: for a model without noise, or options that do not fit.
    """
    n, seed = whole_number(n, "n", 2), whole_number(seed, "seed", 0, 2**63)
    group = crowd(model, sigma, noise, input)
    curve = transfer_curve(group, currents, seed)
    tau = time_constant(group, curve, n, seed + 1)
    lower = rate_model(group, curve, tau)
    trial = _Trial(group, lower, curve, stimulus, n, seed + 2)
    return Reduction(lower, model, trial.report(tau), trial.draw)


def rate_model(group: Crowd, curve: Curve, tau: float) -> Model:
    """The model tau dv/dt + v = I, r = f(v), with f as a table."""
    table, name, model = curve.table(), group.input, group.model
    lines = [f"tau * dv/dt + v = {name}"]
    parameters: dict[str, Any] = dict(table.parameters)
    if model.is_plain:
        parameters["tau"] = tau / model.plain_time
        lines += [table.equations(output="r", argument="v")]
    else:
        parameters |= {"tau": tau * ms, "unit": group.unit, "hertz": 1 * Hz}
        lines += ["net = v / unit", table.equations(output="f", argument="net")]
        lines += ["r = f * hertz"]
    return Model(
        "\n".join(lines),
        parameters=parameters,
        inputs={name: model.unit_of(name)} if not model.is_plain else [name],
        outputs=["r"],
        time=model.time_unit if model.is_plain else None,
        name="a rate neuron",
    )


def time_constant(group: Crowd, curve: Curve, n: int, seed: int) -> float:
    """The tau (ms) with which the rate after a step of the input fits best, by least squares."""
    highest = float(curve.rates.max())
    levels = [min(rate, share * highest) for rate, share in zip(_LEVELS, _SHARES, strict=True)]
    first, last = (curve.current_at(level) for level in levels)
    course = np.repeat([first, last], [round(_SETTLE / _BIN), round(_WATCHED / _BIN)])
    drive = sampled(group.quantity(course), as_quantity(_BIN, TIME), after="hold")
    rec = group.run(drive, _SETTLE + _WATCHED, n, seed)
    seen = group.histogram(rec, n, _BIN)[round(_SETTLE / _BIN) :]
    t = _BIN * (np.arange(len(seen)) + 0.5)
    tried = np.geomspace(SHORTEST, _LONGEST, _TRIED)
    smoothed = last + (first - last) * np.exp(-t / tried[:, np.newaxis])
    error = ((curve(smoothed) - seen) ** 2).sum(axis=1)
    return float(tried[error.argmin()])


class _Trial:
    """Both levels side by side, on steady inputs and on one that changes. Rates are per ms."""

    def __init__(
        self, group: Crowd, lower: Model, curve: Curve, stimulus: Any, n: int, seed: int
    ) -> None:
        self.group, self.lower, self.curve, self.n = group, lower, curve, n
        shares = np.linspace(0.05, 0.95, _STEADY)
        self.levels = np.array([curve.current_at(share * curve.rates.max()) for share in shares])
        each = max(2, n // _STEADY)
        self.steady, self.spread = group.rates(self.levels, each, _SETTLE, 1000.0, seed)
        self.predicted = self._rate(group.quantity(self.levels), _TRIAL)[-1]
        self.drive = slow_drive(group, curve, seed) if stimulus is None else stimulus
        self.recording = group.run(self.drive, _TRIAL, n, seed)
        self.many = group.histogram(self.recording, n, _TRIAL_BIN)
        fine = self._rate(self.drive, _TRIAL)[1:, 0]  # the mean of a bin is that of its steps
        self.one = fine.reshape(len(self.many), -1).mean(axis=1)

    def _rate(self, drive: Any, duration: float) -> Array:
        """The rate neuron's r, shape (steps + 1, neurons)."""
        given = {self.group.input: drive}
        dt = as_quantity(_FINE_STEP, TIME)
        rec = simulate(self.lower, as_quantity(duration, TIME), dt=dt, record="r", **given)
        if self.lower.is_plain:  # whose r is a number in Hz
            return 1e-3 * np.asarray(rec["r"])
        return np.asarray(self.lower.to_internal(rec["r"], "r"))

    def report(self, tau: float) -> Report:
        """Errors as root mean squares, beside what they would be by chance."""
        late = slice(round(_SETTLE / _TRIAL_BIN), None)
        many, one = self.many[late], self.one[late]
        return Report(
            {
                "tau": as_quantity(tau, TIME) if tau > SHORTEST else _AT_ONCE,
                "transfer function": self.curve.origin,
                "steady error": _hertz(_root_mean_square(self.steady - self.predicted)),
                "steady error by chance": _hertz(_root_mean_square(self.spread)),
                "error in time": _hertz(_root_mean_square(many - one)),
                "error in time by chance": _hertz(np.sqrt(np.mean(one) / (self.n * _TRIAL_BIN))),
                "mean rate": _hertz(np.mean(many)),
                "correlation": _correlation(many, one),
            }
        )

    def draw(self) -> Figure:
        """The raster above, both rates below."""
        from rheobase.analysis.pictures.levels import levels

        spikes = self.recording.spikes
        bins = _TRIAL_BIN * (np.arange(len(self.many)) + 0.5)
        return levels(
            spikes.t, spikes.i, bins, 1e3 * self.many, 1e3 * self.one,
            names=(f"{self.n} spiking neurons", "one rate neuron"),
        )  # fmt: skip


def slow_drive(group: Crowd, curve: Curve, seed: int) -> Stimulus:
    """A slow random input that goes through the table from silence to fast firing."""
    highest = float(curve.rates.max())
    middle, top = (curve.current_at(share * highest) for share in (0.25, 0.75))
    if not middle < top:  # the rate hardly depends on the input
        middle, top = np.quantile(curve.currents, (0.5, 0.75))
    steps = round(_TRIAL)  # a sample a millisecond
    rng, kept = np.random.default_rng(seed), np.exp(-1.0 / _SLOW)
    x = np.zeros(steps)
    for k, push in enumerate(rng.normal(size=steps - 1) * np.sqrt(1 - kept**2)):
        x[k + 1] = kept * x[k] + push
    course = np.clip(middle + 0.5 * (top - middle) * x, *curve.currents[[0, -1]])
    return sampled(group.quantity(course), as_quantity(1.0, TIME), after="hold")


def _correlation(many: Array, one: Array) -> float | str:
    if not (np.ptp(many) > 0 and np.ptp(one) > 1e-9 * one.max()):
        return "none: a rate is constant"
    return float(np.corrcoef(many, one)[0, 1])


def _root_mean_square(values: Array) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _hertz(rate: Any) -> Any:
    return as_quantity(float(rate), RATE)
