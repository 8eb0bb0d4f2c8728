"""Gap junctions, on this machine."""
