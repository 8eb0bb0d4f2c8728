"""Summaries of what has no spike condition show no spikes, and no rate of 0."""

from __future__ import annotations

from pathlib import Path

import rheobase as rb
from rheobase.units import Hz, ms


def _row(text: str, name: str) -> list[str]:
    return next(line.split() for line in text.splitlines() if line.split()[:1] == [name])


def test_in_a_network(tmp_path: Path) -> None:
    """Whether values are recorded or not, and after the recording was on disk."""
    net = rb.Network(dt=0.1 * ms)
    for name in ("rates", "plain"):
        net.add(rb.RateNeuron("tanh"), 2, name=name)
    net.add(rb.LIF(), 3, name="quiet")
    net.add(rb.Poisson(1e-9 * Hz), 3, name="source")
    net.record("rates", "r")
    net.record("source", "spikes")
    found = net.run(10 * ms)
    for recording in (found, rb.load(found.save(tmp_path / "network.npz"))):
        text = recording.summary()
        for name in ("rates", "plain"):
            assert _row(text, name) == [name, "2", "-", "-", "-"]
        for name in ("quiet", "source"):
            assert _row(text, name) == [name, "3", "0", "0.00", "Hz", "-"]


def test_in_a_run_of_one_model() -> None:
    assert _row(rb.simulate(rb.RateNeuron(), 5 * ms).summary(), "spikes") == ["spikes", "-"]
    assert _row(rb.simulate(rb.LIF(), 5 * ms).summary(), "spikes") == ["spikes", "0"]
