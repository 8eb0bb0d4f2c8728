"""The face of a recording."""

import numpy as np
import pytest

from rheobase.errors import ParameterError, UnknownNameError
from rheobase.recording import Recording, SpikeTrains
from rheobase.units import Quantity, ms, mV

NOTHING = SpikeTrains([], [], 1, 10.0)


def test_traces_come_with_their_units(recording):
    assert recording.t.unit == ms
    assert recording["v"].unit == mV
    assert recording["v"].shape == (200, 3)
    assert not isinstance(recording["m"], Quantity)
    assert recording.names == ("v", "m", "I", "calcium", "time")
    assert "v" in recording
    assert "w" not in recording
    assert recording.neurons["m"].tolist() == [0, 2]
    assert recording.duration.value_in(ms) == 20


def test_one_array_of_neurons_is_for_every_name():
    values = {"v": np.zeros((2, 2)), "w": np.zeros((2, 2))}
    recording = Recording([0.0, 1.0], values, SpikeTrains([], [], 9, 2.0), neurons=[3, 5])
    assert recording.neurons["w"].tolist() == [3, 5]


def test_without_neurons_the_columns_are_counted():
    recording = Recording([0.0, 1.0], {"v": [1, 2]}, NOTHING)
    assert recording.neurons["v"].tolist() == [0]
    assert recording["v"].tolist() == [[1.0], [2.0]]
    assert recording["v"].dtype == float


def test_a_name_that_was_not_recorded_says_what_was(recording):
    with pytest.raises(UnknownNameError) as caught:
        recording["calcum"]
    text = str(caught.value)
    assert "Recorded: v, m, I, calcium, time" in text
    assert "did you mean 'calcium'?" in text
    assert "record=" in text
    assert isinstance(caught.value, LookupError)


def test_a_recording_of_spikes_only_says_so():
    with pytest.raises(UnknownNameError, match="spikes only"):
        Recording([], {}, NOTHING)["v"]


def test_shapes_have_to_fit():
    with pytest.raises(ParameterError, match="2 samples"):
        Recording([0.0, 1.0], {"v": np.zeros((3, 1))}, NOTHING)
    with pytest.raises(ParameterError, match="2 columns and 3 neurons"):
        Recording([0.0], {"v": np.zeros((1, 2))}, NOTHING, neurons=[0, 1, 2])


def test_its_summary_is_for_a_reader(recording):
    lines = recording.summary().splitlines()
    assert lines[0] == repr(recording)
    assert repr(recording) == (
        "<Recording of Test neuron: v, m, I, calcium, time; "
        "200 samples of 4 neurons in 20 ms, 5 spikes>"
    )
    text = "\n".join(lines)
    assert "method    exact" in text
    assert "I         from 10 to 10 uA/cm**2" in text
    assert "5, 62.5 Hz on average" in text


def test_the_summary_of_nothing_is_a_summary():
    recording = Recording([], {"v": np.zeros((0, 1))}, NOTHING, provenance={"model": "a\nb"})
    assert recording.summary().splitlines()[1:] == ["  model     a ...", "  spikes    0"]
