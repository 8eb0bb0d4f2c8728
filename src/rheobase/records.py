"""Records: values made of named fields, as dataclasses are, without their cost at import.

A dataclass writes and compiles its methods when it is defined, a fifth to half a millisecond each;
the trees of the language and of the loops are some fifty classes, which a first run would wait for.
The methods below are shared by all of them. Type checkers read a record as a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn, TypeVar, dataclass_transform


class _Empty(dict[Any, Any]):
    """A mapping of nothing that stays so; unlike a mapping proxy it can be copied and sent."""

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise TypeError("the empty mapping is never changed; make another one")

    def __reduce__(self) -> str:
        return "EMPTY"


# A default for fields that map, shared because nobody can change it.
EMPTY: Mapping[Any, Any] = _Empty()
R = TypeVar("R", bound="Record")


@dataclass_transform(frozen_default=True)
class Record:
    """A value of named fields that is never changed; records of one class are equal by value.

    Fields are the annotated names of the class, in order, after those of its bases; a value in the
    class is a default, and all records share it. Fields that the class names in `aside` do not
    count in comparisons and are not shown. A class made with ``identity=True``, and those below it,
    have records that are each equal to themselves alone.
    """

    __match_args__: ClassVar[tuple[str, ...]] = ()
    _counted: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(
        cls, aside: tuple[str, ...] = (), identity: bool = False, **options: Any
    ) -> None:
        super().__init_subclass__(**options)
        if identity:
            for name in {"__eq__", "__hash__", "__repr__"} - cls.__dict__.keys():
                setattr(cls, name, getattr(object, name))
        own = [
            name
            for name, kind in cls.__annotations__.items()
            if name not in cls.__match_args__ and not str(kind).startswith("ClassVar")
        ]
        setattr(cls, "__match_args__", (*cls.__match_args__, *own))  # noqa: B010  mypy reads it as fixed
        cls._counted = (*cls._counted, *(name for name in own if name not in aside))
        body = cls.__dict__
        given = {name: body[name] for name in cls.__match_args__ if name in body}
        cls._defaults = cls._defaults | given

    def __init__(self, *values: Any, **named: Any) -> None:
        fields, state = self.__match_args__, self.__dict__
        if self._defaults:
            state.update(self._defaults)
        state.update(zip(fields, values))  # noqa: B905  their numbers are compared below
        if named:
            state.update(named)
        # Counts alone would let a name that is wrong make up for one that is missing.
        fits = len(state) == len(fields) and len(values) <= len(fields)
        if not fits or (named and not set(fields[len(values) :]).issuperset(named)):
            raise TypeError(
                f"{type(self).__name__} takes {', '.join(fields)}; "
                f"given {len(values)} by position, and {', '.join(named) or 'none'} by name"
            )

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} is never changed; make another one")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} is never changed; make another one")

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if other.__class__ is not self.__class__:
            return NotImplemented
        mine, others = self.__dict__, other.__dict__
        return [mine[name] for name in self._counted] == [others[name] for name in self._counted]

    def __hash__(self) -> int:
        state = self.__dict__
        found: int | None = state.get("_hash")
        if found is None:
            found = hash((self.__class__, *[state[name] for name in self._counted]))
            state["_hash"] = found  # a tree is asked for the hash of its every part again and again
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        # Fields alone: what was found out and kept does not travel, and hashes differ elsewhere.
        return type(self), tuple(self.__dict__[name] for name in self.__match_args__)

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self._counted)
        return f"{type(self).__name__}({fields})"


def replace(record: R, /, **changes: Any) -> R:
    """A record like another one, with some fields changed."""
    fields = record.__match_args__
    return type(record)(**{name: record.__dict__[name] for name in fields} | changes)
