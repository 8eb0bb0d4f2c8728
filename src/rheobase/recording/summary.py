"""A recording in a few lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rheobase.recording.recording import Recording

# What of the provenance a reader wants first, in this order.
_SHOWN = ("model", "method", "dt", "seed", "duration", "version")


def summary(recording: Recording) -> str:
    """How it was made, what was recorded, and how much the neurons fired."""
    spikes = recording.spikes
    lines = [repr(recording)]
    made = {key: recording.provenance[key] for key in _SHOWN if key in recording.provenance}
    lines += [f"  {key:<10}{_first_line(value)}" for key, value in made.items()]
    for name in recording.names:
        values, unit = recording._values[name], recording.units[name]
        if values.size:
            span = f"from {values.min():.6g} to {values.max():.6g}"
            lines.append(f"  {name:<10}{span}{f' {unit.name}' if unit else ''}")
    if not recording.provenance.get("spiking", True):
        lines.append(f"  {'spikes':<10}-")
    elif spikes.total and spikes.duration.magnitude > 0:
        rate = np.asarray(spikes.rate())
        text = f"{rate[0]:.4g} Hz" if spikes.n == 1 else f"{rate.mean():.4g} Hz on average"
        irregular = spikes.cv()
        if np.isfinite(irregular).any():
            text += f", CV of intervals {np.nanmean(irregular):.3g}"
        lines.append(f"  {'spikes':<10}{spikes.total}, {text}")
    else:
        lines.append(f"  {'spikes':<10}{spikes.total}")
    return "\n".join(lines)


def _first_line(value: object) -> str:
    lines = [line.strip() for line in str(value).strip().splitlines()] or [""]
    return lines[0] if len(lines) == 1 else f"{lines[0]} ..."
