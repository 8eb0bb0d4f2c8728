"""Rheobase beside its peers: the same work, on one core, in one run, answers checked before times.

``python -m benchmarks`` runs everything, ``python -m benchmarks NAME ...`` some of it, and
``python -m benchmarks --smoke`` only our side, small, to see that it runs and is right.
"""
