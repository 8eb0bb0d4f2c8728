"""Measures and pictures of arrays: spike trains, traces, phase planes. No model runs here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rheobase.lazy import exports

if TYPE_CHECKING:
    from rheobase.analysis.action_potential import ActionPotential, action_potential_features
    from rheobase.analysis.connectivity import connectivity_matrix
    from rheobase.analysis.population import (
        fano_factors,
        mean_cv,
        pairwise_correlations,
        population_fano,
        synchrony,
    )
    from rheobase.analysis.spectrum import power_spectrum
    from rheobase.analysis.spike_trains import cv, cv2, fano_factor, isi, local_variation, psth

__all__ = [
    "ActionPotential",
    "action_potential_features",
    "connectivity_matrix",
    "cv",
    "cv2",
    "fano_factor",
    "fano_factors",
    "isi",
    "local_variation",
    "mean_cv",
    "pairwise_correlations",
    "population_fano",
    "power_spectrum",
    "psth",
    "synchrony",
]
__getattr__, __dir__ = exports(
    __name__,
    {
        "action_potential": ("ActionPotential", "action_potential_features"),
        "connectivity": ("connectivity_matrix",),
        "population": (
            "fano_factors",
            "mean_cv",
            "pairwise_correlations",
            "population_fano",
            "synchrony",
        ),
        "spectrum": ("power_spectrum",),
        "spike_trains": ("cv", "cv2", "fano_factor", "isi", "local_variation", "psth"),
    },
)
