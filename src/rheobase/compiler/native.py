"""Functions of the loop language as machine code of this machine, called through ctypes.

`targets/llvm.py` prints them, `machine.py` has LLVM optimise and load the text, and what comes out
is called here. Importing this module does not import llvmlite: the first compilation does.
"""

from __future__ import annotations

import ctypes
import operator
import struct
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.compiler.kernel import FLOATS, Array, Function, Name
from rheobase.compiler.machine import (
    FULL,
    REPORT,
    MachineCode,
    disassemble,
    load,
    vector_bytes,
)
from rheobase.compiler.program import arrays_written
from rheobase.compiler.targets import llvm
from rheobase.errors import CompileError
from rheobase.records import Record

if TYPE_CHECKING:
    import numpy.typing as npt

Argument = Any  # a NumPy array for an array parameter, a Python or NumPy number for a scalar

_CTYPES: dict[str, type[Any]] = {
    "f64": ctypes.c_double,
    "f32": ctypes.c_float,
    "i64": ctypes.c_int64,
    "i32": ctypes.c_int32,
    "i16": ctypes.c_int16,
    "i8": ctypes.c_int8,
    "bool": ctypes.c_bool,
}
_DTYPES = {
    "f64": np.dtype(np.float64),
    "f32": np.dtype(np.float32),
    "i64": np.dtype(np.int64),
    "i32": np.dtype(np.int32),
    "i16": np.dtype(np.int16),
    "i8": np.dtype(np.int8),
    "bool": np.dtype(np.bool_),
}
_CODES = {"f64": "d", "f32": "f4x"}  # how numbers are packed; integers are all of 64 bits
_ALIGNMENT = 128  # bytes: two cache lines, which are fetched in pairs, and two vectors


class NativeFunction(Record, aside=("_code", "_call")):
    """A compiled `Function`, called with NumPy arrays and numbers; the GIL is released.

    Calling checks the count of the arguments, and the type, the contiguity, the writability and the
    overlap of the arrays. Their lengths are the caller's affair: machine code checks no bounds.

    Attributes:
        name: what the function is called.
        parameters: what it takes.
        address: where the machine code stands.
        written: the names of the arrays that it stores into.
    """

    name: str
    parameters: tuple[Array | Name, ...]
    address: int
    written: frozenset[str]
    _code: MachineCode  # stays loaded as long as this refers to it
    _call: Callable[..., Any]

    def __call__(self, *arguments: Argument) -> Any:
        """Run it; returns the result of the function, or None."""
        return self._call(*self.convert(arguments))

    def run(self, *converted: Any) -> Any:
        """Run it on what `convert` made, or on the like of it, without another look at it."""
        return self._call(*converted)

    def bind(self, *arguments: Argument) -> Callable[[], Any]:
        """Check the arguments once and return a call without any; it keeps the arrays alive.

        Scalars are fixed at their values of now, arrays are read and written where they stand.
        """
        call, converted = self._call, self.convert(arguments)
        kept = (self, arguments)

        def run(_kept: object = kept) -> Any:
            return call(*converted)

        return run

    def convert(self, arguments: Sequence[Argument]) -> list[Any]:
        """The arguments as ctypes takes them, checked.

        Raises:
            TypeError: if there are too few or too many, or one is of another type.
            ValueError: if an array is not contiguous, is to be written but may not be, or overlaps
                another one that is written.
        """
        name, parameters = self.name, self.parameters
        if len(arguments) != len(parameters):
            raise TypeError(
                f"{name}() takes {len(parameters)} arguments "
                f"({', '.join(p.name for p in parameters)}), not {len(arguments)}"
            )
        converted: list[Any] = []
        spans: list[tuple[int, int, bool, str]] = []
        for parameter, argument in zip(parameters, arguments, strict=True):
            if not isinstance(parameter, Array):
                converted.append(_scalar(name, parameter, argument))
                continue
            start = address(name, parameter, argument, parameter.name in self.written)
            converted.append(start)
            if argument.size:
                stop = start + argument.nbytes
                spans.append((start, stop, parameter.name in self.written, parameter.name))
        _refuse_overlap(name, spans)
        return converted


def _scalar(name: str, parameter: Name, value: Any) -> float | int | bool:
    """A number of the parameter's type; ctypes would wrap an integer that is too large."""
    kind = parameter.type
    try:
        if kind in FLOATS:
            return float(value)
        if kind == "bool":
            return bool(value)
        number = operator.index(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name}(): {parameter.name} must be of type {kind}: {value!r}") from None
    if number != _CTYPES[kind](number).value:
        raise ValueError(f"{name}(): {parameter.name} = {number} does not fit into {kind}")
    return number


def address(name: str, parameter: Array, array: Any, written: bool = False) -> int:
    """Where an array begins, checked as an argument of the function `name`.

    Raises:
        TypeError: if it is no array, or of another type.
        ValueError: if it is not contiguous, or is written and may not be.
    """
    where = f"{name}(): {parameter.name}"
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{where} must be a NumPy array, not {type(array).__name__}")
    if array.dtype != _DTYPES[parameter.type]:
        raise TypeError(f"{where} must be of dtype {_DTYPES[parameter.type]}, not {array.dtype}")
    if not array.flags.c_contiguous or not array.flags.aligned:
        raise ValueError(f"{where} must be contiguous; pass np.ascontiguousarray(...)")
    if written and not array.flags.writeable:
        raise ValueError(f"{where} is written to but is read-only; pass a copy")
    return int(array.__array_interface__["data"][0])


def _refuse_overlap(name: str, spans: list[tuple[int, int, bool, str]]) -> None:
    """The machine code relies on arrays that do not overlap where one of them is written."""
    end, end_written, by = 0, 0, ""
    for start, stop, written, parameter in sorted(spans):
        if start < end_written or (written and start < end):
            raise ValueError(f"{name}(): {parameter} and {by} overlap; pass a copy of one of them")
        if stop > end:
            end, by = stop, parameter
        if written:
            end_written = max(end_written, stop)


def compile_functions(
    functions: Sequence[Function], effort: str = FULL
) -> dict[str, NativeFunction]:
    """Compile functions of the loop language, with everything they call, for this machine.

    Args:
        functions: the entry functions; their names are unique.
        effort: `FULL`, `LIGHT` or `LEAST` of `machine.py`.

    Returns:
        The callables, by name.

    Raises:
        CompileError: if LLVM refuses the code. The text of the kernels is at fault, not the caller.
    """
    try:
        text = llvm.emit(functions, vector_bytes())
    except ValueError as error:
        raise CompileError(f"a kernel cannot be printed: {error}", mend=REPORT) from error
    code = load(text, effort)
    return {f.name: _native(f, code) for f in functions}


def assembly(functions: Sequence[Function]) -> str:
    """The machine code of functions as text, to read."""
    return disassemble(llvm.emit(functions, vector_bytes()))


def aligned(count: int, dtype: npt.DTypeLike = np.float64) -> npt.NDArray[Any]:
    """Zeros that start on a cache line, where vector loads are fastest (by half, for a bare exp).

    Args:
        count: how many elements.
        dtype: of which type.
    """
    kind = np.dtype(dtype)
    room = np.zeros(count * kind.itemsize + _ALIGNMENT, np.uint8)
    start = -int(room.__array_interface__["data"][0]) % _ALIGNMENT
    return room[start : start + count * kind.itemsize].view(kind)


def _packed(
    function: Function, form: Callable[[int], Callable[..., Any]], code: MachineCode
) -> Callable[..., Any]:
    """A call that packs its arguments, for functions with more than ctypes passes."""
    call = form(code.address(llvm.symbol(function.name + llvm.PACKED)))
    kinds = ("Q" if isinstance(p, Array) else _CODES.get(p.type, "q") for p in function.parameters)
    pack = struct.Struct(f"={''.join(kinds)}").pack
    return lambda *converted: call(pack(*converted))


def _native(function: Function, code: MachineCode) -> NativeFunction:
    kinds = [
        ctypes.c_void_p if isinstance(p, Array) else _CTYPES[p.type] for p in function.parameters
    ]
    result = _CTYPES[function.result] if function.result else None
    address = code.address(llvm.symbol(function.name))
    if llvm.is_packed(function):
        call = _packed(function, ctypes.CFUNCTYPE(result, ctypes.c_char_p), code)
    else:
        call = ctypes.CFUNCTYPE(result, *kinds)(address)
    written = arrays_written(function)
    # Its tree is not kept: Python looks through all there is, again and again, as it ends.
    return NativeFunction(function.name, function.parameters, address, written, code, call)
