"""What a benchmark found: rows with a ratio, a target and a verdict, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rheobase.__about__ import __version__


class DisagreementError(RuntimeError):
    """The two sides did not compute the same thing, so their times mean nothing."""


@dataclass(frozen=True)
class Target:
    """A limit on a ratio: at least so many times faster, or at most such a share."""

    limit: float
    at_least: bool = True

    def met(self, ratio: float) -> bool:
        """Whether a measured ratio keeps the limit."""
        return ratio >= self.limit if self.at_least else ratio <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:.3g}"


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        benchmark: the file it comes from.
        what: what was run, on both sides.
        ours: our figure.
        peer: whom it is compared with; empty where the figure stands alone.
        theirs: the peer's figure, in the same unit.
        unit: the unit of both.
        ratio: the figure that is judged.
        target: the limit, or None where the row is for information.
        repeats: every single measurement, by side.
        note: how it was checked, and what to know when reading it.
    """

    benchmark: str
    what: str
    ours: float
    unit: str
    ratio: float | None = None
    target: Target | None = None
    peer: str = ""
    theirs: float | None = None
    repeats: dict[str, list[float]] = field(default_factory=dict)
    note: str = ""

    @property
    def verdict(self) -> str:
        """``met`` or ``MISSED``; ``-`` where there is no target."""
        if self.target is None or self.ratio is None:
            return "-"
        return "met" if self.target.met(self.ratio) else "MISSED"


COLUMNS = ("benchmark", "what", "ours", "peer", "unit", "ratio", "target", "verdict")


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def table(rows: Sequence[Row]) -> str:
    """The rows as plain text, with the notes below."""
    cells = [
        (
            row.benchmark,
            row.what,
            _figure(row.ours),
            f"{row.peer} {_figure(row.theirs)}".strip(),
            row.unit,
            _figure(row.ratio),
            str(row.target) if row.target else "",
            row.verdict,
        )
        for row in rows
    ]
    widths = [max(len(line[k]) for line in [COLUMNS, *cells]) for k in range(len(COLUMNS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [COLUMNS, tuple("-" * width for width in widths), *cells]
    ]
    notes = [f"  {row.benchmark}, {row.what}: {row.note}" for row in rows if row.note]
    return "\n".join([*lines, "", *notes])


def machine(core: int | None) -> dict[str, Any]:
    """Where and when: what a reader needs to repeat the figures."""
    return {
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "python": sys.version.split()[0],
        "numpy": version("numpy"),
        "llvmlite": version("llvmlite"),
        "rheobase": __version__,
        "system": platform.platform(),
        "processor": processor(),
        "core": core,
        "load": os.getloadavg() if hasattr(os, "getloadavg") else None,
    }


def processor() -> str:
    """The processor's name."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def write(path: Path, rows: Sequence[Row], core: int | None, failures: dict[str, str]) -> None:
    """Write everything that was measured as JSON, whole or not at all."""
    content = {
        "machine": machine(core),
        "rows": [asdict(row) | {"verdict": row.verdict} for row in rows],
        "failures": failures,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)
