"""What a run returns: traces and spike trains with units and provenance, saved and handed over."""

from __future__ import annotations

from pathlib import Path

from rheobase.recording.recording import Recording
from rheobase.recording.spike_trains import SpikeTrains

__all__ = ["Recording", "SpikeTrains", "load"]


def load(path: str | Path) -> Recording:
    """Read a recording that `Recording.save` wrote.

    Args:
        path: the ``.npz`` file (its ``.json`` beside it), or the ``.nc`` file.

    Raises:
        ExperimentError: when the file is broken, incomplete, or not one of ours.
        MissingExtraError: for netCDF, when xarray or h5netcdf is not installed.
    """
    from rheobase.recording import files

    return files.load(path)
