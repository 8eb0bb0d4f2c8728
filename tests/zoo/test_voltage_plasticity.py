"""The voltage-based rule of Clopath et al. against closed forms, and the paper's experiments."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import ms, mV, nA

SCALE = 1e-9  # mV: what a synapse transmits leaves the target alone
A_PLUS, A_MINUS, THETA_PLUS, THETA_MINUS, TAU_X = 8e-5, 14e-5, -45.3, -70.6, 15.0
CLAMPED = rb.Model("dv/dt = 0*mV/ms", initial=dict(v=-70 * mV))
SPIKES, END = (1.0, 41.0, 81.0), 130.0
VOLTAGES = np.linspace(-80, -10, 15)
# An integrate-and-fire neuron whose state u has the course of a spike and what follows it.
FIRING = rb.Model(
    """
    dv/dt = (E_L - v) / tau
    du/dt = (v + z - u) / tau_spike
    dz/dt = -z / tau_z
    """,
    spike="v > V_T", reset="v = V_R; u = V_peak; z = z_0",
    parameters=dict(
        E_L=-70.6 * mV, tau=10 * ms, tau_spike=1 * ms, tau_z=40 * ms, V_T=-50 * mV, V_R=-65 * mV,
        V_peak=30 * mV, z_0=20 * mV,
    ),
    initial=dict(v=-70.6 * mV, u=-70.6 * mV, z=0 * mV),
)  # fmt: skip


def clamped(dt, **options):
    """The change of z = w/w_max at each voltage; weights begin at a half."""
    net = rb.Network(dt=dt * ms)
    source = net.add(rb.SpikeTimes(SPIKES * ms, [0] * 3), 1)
    cells = net.add(CLAMPED, len(VOLTAGES), initial=dict(v=VOLTAGES * mV))
    con = net.connect(
        source, cells, rb.Delta("v"), rb.all_to_all(), 0.5 * SCALE * mV, 1 * ms,
        plasticity=rb.VoltageSTDP(SCALE * mV, **options),
    )  # fmt: skip
    net.run(END * ms)
    return net.synapses(con)["w"].value_in(mV) / SCALE - 0.5


def expected(trace, factors=(1.0,) * 3):
    """The same in closed form, for the integral of x over time."""
    above = np.maximum(VOLTAGES - THETA_MINUS, 0)
    rising = A_PLUS / TAU_X * np.maximum(VOLTAGES - THETA_PLUS, 0) * above
    return rising * trace - A_MINUS * above * sum(factors)


@pytest.mark.parametrize("dt", [0.1, 0.05])
def test_voltage_clamp(dt):
    """Depression above theta_minus, potentiation above theta_plus: as summed, and as integrated."""
    left = np.array([END - t for t in SPIKES])
    fade = np.exp(-dt / TAU_X)
    summed = (dt * fade * (1 - np.exp(-left / TAU_X)) / (1 - fade)).sum()
    found = clamped(dt)
    np.testing.assert_allclose(found, expected(summed), rtol=1e-9, atol=1e-12)
    exact = (TAU_X * (1 - np.exp(-left / TAU_X))).sum()
    potentiated = VOLTAGES > THETA_PLUS
    ratio = (found - expected(0.0))[potentiated] / (expected(exact) - expected(0.0))[potentiated]
    # What is summed takes x at the end of each step: it is dt/(2 tau_x) too small.
    np.testing.assert_allclose(ratio, 1 - dt / (2 * TAU_X), atol=(dt / TAU_X) ** 2)
    between = (VOLTAGES > THETA_MINUS) & (VOLTAGES < THETA_PLUS)
    assert np.all(abs(found[VOLTAGES < THETA_MINUS]) < 1e-15)
    assert np.all(found[between] < 0) and found[-1] > 0


def test_depression_grows_with_the_mean_square_of_the_depolarisation():
    tau, u_ref = 100.0, 8.0
    found = clamped(0.1, u_ref=u_ref * mV, tau_mean=tau * ms)
    square = (VOLTAGES - THETA_MINUS) ** 2
    factors = [
        (square + (u_ref**2 - square) * np.exp(-t / tau)) / u_ref**2 for t in SPIKES
    ]  # fmt: skip
    low = VOLTAGES < THETA_PLUS
    np.testing.assert_allclose(
        found[low], np.maximum(expected(0.0, factors), -0.5)[low], rtol=1e-9, atol=1e-12
    )


def paired(rate, lag, pairs=5):
    """What pairs do to a weight, as a part of it; the target fires `lag` ms after the source."""
    dt = 0.1
    before = 50 + 1000 / rate * np.arange(pairs)
    net = rb.Network(dt=dt * ms)
    source = net.add(rb.SpikeTimes(before * ms, [0] * pairs), 1)
    driver = net.add(rb.SpikeTimes((before + lag - dt) * ms, [0] * pairs), 1)
    cell = net.add(FIRING, 1, name="cell", method="euler")
    net.connect(driver, cell, rb.Delta("v"), rb.all_to_all(), 60 * mV, dt * ms)
    con = net.connect(
        source, cell, rb.Delta("v"), rb.all_to_all(), 0.5 * SCALE * mV, 1 * ms, axonal=0.9 * ms,
        plasticity=rb.VoltageSTDP(SCALE * mV, potential="u"),
    )  # fmt: skip
    net.record(cell)
    rec = net.run((before[-1] + 200).round() * ms)
    assert len(rec["cell"].spikes.t) == pairs
    return net.synapses(con)["w"].value_in(mV)[0] / (0.5 * SCALE) - 1


def test_pairs_at_different_rates():
    """Figure 2b: post before pre depresses, unless pairs follow fast; pre before post potentiates,
    and the more the faster."""
    late = {rate: paired(rate, 10) for rate in (20, 40, 50)}
    early = {rate: paired(rate, -10) for rate in (10, 20, 40, 50)}
    assert 0 < late[20] < late[40] < late[50]
    assert early[10] < 0 and early[20] < 0 < early[50] and early[20] < early[40] < early[50]


def test_without_presynaptic_spikes_or_depolarisation_nothing_changes():
    net = rb.Network(dt=0.05 * ms)
    sources = net.add(rb.SpikeTimes([20, 30, 40] * ms, [0, 0, 0]), 2)
    cell = net.add(rb.TraubMiles(), 1, name="cell", I=2 * nA)
    con = net.connect(
        sources, cell, rb.Delta("v"), rb.all_to_all(), 0.5 * SCALE * mV, 1 * ms,
        plasticity=rb.VoltageSTDP(SCALE * mV),
    )  # fmt: skip
    net.record(cell)
    rec = net.run(60 * ms)
    w = net.synapses(con)["w"].value_in(mV) / SCALE
    assert len(rec["cell"].spikes.t) > 3
    assert w[0] > 0.51 and w[1] == pytest.approx(0.5, rel=1e-15)
