"""A network of spiking neurons as one of rate neurons, run side by side."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.analysis.pictures.network_levels import network_levels
from rheobase.errors import ParameterError
from rheobase.units import Hz, ms, mV, pA

NEURON = rb.Model(
    "tau * dv/dt = -v", spike="v > V_T", reset="v = V_R", refractory="t_ref",
    parameters=dict(tau=20 * ms, V_T=20 * mV, V_R=10 * mV, t_ref=2 * ms),
)  # fmt: skip
JUMP = rb.Delta("v")
_ERRORS = ("error in time", "error in time by chance")


def pair(rate):
    """Excitation and inhibition, of different strength onto each."""
    net = rb.Network(seed=1)
    first = dict(v=rb.uniform(0 * mV, 20 * mV))
    exc, inh = (net.add(NEURON, n, name, initial=first) for n, name in ((1600, "E"), (400, "I")))
    net.connect(exc, exc, JUMP, rb.fixed_indegree(100), 0.1 * mV, 1.5 * ms)
    net.connect(exc, inh, JUMP, rb.fixed_indegree(100), 0.12 * mV, 1.0 * ms)
    net.connect(inh, [exc, inh], JUMP, rb.fixed_indegree(25), -0.4 * mV, 2 * ms)
    for target in (exc, inh):
        source = net.add(rb.Poisson(rate), target.n, f"drive of {target.name}")
        net.connect(source, target, JUMP, rb.one_to_one(), 0.2 * mV, 1 * ms)
    return net


@pytest.fixture(scope="module")
def steady():
    net = pair(6000 * Hz)
    return net, rb.reduce(net, to="rate", duration=600 * ms, settle=100 * ms)


def test_rate_neurons_settle_to_the_mean_field(steady):
    """Both are Siegert's rates that reproduce themselves; the table is all that differs."""
    net, found = steady
    theory = [rate.value_in(Hz) for rate in rb.mean_field(net).rates.values()]
    lower = found.report["rate of the lower"].value_in(Hz)
    np.testing.assert_allclose(lower, theory, rtol=2e-3)
    assert "correlation" not in found.report  # of what is steady there is none


def test_neurons_that_differ_have_a_smeared_transfer_function():
    """The rate neuron settles to the mean rate of neurons with different numbers of synapses."""
    net = rb.Network(seed=1)
    cells, source = net.add(NEURON, 500, "cells"), net.add(rb.Poisson(45 * Hz), 1000, "source")
    net.connect(source, cells, JUMP, rb.bernoulli(0.1), 0.2 * mV, 1 * ms)
    lower = rb.reduce(net, to="rate", duration=200 * ms).report["rate of the lower"].value_in(Hz)
    theory, alike = (rb.mean_field(net, alike=a).rates["cells"].value_in(Hz) for a in (False, True))
    assert lower == pytest.approx(theory, rel=5e-3)
    assert abs(theory - alike) > 0.05 * theory


def test_the_spiking_network_has_these_rates(steady):
    """The theory leaves out correlations and the grid of time: five in a hundred."""
    report = steady[1].report
    assert report["population"] == "E, I"
    spiking, lower = (report[k].value_in(Hz) for k in ("rate of the spiking", "rate of the lower"))
    np.testing.assert_allclose(lower, spiking, rtol=0.05)
    assert (report["error in time"].value_in(Hz) < 0.25 * spiking).all()


def test_the_weights_are_those_of_the_theory(steady):
    """Tau K J, and the delays of the spikes."""
    net, found = steady
    weights = {
        (p.pre.name, p.post.name): (p.weight.value_in(mV / Hz), p.delay.value_in(ms))
        for p in found.model.projections.values()
    }
    assert weights["E", "I"] == pytest.approx((0.02 * 100 * 0.12, 1.0))
    assert weights["I", "E"] == pytest.approx((0.02 * 25 * -0.4, 2.0))
    assert weights["drive of E", "E"] == pytest.approx((0.02 * 0.2, 1.0))
    net.run(1 * ms)  # which is refused to no network that has not been changed


def test_a_drive_that_changes():
    """A slow sine of the rate of the Poisson sources, and a step of a current."""
    net = pair(rb.sine(1500 * Hz, 4 * Hz) + 6500 * Hz)
    report = rb.reduce(net, to="rate", duration=1000 * ms).report
    assert (report["correlation"] > 0.9).all()
    swing = report["rate of the spiking"].value_in(Hz)
    assert (report["error in time"].value_in(Hz) < 0.35 * swing).all()

    net = rb.Network(seed=1)
    step = 120 * pA + rb.step(60 * pA, start=400 * ms)
    cells = net.add(rb.LIF(), 2000, "cells", I=step)
    for name, weight in (("up", 60 * pA), ("down", -60 * pA)):
        source = net.add(rb.Poisson(4000 * Hz), 2000, name)
        net.connect(source, cells, rb.Exponential(1 * ms), rb.one_to_one(), weight, 1 * ms)
    found = rb.reduce(net, to="rate", duration=800 * ms, settle=100 * ms)
    assert found.report["correlation"][0] > 0.95
    rates = found.report["rate of the spiking"].value_in(Hz)
    assert found.report["rate of the lower"].value_in(Hz) == pytest.approx(rates, rel=0.05)
    error, chance = (found.report[k].value_in(Hz) for k in _ERRORS)
    assert error[0] < 2 * chance[0]


def adapting(rate):
    """AdEx neurons, joined by currents."""
    net = rb.Network(seed=1)
    exc, inh = net.add(rb.AdEx(), 800, "E"), net.add(rb.AdEx(), 200, "I")
    up, down = rb.Exponential(3 * ms), rb.Exponential(6 * ms, name="inhibition")
    net.connect(exc, [exc, inh], up, rb.fixed_indegree(80), 20 * pA, 1.5 * ms)
    net.connect(inh, [exc, inh], down, rb.fixed_indegree(20), -80 * pA, 1.5 * ms)
    for target in (exc, inh):
        source = net.add(rb.Poisson(rate), target.n, f"drive of {target.name}")
        net.connect(source, target, up, rb.one_to_one(), 60 * pA, 1 * ms)
    return net


def test_neurons_of_another_kind_are_simulated():
    """Siegert's formula knows nothing of AdEx; a crowd in the network's noise does."""
    found = rb.reduce(adapting(3600 * Hz), to="rate", duration=800 * ms)
    assert "simulated" in found.report["transfer function"]
    spiking, lower = (
        found.report[k].value_in(Hz) for k in ("rate of the spiking", "rate of the lower")
    )
    assert (spiking > 3).all()
    np.testing.assert_allclose(lower, spiking, rtol=0.1)
    weights = [p.weight for p in found.model.projections.values() if p.pre.name == "I"]
    assert weights[0].value_in(pA / Hz) == pytest.approx(-80 * 20 * 6e-3)


def onto_the_voltage():
    net = adapting(3000 * Hz)
    net.connect("E", "I", JUMP, rb.fixed_indegree(5), 0.1 * mV, 1 * ms)
    return net


def test_the_picture(steady):
    raster, rates = steady[1].plot().axes
    assert len(raster.lines) >= 2
    labels = [text.get_text() for text in rates.get_legend().get_texts()]
    assert labels[-1] == "rate neurons"
    assert "E" in str(steady[1])


def test_more_populations_than_lines_are_drawn_as_one():
    net = rb.Network(seed=1)
    for k in range(5):
        net.record(net.add(rb.Poisson(20 * Hz), 50 * (k + 1), f"p{k}"), "spikes")
    rec = net.run(100 * ms)
    rates = {name: np.full(20, 10.0 * k) for k, name in enumerate(net.populations)}
    times = (2.5 + 5 * np.arange(20)) * ms
    figure = network_levels({n: rec[n].spikes for n in rates}, times, rates, rates)
    drawn = figure.axes[-1].lines[-1].get_ydata()
    np.testing.assert_allclose(drawn, np.average([0, 10, 20, 30, 40], weights=[1, 2, 3, 4, 5]))


def without_noise():
    net = rb.Network()
    net.add(rb.LIF(), 10, "cells", I=300 * pA)
    return net


def without_units():
    plain = rb.Model(
        "tau * dv/dt = -v + I", spike="v > 1", reset="v = 0", refractory="d",
        parameters=dict(tau=20.0, d=2.0), inputs=["I"],
    )  # fmt: skip
    net = rb.Network()
    cells, source = net.add(plain, 10, "cells"), net.add(rb.Poisson(900 * Hz), 10)
    net.connect(source, cells, JUMP, rb.one_to_one(), 0.05, 1 * ms)
    return net


def that_has_run():
    net = pair(6000 * Hz)
    net.run(1 * ms)
    return net


@pytest.mark.parametrize(
    ("make", "options", "says"),
    [
        (without_noise, {}, "fluctuates"),
        (without_units, {}, "have no units"),
        (that_has_run, {}, "has run"),
        (lambda: pair(900 * Hz), dict(duration=0 * ms), "duration is 0"),
        (lambda: pair(900 * Hz), dict(sigma=1 * mV), "has no option 'sigma'"),
        (lambda: rb.Network(), {}, "no neurons"),
        (onto_the_voltage, {}, "is no current, and AdEx is no leaky"),
    ],
)
def test_what_does_not_fit_is_refused(make, options, says):
    with pytest.raises(ParameterError, match=says):
        rb.reduce(make(), to="rate", **options)


def test_there_is_no_such_level_of_networks():
    with pytest.raises(ParameterError, match=r"no level 'adex' of networks(.|\n)*rate, mean_field"):
        rb.reduce(pair(900 * Hz), to="adex")
