"""What a run returns: traces and spike trains with units and provenance, saved and handed over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rheobase.lazy import exports
from rheobase.recording.recording import Recording
from rheobase.recording.spike_trains import SpikeTrains

if TYPE_CHECKING:
    from rheobase.recording.network import NetworkRecording, NetworkSpikes
    from rheobase.recording.stream import SpikeWriter
    from rheobase.recording.stream_reader import StreamReader
    from rheobase.recording.streamed import StreamedSpikes
    from rheobase.recording.synapse_recording import SynapseRecording
    from rheobase.recording.synapses import SynapseTable

__all__ = [
    "NetworkRecording",
    "NetworkSpikes",
    "Recording",
    "SpikeTrains",
    "SpikeWriter",
    "StreamReader",
    "StreamedSpikes",
    "SynapseRecording",
    "SynapseTable",
    "load",
]

# One neuron alone does not wait for what a network needs.
__getattr__, __dir__ = exports(
    __name__,
    {
        "network": ("NetworkRecording", "NetworkSpikes"),
        "stream": ("SpikeWriter",),
        "stream_reader": ("StreamReader",),
        "streamed": ("StreamedSpikes",),
        "synapse_recording": ("SynapseRecording",),
        "synapses": ("SynapseTable",),
    },
)


def load(path: str | Path) -> Recording | NetworkRecording | SynapseTable | SynapseRecording:
    """Read what a `save` wrote, or a network streamed to disk.

    Args:
        path: the ``.npz`` file (its ``.json`` beside it), or the ``.nc`` file, or the folder of a
            stream of spikes.

    Returns:
        A `Recording` of one population, a `NetworkRecording`, or the `SynapseTable` or the
        `SynapseRecording` of a projection, whichever it was.

    Raises:
        ExperimentError: when the file is broken, incomplete, or not one of ours.
        MissingExtraError: for netCDF, when xarray or h5netcdf is not installed.
    """
    from rheobase.recording import files

    return files.load(path)
