"""What the tests of the compiler share."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from rheobase.compiler import machine, native
from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Function
from rheobase.compiler.targets import python


def _over(function: Function, vector: bool = True) -> Function:
    """A loop that applies a function of numbers to arrays: (n, argument arrays..., out)."""
    b = Builder(f"over_{function.name}", inline=False)
    n = b.scalar("n", "i64")
    arguments = [b.array(f"x{k}", p.type) for k, p in enumerate(function.parameters)]
    out = b.array("out", function.result or "f64")
    with b.loop("i", 0, n, vector=vector) as i:
        b.store(out, i, function(*(x[i] for x in arguments)))
    return b.function()


@pytest.fixture(scope="session")
def over() -> Callable[..., Function]:
    return _over


@pytest.fixture(scope="session")
def compiled() -> Callable[[Function], native.NativeFunction]:
    """Compile one function natively."""
    return lambda function: native.compile_functions([function])[function.name]


@pytest.fixture(scope="session")
def interpreted() -> Callable[[Function], Callable[..., Any]]:
    """Load one function through the python target."""
    return lambda function: python.load([function])[function.name]


@pytest.fixture
def forget() -> Callable[[], None]:
    """Forget what is loaded in memory, so that the cache on disk is asked."""
    return machine._loaded.clear


@pytest.fixture(scope="session")
def both(
    compiled: Callable[[Function], native.NativeFunction],
    interpreted: Callable[[Function], Callable[..., Any]],
) -> Callable[[Function], Sequence[Callable[..., Any]]]:
    return lambda function: (compiled(function), interpreted(function))
