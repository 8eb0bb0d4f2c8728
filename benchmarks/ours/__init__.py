"""Plain scripts that run on our side, the counterparts of those in ``benchmarks/peers``."""
