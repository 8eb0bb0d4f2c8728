"""From a connection rule to rows: who reaches whom."""

from rheobase.engine.connectivity.build import build, expected_synapses
from rheobase.engine.connectivity.rows import Rows

__all__ = ["Rows", "build", "expected_synapses"]
