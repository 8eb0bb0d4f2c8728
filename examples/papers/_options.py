"""The options that all papers take: how large, how long, and where the pictures go."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rheobase.errors import RheobaseError

# The least value that an option can have, and why.
Least = tuple[float, str]


@contextmanager
def options(
    title: str,
    least_scale: Least,
    least_duration: Least,
    *,
    scale: float = 1.0,
    duration: float = 1000.0,
    scaled: str = "of the number of neurons",
    lasting: str = "ms",
    also: Callable[[argparse.ArgumentParser], Any] | None = None,
) -> Iterator[argparse.Namespace]:
    """What the command line gives: `scale`, `duration` (ms) and the folder `out`, which is made.

    What is wrong with them, now or later in the run, ends it with one message and the usage.

    Args:
        title: what the script is.
        least_scale: the smallest scale.
        least_duration: the shortest duration (ms).
        scale: that by default.
        duration: that by default (ms).
        scaled: what is scaled.
        lasting: the unit of the duration, and what it counts.
        also: adds what this paper alone asks for.
    """
    parser = argparse.ArgumentParser(description=title)
    for name, least, usual, what in (
        ("--scale", least_scale, scale, scaled),
        ("--duration", least_duration, duration, lasting),
    ):
        help = f"{what}; {usual:g} by default, {least[0]:g} at the least"
        parser.add_argument(name, type=_at_least(*least), default=usual, help=help)
    parser.add_argument("--out", type=Path, default=Path("."), help="folder of the pictures")
    if also is not None:
        also(parser)
    given = parser.parse_args()
    try:
        given.out.mkdir(parents=True, exist_ok=True)
        yield given
    except OSError as error:
        parser.error(f"{given.out}: {error.strerror or error}")
    except RheobaseError as error:
        parser.error(str(error))


def _at_least(least: float, why: str) -> Callable[[str], float]:
    """Read a number, and refuse what is below a limit or no number."""

    def number(text: str) -> float:
        value = float(text)
        if not math.isfinite(value) or value < least:
            raise argparse.ArgumentTypeError(f"give {least:g} or more, not {text}: {why}")
        return value

    return number
