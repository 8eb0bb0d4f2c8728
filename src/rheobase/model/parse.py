"""Text to expressions: a whitelist over Python's `ast`, which parses and is never asked to run.

Allowed: names, numbers, `+ - * / **`, comparisons, `and or not`, and calls of the listed functions.
Everything else is an error with a caret. Length, depth and exponents are capped.
"""

from __future__ import annotations

import ast
import re
from typing import NoReturn

from rheobase.errors import EquationError, closest
from rheobase.model.expression import (
    Apply,
    Comparison,
    Expression,
    Logical,
    Negative,
    Number,
    Operation,
    Symbol,
)
from rheobase.model.functions import ALIASES, FUNCTIONS

LONGEST_LINE = 2000
DEEPEST = 60
LARGEST_EXPONENT = 64.0
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.And: "and", ast.Or: "or",
}  # fmt: skip
# `dv/dt`, which is rewritten to a name of the same length so that columns stay true.
DERIVATIVE = re.compile(r"\bd([A-Za-z_]\w*)(\s*)/(\s*)dt\b")
_UNARY_RUN = re.compile(r"(?:[-+~]\s*){9}|(?:\bnot\s+){9}")
_WHAT = {
    ast.Attribute: "an attribute", ast.Subscript: "an index", ast.Lambda: "a lambda",
    ast.JoinedStr: "a string", ast.List: "a list", ast.Tuple: "a tuple", ast.Dict: "a dictionary",
    ast.Set: "a set", ast.ListComp: "a comprehension", ast.GeneratorExp: "a comprehension",
    ast.IfExp: "an inline if (write where(condition, a, b))", ast.NamedExpr: "an assignment",
    ast.Starred: "a star", ast.Await: "await", ast.Yield: "yield",
}  # fmt: skip


def fail(line: str, column: int, message: str, mend: str) -> NoReturn:
    """Raise an `EquationError` whose second part is the line with a caret under the column."""
    raise EquationError(message, where=caret(line, column), mend=mend)


def caret(line: str, column: int) -> str:
    """A line with a caret under one column; only a window of a very long line."""
    start = max(0, column - 60)
    window = (
        ascii(line[start : start + 120])[1:-1] if not line.isascii() else line[start : start + 120]
    )
    return f"  {window}\n  {' ' * (column - start)}^"


def check_text(line: str) -> None:
    """Refuse a line that is not short printable ASCII of modest nesting.

    Raises:
        EquationError: with a caret at the first offence.
    """
    if len(line) > LONGEST_LINE:
        fail(line, 0, f"A line has at most {LONGEST_LINE} characters.", "name parts of it")
    for column, character in enumerate(line):
        if not (character.isascii() and (character.isprintable() or character == "\t")):
            fail(
                line,
                column,
                "A character outside plain ASCII.",
                "write Greek letters out: tau, Delta_T",
            )
    depth = 0
    for column, character in enumerate(line):
        depth += (character in "([{") - (character in ")]}")
        if depth > DEEPEST:
            fail(line, column, f"More than {DEEPEST} nested parentheses.", "name parts of it")
    run = _UNARY_RUN.search(line)
    if run:
        fail(line, run.start(), "Too many signs in a row.", "one minus sign is enough")


def parse_expression(text: str, line: str | None = None, offset: int = 0) -> Expression:
    """Read one expression.

    Args:
        text: the expression.
        line: the whole line it stands in, for carets; by default the text itself.
        offset: the column in `line` at which `text` starts.

    Raises:
        EquationError: for anything outside the language.
    """
    line = text if line is None else line
    check_text(line)
    derivatives: dict[int, str] = {}

    def flatten(match: re.Match[str]) -> str:
        derivatives[match.start()] = match.group(1)
        return "d" + match.group(1) + "_" * (len(match.group(2)) + 1 + len(match.group(3))) + "dt"

    flat = DERIVATIVE.sub(flatten, text).replace("\t", " ")
    lead = len(flat) - len(flat.lstrip())
    try:
        tree = ast.parse(flat.strip(), mode="eval").body
    except SyntaxError as error:
        column = offset + lead + max((error.offset or 1) - 1, 0)
        fail(
            line,
            min(column, len(line)),
            "This cannot be read as an expression.",
            _syntax_mend(text),
        )
    except (ValueError, RecursionError, MemoryError):
        fail(line, offset, "This is nested too deeply to be read.", "name parts of it")
    return _Reader(line, offset + lead, {c - lead: n for c, n in derivatives.items()}).read(tree, 0)


def _syntax_mend(text: str) -> str:
    if not text.strip():
        return "write an expression on this side"
    if re.search(r"\d[A-Za-z(]|\)\s*[\w(]", text):
        return "write products with *, as in 5*v"
    return "the language is names, numbers, + - * / **, comparisons and listed functions"


class _Reader:
    """Turns a Python syntax tree into an expression, refusing whatever is not listed."""

    def __init__(self, line: str, offset: int, derivatives: dict[int, str]):
        self.line, self.offset, self.derivatives = line, offset, derivatives

    def stop(self, node: ast.AST, message: str, mend: str) -> NoReturn:
        fail(self.line, self.offset + getattr(node, "col_offset", 0), message, mend)

    def read(self, node: ast.AST, depth: int) -> Expression:
        if depth > 4 * DEEPEST:
            self.stop(node, "This is nested too deeply.", "name parts of it")
        place = (self.line, self.offset + getattr(node, "col_offset", 0))
        match node:
            case ast.Constant(value=value) if type(value) in (int, float):
                return self._number(node, value, place)
            case ast.Name(id=name):
                return self._name(node, name, place)
            case ast.BinOp(left, ast.Pow(), right):
                base, exponent = self.read(left, depth + 1), self.read(right, depth + 1)
                self._check_exponent(right, exponent)
                return Operation("**", base, exponent, place)
            case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
                a, b = self.read(left, depth + 1), self.read(right, depth + 1)
                return Operation(_OPERATORS[type(op)], a, b, place)
            case ast.UnaryOp(ast.USub(), operand):
                return Negative(self.read(operand, depth + 1), place)
            case ast.UnaryOp(ast.UAdd(), operand):
                return self.read(operand, depth + 1)
            case ast.UnaryOp(ast.Not(), operand):
                return Logical("not", (self.read(operand, depth + 1),), place)
            case ast.BoolOp(op, values):
                parts = tuple(self.read(v, depth + 1) for v in values)
                return Logical(_OPERATORS[type(op)], parts, place)
            case ast.Compare(left, ops, comparators):
                return self._comparison(node, left, ops, comparators, depth, place)
            case ast.Call():
                return self._call(node, depth, place)
            case ast.BinOp(_, ast.BitXor(), _):
                self.stop(node, "`^` is not a power here.", "write powers with **")
        what = _WHAT.get(type(node), "something")
        self.stop(node, f"There is {what} here that the language does not have.", "remove it")

    def _number(self, node: ast.AST, value: float, place: tuple[str, int]) -> Number:
        try:
            return Number(float(value), text=str(value), place=place)
        except OverflowError:
            self.stop(node, "A number too large for a double.", "use a smaller number")

    def _name(self, node: ast.AST, name: str, place: tuple[str, int]) -> Symbol:
        derived = self.derivatives.get(getattr(node, "col_offset", -1))
        if derived is not None:
            return Symbol(f"d{derived}/dt", place)
        if name.startswith("__") or name.endswith("__"):
            self.stop(node, f"The name {name!r} is not allowed.", "choose a name without dunders")
        if len(name) > 64:
            self.stop(node, "A name has at most 64 characters.", "shorten it")
        return Symbol(name, place)

    def _check_exponent(self, node: ast.AST, exponent: Expression) -> None:
        inner = exponent.operand if isinstance(exponent, Negative) else exponent
        if isinstance(inner, Number) and inner.value > LARGEST_EXPONENT:
            self.stop(node, f"An exponent above {LARGEST_EXPONENT:g}.", "use exp and log")
        if any(isinstance(n, ast.Pow) for n in ast.walk(node)):
            self.stop(node, "A power in an exponent.", "name the exponent, or use exp")

    def _comparison(
        self, node: ast.AST, left: ast.AST, ops: list[ast.cmpop], rights: list[ast.expr],
        depth: int, place: tuple[str, int],
    ) -> Expression:  # fmt: skip
        terms = [self.read(n, depth + 1) for n in (left, *rights)]
        if any(type(op) not in _OPERATORS for op in ops):
            self.stop(node, "Only < <= > >= == != compare.", "use one of these")
        pairs = tuple(
            Comparison(_OPERATORS[type(op)], a, b, place)
            for op, a, b in zip(ops, terms, terms[1:], strict=False)
        )
        return pairs[0] if len(pairs) == 1 else Logical("and", pairs, place)

    def _call(self, node: ast.Call, depth: int, place: tuple[str, int]) -> Apply:
        if not isinstance(node.func, ast.Name) or node.keywords:
            self.stop(node, "Only listed functions are called, by name.", "for example exp(x)")
        name = ALIASES.get(node.func.id, node.func.id)
        listed = FUNCTIONS.get(name)
        if listed is None:
            hint = closest(name, list(FUNCTIONS))
            mend = f"{hint}the functions are {', '.join(sorted(FUNCTIONS))}"
            self.stop(node, f"There is no function {name!r}.", mend)
        count = len(node.args)
        if count != listed.arguments and not (listed.many and 2 <= count <= 8):
            many = "two or more arguments" if listed.many else f"{listed.arguments} argument(s)"
            self.stop(node, f"{name} takes {many}, not {count}.", "check the commas")
        arguments = tuple(self.read(a, depth + 1) for a in node.args)
        if listed.many:  # max(a, b, c) is max(max(a, b), c)
            call = Apply(name, arguments[:2], place)
            for argument in arguments[2:]:
                call = Apply(name, (call, argument), place)
            return call
        return Apply(name, arguments, place)
