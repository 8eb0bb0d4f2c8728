"""Measures and pictures of arrays: spike trains, traces, phase planes. No model runs here."""

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
