"""The papers on plasticity: what synapses learn, by the figures of merit and by closed forms."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.units import ms, second

from .conftest import load


# Bands are at least twice as wide as what three seeds give.
def test_song_miller_abbott_2000():
    paper = load("song_miller_abbott_2000")
    recordings, weights = paper.run(150 * second)
    assert weights.shape == (paper.PIECES, 4, 1000)
    assert weights.min() >= 0 and weights.max() <= 1
    found = paper.merits(recordings, weights[-1])
    # Inputs at 20 to 40 Hz; those at 10 Hz take longer.
    fixed, learned = found["rate, weights fixed (Hz)"][1:], found["rate, learned (Hz)"][1:]
    assert np.all(np.diff(fixed) > 100)
    assert learned.max() < 1.6 * learned.min() and learned.max() < 25
    assert np.all(found["CV, weights fixed"][1:] < 0.2)
    assert np.all(found["CV, learned"] > 0.6)
    assert np.all(found["weights below a quarter"][1:] > 0.5)
    # The upper group is nearly empty once the weights have fallen, and fills again.
    upper = (weights[:, 1:] > 0.75).mean(axis=2)
    assert np.all(upper[-1] - upper.min(axis=0) > 0.008)


def test_vogels_2011():
    paper = load("vogels_2011")
    recordings, synapses, weight = paper.run(10 * second, 0.2)
    first = paper.merits(recordings[:1], synapses)
    last = paper.merits(recordings[-paper.LAST :], synapses)
    assert first["rate, excitatory (Hz)"] > 30
    assert first["correlation of two neurons"] > 0.7
    assert first["inhibition / excitation"] < 0.6
    assert 3.5 < last["rate, excitatory (Hz)"] < 6.5
    assert 3 < last["that by pairs of a synapse (Hz)"] < 6
    assert 0.7 < last["CV of the intervals"] < 1.4
    assert abs(last["correlation of two neurons"]) < 0.2
    assert last["inhibition / excitation"] == pytest.approx(1.03, abs=0.06)
    assert last["their correlation, over cells"] > 0.7
    assert 20 < weight[-1] < 32


def test_izhikevich_2007_rewards_each_coincidence_once():
    """From its own spikes: as often as the second neuron fires 1 to 19 ms after the first."""
    paper = load("izhikevich_2007")
    paper.THALAMUS = 6.0  # more noise, more coincidences
    recording = paper.network(0.05).run(60 * second)
    spikes = recording["excitatory"].spikes
    first, other = (spikes.times(i).value_in("ms") for i in paper.REWARDED)
    since = other - first[np.searchsorted(first, other, side="left") - 1]
    close = other[(other > first[0]) & (since < paper.WINDOW)]
    rewards = recording["dopaminergic"].spikes
    # Neuron k of them hears all of it 1000 + 10 k ms later.
    causes = np.sort(rewards.t.value_in("ms") - 1000 - 10 * rewards.i)
    due = close[np.isin(close, causes) | (close < 60_000 - 3000)]
    assert len(due) > 20
    assert causes.tolist() == due.tolist()
    assert len(np.unique(rewards.i)) > len(due) / 2


def test_izhikevich_2007_fires_as_its_program_does_with_gaussian_noise():
    """daspnet.m in NumPy, its noise Gaussian: 1.913 and 1.681 Hz in the first 100 s."""
    paper = load("izhikevich_2007")
    recording = paper.network().run(40 * second)
    rates = {name: recording[name].spikes.rate().magnitude.mean() for name in recording}
    assert rates["excitatory"] == pytest.approx(1.91, rel=0.07)
    assert rates["inhibitory"] == pytest.approx(1.68, rel=0.1)


@pytest.mark.parametrize(("interval", "later"), [(10, 1000), (10, 3000), (-10, 1000)])
def test_izhikevich_2007_a_reward_changes_a_pair_as_long_as_it_is_eligible(interval, later):
    """dw = c(later) * (reward / (1/tau_c + 1/tau_d)) + what the tonic level does meanwhile."""
    paper = load("izhikevich_2007")
    net = rb.Network(dt=1 * ms)
    start = 100
    pre = net.add(rb.SpikeTimes([start] * ms), 1, "pre")
    kick = net.add(rb.SpikeTimes([start + interval - 2] * ms), 1, "kick")
    reward = net.add(rb.SpikeTimes([start + later] * ms), 1, "reward")
    plain = rb.Model("dv/dt = -v/5", spike="v > 10", reset="v = 0", initial=dict(v=0), time=ms)
    post = net.add(plain, 1, "post")
    net.connect(kick, post, rb.Delta(), rb.all_to_all(), 50.0, 1 * ms)
    synapse = net.connect(
        pre, post, rb.Delta(), rb.all_to_all(), 2.0, 1 * ms,
        plasticity=paper.rule(), modulator=reward, precision="float64",
    )  # fmt: skip
    net.run(20 * second)
    eligible = 0.1 * np.exp(-10 / 20) if interval > 0 else -0.15 * np.exp(-10 / 20)
    pair = max(interval, 0)
    tonic = eligible * paper.TONIC * 1000
    burst = eligible * np.exp(-(later - pair) / 1000) * paper.REWARD / (1 / 1000 + 1 / 200)
    change = net.synapses(synapse)["w"][0] - 2
    assert change == pytest.approx(tonic + burst, rel=1e-3)


def test_tsodyks_markram_1998():
    paper = load("tsodyks_markram_1998")
    steady, jumps = paper.trains(), paper.population(6 * second)
    for kind in paper.SYNAPSES:
        here, there = paper.amplitudes(steady, kind), paper.closed_form(kind, paper.FREQUENCIES)
        # Trains at 7 Hz and the like are moved to the grid of time.
        np.testing.assert_allclose(here, there, rtol=2e-3)
        found = paper.merits(steady, jumps, kind)
        for name, (simulated, theory) in found.items():
            assert simulated == pytest.approx(theory, rel=0.05), name
    depressing = paper.merits(steady, jumps, "depressing")
    assert depressing["current, 80 Hz / 40 Hz"][0] < 1.1
    assert depressing["just after 20 to 40 Hz / before"][0] > 1.6


def test_pieces_are_one_run():
    """Cut into pieces, whatever their number, a run has the same spikes, steps and spans."""
    tools = load("_pieces")

    def network():
        net = rb.Network(seed=3, dt=0.5 * ms)
        cells = net.add(rb.LIF(), 5, "cells", I=rb.noise("200 pA", 5 * ms, mean="220 pA"))
        net.record(cells, "spikes")
        return net

    whole = network().run(203.5 * ms)["cells"].spikes
    for count in (1, 7, 50):
        parts = list(tools.pieces(network(), 203.5 * ms, count))
        assert len(parts) == count
        spans = [part.duration.value_in("ms") for part in parts]
        assert sum(spans) == pytest.approx(203.5) and max(spans) - min(spans) <= 0.5 + 1e-9
        spikes = tools.joined(parts, "cells")
        assert whole.total > 10
        np.testing.assert_allclose(spikes.t.value_in("ms"), whole.t.value_in("ms"), rtol=1e-14)
        assert spikes.i.tolist() == whole.i.tolist()
        assert spikes.duration == whole.duration and spikes.start == whole.start
    with pytest.raises(rb.RheobaseError, match="not a whole number of steps"):
        next(tools.pieces(network(), 10.3 * ms, 2))
