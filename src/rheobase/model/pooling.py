"""Receptors that bind transmitter, for a network: what all synapses of a target have, as sums.

The receptors of synapse i, of weight w_i, are in states x_i. Transmitter T is there in pulses of
one height, and all rates are linear in x_i, so that

    dx_i/dt = A x_i + a    with transmitter at the synapse, and
    dx_i/dt = B x_i        without.

What a target reads are sums over its synapses, and these obey equations of their own:

    on = sum of w_i                x_on = sum of w_i x_i       over synapses with transmitter
    dx_on/dt = A x_on + a on       x    = sum of w_i x_i       over all
    dx/dt    = A x_on + a on + B (x - x_on)

When transmitter comes to a synapse or goes, w_i is added to `on` and w_i x_i to `x_on`, or taken
away. x_i is found from that of the last such moment. Nothing is lost by it: see W. W. Lytton,
Optimizing synaptic conductance calculation for network simulations, Neural Comput. 8, 501-509
(1996), doi:10.1162/neco.1996.8.3.501.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import numpy as np

from rheobase.errors import EquationError, ParameterError, UnknownNameError
from rheobase.model.differentiate import differentiate
from rheobase.model.evaluate import evaluate
from rheobase.model.expression import (
    ZERO,
    Expression,
    Negative,
    Number,
    Operation,
    Symbol,
    add,
    divide,
    literal,
    multiply,
    names,
    negate,
    power,
    rebuild,
    substitute,
    subtract,
)
from rheobase.model.model import Model
from rheobase.model.pulse import Affine, Pulse
from rheobase.model.spelling import spelled
from rheobase.model.synapse import POTENTIAL, Synapse
from rheobase.model.written import internal_quantity
from rheobase.records import Record
from rheobase.units.dimension import TIME
from rheobase.units.door import internal, measure
from rheobase.units.quantity import short

# By custom: the transmitter, the largest conductance, the reversal potential, the current.
TRANSMITTER, LARGEST, REVERSAL, CURRENT = "T", "g_max", "E", "I"
ON = "on"


def pooled_synapse(
    receptor: Model,
    *,
    concentration: Any = None,
    duration: Any = None,
    name: str | None = None,
    into: str = "I",
    potential: str = POTENTIAL,
) -> Synapse:
    """A receptor under voltage clamp as what a spike does in a network.

    Args:
        receptor: a model with the input T, the transmitter, and perhaps v; its current is I, its
            largest conductance g_max, its reversal potential E.
        concentration: of the transmitter while it is there; by default that of the pulse with
            which the model comes.
        duration: for how long a spike brings it; likewise.
        name: what the receptor is called; by default as the model is.
        into: the neuron's input into which the current flows.
        potential: the neuron's state that the receptor reads as v.

    Raises:
        ParameterError: for a model that has no transmitter, or a value out of range.
        EquationError: for one whose synapses cannot be added up.
        UnitError: for values of another dimension.
    """
    scheme, called = _scheme(receptor), name or receptor.name or "kinetic"
    peak, width = _pulse_of(receptor, concentration, duration)
    on, off = (_rows(receptor, scheme, peak, is_on) for is_on in (True, False))
    model = _model(receptor, scheme, peak, called)
    bound = tuple(f"{state}_{ON}" for state in scheme.bound)
    reversal = receptor.parameters.get(REVERSAL)
    return Synapse(
        called, model, ON, CURRENT, into, potential, None if reversal is None else float(reversal),
        pulse=Pulse(width, bound, on, off, _rates(receptor, scheme)),
    )  # fmt: skip


class _Scheme(Record, identity=True):
    """The kinetic scheme of a receptor.

    Attributes:
        bound: the states that transmitter changes, and what these exchange with.
        further: all others.
        slopes: a row for each bound state: the coefficient of each, and what remains.
        kept: the named expressions that hold of sums over synapses too.
    """

    bound: tuple[str, ...]
    further: tuple[str, ...]
    slopes: tuple[tuple[Expression, ...], ...]
    kept: tuple[str, ...]


def _scheme(receptor: Model) -> _Scheme:
    """How a receptor binds, and what follows of what is bound."""
    _check_receptor(receptor)
    inline: dict[str, Expression] = {}
    varying = {TRANSMITTER, POTENTIAL, "t", *receptor.states, *receptor.noises}
    for name, value in receptor.definitions.items():
        whole = substitute(value, inline)
        if names(whole) & varying:
            inline[name] = whole
    slopes = {s: substitute(e, inline) for s, e in receptor.derivatives.items()}
    bound = {state for state, slope in slopes.items() if TRANSMITTER in names(slope)}
    while more := {n for s in bound for n in names(slopes[s])} & slopes.keys() - bound:
        bound |= more
    if not bound:
        _refuse(receptor, "no state of it depends on the transmitter T")
    ordered = tuple(state for state in receptor.states if state in bound)
    rows = []
    for state in ordered:
        read = names(slopes[state]) & varying - bound - {TRANSMITTER}
        if read:
            _refuse(receptor, f"how fast {state} changes depends on {min(read)}, which differs")
        row = _linear(slopes[state], ordered)
        if row is None:
            _refuse(receptor, f"the equation of {state} is not linear in what is bound")
        rows.append(row)
    further = tuple(state for state in receptor.states if state not in bound)
    for state in further:
        if _linear(slopes[state], ordered) is None:
            _refuse(receptor, f"the equation of {state} is not linear in {', '.join(ordered)}")
    kept = _kept(receptor, inline, ordered, further)
    return _Scheme(ordered, further, tuple(rows), kept)


def _check_receptor(receptor: Model) -> None:
    if TRANSMITTER not in receptor.inputs:
        raise ParameterError(
            f"{receptor.title} has no input T, the concentration of transmitter.",
            mend="for example rb.AMPAKinetics(), or a model with inputs=dict(T=mM, v=mV)",
        )
    strange = [name for name in receptor.inputs if name not in (TRANSMITTER, POTENTIAL)]
    if strange:
        _refuse(receptor, f"it has the input {strange[0]}", "its inputs are T and v")
    if CURRENT not in receptor.definitions and CURRENT not in receptor.states:
        raise UnknownNameError(
            f"{receptor.title} has no current I.", mend="name its current I: I = g * (E - v)"
        )
    each = [name for name, value in receptor.parameters.items() if np.ndim(value)]
    if each:
        _refuse(receptor, f"{each[0]} has several values", "give one value")
    if ON in receptor.dimensions:
        _refuse(receptor, "it calls something 'on'", "rename it")


def _kept(
    receptor: Model,
    inline: Mapping[str, Expression],
    bound: tuple[str, ...],
    further: Iterable[str],
) -> tuple[str, ...]:
    """The named expressions of which sums over synapses are what they are of one synapse."""
    needed = {CURRENT}.union(*(names(receptor.derivatives[state]) for state in further))
    for name in reversed(tuple(receptor.definitions)):
        if name in needed:
            needed |= names(receptor.definitions[name])
    found = []
    for name in receptor.definitions:
        whole = inline.get(name, ZERO)
        row = _linear(whole, bound)
        reads = bool(names(whole) & {*bound})
        if TRANSMITTER in names(whole) or row is None or (reads and literal(row[-1]) != 0):
            if name in needed:
                _refuse(receptor, f"{name} is not in proportion to what is bound")
            continue
        found.append(name)
    return tuple(found)


def _linear(expression: Expression, over: tuple[str, ...]) -> tuple[Expression, ...] | None:
    """The coefficient of each name, and what remains without them; None where it is not linear."""
    row = [_folded(differentiate(expression, name)) for name in over]
    row.append(_folded(substitute(expression, dict.fromkeys(over, ZERO))))
    return None if any(names(part) & {*over} for part in row) else tuple(row)


def _folded(expression: Expression) -> Expression:
    """The expression without terms of zero."""
    folded = rebuild(expression, _folded)
    if isinstance(folded, Negative):
        return negate(folded.operand)
    if isinstance(folded, Operation):
        if folded.op == "*" and literal(folded.right) == -1.0:
            return negate(folded.left)
        fold = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}[folded.op]
        return fold(folded.left, folded.right)
    return folded


def _without(expression: Expression) -> Expression:
    """What an expression is while there is no transmitter."""
    return _folded(substitute(expression, {TRANSMITTER: ZERO}))


def _rows(receptor: Model, scheme: _Scheme, peak: float, with_transmitter: bool) -> Affine:
    """The slopes (1/ms) while transmitter is there, or is not.

    Raises:
        EquationError: when receptors open by themselves, or have no slope.
    """
    values = {**receptor.parameters, TRANSMITTER: peak if with_transmitter else 0.0}
    for name, value in receptor.definitions.items():
        if names(value) <= values.keys():
            values[name] = evaluate(value, values)
    found = tuple(
        tuple(float(evaluate(part, values)) / receptor.plain_time for part in row)
        for row in scheme.slopes
    )
    if not np.isfinite(found).all():
        _refuse(receptor, "its rates are not finite", "change its parameters")
    if not with_transmitter and any(row[-1] for row in found):
        _refuse(receptor, "it binds something without transmitter")
    return found


def _rates(receptor: Model, scheme: _Scheme) -> tuple[str, ...]:
    """The parameters that decide how fast it binds."""
    read = {TRANSMITTER}.union(*(names(part) for row in scheme.slopes for part in row))
    for name in reversed(tuple(receptor.definitions)):
        if name in read:
            read |= names(receptor.definitions[name])
    return tuple(sorted(read & {TRANSMITTER, *receptor.parameters}))


def _model(receptor: Model, scheme: _Scheme, peak: float, name: str) -> Model:
    """The equations of the sums; see the head of this file."""
    held = {state: Symbol(f"{state}_{ON}") for state in scheme.bound}
    lines = [f"d{ON}/dt = 0"]
    for state, row in zip(scheme.bound, scheme.slopes, strict=True):
        here: Expression = multiply(row[-1], Symbol(ON))
        rest: Expression = ZERO
        for other, part in zip(scheme.bound, row, strict=False):
            free = subtract(Symbol(other), held[other])
            here = add(here, multiply(part, held[other]))
            rest = add(rest, multiply(_without(part), free))
        together = add(Symbol(f"binding_{state}"), rest)
        lines.append(f"binding_{state} = {spelled(here)}")
        lines.append(f"d{state}_{ON}/dt = binding_{state}")
        lines.append(f"d{state}/dt = {spelled(together)}")
    lines += [e.line for e in receptor.equations if e.name in (*scheme.further, *scheme.kept)]
    values = {key: _quantity(receptor, key, v) for key, v in receptor.parameters.items()}
    values[TRANSMITTER] = _quantity(receptor, TRANSMITTER, peak)
    if not scheme.further and LARGEST in values:
        if receptor.parameters[LARGEST] != 1.0:
            given = receptor.from_internal(receptor.parameters[LARGEST], LARGEST)
            raise ParameterError(
                f"{LARGEST} of {receptor.called} is {given}, and in a network the weight takes "
                "its place.",
                mend=f"leave {LARGEST} out, and give it as weight=",
            )
        values[LARGEST] = 1.0
    initial = {
        state: _first(receptor, receptor.initial[state])
        for state in scheme.further
        if state in receptor.initial
    }
    units = {key: unit for key in values if (unit := receptor.unit_of(key)) is not None}
    if LARGEST in units and values[LARGEST] == 1.0:
        del units[LARGEST]
    return Model(
        "\n".join(lines),
        parameters=values,
        inputs=[POTENTIAL] if POTENTIAL in receptor.inputs else [],
        initial=initial,
        time=receptor.time_unit if receptor.is_plain else None,
        display=units,
        name=name,
        citation=receptor.citation,
    )


def _first(receptor: Model, value: Expression) -> Any:
    """A first value as it is given to a model."""
    if isinstance(value, Number):
        is_bare = receptor.is_plain or value.dimension.is_none
        return value.value if is_bare else internal_quantity(value.value, value.dimension)
    return spelled(value)


def _quantity(receptor: Model, name: str, value: Any) -> Any:
    dimension = receptor.dimension_of(name)
    is_bare = receptor.is_plain or dimension.is_none
    return value if is_bare else internal_quantity(value, dimension)


def _pulse_of(receptor: Model, concentration: Any, duration: Any) -> tuple[float, float]:
    """How high the pulse of transmitter is, internal, and how long it lasts (ms)."""
    drive = receptor.drive.get(TRANSMITTER)
    own = dict(drive) if isinstance(drive, Mapping) and drive.get("kind") == "step" else {}
    peak: Any = own.get("amplitude") if concentration is None else concentration
    width: Any = duration
    if duration is None and own.keys() >= {"start", "stop"}:
        width = own["stop"] - own["start"]
    for what, value in (("concentration", peak), ("duration", width)):
        if value is None:
            raise ParameterError(
                f"It is not said of {receptor.called} how much transmitter a spike brings.",
                mend=f"give {what}=, as in rb.Kinetic(model, concentration=1*mM, duration=1*ms)",
            )
    height = receptor.to_internal(peak, TRANSMITTER)
    if receptor.is_plain and measure(width, "duration")[1] is None:
        time = width * receptor.plain_time
    else:
        time = internal(width, TIME, "duration")
    for what, given, number in (("concentration", peak, height), ("duration", width, time)):
        if np.ndim(number) or not np.isfinite(number) or number <= 0:
            raise ParameterError(
                f"The {what} of {receptor.called} is {short(given)}.",
                mend="give one positive value",
            )
    return float(height), float(time)


def _refuse(receptor: Model, why: str, mend: str = "") -> NoReturn:
    raise EquationError(
        f"The synapses of {receptor.called} cannot be added up: {why}.",
        mend=mend
        or "give it linear rates that only T changes, as rb.AMPAKinetics() has; or make "
        "a Synapse of its equations, with the transmitter as a state",
    )
