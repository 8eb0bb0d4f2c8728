"""What of a network's kernel depends on how many populations and projections there are: nothing."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.compiler import cache, machine
from rheobase.units import Hz, ms


def made(count, threads=1):
    """Populations of one model, driven, recorded, all to all, in four ways of storing synapses."""
    net = rb.Network(seed=5, threads=threads)
    model = rb.Model("dv/dt = (1.1 - v + I)/10", spike="v > 1", reset="v = 0", inputs=["I"])
    parts = [net.add(model, 3 + k % 4, f"p{k}") for k in range(count)]
    drive = net.add(rb.Poisson(50 * Hz), 4, "drive")
    decay = rb.Exponential(3.0, name="e")
    for k, part in enumerate(parts):
        net.connect(drive, part, decay, rb.all_to_all(), 0.2, (1 + k % 3) * ms)
        net.record(part, "v", every=5)
        for other in parts:
            weight = [0.01, rb.normal(0.0, 0.01)][k % 2]
            delay = [1 * ms, rb.uniform(1 * ms, 2 * ms)][k // 2 % 2]
            net.connect(other, part, decay, rb.bernoulli(0.7), weight, delay)
        rule = rb.PairSTDP(w_max=1.0)
        net.connect(
            part, parts[0], decay, rb.all_to_all(), 0.1, 2 * ms, plasticity=rule, name=f"l{k}"
        )
    return net


@pytest.fixture
def compiled(monkeypatch):
    """The texts that are compiled."""
    texts, compile_object = [], machine.compile_object

    def noted(text, effort=machine.FULL):
        texts.append(text)
        return compile_object(text, effort)

    monkeypatch.setattr(machine, "compile_object", noted)
    monkeypatch.setattr(cache, "folder", lambda: None)
    return texts


def test_machine_code_is_the_same_for_any_number_of_populations(compiled):
    kept = []  # code stays loaded as long as somebody has it
    for count in (4, 5, 13):
        kept.append(made(count))
        kept[-1].run(1 * ms)
    assert sum("@rb.network(" in text for text in compiled) == 1


@pytest.mark.parametrize("target", ["llvm", "python"])
def test_every_projection_brings_its_own(target):
    expected = made(5).run(60 * ms)
    found = made(5, threads=2 if target == "llvm" else 1).run(60 * ms, target=target)
    assert sum(expected[f"p{k}"].spikes.total for k in range(5)) > 50
    for k in range(5):
        ours, theirs = found[f"p{k}"], expected[f"p{k}"]
        assert np.array_equal(ours.spikes.i, theirs.spikes.i)
        assert np.array_equal(ours.spikes.t.magnitude, theirs.spikes.t.magnitude)
        assert np.array_equal(np.asarray(ours["v"]), np.asarray(theirs["v"]))


def test_graded_projections_of_more_arguments_than_a_call_has():
    def states(threads, target):
        net = rb.Network(dt=1 * ms, threads=threads)
        unit = rb.RateNeuron("tanh", tau=10 * ms)
        parts = [net.add(unit, 2, f"p{k}", initial={"v": 0.1 * (k + 1)}) for k in range(16)]
        weight = rb.normal(0.0, 0.3)
        net.connect(parts, parts, rb.Graded(), rb.all_to_all(), weight, 2 * ms)
        for part in parts:
            net.record(part, "v")
        recording = net.run(20 * ms, target=target)
        arguments = len(net._simulation.assembly._names["network"])
        return arguments, np.hstack([np.asarray(recording[p.name]["v"]) for p in parts])

    arguments, expected = states(1, "python")
    assert arguments > 1024 and np.ptp(expected[-1]) > 0.01
    for threads in (1, 2):
        assert np.array_equal(states(threads, "llvm")[1], expected)
