"""Which picture `Recording.plot` draws, and of what."""

import numpy as np
import pytest

from rheobase.errors import ParameterError, UnknownNameError
from rheobase.recording import Recording, SpikeTrains
from rheobase.units import mV


def labels(figure):
    return [ax.get_ylabel().replace("\n", " ") for ax in figure.axes]


@pytest.fixture
def spiking():
    time = np.arange(0, 50, 0.1)
    v = np.interp(time, [0, 10, 11, 12.5, 14, 30, 50], [-70, -70, 30, -60, -80, -70, -70])
    gate = np.linspace(0, 1, len(time))
    return Recording(
        time, {"v": v, "m": gate, "h": 1 - gate}, SpikeTrains([10.5, 20, 40], [0, 0, 0], 1, 50.0),
        model_units={"v": mV},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("auto", ["membrane potential (mV)", "gating variable m", "gating variable h"]),
        ("traces", ["membrane potential (mV)", "gating variable m", "gating variable h"]),
        ("gates", ["open fraction of gates"]),
        ("raster", ["neuron"]),
        ("rate", ["firing rate (Hz)"]),
        ("intervals", ["number of intervals"]),
        ("action potential", ["membrane potential (mV)"]),
    ],
)
def test_every_kind_is_drawn_and_labelled(spiking, tmp_path, kind, expected):
    figure = spiking.plot(kind, path=tmp_path / "picture.png")
    assert labels(figure) == expected
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_names_and_neurons_choose_what_is_drawn(recording):
    figure = recording.plot(names="v", neurons=[3, 0])
    (ax,) = figure.axes
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), recording["v"].magnitude[:, 2])
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), recording["v"].magnitude[:, 0])
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == ["neuron 3", "neuron 0"]


def test_a_spike_without_a_shape_is_marked_above_the_trace(recording):
    (ax,) = recording.plot(names=["v"], neurons=2).axes
    assert ax.lines[1].get_xdata().tolist() == [1.5, 3.0, 9.1]


def test_a_spike_with_a_shape_is_not_marked(spiking):
    assert len(spiking.plot(names="v").axes[0].lines) == 1


def test_without_traces_the_spikes_are_drawn():
    recording = Recording([], {}, SpikeTrains([1.0], [0], 2, 10.0))
    assert labels(recording.plot()) == ["neuron"]
    with pytest.raises(ParameterError, match="No trace"):
        recording.plot("traces")
    with pytest.raises(ParameterError, match="no gating variable"):
        recording.plot("gates")


def test_a_raster_of_some_neurons_has_no_gaps(recording):
    (ax,) = recording.plot("raster", neurons=[2, 3]).axes
    assert len(ax.collections[0].get_segments()) == 3
    assert ax.get_ylim() == (-0.6, 1.6)


def test_what_is_not_there_is_named(recording):
    with pytest.raises(UnknownNameError, match="did you mean 'raster'"):
        recording.plot("rasters")
    with pytest.raises(UnknownNameError, match="'w' was not recorded"):
        recording.plot(names="w")
    with pytest.raises(UnknownNameError, match="not recorded of neuron 1"):
        recording.plot(names="v", neurons=1)
    with pytest.raises(UnknownNameError, match="no neuron 9"):
        recording.plot("raster", neurons=[9])
