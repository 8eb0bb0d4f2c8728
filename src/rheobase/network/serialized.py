"""A network to a dictionary that JSON can hold, complete, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from rheobase.errors import ParameterError, RheobaseError, located
from rheobase.model.distributions import Distribution, distribution_from
from rheobase.model.model import Model
from rheobase.network.arrays import listed_numbers, whole
from rheobase.network.gap_junctions import GapJunction
from rheobase.network.population import Population, View
from rheobase.network.projection import Projection
from rheobase.network.rules import Distance, Edges, Rule
from rheobase.network.sources import described_source, source_from
from rheobase.network.stimulus_data import stimulus_data, stimulus_from
from rheobase.network.synapse_watching import watch_restored
from rheobase.network.values import described, from_described
from rheobase.network.watching import Watch
from rheobase.units.dimension import LENGTH, TIME
from rheobase.units.quantity import Quantity, short
from rheobase.units.table import preferred_unit

if TYPE_CHECKING:
    from rheobase.network.description import NetworkDescription

    N = TypeVar("N", bound=NetworkDescription)

FORMAT = "rheobase network"
VERSION = 1
# What reading stumbles over where a description was damaged.
_UNREAD = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip


def to_dict(network: NetworkDescription) -> dict[str, Any]:
    """The description of a network; models that populations share stand in it once."""
    models: list[Any] = []
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": network.name,
        "seed": network.seed,
        "dt_ms": network.dt,
        "threads": network.threads,
        "populations": [_population(p, models) for p in network.populations.values()],
        "projections": [_projection(p) for p in network.projections.values()],
        "gap_junctions": [_gap_junction(g) for g in network.gap_junctions.values()],
        "records": {
            name: [_watch(watch) for watch in watched.values()]
            for name, watched in network._watched.items()
        },
        "synapse_records": {name: w.describe() for name, w in network._sampled.items()},
        "models": models,
    }


def from_dict(kind: type[N], given: Any) -> N:
    """The network that `to_dict` described; everything is checked as if it were written anew.

    Raises:
        ParameterError: for what is no description of a network.
    """
    if not isinstance(given, Mapping) or given.get("format") != FORMAT:
        raise ParameterError(
            f"This does not describe a network: {short(given)}.", mend="give what to_dict() gave"
        )
    if given.get("version") != VERSION:
        raise ParameterError(
            f"The network is of version {given.get('version')!r}; this rheobase reads {VERSION}.",
            mend="install the rheobase that wrote it, or a newer one",
        )
    from rheobase.model.description import from_dict as model_from

    with _within("seed, dt_ms, threads, name"):
        network = kind(
            seed=given["seed"],
            dt=Quantity(given["dt_ms"], preferred_unit(TIME)),
            threads=given["threads"],
            name=given["name"],
        )
    models = _each(given, "models", model_from)
    _each(given, "populations", lambda one: _add(network, one, models))
    _each(given, "projections", lambda one: _connect(network, one))
    # Descriptions that were written before there were any have none.
    _each({"gap_junctions": [], **given}, "gap_junctions", lambda one: _join(network, one))
    with _within("records"):
        for name, watched in given["records"].items():
            for watch in watched:
                network.record(name, watch["what"], subset=watch["subset"], every=watch["every"])
    with _within("synapse_records"):
        for name, watch in given.get("synapse_records", {}).items():
            network.record(network.projections[name], **watch_restored(watch))
    return network


@contextmanager
def _within(place: str) -> Iterator[None]:
    """Within, whatever cannot be read is refused, and says its place in the description."""
    where = f"  in the description: {place}"
    try:
        with located(where, beneath=True):
            yield
    except RheobaseError:
        raise
    except _UNREAD as error:
        is_missing = isinstance(error, KeyError)
        why = f"{error} is missing" if is_missing else f"{type(error).__name__}: {error}"
        raise ParameterError(
            f"The description of the network is not whole: {why}.",
            where=where,
            mend="give what to_dict() gave",
        ) from error


def _each(
    given: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any]], Any]
) -> list[Any]:
    """What is read of each part of a list."""
    with _within(key):
        listed, found = given[key], []
        if not isinstance(listed, (list, tuple)):
            raise ParameterError(f"{key} is {short(listed)}.", mend="give a list")
    for k, one in enumerate(listed):
        with _within(f"{key}[{k}]"):
            if not isinstance(one, Mapping):
                raise ParameterError(f"{key}[{k}] is {short(one)}.", mend="give a dictionary")
            found.append(read(one))
    return found


def _population(population: Population, models: list[Any]) -> dict[str, Any]:
    from rheobase.model.description import to_dict as model_dict

    found: dict[str, Any] = {"name": population.name, "n": population.n}
    found["releases"] = population.releases
    found["positions_um"] = _listed(population.positions)
    if not isinstance(population.model, Model):
        return found | {"source": described_source(population.model)}
    model = model_dict(population.model)
    if model not in models:
        models.append(model)
    given = population.given
    return found | {
        "model": models.index(model),
        "method": population.method,
        # All other parameters have gone into the model.
        "parameters": {k: _value(given["parameters"][k]) for k in population.parameters},
        "initial": {k: _value(v) for k, v in given["initial"].items()},
        "inputs": {k: stimulus_data(v) for k, v in population.inputs.items()},
    }


def _add(network: NetworkDescription, given: Mapping[str, Any], models: list[Model]) -> None:
    common = {
        "name": given["name"],
        "releases": given["releases"],
        "positions": None
        if given["positions_um"] is None
        else Quantity(listed_numbers(given, "positions_um"), preferred_unit(LENGTH)),
    }
    if "source" in given:
        network.add(source_from(given["source"]), given["n"], **common)
        return
    inputs: dict[str, Any] = {k: stimulus_from(v) for k, v in given["inputs"].items()}
    network.add(
        models[whole(given["model"], "model", 0, len(models))],
        given["n"],
        **common,
        method=given["method"],
        parameters={k: _value_from(v) for k, v in given["parameters"].items()},
        initial={k: _value_from(v) for k, v in given["initial"].items()},
        **inputs,
    )


def _projection(projection: Projection) -> dict[str, Any]:
    rule = projection.plasticity
    return {
        "name": projection.name,
        "pre": _view(projection.pre),
        "post": _view(projection.post),
        "synapse": projection.synapse.describe(),
        "rule": projection.rule.describe(),
        "weight": _value(projection.weight),
        "delay": None if projection.delay is None else _value(projection.delay),
        "precision": projection.precision,
        "plasticity": None if rule is None else rule.to_dict(),
        **_delay_parts(projection),
        "modulator": None if projection.modulator is None else projection.modulator.name,
    }


def _connect(network: NetworkDescription, given: Mapping[str, Any]) -> None:
    from rheobase.model.learning import LearningRule

    rule = given["plasticity"]
    network.connect(
        _view_from(network, given["pre"]),
        _view_from(network, given["post"]),
        synapse=_synapse_from(given["synapse"]),
        rule=rule_from(given["rule"]),
        weight=_value_from(given["weight"]),
        delay=None if given["delay"] is None else _value_from(given["delay"]),
        precision=given["precision"],
        plasticity=None if rule is None else LearningRule.from_dict(rule),
        # Descriptions that were written before weights could change have neither.
        axonal=_part_from(given.get("axonal")),
        dendritic=_part_from(given.get("dendritic")),
        modulator=given.get("modulator"),
        name=given["name"],
    )


def _delay_parts(projection: Projection) -> dict[str, Any]:
    """What is said of the parts of delays."""
    parts = projection.delay_parts
    written = {} if parts is None else parts.written
    return {
        name: _value(written[name]) if name in written else None for name in ("axonal", "dendritic")
    }


def _part_from(given: Any) -> Any:
    if isinstance(given, Mapping) and "ms" in given:  # as it was once written
        return Quantity(float(given["ms"]), preferred_unit(TIME))
    return None if given is None else _value_from(given)


def _synapse_from(given: Any) -> Any:
    if isinstance(given, Mapping) and "graded" in given:
        from rheobase.network.graded import Graded

        return Graded(**given["graded"])
    from rheobase.model.synapse import Synapse

    return Synapse.from_description(given)


def _gap_junction(junction: GapJunction) -> dict[str, Any]:
    return {
        "name": junction.name,
        "a": _view(junction.pre),
        "b": _view(junction.post),
        "rule": junction.rule.describe(),
        "conductance": _value(junction.conductance),
        "rectification": junction.rectification,
        "state": list(junction.state),
        "into": list(junction.into),
    }


def _join(network: NetworkDescription, given: Mapping[str, Any]) -> None:
    network.gap_junction(
        _view_from(network, given["a"]),
        _view_from(network, given["b"]),
        rule=rule_from(given["rule"]),
        conductance=_value_from(given["conductance"]),
        rectification=given["rectification"],
        state=given["state"],
        into=given["into"],
        name=given["name"],
    )


def rule_from(description: Mapping[str, Any]) -> Rule:
    """The rule that `Rule.describe` gave.

    Raises:
        ParameterError: for a rule that does not exist.
    """
    from rheobase.network import rules

    given = dict(description)
    kind = given.pop("kind", None)
    known = {rule.kind: rule for rule in Rule.__subclasses__()}
    if kind not in known:
        raise ParameterError(
            f"There is no rule {short(kind)}.", mend=f"there are {', '.join(sorted(known))}"
        )
    if known[kind] is Distance:
        period = given.pop("period_um")
        length = None if period is None else Quantity(period, preferred_unit(LENGTH))
        return rules.distance(given["kernel"], length, given["autapses"])
    if known[kind] is Edges:
        return rules.edges(**given)
    if kind == "small_world":
        return rules.small_world(given["k"], given["p"])
    made: Rule = getattr(rules, str(kind))(**given)
    return made


def _value(value: Any) -> Any:
    """A value as it was given: text, a distribution, or numbers with their unit."""
    return (
        {"distribution": value.describe()} if isinstance(value, Distribution) else described(value)
    )


def _value_from(given: Any) -> Any:
    if isinstance(given, Mapping) and "distribution" in given:
        return distribution_from(given["distribution"])
    return from_described(given)


def _view(view: View) -> dict[str, Any]:
    return {
        "population": view.name,
        "index": None if view.is_whole else view.index.tolist(),
    }


def _view_from(network: NetworkDescription, given: Mapping[str, Any]) -> View:
    population = network[given["population"]]
    if given["index"] is None:
        return population[:]
    return population[listed_numbers(given, "index", "iu")]


def _watch(watch: Watch) -> dict[str, Any]:
    return {"what": watch.what, "subset": _listed(watch.index), "every": watch.every}


def _listed(array: Any) -> Any:
    return None if array is None else array.tolist()


def as_json(network: NetworkDescription) -> str:
    """The description as text, for files and for comparing networks."""
    return json.dumps(to_dict(network), allow_nan=False, sort_keys=True)
