"""The rate-coded neuron: a state with one time constant, and its transfer function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.model.model import Model
from rheobase.units import ms
from rheobase.units.dimension import NONE
from rheobase.units.quantity import Quantity, Unit, short
from rheobase.zoo.entry import Entry, Preset
from rheobase.zoo.transfer import Transfer
from rheobase.zoo.transfer import transfer as transfer_of

_OWN = ("tau", "b", "sigma", "v", "r", "I", "f", "x")
CITATION = (
    "H. R. Wilson and J. D. Cowan, Excitatory and inhibitory interactions in localized populations "
    "of model neurons, Biophys. J. 12, 1-24 (1972), doi:10.1016/S0006-3495(72)86068-5"
)


class RateEntry(Entry):
    """The zoo's entry of the rate-coded neuron, called with a transfer function."""

    def __call__(self, transfer: Any = "relu", **parameters: Any) -> Model:
        """The rate-coded neuron: tau dv/dt + v = I + b, with the output r = f(v).

        The input I is the weighted sum of rates that graded projections bring, sum_j w_j r_j; for
        an I that is constant over a step the step is exact. White noise is taken up exactly as
        well; alone it gives v the standard deviation `noise`.

        Times are quantities, and v, I, b and r plain numbers, or rates if `unit` is one. Where tau
        is a plain number too the model has no units, and times are in ms.

        Args:
            transfer: f: a name in `rheobase.zoo.transfer.TRANSFERS`, an expression over x as text,
                or a `Transfer`, such as `tabulated(x, f)`. It is of plain numbers: of v in `unit`.
            parameters: tau, the time constant (10 ms); b, the bias (0); noise, the standard
                deviation that white noise gives v (none); unit, of v, I, b and r, such as Hz; and
                those of the transfer function, as in
                ``RateNeuron("threshold_linear", maximum=100)``.

        Raises:
            ParameterError: for a transfer function that there is not, or with a name of the
                neuron's own.
            EquationError: for a transfer function outside the language, with a caret.
            UnitError: for values of another dimension.
        """
        if transfer == "relu" and not parameters:
            return self._default
        return _rate_neuron(transfer, **parameters).named(self.__name__)


def _rate_neuron(
    transfer: Any = "relu",
    tau: Any = None,
    b: Any = None,
    noise: Any = None,
    unit: Any = None,
    **parameters: Any,
) -> Model:
    chosen = transfer_of(transfer, **parameters)
    taken = sorted(chosen.parameters.keys() & {*_OWN, "unit"})
    if taken:
        raise ParameterError(
            f"The transfer function has a parameter {taken[0]!r}, a name of the neuron's own.",
            mend="rename it",
        )
    tau = 10 * ms if tau is None else tau
    is_plain = not isinstance(tau, (str, Quantity, Unit)) and not hasattr(tau, "to_base_units")
    scale = _unit(unit, is_plain)
    given = {"tau": tau, "b": 0.0 if b is None else b}
    if scale is not None and b is None:
        given["b"] = 0.0 * scale
    drive, method = "", None
    if noise is not None:
        given["sigma"], drive, method = noise, " + sigma * sqrt(2 * tau) * xi", "exact"
    model = Model(
        f"tau * dv/dt + v = I + b{drive}\n{_output(chosen, scale)}",
        parameters={**given, **chosen.parameters},
        inputs=["I"] if is_plain else {"I": NONE if scale is None else scale},
        initial={"v": 0.0 if scale is None else 0.0 * scale},
        outputs=("r",),
        drive={"I": 1.0 if scale is None else 1.0 * scale},
        method=method,
        dt=None if is_plain else 0.1 * ms,
        citation=CITATION,
    )
    if noise is not None and np.any(model.parameters["sigma"] < 0):
        raise ParameterError(
            f"noise= is {short(noise)}, and a standard deviation is 0 or more.",
            mend="give 0 or more, or leave noise= out",
        )
    return model


def _output(chosen: Transfer, scale: Unit | None) -> str:
    """The lines for r; a transfer function is of plain numbers."""
    if scale is None:
        return chosen.equations("r", "v")
    inner = chosen.equations("f", "x")
    return f"x = v / {scale.name}\n{inner}\nr = f * {scale.name}"


def _unit(unit: Any, is_plain: bool) -> Unit | None:
    if unit is None:
        return None
    if not isinstance(unit, Unit) or is_plain:
        raise ParameterError(
            f"unit= is {short(unit)}{', and tau has none' if is_plain else ''}.",
            mend="give a unit, such as Hz, and tau with its own: tau=10 * ms, unit=Hz",
        )
    return unit


def _preset(note: str, transfer: str, **parameters: Any) -> Preset:
    return Preset(note, build=partial(_rate_neuron, transfer, **parameters))


def _rate_entry(
    presets: Mapping[str, Preset],
) -> Callable[[Callable[[], Model]], RateEntry]:
    def wrap(build: Callable[[], Model]) -> RateEntry:
        return RateEntry(build, presets)

    return wrap


@_rate_entry(
    {
        "linear": _preset("no transfer function: r = v", "identity"),
        "rectifier": _preset("r = max(0, v)", "relu"),
        "threshold_linear": _preset("a line that saturates at 1", "threshold_linear"),
        "logistic": _preset("r = 1/(1 + exp(-v))", "logistic"),
        "tanh": _preset("r = tanh(v), from -1 to 1", "tanh"),
        "step": _preset("r = 1 where v >= 0", "step"),
        "softplus": _preset("r = log(1 + exp(v))", "softplus"),
        "exponential": _preset("r = exp(v)", "exponential"),
        "naka_rushton": _preset("r = v**2/(1 + v**2) where v > 0", "naka_rushton"),
    }
)
def RateNeuron() -> Model:
    """A rate-coded neuron: tau dv/dt + v = I + b, with the output r = f(v).

    The input I is the weighted sum of rates that graded projections bring; for an input that is
    constant over a step the step is exact. The transfer function f is one of those by name, a
    table, or an expression that you type: `RateNeuron("logistic", tau=20 * ms)`.
    """
    return _rate_neuron()
