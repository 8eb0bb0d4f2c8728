"""What a current into a cell does to its voltage: how gap junctions find their way into a model."""

from __future__ import annotations

from typing import Any

from rheobase.compiler.calculus import depends, folded, inlined, jumps, total_derivative
from rheobase.errors import ParameterError, UnitError, UnknownNameError
from rheobase.model.expression import ZERO, Expression, Symbol, names, negate
from rheobase.model.model import Model
from rheobase.network.door import unknown_hint
from rheobase.network.population import View
from rheobase.units.dimension import NONE, Dimension
from rheobase.units.table import describe


def gain(view: View, state: str, into: str, where: str = "") -> Expression:
    """The gain kappa = d(state')/d(into) of the cells of a view, an expression of parameters.

    It is 1/C for ``C * dv/dt = ... + I``.

    Args:
        view: the cells.
        state: the voltage.
        into: the input that the current flows into.
        where: the place, for errors.

    Raises:
        ParameterError: for a source of spikes; where the current would do anything else than move
            the state, or where the gain is not the same in every state and at every time.
        UnknownNameError: for a state or an input that there is not.
    """
    model = view.population.model
    if not isinstance(model, Model):
        raise ParameterError(
            f"{view.name!r} is a source of spikes, {model}, and has no voltage.",
            where=where,
            mend="join populations of neurons",
        )
    for kind, argument, name, known in (
        ("state", "state", state, model.states), ("input", "into", into, model.inputs)
    ):  # fmt: skip
        if name not in known:
            raise UnknownNameError(
                f"{model.title} of {view.name!r} has no {kind} {name!r}.",
                where=where,
                mend=f"{unknown_hint(name, known, 'it has')}: give {argument}=",
            )
    _check_alone(model, state, into, view, where)
    slope = model.derivatives[state]
    found = folded(inlined(model, total_derivative(model, slope, into)))
    moving = names(found) - model.parameters.keys()
    if found == ZERO or moving or jumps(inlined(model, slope), {into}):
        why = f" but depends on {', '.join(sorted(moving))}" if moving else ""
        raise ParameterError(
            f"The slope of {state} in {view.name!r} is not {into} times a constant{why}.",
            where=where,
            mend="a gap junction needs a voltage with a capacitance: C * dv/dt = ... + I",
        )
    _check_unscaled(view, found, into, where)
    return found


def leak(model: Model, state: str) -> Expression | None:
    """The rate -d(state')/d(state), an expression of parameters; None where it is none.

    It is g_L / C for ``C * dv/dt = -g_L*(v - V_L) + I``.
    """
    slope = model.derivatives[state]
    found = folded(inlined(model, total_derivative(model, slope, state)))
    if names(found) - model.parameters.keys() or jumps(inlined(model, slope), {state}):
        return None
    return negate(found)


def _check_unscaled(view: View, found: Expression, into: str, where: str) -> None:
    """No modulator scales what the gain is made of, which would be no constant then."""
    model = view.population.model
    for projection in view.population.incoming:
        for name in projection.synapse.scales:
            flows = isinstance(model, Model) and into in depends(model, Symbol(name))
            if flows or name in names(found):
                raise ParameterError(
                    f"The modulator {projection.synapse.name!r} scales {name!r} of {view.name!r}, "
                    "which a gap junction needs as a constant.",
                    where=where,
                    mend="scale another parameter, such as a conductance",
                )


def conductance_dimension(model: Any, state: str, into: str) -> Dimension:
    """What a conductance measures: a current over a voltage; plain where the model is."""
    if model.is_plain:
        return NONE
    found: Dimension = model.dimension_of(into).over(model.dimension_of(state))
    return found


def check_ends(
    ends: tuple[View, View], states: tuple[str, str], inputs: tuple[str, str], where: str
) -> None:
    """Refuse voltages or currents of different kinds.

    Raises:
        UnitError: naming both.
    """
    models = [view.population.model for view in ends]
    first, second = (model for model in models if isinstance(model, Model))
    if first.is_plain != second.is_plain:
        raise UnitError(
            f"{ends[0].name!r} and {ends[1].name!r} cannot be joined: one model has units, the "
            "other is written in plain numbers.",
            where=where,
            mend="write both the same way",
        )
    for what, (a, b) in (("voltage", states), ("current", inputs)):
        dimensions = first.dimension_of(a), second.dimension_of(b)
        if not first.is_plain and dimensions[0] != dimensions[1]:
            raise UnitError(
                f"The {what} {a!r} of {ends[0].name!r} is {describe(dimensions[0])}, and {b!r} of "
                f"{ends[1].name!r} is {describe(dimensions[1])}.",
                where=where,
                mend="join states of one kind, and let the current flow into inputs of one kind",
            )


def _check_alone(model: Model, state: str, into: str, view: View, where: str) -> None:
    """The input moves the state and does nothing else, for a gap junction does nothing else."""
    for other, slope in model.derivatives.items():
        if other != state and into in depends(model, slope):
            raise ParameterError(
                f"{into} of {view.name!r} also moves {other}.",
                where=where,
                mend="give the model an input of its own for the gap junctions, and into=",
            )
    rest = [u.value for u in model.reset]
    rest += [e for e in (model.spike, model.refractory) if e is not None]
    if any(into in depends(model, expression) for expression in rest):
        raise ParameterError(
            f"{into} of {view.name!r} stands in the spike condition or the reset, which do not see "
            "what flows through gap junctions.",
            where=where,
            mend="give the model an input of its own for the gap junctions, and into=",
        )
