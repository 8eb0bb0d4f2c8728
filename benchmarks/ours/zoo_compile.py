"""Rheobase: compile one model of the zoo with its default scheme.

Arguments: the name of a model; without one, the names of all of them are the answer.
"""

import json
import sys

import rheobase as rb
from rheobase.units import ms

NAMES = (
    "HodgkinHuxley",
    "TraubMiles",
    "LIF",
    "QuadraticIF",
    "ExponentialIF",
    "AdEx",
    "Izhikevich",
    "GIF",
)

if len(sys.argv) == 1:
    print("@@", json.dumps({"names": NAMES}), flush=True)
else:
    provenance = rb.simulate(getattr(rb, sys.argv[1])(), 10 * ms).provenance
    answer = {
        "compile_s": provenance["timing"]["compile_s"],
        "method": str(provenance["method"]),
    }
    print("@@", json.dumps(answer), flush=True)
