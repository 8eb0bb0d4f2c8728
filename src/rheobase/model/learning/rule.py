"""The `LearningRule`: how spikes change the weight of a synapse. A value; it computes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from rheobase.errors import ParameterError, UnknownNameError, class_only, closest
from rheobase.model.arguments import as_unit
from rheobase.model.learning.bound import BoundRule, bound_rule
from rheobase.model.learning.construction import Parts, constructed
from rheobase.model.learning.description import from_dict, to_dict
from rheobase.model.learning.latex import rule_latex
from rheobase.model.learning.reading import ARGUMENTS
from rheobase.model.learning.target import fitted_reads
from rheobase.model.learning.units import fitted_weight
from rheobase.model.learning.varying import Varying
from rheobase.model.written import internal_quantity
from rheobase.records import EMPTY, Record
from rheobase.units.dimension import Dimension
from rheobase.units.door import as_quantity, internal
from rheobase.units.quantity import Unit, short


class LearningRule(Record, aside=("parts",)):
    """A rule of plasticity: states, and what the spikes of both neurons do to them.

    The weight of the synapse is `w`; it starts at the weight of the projection. A state has one
    value a presynaptic neuron when on_pre alone changes it and nothing else is read for that; one a
    postsynaptic neuron, or one for the projection, when on_post or on_modulator does; every other
    state has one value a synapse, like w. Between events those of a synapse follow any equations
    that are linear in them, with coefficients of parameters and of states of the projection, or
    else of what the synapse keeps till the next event: ``ds/dt = (s0 - s)/tau``,
    ``de/dt = (c - e)/tau``, ``dw/dt = c*d``, ``dw/dt = -w*d``. They are solved when an event comes:
    exactly where the coefficients stay, else with an error of the fifth order in dt a step.

    A name that ends in `_post` and that is nobody else's is a state of the postsynaptic neuron as
    it is at that moment, whatever the dendritic delay, or the concentration of a modulator that is
    connected to it before, ``c_dopamine_post``: ``du/dt = (v_post - u)/tau`` has one value a
    postsynaptic neuron, and ``initial=dict(u="v_post")`` begins where v does. Over a step such an
    equation sees the mean of v at its two ends. Where the dendritic delay is 0, on_pre is worked
    out a step ahead: it sees the target as it was a step before, and so do these equations.

    Rules are equal when they are written alike, with equal values.

    Args:
        text: one equation a line, as for a `Model`; none are needed.
        on_pre: statements carried out when a presynaptic spike reaches the synapse, separated by
            semicolons or lines: ``"x += 1; w = w - A*y"``. ``k = binomial(n, p)`` draws k.
        on_post: those of a postsynaptic spike.
        on_modulator: those of a spike of the projection's modulator.
        during: a condition on states of the target and on those of the rule that have one value a
            postsynaptic neuron: ``"v_post > theta"``.
        while_post: statements carried out at the end of every step in which it holds, at all
            synapses of that target, with the time step dt: ``"w += A * x * dt"``.
        transmits: what an arriving spike adds to the receptor's state, read after on_pre.
        parameters: values by name: quantities, or plain numbers for neurons without units. Each
            synapse has its own where a value is a distribution, ``rb.normal(800*ms, 100*ms)``,
            which is drawn with the network's seed, or an array, one a synapse in the order of
            `Network.synapses`; it is then read there as a state is, and takes its memory.
        initial: first values by state: numbers, quantities, or text such as ``"U"``; or likewise
            one a synapse. A state without an equation needs one, and keeps its value between
            events.
        weight: the unit of w. None: that of the parameter w_max if there is one, else what the
            equations ask for, else that of the projection.
        name: what the rule is called.
        citation: where it was published.

    Raises:
        EquationError: for text that is not a rule, with a caret, and for states of a synapse whose
            equations cannot be solved from event to event.
        UnitError: when dimensions disagree, with a caret.
        UnknownNameError: for a name nobody defined.
        ParameterError: for a value that is out of range.
    """

    text: str
    on_pre: str
    on_post: str
    on_modulator: str
    during: str
    while_post: str
    transmits: str
    parameters: Mapping[str, float]
    initial: Mapping[str, Any]
    weight: Dimension | None
    name: str
    citation: str
    parts: Parts

    def __init__(
        self,
        text: str = "",
        *,
        on_pre: str = "",
        on_post: str = "",
        on_modulator: str = "",
        during: str = "",
        while_post: str = "",
        transmits: str = "w",
        parameters: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        weight: Unit | str | Dimension | None = None,
        name: str = "",
        citation: str = "",
    ) -> None:
        for what, given in (("name", name), ("citation", citation)):
            if not isinstance(given, str):
                raise ParameterError(f"{what}= is {short(given)}.", mend="give text")
        if weight is not None and not isinstance(weight, Dimension):
            weight = as_unit(weight, "weight=").dimension
        on = {"pre": on_pre, "post": on_post, "modulator": on_modulator, "while": while_post}
        parts = constructed(text, on, during, transmits, parameters, initial, weight)
        super().__init__(
            text, on_pre, on_post, on_modulator, during, while_post, transmits,
            MappingProxyType(parts.parameters), MappingProxyType(dict(initial or {})), weight, name,
            citation, parts,
        )  # fmt: skip

    @property
    def title(self) -> str:
        """What to call the rule in a message."""
        return self.name or "the learning rule"

    @property
    def is_plain(self) -> bool:
        """Whether the rule has no units."""
        return self.parts.is_plain

    @property
    def varying(self) -> Mapping[str, Varying]:
        """Parameters and first values that each synapse has for itself, by name."""
        return MappingProxyType(dict(self.parts.varying))

    @property
    def scopes(self) -> Mapping[str, str]:
        """The scope of each state: "pre", "post", "shared" or "synapse".

        A parameter that each synapse has for itself stands here too, as a state that stays.
        """
        return MappingProxyType(dict(self.parts.scopes))

    def bound(
        self,
        dimension: Dimension,
        *,
        unit: Unit | None = None,
        time_unit: Unit | None = None,
        target: Mapping[str, tuple[Dimension, Unit | None]] = EMPTY,
    ) -> BoundRule:
        """The rule in the internal units of a projection's weights.

        Args:
            dimension: what the weights measure; a plain number on neurons without units.
            unit: of a neuron without units, the unit in which the weights are shown, if there is.
            time_unit: of a neuron without units, its unit of time.
            target: what the states of the postsynaptic neuron measure; and, of one without units,
                the unit in which they are shown, if there is.

        Raises:
            UnitError: when the rule is not of such weights, or such a target.
            UnknownNameError: when it reads a state that the target does not have.
        """
        parts = self.parts
        every = (*parts.parameters, *(v.name for v in parts.varying.values() if v.is_parameter))
        measured = {name: parts.dimensions[name] for name in every}
        scale = fitted_weight(
            self.title, parts.structure, measured, (parts.weight, parts.is_plain), (dimension, unit)
        )
        reads = fitted_reads(self.title, parts.reads, parts.dimensions, target)
        return bound_rule(self, scale, time_unit, reads)

    def quantity(self, name: str, value: Any) -> Any:
        """An internal value of a parameter or a state, or an array of them, with its unit."""
        dimension = self.parts.dimensions[name]
        return value if dimension.is_none else internal_quantity(value, dimension)

    def replace(self, **values: Any) -> LearningRule:
        """The same rule with other parameter values.

        Raises:
            UnknownNameError: for a name that is not a parameter.
            UnitError: for a value of another dimension.
        """
        varying = [name for name, v in self.varying.items() if v.is_parameter]
        known = [*self.parameters, *varying]
        for key, value in values.items():
            if key not in known:
                hint = closest(key, known)
                raise UnknownNameError(
                    f"{self.title} has no parameter {key!r}.",
                    mend=f"{hint}its parameters are {', '.join(known) or 'none'}",
                )
            if not hasattr(value, "describe"):
                internal(value, self.parts.dimensions[key], f"parameter {key}")
        kept = {name: self.quantity(name, v) for name, v in self.parameters.items()}
        kept |= {name: v.given for name, v in self.varying.items() if v.is_parameter}
        return LearningRule(
            self.text, on_pre=self.on_pre, on_post=self.on_post, on_modulator=self.on_modulator,
            during=self.during, while_post=self.while_post, transmits=self.transmits,
            parameters={**kept, **values}, initial=self.initial, weight=self.weight,
            name=self.name, citation=self.citation,
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """The rule as JSON can hold it; `from_dict` reads it."""
        return to_dict(self)

    @class_only("rule = rb.LearningRule.from_dict(description)")
    @classmethod
    def from_dict(cls, description: Any) -> LearningRule:
        """The rule that `to_dict` described.

        Raises:
            ParameterError: for what is no such description.
            RheobaseError: for equations or values that no rule can have.
        """
        return from_dict(description)

    def key(self) -> str:
        """What tells rules apart: text, the same for equal rules, in every process."""
        kept = self.__dict__
        if "_key" not in kept:
            kept["_key"] = json.dumps(self.to_dict(), sort_keys=True, allow_nan=False)
        found: str = kept["_key"]
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return LearningRule.from_dict, (self.to_dict(),)

    def latex(self) -> str:
        """The equations and the statements as LaTeX, in the author's form."""
        return rule_latex(self.parts)

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex()}\n$$"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LearningRule) and (self is other or self.key() == other.key())

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        lines = [f"<LearningRule {self.name}>" if self.name else "<LearningRule>"]
        lines += [e.line for e in self.parts.equations]
        for event, statements in self.parts.authored().items():
            if statements:
                when = f" ({self.during.strip()})" if event == "while" else ""
                shown = "; ".join(update.line for update in statements)
                lines.append(f"{ARGUMENTS[event]}{when}: {shown}")
        if self.transmits.strip() != "w":
            lines.append(f"transmits {self.transmits.strip()}")
        values = [
            f"{name} = {as_quantity(value, self.parts.dimensions[name])}"
            for name, value in self.parameters.items()
        ]
        values += [f"{name} = {_shown(v)}" for name, v in self.varying.items() if not v.is_computed]
        return "\n    ".join([*lines, *([", ".join(values)] if values else [])])


def _shown(varying: Varying) -> str:
    """What differs among synapses, as a reader sees it."""
    return short(varying.given) if isinstance(varying.values, np.ndarray) else str(varying.given)
