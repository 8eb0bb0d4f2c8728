"""One root error. Every message says what happened, where, and how to mend it.

Each subclass is also the built-in type a caller would expect, so `except ValueError` goes on
working.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class RheobaseError(Exception):
    """The root of every error that rheobase raises on purpose.

    Args:
        message: what happened.
        where: the place: a line of text with a caret, a file, a population.
        mend: what to do about it.

    Attributes:
        recording: what came before, where a run ended with it.
    """

    recording: object = None

    def __init__(self, message: str, *, where: str = "", mend: str = "") -> None:
        self.message = message
        self.where = where
        self.mend = mend
        super().__init__(message)

    def __str__(self) -> str:
        parts = [self.message]
        if self.where:
            parts.append(self.where)
        if self.mend:
            parts.append(f"Mend: {self.mend}")
        return "\n".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        # What else is known of it, such as the recording of a run that failed, comes along.
        return (_rebuild, (type(self), self.message, self.where, self.mend), vars(self))


@contextmanager
def located(where: str, *, beneath: bool = False) -> Iterator[None]:
    """Within, an error of ours that does not say its place says this one.

    Args:
        where: the place.
        beneath: whether an error that does say its place says this one below it.
    """
    try:
        yield
    except RheobaseError as error:
        if beneath and error.where:
            # What is said by then is not said twice.
            is_there = f"\n{where}\n" in f"\n{error.where}\n"
            where = error.where if is_there else f"{error.where}\n{where}"
        error.where = where if beneath else error.where or where
        raise


def _rebuild(kind: type[RheobaseError], message: str, where: str, mend: str) -> RheobaseError:
    return kind(message, where=where, mend=mend)


class _ClassOnly(classmethod):  # type: ignore[type-arg]  # none is taken in 3.11
    """A class method that refuses to be called on an instance; it can be looked at there."""

    def __init__(self, method: Any, mend: str) -> None:
        super().__init__(method.__func__)
        self._mend = mend

    def __get__(self, instance: Any, owner: Any = None, /) -> Any:
        found = super().__get__(instance, owner)
        if instance is None:
            return found

        @wraps(found)
        def refused(*_: Any, **__: Any) -> NoReturn:
            raise ParameterError(
                f"{found.__name__!r} makes another object, and was called on a "
                f"{type(instance).__name__}, which it would leave as it is.",
                mend=self._mend,
            )

        return refused


def class_only(mend: str) -> Callable[[F], F]:
    """For a class method that makes an object: on an instance it reads as if it changed that one.

    Args:
        mend: how it is called.
    """

    def marked(method: Any) -> Any:
        return _ClassOnly(method, mend)

    return marked


class EquationError(RheobaseError, ValueError):
    """An equation, condition or reset that cannot be read or is not a model."""


class UnitError(RheobaseError, ValueError):
    """A unit that is unknown, or a quantity of another dimension than is due."""


class UnknownNameError(RheobaseError, LookupError):
    """A name that is not defined where it is used."""


class ParameterError(RheobaseError, ValueError):
    """A value that is out of range or of the wrong shape."""


class FrozenError(RheobaseError, AttributeError):
    """An attempt to change a model, a unit or a quantity, which never change."""


class SchemeError(RheobaseError, ValueError):
    """An integration method that does not exist or does not suit the model."""


class CompileError(RheobaseError, RuntimeError):
    """Code that could not be generated, optimised or loaded."""


class NumericalError(RheobaseError, ArithmeticError):
    """A state that became NaN or infinite during a run; `recording` holds what came before."""


class MemoryDemandError(RheobaseError, MemoryError):
    """A run whose recording cannot fit in memory, refused before anything is allocated."""


class ExperimentError(RheobaseError, ValueError):
    """A file that cannot be read as what it should be, or cannot be written.

    Where a run stopped because its stream could not be written, `recording` holds all that was
    recorded until then.
    """


class MissingExtraError(RheobaseError, ImportError):
    """A part of rheobase that needs an optional package which is not installed."""


def missing_extra(package: str, extra: str, purpose: str) -> MissingExtraError:
    """The error for an optional package that is not there."""
    return MissingExtraError(
        f"{purpose} needs the package {package}, which is not installed.",
        mend=f'pip install "rheobase[{extra}]"',
    )


def closest(name: str, known: list[str]) -> str:
    """A hint naming the nearest known name, or an empty string."""
    import difflib

    near = difflib.get_close_matches(str(name), known, n=1)
    return f"did you mean {near[0]!r}? " if near else ""
