"""Pictures of recordings and measures, one a file, each returning a matplotlib Figure.

None of them touches pyplot or its global state, so they work without a display; in a notebook the
Figure shows itself. matplotlib is imported when the first picture is drawn.
"""

from rheobase.analysis.pictures.action_potential import action_potential
from rheobase.analysis.pictures.fi_curve import fi_curve
from rheobase.analysis.pictures.gates import gates
from rheobase.analysis.pictures.intervals import intervals
from rheobase.analysis.pictures.phase_plane import FixedPoint, phase_plane
from rheobase.analysis.pictures.raster import raster
from rheobase.analysis.pictures.rate import rate
from rheobase.analysis.pictures.style import write
from rheobase.analysis.pictures.traces import traces

__all__ = [
    "FixedPoint",
    "action_potential",
    "fi_curve",
    "gates",
    "intervals",
    "phase_plane",
    "raster",
    "rate",
    "traces",
    "write",
]
