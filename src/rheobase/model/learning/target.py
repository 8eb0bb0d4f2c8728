"""What a rule reads of the postsynaptic neuron: its states, by the suffix `_post`.

Those of the modulators that act on it are among them: `c_dopamine_post` is a concentration.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rheobase.errors import EquationError, UnitError, UnknownNameError, closest
from rheobase.model.expression import Expression, Symbol, names, walk
from rheobase.model.parse import fail
from rheobase.model.structure import Structure
from rheobase.records import Record
from rheobase.units.dimension import Dimension
from rheobase.units.quantity import Unit
from rheobase.units.table import describe

SUFFIX = "_post"
# The time step, which stands in while_post alone.
STEP = "dt"


class Read(Record):
    """A state of the target as a rule reads it: so many units of the rule are one of the state."""

    state: str
    scale: float = 1.0


def target_names(structure: Structure, own: Collection[str]) -> dict[str, str]:
    """The states of the target by the names under which a rule reads them.

    Args:
        structure: the rule's text.
        own: parameters, states and named expressions, which may be called as they like.
    """
    found: dict[str, str] = {}
    for _, expression in structure.parts():
        for node in walk(expression):
            if isinstance(node, Symbol) and node.name not in own:
                state = node.name.removesuffix(SUFFIX)
                if state and state != node.name:
                    found[node.name] = state
    return found


def check_step(expressions: Collection[Expression]) -> None:
    """The time step does not stand in these.

    Raises:
        EquationError: with a caret.
    """
    for expression in expressions:
        for node in walk(expression):
            if isinstance(node, Symbol) and node.name == STEP:
                mend = "what happens all the time is an equation, or stands in while_post"
                fail(*(node.place or ("", 0)), "The time step stands in while_post alone.", mend)


def check_during(condition: Expression | None, scopes: Mapping[str, str]) -> None:
    """A condition is the same for all synapses of a target.

    Raises:
        EquationError: naming what differs.
    """
    for name in sorted(names(condition) if condition is not None else ()):
        if name == "w" or scopes.get(name) in ("pre", "synapse"):
            raise EquationError(
                f"during= reads {name!r}, which differs among the synapses of a target.",
                mend="let during= read states of the target, and choose by where(..., a, b) in "
                "while_post",
            )


def first_reads(
    initial: Mapping[str, Expression], scopes: Mapping[str, str], reads: Mapping[str, str]
) -> dict[str, str]:
    """The states that begin as a state of the target is, with the name under which it is read.

    Raises:
        EquationError: for a state that has not one value a target.
    """
    found = {}
    for state, value in initial.items():
        if isinstance(value, Symbol) and value.name in reads:
            if scopes[state] != "post":
                raise EquationError(
                    f"{state} begins as {value.name}, and has not one value a postsynaptic neuron.",
                    mend="give a number, a quantity or parameters",
                )
            found[state] = value.name
    return found


def fitted_reads(
    title: str,
    reads: Mapping[str, str],
    dimensions: Mapping[str, Dimension],
    target: Mapping[str, tuple[Dimension, Unit | None]],
) -> dict[str, Read]:
    """How a rule reads the states of a target.

    Args:
        title: what to call the rule.
        reads: states by the names under which it reads them.
        dimensions: what these measure in the rule.
        target: what each state of the target measures; and, of a neuron without units, the unit in
            which it is shown, if there is one.

    Raises:
        UnknownNameError: for a state that the target does not have.
        UnitError: for one that measures something else.
    """
    found = {}
    for name, state in reads.items():
        if state not in target:
            hint = closest(state, list(target))
            raise UnknownNameError(
                f"{title} reads {name}, and the postsynaptic neuron has no state {state!r}.",
                mend=f"{hint}its states are {', '.join(target) or 'none'}, and those of modulators "
                "that are connected before; other names are given in parameters= or initial=",
            )
        dimension, unit = target[state]
        wanted = dimensions[name]
        if wanted == dimension:
            found[name] = Read(state)
        elif unit is not None and wanted == unit.dimension:
            found[name] = Read(state, float(unit.into_internal(1.0)))
        else:
            raise UnitError(
                f"{title} reads {name} as {describe(wanted)}, and {state!r} of the postsynaptic "
                f"neuron is {describe(dimension)}.",
                mend="check the units of what stands with it, and give weight=, the unit of w",
            )
    return found
