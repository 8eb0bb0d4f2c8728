"""What this machine has."""

from __future__ import annotations

import os


def memory() -> float | None:
    """The main memory in bytes; None where it cannot be asked for."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES")) * float(os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):
        return None
