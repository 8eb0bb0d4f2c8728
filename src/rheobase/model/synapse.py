"""The `Synapse`: what a presynaptic spike does to its target. A value; it computes nothing."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from rheobase.errors import ParameterError, UnitError, UnknownNameError, class_only, closest
from rheobase.model.arguments import check_name
from rheobase.model.model import Model
from rheobase.model.pulse import Pulse
from rheobase.model.written import refuse
from rheobase.records import EMPTY, Record
from rheobase.units.quantity import short
from rheobase.units.table import describe

# What a receptor's own dynamics may read of its target.
POTENTIAL = "v"
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_LONGEST_LABEL = 40
_FIELDS = (
    "name", "model", "state", "current", "into", "potential", "reversal", "scales", "transmitter",
)  # fmt: skip


class Synapse(Record):
    """A receptor: the weight of a spike is added to a state, whose dynamics give a current.

    A modulator is one that gives factors in place of a current: each multiplies a parameter of its
    target, or a named expression, wherever the equations read it.

    Synapses are equal when their descriptions are, whatever the units in which values are shown;
    those on one population then share states.

    Args:
        name: what the receptor is called. On a target its names get the suffix ``_name``.
        model: its dynamics, over its own states and the input `v`, the potential of the target.
            None where spikes act on a state of the neuron itself.
        state: the state of `model`, or without one of the neuron, to which a weight is added.
        current: the state or named expression of `model` that flows into the neuron; empty without
            a model, and of a modulator.
        into: the neuron's input into which it flows.
        potential: the neuron's state that `model` reads as `v`.
        reversal: the potential at which a conductance's current vanishes, internal (mV); None for
            a current that the sign of the weight directs.
        scales: of a modulator, names of the target with the state or named expression of `model`,
            a plain number, that multiplies each.
        transmitter: what binds to it; None for any.
        pulse: of a receptor that binds transmitter and saturates, what a spike brings: see
            `rb.Kinetic`; the weight is then added to `state` for as long as transmitter is there.
            None where a weight is added and left to the dynamics.

    Raises:
        ParameterError: for parts that do not fit together.
        UnknownNameError: for a state, current or factor that `model` does not have.
        UnitError: for a factor with a unit.
    """

    name: str
    model: Model | None
    state: str
    current: str = ""
    into: str = "I"
    potential: str = "v"
    reversal: float | None = None
    scales: Mapping[str, str] = EMPTY
    transmitter: str | None = None
    pulse: Pulse | None = None

    is_graded = False

    def __init__(
        self,
        name: str,
        model: Model | None,
        state: str,
        current: str = "",
        into: str = "I",
        potential: str = "v",
        reversal: float | None = None,
        scales: Mapping[str, str] = EMPTY,
        transmitter: str | None = None,
        pulse: Pulse | None = None,
    ) -> None:
        check_label(name)
        for what, given in (("state", state), ("into", into), ("potential", potential)):
            check_name(given, what)
        if model is None and current:
            raise ParameterError(
                f"The synapse {name!r} has the current {short(current)} and no model of it.",
                mend="give the model, or leave current= out",
            )
        scales = _scaled(name, model, current, scales)
        if model is not None:
            _check_model(name, model, state, current, scales)
        if reversal is not None:
            reversal = _finite(name, reversal)
        if not (transmitter is None or isinstance(transmitter, str)):
            raise ParameterError(
                f"The transmitter of the synapse {name!r} is {short(transmitter)}.",
                mend="give its name, or None for any",
            )
        if pulse is not None:
            pulse.check(name, () if model is None else model.states, state)
        super().__init__(
            name, model, state, current, into, potential, reversal, scales, transmitter, pulse
        )

    @property
    def is_modulator(self) -> bool:
        """Whether it scales what its target has, in place of giving a current."""
        return bool(self.scales)

    def describe(self) -> dict[str, Any]:
        """The synapse as JSON can hold it; `from_description` reads it."""
        from rheobase.model.description import to_dict  # which describes what is joined of these

        found = {field: getattr(self, field) for field in _FIELDS}
        found |= {"model": None if self.model is None else to_dict(self.model)}
        return found if self.pulse is None else found | {"pulse": self.pulse.describe()}

    @class_only("synapse = Synapse.from_description(description)")
    @classmethod
    def from_description(cls, description: Any) -> Synapse:
        """The synapse that `describe` described.

        Raises:
            ParameterError: for what is no such description.
            RheobaseError: for a model in it that is none.
        """
        from rheobase.model.description import from_dict

        if not isinstance(description, Mapping) or {*description} - {"pulse"} != {*_FIELDS}:
            refuse("a synapse", description)
        given = dict(description)
        model = None if given["model"] is None else from_dict(given["model"])
        if not isinstance(given["current"], str):
            raise ParameterError(
                f"The current of a synapse is {short(given['current'])}.", mend="give its name"
            )
        if "pulse" in given:
            given["pulse"] = Pulse.from_description(given["pulse"])
        return cls(**{**given, "model": model})

    def key(self) -> str:
        """What tells receptors apart: text, the same for equal synapses, in every process."""
        kept = self.__dict__
        if "_key" not in kept:
            described = self.describe()
            if described["model"] is not None:
                del described["model"]["display"]
            kept["_key"] = json.dumps(described, sort_keys=True, allow_nan=False)
        found: str = kept["_key"]
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Synapse) and (self is other or self.key() == other.key())

    def __hash__(self) -> int:
        return hash(self.key())


def check_label(label: Any) -> None:
    """A receptor's label can end a name.

    Raises:
        ParameterError: saying what labels are made of.
    """
    is_label = isinstance(label, str) and len(label) <= _LONGEST_LABEL and _LABEL.fullmatch(label)
    if not is_label:
        raise ParameterError(
            f"A synapse cannot be called {short(label)}.",
            mend="use letters, then digits too, and single underscores between, as in AMPA",
        )


def _scaled(name: str, model: Any, current: Any, scales: Any) -> dict[str, str]:
    """What a modulator scales, and by what."""
    if not isinstance(scales, Mapping):
        raise ParameterError(
            f"The synapse {name!r} scales {short(scales)}.",
            mend="map names of the target to named expressions of the model",
        )
    if scales and (model is None or current):
        has = "no model" if model is None else f"the current {short(current)}"
        raise ParameterError(
            f"The modulator {name!r} has {has}.",
            mend="a modulator has a model, which gives factors and no current",
        )
    for target in scales:
        check_name(target, "scales")
    return dict(scales)


def _check_model(
    name: str, model: Any, state: str, current: str, scales: Mapping[str, str]
) -> None:
    if not isinstance(model, Model):
        raise ParameterError(
            f"The dynamics of the synapse {name!r} are {short(model)}.",
            mend="give a Model, or None",
        )
    if model.spike is not None or model.reset or model.refractory is not None:
        raise ParameterError(
            f"The model of the synapse {name!r} has a spike condition, a reset or a refractory "
            "period.",
            mend="those are the neuron's: leave them out",
        )
    strange = sorted({*model.inputs} - {POTENTIAL})
    if strange:
        raise ParameterError(
            f"The model of the synapse {name!r} has the input {strange[0]!r}.",
            mend=f"its only input is {POTENTIAL}, the potential of the target",
        )
    values = [*model.states, *model.definitions]
    for what, given, known in (
        ("adds its weight to", state, list(model.states)),
        *([] if scales else [("has the current", current, values)]),
        *(("multiplies by", factor, values) for factor in scales.values()),
    ):
        if given not in known:
            raise UnknownNameError(
                f"The synapse {name!r} {what} {short(given)}, which its model does not have.",
                mend=f"{closest(str(given), known)}there is {', '.join(known) or 'none'}",
            )
    for target, factor in scales.items():
        dimension = model.dimensions[factor]
        if not dimension.is_none:
            raise UnitError(
                f"The modulator {name!r} multiplies {target!r} by {factor!r}, "
                f"which is {describe(dimension)}.",
                mend="a factor is a plain number: divide it by its unit",
            )


def _finite(name: str, reversal: Any) -> float:
    is_number = isinstance(reversal, (int, float)) and not isinstance(reversal, bool)
    if not is_number or not math.isfinite(reversal):
        raise ParameterError(
            f"The reversal potential of the synapse {name!r} is {short(reversal)}.",
            mend="give a finite number of mV, or None for a current",
        )
    return float(reversal)


__all__ = ["POTENTIAL", "Synapse", "check_label"]
