"""Values in a network file: quantities, lists, distributions, and expressions of what neurons have.

A distribution is a table, ``{ kind = "uniform", low = "-60 mV", high = "-50 mV" }``, or text::

    distribution = name "(" argument { "," argument } ")"
    argument     = [ name "=" ] ( distribution | quantity )

Any other text that is no quantity is left to the network, which reads expressions by a grammar of
their own. Nothing is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rheobase.errors import (
    EquationError,
    ParameterError,
    RheobaseError,
    UnitError,
    UnknownNameError,
    closest,
)
from rheobase.lab.table import Table
from rheobase.model import distributions
from rheobase.model.distributions import Distribution
from rheobase.model.functions import FUNCTIONS
from rheobase.units import parse_quantity

_MAKERS: dict[str, Callable[..., Distribution]] = {
    "uniform": distributions.uniform,
    "normal": distributions.normal,
    "lognormal": distributions.lognormal,
    "clipped": distributions.clipped,
    "truncated": distributions.truncated,
}
_INNER = "distribution"
_BOUNDED = ((_INNER, "low", "high"), (_INNER,))
# The arguments of each in their order, and which of them must be given.
_ARGUMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "uniform": (("low", "high"), ("low", "high")),
    "normal": (("mean", "std"), ("mean", "std")),
    "lognormal": (("mean", "std"), ("mean", "std")),
    "clipped": _BOUNDED,
    "truncated": _BOUNDED,
}
_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*\(")
_KEYWORD = re.compile(r"\s*([A-Za-z_]\w*)\s*=")
_DEEPEST = 8


def read_value(table: Table, key: str) -> Any:
    """A value of a network, as `net.add` and `net.connect` take it.

    Raises:
        ExperimentError: for a distribution that cannot be read, or what is no value at all.
    """
    given = table.values[key]
    if isinstance(given, dict):
        return _from_table(table.sub(key))
    if not isinstance(given, str):
        return table.any_quantity(key)
    try:
        found = read_distribution(given)
    except RheobaseError as error:
        raise table.wrap(key, error) from None
    return _quantity_or_text(given) if found is None else found


def _quantity_or_text(text: str) -> Any:
    try:
        return parse_quantity(text)
    except UnitError:
        return text  # an expression, or a mistake that the network finds a name for


def _from_table(table: Table, depth: int = 1) -> Distribution:
    kind = table.choice("kind", tuple(_MAKERS))
    names, _ = _ARGUMENTS[kind]
    table = Table(table.values, table.source, table.path, ("kind", *names))
    given: dict[str, Any] = {}
    for name in names:
        if name not in table:
            continue
        if name != _INNER:
            given[name] = table.any_quantity(name)
        elif depth < _DEEPEST and isinstance(table.values[name], dict):
            given[name] = _from_table(table.sub(name), depth + 1)
        else:
            given[name] = read_value(table, name)
    try:
        return _made(kind, given)
    except RheobaseError as error:
        raise table.wrap(None, error) from None


def read_distribution(text: str) -> Distribution | None:
    """The distribution that a text calls for; None when it is no such call.

    Raises:
        EquationError: for a call that cannot be read.
        UnknownNameError: for a distribution that does not exist.
        UnitError, ParameterError: for arguments that do not fit it.
    """
    call = _CALL.match(text)
    if call is None or (call.group(1) not in _MAKERS and not _stands_alone(text, call)):
        return None
    found, position = _read_call(text, 0, 1)
    if text[position:].strip():
        raise EquationError(
            "A distribution stands alone, and something follows it.",
            where=_caret(text, position),
            mend="draw the parameters that differ, or write an expression without a distribution",
        )
    return found


def _stands_alone(text: str, call: re.Match[str]) -> bool:
    """Whether a text is one call of something that is no function of the language either."""
    position = _end_of(text, call.end())
    while position < len(text) and text[position] == ",":
        position = _end_of(text, position + 1)
    return call.group(1) not in FUNCTIONS and position == len(text.rstrip()) - 1


def _read_call(text: str, position: int, depth: int) -> tuple[Distribution, int]:
    """A distribution that begins at a position, and where it ends."""
    call = _CALL.match(text, position)
    if call is None:
        raise _unreadable(text, position)
    kind = call.group(1)
    if kind not in _MAKERS:
        raise UnknownNameError(
            f"There is no distribution {kind!r}.",
            where=_caret(text, call.start(1)),
            mend=f"{closest(kind, list(_MAKERS))}there are {', '.join(_MAKERS)}",
        )
    if depth > _DEEPEST:
        raise EquationError(
            "Distributions are nested too deeply.",
            where=_caret(text, call.start(1)),
            mend="bound a distribution once",
        )
    names, _ = _ARGUMENTS[kind]
    given: dict[str, Any] = {}
    position = call.end()
    while True:
        keyword = _KEYWORD.match(text, position)
        begin = keyword.end() if keyword else position
        end = _end_of(text, begin)
        name = keyword.group(1) if keyword else _next_name(names, given)
        if end >= len(text) or name not in names or name in given:
            raise _unreadable(text, position)
        if name == _INNER:
            given[name], end = _read_call(text, begin, depth + 1)
            end += len(text[end:]) - len(text[end:].lstrip())
        else:
            given[name] = _quantity(text, begin, end)
        if end >= len(text) or text[end] not in ",)":
            raise _unreadable(text, end)
        position = end + 1
        if text[end] == ")":
            return _made(kind, given), position


def _next_name(names: tuple[str, ...], given: dict[str, Any]) -> str:
    return names[len(given)] if len(given) < len(names) else ""


def _end_of(text: str, position: int) -> int:
    """Where an argument ends: the next comma or bracket that is not inside brackets of its own."""
    depth = 0
    while position < len(text):
        sign = text[position]
        if depth == 0 and sign in ",)":
            return position
        depth += (sign == "(") - (sign == ")")
        position += 1
    return position


def _quantity(text: str, begin: int, end: int) -> Any:
    try:
        return parse_quantity(text[begin:end].strip())
    except RheobaseError as error:
        error.where = _caret(text, begin + len(text[begin:end]) - len(text[begin:end].lstrip()))
        raise


def _made(kind: str, given: dict[str, Any]) -> Distribution:
    for name in _ARGUMENTS[kind][1]:
        if name not in given:
            raise ParameterError(
                f"{kind} lacks its {name}.",
                mend=f"it takes {', '.join(_ARGUMENTS[kind][0])}, in this order",
            )
    return _MAKERS[kind](**given)


def _caret(text: str, position: int) -> str:
    # Of a long text the part around the place is shown.
    start = max(0, position - 60)
    return f"  {text[start : start + 88]}\n  {' ' * (position - start)}^"


def _unreadable(text: str, position: int) -> EquationError:
    return EquationError(
        "This is not a distribution.",
        where=_caret(text, min(position, len(text))),
        mend="for example uniform(-60 mV, -50 mV), or clipped(normal(2 nS, 1 nS), low=0 nS)",
    )
