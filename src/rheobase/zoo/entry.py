"""What a published model is in the zoo: a function that returns a `Model`, and its presets."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, update_wrapper
from typing import Any

from rheobase.errors import ParameterError, closest
from rheobase.model.model import Model


@dataclass(frozen=True)
class Preset:
    """A published parameter set.

    Attributes:
        note: what it shows, in a few words.
        parameters: what differs from the model's defaults.
        drive: the current it was published with, by input: an amplitude, or a description that
            `rheobase.network.stimuli.from_description` reads.
        changes: other things that differ, as `Model.named` takes them.
        build: makes the model, where its equations are its own.
    """

    note: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    drive: Mapping[str, Any] | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    build: Callable[[], Model] | None = None


class Entry:
    """A model of the zoo: call it for the model, or ask for one of its `presets`.

    Models are built when they are first asked for, and once.
    """

    __name__: str
    __qualname__: str

    def __init__(self, build: Callable[[], Model], presets: Mapping[str, Preset]) -> None:
        self._build = build
        self._presets = dict(presets)
        self._made: dict[str, Model] = {}
        update_wrapper(self, build)

    def __call__(self, **parameters: Any) -> Model:
        """The model, with parameters replaced.

        Raises:
            UnknownNameError: for a name that is not a parameter.
            UnitError: for a value of another dimension.
        """
        return self._default.replace(**parameters) if parameters else self._default

    def preset(self, name: str, **parameters: Any) -> Model:
        """A published parameter set with the current it was published with, in `model.drive`.

        Raises:
            ParameterError: for a preset that does not exist.
        """
        if name not in self._presets:
            hint = closest(name, list(self._presets))
            known = ", ".join(self._presets) or "none"
            raise ParameterError(
                f"{self.__name__} has no preset {name!r}.", mend=f"{hint}its presets are {known}"
            )
        if name not in self._made:
            self._made[name] = self._make(name, self._presets[name])
        model = self._made[name]
        return model.replace(**parameters) if parameters else model

    @property
    def presets(self) -> tuple[str, ...]:
        """The names of the presets."""
        return tuple(self._presets)

    @property
    def notes(self) -> dict[str, str]:
        """What each preset shows."""
        return {name: preset.note for name, preset in self._presets.items()}

    @property
    def citation(self) -> str:
        """Where the model was published."""
        return self._default.citation

    @property
    def summary(self) -> str:
        """What the model is, in one line."""
        return (inspect.getdoc(self._build) or "").partition("\n")[0]

    @cached_property
    def _default(self) -> Model:
        return self._build().named(self.__name__)

    def _make(self, name: str, preset: Preset) -> Model:
        base = preset.build() if preset.build else self._default
        changed = base.replace(**preset.parameters) if preset.parameters else base
        drive = changed.drive if preset.drive is None else preset.drive
        return changed.named(f"{self.__name__} {name}", drive=drive, **preset.changes)

    def __reduce__(self) -> str:
        return self.__qualname__  # pickled as the module's own name for it

    def __repr__(self) -> str:
        return f"<{self.__name__}: {self.summary}>"


def entry(presets: Mapping[str, Preset] | None = None) -> Callable[[Callable[[], Model]], Entry]:
    """Make a zoo entry of a function that builds the model with its default parameters."""

    def wrap(build: Callable[[], Model]) -> Entry:
        return Entry(build, presets or {})

    return wrap
