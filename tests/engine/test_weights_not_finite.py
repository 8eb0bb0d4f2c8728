"""Weights that become infinite stop a run even where every neuron is reset by them."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine.circuit.learning import broken
from rheobase.errors import NumericalError, ParameterError
from rheobase.units import ms

CELL = rb.Model("dv/dt = (0.5 - v + I)/10", spike="v > 1", reset="v = 0", inputs=["I"])
RATES = rb.Model("dv/dt = -v/10", inputs=["I"])


def network(rule, threads=1, times=(5.0, 6.0), neurons=(0, 1), weight=1e-4, delay=1 * ms, **more):
    net = rb.Network(seed=1, threads=threads)
    net.add(rb.SpikeTimes(np.array(times) * ms, list(neurons)), 3, "source")
    net.add(CELL, 4, "cells")
    net.connect(
        "source", "cells", rb.Delta("v"), rb.all_to_all(), weight, delay, plasticity=rule,
        name="w", **more,
    )  # fmt: skip
    net.record("cells", ["v", "spikes"])
    return net


OTHER = dict(on_pre="s = s + 1", transmits="w", initial=dict(s=0.0))
BREAKS = {
    "a division by 0": (("",), dict(on_pre="w = w/(w - w)"), "w = inf"),
    "an overflow": (("",), dict(on_pre="w = exp(800 + w)"), "w = inf"),
    "of no weight": (("",), OTHER | dict(on_post="s = log(-1 - s*s)"), "s = nan"),
    "that moves": (("ds/dt = -s/100",), OTHER | dict(on_post="s = s*1e308*1e10"), "s = inf"),
}


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("what", BREAKS)
def test_what_no_neuron_notices_stops_the_run(what, threads):
    equations, given, shown = BREAKS[what]
    state = shown[0]
    net = network(rb.LearningRule(*equations, **given), threads, weight=0.6)
    with pytest.raises(NumericalError, match=f"^{state} of a synapse is no longer finite") as e:
        net.run(40 * ms)
    assert "projection 'w', from neuron 0 of 'source' to neuron 0 of 'cells'" in e.value.where
    assert f"{shown}, in the run from 0 to 40 ms" in e.value.where
    assert "neuron 0, between" not in e.value.where
    recording = e.value.recording["cells"]
    # The neurons are whole: the sample at the very end is one.
    assert recording.t.value_in("ms")[-1] == pytest.approx(40)
    assert len(recording["v"]) == 401
    assert np.isfinite(recording["v"]).all()
    assert recording.spikes.total > 0
    assert np.isclose(e.value.recording.duration.value_in("ms"), 40)
    with pytest.raises(ParameterError, match="broke in its last run"):
        net.run(1 * ms)


def test_runs_that_came_before_are_not_blamed():
    net = network(rb.LearningRule(on_pre="w = w/(w - w)"), times=(25.0,), neurons=(2,))
    net.run(20 * ms)
    with pytest.raises(NumericalError) as caught:
        net.run(20 * ms)
    assert "from neuron 2 of 'source'" in caught.value.where
    assert "in the run from 20 to 40 ms" in caught.value.where


def test_large_weights_are_no_fault():
    """Their sum overflows, and they do not."""
    net = network(rb.LearningRule(on_pre="w = w*1"), weight=1.7e308)
    net.run(20 * ms)
    np.testing.assert_array_equal(net.synapses("w")["w"], np.full(12, 1.7e308))


@pytest.mark.parametrize("first", [0, 7, 50])
@pytest.mark.parametrize("apart", [1, 3, 40])
def test_of_a_large_projection_every_synapse_has_its_turn(monkeypatch, first, apart):
    monkeypatch.setattr(broken, "_SMALL", 0)
    monkeypatch.setattr(broken, "_FEWEST_A_STEP", 1)
    net = network(rb.LearningRule(on_pre="w = w*1"))
    net.run(0.1 * ms)
    (wiring,) = net._simulation.assembly.wirings
    seen, clock = np.zeros(12, int), first
    # Three a step, as many as each end has neurons: four steps for all twelve.
    while clock < first + 4:
        for part in broken._in_turn(wiring, clock, clock + apart):
            seen[part] += 1
        clock += apart
    assert seen.min() >= 1
    assert seen.sum() == (12 if apart in (1, 40) else 18)


def test_what_is_broken_in_a_large_projection_is_met_before_long(monkeypatch):
    monkeypatch.setattr(broken, "_SMALL", 0)
    monkeypatch.setattr(broken, "_FEWEST_A_STEP", 1)
    net = network(rb.LearningRule(on_pre="w = w/(w - w)"), times=(1.0,), neurons=(2,))
    with pytest.raises(NumericalError, match="w of a synapse") as caught:
        for _ in range(30):
            net.run(0.1 * ms)
    assert "from neuron 2 of 'source'" in caught.value.where
    assert "or before it" in caught.value.where
    assert "from 0 to" not in caught.value.where
    # The spike arrives after 2 ms, and four steps are enough.
    assert caught.value.recording.start.value_in("ms") < 2.5


@pytest.mark.parametrize("threads", [1, 3])
def test_a_neuron_that_is_no_number_has_it_from_a_weight_that_is_none(threads):
    """Other weights are infinite by then, which do no harm to a neuron that is reset."""
    net = network(
        rb.LearningRule(on_pre="w = w/(w - w)"), threads, times=(5.0, 6.0, 10.0, 10.5),
        neurons=(0, 1, 2, 2),
    )  # fmt: skip
    with pytest.raises(NumericalError) as caught:
        net.run(40 * ms)
    assert "from neuron 2 of 'source' to neuron 0 of 'cells': w = nan, and then" in str(
        caught.value
    )
    assert "between 11.4 and 11.5 ms: v = nan" in str(caught.value)


def test_an_infinite_neuron_has_it_from_an_infinite_weight():
    net = rb.Network(seed=1)
    net.add(rb.SpikeTimes([5, 6, 7] * ms, [0, 1, 1]), 2, "source")
    net.add(RATES, 2, "cells", method="euler")
    net.connect("source", "cells", rb.Delta("v"), rb.all_to_all(), 1e-4, [[9, 1], [9, 1]] * ms,
                plasticity=rb.LearningRule(on_pre="w = w/(w - w)"), name="w")  # fmt: skip
    with pytest.raises(NumericalError) as caught:
        net.run(40 * ms)
    assert "to neuron 1 of 'cells': w = inf, and then" in str(caught.value)


def test_no_time_is_claimed_that_is_not_known(monkeypatch):
    """A whole look may find what an earlier one, of some synapses, had to leave out."""
    monkeypatch.setattr(broken, "_SMALL", 0)
    net = network(rb.LearningRule(on_pre="w = w/(w - w)"), times=(5.0,), neurons=(2,))
    net.run(1 * ms)
    with pytest.raises(NumericalError) as caught:
        net.run(30 * ms)
    assert "w = inf, in the run until 31 ms, or before it" in caught.value.where
    net = network(rb.LearningRule(on_pre="w = w/(w - w)"), times=(5.0,), neurons=(2,))
    with pytest.raises(NumericalError) as caught:
        net.run(30 * ms)
    assert "w = inf, in the run from 0 to 30 ms" in caught.value.where
