"""Names that are loaded when they are first used (SPEC 1), so that importing stays cheap."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

_paused: list[None] = []
# Who loads a package and who loads a module of it wait for one another, and Python then gives one
# of them half a module. So one thread loads at a time. Another one goes on after so many seconds,
# for the first may wait for what that one is importing.
_loading = threading.RLock()
_PATIENCE = 10.0


@contextmanager
def nothing_discarded() -> Iterator[None]:
    """Spare the collector of cycles while modules are loaded or a tree is built.

    All that is made meanwhile is kept, so looking through it again and again finds nothing; on a
    first run that is a twentieth of the whole. The collector is left as it was found.
    """
    collecting = gc.isenabled()
    try:
        gc.disable()
        if collecting:
            _paused.append(None)
        yield
    finally:
        if collecting:
            gc.enable()
            _paused.clear()


@contextmanager
def loading() -> Iterator[None]:
    """As `nothing_discarded`, for modules, which stay: they are filed with what lives long.

    Otherwise the collector, back at work, would look through every one of them twice. Freezing and
    thawing moves all there is to the oldest generation; what the user has frozen stays so. It sets
    the counts of allocations to zero too, so that it is for what is done once, not in a loop.
    """
    with nothing_discarded():
        yield
        if not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    mine = _loading.acquire(timeout=_PATIENCE)
    try:
        yield
    finally:
        if mine:
            _loading.release()


def _resume() -> None:
    """A process forked meanwhile has no thread that would put the collector and the lock back."""
    global _loading
    _loading = threading.RLock()
    if _paused:
        gc.enable()
        _paused.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_resume)


def exports(
    package: str,
    homes: Mapping[str, tuple[str, ...]],
    modules: Iterable[str] = (),
    first: str | None = None,
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The `__getattr__` and `__dir__` of a package whose names live in its modules.

    Args:
        package: the package's `__name__`.
        homes: for each module, relative to the package, the names it holds.
        modules: which of them are names themselves.
        first: a package that all of them need and that loads its own modules. It is loaded before
            any other, lest a thread that has a module of it waits for one that has the package.
    """
    whole = frozenset(modules)
    home = {name: module for module, names in homes.items() for name in names}

    def load(name: str) -> Any:
        if name in whole:
            with _one_at_a_time():
                return import_module(f"{package}.{name}")  # which makes it an attribute
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        with _one_at_a_time(), loading():
            if first is not None:
                import_module(first)
            value = getattr(import_module(f"{package}.{home[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    def listed() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home, *whole})

    return load, listed
