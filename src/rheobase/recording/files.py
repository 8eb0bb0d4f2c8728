"""Recordings on disk: an `.npz` of arrays with a `.json` beside it, or one netCDF file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rheobase.errors import ExperimentError
from rheobase.recording import network_files, synapse_files, synapse_recording_files
from rheobase.recording.atomic import written_whole
from rheobase.recording.metadata import from_metadata, metadata
from rheobase.recording.reading import UNREADABLE, broken, reason

if TYPE_CHECKING:
    from rheobase.recording.network import NetworkRecording
    from rheobase.recording.recording import Recording
    from rheobase.recording.synapse_recording import SynapseRecording
    from rheobase.recording.synapses import SynapseTable


def save(recording: Recording, path: str | Path) -> Path:
    """Write a recording, whole or not at all; returns the file with the arrays.

    Raises:
        ExperimentError: when it cannot be written there.
        MissingExtraError: for netCDF, when xarray or h5netcdf is not installed.
    """
    target = Path(path)
    if target.suffix == ".nc":
        from rheobase.recording.netcdf import save_netcdf

        return save_netcdf(recording, target)
    arrays_path, _ = pair(target)
    return write_pair(target, metadata(recording, arrays_path), arrays_of(recording))


def arrays_of(recording: Recording) -> dict[str, Any]:
    """The arrays of a recording under the names that `from_metadata` looks for."""
    arrays = {"time": recording._time, "spike_t": np.asarray(recording.spikes.t)}
    arrays["spike_i"] = recording.spikes.i
    for name in recording.names:
        arrays[f"value_{name}"] = recording._values[name]
        arrays[f"neurons_{name}"] = recording.neurons[name]
    return arrays


def write_pair(path: Path, content: dict[str, Any], arrays: dict[str, Any]) -> Path:
    """Write arrays and what is said of them beside each other; returns the file of the arrays.

    Raises:
        ExperimentError: when they cannot be written there.
    """
    arrays_path, text_path = pair(path)
    with written_whole(arrays_path, text_path) as (arrays_file, text_file):
        with arrays_file.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **arrays)
        content["sha256"] = _fingerprint(arrays_file)
        text_file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return arrays_path


def load(path: str | Path) -> Recording | NetworkRecording | SynapseTable | SynapseRecording:
    """Read a recording, or synapses: exactly what was saved, with its provenance.

    Args:
        path: ``name.npz`` (or ``name``), with ``name.json`` beside it; or ``name.nc``; or the
            folder that a network streamed its spikes to.

    Raises:
        ExperimentError: when a file is missing, broken, or not of this kind.
        MissingExtraError: for netCDF, when xarray or h5netcdf is not installed.
    """
    source = Path(path)
    if source.suffix == ".nc":
        from rheobase.recording.netcdf import load_netcdf

        return load_netcdf(source)
    arrays_path, text_path = pair(source)
    if source.is_dir() and not arrays_path.is_file():
        from rheobase.recording.stream_reader import StreamReader

        return StreamReader(source).recording()
    for file in (arrays_path, text_path):
        if not file.is_file():
            raise ExperimentError(
                f"There is no file {file}.",
                mend=f"a recording is two files, {arrays_path.name} and {text_path.name}: "
                "check the path, and that both are there",
            )
    try:
        content = json.loads(text_path.read_text(encoding="utf-8"))
    except UNREADABLE as error:
        raise broken(text_path, reason(error)) from error
    try:
        if not isinstance(content, dict) or content.get("sha256") != _fingerprint(arrays_path):
            raise ExperimentError(
                f"{arrays_path} and {text_path.name} do not belong together, or one was changed.",
                mend="take both from the same save",
            )
        with np.load(arrays_path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
        if content.get("format") == network_files.FORMAT:
            return network_files.from_metadata(content, arrays)
        if content.get("format") == synapse_files.FORMAT:
            return synapse_files.from_metadata(content, arrays)
        if content.get("format") == synapse_recording_files.FORMAT:
            return synapse_recording_files.from_metadata(content, arrays)
        return from_metadata(content, arrays)
    except ExperimentError:
        raise
    except UNREADABLE as error:
        raise broken(arrays_path, reason(error)) from error


def pair(path: Path) -> tuple[Path, Path]:
    """The two files of a recording, whichever of them (or their common stem) was named."""
    stem = path.with_suffix("") if path.suffix in {".npz", ".json"} else path
    return Path(f"{stem}.npz"), Path(f"{stem}.json")


def _fingerprint(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
