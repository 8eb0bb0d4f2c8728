"""Waveforms in text: columns, with or without a header, parted by commas, semicolons or tabs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rheobase.errors import ExperimentError
from rheobase.lab.waveforms.parts import Choice, Parts, header_unit, no_such, spacing


def read(path: Path, choice: Choice) -> Parts:
    """Read one column, or several of them as one a neuron.

    Raises:
        ExperimentError: naming the line and column of what cannot be read.
    """
    rows = _rows(path)
    head = rows[0][1] if not all(_is_number(cell) for cell in rows[0][1]) else None
    body = rows[1:] if head else rows
    names = head or [str(k + 1) for k in range(len(rows[0][1]))]
    if not body:
        raise ExperimentError(
            f"{path.name} has a header and no samples.", mend="give one row a time step"
        )
    table = np.array([_numbers(path, line, cells, names) for line, cells in body])
    bases = [header_unit(name)[0].strip().lower() for name in names]
    clock = next((k for k, base in enumerate(bases) if base in ("t", "time")), None)
    wanted = _columns(path, choice, names, bases, clock)
    unit = choice.unit or header_unit(names[wanted[0]])[1]
    dt = choice.dt
    if dt is None and clock is not None:
        dt = spacing(path, table[:, clock], header_unit(names[clock])[1])
    values = table[:, wanted] if isinstance(choice.column, list) else table[:, wanted[0]]
    return values, unit, dt


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ExperimentError(
            f"{path.name} is not a text file.", mend="save it as UTF-8 comma-separated text"
        ) from None
    lines = [(k, line.strip()) for k, line in enumerate(text.splitlines(), start=1)]
    lines = [(k, line) for k, line in lines if line and not line.startswith("#")]
    if not lines:
        raise ExperimentError(f"{path.name} is empty.", mend="give one row a time step")
    mark = next((m for m in (",", ";", "\t") if m in lines[0][1]), None)
    return [(k, [cell.strip().strip('"') for cell in line.split(mark)]) for k, line in lines]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _numbers(path: Path, line: int, cells: list[str], names: list[str]) -> list[float]:
    if len(cells) != len(names):
        raise ExperimentError(
            f"{path.name}, line {line} has {len(cells)} columns and line 1 has {len(names)}.",
            mend="give every row the same columns",
        )
    for cell, name in zip(cells, names, strict=True):
        if not _is_number(cell):
            raise ExperimentError(
                f"{path.name}, line {line}, column {name!r}: {cell[:40]!r} is not a number.",
                mend="correct that cell",
            )
    return [float(cell) for cell in cells]


def _columns(
    path: Path, choice: Choice, names: list[str], bases: list[str], clock: int | None
) -> list[int]:
    if choice.column is None:
        free = [k for k in range(len(names)) if k != clock]
        if len(free) == 1:
            return free
        raise ExperimentError(
            f"{path.name} has {len(free)} columns beside the time, and none is chosen.",
            mend=f'add column = "..."; the columns are {", ".join(names)}',
        )
    asked = choice.column if isinstance(choice.column, list) else [choice.column]
    found = []
    for column in asked:
        if isinstance(column, int) and 1 <= column <= len(names):
            found.append(column - 1)
        elif column in names:
            found.append(names.index(column))
        elif str(column).lower() in bases:
            found.append(bases.index(str(column).lower()))
        else:
            raise no_such("column", column, path, names)
    return found
