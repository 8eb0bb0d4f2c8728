"""A network of Brunel's with four million synapses that learn, 1 s at dt 0.1 ms.

10,000 excitatory and 2,500 inhibitory neurons, 400 excitatory and 100 inhibitory synapses on each;
those between excitatory neurons learn from all pairs of spikes, in steps of a fixed size between
hard bounds. Each side draws its own synapses and its own drive: rates and weights are compared.
Brian 2's delay is axonal, and NEST's dendritic; ours follows each.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.checks import within
from benchmarks.harness import Options, Side, median
from benchmarks.learned import same_weights
from benchmarks.networks import build_note, folder, row, turns
from benchmarks.report import Row, Target
from benchmarks.spikes import same_rate

NAME, OURS = "brunel_stdp", "ours/brunel_stdp.py"
DURATION, WARM = 1000.0, 100.0
MOST_BYTES = 24.0
SOURCES, WEIGHT = 400, 0.25
# Potentiation and depression move a mean weight by 0.024 mV each in a second, nearly in balance.
CHANGE, SPREAD = 5e-4, 0.05
SMOKE_RATES, SMOKE_SPREADS = (20.0, 26.0), (0.0032, 0.0038)


def write_network(place: Path, excitatory: int) -> dict[str, Any]:
    """Write the network where every side can read it, as `network.json`."""
    drive, tau, threshold = 1.5, 20.0, 20.0
    network = {
        "excitatory": excitatory,
        "inhibitory": excitatory // 4,
        "from_excitatory": SOURCES,
        "from_inhibitory": SOURCES // 4,
        "weight": WEIGHT,
        "inhibition": 5.0,
        "delay": 1.5,
        # The rate that brings a neuron to its threshold on average is theta/(J tau).
        "drive_hz": 1e3 * drive * threshold / (WEIGHT * tau),
        "neuron": {"tau": tau, "V_T": threshold, "V_R": 0.0, "t_ref": 2.0},
        "rule": {
            "tau_plus": 20.0,
            "tau_minus": 20.0,
            "rate": 0.005,
            "ratio": 1.05,
            "w_max": 2 * WEIGHT,
        },
    }
    (place / "network.json").write_text(json.dumps(network), encoding="utf-8")
    return network


def run(options: Options) -> list[Row]:
    """Rates and weights first, then times and memory."""
    with folder() as place:
        size = 2_000 if options.smoke else 10_000
        network, path = write_network(place, size), place / "network.json"
        neurons = size * 5 // 4
        if options.smoke:
            return [_alone(options, path, neurons)]
        plastic = network["excitatory"] * network["from_excitatory"]
        # A peer takes up to a minute.
        few = Options(repeats=min(3, options.repeats), peers=options.peers)
        return [
            _against(few, path, neurons, ("brian2", "Brian 2"), 1.0, Target(4.0)),
            _against(few, path, neurons, ("nest", "NEST"), 0.0, Target(3.0)),
            *_beside_static(few, path, plastic),
        ]


def _alone(options: Options, path: Path, neurons: int) -> Row:
    duration = 200.0
    with Side(sys.executable, OURS, path, duration, WARM, 0.0, "plastic") as us:
        found = 1e3 * us.first["spikes"] / neurons / duration
        rate = within("rate in Hz", found, *SMOKE_RATES)
        spread = within("spread of weights in mV", us.first["spread_of_weights"], *SMOKE_SPREADS)
        note = f"{rate}; {spread}"
        return row(NAME, "800,000 plastic synapses, 200 ms", turns(options, us), note=note)


def _against(
    options: Options,
    path: Path,
    neurons: int,
    opponent: tuple[str, str],
    axonal: float,
    target: Target,
) -> Row:
    peer, name = opponent
    script = f"peers/{peer}_brunel_stdp.py"
    with (
        Side(sys.executable, OURS, path, DURATION, WARM, axonal, "plastic") as us,
        Side(options.peer(peer), script, path, DURATION, WARM) as them,
    ):
        mine, other = (1e3 * side.first["spikes"] / neurons / DURATION for side in (us, them))
        rates = same_rate(mine, other, 1.0)
        weights = same_weights(us.first, them.first, CHANGE, SPREAD, " mV")
        answers = turns(options, us, them, name)
        note = f"{rates}; {weights}; {build_note(us)}"
    return row(NAME, "four million plastic synapses", answers, peer=name, target=target, note=note)


def _beside_static(options: Options, path: Path, plastic: int) -> list[Row]:
    """What learning costs: time and memory, beside the same network that does not learn."""
    arguments = (OURS, path, DURATION, WARM, 0.0)
    with (
        Side(sys.executable, *arguments, "unread") as us,
        Side(sys.executable, *arguments, "static") as still,
        Side(sys.executable, *arguments, "without") as without,
    ):
        answers = turns(options, us, still, "static")
        events = 2 * us.first["counts"]["exc"] * SOURCES
        held = us.first["resident_bytes"] - without.first["resident_bytes"]
    more = median(answers["ours"], "run_s") - median(answers["theirs"], "run_s")
    return [
        row(
            NAME,
            "beside itself without learning",
            answers,
            peer="static",
            note=f"{events} events at plastic synapses, {1e9 * more / events:.3g} ns more each",
        ),
        Row(
            NAME,
            "resident memory a plastic synapse",
            held / plastic,
            "bytes",
            ratio=held / plastic,
            target=Target(MOST_BYTES, at_least=False),
            note="after building and 1.1 s, less a process that has all the rest of the network",
        ),
    ]
