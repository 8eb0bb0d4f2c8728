"""Kernels that draw connections: who reaches whom, from numbers that depend on the key alone."""
