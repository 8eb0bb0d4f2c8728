"""Prints functions of the loop language as LLVM IR text, for `compiler/native.py` to compile.

The text is built by hand: `llvmlite.ir` would cost import time and gives nothing here. It carries no
fast-math flag: LLVM may not reassociate or contract, so a neuron has the same bits in a vector lane
as in the scalar remainder. `fma` is printed as `llvm.fmuladd`, which is fused wherever the machine
can. A cast of a float to an integer saturates and takes NaN to zero, on every machine alike; a shift
counts modulo the width. Dividing an integer by zero, and an index out of bounds, are the author's
to avoid: the `python` target raises on them.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

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
    Name,
    Return,
    Select,
    Statement,
    Store,
    Table,
    Value,
    While,
)
from rheobase.compiler.program import functions_of, has_frame, size

_TYPES = {"f64": "double", "f32": "float", "bool": "i1", "void": "void"}
_BITS = {"f64": 64, "f32": 32, "i64": 64, "i32": 32, "i16": 16, "i8": 8, "bool": 1}
# As C passes them: ctypes calls the entry functions by the same rules.
_EXTENSIONS = {"bool": " zeroext", "i8": " signext", "i16": " signext"}
_FLOAT_OPS = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_INTEGER_OPS = {"idiv": "sdiv", "irem": "srem"}
_SHIFTS = ("shl", "ashr", "lshr")
_FLOAT_TESTS = {"lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge", "eq": "oeq", "ne": "une"}
_INTEGER_TESTS = {"lt": "slt", "le": "sle", "gt": "sgt", "ge": "sge", "eq": "eq", "ne": "ne"}
_INTRINSICS = {"fma": "fmuladd", "round_even": "roundeven"}
# LLVM has vectors of 512 bits switched off by default on some machines that run them well.
_ATTRIBUTES = 'nounwind "prefer-vector-width"="512"'
# A vector loop with as many operations has its last elements masked: a scalar copy for them would
# double the compile time. A lighter loop would feel the mask, by a fifth.
_HEAVY = 100


def emit(functions: Sequence[Function]) -> str:
    """LLVM IR of `functions` and of everything they call.

    Args:
        functions: the entry functions, which the text exports as `symbol(name)`.

    Returns:
        A module as text, without triple and data layout: those belong to the machine it runs on.

    Raises:
        ValueError: if a kernel is not one: a name used before it is given, a recursion.
    """
    module = _Module()
    entries = {f.name for f in functions}
    for name, function in functions_of(functions).items():
        _Printer(module, function, name in entries).print()
    attributes = [
        f"attributes #0 = {{ {_ATTRIBUTES} }}",
        f"attributes #1 = {{ alwaysinline {_ATTRIBUTES} }}",
        f"attributes #2 = {{ noinline {_ATTRIBUTES} }}",
    ]
    head = [*module.tables, *sorted(module.declarations)]
    return "\n".join([*head, *module.lines, *attributes, *module.metadata, ""])


def symbol(name: str) -> str:
    """The symbol of a function: never the name of a C function, which LLVM would claim to know."""
    return "rb." + mangle(name)


def mangle(name: str) -> str:
    """An identifier of LLVM for any name: what is not ASCII or not a word is spelled by its code."""
    return "".join(
        c if c.isascii() and (c.isalpha() or c == "_" or (c.isdigit() and k)) else f".{ord(c):x}."
        for k, c in enumerate(name)
    )


def _type(name: str) -> str:
    return _TYPES.get(name, name)


def _stored(name: str) -> str:
    return "i8" if name == "bool" else _type(name)


def _literal(value: float | bool, kind: str) -> str:
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


class _Module:
    """What the functions of one module share: declarations, tables and metadata."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.tables: list[str] = []
        self.declarations: set[str] = set()
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
        element = _stored(kind)
        plain = "i8" if kind == "bool" else kind
        items = ", ".join(f"{element} {_literal(v, plain)}" for v in values)
        shape = f"[{len(values)} x {element}]"
        self.tables.append(f"{name} = private unnamed_addr constant {shape} [{items}], align 64")
        return name


class _Printer:
    """Prints one function. Temporaries are numbered, so the names of the kernel stay its own."""

    def __init__(self, module: _Module, function: Function, exported: bool) -> None:
        self.module = module
        self.function = function
        self.exported = exported
        self.lines: list[str] = []
        self.allocas: list[str] = []
        self.values: dict[str, str] = {}  # lets, scalar parameters, loop indices
        self.variables: set[str] = set()
        self.arrays: dict[str, str] = {}
        self.local: set[str] = set()  # arrays in the frame: never promised to be parallel
        self.seen: dict[int, str] = {}  # values of the statement at hand, by identity
        self.groups: list[str] = []  # access groups of the vector loops around
        self.count = 0
        self.labels = 0
        self.block = "entry"

    def print(self) -> None:
        """Append the function to the module."""
        parameters = []
        for p in self.function.parameters:
            name = "%" + mangle(p.name)
            if isinstance(p, Array):
                self.arrays[p.name] = name
                parameters.append(f"ptr noalias nocapture {name}")
            else:
                self.values[p.name] = name
                parameters.append(f"{_type(p.type)}{_EXTENSIONS.get(p.type, '')} {name}")
        self.statements(self.function.body)
        if self.function.result is None:
            self.lines.append("  ret void")
        result = self.function.result or "void"
        attributes = "#1" if self.function.inline else "#0" if self.exported else "#2"
        linkage = "" if self.exported else " internal"
        head = f"define{linkage}{_EXTENSIONS.get(result, '')} {_type(result)}"
        self.module.lines += [
            f"{head} @{symbol(self.function.name)}({', '.join(parameters)}) {attributes} {{",
            "entry:",
            *self.allocas,
            *self.lines,
            "}",
        ]

    # Statements

    def statements(self, body: Sequence[Statement]) -> None:
        for statement in body:
            self.seen.clear()
            self.statement(statement)

    def statement(self, statement: Statement) -> None:
        match statement:
            case Let(name, value):
                self.values[name.name] = self.value(value, "%" + mangle(name.name))
            case Declare(name, value):
                self.variables.add(name.name)
                self.allocas.append(f"  %{mangle(name.name)} = alloca {_type(name.type)}")
                self.assign(name, value)
            case Assign(name, value):
                self.assign(name, value)
            case Store(array, index, value):
                self.store(array, index, value)
            case Local(array):
                self.arrays[array.name] = pointer = "%" + mangle(array.name)
                self.local.add(array.name)
                shape = f"[{array.size} x {_stored(array.type)}]"
                self.allocas.append(f"  {pointer} = alloca {shape}, align 64")
            case Table(array, values):
                self.arrays[array.name] = self.module.table(array.type, values)
            case Evaluate(call):
                self.value(call)
            case Return(value):
                self.lines.append(f"  ret {_type(value.type)} {self.value(value)}")
            case If():
                self.branch(statement)
            case While():
                self.repeat(statement)
            case For():
                self.loop(statement)

    def assign(self, name: Name, value: Value) -> None:
        if name.name not in self.variables:
            raise ValueError(f"{self.function.name}: {name.name!r} is assigned but not declared")
        text = self.value(value)
        self.lines.append(f"  store {_type(name.type)} {text}, ptr %{mangle(name.name)}")

    def store(self, array: Array, index: Value, value: Value) -> None:
        text = self.value(value)
        if array.type == "bool":
            text = self.result(f"zext i1 {text} to i8")
        pointer = self.element(array, index)
        self.lines.append(
            f"  store {_stored(array.type)} {text}, ptr {pointer}{self.access(array)}"
        )

    def branch(self, statement: If) -> None:
        condition = self.value(statement.condition)
        then, other, end = self.label("then"), self.label("else"), self.label("end")
        target = other if statement.orelse else end
        self.lines.append(f"  br i1 {condition}, label %{then}, label %{target}")
        for label, block in ((then, statement.body), (other, statement.orelse)):
            if block or label == then:
                self.start(label)
                self.statements(block)
                self.lines.append(f"  br label %{end}")
        self.start(end)

    def repeat(self, statement: While) -> None:
        test, body, end = self.label("while"), self.label("body"), self.label("end")
        self.lines.append(f"  br label %{test}")
        self.start(test)
        condition = self.value(statement.condition)
        self.lines.append(f"  br i1 {condition}, label %{body}, label %{end}")
        self.start(body)
        self.statements(statement.body)
        self.lines.append(f"  br label %{test}")
        self.start(end)

    def loop(self, statement: For) -> None:
        start, stop = self.value(statement.start), self.value(statement.stop)
        body, end = self.label("for"), self.label("end")
        index, after = "%" + mangle(statement.index.name), f"%.next{self.labels}"
        group = self.module.node("distinct !{}") if statement.vector else None
        before, last = self.block, self.label("next")
        # Tested at the bottom, as LLVM would rotate it.
        test = self.result(f"icmp slt i64 {start}, {stop}")
        self.lines.append(f"  br i1 {test}, label %{body}, label %{end}")
        self.start(body)
        self.lines.append(f"  {index} = phi i64 [ {start}, %{before} ], [ {after}, %{last} ]")
        self.values[statement.index.name] = index
        if group:
            self.groups.append(group)
        self.statements(statement.body)
        if group:
            self.groups.pop()
        self.lines.append(f"  br label %{last}")
        self.start(last)
        self.lines.append(f"  {after} = add nsw i64 {index}, 1")
        test = self.result(f"icmp slt i64 {after}, {stop}")
        hints = self.hints(group, size(statement.body) >= _HEAVY)
        self.lines.append(f"  br i1 {test}, label %{body}, label %{end}, !llvm.loop {hints}")
        self.start(end)

    def hints(self, group: str | None, heavy: bool) -> str:
        hints = ['!"llvm.loop.unroll.disable"']
        if group is None:
            hints.append('!"llvm.loop.vectorize.enable", i1 false')
        else:  # not "enable": that would also let LLVM reorder sums, and warn where it cannot
            if heavy:
                hints.append('!"llvm.loop.vectorize.predicate.enable", i1 true')
            hints.append('!"llvm.loop.interleave.count", i32 1')
            hints.append(f'!"llvm.loop.parallel_accesses", {group}')
        nodes = ", ".join(self.module.node("!{" + hint + "}") for hint in hints)
        return self.module.node(f"distinct !{{self, {nodes}}}")

    def label(self, word: str) -> str:
        self.labels += 1
        return f".{word}{self.labels}"

    def start(self, label: str) -> None:
        self.lines.append(f"{label}:")
        self.block = label
        self.seen.clear()

    # Values

    def result(self, instruction: str, name: str | None = None) -> str:
        if name is None:
            name = f"%{self.count}"
            self.count += 1
        self.lines.append(f"  {name} = {instruction}")
        return name

    def value(self, value: Value, name: str | None = None) -> str:
        """Print the instructions of a value, once in a statement, and return its operand."""
        known = self.seen.get(id(value))
        if known is None:
            known = self.seen[id(value)] = self.compute(value, name)
        return known

    def compute(self, value: Value, name: str | None) -> str:
        match value:
            case Constant():
                return _literal(value.value, value.type)
            case Name():
                if value.name in self.variables:
                    pointer = f"%{mangle(value.name)}"
                    return self.result(f"load {_type(value.type)}, ptr {pointer}", name)
                if value.name not in self.values:
                    raise ValueError(f"{self.function.name}: {value.name!r} is not given yet")
                return self.values[value.name]
            case Binary():
                return self.binary(value, name)
            case Compare(op, left, right):
                test = f"icmp {_INTEGER_TESTS[op]}"
                if left.type in FLOATS:
                    test = f"fcmp {_FLOAT_TESTS[op]}"
                elif left.type == "bool":  # one bit has no sign: true is above false
                    test = test.replace(" s", " u")
                operands = f"{self.value(left)}, {self.value(right)}"
                return self.result(f"{test} {_type(left.type)} {operands}", name)
            case Select(condition, chosen, other, kind):
                test, a, b = self.value(condition), self.value(chosen), self.value(other)
                return self.result(f"select i1 {test}, {_type(kind)} {a}, {_type(kind)} {b}", name)
            case Load(array, index, _):
                return self.load(array, index, name)
            case Cast(inner, kind):
                return self.cast(self.value(inner), inner.type, kind, name)
            case Bits(inner, kind):
                operand = f"{_type(inner.type)} {self.value(inner)}"
                return self.result(f"bitcast {operand} to {_type(kind)}", name)
            case Call():
                return self.call(value, name)
        raise ValueError(f"{self.function.name}: {value!r} is not a value of the loop language")

    def binary(self, value: Binary, name: str | None) -> str:
        if value.type in FLOATS:
            op = _FLOAT_OPS[value.op]
        else:
            op = _INTEGER_OPS.get(value.op, value.op)
        left, right = self.value(value.left), self.value(value.right)
        if op in _SHIFTS:  # by so many places modulo the width, as machines do
            width = _BITS[value.type]
            if isinstance(value.right, Constant):
                right = str(int(value.right.value) % width)
            else:
                right = self.result(f"and {value.type} {right}, {width - 1}")
        return self.result(f"{op} {_type(value.type)} {left}, {right}", name)

    def pointer(self, array: Array) -> str:
        if array.name not in self.arrays:
            raise ValueError(f"{self.function.name}: there is no array {array.name!r}")
        return self.arrays[array.name]

    def element(self, array: Array, index: Value) -> str:
        place = f"ptr {self.pointer(array)}, i64 {self.value(index)}"
        return self.result(f"getelementptr inbounds {_stored(array.type)}, {place}")

    def access(self, array: Array) -> str:
        if not self.groups or array.name in self.local:
            return ""
        return f", !llvm.access.group {self.groups[-1]}"

    def load(self, array: Array, index: Value, name: str | None) -> str:
        pointer = self.element(array, index)
        tail = self.access(array)
        if array.type == "bool":
            byte = self.result(f"load i8, ptr {pointer}{tail}")
            return self.result(f"icmp ne i8 {byte}, 0", name)
        return self.result(f"load {_type(array.type)}, ptr {pointer}{tail}", name)

    def cast(self, text: str, source: str, target: str, name: str | None) -> str:
        old, new = _type(source), _type(target)
        if source == target:
            return text
        if target == "bool":
            test = "fcmp une" if source in FLOATS else "icmp ne"
            return self.result(f"{test} {old} {text}, {_literal(0, source)}", name)
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

    def call(self, value: Call, name: str | None) -> str:
        function, kind = value.function, _type(value.type)
        operands = []
        for argument in value.arguments:
            if isinstance(argument, Array):
                operands.append(f"ptr {self.pointer(argument)}")
            else:
                extension = "" if isinstance(function, str) else _EXTENSIONS.get(argument.type, "")
                operands.append(f"{_type(argument.type)}{extension} {self.value(argument)}")
        listed = ", ".join(operands)
        if isinstance(function, str):
            short = f"llvm.{_INTRINSICS.get(function, function)}.{value.type}"
            full = self.module.intrinsic(short, kind, *[kind] * len(operands))
            return self.result(f"call {kind} @{full}({listed})", name)
        local = any(isinstance(a, Array) and a.name in self.local for a in value.arguments)
        tail = ""
        if self.groups and not local and not has_frame(function):
            tail = f", !llvm.access.group {self.groups[-1]}"
        extension = _EXTENSIONS.get(value.type, "")
        text = f"call{extension} {kind} @{symbol(function.name)}({listed}){tail}"
        if function.result is None:
            self.lines.append(f"  {text}")
            return ""
        return self.result(text, name)
