"""How far our networks are from what this machine's memory allows.

Nanoseconds an update of a neuron and an arrival of a spike, beside the time that moving their bytes
takes at the bandwidth of a triad: from memory, and between arrays that stay in the cache. Nothing
here is judged: bandwidth is the machine's.
"""

from __future__ import annotations

import sys

from benchmarks.harness import Answer, Options, Side, median
from benchmarks.networks import folder, turns
from benchmarks.report import Row
from benchmarks.wiring import NEURONS, write_wiring

NAME = "network_limits"
# What one thing reads and writes, in bytes: a state 16 (read and written), the row of a ring that
# arrived 16 (read and cleared), the rest of the refractory period 16.
BRUNEL_UPDATE, COBA_UPDATE = 16 + 16 + 16, 3 * 16 + 2 * 16 + 16
# An arrival reads its target, 2 bytes that stream past, and adds to a ring, which stays near.
STREAMED, ARRIVAL = 2, 2 + 16
STEPS_PER_MS = 10


def run(options: Options) -> list[Row]:
    """Bandwidth first, then the parts of two networks."""
    memory = _bandwidth(options, "triad, from memory", 2_000_000 if options.smoke else 16_000_000)
    cached = _bandwidth(options, "triad, in the cache", 12_500)
    return [memory, cached, *_brunel(options, memory, cached), _coba(options, cached)]


def _bandwidth(options: Options, what: str, elements: int) -> Row:
    repetitions = max(4, 50_000_000 // elements)
    with Side(sys.executable, "ours/triad.py", elements, repetitions) as us:
        found = [us.run()["bytes_per_s"] / 1e9 for _ in range(options.repeats)]
    # What the machine can do is the best that it did.
    note = f"best of {options.repeats}, {elements} elements an array, one thread"
    return Row(NAME, what, max(found), "GB/s", repeats={"ours": found}, note=note)


def _brunel(options: Options, memory: Row, cached: Row) -> list[Row]:
    """The network, and its neurons with their drive alone; the difference is the synapses."""
    size, duration = (1_000, 200.0) if options.smoke else (10_000, 1000.0)
    neurons = size + size // 4
    answers: dict[str, list[Answer]] = {}
    for form in ("connected", "alone"):
        with Side(sys.executable, "ours/brunel.py", size, duration, 50.0, 1, form) as us:
            answers[form], synapses = turns(options, us)["ours"], us.first["synapses"]
            events = us.first["spikes"] * synapses / neurons
            if form == "connected":
                arrivals = events
    whole, alone = (median(answers[form], "run_s") for form in ("connected", "alone"))
    update = 1e9 * alone / (neurons * duration * STEPS_PER_MS)
    arrival = 1e9 * (whole - alone) / arrivals
    return [
        _row("a neuron's update, with its Poisson drive (Brunel)", update, BRUNEL_UPDATE, cached),
        _row("an arrival of a spike (Brunel)", arrival, ARRIVAL, cached, memory),
    ]


def _coba(options: Options, cached: Row) -> Row:
    duration = 100.0 if options.smoke else 1000.0
    with folder() as place:
        arguments = ("exponential_euler", write_wiring(place), duration, place / "spikes.npz")
        with Side(sys.executable, "ours/coba.py", *arguments) as us:
            seconds = median(turns(options, us)["ours"], "run_s")
    update = 1e9 * seconds / (NEURONS * duration * STEPS_PER_MS)
    return _row("a neuron's update, all in (COBA)", update, COBA_UPDATE, cached)


def _row(what: str, took: float, moved: int, cached: Row, memory: Row | None = None) -> Row:
    """The ratio is how many times the bytes alone would take."""
    least = moved / cached.ours
    note = f"{moved} bytes, {least:.2g} ns at the cache's bandwidth"
    if memory is not None:
        note += f"; {STREAMED} of them from memory, {STREAMED / memory.ours:.2g} ns"
    return Row(NAME, what, took, "ns", ratio=took / least, note=note)
