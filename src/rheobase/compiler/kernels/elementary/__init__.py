"""The elementary functions, written once in the loop language.

Every one is branch-free, so that a loop over it becomes SIMD; is right within 2 ulp over the whole
range of doubles, subnormal results included; lets NaN through; and overflows and underflows as IEEE
754 would. `FUNCTIONS` holds them by the name the expressions use.
"""

from __future__ import annotations

from rheobase.compiler.kernel import Function
from rheobase.compiler.kernels.elementary.exponential import (
    exp,
    expm1,
    exprel,
    exprel_reciprocal,
    logistic,
)
from rheobase.compiler.kernels.elementary.hyperbolic import cosh, sinh, tanh
from rheobase.compiler.kernels.elementary.logarithm import log, log1p, log10
from rheobase.compiler.kernels.elementary.power import power
from rheobase.compiler.kernels.elementary.trigonometric import arctan, cos, sin, tan

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        exp,
        expm1,
        exprel,
        exprel_reciprocal,
        logistic,
        log,
        log1p,
        log10,
        power,
        sin,
        cos,
        tan,
        arctan,
        sinh,
        cosh,
        tanh,
    )
}

__all__ = [
    "FUNCTIONS",
    "arctan",
    "cos",
    "cosh",
    "exp",
    "expm1",
    "exprel",
    "exprel_reciprocal",
    "log",
    "log1p",
    "log10",
    "logistic",
    "power",
    "sin",
    "sinh",
    "tan",
    "tanh",
]
