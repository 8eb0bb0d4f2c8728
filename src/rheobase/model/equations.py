"""Lines of text to equations: differential equations solved for the derivative, and definitions."""

from __future__ import annotations

import re
from typing import Literal

from rheobase.errors import EquationError
from rheobase.model.differentiate import differentiate
from rheobase.model.expression import (
    ZERO,
    Apply,
    Comparison,
    Expression,
    Negative,
    Operation,
    Symbol,
    add,
    divide,
    multiply,
    names,
    negate,
    substitute,
    subtract,
    walk,
)
from rheobase.model.parse import (
    DERIVATIVE,
    LONGEST_LINE,
    check_text,
    fail,
    parse_expression,
)
from rheobase.records import Record
from rheobase.units.quantity import short

MOST_TEXT = 20_000
_ASSIGNMENT = re.compile(r"(?<![<>=!*/+-])=(?!=)")
_RESET = re.compile(r"\s*([A-Za-z]\w*)\s*([-+*/]?)=(?!=)")
_CONTINUES = re.compile(r"(?:[-+*/)<>]|(?:and|or)\b)")
_UNFINISHED = re.compile(r"(?:[-+*/(,=<>]|\b(?:and|or|not))$")  # of a line without its end
_STEPS = {"floor", "sign", "heaviside"}
_NEWLINE = re.compile(r"\r\n|\n|\r")


class Equation(Record):
    """One equation, as it was written and as it is used.

    `kind` is ``"ode"`` for a differential equation of state `name` and ``"definition"`` for a named
    expression; `left` and `right` keep the author's form; `value` is the derivative, or the
    expression.
    """

    kind: Literal["ode", "definition"]
    name: str
    left: Expression
    right: Expression
    value: Expression
    line: str


class Update(Record):
    """One statement of a reset: `name = value`, or `name += value` (op is ``"+"``)."""

    name: str
    op: str
    value: Expression
    line: str

    @property
    def result(self) -> Expression:
        """What the state becomes."""
        return Operation(self.op, Symbol(self.name), self.value) if self.op else self.value


def logical_lines(text: str) -> list[str]:
    """Lines without comments, with continuations joined.

    A line goes on when a parenthesis is open, when it ends in an operator, or when the next one
    starts with one, as long equations are set in print.

    Raises:
        EquationError: for what is not text, too long, or has an invisible character.
    """
    if not isinstance(text, str):
        raise EquationError(f"Equations are text, not {type(text).__name__}.", mend="give a string")
    if len(text) > MOST_TEXT:
        raise EquationError(
            f"Equations have at most {MOST_TEXT} characters.", mend="split the model"
        )
    lines: list[str] = []
    depth = 0  # of the parentheses that the last line leaves open
    for raw in _NEWLINE.split(text):
        if not raw.isascii() or not raw.isprintable():
            _check_visible(raw)
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        goes_on = lines and (
            depth > 0 or _UNFINISHED.search(lines[-1], len(lines[-1]) - 4) or _CONTINUES.match(line)
        )
        if goes_on:
            lines[-1] = f"{lines[-1]} {line}"
            if len(lines[-1]) > LONGEST_LINE:
                check_text(lines[-1])
        else:
            lines.append(line)
            depth = 0
        depth += line.count("(") - line.count(")")
    return lines


def _check_visible(line: str) -> None:
    """Refuse characters that a reader cannot see, in comments too: they can hide an equation."""
    for column, character in enumerate(line):
        if not (character.isprintable() or character == "\t" or _is_space(character)):
            fail(line, column, "An invisible character.", "delete it and type the line again")


def _is_space(character: str) -> bool:
    from unicodedata import category  # a table that few texts need

    return category(character) == "Zs"


def read_equations(text: str) -> list[Equation]:
    """Every equation of a model's text.

    Raises:
        EquationError: with a caret, for a line that is neither kind of equation.
    """
    equations = [_read_equation(line) for line in logical_lines(text)]
    if not equations:
        raise EquationError("The model has no equations.", mend="write at least one, as in v = I")
    seen: dict[str, Equation] = {}
    for equation in equations:
        if equation.name in seen:
            raise EquationError(
                f"{equation.name!r} is given by two equations.",
                where=f"  {seen[equation.name].line}\n  {equation.line}",
                mend="keep one",
            )
        seen[equation.name] = equation
    return equations


def read_updates(text: str) -> tuple[Update, ...]:
    """The statements of a reset, one a line or separated by semicolons.

    Raises:
        EquationError: with a caret, for a line that is not an assignment.
    """
    updates = []
    for line in (part.strip() for whole in logical_lines(text) for part in whole.split(";")):
        if not line:
            continue
        check_text(line)
        match = _RESET.match(line)
        if match is None:
            fail(line, 0, "A reset is made of assignments.", "for example v = V_R; w += b")
        value = parse_expression(line[match.end() :], line, match.end())
        updates.append(Update(match.group(1), match.group(2), value, line))
    return tuple(updates)


def read_condition(text: str) -> Expression:
    """A spike condition such as ``v > V_T``.

    Raises:
        EquationError: when it is not a condition.
    """
    lines = logical_lines(text)
    if len(lines) != 1:
        raise EquationError(
            "A condition is one line.", where=f"  {short(text)}", mend="join it with and"
        )
    return parse_expression(lines[0])


def _read_equation(line: str) -> Equation:
    check_text(line)
    signs = [m.start() for m in _ASSIGNMENT.finditer(line)]
    if len(signs) != 1:
        column = signs[1] if signs else len(line)
        message = (
            "An equation has exactly one equals sign." if signs else "There is no equals sign."
        )
        fail(line, column, message, "write dv/dt = ..., or name = expression")
    left_text, right_text = line[: signs[0]], line[signs[0] + 1 :]
    left = parse_expression(left_text, line, 0)
    right = parse_expression(right_text, line, signs[0] + 1)
    derivatives = [n for n in names(left) | names(right) if n.endswith("/dt")]
    if not derivatives:
        if not isinstance(left, Symbol):
            message = "The left side is not a name and has no derivative."
            fail(line, 0, message, "write name = expression")
        return Equation("definition", left.name, left, right, right, line)
    return _solve(line, left, right, derivatives)


def _solve(line: str, left: Expression, right: Expression, derivatives: list[str]) -> Equation:
    """Solve an equation that is linear in one derivative for that derivative."""
    misplaced = [n for n in walk(right) if isinstance(n, Symbol) and n.name.endswith("/dt")]
    if misplaced or len(derivatives) > 1:
        column = misplaced[0].place[1] if misplaced and misplaced[0].place else 0
        match = list(DERIVATIVE.finditer(line))[-1]
        message = "One derivative is allowed, on the left side."
        fail(line, column or match.start(), message, "write one equation for each state")
    derivative = derivatives[0]
    name = derivative[1:-3]
    slope = differentiate(left, derivative)
    rest = substitute(left, {derivative: ZERO})
    if slope == ZERO or derivative in names(slope) or _is_stepped(left, derivative):
        fail(line, 0, f"The left side is not linear in {derivative}.", f"solve it for {derivative}")
    value = divide(subtract(right, _folded(rest)), slope)
    return Equation("ode", name, left, right, value, line)


def _is_stepped(expression: Expression, name: str) -> bool:
    """Whether a condition or a step function, whose derivative counts as zero, mentions a name."""
    for node in walk(expression):
        is_step = isinstance(node, Comparison) or (
            isinstance(node, Apply) and node.function in _STEPS
        )
        if is_step and name in names(node):
            return True
    return False


def _folded(expression: Expression) -> Expression:
    """Drop the zeros that setting a derivative to zero left behind."""
    match expression:
        case Operation("+", a, b):
            return add(_folded(a), _folded(b))
        case Operation("-", a, b):
            return subtract(_folded(a), _folded(b))
        case Operation("*", a, b):
            return multiply(_folded(a), _folded(b))
        case Operation("/", a, b):
            return divide(_folded(a), b)
        case Negative(a):
            return negate(_folded(a))
    return expression
