"""Prints functions of the loop language as plain Python, for reading and for tests.

The text is slow and exact: integers wrap, division by zero is infinite, `fma` rounds once, an index
out of bounds or an element never written raises. `load` makes it callable without running any text:
it compiles what `emit` printed, after checking that it holds nothing but what `emit` prints.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import types
from collections.abc import Callable, Sequence
from typing import Any

from rheobase.compiler.kernel import (
    FLOATS,
    Array,
    Assign,
    Binary,
    Bits,
    Call,
    Cast,
    Compare,
    Constant,
    Declare,
    Evaluate,
    For,
    Function,
    If,
    Let,
    Load,
    Local,
    Meet,
    Name,
    Point,
    Prefetch,
    Return,
    Select,
    Statement,
    Store,
    Table,
    Value,
    While,
)
from rheobase.compiler.program import functions_of, operands_of, values_of
from rheobase.compiler.targets import arithmetic

_HELPERS = {
    name: value
    for name, value in vars(arithmetic).items()
    if isinstance(value, types.FunctionType) and not name.startswith("_")
}
_HELPERS.pop("annotations", None)
_BUILTINS = {name: getattr(builtins, name) for name in ("abs", "bool", "float", "int", "range")}
_WIDTHS = {"i64": 64, "i32": 32, "i16": 16, "i8": 8}
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "and": "&", "or": "|", "xor": "^"}
_TESTS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
_READERS = {"f64": "float", "f32": "float", "bool": "bool"}
_DEEPEST = 24  # nested parentheses, of which Python's parser bears 200


def emit(functions: Sequence[Function]) -> str:
    """Python text of `functions` and of everything they call, callee first.

    Raises:
        ValueError: if a kernel is not one (see `program.functions_of`).
    """
    found = functions_of(functions)
    names = _names(found)
    texts = ["\n".join(_Printer(function, names).print()) for function in found.values()]
    return "\n\n\n".join(texts) + "\n"


def load(functions: Sequence[Function]) -> dict[str, Callable[..., Any]]:
    """The functions as Python callables, by name; arrays are passed as NumPy arrays.

    No text is executed here. What `emit` printed is parsed, refused if it holds anything but the
    few constructs and names that `emit` writes, and compiled; the callables are made from the code
    of its functions, with a namespace of the arithmetic helpers and nothing else.
    """
    found = functions_of(functions)
    names = _names(found)
    tree = ast.parse(emit(functions))
    _refuse_strangers(tree, set(names.values()))
    module = compile(tree, "<rheobase kernel>", "exec")
    space: dict[str, Any] = {"__builtins__": _BUILTINS, **_HELPERS}
    space.update(inf=float("inf"), nan=float("nan"))
    for code in module.co_consts:
        if isinstance(code, types.CodeType):
            space[code.co_name] = types.FunctionType(code, space)
    return {f.name: space[names[f.name]] for f in functions}


_CONSTRUCTS = (
    *(ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.Pass),
    *(ast.For, ast.While, ast.If, ast.Break, ast.Expr, ast.Call, ast.Name, ast.Constant),
    *(ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Subscript, ast.List),
    *(ast.operator, ast.unaryop, ast.cmpop, ast.expr_context),
)


def _refuse_strangers(tree: ast.Module, functions: set[str]) -> None:
    callable_names = functions | set(_HELPERS) | set(_BUILTINS)
    for node in ast.walk(tree):
        strange = not isinstance(node, _CONSTRUCTS)
        if isinstance(node, ast.Call):
            strange = not (isinstance(node.func, ast.Name) and node.func.id in callable_names)
        if isinstance(node, ast.Name):
            strange = node.id.startswith("__")
        if strange:
            raise ValueError(f"the python target printed {ast.dump(node)}, which it may not")


def _names(taken_by: dict[str, Function]) -> dict[str, str]:
    taken = {*_HELPERS, *_BUILTINS, "inf", "nan"}
    return {name: _identifier(name, taken) for name in taken_by}


def _identifier(name: str, taken: set[str]) -> str:
    """An ASCII identifier for a name, and no other name's: Python folds some letters into one."""
    plain = "".join(
        c if c.isascii() and (c.isalnum() or c == "_") else f"_{ord(c):x}" for c in name
    )
    if not plain.isidentifier() or keyword.iskeyword(plain) or plain.startswith("__"):
        plain = "n_" + plain
    unique, count = plain, 1
    while unique in taken:
        count += 1
        unique = f"{plain}_{count}"
    taken.add(unique)
    return unique


class _Printer:
    """Prints one function; what a statement uses twice is named first, to be evaluated once."""

    def __init__(self, function: Function, functions: dict[str, str]) -> None:
        self.function = function
        self.functions = functions
        self.taken = {*_HELPERS, *_BUILTINS, "inf", "nan", *functions.values()}
        self.names: dict[str, str] = {}
        self.safe: set[str] = set()  # loop indices that start at 0 or above
        self.lines: list[str] = []
        self.indent = 0
        self.seen: dict[int, str] = {}
        self.shared: set[int] = set()

    def print(self) -> list[str]:
        parameters = ", ".join(self.name(p.name) for p in self.function.parameters)
        self.line(f"def {self.functions[self.function.name]}({parameters}):")
        self.block(self.function.body)
        return self.lines

    def line(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)

    def name(self, name: str) -> str:
        if name not in self.names:
            self.names[name] = _identifier(name, self.taken)
        return self.names[name]

    def block(self, body: Sequence[Statement]) -> None:
        self.indent += 1
        for statement in body:
            self.begin(statement)
            self.statement(statement)
        if not body:
            self.line("pass")
        self.indent -= 1

    def begin(self, statement: Statement) -> None:
        """Note which values the statement uses more than once."""
        self.seen, self.shared = {}, set()
        met: set[int] = set()
        stack = list(values_of(statement))
        while stack:
            value = stack.pop()
            if id(value) in met:
                self.shared.add(id(value))
                continue
            met.add(id(value))
            stack.extend(operands_of(value))

    def statement(self, statement: Statement) -> None:
        match statement:
            case Let(name, value) | Declare(name, value) | Assign(name, value):
                text = self.bare(value)
                self.line(f"{self.name(name.name)} = {text}")
            case Store(array, index, value):
                text = self.bare(value)
                self.line(f"{self.element(array, index)} = {text}")
            case Local(array):
                self.line(f"{self.name(array.name)} = [None] * {array.size}")
            case Table(array, values):
                items = ", ".join(_literal(Constant(v, array.type)) for v in values)
                self.line(f"{self.name(array.name)} = [{items}]")
            case Point(array, addresses, index):
                found = self.element(addresses, index)
                self.line(f"{self.name(array.name)} = {found}")
            case Evaluate(call):
                self.line(self.bare(call))
            case Prefetch():
                self.line("pass")
            case Meet(_, parties):
                self.line(f"meet({self.bare(parties)})")
            case Return(value):
                self.line(f"return {self.bare(value)}")
            case If():
                self.line(f"if {self.bare(statement.condition)}:")
                self.block(statement.body)
                if statement.orelse:
                    self.line("else:")
                    self.block(statement.orelse)
            case While():
                self.repeat(statement)
            case For(index, start, stop, body, _):
                if isinstance(start, Constant) and start.value >= 0:
                    self.safe.add(index.name)
                bounds = f"{self.bare(start)}, {self.bare(stop)}"
                self.line(f"for {self.name(index.name)} in range({bounds}):")
                self.block(body)

    def repeat(self, statement: While) -> None:
        self.line("while True:")
        self.indent += 1
        self.line(f"if not {self.value(statement.condition)}:")
        self.line("    break")
        self.indent -= 1
        self.block(statement.body)

    # Values

    def bare(self, value: Value) -> str:
        """A value without the parentheses around it."""
        text = self.value(value)
        if isinstance(value, (Binary, Compare, Select)) and text.startswith("("):
            return text[1:-1]
        return text

    def value(self, value: Value) -> str:
        if isinstance(value, Constant):
            return _literal(value)
        if isinstance(value, Name):
            return self.name(value.name)
        if id(value) in self.seen:
            return self.seen[id(value)]
        text = self.compute(value)
        if id(value) in self.shared or _depth(text) > _DEEPEST:
            name = _identifier("shared", self.taken)
            self.line(f"{name} = {text}")
            text = self.seen[id(value)] = name
        return text

    def compute(self, value: Value) -> str:
        match value:
            case Binary():
                return self.binary(value)
            case Compare(op, left, right):
                return f"({self.value(left)} {_TESTS[op]} {self.value(right)})"
            case Select(condition, chosen, other):
                test, yes, no = self.value(condition), self.value(chosen), self.value(other)
                return f"({yes} if {test} else {no})"
            case Load(array, index, kind):
                return f"{_READERS.get(kind, 'int')}({self.element(array, index)})"
            case Cast(inner, kind):
                return _cast(self.bare(inner), inner.type, kind)
            case Bits(inner, kind):
                return f"as_{kind}({self.bare(inner)})" if inner.type != kind else self.value(inner)
            case Call(function, arguments, kind):
                listed = ", ".join(
                    self.name(a.name) if isinstance(a, Array) else self.bare(a) for a in arguments
                )
                if isinstance(function, Function):
                    return f"{self.functions[function.name]}({listed})"
                return _primitive(function, listed, kind)
        raise ValueError(f"{self.function.name}: {value!r} is not a value of the loop language")

    def binary(self, value: Binary) -> str:
        op, kind = value.op, value.type
        left, right = self.value(value.left), self.value(value.right)
        if op in ("div", "idiv", "irem"):
            name = "divide" if op == "div" else op
            text = f"{name}({self.bare(value.left)}, {self.bare(value.right)})"
            return text if kind == "f64" else f"{kind}({text})"
        if op in ("shl", "ashr", "lshr"):
            return self.shift(value, left, right)
        text = f"{left} {_SIGNS[op]} {right}"
        exact = kind in ("f64", "bool") or op in ("and", "or", "xor")
        return f"({text})" if exact else f"{kind}({text})"

    def shift(self, value: Binary, left: str, right: str) -> str:
        width = _WIDTHS[value.type]
        if isinstance(value.right, Constant):
            right = str(int(value.right.value) % width)
        else:
            right = f"({right} & {width - 1})"
        if value.op == "ashr":
            return f"({left} >> {right})"
        if value.op == "shl":
            return f"{value.type}({left} << {right})"
        return f"{value.type}(({left} & {(1 << width) - 1:#x}) >> {right})"

    def element(self, array: Array, index: Value) -> str:
        text = self.bare(index)
        sure = isinstance(index, Name) and index.name in self.safe
        sure = sure or (isinstance(index, Constant) and index.value >= 0)
        return f"{self.name(array.name)}[{text if sure else f'at({text})'}]"


def _depth(text: str) -> int:
    depth = most = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        most = max(most, depth)
    return most


def _literal(constant: Constant) -> str:
    if constant.type in FLOATS:
        number = float(constant.value)
        text = repr(arithmetic.f32(number) if constant.type == "f32" else number)
    elif constant.type == "bool":
        return repr(bool(constant.value))
    else:
        text = str(_HELPERS[constant.type](int(constant.value)))
    return f"({text})" if text.startswith("-") else text


def _primitive(name: str, listed: str, kind: str) -> str:
    if name == "fma":
        return f"fma_{kind}({listed})"
    if name == "fabs":
        return f"abs({listed})"
    return f"f32({name}({listed}))" if name == "sqrt" and kind == "f32" else f"{name}({listed})"


def _cast(text: str, source: str, target: str) -> str:
    if source == target:
        return text if text.isidentifier() else f"({text})"
    if target == "bool":
        return f"(({text}) != 0)"
    if target == "f64":
        return f"float({text})"
    if target == "f32":
        return f"f32({text})"
    if source in FLOATS:
        return f"truncate({text}, {_WIDTHS[target]})"
    return f"{target}({text})" if source != "bool" else f"int({text})"
