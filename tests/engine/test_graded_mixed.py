"""Rates and spikes in one network: rates drive Poisson processes, spikes are decoded into rates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import NumericalError
from rheobase.units import Hz, ms, mV, nS, pA

DT = 0.1


def _driven(threads: int = 1, weight: float = 1.0, n: int = 300) -> rb.Network:
    """A wave of rates, Poisson processes that follow it, and their decoders."""
    net = rb.Network(seed=3, dt=DT * ms, threads=threads)
    wave = rb.sine(amplitude=40 * Hz, frequency=5 * Hz) + 50 * Hz
    rates = net.add(
        rb.RateNeuron("threshold_linear", unit=Hz, maximum=200.0, tau=20 * ms), n, name="rates",
        I=wave, initial={"v": 50 * Hz},
    )  # fmt: skip
    spikes = net.add(rb.Poisson(10 * Hz), n, name="spikes")
    decoded = net.add(rb.RateNeuron("identity", unit=Hz, tau=10 * ms), n, name="decoded")
    one = rb.one_to_one()
    net.connect(rates, spikes, synapse=rb.Graded(), rule=one, weight=weight, delay=0 * ms)
    # Of weight 1/tau: the sum of exp(-(t - t_k)/tau)/tau over spikes.
    net.connect(spikes, decoded, rb.Delta("v"), one, weight=100 * Hz, delay=0.1 * ms)
    net.record(rates, "r", subset=[0])
    net.record(spikes, "spikes")
    net.record(decoded, "v")
    return net


def test_the_processes_follow_the_rates() -> None:
    """In bins of 20 ms within five standard errors; their own 10 Hz are added."""
    rec = _driven().run(1000 * ms)
    t = rec["spikes"].spikes.t.value_in(ms)
    counts = np.histogram(t, bins=np.arange(0, 1001, 20))[0]
    r = rec["rates"]["r"].magnitude[:-1, 0].reshape(50, 200).mean(axis=1) + 10
    due = r * 300 * 0.02
    assert np.all(np.abs(counts - due) < 5 * np.sqrt(due))
    assert np.mean((counts - due) ** 2 / due) == pytest.approx(1, abs=1.0)


def test_an_exponential_filter_decodes_the_spikes() -> None:
    """Neuron by neuron the sum over its spikes, to rounding."""
    rec = _driven(n=20).run(300 * ms)
    spikes, v = rec["spikes"].spikes, rec["decoded"]["v"].magnitude
    t = np.arange(len(v)) * DT
    for i in range(20):
        arrived = spikes.times(i).value_in(ms) + DT
        since = t[:, None] - arrived[None, :]
        due = 100 * np.where(since > -DT / 2, np.exp(-np.maximum(since, 0) / 10), 0).sum(axis=1)
        np.testing.assert_allclose(v[:, i], due, rtol=0, atol=1e-9)


def test_a_synaptic_current_onto_a_rate_neuron() -> None:
    """rb.Exponential: I = w sum exp(-(t - t_k)/tau_s), filtered by the neuron."""
    net = rb.Network(dt=DT * ms)
    s = net.add(rb.SpikeTimes([5] * ms), 1, name="s")
    p = net.add(rb.RateNeuron("identity", tau=10 * ms), 1, name="p")
    net.connect(s, p, rb.Exponential(4 * ms), rb.all_to_all(), 2.0, 1 * ms)
    net.record(p, "v")
    v = np.asarray(net.run(40 * ms)["p"]["v"])[:, 0]
    since = np.maximum(np.arange(401) * DT - 6, 0)
    due = 2.0 * 4 / (10 - 4) * (np.exp(-since / 10) - np.exp(-since / 4))
    np.testing.assert_allclose(v, due, rtol=0, atol=1e-12)


def test_rates_drive_conductance_neurons_and_are_driven_by_them() -> None:
    """A rate flows into a current; a state of a spiking neuron flows into a rate."""
    net = rb.Network(dt=DT * ms)
    rates = net.add(rb.RateNeuron("tanh"), 4, name="rates", I=2.0)
    cells = net.add(rb.LIF(), 4, name="cells")
    one = rb.one_to_one()
    net.connect(rates, cells, rb.Graded(), one, 500 * pA, 1 * ms)
    net.connect(cells, rates, rb.Graded(of="v"), one, 0.01 / mV, 0.5 * ms)
    net.connect(cells, cells, rb.Exponential(5 * ms, reversal=-80 * mV), one, 1 * nS, 1 * ms)
    net.record(cells, ["v", "I"])
    net.record(rates, ["v", "r"])
    rec = net.run(100 * ms)
    v, I = (np.asarray(rec["cells"][name].magnitude) for name in ("v", "I"))
    r, x = np.asarray(rec["rates"]["r"]), np.asarray(rec["rates"]["v"])
    assert rec["cells"].spikes.total > 0
    np.testing.assert_allclose(I[10:], 500 * r[:-10], rtol=1e-14)
    target = 2.0 + 0.01 * np.concatenate([np.repeat(v[:1], 5, axis=0), v])[: len(x) - 1]
    np.testing.assert_allclose(
        x[1:], target + (x[:-1] - target) * np.exp(-DT / 10), rtol=0, atol=1e-12
    )


def _bytes(rec: Any) -> tuple[bytes, bytes]:
    spikes = rec["spikes"].spikes
    return spikes.i.tobytes(), np.asarray(rec["decoded"]["v"].magnitude)[-1].tobytes()


def test_threads_pieces_and_checkpoints_change_no_spike(tmp_path: Path) -> None:
    whole = _bytes(_driven().run(100 * ms))
    for threads in (2, 3):
        assert _bytes(_driven(threads).run(100 * ms)) == whole
    net = _driven(2)
    first = net.run(33.3 * ms)
    restored = rb.Network.restore(net.save(tmp_path / "saved.rb"))
    last = restored.run(66.7 * ms)
    owners = first["spikes"].spikes.i.tobytes() + last["spikes"].spikes.i.tobytes()
    assert (owners, _bytes(last)[1]) == whole


def test_a_rate_that_is_too_high_is_told_with_its_place() -> None:
    with pytest.raises(NumericalError, match="Mend: lower the weights") as caught:
        _driven(weight=5000.0).run(10 * ms)
    assert "population 'spikes', neuron 0, between 0 and 0.1 ms" in str(caught.value)


def test_below_zero_nothing_is_sent() -> None:
    assert _driven(weight=-100.0).run(50 * ms)["spikes"].spikes.total == 0


def test_artificial_neurons_pass_on_what_they_get() -> None:
    """Without dynamics, layer after layer, each a step later: y = f(W x + b)."""
    rng = np.random.default_rng(1)
    net, sizes = rb.Network(dt=DT * ms), (3, 6, 2)
    weights = [rng.normal(size=(a, b)) for a, b in ((3, 6), (6, 2))]
    x = rng.normal(size=3)
    layers = []
    for k, n in enumerate(sizes):
        how = {"I": x} if k == 0 else {}
        layers.append(net.add(rb.ArtificialNeuron(transfer="tanh"), n, name=f"layer {k}", **how))
        net.record(layers[-1], "y")
    for k, w in enumerate(weights):
        net.connect(
            layers[k], layers[k + 1], rb.Graded(), rb.all_to_all(), weight=w, delay=0.1 * ms
        )
    rec = net.run(1 * ms)
    y = np.tanh(x)
    for k, w in enumerate([None, *weights]):
        y = y if w is None else np.tanh(y @ w)
        np.testing.assert_allclose(np.asarray(rec[f"layer {k}"]["y"])[-1], y, rtol=1e-13)


def test_gap_junctions_and_graded_projections() -> None:
    """A voltage that gap junctions move is sent as it was when the step began."""
    net = rb.Network(dt=DT * ms)
    first = {"v": np.array([-60.0, -50.0, -55.0]) * mV}
    cells = net.add(rb.LIF(V_T=100 * mV), 3, name="cells", initial=first)
    net.gap_junction(cells, cells, rb.edges([0], [1]), 2 * nS)
    rates = net.add(rb.RateNeuron("identity", tau=10 * ms), 3, name="rates")
    net.connect(cells, rates, rb.Graded(of="v"), rb.one_to_one(), 1 / mV, 0.1 * ms)
    net.record(cells, "v")
    net.record(rates, "I")
    rec = net.run(5 * ms)
    v, I = np.asarray(rec["cells"]["v"].magnitude), np.asarray(rec["rates"]["I"])
    np.testing.assert_allclose(I[1:-1], v[:-2], rtol=0, atol=1e-12)
