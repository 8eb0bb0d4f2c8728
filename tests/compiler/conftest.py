"""What the tests of the compiler share."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from rheobase.compiler import machine, native
from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Function
from rheobase.compiler.targets import python


@pytest.fixture(scope="session", autouse=True)
def cache_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Leave the user's own cache alone."""
    before = os.environ.get("RHEOBASE_CACHE")
    os.environ["RHEOBASE_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    del os.environ["RHEOBASE_CACHE"]
    if before is not None:
        os.environ["RHEOBASE_CACHE"] = before


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
