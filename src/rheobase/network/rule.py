"""What every connection rule has, and the checks that rules share."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError
from rheobase.records import Record
from rheobase.units.quantity import short


class Rule(Record):
    """Which synapses there are between the neurons of two views."""

    kind = ""
    autapses: bool

    def describe(self) -> dict[str, Any]:
        """What it is, as JSON can hold it."""
        fields = {name: self.__dict__[name] for name in self.__match_args__}
        return {"kind": self.kind, **{name: _plain(value) for name, value in fields.items()}}

    def __str__(self) -> str:
        return f"{self.kind}()"


def probability(value: Any, what: str) -> float:
    """A probability.

    Raises:
        ParameterError: for anything that is not a number from 0 to 1.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not 0.0 <= number <= 1.0:
        raise ParameterError(
            f"The probability of {what}() is {short(value)}.", mend="give a number from 0 to 1"
        )
    return number


def count(value: Any, what: str, name: str) -> int:
    """A number of neurons or synapses.

    Raises:
        ParameterError: for anything that is not a whole number from 0.
    """
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or not 0 <= value < 2**63:
        raise ParameterError(
            f"{name} of {what}() is {short(value)}.", mend="give a whole number, 0 or more"
        )
    return int(value)


def flag(value: Any, name: str) -> bool:
    """True or false.

    Raises:
        ParameterError: for anything else.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise ParameterError(f"{name} is {short(value)}.", mend=f"{name}=True or {name}=False")
    return bool(value)


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value
