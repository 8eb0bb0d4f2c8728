"""Handing over to xarray, Neo and Elephant."""

import sys

import elephant.statistics
import numpy as np
import pytest
import quantities

from rheobase.errors import MissingExtraError
from rheobase.recording import Recording, SpikeTrains
from rheobase.recording.to_xarray import from_dataset
from rheobase.units import ms, mV, nA, nS, parse_unit


def test_neo_gets_one_train_a_neuron():
    spikes = SpikeTrains([3.0, 1.0, 9.0], [0, 1, 0], 3, 10.0, start=0.5)
    trains = spikes.to_neo()
    assert [train.rescale("ms").magnitude.tolist() for train in trains] == [[3, 9], [1], []]
    assert all(train.t_start == 0.5 * quantities.ms for train in trains)
    assert all(train.t_stop == 10.5 * quantities.ms for train in trains)


def test_neo_takes_a_spike_stamped_after_the_end():
    (train,) = SpikeTrains([11.0], [0], 1, 10.0).to_neo()
    assert train.t_stop == 11 * quantities.ms


# Elephant 1.2 passes quantities an argument that quantities 0.16 has deprecated.
@pytest.mark.filterwarnings("ignore:The 'copy' argument in Quantity")
def test_elephant_measures_what_we_measure():
    rng = np.random.default_rng(4)
    t, i = np.sort(rng.uniform(0, 1000, 200)), rng.integers(0, 3, 200)
    spikes = SpikeTrains(t, i, 3, 1000.0)
    for neuron, train in enumerate(spikes.to_neo()):
        rate = elephant.statistics.mean_firing_rate(train).rescale("Hz").item()
        assert spikes.rate()[neuron].value_in("Hz") == pytest.approx(rate)
        intervals = elephant.statistics.isi(train).rescale("ms").magnitude
        np.testing.assert_allclose(spikes.isi(neuron).magnitude, intervals)
        assert spikes.cv()[neuron] == pytest.approx(elephant.statistics.cv(intervals))


def test_a_block_holds_signals_with_units(recording):
    block = recording.to_neo()
    (segment,) = block.segments
    signals = {signal.name: signal for signal in segment.analogsignals}
    assert set(signals) == set(recording.names)
    np.testing.assert_array_equal(signals["v"].rescale("mV").magnitude, recording["v"].magnitude)
    assert signals["I"].units == quantities.Quantity(1, "uA/cm**2")
    assert signals["m"].units == quantities.dimensionless
    # mM, which quantities does not have, is mol/m**3 there.
    calcium = signals["calcium"].rescale(quantities.mol / quantities.m**3).magnitude
    np.testing.assert_allclose(calcium, recording["calcium"].magnitude)
    assert signals["v"].sampling_period.rescale("ms").item() == pytest.approx(0.1)
    assert signals["v"].array_annotations["neuron"].tolist() == [0, 2, 3]
    assert len(segment.spiketrains) == 4
    assert block.annotations["rheobase"]["seed"] == 3


def test_samples_at_odd_times_are_an_irregular_signal():
    recording = Recording(
        [0.0, 1.0, 3.0], {"v": [1.0, 2.0, 3.0]}, SpikeTrains([], [], 1, 3.0), model_units={"v": mV}
    )
    (signal,) = recording.to_neo().segments[0].irregularlysampledsignals
    assert signal.times.rescale("ms").magnitude.tolist() == [0, 1, 3]


@pytest.mark.parametrize("text", ["mV/ms", "nS*mV", "um**2", "1/ms", "Mohm", "fC", "mM", "K"])
def test_every_unit_goes_over_with_its_size(text):
    unit = parse_unit(text)
    recording = Recording(
        [0.0, 1.0], {"x": [2.0, 3.0]}, SpikeTrains([], [], 1, 2.0), model_units={"x": unit}
    )
    signal = recording.to_neo().segments[0].analogsignals[0]
    in_si = signal.simplified.magnitude[:, 0]
    np.testing.assert_allclose(in_si, np.array([2.0, 3.0]) * unit.factor * 10.0**unit.ten)


def test_a_dataset_has_dimensions_and_labels(recording):
    data = recording.to_xarray()
    assert data["v"].dims == ("time", "neuron_v")
    assert data["v"].attrs["units"] == "mV"
    assert data["v"].attrs["long_name"] == "membrane potential"
    assert data["v"].sel(neuron_v=2).shape == (200,)
    assert data["spike_time"].values.tolist() == [1.5, 3.0, 3.0, 9.1, 19.9]
    np.testing.assert_array_equal(data["time_value"].values, recording["time"])
    assert from_dataset(data).provenance == recording.provenance


def test_names_of_the_same_neurons_share_a_dimension():
    values = {"v": np.zeros((2, 3)), "g": np.ones((2, 3))}
    recording = Recording(
        [0.0, 0.1] * ms, values, SpikeTrains([], [], 3, 0.2), model_units={"v": mV, "g": nS}
    )
    data = recording.to_xarray()
    assert data["v"].dims == data["g"].dims == ("time", "neuron")


@pytest.mark.parametrize(
    ("package", "call"),
    [
        ("neo", lambda recording, path: recording.to_neo()),
        ("neo", lambda recording, path: recording.spikes.to_neo()),
        ("xarray", lambda recording, path: recording.to_xarray()),
        ("h5netcdf", lambda recording, path: recording.save(path / "a.nc")),
    ],
)
def test_a_missing_package_names_its_extra(recording, tmp_path, monkeypatch, package, call):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"rheobase\[io\]") as caught:
        call(recording, tmp_path)
    assert f"package {package}," in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_model_unit_of_current_is_not_converted():
    recording = Recording(
        [0.0, 1.0], {"I": [1.0, 2.0]}, SpikeTrains([], [], 1, 2.0), model_units={"I": nA}
    )
    signal = recording.to_neo().segments[0].analogsignals[0]
    assert signal.dimensionality.string == "nA"
