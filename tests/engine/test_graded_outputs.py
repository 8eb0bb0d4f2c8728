"""An output that is no finite number is told with its population, neuron and time."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import NumericalError
from rheobase.units import Hz, ms

ROOT = ("sqrt(x)", {"b": -1.0})
# From 0.5, v = 1.5 exp(-t/10 ms) - 1 is below 0 from 10 log(1.5) = 4.05 ms on.
FIRST, CROSSED = 0.5, 4.1


def _network(delay: float, target: str, first: Any, threads: int = 1) -> rb.Network:
    """A target that comes before its source, by name and as they are added."""
    net = rb.Network(dt=0.1 * ms, threads=threads)
    driven = target == "Poisson"
    post = net.add(rb.Poisson(5 * Hz) if driven else rb.RateNeuron(), 3, name="aims")
    source = net.add(rb.RateNeuron(ROOT[0], **ROOT[1]), 3, name="roots", initial={"v": first})
    weight = 1 * Hz if driven else 1.0
    net.connect(
        source, post, synapse=rb.Graded(), rule=rb.one_to_one(), weight=weight, delay=delay * ms
    )
    return net


@pytest.mark.parametrize("target", ["rate", "Poisson"])
@pytest.mark.parametrize("delay", [0.0, 0.1, 0.7, 9.0])
@pytest.mark.parametrize("threads", [1, 3])
def test_the_source_is_named(target: str, delay: float, threads: int) -> None:
    net = _network(delay, target, np.array([100.0, FIRST, 50.0]), threads)
    with pytest.raises(NumericalError, match="'r'") as caught:
        net.run(20 * ms)
    said = str(caught.value)
    assert f"population 'roots', neuron 1, at {CROSSED:g} ms: v = -0.00" in said
    assert "sqrt(" in said and "clip(x" in said and "smaller dt" not in said
    assert caught.value.recording is not None


@pytest.mark.parametrize("target", ["rate", "Poisson"])
def test_before_the_beginning_too(target: str) -> None:
    net = _network(0.1, target, np.array([1.0, 1.0, -1.0]))
    with pytest.raises(NumericalError, match=re.escape("'roots', neuron 2, at 0 ms: v = -1")):
        net.run(1 * ms)


@pytest.mark.parametrize("b", [1e5, 800.0 / (1 - np.exp(-1.0))])
def test_what_overflows_is_no_finite_number(b: float) -> None:
    net = _network(0.1, "rate", 1e6)
    source = net.add(rb.RateNeuron("exp(x)", b=b), 2, name="large")
    net.connect(
        source, net["aims"], synapse=rb.Graded(), rule=rb.all_to_all(), weight=0.0, delay=0 * ms
    )
    with pytest.raises(NumericalError, match="population 'large', neuron 0"):
        net.run(20 * ms)


def test_what_is_only_recorded_is_looked_at() -> None:
    net = rb.Network(dt=0.1 * ms)
    net.add(rb.RateNeuron(ROOT[0], **ROOT[1]), 3, name="roots", initial={"v": [9.0, 9.0, FIRST]})
    net.record("roots", "r")
    with pytest.raises(NumericalError, match=f"'roots', neuron 2, at {CROSSED:g} ms") as caught:
        net.run(10 * ms)
    assert np.isnan(np.asarray(caught.value.recording["roots"]["r"])[-1, 2])


def test_in_a_run_of_one_neuron_too() -> None:
    model = rb.RateNeuron(ROOT[0], b=-2.0)
    with pytest.raises(NumericalError, match="'r' is no finite number"):
        rb.simulate(model, 10 * ms, record=["r"])


def test_a_state_that_breaks_is_the_state_s_fault() -> None:
    """What it sends is no number either, and the equations are to blame."""
    net = rb.Network(dt=0.1 * ms)
    wild = rb.Model("tau * dv/dt = v**3", parameters={"tau": 1 * ms}, initial={"v": 5.0})
    a = net.add(wild, 1, name="wild", method="euler")
    b = net.add(rb.RateNeuron(), 1, name="aims")
    net.connect(a, b, synapse=rb.Graded(of="v"), rule=rb.one_to_one(), weight=0.0, delay=0.1 * ms)
    with pytest.raises(NumericalError, match="v is no longer finite"):
        net.run(20 * ms)


def test_driven_processes_that_nobody_listens_to_run() -> None:
    net = _network(0.1, "Poisson", 9.0)
    assert net.run(0.5 * ms).duration == 0.5 * ms
