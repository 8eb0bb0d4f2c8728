"""A network's recording on disk: one `.npz` with all its arrays, one `.json`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rheobase.errors import ExperimentError, ParameterError
from rheobase.recording import metadata, synapse_recording_files

if TYPE_CHECKING:
    from rheobase.recording.network import NetworkRecording

FORMAT = "rheobase network recording"
VERSION = 1


def save(recording: NetworkRecording, path: str | Path) -> Path:
    """Write the recording, whole or not at all; returns the file with the arrays.

    Raises:
        ExperimentError: when it cannot be written there.
    """
    from rheobase.recording.files import arrays_of, pair, write_pair

    target = Path(path)
    if target.suffix == ".nc":
        raise ExperimentError(
            "A network's recording is not written as netCDF.",
            mend='give a name that ends in .npz, or write one population: rec["exc"].save(path)',
        )
    text_path = pair(target)[1]
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "start_ms": recording.start.magnitude.item(),
        "duration_ms": recording.duration.magnitude.item(),
        "dt_ms": recording.dt.magnitude.item(),
        "populations": [],
        "projections": [],
        "provenance": metadata.plain_provenance(recording.provenance, text_path),
    }
    arrays: dict[str, Any] = {}
    # A population's name may be any text, so it is its place that names the arrays.
    for place, (name, one) in enumerate(recording.items()):
        part = {"name": name, "recording": metadata.metadata(one, text_path)}
        content["populations"].append(part | {"counts": name in recording.counts})
        arrays |= {f"{place}_{key}": array for key, array in arrays_of(one).items()}
        if name in recording.counts:
            arrays[f"{place}_counts"] = recording.counts[name]
    for place, synapses in enumerate(recording.projections.values()):
        content["projections"].append(synapse_recording_files.metadata(synapses))
        own = synapse_recording_files.arrays_of(synapses)
        arrays |= {f"synapses_{place}_{key}": array for key, array in own.items()}
    return write_pair(target, content, arrays)


def from_metadata(content: dict[str, Any], arrays: dict[str, Any]) -> NetworkRecording:
    """A network's recording from its metadata and its arrays.

    Raises:
        ExperimentError: for the metadata of a later version.
        LookupError, TypeError, ValueError: for parts that are missing or do not fit.
    """
    from rheobase.recording.network import NetworkRecording

    metadata.check_version(content["version"], VERSION, "recording")
    if not isinstance(content["provenance"], dict):
        raise ParameterError("its provenance is not a dictionary")
    recordings, counts, projections = {}, {}, []
    for place, part in enumerate(content["populations"]):
        own = _beginning(f"{place}_", arrays)
        name = str(part["name"])
        recordings[name] = metadata.from_metadata(part["recording"], own)
        if part["counts"]:
            counts[name] = own["counts"]
    if len(recordings) != len(content["populations"]):
        raise ParameterError("two populations have one name")
    # Recordings that were written before synapses could be recorded have none.
    for place, part in enumerate(content.get("projections", ())):
        own = _beginning(f"synapses_{place}_", arrays)
        projections.append(synapse_recording_files.from_metadata(part, own))
    start_ms, duration, dt = (float(content[f"{key}_ms"]) for key in ("start", "duration", "dt"))
    return NetworkRecording(
        recordings, counts, start_ms, duration, dt, content["provenance"],
        {one.name: one for one in projections},
    )  # fmt: skip


def _beginning(start: str, arrays: dict[str, Any]) -> dict[str, Any]:
    """The arrays whose names begin so, by what follows."""
    return {key.removeprefix(start): a for key, a in arrays.items() if key.startswith(start)}
