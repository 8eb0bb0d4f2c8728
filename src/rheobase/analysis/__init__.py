"""Measures and pictures of arrays: spike trains, traces, phase planes. Nothing here runs a model."""

from rheobase.analysis.spike_trains import cv, cv2, fano_factor, isi, local_variation, psth

__all__ = ["cv", "cv2", "fano_factor", "isi", "local_variation", "psth"]
