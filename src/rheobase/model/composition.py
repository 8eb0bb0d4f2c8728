"""A neuron joined with its receptors: one `Model` of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rheobase.errors import EquationError, ParameterError, UnknownNameError, closest
from rheobase.model.arguments import check_name
from rheobase.model.equations import Equation
from rheobase.model.expression import Expression, Operation, Symbol, names, substitute
from rheobase.model.fitting import fitted
from rheobase.model.model import Model
from rheobase.model.modulation import (
    Factor,
    check_scaled,
    modulated,
    product,
    spelled_product,
)
from rheobase.model.respelling import respelled
from rheobase.model.structure import Structure
from rheobase.model.synapse import POTENTIAL, Synapse, check_label
from rheobase.records import Record, replace
from rheobase.units.quantity import Unit, short


class _Receptor(Record, identity=True):
    """A synapse's model on a neuron: made to fit, with the names that it has there.

    Attributes:
        label: what the receptor is called.
        synapse: the synapse.
        model: its model, fitted.
        renamed: every name of the model, and each derivative and noise, with the new name.
    """

    label: str
    synapse: Synapse
    model: Model
    renamed: Mapping[str, str]

    def put(self, expression: Expression) -> Expression:
        """An expression of the model with the new names."""
        return substitute(expression, {old: Symbol(new) for old, new in self.renamed.items()})

    def named(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a mapping has for the model's own names, under the new names."""
        return {self.renamed[k]: v for k, v in values.items() if k not in self.model.inputs}

    @property
    def current(self) -> str:
        """The composite's name of the current; empty for a modulator."""
        return self.renamed[self.synapse.current] if self.synapse.current else ""

    @property
    def factors(self) -> list[Factor]:
        """What a modulator scales on the composite, and by what."""
        pairs = sorted(self.synapse.scales.items())
        return [Factor(self.label, name, self.renamed[factor]) for name, factor in pairs]

    def is_used(self, name: str) -> bool:
        """Whether the neuron reads this name of the synapse's model."""
        return name == self.synapse.current or name in self.synapse.scales.values()

    @property
    def own(self) -> list[str]:
        """The names that the receptor adds."""
        model = self.model
        kept = [*model.states, *model.definitions, *model.parameters, *model.noises]
        return [self.renamed[name] for name in kept]


def joined(neuron: Model, ports: Mapping[str, Synapse]) -> Model:
    """One model of a neuron and its receptors.

    Every name of a receptor's model gets its label as a suffix; its `v` is the neuron's state
    `potential`; and wherever the neuron reads the input I there stands I + I_a + I_b + ... with
    the currents of the receptors that flow into it, sorted by label. What is linear stays linear.
    A name of the neuron, or of a receptor with its label, that modulators scale is multiplied by
    their factors: see `modulation`. The authors' own update of the neuron knows no receptors and is
    left out.

    Args:
        neuron: the target; it may itself have been joined.
        ports: the receptors by label.

    Returns:
        The composite: spike, reset, refractory period, values and units are those of the neuron.
        Where no receptor has dynamics of its own, the neuron itself.

    Raises:
        ParameterError: for a port that is not a synapse.
        UnknownNameError: for an input or a state that the neuron does not have, or a name that is
            to be scaled.
        EquationError: for a name that two parts have, or one that is scaled and never read.
        UnitError: for a synapse that does not fit its input.
    """
    receptors = []
    for label, synapse in sorted(_checked(ports).items()):
        _check_port(neuron, label, synapse)
        if synapse.model is not None:
            model = fitted(neuron, synapse.model, label, synapse)
            receptors.append(_Receptor(label, synapse, model, _names(label, synapse, model)))
    if not receptors:
        return neuron
    _check_apart(neuron, receptors)
    # Modulators first, as what they scale may be a named expression that needs their factors.
    receptors.sort(key=lambda r: not r.synapse.is_modulator)
    factors = [factor for receptor in receptors for factor in receptor.factors]
    composite = neuron._copy()
    composite._put(**_parts(neuron, receptors, factors))
    if factors:
        private = [name for r in receptors if r.factors for name in r.own]
        check_scaled(composite, filter(None, (r.current for r in receptors)), private, factors)
        composite._put(**modulated(composite, factors))
    composite._put(
        published=None,
        method=None if neuron.method == "published" else neuron.method,
        neuron=neuron,
        ports=dict(sorted(ports.items())),
    )
    return composite


def arrival_state(label: str, synapse: Synapse) -> str:
    """The composite's state to which a weight is added: ``g_exc``, or ``v`` without a model."""
    return synapse.state if synapse.model is None else f"{synapse.state}_{label}"


def _checked(ports: Any) -> dict[str, Synapse]:
    if not isinstance(ports, Mapping):
        raise ParameterError(f"ports is {short(ports)}.", mend="map labels to synapses")
    for label, synapse in ports.items():
        check_label(label)
        if not isinstance(synapse, Synapse):
            raise ParameterError(
                f"The port {label!r} is {short(synapse)}.", mend="a port is a Synapse"
            )
    return dict(ports)


def _check_port(neuron: Model, label: str, synapse: Synapse) -> None:
    """The neuron has what the synapse reads and where it flows."""
    wanted = [("state", "state", synapse.state)] if synapse.model is None else []
    if synapse.model is not None:
        if synapse.current:
            wanted.append(("input", "into", synapse.into))
        if POTENTIAL in synapse.model.inputs:
            wanted.append(("state", "potential", synapse.potential))
    for kind, argument, name in wanted:
        known = neuron.inputs if kind == "input" else neuron.states
        if name not in known:
            raise UnknownNameError(
                f"The synapse {label!r} needs the {kind} {name!r}, "
                f"which {neuron.called} does not have.",
                mend=f"{closest(name, list(known))}it has {', '.join(known) or 'none'}: "
                f"give the synapse {argument}=",
            )


def _names(label: str, synapse: Synapse, model: Model) -> dict[str, str]:
    """The new name of everything that a synapse's model mentions."""
    own = [*model.states, *model.definitions, *model.parameters]
    renamed = {name: f"{name}_{label}" for name in (*own, *model.noises)}
    renamed |= {f"d{name}/dt": f"d{name}_{label}/dt" for name in model.states}
    return renamed | dict.fromkeys(model.inputs, synapse.potential)


def _check_apart(neuron: Model, receptors: Iterable[_Receptor]) -> None:
    """No name means two things.

    Raises:
        EquationError: naming both, or for a name that is too long.
    """
    whose = dict.fromkeys(
        [*neuron.states, *neuron.definitions, *neuron.parameters, *neuron.inputs, *neuron.noises],
        neuron.called,
    )
    for receptor in receptors:
        for name in receptor.own:
            check_name(name, f"the synapse {receptor.label}")
            if name in whose:
                raise EquationError(
                    f"The synapse {receptor.label!r} has {name!r} on its target, "
                    f"and so has {whose[name]}.",
                    mend="give the synapse another name=",
                )
            whose[name] = f"the synapse {receptor.label!r}"


def _parts(neuron: Model, receptors: list[_Receptor], factors: list[Factor]) -> dict[str, Any]:
    """The attributes in which the composite differs from its neuron."""
    totals, spelled = _totals(receptors, factors), _spelled_totals(receptors, factors)
    structure = Structure(
        neuron.equations, neuron.spike, neuron.reset, neuron.refractory, neuron.initial
    ).mapped(totals)
    equations = [replace(e, line=respelled(e.line, spelled)) for e in structure.equations]
    for receptor in receptors:
        equations += _equations(receptor)
    own = {
        "definitions": {k: substitute(e, totals) for k, e in neuron.definitions.items()},
        "derivatives": {k: substitute(e, totals) for k, e in neuron.derivatives.items()},
    }
    _check_read(neuron, structure, own, totals)
    return {
        "text": "\n".join(e.line for e in equations),
        "equations": tuple(equations),
        "spike": structure.spike,
        "reset": tuple(replace(u, line=respelled(u.line, spelled)) for u in structure.reset),
        "refractory": structure.refractory,
        "states": (*neuron.states, *(r.renamed[s] for r in receptors for s in r.model.states)),
        "initial": _merged(receptors, lambda r: r.model.initial, structure.initial, put=True),
        # Receptors read states of the neuron alone, so that theirs may all come first.
        "definitions": _merged(receptors, lambda r: r.model.definitions, {}, put=True)
        | own["definitions"],
        "derivatives": _merged(
            receptors, lambda r: r.model.derivatives, own["derivatives"], put=True
        ),
        "parameters": _merged(receptors, lambda r: r.model.parameters, neuron.parameters),
        "dimensions": _merged(receptors, lambda r: r.model.dimensions, neuron.dimensions),
        "display": _merged(receptors, lambda r: _display(neuron, r), neuron.display),
        "divisors": neuron.divisors.union(
            r.renamed[name] for r in receptors for name in r.model.divisors if name in r.renamed
        ),
        "outputs": (
            *neuron.outputs,
            *(r.renamed[o] for r in receptors for o in r.model.outputs if not r.is_used(o)),
        ),
    }


def _totals(receptors: Iterable[_Receptor], factors: list[Factor]) -> dict[str, Expression]:
    """What stands in the place of each input: itself and the currents that flow into it."""
    totals: dict[str, Expression] = {}
    for receptor in receptors:
        if receptor.current:
            into = receptor.synapse.into
            flow = product(receptor.current, _on_state(receptor, factors))
            totals[into] = Operation("+", totals.get(into, Symbol(into)), flow)
    return totals


def _spelled_totals(receptors: Iterable[_Receptor], factors: list[Factor]) -> dict[str, str]:
    """The same as text."""
    spelled: dict[str, str] = {}
    for receptor in receptors:
        if receptor.current:
            into, name = receptor.synapse.into, receptor.current
            flow = spelled_product(name, name, _on_state(receptor, factors))
            spelled[into] = f"{spelled.get(into, into)} + {flow}"
    return {into: f"({total})" for into, total in spelled.items()}


def _on_state(receptor: _Receptor, factors: list[Factor]) -> list[Factor]:
    """The factors, for a current that is a state: it is scaled where it flows into the neuron."""
    return factors if receptor.synapse.current in receptor.model.states else []


def _check_read(
    neuron: Model,
    structure: Structure,
    own: Mapping[str, Mapping[str, Expression]],
    totals: Mapping[str, Expression],
) -> None:
    """Every input that a current flows into is read, so that no synapse is without effect."""
    read: set[str] = set()
    for expression in [
        *(part for _, part in structure.parts()),
        *(e for kind in own.values() for e in kind.values()),
    ]:
        read |= names(expression)
    for name in totals:
        if name not in read:
            raise EquationError(
                f"No equation of {neuron.called} reads its input {name!r}: "
                "a synapse that flows into it would do nothing.",
                mend="let an equation read it, or give the synapse another into=",
            )


def _merged(
    receptors: Iterable[_Receptor],
    of: Callable[[_Receptor], Mapping[str, Any]],
    first: Mapping[str, Any],
    put: bool = False,
) -> dict[str, Any]:
    """The neuron's mapping and the receptors' under their new names."""
    found = dict(first)
    for receptor in receptors:
        named = receptor.named(of(receptor))
        found |= {k: receptor.put(e) for k, e in named.items()} if put else named
    return found


def _display(neuron: Model, receptor: _Receptor) -> dict[str, Unit]:
    """Units in which a receptor's values are shown: its current like the input it flows into."""
    shown, into = dict(receptor.model.display), receptor.synapse.into
    if receptor.synapse.current and into in neuron.display:
        shown.setdefault(receptor.synapse.current, neuron.display[into])
    return shown


def _equations(receptor: _Receptor) -> list[Equation]:
    return [
        Equation(
            e.kind,
            receptor.renamed[e.name],
            receptor.put(e.left),
            receptor.put(e.right),
            receptor.put(e.value),
            respelled(e.line, receptor.renamed),
        )
        for e in receptor.model.equations
    ]


__all__ = ["arrival_state", "joined"]
