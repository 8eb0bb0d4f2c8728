"""What modulators do to their target: names that they scale are multiplied wherever they are read.

A parameter becomes a product in every equation, in the spike condition, the reset and the
refractory period. It is no constant any more, so that a scheme which needs constants is out. A
named expression is multiplied where it is defined, so that what is recorded of it is what acts.
First values are of parameters as they are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rheobase.errors import EquationError, UnknownNameError, closest
from rheobase.model.equations import Equation
from rheobase.model.expression import Expression, Operation, Symbol, names, substitute
from rheobase.model.model import Model
from rheobase.model.respelling import respelled
from rheobase.model.structure import Structure
from rheobase.records import Record, replace


class Factor(Record):
    """A name of the target, and what multiplies it.

    Attributes:
        label: the modulator's.
        scaled: the name.
        factor: the composite's name of the factor.
    """

    label: str
    scaled: str
    factor: str


def product(name: str, factors: Iterable[Factor]) -> Expression:
    """A name times every factor that is for it, in the order of the modulators' labels."""
    return _times(Symbol(name), name, factors)


def spelled_product(text: str, name: str, factors: Iterable[Factor]) -> str:
    """The text of an expression, times every factor that is for a name."""
    return " * ".join([text, *(f.factor for f in factors if f.scaled == name)])


def check_scaled(
    target: Model, currents: Iterable[str], private: Iterable[str], factors: Iterable[Factor]
) -> None:
    """Every name that is scaled can be.

    Args:
        target: the neuron with its receptors and modulators.
        currents: the receptors' currents.
        private: what the modulators have, which none of them scales.
        factors: what is scaled.

    Raises:
        UnknownNameError: with the name that was likely meant, and all that there are.
    """
    mine = {*private}
    known = [
        name
        for name in dict.fromkeys((*target.parameters, *target.definitions, *currents))
        if name not in mine
    ]
    for factor in factors:
        name = factor.scaled
        if name in known:
            continue
        verb = "there is not"
        if name in mine:
            verb = "a modulator has for itself"
        elif name in target.states or name in target.inputs:
            verb = f"is {'a state' if name in target.states else 'an input'} of it"
        raise UnknownNameError(
            f"The modulator {factor.label!r} scales {name!r} of {target.called}, which {verb}.",
            mend=f"{closest(name, known)}it has {', '.join(known) or 'nothing to scale'}; "
            "the names of a receptor are there once it is connected",
        )


def modulated(model: Model, factors: Sequence[Factor]) -> dict[str, Any]:
    """The attributes in which a composite changes when its parameters are scaled.

    Args:
        model: the composite, with the modulators' equations.
        factors: what is scaled by what; every name is there.

    Raises:
        EquationError: for a parameter that is read nowhere, so that scaling it does nothing.
    """
    scaled = dict.fromkeys(f.scaled for f in factors)
    parameters = {name: product(name, factors) for name in scaled if name in model.parameters}
    structure = Structure(model.equations, model.spike, model.reset, model.refractory, {})
    _check_read(model, structure, parameters)
    structure = structure.mapped(parameters)
    words = {name: f"({spelled_product(name, name, factors)})" for name in parameters}
    equations = tuple(_equation(e, words, factors) for e in structure.equations)
    return {
        "text": "\n".join(e.line for e in equations),
        "equations": equations,
        "spike": structure.spike,
        "reset": tuple(replace(u, line=respelled(u.line, words)) for u in structure.reset),
        "refractory": structure.refractory,
        "definitions": {
            name: _times(substitute(e, parameters), name, factors)
            for name, e in model.definitions.items()
        },
        "derivatives": {state: substitute(e, parameters) for state, e in model.derivatives.items()},
    }


def _times(expression: Expression, name: str, factors: Iterable[Factor]) -> Expression:
    for factor in factors:
        if factor.scaled == name:
            expression = Operation("*", expression, Symbol(factor.factor))
    return expression


def _equation(equation: Equation, words: Mapping[str, str], factors: Sequence[Factor]) -> Equation:
    """An equation with its line respelled; a named expression that is scaled, multiplied."""
    line = respelled(equation.line, words)
    if equation.kind == "ode" or all(f.scaled != equation.name for f in factors):
        return replace(equation, line=line)
    right = _times(equation.right, equation.name, factors)
    name, written = line.split("=", 1)
    line = f"{name}= {spelled_product(f'({written.strip()})', equation.name, factors)}"
    return replace(equation, right=right, value=right, line=line)


def _check_read(model: Model, structure: Structure, parameters: Mapping[str, Expression]) -> None:
    read: set[str] = set().union(*(names(e) for _, e in structure.parts()))
    for name in parameters:
        if name not in read:
            raise EquationError(
                f"No equation of {model.called} reads {name!r}: scaling it would do nothing.",
                mend="scale a parameter that an equation reads",
            )


__all__ = ["Factor", "check_scaled", "modulated", "product", "spelled_product"]
