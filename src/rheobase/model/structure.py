"""What a model's equations say, before any number: names, their kinds and their order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from rheobase.errors import EquationError, UnknownNameError, closest
from rheobase.model.equations import Equation, Update
from rheobase.model.expression import (
    Apply,
    Comparison,
    Expression,
    Logical,
    Number,
    Symbol,
    children,
    names,
    rebuild,
    walk,
)
from rheobase.model.functions import ALIASES, FUNCTIONS
from rheobase.model.parse import caret, fail
from rheobase.records import Record, replace
from rheobase.units.quantity import Unit
from rheobase.units.table import find_unit, long_name

RESERVED = {"t": "the time", "dt": "the time step", "xi": "white noise", "pi": "3.14159..."}
_PI = 3.141592653589793
# Single letters are never units in an equation: C, g, m, h, s are models' own names.
_SHORTEST_UNIT = 2


class Structure(Record):
    """The parts of a model's text.

    `definitions` are in an order in which each needs only the ones before it; `outputs` are the
    definitions that no equation, condition or reset uses.
    """

    equations: tuple[Equation, ...]
    spike: Expression | None
    reset: tuple[Update, ...]
    refractory: Expression | None
    initial: Mapping[str, Expression]

    @property
    def states(self) -> tuple[str, ...]:
        """The states, in the order of their equations."""
        return tuple(e.name for e in self.equations if e.kind == "ode")

    @property
    def definitions(self) -> dict[str, Expression]:
        """Named expressions by name."""
        return {e.name: e.value for e in self.equations if e.kind == "definition"}

    def parts(self) -> Iterable[tuple[str, Expression]]:
        """Every expression of the text, with the kind of place where it stands."""
        for equation in self.equations:
            yield "equation", equation.left
            yield "equation", equation.right
        if self.spike is not None:
            yield "spike condition", self.spike
        for update in self.reset:
            yield "reset", update.value
        if self.refractory is not None:
            yield "refractory period", self.refractory
        for value in self.initial.values():
            yield "first value", value

    def mapped(self, change: Mapping[str, Expression]) -> Structure:
        """The same structure with symbols replaced."""
        if not change:
            return self

        def put(expression: Expression) -> Expression:
            if isinstance(expression, Symbol) and expression.name in change:
                new = change[expression.name]
                return replace(new, place=expression.place)
            return rebuild(expression, put)

        equations = []
        for old in self.equations:
            right = put(old.right)
            value = right if old.value is old.right else put(old.value)
            equations.append(replace(old, left=put(old.left), right=right, value=value))
        return Structure(
            tuple(equations),
            None if self.spike is None else put(self.spike),
            tuple(replace(u, value=put(u.value)) for u in self.reset),
            None if self.refractory is None else put(self.refractory),
            {name: put(value) for name, value in self.initial.items()},
        )


def resolve_names(
    structure: Structure,
    given: Collection[str],
    doors: str = "parameters= or inputs=",
    free: Collection[str] = (),
) -> tuple[Structure, bool]:
    """Replace unit names and `pi` by numbers, and refuse names that nobody defined.

    Args:
        structure: the text's parts.
        given: names of parameters and inputs.
        doors: where a name may be given, for the error.
        free: other names that may stand there.

    Returns:
        The structure, and whether the text names any unit.

    Raises:
        UnknownNameError: with a caret.
        EquationError: when a name is taken or reserved.
    """
    own = {equation.name: equation.line for equation in structure.equations}
    for name in given:
        if name in own:
            raise EquationError(
                f"{name!r} is both given from outside and defined by an equation.",
                where=f"  {own[name]}",
                mend="rename one",
            )
    for name in [*own, *given]:
        taken = _taken(name)
        if taken:
            where = f"  {own[name]}" if name in own else ""
            raise EquationError(
                f"{name!r} is reserved: it is {taken}.", where=where, mend="rename it"
            )
    known = {*own, *given, *free}
    change: dict[str, Expression] = {}
    has_units = False
    for part, expression in structure.parts():
        for node in walk(expression):
            if not isinstance(node, Symbol) or node.name in known or node.name in change:
                continue
            replacement = _resolved(part, node, known, doors)
            if replacement is not None:
                change[node.name] = replacement
                has_units = has_units or replacement.text != "pi"
    return structure.mapped(change), has_units


def _taken(name: str) -> str:
    """What a name that a model may not give away stands for; empty for every other name."""
    if name in FUNCTIONS or name in ALIASES:
        return "a function"
    return RESERVED["xi"] if name.startswith("xi_") else RESERVED.get(name, "")


def _resolved(part: str, node: Symbol, known: Collection[str], doors: str) -> Number | None:
    """What replaces a name that no equation, parameter or input has; None where it stays.

    Raises:
        UnknownNameError: with a caret.
        EquationError: for noise or a derivative where there is none.
    """
    name = node.name
    if name == "t":
        return None
    if name == "pi":
        return Number(_PI, text="pi")
    line, column = node.place or ("", 0)
    if name == "xi" or name.startswith("xi_"):
        if part != "equation":
            fail(line, column, f"There is no white noise in a {part}.", "put it in an equation")
        return None
    if name.endswith("/dt"):
        if part != "equation":
            mend = f"write out what {name} is, or name it in an equation"
            fail(line, column, f"There is no derivative in a {part}.", mend)
        return None
    unit = find_unit(name) if len(name) >= _SHORTEST_UNIT else None
    if unit is None:
        raise _unknown(node, known, doors)
    return _unit_number(name, unit)


def _unit_number(name: str, unit: Unit) -> Number:
    return Number(float(unit.into_internal(1.0)), unit.dimension, text=name)


def _unknown(node: Symbol, known: Collection[str], doors: str) -> UnknownNameError:
    hint = closest(node.name, sorted(known))
    word = long_name(node.name)
    hint += f"the unit is written {word}, a single letter is never one; " if word else ""
    return UnknownNameError(
        f"The name {node.name!r} is not defined.",
        where=caret(*node.place) if node.place else "",
        mend=f"{hint}define it with an equation, or give it in {doors}",
    )


def check_structure(structure: Structure) -> None:
    """Conditions stand where they are due, and resets and first values are of states.

    Raises:
        EquationError: with a caret.
        UnknownNameError: naming what is not a state.
    """
    for part, expression in structure.parts():
        check_kinds(expression, condition=part == "spike condition")
    states = ", ".join(structure.states) or "none"
    for update in structure.reset:
        if update.name not in structure.states:
            raise UnknownNameError(
                f"The reset assigns {update.name!r}, which is not a state.",
                where=caret(update.line, 0),
                mend=f"the states are {states}",
            )
    if structure.reset and structure.spike is None:
        raise EquationError("There is a reset but no spike condition.", mend='add spike="v > V_T"')
    for state in structure.initial:
        if state not in structure.states:
            hint = closest(state, list(structure.states))
            raise UnknownNameError(
                f"initial= names {state!r}, which is not a state.",
                mend=f"{hint}the states are {states}",
            )


def check_kinds(expression: Expression, condition: bool) -> None:
    """Conditions may stand only where a condition is due, and numbers only where a number is.

    Raises:
        EquationError: with a caret.
    """
    is_condition = isinstance(expression, (Comparison, Logical))
    if is_condition != condition:
        line, column = expression.place or ("", 0)
        if condition:
            fail(line, column, "A condition is due here.", "compare something, as in v > V_T")
        fail(line, column, "A condition is not a number.", "write where(condition, 1, 0)")
    if isinstance(expression, Apply) and expression.function == "where":
        check_kinds(expression.arguments[0], condition=True)
        for part in expression.arguments[1:]:
            check_kinds(part, condition=False)
        return
    inside = isinstance(expression, Logical)
    for part in children(expression):
        check_kinds(part, condition=inside)


def ordered_definitions(equations: Iterable[Equation]) -> dict[str, Expression]:
    """Named expressions in an order of need.

    Raises:
        EquationError: when they go round in a circle, showing it.
    """
    found = {e.name: e for e in equations if e.kind == "definition"}
    needs = {name: sorted(names(e.value) & found.keys()) for name, e in found.items()}
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle = error.args[1][::-1]
        raise EquationError(
            f"These expressions need one another: {' -> '.join(circle)}.",
            where="\n".join(f"  {found[name].line}" for name in circle[:-1]),
            mend="break the circle, or make one of them a state (d.../dt)",
        ) from None
    return {name: found[name].value for name in order}


def unused_definitions(structure: Structure) -> tuple[str, ...]:
    """Named expressions that nothing else uses: the outputs."""
    used: set[str] = set()
    for equation in structure.equations:
        used |= names(equation.right) | (names(equation.left) if equation.kind == "ode" else set())
    rest = [structure.spike, structure.refractory, *(u.value for u in structure.reset)]
    for expression in rest:
        if expression is not None:
            used |= names(expression)
    return tuple(name for name in structure.definitions if name not in used)
