"""Projections that learn, on this machine."""
