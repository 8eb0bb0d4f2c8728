"""Self-consistent rates: how a network is read, and which fixed points are found."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.reduction.integrator import integrator
from rheobase.units import Hz, ms, mV, nS, pA, pF

NEURON = rb.Model(
    "tau * dv/dt = -v", spike="v >= V_T", reset="v = V_R", refractory="t_ref",
    parameters=dict(tau=20 * ms, V_T=20 * mV, V_R=10 * mV, t_ref=2 * ms), initial=dict(v=0 * mV),
)  # fmt: skip
JUMP = rb.Delta("v")


def driven(n=100, rate=8000 * Hz, model=NEURON, weight=0.1 * mV, dt=0.1 * ms, **inputs):
    net = rb.Network(seed=1, dt=dt)
    cells = net.add(model, n, "cells", **inputs)
    source = net.add(rb.Poisson(rate), n, "drive")
    net.connect(source, cells, JUMP, rb.one_to_one(), weight, 1 * ms)
    return net, cells


def rivals(inhibition):
    """Two populations that are alike, excite themselves and inhibit each other."""
    net = rb.Network(seed=1)
    pair = [net.add(NEURON, 1000, name) for name in "AB"]
    for one, other in (pair, pair[::-1]):
        drive = net.add(rb.Poisson(30_000 * Hz), 1000, f"drive of {one.name}")
        net.connect(drive, one, JUMP, rb.one_to_one(), 0.04 * mV, 1 * ms)
        net.connect(one, one, JUMP, rb.fixed_indegree(200), 0.05 * mV, 1 * ms)
        net.connect(one, other, JUMP, rb.fixed_indegree(200), -inhibition, 1 * ms)
    return net


def test_a_driven_neuron_has_siegerts_rate():
    net, _ = driven()
    (point,) = rb.mean_field(net).fixed_points
    mean, sigma = 20 * 8 * 0.1, np.sqrt(20 * 8 * 0.01)
    assert point.mean["cells"].value_in(mV) == pytest.approx(mean)
    assert point.sigma["cells"].value_in(mV) == pytest.approx(sigma)
    expected = rb.siegert(
        tau=20 * ms, V_T=20 * mV, V_R=10 * mV, t_ref=2 * ms, mean=mean * mV, sigma=sigma * mV
    )
    assert point.rates["cells"].value_in(Hz) == pytest.approx(expected.value_in(Hz), rel=1e-10)


def test_any_wording_of_the_neuron_is_read():
    """The LIF of the zoo, with its current; and one written the other way round."""
    found = integrator(rb.LIF())
    assert found.threshold == pytest.approx((20.0, -50.0, -65.0, 2.0))
    assert found.rest == pytest.approx(-70)
    assert found.gains["I"] == pytest.approx(0.1)  # mV per pA
    other = rb.Model(
        "dv/dt = (g * (E - v) + 2 * I) / C",
        spike="V_T < v", reset="v = E + 3*mV", refractory="2 * d",
        parameters=dict(C=100 * pF, g=20 * nS, E=-60 * mV, V_T=-50 * mV, d=1 * ms),
        inputs=dict(I=pA),
    )  # fmt: skip
    found = integrator(other)
    assert found.threshold == pytest.approx((5.0, -50.0, -57.0, 2.0))
    assert (found.rest, found.gains["I"]) == pytest.approx((-60.0, 0.1))


def test_a_model_without_units_counts_its_own_time():
    plain = rb.Model(
        "tau * dv/dt = -v + I", spike="v > 1", reset="v = 0", refractory="d",
        parameters=dict(tau=0.02, d=0.002), inputs=["I"], time="s",
    )  # fmt: skip
    assert integrator(plain).threshold == pytest.approx((20.0, 1.0, 0.0, 2.0))


def test_a_constant_current_shifts_the_mean():
    net, _ = driven(model=rb.LIF(), I=150 * pA)
    (point,) = rb.mean_field(net).fixed_points
    assert point.mean["cells"].value_in(mV) == pytest.approx(-70 + 15 + 16)


@pytest.mark.parametrize(
    ("rule", "degree"),
    [
        (rb.fixed_indegree(30), 30),
        (rb.fixed_outdegree(30), 60),
        (rb.fixed_total(500), 5),
        (rb.bernoulli(0.1), 20),
        (rb.all_to_all(), 200),
        (rb.edges([0, 1, 2], [5, 5, 7]), 0.03),
    ],
)
def test_the_number_of_synapses_follows_from_the_rule(rule, degree):
    net = rb.Network(seed=1)
    source, cells = net.add(rb.Poisson(10 * Hz), 200, "drive"), net.add(NEURON, 100, "cells")
    net.connect(source, cells, JUMP, rule, 0.1 * mV, 1 * ms)
    (point,) = rb.mean_field(net).fixed_points
    assert point.mean["cells"].value_in(mV) == pytest.approx(20 * 0.01 * 0.1 * degree)


def test_all_fixed_points_of_an_excited_network():
    """A silent state and a fast one, with an unstable one between; each reproduces itself."""
    net, cells = driven(5000)
    net.connect(cells, cells, JUMP, rb.fixed_indegree(1000), 0.06 * mV, 1 * ms)
    found = rb.mean_field(net)
    assert [point.stable for point in found.fixed_points] == [True, False, True]
    for point in found.fixed_points:
        again = rb.siegert(
            tau=20 * ms, V_T=20 * mV, V_R=10 * mV, t_ref=2 * ms,
            mean=point.mean["cells"], sigma=point.sigma["cells"],
        )  # fmt: skip
        assert again.value_in(Hz) == pytest.approx(point.rates["cells"].value_in(Hz), rel=1e-8)
    assert found.rates["cells"].value_in(Hz) < 0.01
    assert str(found).count("\n") == 2


def test_rivals_that_are_alike_may_end_up_apart():
    found = rb.mean_field(rivals(0.1 * mV)).fixed_points
    stable = [p for p in found if p.stable]
    (even,) = [p for p in found if not p.stable]
    assert even.rates["A"].value_in(Hz) == pytest.approx(even.rates["B"].value_in(Hz))
    assert len(stable) == 2
    assert {bool(p.rates["A"] > p.rates["B"]) for p in stable} == {True, False}


def test_a_simulation_has_the_rate_of_the_theory():
    """Where jumps are small and nobody hears anybody: within two in a hundred."""
    net, _ = driven(400, 40_000 * Hz, weight=0.02 * mV, dt=0.02 * ms)
    net.run(100 * ms)
    rec = net.run(1000 * ms)
    theory = rb.mean_field(net).rates["cells"].value_in(Hz)
    assert rec["cells"].spikes.rate().value_in(Hz).mean() == pytest.approx(theory, rel=0.02)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda net, cells: net.add(rb.AdEx(), 2, "others"), "has the states"),
        (lambda net, cells: net.add(rb.QuadraticIF(), 2), "not linear"),
        (lambda net, cells: net.add(rb.SpikeTimes([1] * ms), 1), "no constant rate"),
        (lambda net, cells: net.add(rb.Poisson(rb.sine(5 * Hz, 1 * Hz)), 1), "no constant rate"),
        (
            lambda net, cells: net.connect(
                cells, cells, JUMP, rb.bernoulli(0.1), rb.uniform(0 * mV, 1 * mV), 1 * ms
            ),
            "weights are uniform",
        ),
        (
            lambda net, cells: net.connect(
                cells[:10], cells, JUMP, rb.bernoulli(0.1), 1 * mV, 1 * ms
            ),
            "Only some neurons",
        ),
        (lambda net, cells: net.add(rb.LIF(), 2, I=rb.sine(5 * pA, 1 * Hz)), "not constant"),
        (
            lambda net, cells: net.add(rb.LIF(), 2, parameters=dict(C=rb.uniform(1 * pF, 2 * pF))),
            "differ in their parameters",
        ),
        (lambda net, cells: net.add(rb.LIF(t_ref=0 * ms), 2), "without refractory period"),
    ],
)
def test_what_the_theory_does_not_reach_is_refused(change, says):
    net, cells = driven()
    change(net, cells)
    with pytest.raises(ParameterError, match=says):
        rb.mean_field(net)


def test_a_synapse_that_takes_time_is_refused():
    net, cells = driven(model=rb.LIF())
    net.connect(cells, cells, rb.Exponential(5 * ms), rb.bernoulli(0.1), 1 * pA, 1 * ms)
    with pytest.raises(ParameterError, match=r"does not add its weight to v(.|\n)*cells to cells"):
        rb.mean_field(net)


def test_a_network_without_neurons_is_refused():
    with pytest.raises(ParameterError, match="no neurons"):
        rb.mean_field(rb.Network())
