"""Do two sides send the same spikes? From files of ticks and neurons."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from benchmarks.report import DisagreementError

Spikes: TypeAlias = npt.NDArray[np.int64]
# More neurons than any network here has: a spike is one number, tick first.
_MOST = 2**24


def read_spikes(path: Path) -> Spikes:
    """Each spike as ``tick * 2**24 + neuron``, sorted."""
    with np.load(path) as file:
        ticks, neurons = file["tick"].astype(np.int64), file["neuron"].astype(np.int64)
    found: Spikes = np.sort(ticks * _MOST + neurons)
    return found


def until(spikes: Spikes, tick: int) -> Spikes:
    """The spikes up to a tick, it included."""
    return spikes[: np.searchsorted(spikes, (tick + 1) * _MOST)]


def same_spikes(ours: Path, theirs: Path, tick: int) -> str:
    """Both sides send the very same spikes up to a tick.

    Returns:
        One line for the report.

    Raises:
        DisagreementError: when a spike differs.
    """
    mine, other = (until(read_spikes(path), tick) for path in (ours, theirs))
    differing = np.setxor1d(mine, other)
    if not mine.size:
        raise DisagreementError("no spikes to compare.")
    if differing.size:
        at, neuron = divmod(int(differing[0]), _MOST)
        raise DisagreementError(
            f"{differing.size} of {mine.size} and {other.size} spikes up to step {tick} differ, "
            f"the first at step {at} in neuron {neuron}."
        )
    return f"{mine.size} spikes up to step {tick}, all equal; {_parting(ours, theirs)}"


def close_spikes(ours: Path, theirs: Path, tick: int) -> str:
    """Up to a tick every spike of a side has one of the other, in the same neuron, a step away.

    Returns:
        One line for the report.

    Raises:
        DisagreementError: when a spike has none.
    """
    mine, other = read_spikes(ours), read_spikes(theirs)
    alone = [*_alone(until(mine, tick), other), *_alone(until(other, tick), mine)]
    early, others = until(mine, tick), until(other, tick)
    if not early.size:
        raise DisagreementError("no spikes to compare.")
    if alone:
        at, neuron = divmod(int(min(alone)), _MOST)
        raise DisagreementError(
            f"{len(alone)} of {early.size} and {others.size} spikes up to step {tick} have none "
            f"within a step on the other side, the first at step {at} in neuron {neuron}."
        )
    exact = int(np.isin(early, others).sum())
    return (
        f"{early.size} spikes up to step {tick} within a step, {exact} equal; "
        f"{_parting(ours, theirs)}"
    )


def same_rate(mine: float, other: float, tolerance: float, name: str = "rates") -> str:
    """Two rates (Hz) are as near as chance explains.

    Args:
        mine: ours.
        other: theirs.
        tolerance: the largest difference that is allowed, in Hz.
        name: what they are.

    Raises:
        DisagreementError: when they are not.
    """
    said = f"{name} {mine:.4g} and {other:.4g} Hz"
    if not mine > 0 or not other > 0 or abs(mine - other) > tolerance:
        raise DisagreementError(f"{said}, at most {tolerance:.3g} Hz apart was due.")
    return said


def _alone(spikes: Spikes, others: Spikes) -> list[int]:
    """The spikes that have no other of their neuron at most a step away."""
    found = np.zeros(len(spikes), dtype=bool)
    for shift in (-1, 0, 1):
        found |= np.isin(spikes + shift * _MOST, others)
    return [int(spike) for spike in spikes[~found]]


def _parting(ours: Path, theirs: Path) -> str:
    """Where the sides part for the first time."""
    mine, other = read_spikes(ours), read_spikes(theirs)
    differing = np.setxor1d(mine, other)
    if not differing.size:
        return "and so are all others"
    return f"the first that differs is at step {int(differing[0]) // _MOST}"
