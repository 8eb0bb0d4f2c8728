"""One population of ours under steady currents: a run to check, then one for every line read."""

import json
import sys
import time
from typing import Any

import numpy as np

import rheobase as rb
from rheobase.units import ms


def serve(model: rb.Model, currents: Any) -> None:
    """Answer the harness; scheme, neurons, duration (ms) and step (ms) are this script's arguments.

    The scheme ``default`` is the model's own.
    """
    scheme, neurons, duration, step = sys.argv[1:]

    def measured() -> tuple[Any, float]:
        """One run, and the wall time of the whole call."""
        started = time.perf_counter()
        recording = rb.simulate(
            model,
            float(duration) * ms,
            I=currents,
            n=int(neurons),
            dt=float(step) * ms,
            method=None if scheme == "default" else scheme,
            record=None,
        )
        return recording, time.perf_counter() - started

    recording, _ = measured()
    first = {
        "counts": [int(count) for count in recording.spikes.count()],
        "mean_time_ms": float(np.mean(recording.spikes.t.value_in(ms))),
        "method": str(recording.provenance["method"]),
        "compile_s": recording.provenance["timing"]["compile_s"],
    }
    print("@@", json.dumps(first), flush=True)
    for _line in sys.stdin:
        recording, seconds = measured()
        answer = {
            "run_s": recording.provenance["timing"]["run_s"],
            "call_s": seconds,
            "spikes": len(recording.spikes.i),
        }
        print("@@", json.dumps(answer), flush=True)
