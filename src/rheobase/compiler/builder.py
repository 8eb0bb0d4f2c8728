"""The pen that writes a `Function` of the loop language."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec

from rheobase.compiler.kernel import (
    Array,
    Assign,
    Call,
    Declare,
    Evaluate,
    For,
    Function,
    If,
    Let,
    Local,
    Meet,
    Name,
    Operand,
    Parameter,
    Point,
    Prefetch,
    Return,
    Statement,
    Store,
    Table,
    Value,
    While,
    as_value,
)

P = ParamSpec("P")
_writing = threading.RLock()


def written_once(write: Callable[P, Function]) -> Callable[P, Function]:
    """Let a function be written once for each set of arguments, and kept for ever.

    Functions of one name in one module have to be one object; so two threads that ask at once get
    the same, which `functools.cache` does not promise, and none is dropped while others call it.
    """
    kept: dict[Any, Function] = {}

    def one(*args: P.args, **named: P.kwargs) -> Function:
        key = (args, *named.items())
        if key not in kept:
            with _writing:
                if key not in kept:
                    kept[key] = write(*args, **named)
        return kept[key]

    one.__doc__, one.__wrapped__ = write.__doc__, write  # type: ignore[attr-defined]
    return one


class Builder:
    """Writes one `Function`, statement by statement; names are made unique as they come."""

    def __init__(self, name: str, result_type: str | None = None, inline: bool = True):
        self.name, self.result_type, self.inline = name, result_type, inline
        self.shared = False
        self.parameters: list[Parameter] = []
        self._shared_scalars: dict[str, Name] = {}
        self._shared_arrays: dict[str, Array] = {}
        self._blocks: list[list[Statement]] = [[]]
        self._taken: dict[str, int] = {}

    def _fresh(self, name: str) -> str:
        count = self._taken.get(name, 0)
        fresh = name
        while fresh in self._taken:  # a user may have called something `v__1`
            fresh = f"{name}__{count}"
            count += 1
        self._taken[name] = max(count, 1)
        self._taken.setdefault(fresh, 1)
        return fresh

    def _emit(self, statement: Statement) -> None:
        self._blocks[-1].append(statement)

    def scalar(self, name: str, type: str = "f64") -> Name:
        """Add a scalar parameter."""
        parameter = Name(self._fresh(name), type)
        self.parameters.append(parameter)
        return parameter

    def array(self, name: str, type: str = "f64") -> Array:
        """Add an array parameter."""
        parameter = Array(self._fresh(name), type)
        self.parameters.append(parameter)
        return parameter

    def shared_scalar(self, name: str, type: str) -> Name:
        """The scalar parameter of this name, added when it is first asked for."""
        if name not in self._shared_scalars:
            self._shared_scalars[name] = self.scalar(name, type)
        return self._shared_scalars[name]

    def shared_array(self, name: str, type: str) -> Array:
        """The array parameter of this name, added when it is first asked for."""
        if name not in self._shared_arrays:
            self._shared_arrays[name] = self.array(name, type)
        return self._shared_arrays[name]

    def local(self, name: str, type: str, size: int) -> Array:
        """Declare a local array of `size` elements, in the function's frame whatever the place."""
        array = Array(self._fresh(name), type, size)
        self._blocks[0].append(Local(array))
        return array

    def table(self, name: str, type: str, values: tuple[float | int, ...]) -> Array:
        """Declare a local array of constants, in the function's frame whatever the place."""
        array = Array(self._fresh(name), type, len(values))
        self._blocks[0].append(Table(array, values))
        return array

    def point(self, name: str, type: str, addresses: Array, index: Operand) -> Array:
        """The array whose address stands at `addresses[index]`."""
        array = Array(self._fresh(name), type)
        self._emit(Point(array, addresses, as_value(index, "i64")))
        return array

    def let(self, name: str, value: Operand, type: str = "f64") -> Name:
        """Evaluate `value` here and name it."""
        value = as_value(value, type)
        variable = Name(self._fresh(name), value.type)
        self._emit(Let(variable, value))
        return variable

    def variable(self, name: str, value: Operand, type: str = "f64") -> Name:
        """Declare a variable that `assign` may change."""
        value = as_value(value, type)
        variable = Name(self._fresh(name), value.type)
        self._emit(Declare(variable, value))
        return variable

    def assign(self, name: Name, value: Operand) -> None:
        """Give a variable a new value."""
        self._emit(Assign(name, as_value(value, name.type)))

    def store(self, array: Array, index: Operand, value: Operand) -> None:
        """Write `array[index] = value`."""
        self._emit(Store(array, as_value(index, "i64"), as_value(value, array.type)))

    def prefetch(self, array: Array, index: Operand) -> None:
        """Ask for the cache line of `array[index]`, which will be read soon."""
        self._emit(Prefetch(array, as_value(index, "i64")))

    def meet(self, place: Array, parties: Operand) -> None:
        """Wait for the other threads; the function is then a shared one."""
        self.shared = True
        self._emit(Meet(place, as_value(parties, "i64")))

    def evaluate(self, call: Call) -> None:
        """Call a function for its effect."""
        self._emit(Evaluate(call))

    def result(self, value: Operand) -> None:
        """Return a value; the last statement of the function."""
        self._emit(Return(as_value(value, self.result_type or "f64")))

    @contextmanager
    def loop(
        self, name: str, start: Operand, stop: Operand, vector: bool = False
    ) -> Iterator[Name]:
        """`for name in range(start, stop):`."""
        index = Name(self._fresh(name), "i64")
        self._blocks.append([])
        yield index
        body = tuple(self._blocks.pop())
        self._emit(For(index, as_value(start, "i64"), as_value(stop, "i64"), body, vector))

    @contextmanager
    def repeat(self, condition: Value) -> Iterator[None]:
        """`while condition:`."""
        self._blocks.append([])
        yield
        self._emit(While(condition, tuple(self._blocks.pop())))

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """`if condition:`; an `otherwise` may follow."""
        self._blocks.append([])
        yield
        self._emit(If(condition, tuple(self._blocks.pop())))

    @contextmanager
    def otherwise(self) -> Iterator[None]:
        """The `else:` of the `when` just before it."""
        branch = self._blocks[-1].pop()
        if not isinstance(branch, If):
            raise TypeError("otherwise() must follow when() directly")
        self._blocks.append([])
        yield
        self._emit(If(branch.condition, branch.body, tuple(self._blocks.pop())))

    def function(self) -> Function:
        """The finished function."""
        body = tuple(self._blocks[0])
        parameters = tuple(self.parameters)
        return Function(
            self.name, parameters, body, self.result_type, self.inline, shared=self.shared
        )
