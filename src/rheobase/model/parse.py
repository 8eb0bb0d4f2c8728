"""Text to expressions: a whitelist over Python's `ast`, which parses and is never asked to run.

Allowed: names, numbers, `+ - * / **`, comparisons, `and or not`, and calls of the listed functions.
Everything else is an error with a caret. Length, depth and exponents are capped.
"""

from __future__ import annotations

import ast
import keyword
import math
import re
from itertools import islice
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
    walk,
)
from rheobase.model.functions import ALIASES, FUNCTIONS

LONGEST_LINE = 2000
LONGEST_NAME = 64
DEEPEST = 60
DEEPEST_TREE = 120
MOST_NODES = 4000
LARGEST_EXPONENT = 64.0
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.And: "and", ast.Or: "or",
}  # fmt: skip
# `dv/dt`, which is rewritten to a name of the same length so that columns stay true.
DERIVATIVE = re.compile(r"\bd([A-Za-z_]\w*)(\s*)/(\s*)dt\b")
_UNARY_RUN = re.compile(r"(?:[-+]\s*){9}|(?:\bnot\s+){9}")
# Whatever has another character never reaches Python's parser.
_FOREIGN = re.compile(r"[^A-Za-z0-9_.+\-*/(),<>=! \t]")
_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_WORD = re.compile(rf"(?P<number>{_NUMBER})(?P<glued>[\w.]?)|(?P<name>[A-Za-z_]\w*)|\.")
FOREIGN_MEND = "the language is names, numbers, + - * / **, comparisons and listed functions"
_OPERATOR_WORDS = {"and", "or", "not"}
_WHAT = {
    "[": ("An index, or a list.", f"each name is one value, as in w_1*x_1; {FOREIGN_MEND}"),
    "]": ("An index, or a list.", f"each name is one value, as in w_1*x_1; {FOREIGN_MEND}"),
    "'": ("A string.", f"write names without quotes; {FOREIGN_MEND}"),
    '"': ("A string.", f"write names without quotes; {FOREIGN_MEND}"),
    "{": ("Braces.", "group with parentheses"),
    "}": ("Braces.", "group with parentheses"),
    "^": ("`^` is not a power here.", "write powers with **"),
    ":": ("A colon.", "write where(condition, a, b), and = without a colon"),
    ";": ("A semicolon.", "write one equation a line"),
    "%": ("A percent sign.", "write 0.05, or 5*percent in a model with units"),
    "\\": ("A backslash.", "write Greek letters out: tau, Delta_T"),
}


def fail(line: str, column: int, message: str, mend: str) -> NoReturn:
    """Raise an `EquationError` whose second part is the line with a caret under the column."""
    raise EquationError(message, where=caret(line, column), mend=mend)


def caret(line: str, column: int) -> str:
    """A line with a caret under one column; only a window of a very long line."""
    start = max(0, column - 60)
    before, after = _shown(line[start:column]), _shown(line[column : start + 120])
    return f"  {before}{after}\n  {' ' * len(before)}^"


def _shown(text: str) -> str:
    """Text that is safe to print: what is not plain ASCII is escaped."""
    text = text.replace("\t", " ")
    return text if text.isascii() and text.isprintable() else ascii(text)[1:-1]


def check_text(line: str) -> None:
    """Refuse a line that is not short, of the language's own characters and of modest nesting.

    Raises:
        EquationError: with a caret at the first offence.
    """
    if len(line) > LONGEST_LINE:
        fail(line, 0, f"A line has at most {LONGEST_LINE} characters.", "name parts of it")
    foreign = _FOREIGN.search(line)
    if foreign:
        character = foreign.group()
        message, mend = _WHAT.get(
            character, (f"{character!a} is not in the language.", FOREIGN_MEND)
        )
        if not (character.isascii() and character.isprintable()):
            message = "A character outside plain ASCII."
            mend = "write Greek letters out: tau, Delta_T"
        fail(line, foreign.start(), message, mend)
    for word in _WORD.finditer(line):
        _check_word(line, word)
    depth = 0
    for match in re.finditer(r"[()]", line):
        depth += 1 if match.group() == "(" else -1
        if depth > DEEPEST:
            fail(
                line, match.start(), f"More than {DEEPEST} nested parentheses.", "name parts of it"
            )
    run = _UNARY_RUN.search(line)
    if run:
        fail(line, run.start(), "Too many signs in a row.", "one minus sign is enough")


def _check_word(line: str, word: re.Match[str]) -> None:
    number, glued, name = word.group("number", "glued", "name")
    if number is not None and glued:
        mend = "write products with *, as in 5*v, and numbers in decimal: 1000, 0.5, 1e-3"
        fail(line, word.end() - 1, f"{number} runs into what follows it.", mend)
    if number is None and name is None:
        fail(
            line, word.start(), "An attribute, or a stray dot.", "write names without dots: v_rest"
        )
    if name is None or name in _OPERATOR_WORDS or not keyword.iskeyword(name):
        return
    mend = f"another name will do, for example {name}_"
    if name in ("if", "else"):
        mend = "write where(condition, a, b)"
    if name in ("True", "False"):
        mend = "write a comparison, or 1 and 0"
    fail(line, word.start(), f"{name!r} is a word that is taken.", mend)


def parse_expression(text: str, line: str | None = None, offset: int = 0) -> Expression:
    """Read one expression.

    Args:
        text: the expression.
        line: the whole line it stands in, which `check_text` has seen; by default the text itself.
        offset: the column in `line` at which `text` starts.

    Raises:
        EquationError: for anything outside the language.
    """
    if line is None:
        line = text
        if not isinstance(text, str):
            raise EquationError(f"Text is due, not {type(text).__name__}.", mend="give a string")
        check_text(line)
    derivatives: dict[int, str] = {}

    def flatten(match: re.Match[str]) -> str:
        derivatives[match.start()] = match.group(1)
        return "d" + match.group(1) + "_" * (len(match.group(2)) + 1 + len(match.group(3))) + "dt"

    flat = DERIVATIVE.sub(flatten, text).replace("\t", " ")
    lead = len(flat) - len(flat.lstrip())
    flat = flat.strip()
    try:
        tree = ast.parse(flat, mode="eval").body
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
    reader = _Reader(line, offset + lead, flat, {c - lead: n for c, n in derivatives.items()})
    return reader.read(tree, 0)


def _syntax_mend(text: str) -> str:
    if not text.strip():
        return "write an expression on this side"
    if re.search(r"[\w)][ \t]*\(|[\w)][ \t]+\w", text):
        return "write products with *, as in 5*v"
    return FOREIGN_MEND


class _Reader:
    """Turns a Python syntax tree into an expression, refusing whatever is not listed."""

    def __init__(self, line: str, offset: int, source: str, derivatives: dict[int, str]):
        self.line, self.offset, self.source = line, offset, source
        self.derivatives = derivatives
        self.nodes = 0

    def stop(self, node: ast.AST, message: str, mend: str) -> NoReturn:
        fail(self.line, self.offset + getattr(node, "col_offset", 0), message, mend)

    def count(self, node: ast.AST, nodes: int = 1) -> None:
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            self.stop(node, "This expression is too large.", "name parts of it")

    def read(self, node: ast.AST, depth: int) -> Expression:
        self.count(node)
        if depth > DEEPEST_TREE:
            self.stop(node, "This is nested too deeply.", "name parts of it")
        place = (self.line, self.offset + getattr(node, "col_offset", 0))
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
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
        self.stop(node, "There is something here that the language does not have.", FOREIGN_MEND)

    def _number(self, node: ast.Constant, value: float, place: tuple[str, int]) -> Number:
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isinf(number):
            self.stop(node, "A number too large for a double.", "use a smaller number")
        text = self.source[node.col_offset : node.end_col_offset]
        return Number(number, text=text, place=place)

    def _name(self, node: ast.AST, name: str, place: tuple[str, int]) -> Symbol:
        derived = self.derivatives.get(getattr(node, "col_offset", -1))
        name = name if derived is None else derived
        if name.startswith("__") or name.endswith("__"):
            self.stop(node, f"The name {name!r} is not allowed.", "choose a name without dunders")
        if len(name) > LONGEST_NAME:
            self.stop(node, f"A name has at most {LONGEST_NAME} characters.", "shorten it")
        if derived is None:
            return Symbol(name, place)
        if keyword.iskeyword(name):
            self.stop(node, f"{name!r} is a word that is taken.", "choose another name")
        return Symbol(f"d{name}/dt", place)

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
        for middle in terms[1:-1]:  # which stands in two comparisons
            self.count(node, sum(1 for _ in islice(walk(middle), MOST_NODES)))
        pairs = tuple(
            Comparison(_OPERATORS[type(op)], a, b, place)
            for op, a, b in zip(ops, terms, terms[1:], strict=False)
        )
        return pairs[0] if len(pairs) == 1 else Logical("and", pairs, place)

    def _call(self, node: ast.Call, depth: int, place: tuple[str, int]) -> Apply:
        if not isinstance(node.func, ast.Name) or node.keywords:
            mend = "write exp(x), and products with *, as in 2*(v + 1)"
            self.stop(node, "Only listed functions are called, by name.", mend)
        name = ALIASES.get(node.func.id, node.func.id)
        listed = FUNCTIONS.get(name)
        if listed is None:
            hint = closest(name, list(FUNCTIONS))
            mend = f"{hint}write products with *; the functions are {', '.join(sorted(FUNCTIONS))}"
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
