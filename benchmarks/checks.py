"""Answers first: do both sides compute the same thing?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.harness import Answer
from benchmarks.report import DisagreementError


def same_counts(ours: Answer, theirs: Answer, step: float) -> str:
    """Spike counts agree neuron by neuron, and spikes fall at the same time on average.

    Two programs that round differently may put a spike on either side of the last step, so one
    spike in a neuron is forgiven and one in a thousand overall. Conventions differ by one step
    on whether a spike belongs to the beginning or to the end of its step.

    Args:
        ours: our first answer: ``counts`` a neuron and ``mean_time_ms``.
        theirs: the peer's.
        step: the time step in ms.

    Returns:
        One line that says how well they agree, for the report.

    Raises:
        DisagreementError: when they do not.
    """
    mine, other = np.asarray(ours["counts"]), np.asarray(theirs["counts"])
    if mine.shape != other.shape:
        raise DisagreementError(f"{mine.size} neurons here, {other.size} there.")
    total, differing = int(other.sum()), int((mine != other).sum())
    surplus = int(np.abs(mine - other).sum())
    shift = ours["mean_time_ms"] - theirs["mean_time_ms"]
    said = (
        f"{int(mine.sum())} and {total} spikes, {differing} of {mine.size} neurons differ, "
        f"mean spike time {shift:+.3g} ms apart"
    )
    if np.abs(mine - other).max(initial=0) > 1 or surplus > total / 1000 or abs(shift) > 2 * step:
        raise DisagreementError(said + ".")
    return said


def within(what: str, value: float, low: float, high: float) -> str:
    """A figure lies in its interval.

    Raises:
        DisagreementError: when it does not.
    """
    if not low <= value <= high:
        raise DisagreementError(f"{what} is {value:.6g}, and should lie in [{low:g}, {high:g}].")
    return f"{what} {value:.6g}"


def steady(what: str, totals: Sequence[int], expected: int) -> None:
    """Every repeat gives the spikes of the first.

    Raises:
        DisagreementError: when one does not.
    """
    if set(totals) != {expected}:
        raise DisagreementError(f"{what}: {sorted(set(totals))} spikes, {expected} at first.")
