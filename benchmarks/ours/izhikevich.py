"""Rheobase: a population of Izhikevich's regular-spiking neurons under steady currents.

Arguments: scheme (``default`` for the model's own), neurons, duration (ms), time step (ms).
"""

import sys

import numpy as np

import rheobase as rb
from benchmarks.ours.measure import serve

serve(rb.Izhikevich.preset("RS"), np.linspace(8, 12, int(sys.argv[2])))
