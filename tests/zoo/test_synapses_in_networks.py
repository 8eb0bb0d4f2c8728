"""Conductances that rise and decay, as spikes of a network open them under exponential Euler."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.compiler.calculus import linear_states
from rheobase.compiler.schemes import build_step
from rheobase.units import V, mM, ms, mV, nS

SPIKES = (1.0, 4.0, 4.3)  # ms, at the neuron
RECEPTORS = {
    "alpha": (rb.Alpha(2 * ms, reversal=0 * mV), 2.0, 2.0),
    "biexponential": (rb.Biexponential(0.5 * ms, 3 * ms, reversal=-80 * mV), 0.5, 3.0),
    "equal": (rb.Biexponential(4 * ms, 4 * ms, reversal=0 * mV), 4.0, 4.0),
    "all but equal": (rb.Biexponential(4 * ms, 4.0000001 * ms, reversal=0 * mV), 4.0, 4.0000001),
    "faster than the step": (rb.Biexponential(0.01 * ms, 3 * ms, reversal=0 * mV), 0.01, 3.0),
    "NMDA": (rb.NMDA(), 2.0, 100.0),
    "GABAB": (rb.GABAB(), 60.0, 190.0),
    "NicotinicACh": (rb.NicotinicACh(), 1.0, 5.0),
}


def course(t, rise, decay):
    """What a spike at 0 opens, with a peak of 1, in a form that nearly equal times do not spoil."""
    after = np.maximum(t, 0.0)
    rate = 1 / rise - 1 / decay
    growth = -np.expm1(-after * rate) / rate if rate else after
    ratio = decay / rise
    scale = ratio ** (decay / (decay - rise)) if rate else np.e
    return scale / decay * growth * np.exp(-after / decay)


def traces(receptors, dt, duration=20, method="exponential_euler", watched=("g",)):
    """The neuron's traces, each of shape (samples,), of spikes of weight 5 nS."""
    net = rb.Network(dt=dt * ms)
    spikes = net.add(rb.SpikeTimes((np.array(SPIKES) - 0.5) * ms), 1, "spikes")
    target = net.add(rb.LIF(V_T=1 * V), 1, "target", method=method)
    for receptor in receptors:
        net.connect(spikes, target, receptor, rb.all_to_all(), weight=5 * nS, delay=0.5 * ms)
    names = [w if w == "v" else f"{w}_{r.name}" for r in receptors for w in watched]
    net.record(target, names)
    recording = net.run(duration * ms)["target"]
    return [np.asarray(recording[name].internal)[:, 0] for name in names]


@pytest.mark.parametrize("name", RECEPTORS)
@pytest.mark.parametrize("dt", [0.1, 0.5])
def test_a_conductance_has_its_closed_form(name, dt):
    receptor, rise, decay = RECEPTORS[name]
    arrivals = np.round(np.array(SPIKES) / dt) * dt
    (g,) = traces([receptor], dt)
    t = np.arange(len(g)) * dt
    expected = sum(5 * course(t - arrival, rise, decay) for arrival in arrivals)
    assert g == pytest.approx(expected, abs=1e-12)
    assert g.max() > 1


@pytest.mark.parametrize("name", RECEPTORS)
def test_a_receptor_is_what_it_is_beside_others(name):
    receptor = RECEPTORS[name][0]
    (alone,) = traces([receptor], 0.1)
    others = [
        rb.Alpha(7 * ms, reversal=0 * mV, name="slow"),
        rb.Exponential(3 * ms, reversal=-80 * mV, name="brief"),
    ]
    assert np.array_equal(alone, traces([receptor, *others], 0.1)[0])
    assert np.array_equal(alone, traces([*others, receptor], 0.1)[2])


@pytest.mark.parametrize("name", ["alpha", "biexponential", "NMDA"])
def test_the_potential_converges_with_first_order(name):
    receptor = RECEPTORS[name][0]
    (exact,) = traces([receptor], 1 / 320, method="rk4", watched=["v"])
    errors = [
        np.abs(traces([receptor], 1 / n, watched=["v"])[0] - exact[:: 320 // n]).max()
        for n in (20, 40)
    ]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    "kinetics",
    [rb.AMPAKinetics, rb.NMDAKinetics, rb.GABAAKinetics, rb.GABABKinetics, rb.NicotinicAChKinetics],
)
def test_chemistry_that_a_transmitter_drives_has_frozen_rates(kinetics):
    """The transmitter is an input, so no state is linear by itself."""
    assert linear_states(kinetics()) == ()
    assert build_step(kinetics(), "exponential_euler").prepare is None


def test_chemistry_at_a_constant_concentration_is_exact():
    """GABA-B's receptor and G protein, under T = 0.5 mM that is a parameter."""
    model = rb.Model(
        """
        dR/dt = K1*T*(1 - R) - K2*R
        dG/dt = K3*R - K4*G
        dv/dt = (-v + 50*mV*G**4/(G**4 + K_d))/tau
        """,
        parameters=dict(
            K1=0.5 / (mM * ms), K2=0.0012 / ms, K3=0.18 / ms, K4=0.034 / ms, K_d=100.0,
            T=0.5 * mM, tau=10 * ms,
        ),
    )  # fmt: skip
    rec = rb.simulate(model, 100 * ms, dt=0.5 * ms, method="exponential_euler", record=["R", "G"])
    t, a, b = np.arange(201) * 0.5, 0.2512, 0.034
    limit = 0.25 / a
    bound = limit * -np.expm1(-a * t)
    protein = 0.18 * limit * (-np.expm1(-b * t) / b - (np.exp(-a * t) - np.exp(-b * t)) / (b - a))
    assert np.asarray(rec["R"])[:, 0] == pytest.approx(bound, abs=1e-13)
    assert np.asarray(rec["G"])[:, 0] == pytest.approx(protein, abs=1e-12)


def test_neurons_with_time_constants_of_their_own():
    tau = np.array([0.3, 2.0, 2.0, 15.0])
    model = rb.Model(
        "dv/dt = -v/10 + g*(5 - v)\ndg/dt = (s - g)/tau\nds/dt = -s/tau_s",
        parameters=dict(tau=tau, tau_s=2.0), initial=dict(s=0.0),
    )  # fmt: skip
    net = rb.Network(dt=0.1 * ms)
    spike = net.add(rb.SpikeTimes([0.5] * ms), 1, "spike")
    cells = net.add(model, 4, "cells", method="exponential_euler")
    net.connect(spike, cells, rb.Delta("s"), rb.all_to_all(), weight=3.0, delay=0.5 * ms)
    net.record(cells, "g")
    g = np.asarray(net.run(20 * ms)["cells"]["g"])
    t = np.maximum(np.arange(len(g)) * 0.1 - 1.0, 0.0)
    for k, own in enumerate(tau):
        rate = 1 / 2.0 - 1 / own
        growth = -np.expm1(-t * rate) / rate if rate else t
        assert g[:, k] == pytest.approx(3 / own * growth * np.exp(-t / own), abs=1e-12)
