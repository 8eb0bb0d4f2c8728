"""One `[[gap_junction]]` of a network file: its ends, rule and conductance."""

from __future__ import annotations

from typing import Any

from rheobase.errors import RheobaseError
from rheobase.lab.networks.blame import blame
from rheobase.lab.networks.ends import read_ends
from rheobase.lab.networks.projection import read_rule
from rheobase.lab.networks.values import read_value
from rheobase.lab.table import Table
from rheobase.network.description import NetworkDescription
from rheobase.network.gap_junctions import GapJunction

KEYS = ("name", "a", "b", "rule", "conductance", "rectification", "state", "into")
# What tells a message about a key, the surest first.
_WORDS = {
    "name": r"a name for a gap junction|There is a gap junction",
    "state": r"state|voltage",
    "into": r"into|input|flow into|current density|The current",
    "rectification": r"rectification",
    "conductance": r"[Cc]onductance",
    "b": r"source of spikes|one model has units",
    "rule": r"",
}


def read_gap_junction(table: Table, network: NetworkDescription) -> GapJunction:
    """Read a table and join what it says.

    Raises:
        ExperimentError: at the first thing that is wrong.
    """
    a, b = (_end(table, key, network) for key in ("a", "b"))
    rule = read_rule(table)
    if "conductance" not in table:
        raise table.error(None, "'conductance' is missing here.", 'add conductance = "1 nS"')
    given: dict[str, Any] = {"conductance": read_value(table, "conductance")}
    given["name"] = table.text("name", "electrical", None)
    given |= {k: table.values[k] for k in ("rectification", "state", "into") if k in table}
    try:
        return network.gap_junction(a, b, rule, **given)
    except RheobaseError as error:
        raise blame(table, error, _WORDS) from None


def _end(table: Table, key: str, network: NetworkDescription) -> Any:
    if key not in table:
        raise table.error(None, f"{key!r} is missing here.", f'add {key} = "inh"')
    found = read_ends(table.values[key], table.source, (*table.path, key), network)
    if len(found) > 1:
        raise table.error(
            key,
            f"There are {len(found)} populations at one end.",
            "write a [[gap_junction]] for each",
        )
    return found[0]
