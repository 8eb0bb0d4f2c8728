"""Every door that turns a time into steps refuses what is no time, in one way."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import RheobaseError
from rheobase.units import Hz, ms, mV, nS, pA

WRONG = {
    "nan": np.nan * ms,
    "infinite": np.inf * ms,
    "minus infinite": -np.inf * ms,
    "negative": -1 * ms,
    "several": [[1.0, 2.0]] * ms,
    "nan alone": np.nan,
    "text": "nan ms",
    "a truth value": True,
    "another dimension": 1 * mV,
}


def network():
    net = rb.Network(seed=1)
    cells = net.add(rb.LIF(), 2, name="cells")
    net.add(rb.Poisson(5 * Hz), 2, name="noise")
    net.connect(
        cells, cells, rb.AMPA(), rb.all_to_all(), 1 * nS, 1 * ms,
        plasticity=rb.PairSTDP(2 * nS), name="c",
    )  # fmt: skip
    return net


def connected(**delays):
    net = network()
    net.connect(
        "cells", "cells", rb.AMPA(), rb.all_to_all(), 1 * nS,
        plasticity=rb.PairSTDP(2 * nS), **delays,
    )  # fmt: skip
    net.run(1 * ms)


DOORS = {
    "dt": lambda time: rb.Network(dt=time),
    "dt of one neuron": lambda time: rb.simulate(rb.LIF(), 1 * ms, dt=time),
    "a run": lambda time: network().run(time),
    "a run of one neuron": lambda time: rb.simulate(rb.LIF(), time),
    "samples of cells": lambda time: network().record("cells", "v", every=time),
    "rates": lambda time: network().record("cells", "rate", every=time),
    "samples of synapses": lambda time: network().record("c", "w", every=time),
    "a delay": lambda time: connected(delay=time),
    "an axonal delay": lambda time: connected(delay=5 * ms, axonal=time),
    "a dendritic delay": lambda time: connected(delay=5 * ms, dendritic=time),
    "a delay of what grows": lambda time: network().grow("c", rb.all_to_all(), delay=time),
    "an axonal delay of what grows": lambda time: network().grow(
        "c", rb.all_to_all(), delay=5 * ms, axonal=time
    ),
    "a delay of outputs": lambda time: graded(time),
    "spikes": lambda time: rb.SpikeTimes(time),
    "spikes that are sent": lambda time: sent(time),
    "a stimulus that ends": lambda time: rb.step(1 * pA, stop=time),
    "pulses": lambda time: rb.pulses(1 * pA, 1 * ms, width=time),
    "samples of a stimulus": lambda time: rb.sampled([1, 2] * pA, time),
    "a comparison": lambda time: field().compare(duration=time),
    "what goes before it": lambda time: field().compare(settle=time),
    "transmitter": lambda time: rb.Kinetic("AMPAKinetics", duration=time),
}


def field():
    net = rb.Network(seed=1)
    noise = net.add(rb.Poisson(500 * Hz), 5, name="noise")
    cells = net.add(rb.LIF(), 2, name="cells")
    net.connect(noise, cells, rb.Exponential(5 * ms), rb.all_to_all(), 20 * pA, 1 * ms)
    return rb.mean_field(net)


def test_the_field_of_these_doors_is_one():
    assert field().compare(duration=10 * ms, settle=1 * ms).report


def graded(time):
    net = rb.Network(seed=1)
    cells = net.add(rb.RateNeuron(), 2, name="cells")
    net.connect(cells, cells, rb.Graded(), rb.all_to_all(), 0.1, time)


def sent(time):
    net = rb.Network(seed=1)
    net.add(rb.SpikeTimes([1.0] * ms, [0]), 1, name="given")
    net.send("given", time, 0)


# Spikes are given as several times, a list for each neuron.
PAIRS = [(door, what) for door in DOORS for what in WRONG if (door, what) != ("spikes", "several")]


@pytest.mark.parametrize(("door", "what"), PAIRS)
def test_what_is_no_time_is_refused(door, what):
    with pytest.raises(RheobaseError):
        DOORS[door](WRONG[what])


@pytest.mark.parametrize("every", [1e300, 1e12, 1e-12, 1e-320])
@pytest.mark.parametrize("name", ["cells", "c"])
def test_samples_too_far_apart_or_too_near(name, every):
    with pytest.raises(RheobaseError, match="every"):
        network().record(name, "v" if name == "cells" else "w", every=every * ms)
