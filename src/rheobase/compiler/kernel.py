"""The loop language: what every kernel of rheobase is written in, once.

It is defined by what it leaves out. There are typed scalars, one-dimensional arrays, `for`,
`while`, `if`, `select`, loads, stores and calls; there are no objects, no allocation, no strings,
no exceptions and no recursion. A `Function` is built with a `Builder` (`builder.py`), printed by
a target (`targets/llvm.py`, `targets/python.py`) and computes nothing by itself.

Types are spelled as LLVM and NumPy users spell them: ``f64 f32 i64 i32 i16 i8 bool``. Integers
wrap. Arithmetic is never reassociated or contracted behind the author's back: a fused
multiply-add is written as `fma`, so a neuron gets the same bits in a vector lane and in the scalar
remainder.

Nodes are never changed once they are made.
"""

from __future__ import annotations

from typing import TypeAlias

from rheobase.records import Record

FLOATS = ("f64", "f32")
INTEGERS = ("i64", "i32", "i16", "i8")
TYPES = (*FLOATS, *INTEGERS, "bool")

# What a target must know how to print: each maps values of one float type to the same type.
PRIMITIVES = ("fma", "sqrt", "fabs", "floor", "ceil", "round_even", "copysign")


class Node(Record, identity=True):
    """A part of a kernel; each is itself alone, equal to no other."""


class Value:
    """An expression of the loop language; operators on values build larger values."""

    type: str

    def __add__(self, other: Operand) -> Binary:
        return _binary("add", self, other)

    def __radd__(self, other: Operand) -> Binary:
        return _binary("add", other, self)

    def __sub__(self, other: Operand) -> Binary:
        return _binary("sub", self, other)

    def __rsub__(self, other: Operand) -> Binary:
        return _binary("sub", other, self)

    def __mul__(self, other: Operand) -> Binary:
        return _binary("mul", self, other)

    def __rmul__(self, other: Operand) -> Binary:
        return _binary("mul", other, self)

    def __truediv__(self, other: Operand) -> Binary:
        return _binary("div", self, other)

    def __rtruediv__(self, other: Operand) -> Binary:
        return _binary("div", other, self)

    def __floordiv__(self, other: Operand) -> Binary:
        """Integer division, truncated towards zero as machines do."""
        return _binary("idiv", self, other)

    def __mod__(self, other: Operand) -> Binary:
        """Integer remainder, with the sign of the dividend as machines do."""
        return _binary("irem", self, other)

    def __and__(self, other: Operand) -> Binary:
        return _binary("and", self, other)

    def __or__(self, other: Operand) -> Binary:
        return _binary("or", self, other)

    def __xor__(self, other: Operand) -> Binary:
        return _binary("xor", self, other)

    def __lshift__(self, other: Operand) -> Binary:
        return _binary("shl", self, other)

    def __rshift__(self, other: Operand) -> Binary:
        """Arithmetic shift right: the sign is kept. `logical_shift` fills with zeros."""
        return _binary("ashr", self, other)

    def __neg__(self) -> Binary:
        # -0.0 - x would round differently under directed modes only; a multiply is exact.
        return _binary("mul", self, -1.0) if self.type in FLOATS else _binary("sub", 0, self)

    def __lt__(self, other: Operand) -> Compare:
        return _compare("lt", self, other)

    def __le__(self, other: Operand) -> Compare:
        return _compare("le", self, other)

    def __gt__(self, other: Operand) -> Compare:
        return _compare("gt", self, other)

    def __ge__(self, other: Operand) -> Compare:
        return _compare("ge", self, other)

    def equals(self, other: Operand) -> Compare:
        """The value `self == other` (ordered: false where either is NaN)."""
        return _compare("eq", self, other)

    def differs(self, other: Operand) -> Compare:
        """The value `self != other` (unordered: true where either is NaN)."""
        return _compare("ne", self, other)

    def __invert__(self) -> Binary:
        """Logical not of a bool, bitwise not of an integer."""
        return _binary("xor", self, Constant(True, "bool") if self.type == "bool" else -1)


class Constant(Node, Value):
    """A literal."""

    value: float | int | bool
    type: str


class Name(Node, Value):
    """A scalar parameter, a `let`, a variable or a loop index, read when it is evaluated."""

    name: str
    type: str


class Binary(Node, Value):
    """Two operands of one type: add sub mul div idiv irem and or xor shl ashr lshr."""

    op: str
    left: Value
    right: Value
    type: str


class Compare(Node, Value):
    """A bool: lt le gt ge eq (ordered) and ne (unordered); integers compare signed."""

    op: str
    left: Value
    right: Value
    type: str = "bool"


class Select(Node, Value):
    """`chosen` where `condition` holds, else `other`; both are evaluated, so loops vectorise."""

    condition: Value
    chosen: Value
    other: Value
    type: str


class Load(Node, Value):
    """One element of an array, read when the expression is evaluated."""

    array: Array
    index: Value
    type: str


class Cast(Node, Value):
    """A conversion by value: float to integer truncates, integers sign-extend or wrap."""

    value: Value
    type: str


class Bits(Node, Value):
    """The same 64 or 32 bits read as another type (f64 and i64, f32 and i32)."""

    value: Value
    type: str


class Call(Node, Value):
    """A call of a primitive (by name) or of another `Function`, with scalars or arrays."""

    function: str | Function
    arguments: tuple[Value | Array, ...]
    type: str


class Array(Node):
    """A one-dimensional array: a parameter, or a local of fixed size. `array[i]` is a load."""

    name: str
    type: str
    size: int | None = None

    def __getitem__(self, index: Operand) -> Load:
        return Load(self, as_value(index, "i64"), self.type)


class Let(Node):
    """Evaluate once and name it; never reassigned."""

    name: Name
    value: Value


class Declare(Node):
    """A variable with its first value. Kernels declare it before the loops that change it."""

    name: Name
    value: Value


class Assign(Node):
    """Give a declared variable a new value."""

    name: Name
    value: Value


class Store(Node):
    """Write one element of an array."""

    array: Array
    index: Value
    value: Value


class Local(Node):
    """A local array of fixed size, uninitialised, in the function's frame."""

    array: Array


class Table(Node):
    """A local array of constants, known when the kernel is printed."""

    array: Array
    values: tuple[float | int, ...]


class Point(Node):
    """Let `array` be the one whose address stands at `addresses[index]`."""

    array: Array
    addresses: Array
    index: Value


class Evaluate(Node):
    """Call a function for its effect on arrays."""

    call: Call


class Prefetch(Node):
    """Ask for the cache line of an element that will be read soon; computes nothing."""

    array: Array
    index: Value


class Meet(Node):
    """Wait until as many threads as there are parties have come here.

    `place` is 32 words of i64 that all of them share, zero before the first meeting.
    """

    place: Array
    parties: Value


class For(Node):
    """`for index in range(start, stop)`.

    `vector` asks for SIMD: no iteration may depend on another. Otherwise the loop is left scalar
    and is not unrolled, which keeps compile time down.
    """

    index: Name
    start: Value
    stop: Value
    body: tuple[Statement, ...]
    vector: bool = False


class While(Node):
    """Repeat while the condition, evaluated anew each time, holds."""

    condition: Value
    body: tuple[Statement, ...]


class If(Node):
    """A branch."""

    condition: Value
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...] = ()


class Return(Node):
    """The last statement of a function that has a result."""

    value: Value


Statement: TypeAlias = (
    Let
    | Declare
    | Assign
    | Store
    | Local
    | Table
    | Point
    | Evaluate
    | Prefetch
    | Meet
    | For
    | While
    | If
    | Return
)
Operand: TypeAlias = Value | float | int
Parameter: TypeAlias = Name | Array


class Function(Node):
    """A function of the loop language. Array parameters never overlap one another.

    `result` is a type, or None for a function called for its effect. `inline` asks the target to
    paste it into its callers, which is what lets a loop around it vectorise. The arrays of a
    `shared` function may be changed by other threads while it waits for them; what takes time in it
    is left to the functions that it calls, for it may not be optimised.
    """

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    result: str | None = None
    inline: bool = True
    shared: bool = False

    def __call__(self, *arguments: Operand | Array) -> Call:
        """The value of calling this function; numbers take the parameter's type."""
        values = tuple(
            a if isinstance(a, Array) else as_value(a, p.type)
            for a, p in zip(arguments, self.parameters, strict=True)
        )
        return Call(self, values, self.result or "void")


def as_value(operand: Operand, type: str) -> Value:
    """A number as a constant of the given type; a value as it is."""
    if isinstance(operand, Value):
        return operand
    if type in FLOATS:
        return Constant(float(operand), type)
    return Constant(bool(operand) if type == "bool" else int(operand), type)


def primitive(name: str, *arguments: Operand) -> Call:
    """Call one of `PRIMITIVES`; the type is that of the first argument that is a value."""
    kind = next((a.type for a in arguments if isinstance(a, Value)), "f64")
    return Call(name, tuple(as_value(a, kind) for a in arguments), kind)


def fma(a: Operand, b: Operand, c: Operand) -> Call:
    """`a * b + c`, rounded once where the machine can."""
    return primitive("fma", a, b, c)


def select(condition: Value, chosen: Operand, other: Operand) -> Select:
    """`chosen` where `condition` holds, else `other`."""
    kind = chosen.type if isinstance(chosen, Value) else getattr(other, "type", "f64")
    return Select(condition, as_value(chosen, kind), as_value(other, kind), kind)


def logical_shift(value: Value, places: Operand) -> Binary:
    """Shift right, filling with zeros."""
    return _binary("lshr", value, places)


def _pair(left: Operand, right: Operand) -> tuple[Value, Value]:
    kind = left.type if isinstance(left, Value) else right.type  # type: ignore[union-attr]
    return as_value(left, kind), as_value(right, kind)


def _binary(op: str, left: Operand, right: Operand) -> Binary:
    a, b = _pair(left, right)
    return Binary(op, a, b, a.type)


def _compare(op: str, left: Operand, right: Operand) -> Compare:
    return Compare(op, *_pair(left, right))
