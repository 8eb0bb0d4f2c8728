"""Networks with neuromodulators: shared concentrations, bits that do not change, reference."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import Hz, kHz, ms, mV, nM, nS, pA, uM

T = 120 * ms


def network(threads=1, seed=3):
    """Two modulators of one parameter, one of them of a receptor's current too; drawn weights."""
    net = rb.Network(seed=seed, dt=0.1 * ms, threads=threads)
    drive = net.add(rb.Poisson(3 * kHz), 90, "drive", releases="glutamate")
    vta = net.add(
        rb.LIF(), 10, "vta", releases="dopamine", I=rb.noise(200 * pA, 5 * ms, mean=400 * pA)
    )
    raphe = net.add(rb.Poisson(40 * Hz), 8, "raphe", releases="serotonin")
    start = dict(v=rb.uniform(-70 * mV, -50 * mV), c_dopamine=20 * nM)
    cells = net.add(rb.AdEx(), 90, "cells", initial=start)
    net.connect(drive, cells, rb.AMPA(), rb.one_to_one(), 1 * nS, 1 * ms)
    net.connect(drive, cells, rb.NMDA(), rb.bernoulli(0.1), 0.2 * nS, 1 * ms)
    both = {"g_L": "1 - 0.5*c/(c + 300*nM)", "I_NMDA": "1 + c/(c + 300*nM)"}
    net.connect(vta, cells, rb.Dopamine(both), rb.all_to_all(), 30 * nM, 2 * ms)
    net.connect(
        raphe, cells, rb.Serotonin("g_L", tau=200 * ms), rb.bernoulli(0.5),
        rb.uniform(0 * nM, 50 * nM), rb.uniform(1 * ms, 4 * ms),
    )  # fmt: skip
    net.record(cells, ["v", "c_dopamine", "c_serotonin", "factor_serotonin", "I_NMDA"], every=7)
    return net


def same(one, other):
    assert np.array_equal(one["cells"].spikes.i, other["cells"].spikes.i)
    assert np.array_equal(one["cells"].spikes.t.internal, other["cells"].spikes.t.internal)
    for name in ("v", "c_dopamine", "c_serotonin", "factor_serotonin", "I_NMDA"):
        here, there = (np.asarray(getattr(r["cells"][name], "internal", r["cells"][name]))
                       for r in (one, other))  # fmt: skip
        assert np.array_equal(here, there), name


@pytest.fixture(scope="module")
def recording():
    return network().run(T)


def test_it_does_something(recording):
    cells = recording["cells"]
    assert len(cells.spikes.t) > 50
    assert len(recording["vta"].spikes.t) > 20
    assert cells["c_dopamine"].value_in("nM").max() > 100
    assert cells["factor_serotonin"].max() > 1.05


def test_the_same_for_any_number_of_threads(recording):
    same(network(threads=3).run(T), recording)


def test_the_same_from_its_description(recording):
    same(rb.Network.from_dict(network().to_dict()).run(T), recording)


def test_the_same_after_a_checkpoint(recording, tmp_path):
    net = network()
    first = net.run(50 * ms)
    net.save(tmp_path / "net.zip")
    again = rb.Network.restore(tmp_path / "net.zip", threads=2)
    rest = again.run(70 * ms)
    whole = recording["cells"]
    for name in ("v", "c_dopamine", "I_NMDA"):
        late = np.asarray(rest["cells"][name].internal)
        assert np.array_equal(late[-5:], np.asarray(whole[name].internal)[-5:]), name
    counts = first["cells"].spikes.count() + rest["cells"].spikes.count()
    assert np.array_equal(counts, whole.spikes.count())


def test_the_same_as_plain_python():
    """Of LLVM and the same loops in Python."""

    def made():
        net = rb.Network(dt=0.1 * ms)
        spikes = net.add(rb.SpikeTimes([1, 3, 4] * ms), 1, "vta", releases="dopamine")
        cells = net.add(rb.LIF(), 3, "cells", I=[250, 300, 400] * pA)
        net.connect(spikes, cells, rb.Dopamine("g_L"), rb.all_to_all(), 400 * nM, 1 * ms)
        net.record(cells, ["v", "c_dopamine"])
        return net

    one, other = made().run(8 * ms), made().run(8 * ms, target="python")
    for name in ("v", "c_dopamine"):
        there = np.asarray(other["cells"][name].internal)
        assert np.asarray(one["cells"][name].internal) == pytest.approx(there, rel=1e-13)


def test_all_to_all_is_one_concentration_for_all(recording):
    """But for rounding, as the adaptive scheme divides the steps of each neuron by itself."""
    shared = recording["cells"]["c_dopamine"].value_in("nM")
    assert shared.shape[1] == 90
    assert shared == pytest.approx(np.broadcast_to(shared[:, :1], shared.shape), rel=1e-13)
    assert shared[0, 0] == pytest.approx(20, rel=1e-14)
    own = recording["cells"]["c_serotonin"].value_in("nM")
    assert np.ptp(own[-1]) > 1


@pytest.mark.parametrize(("scales", "method"), [("V_T", "exact"), ("g_L", "rk4")])
def test_and_to_the_bit_on_a_grid(scales, method):
    net = rb.Network(seed=7, dt=0.1 * ms)
    source = net.add(rb.Poisson(20 * Hz), 30, "source", releases="dopamine")
    start = dict(v=rb.uniform(-70 * mV, -50 * mV))
    cells = net.add(rb.LIF(), 40, "cells", method=method, initial=start, I=350 * pA)
    modulator = rb.Modulator("da", scales, gain=0.1, EC50=1 * uM, tau=50 * ms)
    net.connect(source, cells, modulator, rb.all_to_all(), 20 * nM, 1 * ms)
    net.record(cells, "c_da")
    rec = net.run(200 * ms)["cells"]
    shared = rec["c_da"].value_in("nM")
    assert shared.max() > 100
    assert (shared == shared[:, :1]).all()
    assert len(np.unique(rec.spikes.t.internal)) > 100  # each neuron fires when it does


def test_a_poisson_source_for_each_neuron():
    """A barrage reaches the concentration too: its mean is rate * weight * tau."""
    net = rb.Network(seed=5, dt=0.1 * ms)
    source = net.add(rb.Poisson(50 * Hz), 400, "source")
    cells = net.add(rb.LIF(), 400, "cells")
    modulator = rb.Modulator("da", "V_T", gain=1, EC50=1 * uM, tau=100 * ms)
    net.connect(source, cells, modulator, rb.one_to_one(), 10 * nM, 1 * ms)
    net.record(cells, "c_da", every=100)
    late = net.run(1500 * ms)["cells"]["c_da"].value_in("nM")[-80:]
    assert late.mean() == pytest.approx(50.0, rel=0.02)
    # Campbell: a variance of rate * weight**2 * tau/2.
    assert late.var() == pytest.approx(250.0, rel=0.1)


def test_firing_follows_the_concentration():
    """A burst of dopamine that halves the leak makes its targets fire for as long as it lasts."""
    net = rb.Network(dt=0.1 * ms)
    burst = net.add(rb.SpikeTimes(np.arange(500, 600, 20) * ms), 1, "vta", releases="dopamine")
    cells = net.add(rb.LIF(), 2, "cells", I=190 * pA)
    modulator = rb.Dopamine("g_L", gain=-0.5, EC50=200 * nM)
    net.connect(burst, cells[:1], modulator, rb.all_to_all(), 300 * nM, 1 * ms)
    rec = net.run(1500 * ms)["cells"].spikes
    assert rec.count().tolist()[1] == 0
    times = rec.times(0).value_in("ms")
    assert len(times) > 10
    assert 500 < times[0] < 540
    assert times[-1] < 1200
