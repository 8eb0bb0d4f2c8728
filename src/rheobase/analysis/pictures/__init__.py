"""Pictures of recordings and measures, one a file, each returning a matplotlib Figure.

None of them touches pyplot or its global state, so they work without a display; in a notebook the
Figure shows itself. matplotlib is imported when the first picture is drawn.
"""

from rheobase.analysis.pictures.action_potential import action_potential
from rheobase.analysis.pictures.connectivity import connectivity
from rheobase.analysis.pictures.fi_curve import fi_curve
from rheobase.analysis.pictures.gates import gates
from rheobase.analysis.pictures.hyperplane import hyperplane
from rheobase.analysis.pictures.intervals import intervals
from rheobase.analysis.pictures.irregularity import irregularity
from rheobase.analysis.pictures.network_raster import network_raster
from rheobase.analysis.pictures.phase_plane import FixedPoint, phase_plane
from rheobase.analysis.pictures.population_panels import population_rates, population_traces
from rheobase.analysis.pictures.raster import raster
from rheobase.analysis.pictures.rate import rate
from rheobase.analysis.pictures.rate_and_timing import rate_and_timing
from rheobase.analysis.pictures.spectrum import spectrum
from rheobase.analysis.pictures.style import write
from rheobase.analysis.pictures.traces import traces
from rheobase.analysis.pictures.weights import weights

__all__ = [
    "FixedPoint",
    "action_potential",
    "connectivity",
    "fi_curve",
    "gates",
    "hyperplane",
    "intervals",
    "irregularity",
    "network_raster",
    "phase_plane",
    "population_rates",
    "population_traces",
    "raster",
    "rate",
    "rate_and_timing",
    "spectrum",
    "traces",
    "weights",
    "write",
]
