"""What a model's equations say, before any number: names, their kinds and their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

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
from rheobase.model.parse import caret, fail
from rheobase.units.quantity import Unit
from rheobase.units.table import find_unit

RESERVED = {"t": "the time", "dt": "the time step", "xi": "white noise", "pi": "3.14159..."}
_PI = 3.141592653589793
# Single letters are never units in an equation: C, g, m, h, s are what models call their own things.
_SHORTEST_UNIT = 2


@dataclass(frozen=True)
class Structure:
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

    def expressions(self) -> Iterable[Expression]:
        """Every expression of the text."""
        for equation in self.equations:
            yield equation.left
            yield equation.right
        if self.spike is not None:
            yield self.spike
        for update in self.reset:
            yield update.value
        if self.refractory is not None:
            yield self.refractory
        yield from self.initial.values()

    def mapped(self, change: Mapping[str, Expression]) -> Structure:
        """The same structure with symbols replaced."""

        def put(expression: Expression) -> Expression:
            if isinstance(expression, Symbol) and expression.name in change:
                new = change[expression.name]
                return replace(new, place=expression.place)
            return rebuild(expression, put)

        equations = tuple(
            replace(e, left=put(e.left), right=put(e.right), value=put(e.value))
            for e in self.equations
        )
        return Structure(
            equations,
            None if self.spike is None else put(self.spike),
            tuple(replace(u, value=put(u.value)) for u in self.reset),
            None if self.refractory is None else put(self.refractory),
            {name: put(value) for name, value in self.initial.items()},
        )


def resolve_names(structure: Structure, given: set[str]) -> tuple[Structure, bool]:
    """Replace unit names and `pi` by numbers, and refuse names that nobody defined.

    Args:
        structure: the text's parts.
        given: names of parameters and inputs.

    Returns:
        The structure, and whether the text names any unit.

    Raises:
        UnknownNameError: with a caret.
        EquationError: when a name is taken or reserved.
    """
    own = set(structure.states) | set(structure.definitions)
    for name in sorted(own & given):
        raise EquationError(
            f"{name!r} is both given from outside and defined by an equation.", mend="rename one"
        )
    for name in sorted((own | given) & RESERVED.keys()):
        raise EquationError(f"{name!r} is reserved: it is {RESERVED[name]}.", mend="rename it")
    known = own | given
    change: dict[str, Expression] = {}
    has_units = False
    for expression in structure.expressions():
        for node in walk(expression):
            if not isinstance(node, Symbol) or node.name in known or node.name in change:
                continue
            if node.name in ("t", "xi") or node.name.startswith("xi_"):
                continue
            if node.name == "pi":
                change["pi"] = Number(_PI, text="pi")
                continue
            if node.name.endswith("/dt") and node.name[1:-3] in known:
                continue
            unit = find_unit(node.name) if len(node.name) >= _SHORTEST_UNIT else None
            if unit is None:
                raise _unknown(node, known)
            change[node.name] = _unit_number(node.name, unit)
            has_units = True
    return structure.mapped(change), has_units


def _unit_number(name: str, unit: Unit) -> Number:
    return Number(float(unit.into_internal(1.0)), unit.dimension, text=name)


def _unknown(node: Symbol, known: set[str]) -> UnknownNameError:
    hint = closest(node.name, sorted(known))
    return UnknownNameError(
        f"The name {node.name!r} is not defined.",
        where=caret(*node.place) if node.place else "",
        mend=f"{hint}define it with an equation, or give it in parameters= or inputs=",
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


def ordered_definitions(definitions: Mapping[str, Expression]) -> dict[str, Expression]:
    """Definitions in an order of need.

    Raises:
        EquationError: when they go round in a circle.
    """
    done: dict[str, Expression] = {}
    remaining = dict(definitions)
    while remaining:
        ready = [n for n, e in remaining.items() if not (names(e) & remaining.keys())]
        if not ready:
            circle = ", ".join(sorted(remaining))
            raise EquationError(
                f"These expressions need one another: {circle}.", mend="break the circle"
            )
        for name in ready:
            done[name] = remaining.pop(name)
    return done


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
