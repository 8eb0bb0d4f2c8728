"""Error-driven plasticity as events: the same text that the estimators carry out on examples."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.learn.examples import ExampleRule
from rheobase.units import Hz, ms, mV, second

from ..model.plain_learning import replay

DT = 0.1  # ms


def test_the_equation_stands_in_the_rule():
    rule = rb.ErrorDriven()
    assert rule.on_pre == "w += eta * (target - y) * x"
    assert dict(rule.scopes) == {"y": "post", "target": "shared", "w": "synapse"}
    assert rb.LearningRule.from_dict(rule.to_dict()) == rule


def test_one_presynaptic_spike_changes_the_weight_by_the_error():
    # The neuron spikes at 10 ms, the teacher twice, at 12 and 14 ms; the input comes at 20 ms.
    rule = rb.ErrorDriven(0.1, tau=20 * ms)
    spikes = {"pre": [20.0], "post": [10.0], "teacher": [12.0, 14.0]}
    ticks = {name: [round(t / DT) for t in times] for name, times in spikes.items()}
    y = np.exp(-10 / 20)
    target = np.exp(-8 / 20) + np.exp(-6 / 20)
    post = [t - 1 for t in ticks["post"]]  # on its way back to the synapse for one step
    found = replay(rule, ticks["pre"], post, ticks["teacher"], DT, 0, 1, 0.5, 250)[0]
    due = 0.5 + 0.1 * (target - y)
    assert found["w"] == pytest.approx(due, rel=1e-12)
    by_example = ExampleRule(rb.ErrorDriven(0.1)).updated(0.5, 1.0, y, target)
    assert found["w"] == pytest.approx(float(by_example), rel=1e-12)


@pytest.mark.parametrize("rate", [10, 40])
def test_a_spiking_neuron_learns_to_fire_as_its_teacher_does(rate):
    net = rb.Network(seed=3, dt=0.5 * ms)
    inputs = net.add(rb.Poisson(20 * Hz), 200, "inputs")
    teacher = net.add(rb.Poisson(rate * Hz), 1, "teacher")
    neuron = net.add(rb.LIF(), 1, "neuron")
    net.connect(
        inputs, neuron, rb.Delta(), rb.all_to_all(), weight=0.2 * mV, delay=0.5 * ms,
        plasticity=rb.ErrorDriven(0.0005 * mV, tau=100 * ms), modulator=teacher,
    )  # fmt: skip
    net.record(neuron, "spikes")
    net.run(30 * second)
    fired = net.run(20 * second)["neuron"].spikes.count()
    assert np.sum(fired) / 20 == pytest.approx(rate, rel=0.15)
