"""Experiments on a model: what an electrophysiologist would do to it, or a mathematician."""

from rheobase.protocols.current import fi_curve
from rheobase.protocols.plane import phase_plane
from rheobase.protocols.threshold import rheobase

__all__ = ["fi_curve", "phase_plane", "rheobase"]
