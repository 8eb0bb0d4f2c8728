"""What a run of a network returns: populations by name, rates, tables, files, pictures."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rheobase.errors import ExperimentError, ParameterError, UnitError, UnknownNameError
from rheobase.recording import NetworkRecording, Recording, SpikeTrains, load
from rheobase.units import Hz, ms, mV, s

DT = 0.1


def population(n, steps, start=0, hz=40.0, seed=0, traced=False):
    """Poisson spikes on the grid, stamped at the ends of their steps, and their counts."""
    rng = np.random.default_rng(seed)
    fired = rng.random((steps, n)) < hz * DT / 1000
    step, neuron = np.nonzero(fired)
    times = (start + step + 1) * DT
    spikes = SpikeTrains(times, neuron, n, steps * DT, start=start * DT)
    values, units, samples = {}, {}, []
    if traced:
        samples = (start + np.arange(steps)) * DT
        values["v"], units["v"] = rng.normal(-60, 3, (steps, 3)), mV
    return Recording(samples, values, spikes, model_units=units), fired.sum(axis=1)


@pytest.fixture
def network():
    exc, counted = population(80, 2000, start=500, seed=1, traced=True)
    inh, _ = population(20, 2000, start=500, hz=80, seed=2)
    return NetworkRecording(
        {"exc": exc, "L2/3 inh": inh}, {"exc": counted}, 50.0, 200.0, DT, {"seed": 7}
    )


def test_it_maps_names_to_recordings_in_their_order(network):
    assert list(network) == ["exc", "L2/3 inh"] == list(network.names)
    assert len(network) == 2
    assert "exc" in network
    assert "nobody" not in network
    assert network["exc"] is network.get("exc") is dict(network)["exc"]
    assert network.get("nobody") is None
    assert [name for name, _ in network.items()] == list(network)
    assert [one.spikes.n for one in network.values()] == [80, 20]
    assert network == network
    assert network != NetworkRecording({}, None)
    with pytest.raises(UnknownNameError, match="no population 'ecx'") as caught:
        network["ecx"]
    assert "did you mean 'exc'" in str(caught.value)


def test_times_are_absolute_and_rates_are_over_the_length_of_the_run(network):
    assert [network.start, network.duration, network.dt] == [50 * ms, 200 * ms, 0.1 * ms]
    spikes = network["exc"].spikes
    assert spikes.t.magnitude.min() > 50
    expected = spikes.total / 80 / 0.2
    assert spikes.rate().value_in(Hz).mean() == pytest.approx(expected)
    assert spikes.rate((100 * ms, 150 * ms)).shape == (80,)
    centres, rates = spikes.population_rate(10 * ms)
    assert centres.magnitude[0] == 55
    assert rates.value_in(Hz).mean() == pytest.approx(expected)


def test_all_spikes_together_are_sorted(network):
    together = network.spikes
    total = sum(one.spikes.total for one in network.values())
    assert len(together.t) == len(together.population) == len(together.i) == total
    keys = np.column_stack([together.t.magnitude, together.population, together.i])
    assert (np.lexsort(keys.T[::-1]) == np.arange(total)).all()
    second = together.population == together.names.index("L2/3 inh")
    np.testing.assert_array_equal(together.i[second], network["L2/3 inh"].spikes.i)
    assert len(NetworkRecording({}, None).spikes.t) == 0


@pytest.mark.parametrize("width", [0.1, 0.3, 1.0, 7.0, 200.0])
def test_rates_from_counts_and_from_spikes_agree(network, width):
    uncounted = NetworkRecording(dict(network), None, 50.0, 200.0, DT)
    centres, rates = network.rate("exc", width * ms)
    again, others = uncounted.rate("exc", width * ms)
    np.testing.assert_array_equal(centres.magnitude, again.magnitude)
    np.testing.assert_array_equal(rates.magnitude, others.magnitude)
    assert rates.unit == Hz
    widths = np.full(len(rates), width)
    widths[-1] = 200 - width * (len(rates) - 1)
    assert rates.magnitude @ widths / 1000 * 80 == pytest.approx(network.total("exc"))


def test_each_step_of_a_rate_is_one_step():
    one = Recording([], {}, SpikeTrains([0.1, 0.3, 0.4], [0, 1, 1], 2, 0.4))
    rec = NetworkRecording({"a": one}, None, 0, 0.4, DT)
    assert rec.rate("a", DT * ms)[1].value_in(Hz) / 5000 == pytest.approx([1, 0, 1, 1])
    assert rec.rate("a", 0.2 * ms)[1].value_in(Hz) / 2500 == pytest.approx([1, 2])


def test_two_runs_have_the_rates_of_one():
    whole, _ = population(30, 400, seed=3)
    spikes = whole.spikes
    first = SpikeTrains(*_between(spikes, 0, 20.05), 30, 20.0)
    second = SpikeTrains(*_between(spikes, 20.05, 40.05), 30, 20.0, start=20.0)
    parts = [
        NetworkRecording({"a": Recording([], {}, part)}, None, start, 20.0, DT)
        for part, start in ((first, 0.0), (second, 20.0))
    ]
    joined = np.concatenate([part.rate("a", 2 * ms)[1].magnitude for part in parts])
    once = NetworkRecording({"a": whole}, None, 0, 40.0, DT).rate("a", 2 * ms)[1]
    np.testing.assert_array_equal(joined, once.magnitude)


def _between(spikes, start, stop):
    times = spikes.t.magnitude
    inside = (times > start) & (times < stop)
    return times[inside], spikes.i[inside]


def test_a_rate_has_a_bin_with_a_unit_and_a_population(network):
    with pytest.raises(UnitError):
        network.rate("exc", 1)
    with pytest.raises(UnknownNameError):
        network.rate("nobody")
    empty = Recording([], {}, SpikeTrains([], [], 0, 1.0))
    with pytest.raises(ParameterError, match="no neuron"):
        NetworkRecording({"none": empty}, None, 0, 1, DT).rate("none")
    with pytest.raises(ParameterError, match="no time"):
        NetworkRecording({"none": empty}, None, 0, 0, DT).rate("none")


def test_counts_are_one_whole_number_a_step(network):
    exc = {"exc": network["exc"]}
    for wrong in (np.zeros(3, dtype=int), np.zeros(2000), np.zeros((2000, 1), dtype=int)):
        with pytest.raises(ParameterError, match="2000 steps"):
            NetworkRecording(exc, {"exc": wrong}, 50, 200, DT)
    with pytest.raises(UnknownNameError):
        NetworkRecording(exc, {"inh": np.zeros(2000, dtype=int)}, 50, 200, DT)
    with pytest.raises(ParameterError, match="above zero"):
        NetworkRecording(exc, None, 0, 1, 0)


def test_counts_stand_in_for_spikes_that_were_not_recorded(network):
    silent = Recording([], {}, SpikeTrains([], [], 80, 200.0, start=50.0))
    counted = NetworkRecording({"exc": silent}, network.counts, 50, 200, DT)
    assert counted.total("exc") == network.total("exc")
    np.testing.assert_array_equal(
        counted.rate("exc")[1].magnitude, network.rate("exc")[1].magnitude
    )


def test_the_spectrum_of_a_population_is_that_of_its_rate(network):
    frequencies, power = network.spectrum("exc", 1 * ms, segment=50 * ms)
    assert frequencies.value_in(Hz)[[0, 1, -1]] == pytest.approx([0, 20, 500])
    assert power.shape == frequencies.shape
    assert network.spectrum("exc", 3 * ms)[0].magnitude[-1] <= 500 / 3


def test_a_summary_is_a_table(network):
    lines = network.summary().splitlines()
    assert lines[0] == repr(network)
    assert " ".join(lines[1].split()) == "population neurons spikes mean rate CV of intervals"
    assert len({len(line) for line in lines[1:]}) == 1
    total = network.total("exc")
    assert f"{total:,}" in lines[3]
    assert float(lines[3].split()[3]) == pytest.approx(total / 80 / 0.2, abs=0.006)
    silent = NetworkRecording({"a": Recording([], {}, SpikeTrains([], [], 2, 5.0))}, None, 0, 5, DT)
    assert silent.summary().splitlines()[-1].split() == ["a", "2", "0", "0.00", "Hz", "-"]
    assert "from 50 ms" in repr(network)


# ---------------------------------------------------------------------------- files


def assert_same(one, other):
    assert list(one) == list(other)
    assert one.provenance == other.provenance
    assert (one.start, one.duration, one.dt) == (other.start, other.duration, other.dt)
    assert one.counts.keys() == other.counts.keys()
    for name in one:
        a, b = one[name], other[name]
        np.testing.assert_array_equal(a.spikes.t.magnitude, b.spikes.t.magnitude)
        np.testing.assert_array_equal(a.spikes.i, b.spikes.i)
        assert a.spikes.n == b.spikes.n
        assert a.spikes.start == b.spikes.start
        assert a.names == b.names
        assert a.units == b.units
        for variable in a.names:
            np.testing.assert_array_equal(np.asarray(a[variable]), np.asarray(b[variable]))
            np.testing.assert_array_equal(a.neurons[variable], b.neurons[variable])
    for name, counts in one.counts.items():
        np.testing.assert_array_equal(counts, other.counts[name])


@pytest.mark.parametrize("name", ["run.npz", "run", "run.json", "run.1"])
def test_what_is_loaded_is_what_was_saved(network, tmp_path, name):
    written = network.save(tmp_path / name)
    assert_same(load(tmp_path / name), network)
    assert_same(load(written), network)


@given(names=st.lists(st.text(max_size=8), unique=True, max_size=13))
@settings(max_examples=25, deadline=None)
def test_any_names_are_saved(names, tmp_path_factory):
    one = Recording([], {"spike_t": np.empty((0, 1))}, SpikeTrains([0.5], [0], 1, 1.0))
    network = NetworkRecording(dict.fromkeys(names, one), None, 0, 1, 1)
    assert_same(load(network.save(tmp_path_factory.mktemp("names") / "a.npz")), network)


def test_netcdf_is_refused_with_what_to_do(network, tmp_path):
    with pytest.raises(ExperimentError, match="not written as netCDF") as caught:
        network.save(tmp_path / "run.nc")
    assert 'rec["exc"].save' in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_nothing_half_written_is_left(network, tmp_path, monkeypatch):
    network.save(tmp_path / "run.npz")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    network.provenance["model"] = object()
    with pytest.raises(ExperimentError, match="what JSON cannot"):
        network.save(tmp_path / "run.npz")
    network.provenance.clear()

    def full_disk(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full_disk)
    with pytest.raises(ExperimentError, match="No space left"):
        network.save(tmp_path / "run.npz")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_foreign_metadata_is_one_clear_error(network, tmp_path):
    network.save(tmp_path / "run.npz")
    content = json.loads((tmp_path / "run.json").read_text())
    first, second = content["populations"]
    for foreign, cause in (
        ({"version": 99}, "version 99"),
        ({"provenance": 3}, "not a dictionary"),
        ({"populations": [first, first]}, "missing|one name"),
        ({"populations": [first, second, second]}, "missing"),
        ({"populations": 3}, "cannot be read"),
        ({"dt_ms": 0}, "steps of 0 ms"),
        ({"duration_ms": "x"}, "cannot be read"),
        ({"duration_ms": 7.0}, "steps"),
        ({"populations": [first, second | {"counts": True}]}, "'counts' is missing"),
    ):
        (tmp_path / "run.json").write_text(json.dumps(content | foreign))
        with pytest.raises(ExperimentError, match=cause) as caught:
            load(tmp_path / "run.npz")
        assert caught.value.mend


# ---------------------------------------------------------------------------- handing over


def test_neo_has_a_group_for_each_population(network):
    block = network.to_neo()
    (segment,) = block.segments
    assert len(segment.spiketrains) == 100
    assert [group.name for group in block.groups] == ["exc", "L2/3 inh"]
    assert [len(group.spiketrains) for group in block.groups] == [80, 20]
    assert block.annotations["rheobase"] == {"seed": 7}
    train = block.groups[1].spiketrains[3]
    assert train.annotations["population"] == "L2/3 inh"
    assert train.name == "L2/3 inh neuron 3"
    assert train.t_start.rescale("ms").item() == 50
    assert train.t_stop.rescale("ms").item() == pytest.approx(250)
    np.testing.assert_array_equal(train.magnitude, network["L2/3 inh"].spikes.times(3).magnitude)
    (signal,) = segment.analogsignals
    assert signal.t_start.rescale("ms").item() == 50
    assert signal.annotations["population"] == "exc"


def test_elephant_takes_what_is_handed_over(network):
    import elephant.statistics

    trains = network.to_neo().groups[0].spiketrains
    expected = elephant.statistics.mean_firing_rate(trains[0]).rescale("Hz").item()
    assert network["exc"].spikes.rate().value_in(Hz)[0] == pytest.approx(expected)


def test_xarray_has_a_dataset_for_each_population(network):
    data = network.to_xarray()
    assert list(data) == list(network)
    assert data["exc"]["v"].shape == (2000, 3)
    assert data["exc"]["time"].values[0] == 50


# ---------------------------------------------------------------------------- pictures


def words(figure):
    figure.canvas.draw()
    return " ".join(one.get_text() for one in figure.findobj(lambda one: hasattr(one, "get_text")))


@pytest.mark.parametrize("kind", ["raster", "rate", "traces", "spectrum", "irregularity"])
def test_every_picture_names_its_populations_and_units(network, tmp_path, kind):
    figure = network.plot(kind, path=tmp_path / "a.png")
    found = words(figure)
    assert "exc" in found
    assert ("L2/3 inh" in found) == (kind != "traces")
    assert "Hz" in found or "mV" in found
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_part_of_a_run_is_drawn(network):
    for kind in ("raster", "rate", "traces", "irregularity"):
        figure = network.plot(kind, window=(100 * ms, 0.2 * s))
        figure.canvas.draw()
        if kind != "irregularity":
            assert figure.axes[0].get_xlim() == (100, 200)
    network.plot("spectrum", "exc", window=(100 * ms, 200 * ms)).canvas.draw()
    (trace,) = network.plot("traces", "exc", neurons=[2], variable="v").axes
    np.testing.assert_array_equal(trace.lines[0].get_ydata(), network["exc"]["v"].magnitude[:, 2])


def test_pictures_refuse_what_is_not_there(network):
    with pytest.raises(UnknownNameError, match="no picture 'rastor'") as caught:
        network.plot("rastor")
    assert "did you mean 'raster'" in str(caught.value)
    for arguments, cause in (
        ({"names": "nobody"}, "no population"),
        ({"kind": "traces", "variable": "u"}, "'u' was not recorded"),
        ({"kind": "traces", "neurons": [99]}, "not recorded of neuron 99"),
    ):
        with pytest.raises(UnknownNameError, match=cause):
            network.plot(**arguments)
    with pytest.raises(ParameterError, match="No trace was recorded"):
        network.plot("traces", ["L2/3 inh"])
    for window in ((0 * ms, 100 * ms), (100 * ms, 60 * ms)):
        with pytest.raises(ParameterError, match="no window"):
            network.plot(window=window)
    with pytest.raises(UnitError):
        network.plot(window=(60, 100))


def test_a_silent_network_has_pictures_too():
    silent = Recording([], {}, SpikeTrains([], [], 5, 100.0))
    network = NetworkRecording({"a": silent, "b": silent}, None, 0, 100, DT)
    for kind in ("raster", "rate", "spectrum", "irregularity"):
        network.plot(kind).canvas.draw()
