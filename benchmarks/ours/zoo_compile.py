"""Rheobase: compile one model of the zoo with its default scheme.

Arguments: the name of a model; without one, the names of all of them are the answer.
"""

import json
import sys

import rheobase as rb
from rheobase.units import ms
from rheobase.zoo import MODELS

if len(sys.argv) == 1:
    print("@@", json.dumps({"names": list(MODELS)}), flush=True)
else:
    provenance = rb.simulate(MODELS[sys.argv[1]](), 10 * ms).provenance
    answer = {
        "compile_s": provenance["timing"]["compile_s"],
        "method": str(provenance["method"]),
    }
    print("@@", json.dumps(answer), flush=True)
