"""Measures and pictures of arrays: spike trains, traces, phase planes. No model runs here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rheobase.lazy import exports

if TYPE_CHECKING:
    from rheobase.analysis.action_potential import ActionPotential, action_potential_features
    from rheobase.analysis.spike_trains import cv, cv2, fano_factor, isi, local_variation, psth

__all__ = [
    "ActionPotential",
    "action_potential_features",
    "cv",
    "cv2",
    "fano_factor",
    "isi",
    "local_variation",
    "psth",
]
__getattr__, __dir__ = exports(
    __name__,
    {
        "action_potential": ("ActionPotential", "action_potential_features"),
        "spike_trains": ("cv", "cv2", "fano_factor", "isi", "local_variation", "psth"),
    },
)
