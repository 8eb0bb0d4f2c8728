"""One `[[projection]]` of a network file: its ends, synapse, rule, weight and delay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rheobase.errors import RheobaseError
from rheobase.lab.networks.blame import blame
from rheobase.lab.networks.ends import read_ends
from rheobase.lab.networks.values import read_value
from rheobase.lab.table import Table
from rheobase.network import rules
from rheobase.network.description import NetworkDescription
from rheobase.network.projection import Projection
from rheobase.network.rule import Rule
from rheobase.zoo import synapses

KEYS = ("name", "pre", "post", "synapse", "rule", "weight", "delay", "precision")
_RECEPTOR = ("reversal", "into", "potential", "name")
# What makes each kind, the values it takes, and its keys that are words.
_SYNAPSES: dict[str, tuple[Callable[..., Any], tuple[str, ...], tuple[str, ...]]] = {
    "delta": (synapses.Delta, (), ("state", "name")),
    "exponential": (synapses.Exponential, ("tau",), _RECEPTOR),
    "alpha": (synapses.Alpha, ("tau",), _RECEPTOR),
    "biexponential": (synapses.Biexponential, ("rise", "decay"), _RECEPTOR),
}
# What makes each rule, what it must be given, and what it may.
_RULES: dict[str, tuple[Callable[..., Rule], tuple[str, ...], tuple[str, ...]]] = {
    "all_to_all": (rules.all_to_all, (), ("autapses",)),
    "one_to_one": (rules.one_to_one, (), ("autapses",)),
    "bernoulli": (rules.bernoulli, ("p",), ("autapses",)),
    "fixed_indegree": (rules.fixed_indegree, ("k",), ("autapses", "multapses")),
    "fixed_outdegree": (rules.fixed_outdegree, ("k",), ("autapses", "multapses")),
    "fixed_total": (rules.fixed_total, ("n",), ("autapses", "multapses")),
    "distance": (rules.distance, ("kernel",), ("period", "autapses")),
    "small_world": (rules.small_world, ("k", "p"), ()),
    "edges": (rules.edges, ("pre", "post"), ("autapses", "multapses")),
}
_EXAMPLES = {"tau": '"5 ms"', "rise": '"1 ms"', "decay": '"5 ms"', "p": "0.1", "k": "100",
             "n": "1000", "kernel": '"exp(-distance / (100*um))"', "pre": "[0, 1]",
             "post": "[1, 2]"}  # fmt: skip
# What tells a message about a key, the surest first.
_WORDS = {
    "name": r"a name for a projection|There is a projection",
    "post": r"receives none",
    "pre": r"sends no spikes",
    "precision": r"precision=",
    "delay": r"[Dd]elay",
    "weight": r"[Ww]eight",
    "synapse": r"receptor|reversal|input|has no state|delta",
    "rule": r"",
}


def read_projection(table: Table, network: NetworkDescription) -> list[Projection]:
    """Read a table and connect what it says: one projection for each pair of ends.

    Raises:
        ExperimentError: at the first thing that is wrong.
    """
    pre, post = (_ends(table, key, network) for key in ("pre", "post"))
    arguments: dict[str, Any] = {
        "name": table.text("name", "recurrent", None),
        "precision": table.text("precision", "float32", None),
    }
    synapse, rule = _synapse(table), read_rule(table)
    for key, example in (("weight", "0.5 nS"), ("delay", "1 ms")):
        if key not in table:
            raise table.error(None, f"{key!r} is missing here.", f'add {key} = "{example}"')
        arguments[key] = read_value(table, key)
    try:
        made: list[Projection] = network.connect(pre, post, synapse, rule, **arguments)
    except RheobaseError as error:
        raise blame(table, error, _WORDS) from None
    return made


def _ends(table: Table, key: str, network: NetworkDescription) -> list[Any]:
    if key not in table:
        raise table.error(None, f"{key!r} is missing here.", f'add {key} = "exc"')
    return read_ends(table.values[key], table.source, (*table.path, key), network)


def _synapse(owner: Table) -> Any:
    table, kind = _kind(owner, "synapse", tuple(_SYNAPSES))
    make, times, words = _SYNAPSES[kind]
    table = Table(table.values, table.source, table.path, ("kind", *times, *words))
    given = {key: table.any_quantity(key) for key in times if _required(table, key)}
    for key in words:
        if key == "reversal" and key in table:
            given[key] = table.any_quantity(key)
        elif key in table:
            given[key] = table.text(key, "AMPA")
    return _called(table, make, given)


def read_rule(owner: Table) -> Any:
    """The rule of a table.

    Raises:
        ExperimentError: for a rule that there is not, or what it lacks.
    """
    table, kind = _kind(owner, "rule", tuple(_RULES))
    make, required, others = _RULES[kind]
    table = Table(table.values, table.source, table.path, ("kind", *required, *others))
    keys = [key for key in required if _required(table, key)]
    given = {key: table.values[key] for key in (*keys, *others) if key in table}
    if "period" in given:
        given["period"] = table.any_quantity("period")
    return _called(table, make, given)


def _kind(owner: Table, key: str, kinds: tuple[str, ...]) -> tuple[Table, str]:
    """A table with a kind; the kind alone, as text, is one of those that need no more."""
    value = owner.values.get(key)
    if value is None:
        raise owner.error(
            None, f"{key!r} is missing here.", f'add {key} = {{ kind = "{kinds[1]}" }}'
        )
    given = {"kind": value} if isinstance(value, str) else value
    table = Table(given, owner.source, (*owner.path, key))
    return table, table.choice("kind", kinds)


def _required(table: Table, key: str) -> bool:
    if key not in table:
        raise table.error(None, f"{key!r} is missing here.", f"add {key} = {_EXAMPLES[key]}")
    return True


def _called(table: Table, make: Callable[..., Any], given: dict[str, Any]) -> Any:
    try:
        return make(**given)
    except RheobaseError as error:
        raise blame(table, error, {key: rf"\b{key}\b" for key in given}) from None
