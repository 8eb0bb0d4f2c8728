"""Prints functions of the loop language as LLVM IR text, for `compiler/native.py` to compile.

The text is built by hand: `llvmlite.ir` would cost import time and gives nothing here. It carries
no fast-math flag: LLVM may not reassociate or contract, so a neuron has the same bits in a vector
lane as in the scalar remainder. `fma` is printed as `llvm.fmuladd`, which is fused wherever the
machine can. A cast of a float to an integer saturates and takes NaN to zero, on every machine;
a shift counts modulo the width. Dividing an integer by zero, and an index out of bounds, are the
author's to avoid: the `python` target raises on them.
"""

from __future__ import annotations

from collections.abc import Sequence

from rheobase.compiler.kernel import (
    Array,
    Assign,
    Constant,
    Declare,
    Evaluate,
    For,
    Function,
    If,
    Let,
    Local,
    Meet,
    Name,
    Point,
    Prefetch,
    Return,
    Statement,
    Store,
    Table,
    Value,
    While,
)
from rheobase.compiler.program import carries_float, functions_of, size, widest
from rheobase.compiler.targets.llvm_values import (
    EXTENSIONS,
    Module,
    Values,
    mangle,
    stored_text,
    symbol,
    type_text,
)

__all__ = ["emit", "mangle", "symbol"]

# LLVM has vectors of 512 bits switched off by default on some machines that run them well.
_ATTRIBUTES = 'nounwind "prefer-vector-width"="512"'
# A vector loop with as many operations has its last elements masked: a scalar copy for them would
# double the compile time. A lighter loop would feel the mask, by a fifth.
_HEAVY = 100
_MASKED = 32  # machines with shorter vectors have no masked loads and stores
# Where threads meet others do the work: to polish it is a fifth of the compile time, and nothing of
# the run's. With more parameters, of many graded projections, what is not polished takes longer.
_FEW_PARAMETERS = 256
# The most parameters that ctypes passes, and what the function is called that takes them packed.
MOST_PARAMETERS, PACKED = 1024, ".packed"


def emit(functions: Sequence[Function], vector_bytes: int = 64) -> str:
    """LLVM IR of `functions` and of everything they call.

    Args:
        functions: the entry functions, which the text exports as `symbol(name)`.
        vector_bytes: the length of a vector of the machine meant.

    Returns:
        A module as text, without triple and data layout: those belong to the machine it runs on.

    Raises:
        ValueError: if a kernel is not one: a name used before it is given, a recursion.
    """
    module = Module()
    entries = {f.name for f in functions}
    for name, function in functions_of(functions).items():
        _Printer(module, function, name in entries, vector_bytes).print()
    attributes = [
        f"attributes #0 = {{ {_ATTRIBUTES} }}",
        f"attributes #1 = {{ alwaysinline {_ATTRIBUTES} }}",
        f"attributes #2 = {{ noinline {_ATTRIBUTES} }}",
        f"attributes #3 = {{ noinline optnone {_ATTRIBUTES} }}",
    ]
    head = [*module.tables, *sorted(module.declarations), *sorted(module.helpers)]
    return "\n".join([*head, *module.lines, *attributes, *module.metadata, ""])


def is_packed(function: Function) -> bool:
    """Whether a function has more parameters than may be passed one by one."""
    return len(function.parameters) > MOST_PARAMETERS


def _packed(function: Function) -> list[str]:
    """`symbol(name + PACKED)`: the function called with one array of 8 bytes a parameter."""
    lines, passed = list[str](), list[str]()
    for k, p in enumerate(function.parameters):
        kind = "ptr" if isinstance(p, Array) else type_text(p.type)
        # Integers lie there in 64 bits.
        stored = "i64" if kind.startswith("i") else kind
        lines.append(f"  %at.{k} = getelementptr i64, ptr %packed, i64 {k}")
        lines.append(f"  %in.{k} = load {stored}, ptr %at.{k}")
        if stored != kind:
            lines.append(f"  %as.{k} = trunc i64 %in.{k} to {kind}")
        extension = "" if isinstance(p, Array) else EXTENSIONS.get(p.type, "")
        passed.append(f"{kind}{extension} %{'in' if stored == kind else 'as'}.{k}")
    result = type_text(function.result or "void")
    kept = "" if result == "void" else "%result = "
    lines.append(f"  {kept}call {result} @{symbol(function.name)}({', '.join(passed)})")
    lines.append(f"  ret {result} %result" if kept else "  ret void")
    head = f"define {result} @{symbol(function.name + PACKED)}(ptr %packed) #3 {{"
    return [head, ".entry:", *lines, "}"]


class _Printer:
    """Prints the statements of one function, around the lines that its values take."""

    def __init__(
        self, module: Module, function: Function, exported: bool, vector_bytes: int
    ) -> None:
        self.module = module
        self.function = function
        self.exported = exported
        self.vector_bytes = vector_bytes
        self.values = Values(module, function.name)
        self.value = self.values.value
        self.lines = self.values.lines
        self.allocas: list[str] = []
        self.labels = 0
        self.block = ".entry"

    def print(self) -> None:
        """Append the function to the module."""
        parameters = []
        for p in self.function.parameters:
            name = "%" + mangle(p.name)
            if isinstance(p, Array):
                self.values.arrays[p.name] = name
                shared = "" if self.function.shared else " noalias nocapture"
                parameters.append(f"ptr{shared} {name}")
            else:
                self.values.scalars[p.name] = name
                parameters.append(f"{type_text(p.type)}{EXTENSIONS.get(p.type, '')} {name}")
        self.statements(self.function.body)
        if self.function.result is None:
            self.lines.append("  ret void")
        result = self.function.result or "void"
        names = ", ".join(parameters)
        attributes = "#1" if self.function.inline else "#0" if self.exported else "#2"
        if self.function.shared and len(self.function.parameters) <= _FEW_PARAMETERS:
            attributes = "#3"
        linkage = "" if self.exported else " internal"
        # A short loop is up to a fifth slower where it crosses a cache line; whether it does must
        # not depend on what stands before the function.
        head = f"define{linkage}{EXTENSIONS.get(result, '')} {type_text(result)}"
        self.module.lines += [
            f"{head} @{symbol(self.function.name)}({names}) {attributes} align 64 {{",
            ".entry:",
            *self.allocas,
            *self.lines,
            "}",
        ]
        if self.exported and is_packed(self.function):
            self.module.lines += _packed(self.function)

    def statements(self, body: Sequence[Statement]) -> None:
        for statement in body:
            self.values.seen.clear()
            self.statement(statement)

    def statement(self, statement: Statement) -> None:
        match statement:
            case Let(name, value):
                self.values.scalars[name.name] = self.value(value, "%" + mangle(name.name))
            case Declare(name, value):
                self.values.variables.add(name.name)
                self.allocas.append(f"  %{mangle(name.name)} = alloca {type_text(name.type)}")
                self.assign(name, value)
            case Assign(name, value):
                self.assign(name, value)
            case Store(array, index, value):
                self.store(array, index, value)
            case Local(array):
                self.values.arrays[array.name] = pointer = "%" + mangle(array.name)
                self.values.local.add(array.name)
                shape = f"[{array.size} x {stored_text(array.type)}]"
                self.allocas.append(f"  {pointer} = alloca {shape}, align 64")
            case Table(array, values):
                self.values.arrays[array.name] = self.module.table(array.type, values)
            case Point(array, addresses, index):
                pointer = self.values.element(addresses, index)
                found = self.values.result(f"load ptr, ptr {pointer}")
                self.values.arrays[array.name] = found
            case Evaluate(call):
                self.value(call)
            case Prefetch(array, index):
                types = ("ptr", "i32", "i32", "i32")
                intrinsic = self.module.intrinsic("llvm.prefetch.p0", "void", *types)
                pointer = self.values.element(array, index)
                self.lines.append(f"  call void @{intrinsic}(ptr {pointer}, i32 0, i32 3, i32 1)")
            case Meet(place, parties):
                from rheobase.compiler.targets import meeting  # only networks of threads meet

                self.module.declarations |= meeting.DECLARATIONS
                self.module.helpers.add(meeting.FUNCTION)
                pointer, count = self.values.arrays[place.name], self.value(parties)
                self.lines.append(f"  call void @rb.meet(ptr {pointer}, i64 {count})")
            case Return(value):
                self.lines.append(f"  ret {type_text(value.type)} {self.value(value)}")
            case If():
                self.branch(statement)
            case While():
                self.repeat(statement)
            case For():
                self.loop(statement)

    def assign(self, name: Name, value: Value) -> None:
        if name.name not in self.values.variables:
            raise ValueError(f"{self.function.name}: {name.name!r} is assigned but not declared")
        text = self.value(value)
        self.lines.append(f"  store {type_text(name.type)} {text}, ptr %{mangle(name.name)}")

    def store(self, array: Array, index: Value, value: Value) -> None:
        text = self.value(value)
        if array.type == "bool":
            text = self.values.result(f"zext i1 {text} to i8")
        pointer = self.values.element(array, index)
        self.lines.append(
            f"  store {stored_text(array.type)} {text}, ptr {pointer}{self.values.access(array)}"
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
        # LLVM would add up a sum in another order to have a vector: such a loop stays as it is.
        vector = statement.vector and not carries_float(statement.body)
        group = self.module.node("distinct !{}") if vector else None
        before, last = self.block, self.label("next")
        # Tested at the bottom, as LLVM would rotate it.
        test = self.values.result(f"icmp slt i64 {start}, {stop}")
        self.lines.append(f"  br i1 {test}, label %{body}, label %{end}")
        self.start(body)
        self.lines.append(f"  {index} = phi i64 [ {start}, %{before} ], [ {after}, %{last} ]")
        self.values.scalars[statement.index.name] = index
        if group:
            self.values.groups.append(group)
        self.statements(statement.body)
        if group:
            self.values.groups.pop()
        self.lines.append(f"  br label %{last}")
        self.start(last)
        self.lines.append(f"  {after} = add nsw i64 {index}, 1")
        test = self.values.result(f"icmp slt i64 {after}, {stop}")
        hints = self.hints(group, statement)
        self.lines.append(f"  br i1 {test}, label %{body}, label %{end}, !llvm.loop {hints}")
        self.start(end)

    def hints(self, group: str | None, statement: For) -> str:
        hints, body = ['!"llvm.loop.unroll.disable"'], statement.body
        if group is None:
            hints.append('!"llvm.loop.vectorize.enable", i1 false')
        else:
            # The width is given because LLVM's choice of one may abort the process: its two cost
            # models check each other (LLVM 22). "enable" is not: it would warn where it cannot.
            width = max(2, self.vector_bytes // widest(body))
            if isinstance(statement.start, Constant) and isinstance(statement.stop, Constant):
                # A loop of a few turns fills a shorter vector.
                turns = int(statement.stop.value) - int(statement.start.value)
                width = min(width, 1 << max(1, turns.bit_length() - 1))
            hints.append(f'!"llvm.loop.vectorize.width", i32 {width}')
            if self.vector_bytes >= _MASKED and size(body) >= _HEAVY:
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
        self.values.seen.clear()
