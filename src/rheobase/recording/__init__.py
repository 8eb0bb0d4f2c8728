"""What a run returns: traces and spike trains with units, provenance, files, and other libraries' forms."""

from rheobase.recording.files import load
from rheobase.recording.recording import Recording
from rheobase.recording.spike_trains import SpikeTrains

__all__ = ["Recording", "SpikeTrains", "load"]
