"""How a projection of a network file learns: a published rule, or one typed as equations."""

from __future__ import annotations

import re
from typing import Any

from rheobase.errors import ExperimentError, RheobaseError
from rheobase.lab.networks.calls import read_call
from rheobase.lab.networks.ends import find
from rheobase.lab.networks.values import read_distribution, read_value
from rheobase.lab.neuron_model import read_first_value, read_unit
from rheobase.lab.table import Table
from rheobase.model.learning import LearningRule
from rheobase.model.learning.combined import combined
from rheobase.network.description import NetworkDescription
from rheobase.zoo import plasticity

RULES = {name: getattr(plasticity, name) for name in plasticity.__all__}
_STATEMENTS = ("on_pre", "on_post", "on_modulator", "during", "while_post", "transmits")
_TYPED = ("equations", *_STATEMENTS, "parameters", "initial", "weight", "name", "citation")


def read_plasticity(owner: Table, network: NetworkDescription) -> dict[str, Any]:
    """The arguments of `connect` that make a projection learn; none for one that does not.

    Such as::

        plasticity = { kind = "PairSTDP", w_max = "1 nS", A_plus = 0.01 }
        plasticity = [ "TsodyksMarkram", { kind = "PairSTDP", w_max = "1 nS" } ]  # or several
        axonal = "0.5 ms"
        dendritic = "uniform(0.5 ms, 1.5 ms)"  # in place of delay, or beside it without axonal

        [projection.plasticity]
        equations = "dx/dt = -x / tau"
        on_pre = "w = clip(w - A, 0*nS, 1*nS); x += 1"
        on_post = "w = clip(w + A * x, 0*nS, 1*nS)"
        parameters = { tau = "20 ms", A = "uniform(0.01 nS, 0.02 nS)" }

    Raises:
        ExperimentError: at the first thing that is wrong.
    """
    if "plasticity" not in owner:
        for key in ("axonal", "dendritic", "modulator"):
            if key in owner:
                raise owner.error(
                    key,
                    f"{key} is said of a projection that does not learn.",
                    f'leave {key} out, or add plasticity = {{ kind = "PairSTDP", w_max = "1 nS" }}',
                )
        return {}
    value = owner.values["plasticity"]
    rule = _several(owner, value) if isinstance(value, list) else _one(owner)
    found: dict[str, Any] = {"plasticity": rule}
    found |= {key: read_value(owner, key) for key in ("axonal", "dendritic") if key in owner}
    return found | _modulator(owner, rule, network)


def _one(owner: Table) -> LearningRule:
    """The rule of a projection."""
    value = owner.values["plasticity"]
    if isinstance(value, dict) and "kind" not in value:
        return _typed(owner)
    found: LearningRule = read_call(owner, "plasticity", RULES, read_each)
    return found


def _several(owner: Table, values: list[Any]) -> LearningRule:
    """Rules that act on one synapse."""
    if not values:
        raise owner.error(
            "plasticity",
            "plasticity is [], and not a list of learning rules.",
            'leave it out, or give some: ["TsodyksMarkram", { kind = "PairSTDP", w_max = "1 nS" }]',
        )
    rules = [
        _one(Table({**owner.values, "plasticity": value}, owner.source, owner.path))
        for value in values
    ]
    try:
        return combined(rules)
    except RheobaseError as error:
        raise owner.wrap("plasticity", error) from None


def _modulator(owner: Table, rule: LearningRule, network: NetworkDescription) -> dict[str, Any]:
    """The population that a rule waits for."""
    waits = rule.on_modulator != ""
    if "modulator" not in owner:
        if waits:
            raise owner.error(
                "plasticity",
                f"The spikes of a modulator act in {rule.title}, and no population is named.",
                'add modulator = "reward" to the projection, the name of a population',
            )
        return {}
    name = owner.text("modulator", "reward")
    population = find(name, owner.source, (*owner.path, "modulator"), network)
    if not waits:
        raise owner.error(
            "modulator",
            f"{name!r} is to modulate {rule.title}, which does not say what its spikes do.",
            'leave modulator out, or take a rule with on_modulator, such as "DopamineSTDP"',
        )
    return {"modulator": population}


def _typed(owner: Table) -> LearningRule:
    """A rule typed as equations and statements."""
    table = owner.sub("plasticity", ("kind", *_TYPED))
    if not table.values.keys() & {"equations", *_STATEMENTS}:
        raise table.error(
            None,
            "A projection learns by a published rule or by statements, and here is neither.",
            'kind = "PairSTDP", or on_pre = "w += 0.1*nS"',
        )
    parameters, initial = table.sub("parameters"), table.sub("initial")
    given: dict[str, Any] = {
        "text": table.text("equations", "dx/dt = -x / tau", ""),
        "parameters": {name: read_each(parameters, name) for name in parameters.values},
        "initial": {name: _first(initial, name) for name in initial.values},
        "weight": read_unit(table, "weight", "nS"),
        "name": table.text("name", "my rule", ""),
        "citation": table.text("citation", "Hebb 1949", ""),
    }
    given |= {
        key: table.text(key, "w * x" if key == "transmits" else "x += 1")
        for key in _STATEMENTS
        if key in table
    }
    try:
        return LearningRule(**given)
    except ExperimentError:
        raise
    except RheobaseError as error:
        quoted = {line.strip() for line in error.where.splitlines() if line.strip(" ^")}
        for part in (parameters, initial):
            for name, value in part.values.items():
                is_named = re.search(rf"(?<!\w){re.escape(name)} (?:is|must|has)\b", error.message)
                if is_named or (isinstance(value, str) and value.strip() in quoted):
                    raise part.wrap(name, error) from None
        raise table.wrap(_guilty(table, error, quoted), error) from None


def read_each(table: Table, key: str) -> Any:
    """A value, or what each synapse has for itself: a list, or a distribution.

    Raises:
        ExperimentError: for what is none of these.
    """
    given = table.values[key]
    if isinstance(given, dict) or (isinstance(given, str) and _draws(table, key)):
        return read_value(table, key)
    return table.any_quantity(key)


def _draws(table: Table, key: str) -> bool:
    """Whether a text calls for a distribution."""
    try:
        return read_distribution(table.values[key]) is not None
    except RheobaseError as error:
        raise table.wrap(key, error) from None


def _first(initial: Table, name: str) -> Any:
    given = initial.values[name]
    is_text = isinstance(given, str) and not _draws(initial, name)
    return read_first_value(initial, name) if is_text else read_each(initial, name)


def _guilty(table: Table, error: RheobaseError, quoted: set[str]) -> str | None:
    """The key whose text the error quotes, or else speaks of."""
    texts = {key: str(table.values[key]) for key in ("equations", *_STATEMENTS) if key in table}
    for key, text in texts.items():
        if any(line in text for line in quoted):
            return key
    known = {"weight": "weight=", "initial": "initial=", **{key: key for key in _STATEMENTS}}
    spoken = (k for k, word in known.items() if k in table and word in error.message)
    return next(spoken, "equations" if "equations" in table else None)
