"""Graded projections, on this machine."""
