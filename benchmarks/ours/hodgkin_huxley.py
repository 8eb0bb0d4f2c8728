"""Rheobase: a population of Hodgkin-Huxley neurons under steady currents.

Arguments: scheme (``default`` for the model's own), neurons, duration (ms), time step (ms).
"""

import sys

import numpy as np

import rheobase as rb
from benchmarks.ours.measure import serve
from rheobase.units import cm, uA

serve(rb.HodgkinHuxley(), np.linspace(5, 25, int(sys.argv[2])) * uA / cm**2)
