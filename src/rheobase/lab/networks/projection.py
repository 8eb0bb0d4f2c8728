"""One `[[projection]]` of a network file: ends, synapse, rule, weight, delay, how it learns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rheobase.errors import RheobaseError
from rheobase.lab.networks.blame import blame
from rheobase.lab.networks.calls import Maker, called, read_call, read_kind
from rheobase.lab.networks.ends import read_ends
from rheobase.lab.networks.plasticity import read_plasticity
from rheobase.lab.networks.values import read_value
from rheobase.lab.table import Table
from rheobase.network import rules
from rheobase.network.description import NetworkDescription
from rheobase.network.graded import Graded
from rheobase.network.projection import Projection
from rheobase.network.rule import Rule
from rheobase.zoo import modulators, receptors, synapses
from rheobase.zoo.receptors_kinetic import Kinetic
from rheobase.zoo.receptors_nmda import NMDA

KEYS = (
    "name", "pre", "post", "synapse", "rule", "weight", "delay", "plasticity", "axonal",
    "dendritic", "modulator", "precision",
)  # fmt: skip
# What makes each synapse.
SYNAPSES: dict[str, Maker] = {
    "delta": synapses.Delta,
    "exponential": synapses.Exponential,
    "alpha": synapses.Alpha,
    "biexponential": synapses.Biexponential,
    "AMPA": receptors.AMPA,
    "NMDA": NMDA,
    "GABAA": receptors.GABAA,
    "GABAB": receptors.GABAB,
    "NicotinicACh": receptors.NicotinicACh,
    "Kinetic": Kinetic,
    "Graded": Graded,
    "Dopamine": modulators.Dopamine,
    "Serotonin": modulators.Serotonin,
    "Modulator": modulators.Modulator,
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
_EXAMPLES = {"p": "0.1", "k": "100", "n": "1000", "kernel": '"exp(-distance / (100*um))"',
             "pre": "[0, 1]", "post": "[1, 2]"}  # fmt: skip
# What tells a message about a key, the surest first.
_WORDS = {
    "name": r"a name for a projection|There is a projection",
    "post": r"receives none",
    "pre": r"sends no spikes",
    "precision": r"precision=",
    "axonal": r"[Aa]xonal",
    "dendritic": r"[Dd]endritic",
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
    synapse, rule = read_call(table, "synapse", SYNAPSES), read_rule(table)
    learns = read_plasticity(table, network)
    for key, example in (("weight", "0.5 nS"), ("delay", "1 ms")):
        if key == "delay" and learns.keys() >= {"axonal", "dendritic"} and key not in table:
            continue
        if key not in table:
            raise table.error(None, f"{key!r} is missing here.", f'add {key} = "{example}"')
        arguments[key] = read_value(table, key)
    try:
        made = network.connect(pre, post, synapse, rule, **arguments, **learns)
    except RheobaseError as error:
        raise blame(table, error, _told(learns)) from None
    return made if isinstance(made, list) else [made]


def _told(learns: dict[str, Any]) -> dict[str, str]:
    """What tells a message about a key; one of the weights of a rule calls the rule by its name."""
    if not learns:
        return _WORDS
    title = re.escape(learns["plasticity"].title)
    return {"plasticity": rf"{title}|learning rule"} | _WORDS


def _ends(table: Table, key: str, network: NetworkDescription) -> Any:
    """One end, or those of a list: then a name of the projection is followed by each pair's."""
    if key not in table:
        raise table.error(None, f"{key!r} is missing here.", f'add {key} = "exc"')
    value = table.values[key]
    ends = read_ends(value, table.source, (*table.path, key), network)
    return ends if isinstance(value, list) else ends[0]


def read_rule(owner: Table) -> Any:
    """The rule of a table.

    Raises:
        ExperimentError: for a rule that there is not, or what it lacks.
    """
    table, kind = read_kind(owner, "rule", tuple(_RULES))
    make, required, others = _RULES[kind]
    table = Table(table.values, table.source, table.path, ("kind", *required, *others))
    keys = [key for key in required if _required(table, key)]
    given = {key: table.values[key] for key in (*keys, *others) if key in table}
    if "period" in given:
        given["period"] = table.any_quantity("period")
    return called(table, make, given)


def _required(table: Table, key: str) -> bool:
    if key not in table:
        raise table.error(None, f"{key!r} is missing here.", f"add {key} = {_EXAMPLES[key]}")
    return True
