"""Networks that hold, between them, everything that a checkpoint must keep."""

import zipfile

import numpy as np

import rheobase as rb
from rheobase.units import Hz, kHz, ms, mV, nS, pA, pF, um

LIF = rb.Model(
    "C * dv/dt = g_L*(V_L - v) + I",
    spike="v >= V_T", reset="v = V_R", refractory="t_ref",
    parameters=dict(
        C=200 * pF, g_L=10 * nS, V_L=-60 * mV, V_T=-50 * mV, V_R=-60 * mV, t_ref=2 * ms
    ),
    inputs=dict(I=pA),
)  # fmt: skip
NOISY = rb.Model(
    "tau * dv/dt = -v + mu + I + sigma*sqrt(2*tau)*xi",
    spike="v > 1", reset="v = 0", refractory="t_ref",
    parameters=dict(tau=10.0, mu=0.9, sigma=0.3, t_ref=1.0), inputs=["I"],
)  # fmt: skip
SPREAD = dict(v=rb.uniform(-60 * mV, -50 * mV))
LATE = rb.uniform(0.3 * ms, 4 * ms)


def conductances(net):
    """As the COBA benchmark: two receptors, one delay, Dale's law, first values of receptors."""
    first = SPREAD | dict(g_exc=rb.normal(4 * nS, 1.5 * nS), g_inh=rb.normal(20 * nS, 12 * nS))
    exc, inh = (
        net.add(LIF, n, name=name, releases=releases, initial=first, I=20 * pA,
                method="exponential_euler")
        for n, name, releases in ((320, "exc", "glutamate"), (80, "inh", "GABA"))
    )  # fmt: skip
    ampa = rb.Exponential(5 * ms, reversal=0 * mV, name="exc")
    gaba = rb.Exponential(10 * ms, reversal=-80 * mV, name="inh")
    net.connect(exc, [exc, inh], ampa, rb.bernoulli(0.1), 6 * nS, 0.3 * ms)
    net.connect(inh, [exc, inh], gaba, rb.bernoulli(0.1), 67 * nS, 0.3 * ms)
    net.record(exc, ["v", "g_inh"], subset=[0, 7, 300], every=3)


def currents(net):
    """Exact steps; weights of 32 and 64 bits and delays of 8 and 16, one a synapse."""
    pop = net.add(LIF, 150, name="pop", initial=SPREAD, I=110 * pA)
    fast, slow = rb.Exponential(3 * ms, name="fast"), rb.Alpha(4 * ms, name="slow")
    drawn = rb.normal(20 * pA, 40 * pA)
    net.connect(pop, pop, fast, rb.bernoulli(0.2), drawn, LATE)
    net.connect(pop, pop, slow, rb.fixed_indegree(9), drawn, rb.uniform(1 * ms, 30 * ms),
                precision="float64")  # fmt: skip
    net.connect(pop, pop, rb.Delta("v"), rb.fixed_total(400), 0.3 * mV, 1.7 * ms)
    net.record(pop, ["v", "I_fast"], every=2)


def noise_and_poisson(net):
    """Noise currents and white noise; Poisson processes that are recorded, direct, and varying."""
    lif = net.add(LIF, 70, name="lif", initial=SPREAD, I=rb.noise(60 * pA, 5 * ms, mean=90 * pA))
    noisy = net.add(NOISY, 40, name="noisy", I=rb.noise(0.2, 3 * ms) + rb.sine(0.1, 40 * Hz))
    drive = net.add(rb.Poisson(2 * kHz), 70, name="drive")
    wave = net.add(rb.Poisson(rb.step(200 * Hz) + rb.sine(150 * Hz, 30 * Hz)), 30, name="wave")
    fast = rb.Exponential(5 * ms, name="fast")
    net.connect(drive, lif, fast, rb.one_to_one(), rb.uniform(1 * pA, 12 * pA), 0.4 * ms)
    net.connect(wave, lif, fast, rb.bernoulli(0.3), 9 * pA, LATE)
    net.connect(wave, noisy, rb.Delta("v"), rb.fixed_outdegree(4), 0.05, 2 * ms)
    net.connect(lif, noisy, rb.Delta("v"), rb.bernoulli(0.1), 0.1, 0.4 * ms)
    net.record(drive)
    net.record(wave, ["spikes", "rate"])
    net.record(lif, ["rate", "v", "I"])
    net.record(noisy, "v", subset=slice(3, 30, 5))


def divided(net):
    """Steps under control, spikes inside them, refractory periods and conditions that last."""
    adex = net.add(rb.AdEx(), 30, name="adex", method="adaptive",
                   I=rb.noise(150 * pA, 5 * ms, mean=600 * pA))  # fmt: skip
    lif = net.add(LIF, 30, name="lif", method="adaptive", initial=SPREAD, I=140 * pA)
    hh = net.add(rb.HodgkinHuxley(), 8, name="hh", method="adaptive")
    tail = rb.Exponential(4 * ms, name="tail")
    net.connect(lif, adex, tail, rb.bernoulli(0.3), 30 * pA, LATE)
    net.connect(adex, lif, tail, rb.bernoulli(0.3), rb.lognormal(30 * pA, 20 * pA), 0.5 * ms)
    net.connect(adex, hh, rb.Delta("v"), rb.all_to_all(), 3 * mV, LATE)
    edge = rb.Model("dx/dt = -x/5 + 0.3*I", spike="x + I > 1.2", inputs=["I"])
    wave = rb.sine(1.1, 170 * Hz) + rb.step(0.3, 7.77 * ms)
    for method in ("rk4", "adaptive"):
        lasting = net.add(edge, 12, name=method, method=method, I=wave * np.linspace(0.8, 1.3, 12))
        net.connect(lif, lasting, rb.Delta("x"), rb.bernoulli(0.2), 0.2, 0.5 * ms)
    net.record(hh, "v", every=5)


def plain(net):
    """Models without units, waveforms that were measured, and given spikes, far ahead too."""
    rng = np.random.default_rng(5)
    samples = rng.normal(5, 4, (500, 33))
    drive = rb.sampled(samples, 0.13 * ms, "linear", after="hold")
    times = np.sort(rng.uniform(0.1, 90, 400))
    izhikevich = net.add(rb.Izhikevich(), 33, name="iz", I=drive)
    published = net.add(rb.Izhikevich(), 20, name="published", method="published",
                        I=rb.pulses(9.0, (3 * ms, 9 * ms, 6), 4 * ms) + 5.0)  # fmt: skip
    given = net.add(rb.SpikeTimes(times * ms, rng.integers(0, 9, 400)), 12, name="given")
    net.connect(given, izhikevich, rb.Delta("v"), rb.bernoulli(0.4), rb.uniform(0, 3), LATE)
    net.connect(izhikevich, published, rb.Delta("u"), rb.bernoulli(0.2), -0.2, 0.3 * ms)
    net.connect(published, izhikevich, rb.Exponential(2.0), rb.bernoulli(0.2), 0.5, LATE)
    net.record(given)
    net.record(izhikevich, ["v", "I"], subset=[4, 32])


def drawn(net):
    """Values drawn, computed and given one a neuron or a synapse; places; views; edge lists."""
    rng, n = np.random.default_rng(6), 90
    spots = rng.uniform(0, 100, (n, 2)) * um
    threshold = rb.truncated(rb.normal(-50 * mV, 1 * mV), -53 * mV, -47 * mV)
    pop = net.add(
        LIF, n, name="pop", positions=spots, initial=dict(v="V_R + 0.1*i*mV"),
        parameters=dict(C=rng.normal(200, 9, n) * pF, V_T=threshold, V_L="-60*mV + x*(0.02*mV/um)"),
        I=rng.uniform(100, 190, n) * pA,
    )  # fmt: skip
    other = net.add(LIF, 60, name="other: µ {x}", I=130 * pA, initial=SPREAD)
    fast = rb.Exponential(3 * ms, name="fast")
    net.connect(pop, pop, fast, rb.distance("exp(-distance/(30*um))"),
                "40*pA*exp(-distance/(50*um))", "0.5*ms + distance/(50*um/ms)")  # fmt: skip
    pre, post = rng.integers(0, 40, 500), rng.integers(0, 30, 500)
    weights, delays = rng.normal(10, 30, 500), rng.integers(3, 60, 500) * 0.1
    net.connect(pop[10:50], other[::2], fast, rb.edges(pre, post), weights * pA, delays * ms)
    matrix = rng.normal(0, 10, (60, n))
    net.connect(other, pop, fast, rb.all_to_all(), matrix * pA, 1 * ms, precision="float64")
    net.connect(other, other, fast, rb.bernoulli(0.0), 1 * pA, 1 * ms, name="nothing")
    net.record(other, "v", subset=[5, 3])


CASES = (conductances, currents, noise_and_poisson, divided, plain, drawn)


def described(case, threads=None):
    net = rb.Network(seed=11, dt=0.1 * ms, threads=threads, name="a network")
    case(net)
    return net


def arrays(recording):
    """All that was recorded, by population and name."""
    found = {}
    for name in recording:
        spikes = recording[name].spikes
        found |= {f"{name}:t": spikes.t.magnitude, f"{name}:i": spikes.i}
        for what in recording[name].names:
            found[f"{name}:{what}"] = np.asarray(recording[name][what])
        if name in recording.counts:
            found[f"{name}:counts"] = recording.counts[name]
    return found


def assert_equal(one, other):
    assert one.keys() == other.keys()
    for name in one:
        assert np.array_equal(one[name], other[name]), name


def members(path):
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}
