"""From a rate neuron to one without dynamics: its steady state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from rheobase.compiler.calculus import depends, folded, inlined, is_linear
from rheobase.engine.one_neuron import current_input, refuse_several
from rheobase.engine.rest import environment
from rheobase.engine.simulate import simulate
from rheobase.errors import ParameterError
from rheobase.model.differentiate import differentiate
from rheobase.model.expression import (
    ZERO,
    Expression,
    Operation,
    divide,
    negate,
    substitute,
    subtract,
)
from rheobase.model.model import Model
from rheobase.network.stimuli import sampled
from rheobase.reduction.integrator import leak_of
from rheobase.reduction.result import Reduction, Report
from rheobase.reduction.wording import worded
from rheobase.units.dimension import TIME
from rheobase.units.door import as_quantity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# The step of the input that both answer to: what share of the run lies before it, and how many
# steps of time there are to a time constant.
_BEFORE, _FINE, _SLACK = 1.0, 200, 3.0


def to_artificial(
    model: Model,
    *,
    step: Any = None,
    tolerance: float = 0.01,
    input: str | None = None,
) -> Reduction:
    """A rate neuron as an artificial one: what it settles to under constant input.

    Of ``tau * dv/dt + v = I, r = f(v)`` that is ``v = I, r = f(v)``, with no state. After a step of
    the input the distance of v from there falls as exp(-t/tau), whatever the input was before: it
    is below `tolerance` of the step from tau ln(1/tolerance) on. When the output comes within
    `tolerance` of its own change depends on f; it is measured by running both.

    Args:
        model: the rate neuron: one state, linear, that decays.
        step: (before, after): the step of the input that both are run with; from 0 to one of the
            input's unit by default.
        tolerance: the share of a change that may be left.
        input: which input; the only one, or `I`, by default.

    Returns:
        The reduction. The report has `tau`, `state holds after` and, measured, `output holds
        after`.

    Raises:
        ParameterError: for a model that is no such neuron, or a tolerance out of range.
    """
    name = current_input(model, input)
    refuse_several(model)
    if not 0 < tolerance < 1:
        raise ParameterError(f"tolerance is {tolerance!r}.", mend="give a number between 0 and 1")
    lower = steady_state(model)
    tau = -model.plain_time / float(leak_of(model))
    given = [0.0, 1.0] if step is None else step
    if step is None and model.unit_of(name) is not None:
        given = model.from_internal(np.array(given), name)
    ends = np.asarray(model.to_internal(given, name), dtype=float)
    if ends.shape != (2,) or ends[0] == ends[1]:
        raise ParameterError("step= is no step.", mend="give two inputs: step=[0, 1] * pA")
    trial = _Trial(model, lower, name, ends, tau, tolerance)
    return Reduction(lower, model, trial.report(), trial.draw)


def steady_state(model: Model) -> Model:
    """The model with its one state replaced by what it settles to.

    Raises:
        ParameterError: saying why it does not settle.
    """
    if len(model.states) != 1:
        _refuse(model, f"it has the states {', '.join(model.states) or '(none)'}")
    (state,) = model.states
    if model.spike is not None:
        _refuse(model, "it spikes", 'make a rate neuron of it first: rb.reduce(model, to="rate")')
    if model.noises:
        _refuse(model, "it has noise, and never settles", "leave xi out of its equations")
    if not is_linear(model):
        _refuse(model, f"d{state}/dt is not linear with constant coefficients")
    if leak_of(model) >= 0:
        _refuse(model, f"{state} does not decay")
    lines = []
    for equation in model.equations:
        if equation.kind != "ode":
            lines.append(equation.line)
            continue
        still = {f"d{state}/dt": ZERO}
        left = subtract(substitute(equation.left, still), substitute(equation.right, still))
        balance = folded(inlined(model, left))
        rest = folded(substitute(balance, {state: ZERO}))
        slope = folded(differentiate(balance, state))
        if state in depends(model, slope):
            _refuse(model, f"d{state}/dt is not linear as it is written")
        settled = folded(divide(_negated(rest), slope))
        lines.append(f"{state} = {worded(settled)}")
    return Model(
        "\n".join(lines),
        parameters={k: model.from_internal(v, k) for k, v in model.parameters.items()},
        inputs={name: model.unit_of(name) for name in model.inputs}
        if not model.is_plain
        else model.inputs,
        outputs=model.outputs or (state,),
        time=model.time_unit if model.is_plain else None,
        display=model.display,
        name=f"{model.title} without dynamics",
    )


class _Trial:
    """Both through a step of the input."""

    def __init__(
        self, model: Model, lower: Model, name: str, ends: Any, tau: float, tolerance: float
    ) -> None:
        self.model, self.tau, self.tolerance = model, tau, tolerance
        self.output = model.outputs[0] if model.outputs else model.states[0]
        self.settling = tau * float(np.log(1 / tolerance))
        before, after = round(_BEFORE * _FINE), round((self.settling / tau + _SLACK) * _FINE)
        values = np.repeat(ends, [before, after])
        dt = as_quantity(tau / _FINE, TIME)
        inputs: dict[str, Any] = {}
        inputs[name] = sampled(model.from_internal(values, name), dt, after="hold")
        duration = as_quantity((before + after) * tau / _FINE, TIME)
        start = _settled(lower, model.states[0], name, float(ends[0]))
        both = [
            simulate(each, duration, dt=dt, record=self.output, initial=first, **inputs)
            for each, first in ((model, {model.states[0]: start}), (lower, None))
        ]
        self.upper, self.lower = (
            np.asarray(model.to_internal(rec[self.output], self.output))[:, 0] for rec in both
        )
        self.t = tau / _FINE * (np.arange(len(self.upper)) - before)
        # The last sample of the artificial neuron is that of the input after the step.
        self.left = np.abs(self.upper - self.lower[-1])[before:]

    def report(self) -> Report:
        """When state and output hold, and what is left then."""
        change = abs(float(self.lower[-1] - self.upper[0]))
        away = np.flatnonzero(self.left > self.tolerance * change)
        holds = 0.0 if not away.size else self.tau / _FINE * (int(away[-1]) + 1)
        return Report(
            {
                "tau": as_quantity(self.tau, TIME),
                "tolerance": self.tolerance,
                "state holds after": as_quantity(self.settling, TIME),
                "output holds after": as_quantity(holds, TIME),
                "left at the end": float(self.left[-1] / change) if change else 0.0,
            }
        )

    def draw(self) -> Figure:
        """Both outputs after the step."""
        from rheobase.analysis.pictures.style import BLUE, GREY, VERMILION, legend, panel

        figure, ax = panel(None)
        shown = [
            np.asarray(getattr(v, "magnitude", v))
            for v in (self.model.from_internal(x, self.output) for x in (self.upper, self.lower))
        ]
        ax.plot(self.t, shown[1], color=VERMILION, linewidth=1.6, label="without dynamics")
        ax.plot(self.t, shown[0], color=BLUE, linewidth=1.6, label=self.model.title)
        ax.axvline(self.settling, color=GREY, linewidth=1, linestyle="--")
        unit = self.model.unit_of(self.output)
        ax.set_xlabel("time after the step (ms)")
        ax.set_ylabel(f"{self.output} ({unit})" if unit else self.output)
        legend(ax, loc="lower right")
        return figure


def _settled(lower: Model, state: str, name: str, value: float) -> Any:
    """Where the state settles under an input (internal), as a quantity."""
    known = {**lower.parameters, **dict.fromkeys(lower.inputs, 0.0), name: value, "t": 0.0}
    return lower.from_internal(float(environment(lower, known)[state]), state)


def _negated(expression: Expression) -> Expression:
    """The expression with its sign changed, a difference turned round."""
    match expression:
        case Operation("-", left, right):
            return folded(subtract(right, left))
    return negate(expression)


def _refuse(model: Model, why: str, mend: str = "") -> NoReturn:
    raise ParameterError(
        f"{model.title} has no steady state in one formula: {why}.",
        mend=mend or "write it as tau * dv/dt + v = ..., r = f(v)",
    )
