"""A network's recording as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rheobase.analysis.population import mean_cv

if TYPE_CHECKING:
    from rheobase.recording.network import NetworkRecording

_TITLES = ("population", "neurons", "spikes", "mean rate", "CV of intervals")


def summary(recording: NetworkRecording) -> str:
    """One line a population: its neurons, spikes, mean rate, and the mean CV of its intervals.

    The CV is the mean over the neurons with three spikes or more; "-" stands where there is none,
    and where neurons have no spike condition.
    """
    rows = [_TITLES, *(_row(recording, name) for name in recording)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES))]
    lines = []
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join([row[0].ljust(widths[0]), *cells]))
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([repr(recording), *lines])


def _row(recording: NetworkRecording, name: str) -> tuple[str, ...]:
    spikes, total = recording[name].spikes, recording.total(name)
    if not recording[name].provenance.get("spiking", True):
        return (name, f"{spikes.n:,}", "-", "-", "-")
    seconds = recording.duration.value_in("s")
    rate = f"{total / (spikes.n * seconds):.2f} Hz" if spikes.n and seconds else "-"
    irregular = mean_cv(spikes)
    shown = f"{irregular:.2f}" if np.isfinite(irregular) else "-"
    return (name, f"{spikes.n:,}", f"{total:,}", rate, shown)
