"""What a run returns: traces and spike trains with units and provenance, saved and handed over."""

from rheobase.recording.files import load
from rheobase.recording.recording import Recording
from rheobase.recording.spike_trains import SpikeTrains

__all__ = ["Recording", "SpikeTrains", "load"]
