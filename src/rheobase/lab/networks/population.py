"""One `[[population]]` of a network file: neurons of a model, or a source of spikes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

from rheobase.errors import ExperimentError, RheobaseError
from rheobase.lab.driving import Stimuli, driven_inputs
from rheobase.lab.limits import MOST_NEURONS
from rheobase.lab.networks.blame import blame
from rheobase.lab.networks.spikes import read_source
from rheobase.lab.networks.values import read_value
from rheobase.lab.neuron_model import RATE_KEYS, TYPED_KEYS, read_model
from rheobase.lab.stimulus_table import PRESET
from rheobase.lab.table import Table
from rheobase.model import Model
from rheobase.model.distributions import (
    Clipped,
    Distribution,
    Lognormal,
    Normal,
    Truncated,
    Uniform,
)
from rheobase.network.description import NetworkDescription
from rheobase.network.population import Population

# What it is: of these a population has one.
_WHAT = ("model", "equations", "source")
_MODEL_KEYS = ("name", "model", "preset", "equations", *RATE_KEYS, *TYPED_KEYS)
_OWN_KEYS = ("like", "n", "source", "parameters", "positions", "releases", "method", "stimulus")
KEYS = (*_MODEL_KEYS, *_OWN_KEYS)
# What tells a message about a key, the surest first.
_WORDS = {
    "name": r"a name for a population|There is a population",
    "releases": r"releases=",
    "method": r"method",
    "positions": r"[Pp]osition",
    "initial": r"initial|has no state",
    "parameters": r"parameter|must be|reaches it",
    "stimulus": r"stimulus|input",
    "n": r"\bn is|how many",
    "source": r"spike|rate",
}
_STATE = re.compile(r"\bd([A-Za-z_]\w*)\s*/\s*dt\b")
# What an expression may say of a neuron's place, which a model alone does not know.
_PLACES = {"i", "x", "y", "z"}
_NAME = re.compile(r"[A-Za-z_]\w*")
_RESERVED = frozenset(inspect.signature(NetworkDescription.add).parameters)


def with_likeness(table: Table, known: Mapping[str, Table]) -> Table:
    """A table with what it does not say itself from the population that it is like.

    Args:
        table: the table, which may name an earlier population: ``like = "exc"``.
        known: the tables of the earlier ones, by name.

    Raises:
        ExperimentError: when there is no such population.
    """
    if "like" not in table:
        return table
    if not known:
        raise table.error("like", "No population stands before this one.", "say what it is of")
    other = known[table.choice("like", tuple(known))]
    for key in _WHAT:
        if key in table:
            raise table.error(
                key, f"A population like another has its {key}.", "leave out this one, or like"
            )
    inherited = {key: value for key, value in other.values.items() if key != "name"}
    return Table(inherited | table.values, table.source, table.path)


def read_population(table: Table, network: NetworkDescription, stimuli: Stimuli) -> Population:
    """Read a table and add its population to the network.

    Raises:
        ExperimentError: at the first thing that is wrong.
    """
    count = table.whole("n", 100, None, at_least=1, at_most=MOST_NEURONS)
    arguments: dict[str, Any] = {
        "name": table.text("name", "exc", None),
        "releases": table.text("releases", "glutamate", None),
        "method": table.text("method", "rk4", None),
        "positions": _positions(table),
    }
    if "source" in table:
        member: Any = _source(table, stimuli)
        if count is None and member.size is None:
            raise table.error(None, "It is not said how many neurons there are.", "add n = 100")
    else:
        member, given = _neurons(table)
        arguments |= given | _inputs(table, member, stimuli)
    try:
        return network.add(member, count, **arguments)
    except ExperimentError:
        raise
    except RheobaseError as error:
        driven = "|".join(arguments.keys() & set(getattr(member, "inputs", ())))
        words = _WORDS | ({"stimulus": rf"stimulus|input|^({driven})\b"} if driven else {})
        raise blame(table, error, words) from None


def _source(table: Table, stimuli: Stimuli) -> Any:
    for key in (*_MODEL_KEYS, "parameters", "stimulus", "method"):
        if key in table and key != "name":
            raise table.error(
                key, "A source only sends spikes.", f"leave {key} out, or give a model instead"
            )
    return read_source(table, stimuli)


def _neurons(table: Table) -> tuple[Model, dict[str, Any]]:
    """The model of a population, and what is to be drawn or computed for each neuron."""
    parameters, initial = table.sub("parameters"), table.sub("initial")
    values = {name: read_value(parameters, name) for name in parameters.values}
    first = {name: read_value(initial, name) for name in initial.values}
    plain = {key: value for key, value in table.values.items() if key in _MODEL_KEYS}
    plain.pop("initial", None)
    if "equations" in table:
        drawn = {name: value for name, value in values.items() if isinstance(value, Distribution)}
        # What a parameter measures is read off a value of it.
        plain["parameters"] = parameters.values | {n: _example(d) for n, d in drawn.items()}
        states = _STATE.findall(str(table.values["equations"]))
        own = {n: v for n, v in initial.values.items() if n in states and _is_own(v, first[n])}
        plain["initial"] = own
        values, first = drawn, {n: v for n, v in first.items() if n not in own}
    elif any(key in table for key in RATE_KEYS):
        # The parameters of the transfer function make the model; a neuron's own may be drawn.
        plain["parameters"] = {
            name: _example(v) if isinstance(v, Distribution) else parameters.values[name]
            for name, v in values.items()
            if name not in ("tau", "b")
        }
    model = read_model(Table(plain, table.source, table.path))
    return model, {"parameters": values, "initial": first}


def _is_own(given: Any, read: Any) -> bool:
    """Whether a first value is the model's own: neither drawn nor of the neuron's place."""
    if isinstance(read, Distribution):
        return False
    return not isinstance(given, str) or not _PLACES & set(_NAME.findall(given))


def _example(distribution: Distribution) -> Any:
    """One of the values of a distribution."""
    while isinstance(distribution, (Clipped, Truncated)):
        distribution = distribution.distribution
    if isinstance(distribution, (Normal, Lognormal)):
        return distribution.mean
    return distribution.high if isinstance(distribution, Uniform) else None


def _inputs(table: Table, model: Model, stimuli: Stimuli) -> dict[str, Any]:
    inputs: dict[str, Any] = dict(driven_inputs(table, model, stimuli))
    if table.values.get("stimulus") == PRESET:
        inputs = dict(model.drive)
    for name in inputs:
        if name in _RESERVED:
            raise table.error(
                "stimulus", f"An input called {name!r} cannot be driven here.", "rename the input"
            )
    return inputs


def _positions(table: Table) -> Any:
    """Lengths, or rows of one, two or three of them."""
    if "positions" not in table:
        return None
    rows = table.list("positions", '[["0 um", "0 um"], ["50 um", "0 um"]]')
    if any(isinstance(row, list) for row in rows):
        return [table.read_value(row, "positions") for row in rows]
    return table.read_value(rows, "positions")
