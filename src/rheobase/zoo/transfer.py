"""Transfer functions: from a net input x to an output f(x), for rate-coded and artificial neurons.

Each is written once, in the language of models, over the name `x`. Its value, its slope and its
inverse are evaluated from that text, and the same text becomes the equation of a neuron.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rheobase.errors import ParameterError, UnknownNameError, closest
from rheobase.model.expression import names
from rheobase.units.quantity import short
from rheobase.zoo.transfer_function import INPUT, OUTPUT, Transfer, plain_numbers, read
from rheobase.zoo.transfer_table import tabulated

__all__ = [
    "TRANSFERS",
    "Transfer",
    "exponential",
    "expression",
    "identity",
    "logistic",
    "naka_rushton",
    "relu",
    "softplus",
    "step",
    "tabulated",
    "tanh",
    "threshold_linear",
    "transfer",
]


def identity() -> Transfer:
    """The input itself: f(x) = x."""
    return Transfer("identity", "x", inverse_text="f")


def relu() -> Transfer:
    """The rectifier: f(x) = max(0, x)."""
    return Transfer("relu", "positive(x)", inverse_text="f", image=(0, math.inf))


def threshold_linear(threshold: float = 0.0, gain: float = 1.0, maximum: float = 1.0) -> Transfer:
    """A line above a threshold, up to where it saturates: gain (x - threshold), from 0 to maximum.

    Raises:
        ParameterError: unless gain and maximum are positive.
    """
    values = _checked(threshold=threshold, gain=gain, maximum=maximum)
    _check_positive(values, "gain", "maximum")
    return Transfer(
        "threshold_linear", "clip(gain*(x - threshold), 0, maximum)", values,
        inverse_text="threshold + f/gain", image=(0, "maximum"),
    )  # fmt: skip


def logistic() -> Transfer:
    """The logistic function: f(x) = 1/(1 + exp(-x)), without loss of digits in either tail."""
    inverse = "where(abs(f - 0.5) < 0.25, log1p((2*f - 1)/(1 - f)), log(f) - log1p(-f))"
    return Transfer("logistic", "logistic(x)", inverse_text=inverse, image=(0, 1))


def tanh() -> Transfer:
    """The hyperbolic tangent, from -1 to 1."""
    # 1 - tanh(x)**2 has no digit left where tanh(x) is near 1.
    slope = "4*logistic(2*x)*logistic(-2*x)"
    inverse = "sign(f)*0.5*log1p(2*abs(f)/(1 - abs(f)))"
    return Transfer("tanh", "tanh(x)", slope=slope, inverse_text=inverse, image=(-1, 1))


def step() -> Transfer:
    """f(x) = 1 where x >= 0, else 0: the neuron of McCulloch and Pitts (1943)."""
    return Transfer("step", "heaviside(x)")


def softplus() -> Transfer:
    """f(x) = log(1 + exp(x)): a rectifier without a corner."""
    return Transfer(
        "softplus", "positive(x) + log1p(exp(-abs(x)))", slope="logistic(x)",
        inverse_text="where(f > 0.7, f + log1p(-exp(-f)), log(expm1(f)))", image=(0, math.inf),
    )  # fmt: skip


def exponential() -> Transfer:
    """The exponential: f(x) = exp(x)."""
    return Transfer("exponential", "exp(x)", inverse_text="log(f)", image=(0, math.inf))


def naka_rushton(maximum: float = 1.0, half: float = 1.0, exponent: float = 2.0) -> Transfer:
    """f(x) = maximum x**exponent/(half**exponent + x**exponent) where x > 0, else 0.

    Args:
        maximum: the value that is approached.
        half: the x at which half of it is reached.
        exponent: how steeply, at least 1.

    Raises:
        ParameterError: for values out of range.

    Source: K. I. Naka and W. A. H. Rushton, S-potentials from luminosity units in the retina of
    fish (Cyprinidae), J. Physiol. 185, 587-599 (1966), doi:10.1113/jphysiol.1966.sp008003.
    """
    values = _checked(maximum=maximum, half=half, exponent=exponent)
    _check_positive(values, "maximum", "half")
    if values["exponent"] < 1:
        raise ParameterError(
            f"exponent is {values['exponent']:g}: the slope at 0 is infinite.",
            mend="give 1 or more",
        )
    # Powers of numbers up to 1, of which none overflows.
    text = """
        below = (clip(x, 0, half)/half)**exponent
        above = (half/max(x, half))**exponent
        where(x > half, maximum/(1 + above), maximum*below/(1 + below))
        """
    return Transfer(
        "naka_rushton", text, values,
        inverse_text="half*(f/(maximum - f))**(1/exponent)", image=(0, "maximum"),
    )  # fmt: skip


def expression(text: str, inverse: str = "", image: Any = None, **parameters: float) -> Transfer:
    """A transfer function that the user types, over the name x: ``"logistic(k*(x - x_0))"``.

    Args:
        text: f(x), in the language of models.
        inverse: x over the name f, if there is an inverse.
        image: the two ends between which each value is taken exactly once: numbers, or names of
            parameters; everything by default.
        **parameters: values of the other names, plain numbers.

    Raises:
        EquationError: for text outside the language, with a caret.
        UnknownNameError: for a name that is neither x nor a parameter.
        ParameterError: for a parameter that is not a number.
    """
    values = _checked(**parameters)
    for name in (INPUT, OUTPUT, "pi"):
        if name in values:
            raise ParameterError(f"A parameter is called {name!r}.", mend="rename it")
    ends = (-math.inf, math.inf) if image is None else tuple(image)
    if len(ends) != 2 or any(isinstance(end, str) and end not in values for end in ends):
        raise ParameterError(
            f"image= is {short(image)}.", mend="give two numbers, or names of parameters"
        )
    made = Transfer("expression", text, values, inverse_text=inverse, image=(ends[0], ends[1]))
    for part, own in ((text, {INPUT}), (inverse, {OUTPUT})):
        unknown = sorted(names(read(part)) - {*values, *own, "pi"}) if part else []
        if unknown:
            raise UnknownNameError(
                f"The name {unknown[0]!r} in {part!r} is not defined.",
                mend=f"{min(own)} is the variable; give {unknown[0]}= a number",
            )
    return made


def _checked(**values: float) -> dict[str, float]:
    found = {}
    for name, value in values.items():
        number = plain_numbers(value, name)
        if number.ndim or not np.isfinite(number):
            raise ParameterError(f"{name} is {short(value)}.", mend="give one finite number")
        found[name] = float(number)
    return found


def _check_positive(values: Mapping[str, float], *due: str) -> None:
    for name in due:
        if not values[name] > 0:
            raise ParameterError(f"{name} is {values[name]:g}.", mend="give a positive number")


TRANSFERS: dict[str, Callable[..., Transfer]] = {
    f.__name__: f
    for f in (
        identity, relu, threshold_linear, logistic, tanh, step, softplus, exponential, naka_rushton,
    )
}  # fmt: skip
_ALIASES = {"linear": "identity", "rectifier": "relu", "sigmoid": "logistic", "heaviside": "step"}
_ALIASES |= {"exp": "exponential"}


def transfer(given: Any, **parameters: Any) -> Transfer:
    """The transfer function of a name, of a text over x, or the one that is given itself.

    Args:
        given: a `Transfer`, a name in `TRANSFERS`, or an expression such as ``"x/(1 + abs(x))"``.
        **parameters: its parameters.

    Raises:
        ParameterError: for a name that there is not, or parameters that it does not have.
        EquationError: for text outside the language, with a caret.
        UnknownNameError: for a name in it that is neither x nor a parameter.
    """
    if isinstance(given, Transfer):
        if parameters:
            mend = "give them where it is made"
            raise ParameterError(f"{given.name} has its parameters already.", mend=mend)
        return given
    if not isinstance(given, str):
        raise ParameterError(
            f"A transfer function is {short(given)}.",
            mend=f"give one of {', '.join(TRANSFERS)}, or an expression over x as text",
        )
    name = _ALIASES.get(given, given)
    if name in TRANSFERS:
        try:
            return TRANSFERS[name](**parameters)
        except TypeError:
            known = ", ".join(TRANSFERS[name]().parameters) or "none"
            raise ParameterError(
                f"{name} does not have all of {', '.join(parameters)}.",
                mend=f"its parameters are: {known}",
            ) from None
    if given.isidentifier() and given != INPUT and given not in parameters:
        raise ParameterError(
            f"There is no transfer function {given!r}.",
            mend=f"{closest(given, list(TRANSFERS))}there are {', '.join(TRANSFERS)}",
        )
    return expression(given, **parameters)
