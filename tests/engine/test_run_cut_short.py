"""A run that cannot go on, for its input ends or is refused, keeps what it had recorded."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine.circuit import simulation
from rheobase.errors import ParameterError
from rheobase.units import kHz, ms

STEPS = 64


@pytest.fixture(autouse=True)
def short_calls(monkeypatch):
    """A run of several calls, of so many steps each."""
    monkeypatch.setattr(simulation, "_FIRST_STEPS", STEPS)
    monkeypatch.setattr(simulation, "_MOST_STEPS_A_CALL", STEPS)


def network(stimulus=None, rate=None):
    net = rb.Network(seed=1, dt=0.1 * ms)
    model = rb.Model("dv/dt = (1.2 - v + I)/5", spike="v > 1", reset="v = 0", inputs=["I"])
    cells = net.add(model, 3, name="cells", **({} if stimulus is None else {"I": stimulus}))
    if rate is not None:
        drive = net.add(rb.Poisson(rate), 3, name="drive")
        net.connect(drive, cells, rb.Delta("v"), rb.one_to_one(), 1e-3, 0.1 * ms)
    net.record(cells, "v")
    return net


def cut_short(net, match):
    """What a run recorded before it was refused."""
    with pytest.raises(ParameterError, match=match) as caught:
        net.run(100 * ms)
    return caught.value.recording


@pytest.mark.parametrize(
    ("ends", "match"),
    [
        (dict(stimulus=rb.sampled(np.zeros(301), dt=0.1 * ms)), "samples last until"),
        (dict(rate=rb.ramp(0 * kHz, 1e5 * kHz, start=20 * ms, stop=40 * ms)), "Poisson"),
    ],
)
def test_what_was_recorded_is_kept(ends, match):
    net = network(**ends)
    recording = cut_short(net, match)
    stop = float(recording.duration.value_in(ms))
    assert 0 < stop < 100
    assert stop == pytest.approx(round(stop / (0.1 * STEPS)) * 0.1 * STEPS)
    whole = network(**ends).run(stop * ms)
    assert np.array_equal(recording["cells"].spikes.i, whole["cells"].spikes.i)
    assert np.array_equal(np.asarray(recording["cells"]["v"]), np.asarray(whole["cells"]["v"]))
    # It can be asked again, and goes on from where it stands.
    with pytest.raises(ParameterError, match=match):
        net.run(100 * ms)


def test_where_nothing_was_done_nothing_is_said_to_be_kept():
    stimulus = rb.sampled(np.zeros(31), dt=0.1 * ms)
    net = network(stimulus=stimulus)
    with pytest.raises(ParameterError, match="samples last until") as caught:
        net.run(100 * ms)
    assert caught.value.recording is None
