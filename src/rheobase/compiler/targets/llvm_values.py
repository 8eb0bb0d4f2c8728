"""The values of the loop language as LLVM IR: what `targets/llvm.py` puts into its statements."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from rheobase.compiler.kernel import (
    FLOATS,
    Array,
    Binary,
    Bits,
    Call,
    Cast,
    Compare,
    Constant,
    Load,
    Name,
    Select,
    Value,
)
from rheobase.compiler.program import has_frame

_TYPES = {"f64": "double", "f32": "float", "bool": "i1", "void": "void"}
_BITS = {"f64": 64, "f32": 32, "i64": 64, "i32": 32, "i16": 16, "i8": 8, "bool": 1}
# As C passes them: ctypes calls the entry functions by the same rules.
EXTENSIONS = {"bool": " zeroext", "i8": " signext", "i16": " signext"}
_FLOAT_OPS = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_INTEGER_OPS = {"idiv": "sdiv", "irem": "srem"}
_SHIFTS = ("shl", "ashr", "lshr")
_FLOAT_TESTS = {"lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge", "eq": "oeq", "ne": "une"}
_INTEGER_TESTS = {"lt": "slt", "le": "sle", "gt": "sgt", "ge": "sge", "eq": "eq", "ne": "ne"}
_INTRINSICS = {"fma": "fmuladd", "round_even": "roundeven"}


def symbol(name: str) -> str:
    """The symbol of a function: never the name of a C function, which LLVM would claim to know."""
    return "rb." + mangle(name)


def mangle(name: str) -> str:
    """An identifier of LLVM for any name: what is not a plain letter is spelled by its code."""
    spelled = (
        c if c.isascii() and (c.isalpha() or c == "_" or (c.isdigit() and k)) else f".{ord(c):x}."
        for k, c in enumerate(name)
    )
    return "".join(spelled) or ".."


def type_text(name: str) -> str:
    """A type as LLVM calls it."""
    return _TYPES.get(name, name)


def stored_text(name: str) -> str:
    """A type as it lies in an array: a bool is a byte, as in NumPy."""
    return "i8" if name == "bool" else type_text(name)


def literal(value: float | bool, kind: str) -> str:
    """A constant, floats exactly as their bits."""
    if kind in FLOATS:
        number = float(value)
        if kind == "f32":  # printed as a double that is exactly a float
            (number,) = struct.unpack("<f", struct.pack("<f", number))
        return f"0x{struct.unpack('<Q', struct.pack('<d', number))[0]:016X}"
    if kind == "bool":
        return "true" if value else "false"
    bits = _BITS[kind]
    wrapped = int(value) & ((1 << bits) - 1)
    return str(wrapped - (1 << bits) if wrapped >> (bits - 1) else wrapped)


class Module:
    """What the functions of one module share: declarations, tables and metadata."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.tables: list[str] = []
        self.declarations: set[str] = set()
        self.helpers: set[str] = set()
        self.metadata: list[str] = []

    def node(self, text: str) -> str:
        """Add a metadata node; `self` in the text stands for the node itself."""
        name = f"!{len(self.metadata)}"
        self.metadata.append(f"{name} = {text.replace('self', name)}")
        return name

    def intrinsic(self, name: str, result: str, *arguments: str) -> str:
        """Declare an intrinsic and return its name."""
        self.declarations.add(f"declare {result} @{name}({', '.join(arguments)})")
        return name

    def table(self, kind: str, values: Sequence[float | int]) -> str:
        """Add an array of constants and return its name."""
        name = f"@.table{len(self.tables)}"
        element = stored_text(kind)
        plain = "i8" if kind == "bool" else kind
        items = ", ".join(f"{element} {literal(v, plain)}" for v in values)
        shape = f"[{len(values)} x {element}]"
        self.tables.append(f"{name} = private unnamed_addr constant {shape} [{items}], align 64")
        return name


class Values:
    """Prints the values of one function; temporaries are numbered, other names are the kernel's."""

    def __init__(self, module: Module, function: str) -> None:
        self.module = module
        self.function = function
        self.lines: list[str] = []
        self.scalars: dict[str, str] = {}  # lets, parameters, loop indices
        self.variables: set[str] = set()
        self.arrays: dict[str, str] = {}
        self.local: set[str] = set()  # arrays in the frame: never promised to be parallel
        self.groups: list[str] = []  # access groups of the vector loops around
        self.seen: dict[int, str] = {}  # values of the statement at hand, by identity
        self.count = 0

    def result(self, instruction: str, name: str | None = None) -> str:
        """Print an instruction and return the name of what it gives."""
        if name is None:
            name = f"%{self.count}"
            self.count += 1
        self.lines.append(f"  {name} = {instruction}")
        return name

    def value(self, value: Value, name: str | None = None) -> str:
        """Print the instructions of a value, once in a statement, and return its operand."""
        known = self.seen.get(id(value))
        if known is None:
            known = self.seen[id(value)] = self._compute(value, name)
        return known

    def _compute(self, value: Value, name: str | None) -> str:
        match value:
            case Constant():
                return literal(value.value, value.type)
            case Name():
                if value.name in self.variables:
                    pointer = f"%{mangle(value.name)}"
                    return self.result(f"load {type_text(value.type)}, ptr {pointer}", name)
                if value.name not in self.scalars:
                    raise ValueError(f"{self.function}: {value.name!r} is not given yet")
                return self.scalars[value.name]
            case Binary():
                return self._binary(value, name)
            case Compare(op, left, right):
                test = f"icmp {_INTEGER_TESTS[op]}"
                if left.type in FLOATS:
                    test = f"fcmp {_FLOAT_TESTS[op]}"
                elif left.type == "bool":  # one bit has no sign: true is above false
                    test = test.replace(" s", " u")
                operands = f"{self.value(left)}, {self.value(right)}"
                return self.result(f"{test} {type_text(left.type)} {operands}", name)
            case Select(condition, chosen, other, kind):
                test, a, b = self.value(condition), self.value(chosen), self.value(other)
                return self.result(
                    f"select i1 {test}, {type_text(kind)} {a}, {type_text(kind)} {b}", name
                )
            case Load(array, index, _):
                return self._load(array, index, name)
            case Cast(inner, kind):
                return self._cast(self.value(inner), inner.type, kind, name)
            case Bits(inner, kind):
                operand = f"{type_text(inner.type)} {self.value(inner)}"
                return self.result(f"bitcast {operand} to {type_text(kind)}", name)
            case Call():
                return self._call(value, name)
        raise ValueError(f"{self.function}: {value!r} is not a value of the loop language")

    def _binary(self, value: Binary, name: str | None) -> str:
        ops = _FLOAT_OPS if value.type in FLOATS else _INTEGER_OPS
        op = ops.get(value.op, value.op)
        left, right = self.value(value.left), self.value(value.right)
        if op in _SHIFTS:  # by so many places modulo the width, as machines do
            width = _BITS[value.type]
            if isinstance(value.right, Constant):
                right = str(int(value.right.value) % width)
            else:
                right = self.result(f"and {value.type} {right}, {width - 1}")
        return self.result(f"{op} {type_text(value.type)} {left}, {right}", name)

    def _pointer(self, array: Array) -> str:
        if array.name not in self.arrays:
            raise ValueError(f"{self.function}: there is no array {array.name!r}")
        return self.arrays[array.name]

    def element(self, array: Array, index: Value) -> str:
        """Print the address of an element."""
        place = f"ptr {self._pointer(array)}, i64 {self.value(index)}"
        return self.result(f"getelementptr inbounds {stored_text(array.type)}, {place}")

    def access(self, array: Array) -> str:
        """What tells LLVM that iterations of the vector loop do not meet in this array."""
        if not self.groups or array.name in self.local:
            return ""
        return f", !llvm.access.group {self.groups[-1]}"

    def _load(self, array: Array, index: Value, name: str | None) -> str:
        pointer = self.element(array, index)
        tail = self.access(array)
        if array.type == "bool":
            byte = self.result(f"load i8, ptr {pointer}{tail}")
            return self.result(f"icmp ne i8 {byte}, 0", name)
        return self.result(f"load {type_text(array.type)}, ptr {pointer}{tail}", name)

    def _cast(self, text: str, source: str, target: str, name: str | None) -> str:
        old, new = type_text(source), type_text(target)
        if source == target:
            return text
        if target == "bool":
            test = "fcmp une" if source in FLOATS else "icmp ne"
            return self.result(f"{test} {old} {text}, {literal(0, source)}", name)
        if source in FLOATS and target not in FLOATS:
            convert = self.module.intrinsic(f"llvm.fptosi.sat.{new}.{source}", new, old)
            return self.result(f"call {new} @{convert}({old} {text})", name)
        wider = _BITS[target] > _BITS[source]
        if source in FLOATS:
            op = "fpext" if wider else "fptrunc"
        elif target in FLOATS:
            op = "uitofp" if source == "bool" else "sitofp"
        else:
            op = "zext" if source == "bool" else "sext" if wider else "trunc"
        return self.result(f"{op} {old} {text} to {new}", name)

    def _call(self, value: Call, name: str | None) -> str:
        function, kind = value.function, type_text(value.type)
        operands = []
        for argument in value.arguments:
            if isinstance(argument, Array):
                operands.append(f"ptr {self._pointer(argument)}")
            else:
                extension = "" if isinstance(function, str) else EXTENSIONS.get(argument.type, "")
                operands.append(f"{type_text(argument.type)}{extension} {self.value(argument)}")
        listed = ", ".join(operands)
        if isinstance(function, str):
            short = f"llvm.{_INTRINSICS.get(function, function)}.{value.type}"
            full = self.module.intrinsic(short, kind, *[kind] * len(operands))
            return self.result(f"call {kind} @{full}({listed})", name)
        local = any(isinstance(a, Array) and a.name in self.local for a in value.arguments)
        tail = ""
        if self.groups and not local and not has_frame(function):
            tail = f", !llvm.access.group {self.groups[-1]}"
        extension = EXTENSIONS.get(value.type, "")
        text = f"call{extension} {kind} @{symbol(function.name)}({listed}){tail}"
        if function.result is None:
            self.lines.append(f"  {text}")
            return ""
        return self.result(text, name)
