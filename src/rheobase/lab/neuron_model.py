"""Which model a `[[neuron]]` table means: one of the zoo's, or equations typed by the user."""

from __future__ import annotations

import re
from typing import Any

from rheobase.errors import ExperimentError, ParameterError, RheobaseError
from rheobase.lab.table import Table
from rheobase.model import Model
from rheobase.units import Unit, parse_unit
from rheobase.units.dimension import TIME

# Keys that only a neuron typed as equations has.
TYPED_KEYS = (
    "spike", "reset", "refractory", "inputs", "outputs", "initial", "at_rest", "time", "display",
)  # fmt: skip
# Keys that only the rate-coded neuron has: what Python gives it in the call.
RATE_KEYS = ("transfer", "noise", "unit")
_RATE = "RateNeuron"
_NUMBER = re.compile(r"\s*[+-]?(\d|\.\d)")


def read_model(table: Table) -> Model:
    """The model of a neuron table.

    Raises:
        ExperimentError: at the key that is wrong.
    """
    if ("model" in table) == ("equations" in table):
        raise table.error(
            None,
            "A neuron has either a model or equations.",
            'model = "AdEx", or equations = """tau * dv/dt = ..."""',
        )
    for key in RATE_KEYS:
        if key in table and table.values.get("model") != _RATE:
            raise table.error(
                key,
                f"{key} belongs to the rate-coded neuron.",
                f'leave it out, or model = "{_RATE}"',
            )
    return _zoo_model(table) if "model" in table else _typed_model(table)


def _zoo_model(table: Table) -> Model:
    from rheobase.zoo import MODELS

    for key in TYPED_KEYS:
        if key in table:
            raise table.error(
                key,
                f"{key} belongs to a neuron typed as equations; this one is a model of the zoo.",
                "leave it out, or type the equations (rheobase models NAME prints them)",
            )
    entry = MODELS[table.choice("model", tuple(MODELS))]
    if any(key in table for key in RATE_KEYS):
        return _rate_neuron(table, entry)
    if "preset" in table:
        presets = tuple(entry.presets)
        if not presets:
            raise table.error(
                "preset", f"{table.values['model']} has no presets.", "leave preset out"
            )
        model: Model = entry.preset(table.choice("preset", presets))
    else:
        model = entry()
    parameters = table.sub("parameters")
    for name in parameters.values:
        value = parameters.any_quantity(name)
        try:
            model = model.replace(**{name: value})
        except RheobaseError as error:
            raise parameters.wrap(name, error) from None
    return model


def _rate_neuron(table: Table, entry: Any) -> Model:
    """The rate-coded neuron as its call makes it, with the parameters of its transfer function."""
    if "preset" in table:
        raise table.error(
            "preset",
            f"A preset is a transfer function, and {', '.join(k for k in RATE_KEYS if k in table)} "
            "says how the neuron is made.",
            'name the function itself: transfer = "tanh"',
        )
    parameters = table.sub("parameters")
    values = {name: parameters.any_quantity(name) for name in parameters.values}
    given = {"unit": read_unit(table, "unit", "Hz")} if "unit" in table else {}
    if "noise" in table:
        given["noise"] = table.any_quantity("noise")
    taken = sorted(values.keys() & {"self", *RATE_KEYS})
    if taken:
        raise parameters.error(taken[0], f"{taken[0]} is no parameter.", "give it beside model")
    try:
        model: Model = entry(table.text("transfer", "tanh", "relu"), **given, **values)
    except RheobaseError as error:
        for name in values:
            if re.search(rf"\b{re.escape(name)}\b", error.message):
                raise parameters.wrap(name, error) from None
        words = {"noise": "noise|sigma", "unit": "unit="}
        for key, word in words.items():
            if key in table and re.search(word, error.message):
                raise table.wrap(key, error) from None
        raise table.wrap("transfer" if "transfer" in table else None, error) from None
    return model


def _typed_model(table: Table) -> Model:
    if "preset" in table:
        raise table.error("preset", "Only models of the zoo have presets.", "leave preset out")
    parameters = table.sub("parameters")
    values = {name: parameters.any_quantity(name) for name in parameters.values}
    initial = table.sub("initial")
    try:
        return Model(
            table.text("equations", "tau * dv/dt = V_L - v + R * I"),
            spike=table.text("spike", "v > V_T", None),
            reset=table.text("reset", "v = V_R", None),
            refractory=_refractory(table),
            parameters=values,
            inputs=_inputs(table),
            initial={name: read_first_value(initial, name) for name in initial.values},
            outputs=table.words("outputs", "r", None),
            at_rest=table.flag("at_rest", False),
            time=read_unit(table, "time", "ms"),
            display=_display(table),
            name=table.text("name", "my neuron", "neuron"),
        )
    except ExperimentError:
        raise
    except ParameterError as error:
        guilty = [n for n in values if re.search(rf"\b{re.escape(n)}\b", error.message)]
        raise (parameters.wrap(guilty[0], error) if guilty else table.wrap(None, error)) from None
    except RheobaseError as error:
        raise table.wrap(_guilty_key(table, error), error) from None


def _guilty_key(table: Table, error: RheobaseError) -> str:
    """The key whose text the error quotes."""
    quoted = [line.strip() for line in error.where.splitlines() if line.strip(" ^")]
    for key in ("spike", "reset", "refractory", "initial"):
        text = table.values.get(key)
        if isinstance(text, str) and any(text.strip() == line for line in quoted):
            return key
    if "initial" in error.message and "initial" in table:
        return "initial"
    if "reset" in error.message and "reset" in table:
        return "reset"
    return "inputs" if "input " in error.message and "inputs" in table else "equations"


def read_first_value(table: Table, name: str) -> Any:
    """A first value: a quantity, a number, or an expression such as ``V_L``.

    Raises:
        ExperimentError: for what is none of these.
    """
    value = table.values[name]
    if isinstance(value, str) and not _NUMBER.match(value):
        return value
    return table.any_quantity(name)


def _refractory(table: Table) -> Any:
    value = table.values.get("refractory")
    if isinstance(value, str) and not _NUMBER.match(value):
        return value
    if value is None:
        return None
    return table.any_quantity("refractory")


def _inputs(table: Table) -> Any:
    """Inputs with their units (``{ I = "pA" }``), or names alone for a model without units."""
    value = table.values.get("inputs", {})
    if isinstance(value, (str, list)):
        return table.words("inputs", "I")
    inputs = table.sub("inputs")
    return {name: read_unit(inputs, name, "pA") for name in inputs.values}


def _display(table: Table) -> dict[str, Unit] | None:
    display = table.sub("display")
    return {name: read_unit(display, name, "mV") for name in display.values} or None


def read_unit(table: Table, key: str, example: str) -> Any:
    """A unit by its name; None when the key is absent.

    Raises:
        ExperimentError: for what is no unit, or for `time` none of time.
    """
    text = table.text(key, example, None)
    if text is None:
        return None
    try:
        unit = parse_unit(text)
    except RheobaseError as error:
        raise table.wrap(key, error) from None
    if key == "time" and unit.dimension != TIME:
        raise table.error(key, f"{text} is not a unit of time.", 'time = "ms"')
    return unit
