"""What a set of kernels is made of: the functions they call, and the arrays they write.

Targets print a program callee first, so that a reader (and a C compiler) meets a function before
its use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

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
    Value,
    While,
)

Node: TypeAlias = Statement | Value


def values_of(statement: Statement) -> tuple[Value, ...]:
    """The expressions a statement evaluates itself, without those of the blocks inside it."""
    match statement:
        case Let() | Declare() | Assign() | Return():
            return (statement.value,)
        case Store():
            return (statement.index, statement.value)
        case Evaluate():
            return (statement.call,)
        case Meet():
            return (statement.parties,)
        case Prefetch() | Point():
            return (statement.index,)
        case For():
            return (statement.start, statement.stop)
        case While() | If():
            return (statement.condition,)
        case _:
            return ()


def blocks_of(statement: Statement) -> tuple[tuple[Statement, ...], ...]:
    """The blocks of statements inside a statement."""
    match statement:
        case For() | While():
            return (statement.body,)
        case If():
            return (statement.body, statement.orelse)
        case _:
            return ()


def operands_of(value: Value) -> tuple[Value, ...]:
    """The expressions directly below an expression."""
    if isinstance(value, (Binary, Compare)):
        return (value.left, value.right)
    if isinstance(value, Call):
        return tuple(a for a in value.arguments if isinstance(a, Value))
    if isinstance(value, Load):
        return (value.index,)
    if isinstance(value, Select):
        return (value.condition, value.chosen, value.other)
    return (value.value,) if isinstance(value, (Cast, Bits)) else ()


def statements_within(body: Sequence[Statement]) -> Iterator[Statement]:
    """Every statement of a block, those of inner blocks included, in the order they stand."""
    for statement in body:
        yield statement
        for block in blocks_of(statement):
            yield from statements_within(block)


def calls_within(function: Function) -> tuple[Call, ...]:
    """Every call of another `Function` in its blocks, each node once; found once and kept."""
    kept = function.__dict__
    if "_calls" not in kept:
        kept["_calls"] = tuple(_calls_within(function.body))
    found: tuple[Call, ...] = kept["_calls"]
    return found


def _calls_within(body: Sequence[Statement]) -> Iterator[Call]:
    seen: set[int] = set()
    stack: list[Value] = []
    for statement in statements_within(body):
        stack.extend(reversed(values_of(statement)))
        while stack:
            value = stack.pop()
            if id(value) in seen:
                continue
            seen.add(id(value))
            if isinstance(value, Call) and isinstance(value.function, Function):
                yield value
            stack.extend(reversed(operands_of(value)))


def functions_of(entries: Sequence[Function]) -> dict[str, Function]:
    """The entries and everything they call, callee first, by name.

    Raises:
        ValueError: if two different functions share a name, or a function calls itself.
    """
    found: dict[str, Function] = {}
    open_: list[Function] = []

    def visit(function: Function) -> None:
        if any(function is other for other in open_):
            chain = " -> ".join(f.name for f in [*open_, function])
            raise ValueError(f"recursion in the loop language: {chain}; write it as a loop")
        known = found.get(function.name)
        if known is function:
            return
        open_.append(function)
        for call in calls_within(function):
            if isinstance(call.function, Function):
                visit(call.function)
        open_.pop()
        if found.setdefault(function.name, function) is not function:
            raise ValueError(
                f"two different functions are called {function.name!r}; give one another name"
            )

    for entry in entries:
        visit(entry)
    return found


def arrays_written(function: Function) -> frozenset[str]:
    """The names of the arrays that a function, or anything it calls, stores into."""
    written = {s.array.name for s in statements_within(function.body) if isinstance(s, Store)}
    for call in calls_within(function):
        if isinstance(call.function, Function):
            below = arrays_written(call.function)
            for argument, parameter in zip(call.arguments, call.function.parameters, strict=True):
                if isinstance(argument, Array) and parameter.name in below:
                    written.add(argument.name)
    return frozenset(written)


def has_frame(function: Function) -> bool:
    """Whether a function, or anything it calls, keeps a local array it writes."""
    return any(isinstance(s, Local) for s in statements_within(function.body)) or any(
        isinstance(c.function, Function) and has_frame(c.function) for c in calls_within(function)
    )


def values_within(body: Sequence[Statement]) -> Iterator[Value]:
    """Every expression of a block and of the functions it calls, each node once in each."""
    seen: set[int] = set()
    stack = [value for statement in statements_within(body) for value in values_of(statement)]
    while stack:
        value = stack.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        yield value
        if isinstance(value, Call) and isinstance(value.function, Function):
            yield from values_within(value.function.body)
        stack.extend(operands_of(value))


def size(body: Sequence[Statement]) -> int:
    """How many operations a block holds, those of the functions it calls included."""
    return sum(not isinstance(value, (Name, Constant)) for value in values_within(body))


def widest(body: Sequence[Statement]) -> int:
    """The bytes of the widest number a block computes; an i64 that is only an index counts not."""
    kinds = {s.array.type for s in statements_within(body) if isinstance(s, Store)}
    for value in values_within(body):
        if isinstance(value, Load) or value.type in FLOATS:
            kinds.add(value.type)
    return max((_BYTES[kind] for kind in kinds), default=8)


def carries_float(body: Sequence[Statement]) -> bool:
    """Whether a block gives a new value to a float variable that was declared outside it."""
    inside = {s.name.name for s in statements_within(body) if isinstance(s, Declare)}
    return any(
        isinstance(s, Assign) and s.name.type in FLOATS and s.name.name not in inside
        for s in statements_within(body)
    )


_BYTES = {"f64": 8, "f32": 4, "i64": 8, "i32": 4, "i16": 2, "i8": 1, "bool": 1}
