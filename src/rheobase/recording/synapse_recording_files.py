"""States of synapses over time on disk: one `.npz` with the arrays, one `.json` beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rheobase.recording.metadata import check_version, unit_from, unit_parts

if TYPE_CHECKING:
    from rheobase.recording.synapse_recording import SynapseRecording

FORMAT = "rheobase synapse recording"
VERSION = 1
_ENDS = ("time", "places", "pre", "post")


def save(recording: SynapseRecording, path: str | Path) -> Path:
    """Write it, whole or not at all; returns the file with the arrays.

    Raises:
        ExperimentError: when it cannot be written there.
    """
    from rheobase.recording.files import write_pair

    return write_pair(Path(path), metadata(recording), arrays_of(recording))


def metadata(recording: SynapseRecording) -> dict[str, Any]:
    """Everything but the arrays."""
    units = {name: unit_parts(unit) for name, unit in recording.units.items()}
    return {"format": FORMAT, "version": VERSION, "name": recording.name, "units": units}


def arrays_of(recording: SynapseRecording) -> dict[str, Any]:
    """The arrays under the names that `from_metadata` looks for."""
    ends = (recording._time, recording.places, recording.pre, recording.post)
    values = {f"value_{name}": array for name, array in recording._values.items()}
    return dict(zip(_ENDS, ends, strict=True)) | values


def from_metadata(content: dict[str, Any], arrays: dict[str, Any]) -> SynapseRecording:
    """A recording of synapses from what is said of it and its arrays.

    Raises:
        ExperimentError: for the metadata of a later version.
        LookupError, TypeError, ValueError: for parts that are missing or do not fit.
    """
    from rheobase.recording.synapse_recording import SynapseRecording

    check_version(content["version"], VERSION, "recording")
    units = {str(name): unit_from(parts) for name, parts in content["units"].items()}
    values = {name: arrays[f"value_{name}"] for name in units}
    time, places, pre, post = (arrays[name] for name in _ENDS)
    return SynapseRecording(str(content["name"]), time, values, units, places, pre, post)
