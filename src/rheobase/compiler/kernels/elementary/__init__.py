"""The elementary functions, written once in the loop language.

Every one is branch-free, so that a loop over it becomes SIMD; is right within 2 ulp over the whole
range of doubles, subnormal results included; lets NaN through; and overflows and underflows as IEEE
754 would. `FUNCTIONS` holds them by the name the expressions use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from rheobase.compiler.kernel import Function

_HOMES = {
    "exponential": ("exp", "expm1", "exprel", "exprel_reciprocal", "logistic"),
    "hyperbolic": ("cosh", "sinh", "tanh"),
    "logarithm": ("log", "log1p", "log10"),
    "power": ("power",),
    "trigonometric": ("arctan", "cos", "sin", "tan"),
}


class _Library(Mapping[str, Function]):
    """The functions by name; each is written when it is first asked for."""

    def __init__(self) -> None:
        self._home = {name: family for family, names in _HOMES.items() for name in names}

    def __getitem__(self, name: str) -> Function:
        function: Function = getattr(import_module(f"{__name__}.{self._home[name]}"), name)()
        return function

    def __iter__(self) -> Iterator[str]:
        return iter(self._home)

    def __len__(self) -> int:
        return len(self._home)


FUNCTIONS: Mapping[str, Function] = _Library()

__all__ = ["FUNCTIONS"]
