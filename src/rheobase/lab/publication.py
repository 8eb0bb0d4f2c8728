"""What every run of a file shares: it is published into a folder, whole or not at all."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from rheobase.errors import missing_extra
from rheobase.lab.output_folder import OutputFolder
from rheobase.lab.source import Source

Say = Callable[[str], None]


class Facts(Protocol):
    """A line of the summary."""

    def facts(self) -> dict[str, Any]:
        """What it says, for the manifest."""


RowT = TypeVar("RowT", bound=Facts)


@dataclass
class Result(Generic[RowT]):
    """What came of a run.

    Attributes:
        title: what the file calls itself.
        folder: where the results are.
        rows: what the summary says, line by line.
        table: the summary as text.
        files: names of what was written.
        stopped_by: the signal that cut the run short (Ctrl-C is SIGINT); None for none.
    """

    title: str
    folder: Path
    rows: list[RowT] = field(default_factory=list)
    table: str = ""
    files: list[str] = field(default_factory=list)
    stopped_by: str | None = None


def publish(
    source: Source,
    title: str,
    seed: int,
    target: Path,
    work: Callable[[Path, Result[RowT]], None],
) -> Result[RowT]:
    """Do the work of a file in a folder that appears when it is done.

    Args:
        source: the file.
        title: what it calls itself.
        seed: of its random numbers.
        target: the output folder.
        work: runs and draws into a folder, with a line of the result for each recording that it
            has written.

    Raises:
        RheobaseError: when a run fails; nothing is left behind then.
    """
    with OutputFolder(target) as output:
        result: Result[RowT] = Result(title, output.target)
        try:
            work(output.path, result)
        except KeyboardInterrupt:
            # Pressed between two runs, or twice: what is written already is kept.
            if not result.rows:
                raise
            result.stopped_by = "SIGINT"
        (output.path / "experiment.toml").write_text(source.text, encoding="utf-8")
        result.folder = output.publish(
            {
                "title": title,
                "experiment": source.path.name,
                "seed": seed,
                "interrupted": result.stopped_by is not None,
                "summary": [row.facts() for row in result.rows],
            }
        )
    result.files = sorted(p.name for p in result.folder.iterdir())
    return result


def require_matplotlib() -> None:
    """Say at once that pictures cannot be drawn, not after the run.

    Raises:
        MissingExtraError: when matplotlib is not installed.
    """
    if importlib.util.find_spec("matplotlib") is None:
        error = missing_extra("matplotlib", "plot", "Drawing figures")
        error.mend += ", or run with --no-figures"
        raise error
