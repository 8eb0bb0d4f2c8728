"""A table that calls a function of the library: its kind is the function, its keys the arguments.

So a file has every receptor, modulator and learning rule with every option of theirs.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from rheobase.errors import RheobaseError
from rheobase.lab.networks.blame import blame
from rheobase.lab.table import Table

Maker = Callable[..., Any]
Reader = Callable[[Table, str], Any]

# Arguments that are words; all others are values, with or without a unit.
_WORDS = (
    "name", "into", "potential", "state", "factor", "transmitter", "pairing", "preset", "bounds",
    "receptor", "of",
)  # fmt: skip
# TOML has no word for the None of a program: V_max = "none" is a modulator without uptake.
_NONE = "none"
# What stands in the mend where an argument is missing.
EXAMPLES = {"tau": '"5 ms"', "rise": '"1 ms"', "decay": '"5 ms"', "w_max": '"1 nS"',
             "sites": "5", "p": "0.5", "name": '"acetylcholine"', "scales": '"g_L"',
             "receptor": '"AMPAKinetics"'}  # fmt: skip


def read_call(
    owner: Table, key: str, makers: Mapping[str, Maker], read: Reader | None = None
) -> Any:
    """What the function of a table makes, such as ``{ kind = "AMPA", decay = "2 ms" }``.

    Args:
        owner: the table that has the call.
        key: under which it has it; the kind alone, as text, is one that needs no more.
        makers: the functions, by kind.
        read: reads an argument that is a value; None for one value, and no list.

    Raises:
        ExperimentError: for a kind that there is not, an argument that is missing or one that does
            not fit.
    """
    table, kind = read_kind(owner, key, tuple(makers))
    make = makers[kind]
    arguments = inspect.signature(make).parameters
    table = Table(table.values, table.source, table.path, ("kind", *arguments))
    given: dict[str, Any] = {}
    for name, argument in arguments.items():
        if name in table:
            given[name] = _argument(table, name, read or read_one)
        elif argument.default is argument.empty:
            example = EXAMPLES.get(name, "1")
            raise table.error(None, f"{name!r} is missing here.", f"add {name} = {example}")
    return called(table, make, given)


def read_kind(owner: Table, key: str, kinds: tuple[str, ...]) -> tuple[Table, str]:
    """A table with a kind; the kind alone, as text, is one of those that need no more.

    Raises:
        ExperimentError: for a table that is missing, or a kind that there is not.
    """
    value = owner.values.get(key)
    if value is None:
        raise owner.error(
            None, f"{key!r} is missing here.", f'add {key} = {{ kind = "{kinds[1]}" }}'
        )
    given = {"kind": value} if isinstance(value, str) else value
    table = Table(given, owner.source, (*owner.path, key))
    return table, table.choice("kind", kinds)


def called(table: Table, make: Maker, given: dict[str, Any]) -> Any:
    """What a function makes of arguments; its errors are placed at the argument they speak of.

    Raises:
        ExperimentError: for arguments that do not fit.
    """
    try:
        return make(**given)
    except RheobaseError as error:
        raise blame(table, error, {key: rf"\b{key}\b" for key in given}) from None


def _argument(table: Table, name: str, read: Reader) -> Any:
    if table.values[name] == _NONE:
        return None
    if name in _WORDS:
        return table.text(name, "AMPA")
    value = table.values[name]
    if name == "scales" and not isinstance(value, dict):
        return table.text(name, "g_L")
    if name == "scales":
        factors = table.sub(name)
        return {scaled: factors.text(scaled, "1 + c / (2*uM)") for scaled in factors.values}
    if name == "parameters":
        values = table.sub(name)
        return {parameter: read_one(values, parameter) for parameter in values.values}
    return read(table, name)


def read_one(table: Table, key: str) -> Any:
    """A value that cannot be a list.

    Raises:
        ExperimentError: for a list, or what is no value.
    """
    if isinstance(table.values[key], list):
        raise table.error(key, f"{key} is a list where one value is due.", "give one value")
    return table.any_quantity(key)
