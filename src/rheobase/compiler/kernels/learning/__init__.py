"""The kernels of projections that learn."""
