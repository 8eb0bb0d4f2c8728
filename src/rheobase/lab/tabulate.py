"""Plain-text tables."""

from __future__ import annotations

import math
from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Columns under their heads: the first `left` set to the left, the others to the right.

    Args:
        head: what the columns are called.
        rows: cells as text.
        left: how many columns are words rather than numbers.
    """
    widths = [max(len(row[k]) for row in [head, *rows]) for k in range(len(head))]
    lines = []
    for row in [head, ["-" * width for width in widths], *rows]:
        cells = [
            cell.ljust(width) if k < left else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def number(value: float, form: str) -> str:
    """A number as text; a dash where there is none."""
    return format(value, form) if math.isfinite(value) else "-"
