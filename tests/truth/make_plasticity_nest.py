"""Makes `reference/plasticity_nest.npz` with NEST; see `plasticity_pairs.py`.

    python -m tests.truth.make_plasticity_nest

It is run by hand in the folder of the repository, by an interpreter that has NEST: 3.10.0 made what
is stored. Two parrot neurons repeat the trains. What the synapse sends to the second arrives at its
port 1, which counts for learning and makes no spike.
"""

from pathlib import Path

import nest
import numpy as np

from .plasticity_pairs import (
    DELAYS,
    EXPONENTS,
    SHORT_TERM,
    SPIKES,
    STDP,
    STEPS,
    TICK,
    TRIPLET,
    trains,
)

FILE = Path(__file__).parent / "reference" / "plasticity_nest.npz"


def weights(model, delay, synapse, post=None):
    """The weight that each presynaptic spike is sent with."""
    nest.ResetKernel()
    nest.set(resolution=TICK, local_num_threads=1)
    neurons = nest.Create("parrot_neuron", 2)
    neurons[1].set(post or {})
    generators = nest.Create("spike_generator", 2)
    for generator, ticks in zip(generators, trains(), strict=True):
        # A tick passes on the way to the parrot.
        generator.spike_times = np.round((ticks - 1) * TICK, 1)
    nest.Connect(generators, neurons, "one_to_one", {"delay": TICK})
    recorder, spikes = nest.Create("weight_recorder"), nest.Create("spike_recorder")
    nest.Connect(neurons, spikes)
    nest.CopyModel(model, "plastic", {"weight_recorder": recorder})
    about = {"synapse_model": "plastic", "receptor_type": 1, "delay": round(delay * TICK, 1)}
    nest.Connect(neurons[0], neurons[1], syn_spec=about | synapse)
    nest.Simulate(STEPS * TICK)
    assert_fired(spikes.events, neurons)
    found = recorder.events
    order = np.argsort(found["times"], kind="stable")
    assert np.array_equal(np.rint(found["times"][order] / TICK), trains()[0])
    return found["weights"][order]


def assert_fired(events, neurons):
    """Both neurons fired as they were meant to."""
    for neuron, ticks in zip(neurons, trains(), strict=True):
        times = events["times"][events["senders"] == neuron.global_id]
        assert len(ticks) == SPIKES
        assert np.array_equal(np.rint(np.sort(times) / TICK), ticks)


def pair(exponent, delay):
    synapse = {
        "weight": STDP["w"], "Wmax": STDP["w_max"], "lambda": STDP["rate"], "alpha": STDP["ratio"],
        "tau_plus": STDP["tau_plus"], "mu_plus": exponent, "mu_minus": exponent,
    }  # fmt: skip
    return weights("stdp_synapse", delay, synapse, {"tau_minus": STDP["tau_minus"]})


def triplet(delay):
    synapse = {
        "weight": TRIPLET["w"], "Wmax": TRIPLET["w_max"],
        "tau_plus": TRIPLET["tau_plus"], "tau_plus_triplet": TRIPLET["tau_x"],
        "Aplus": TRIPLET["A2_plus"], "Aplus_triplet": TRIPLET["A3_plus"],
        "Aminus": TRIPLET["A2_minus"], "Aminus_triplet": TRIPLET["A3_minus"],
    }  # fmt: skip
    post = {"tau_minus": TRIPLET["tau_minus"], "tau_minus_triplet": TRIPLET["tau_y"]}
    return weights("stdp_triplet_synapse", delay, synapse, post)


def short_term(about):
    synapse = {name: about[name] for name in ("U", "tau_rec", "tau_fac")}
    return weights("tsodyks2_synapse", 10, synapse | {"weight": about["w"], "u": about["U"]})


def main():
    nest.verbosity = nest.VerbosityLevel.ERROR
    found = {}
    for delay in DELAYS:
        for name, exponent in EXPONENTS.items():
            found[f"{name}_{delay}"] = pair(exponent, delay)
        found[f"triplet_{delay}"] = triplet(delay)
    for name, about in SHORT_TERM.items():
        found[name] = short_term(about)
    np.savez_compressed(FILE, **found, version=np.array(nest.__version__))
    for name, values in found.items():
        print(f"{name}: from {values.min():.4g} to {values.max():.4g}, ends at {values[-1]!r}")
    print(f"{FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
