"""A TOML file together with the places of its keys, so that an error can point at a line.

`tomllib` gives values and no positions. The positions here come from a second, forgiving reading of
the text: headers, and keys at the start of a line or inside a table on one line. Where that finds
nothing, the line of the nearest enclosing table is given; a value is never taken from this reading.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rheobase.errors import ExperimentError, RheobaseError, class_only
from rheobase.lab.spelling import as_in_a_file

KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"^\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=(.*)$"
)
_INNER_KEY = re.compile(r"([A-Za-z0-9_-]+)\s*=")
_TEXT = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")


@dataclass
class Source:
    """The text of an experiment file and the lines of its keys.

    Attributes:
        path: the file.
        text: what it says.
        values: its tables, as `tomllib` reads them.
    """

    path: Path
    text: str
    values: dict[str, Any]
    _lines: dict[KeyPath, int] = field(default_factory=dict)

    @class_only("source = Source.read(path)")
    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a TOML file.

        Raises:
            ExperimentError: when there is no such file, or it is not TOML.
        """
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except (FileNotFoundError, NotADirectoryError):
            raise ExperimentError(
                f"There is no file {str(path)!r}.",
                mend="check the path; it is relative to this folder",
            ) from None
        except UnicodeDecodeError as error:
            raise ExperimentError(
                f"{path} is not a text file.",
                where=f"  byte {error.start} is not UTF-8",
                mend="save the experiment as UTF-8 text",
            ) from None
        except OSError as error:
            raise ExperimentError(
                f"{path} cannot be read: {error.strerror}.", mend="name a TOML file"
            ) from None
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise _syntax_error(path, text, str(error)) from None
        except RecursionError:
            raise ExperimentError(
                f"{path} nests its tables too deeply to be read.",
                mend="an experiment needs three levels",
            ) from None
        return cls(path, text, values, _find_lines(text))

    def line_of(self, path: KeyPath) -> int | None:
        """The line (from 1) of a key, or of the nearest table around it; None for the file."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return None

    def place(self, path: KeyPath) -> str:
        """Where a key is, for people: the file and line, the table and key, and the line itself."""
        line = self.line_of(path)
        named = spell(path)
        head = (
            f"  in {self.path}"
            + (f", line {line}" if line else "")
            + (f", {named}" if named else "")
        )
        if line is None:
            return head
        shown = self.text.splitlines()[line - 1].strip()
        return f"{head}\n  {line:>4} | {shown if len(shown) <= 88 else shown[:85] + '...'}"

    def error(self, path: KeyPath, message: str, mend: str, detail: str = "") -> ExperimentError:
        """An error at a key of this file."""
        where = self.place(path)
        return ExperimentError(message, where=f"{where}\n{detail}" if detail else where, mend=mend)

    def wrap(self, path: KeyPath, error: RheobaseError) -> ExperimentError:
        """An error from further down, with the place in this file in front of its own."""
        mend = as_in_a_file(error.mend) or "correct it there"
        return self.error(path, error.message, mend, error.where)


def spell(path: KeyPath) -> str:
    """A key's path as a reader says it: ``neuron 2, parameters.g_L``."""
    parts: list[str] = []
    for part in path:
        if isinstance(part, int):
            parts[-1] = f"{parts[-1]} {part + 1}"
        else:
            parts.append(part)
    if len(parts) > 1 and " " in parts[0]:
        return f"{parts[0]}, {'.'.join(parts[1:])}"
    return ".".join(parts)


def _syntax_error(path: Path, text: str, message: str) -> ExperimentError:
    lines = text.splitlines() or [""]
    match = _PLACE.search(message)
    cause = _PLACE.sub("", message)
    number, column = len(lines), len(lines[-1]) + 1
    if match and match.group(1):
        number, column = int(match.group(1)), int(match.group(2))
    shown = lines[min(number, len(lines)) - 1]
    start = max(0, column - 60)
    return ExperimentError(
        f"{path} is not TOML: {cause[:1].lower()}{cause[1:]}.",
        where=f"  in {path}, line {number}\n  {number:>4} | {shown[start : start + 88]}\n"
        f"         {' ' * (column - 1 - start)}^",
        mend='a line is a comment, a [table] or key = value; text stands in quotes: dt = "0.1 ms"',
    )


def _find_lines(text: str) -> dict[KeyPath, int]:
    """The line of every header and key that a line-by-line reading can see."""
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    last: KeyPath = ()
    items = 0
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if fence:
            fence = "" if fence in line else fence
            continue
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            table = _table_path(header, counts)
            found.setdefault(table, number)
        elif key:
            last, items = table + _split(key.group(1)), 0
            found.setdefault(last, number)
            fence = _open_fence(key.group(2))
            _note_inner(found, last, key.group(2), number)
        elif line.lstrip().startswith("{"):
            found.setdefault((*last, items), number)
            _note_inner(found, (*last, items), line, number)
            items += 1
    return found


def _note_inner(found: dict[KeyPath, int], path: KeyPath, rest: str, number: int) -> None:
    for inner in _INNER_KEY.findall(_TEXT.sub("", rest)):
        found.setdefault((*path, inner), number)


def _table_path(header: re.Match[str], counts: dict[KeyPath, int]) -> KeyPath:
    path: KeyPath = ()
    names = _split(header.group(2))
    for position, name in enumerate(names):
        path = (*path, name)
        is_last = position == len(names) - 1
        if is_last and header.group(1) == "[[":
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _open_fence(value: str) -> str:
    """The quotes that keep a text open beyond this line, if any."""
    for fence in ('"""', "'''"):
        if value.count(fence) % 2:
            return fence
    return ""
