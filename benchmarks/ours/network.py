"""One network of ours: built and run anew for every line read."""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import rheobase as rb
from rheobase.units import ms


def measured(
    make: Callable[[], rb.Network],
    warm: float,
    duration: float,
    read: Callable[[rb.Network], dict[str, float]] | None = None,
) -> tuple[Any, Any]:
    """Describe, build and run a network.

    Args:
        make: describes it.
        warm: how long it runs unmeasured (ms); the state that follows is stationary.
        duration: how long it runs (ms).
        read: what else is asked of the network afterwards; and, as `before`, when it is warm.

    Returns:
        The recording, and seconds: `build_s` from the first word of the description to the first
        step, the kernel compiled; `run_s` of the run with its recording made, all but the build;
        `kernel_s` of the steps alone.
    """
    started = time.perf_counter()
    net = make()
    described = time.perf_counter() - started
    build = compiled = 0.0
    before: dict[str, float] = {}
    if warm:
        timing = net.run(warm * ms).provenance["timing"]
        build, compiled = timing["build_s"], timing["compile_s"]
        before = read(net) if read else {}
    started = time.perf_counter()
    recording = net.run(duration * ms)
    seconds = time.perf_counter() - started
    timing = recording.provenance["timing"]
    if not warm:
        build, compiled = timing["build_s"], timing["compile_s"]
        seconds -= build
    answer = {
        "run_s": seconds,
        "kernel_s": timing["run_s"],
        "build_s": described + build,
        "compile_s": compiled,
        "threads": recording.provenance["threads"],
        "synapses": sum(p["synapses"] for p in recording.provenance["projections"].values()),
        "spikes": int(sum(len(recording[name].spikes.i) for name in recording)),
        "counts": {name: len(recording[name].spikes.i) for name in recording},
        "resident_bytes": resident(),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    return recording, answer | (read(net) if read else {}) | {"before": before}


def serve(
    make: Callable[[], rb.Network],
    duration: float,
    warm: float = 0.0,
    spikes: str = "",
    read: Callable[[rb.Network], dict[str, float]] | None = None,
    look: Callable[[rb.NetworkRecording], None] | None = None,
    **about: Any,
) -> None:
    """Answer the harness: a first run, then one for every line read.

    Args:
        make: describes the network; called for every run.
        duration: of a run (ms).
        warm: how long it runs before (ms).
        spikes: where the first run's spikes are written; ticks and neurons of all populations in
            the order in which these were made, numbered through.
        read: what else is asked of the network after every run.
        look: is given the first run's recording.
        about: what else the first answer says.
    """
    recording, first = measured(make, warm, duration, read)
    if spikes:
        write_spikes(recording, spikes)
    if look:
        look(recording)
    del recording
    print("@@", json.dumps(first | about), flush=True)
    for _line in sys.stdin:
        print("@@", json.dumps(measured(make, warm, duration, read)[1]), flush=True)


def write_spikes(recording: Any, path: str) -> None:
    """Ticks and neurons of every spike, as ``.npz``."""
    ticks, neurons, first = [], [], 0
    for name in recording:
        found = recording[name].spikes
        ticks.append(np.rint(found.t.value_in(ms) / recording.dt.value_in(ms)).astype(np.int64))
        neurons.append(found.i.astype(np.int64) + first)
        first += found.n
    np.savez(path, tick=np.concatenate(ticks), neuron=np.concatenate(neurons))


def resident() -> int:
    """The memory that this process holds now, in bytes; 0 where the system does not say."""
    statement = Path("/proc/self/statm")
    if not statement.exists():
        return 0
    return int(statement.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
