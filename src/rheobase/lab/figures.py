"""The chapter's figures: one file each, found in the installed package or in a source tree."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from rheobase.errors import ExperimentError, UnknownNameError, closest, missing_extra

_PACKAGE = Path(__file__).resolve().parents[1]
# A wheel has the figures inside the package; a source tree has them in book/.
_FOLDERS = (_PACKAGE / "figures", _PACKAGE.parents[1] / "book" / "figures")


@dataclass(frozen=True)
class ChapterFigure:
    """A figure of the chapter: a file whose `draw()` makes it; its docstring is the caption."""

    path: Path

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return self.path.stem

    @cached_property
    def _module(self) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"rheobase_figure_{self.name}", self.path)
        if spec is None or spec.loader is None:
            raise ExperimentError(f"{self.path} is not a figure.", mend="a figure is a Python file")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    @property
    def caption(self) -> str:
        """What the figure shows."""
        return " ".join((self._module.__doc__ or "").split())

    def draw(self) -> Any:
        """The matplotlib Figure.

        Raises:
            MissingExtraError: when matplotlib is not installed.
        """
        if importlib.util.find_spec("matplotlib") is None:
            raise missing_extra("matplotlib", "plot", "Drawing figures")
        return self._module.draw()


def chapter_figures() -> dict[str, ChapterFigure]:
    """All figures there are, by name.

    Raises:
        ExperimentError: when the package was installed without them.
    """
    for folder in _FOLDERS:
        if folder.is_dir():
            files = sorted(p for p in folder.glob("*.py") if not p.stem.startswith("_"))
            return {path.stem: ChapterFigure(path) for path in files}
    raise ExperimentError(
        "The chapter's figures are not installed.", mend="install rheobase from a wheel or a clone"
    )


def choose(names: Sequence[str]) -> list[ChapterFigure]:
    """The figures of these names; all of them when none is named.

    Raises:
        UnknownNameError: for a name that is not a figure.
    """
    there = chapter_figures()
    for name in names:
        if name not in there:
            raise UnknownNameError(
                f"There is no figure {name!r}.",
                mend=f"{closest(name, list(there))}the figures are {', '.join(there)}",
            )
    return [there[name] for name in names] if names else list(there.values())


def write_figures(figures: Sequence[ChapterFigure], folder: Path) -> list[Path]:
    """Draw figures as PNG files into a folder, made if need be; each appears whole or not at all.

    Raises:
        ExperimentError: when the folder cannot be made or written to.
    """
    from rheobase.analysis.pictures import write

    # All are drawn before the first is written, so that a failure leaves nothing.
    drawn = [(figure.draw(), folder / f"{figure.name}.png") for figure in figures]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExperimentError(
            f"The folder {folder} cannot be made: {error.strerror}.",
            mend="choose another with --out DIR",
        ) from None
    return [write(picture, path) for picture, path in drawn]
