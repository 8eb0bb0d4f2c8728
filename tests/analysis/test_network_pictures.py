"""Pictures of networks: they draw without a display or a warning, and say what they show."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.analysis import pictures
from rheobase.errors import ParameterError
from rheobase.recording import SpikeTrains
from rheobase.units import Hz, mS, ms, mV


def spikes(n=20, duration=200.0, seed=0, start=0.0):
    rng = np.random.default_rng(seed)
    count = rng.poisson(n * duration * 0.02)
    times = start + rng.uniform(0, duration, count)
    return SpikeTrains(times, rng.integers(0, n, count), n, duration, start=start)


def words(figure):
    """All words of a picture, after it was drawn; nothing of it may lie outside."""
    figure.canvas.draw()
    return [one.get_text() for one in figure.findobj(lambda one: hasattr(one, "get_text"))]


def test_a_network_raster_stacks_populations_and_draws_their_rates():
    trains = {"exc": spikes(3000), "inh": spikes(50, seed=1)}
    rates = {name: one.population_rate(5 * ms) for name, one in trains.items()}
    figure = pictures.network_raster(trains, rates)
    top, below = figure.axes
    found = words(figure)
    assert any(text.startswith("exc ") and text.endswith(" of 3,000") for text in found)
    assert any(text.startswith("inh ") and text.endswith(" of 50") for text in found)
    mean = rates["exc"][1].value_in(Hz).mean()
    assert f"exc, mean {mean:#.3g} Hz" in found
    assert below.get_xlabel() == "time (ms)"
    assert below.get_ylabel() == "population\nrate (Hz)"
    assert below.get_xlim() == (0, 200)
    heights = [line.get_ydata() for line in top.lines if line.get_linestyle() == "None"]
    assert heights[0].min() > heights[1].max()
    dashed = [line for line in below.lines if len(line.get_xdata()) == 2]
    assert dashed[0].get_ydata()[0] == pytest.approx(mean)


def test_a_raster_of_many_populations_shows_the_rate_of_all():
    trains = {f"p{k}": spikes(10 * k + 1, seed=k) for k in range(8)}
    rates = {name: one.population_rate(10 * ms) for name, one in trains.items()}
    figure = pictures.network_raster(trains, rates, span=(20 * ms, 120 * ms))
    found = words(figure)
    total, neurons = (sum(getattr(one, key) for one in trains.values()) for key in ("total", "n"))
    overall = total / neurons / 0.2
    label = next(text for text in found if text.startswith("all neurons, mean"))
    assert float(label.split()[-2]) == pytest.approx(overall, rel=0.2)
    assert len({text for text in found if text.endswith(" Hz")}) == 9
    assert figure.axes[0].get_xlim() == (20, 120)


def test_a_raster_needs_no_rates_and_shows_small_populations_whole():
    figure = pictures.network_raster({"a": spikes(5)})
    (ax,) = figure.axes
    assert ax.get_xlabel() == "time (ms)"
    assert any(text == "a\n5" for text in words(figure))
    (dots,) = [line for line in ax.lines if line.get_linestyle() == "None"]
    assert len(dots.get_xdata()) == spikes(5).total
    empty = SpikeTrains([], [], 0, 10)
    pictures.network_raster({"nobody": empty, "silent": SpikeTrains([], [], 9, 10)}).canvas.draw()
    with pytest.raises(ParameterError, match="no population"):
        pictures.network_raster({})
    with pytest.raises(ParameterError, match="no time"):
        pictures.network_raster({"a": spikes()}, span=(5, 5))


@pytest.mark.parametrize("count", [1, 2, 7])
def test_population_rates_have_a_panel_each(count):
    rates = {f"p{k}": spikes(seed=k).population_rate(5 * ms) for k in range(count)}
    figure = pictures.population_rates(rates, span=(0, 100))
    assert len(figure.axes) == count
    found = words(figure)
    assert {f"p{k}" for k in range(count)} <= set(found)
    assert figure.axes[-1].get_xlabel() == "time (ms)"
    pictures.population_rates({"plain": ([1.0, 2.0], [0.0, 0.0])}).canvas.draw()
    with pytest.raises(ParameterError, match="no population"):
        pictures.population_rates({})


def test_population_traces_mark_spikes_that_have_no_shape():
    times = np.arange(100.0)
    values = np.random.default_rng(0).normal(-60, 2, (100, 2)) * mV
    figure = pictures.population_traces(
        {"exc": times * ms}, {"exc": ("v", values)}, labels={"exc": ["neuron 0", "neuron 7"]},
        spikes={"exc": [[5.0, 50.0], []]}, span=(0, 99),
    )  # fmt: skip
    found = words(figure)
    assert {"exc", "neuron 0", "neuron 7", "membrane\npotential (mV)"} <= set(found)
    ticks = [line for line in figure.axes[0].lines if line.get_marker() == "|"]
    assert [line.get_xdata().tolist() for line in ticks] == [[5, 50]]
    with pytest.raises(ParameterError, match="shape"):
        pictures.population_traces({"a": times}, {"a": ("v", values[:7])})
    with pytest.raises(ParameterError, match="no signal"):
        pictures.population_traces({}, {})


def test_a_spectrum_has_logarithmic_axes_with_units():
    one = (np.arange(6) * 10 * Hz, np.arange(6.0) * Hz)
    figure = pictures.spectrum({f"p{k}": one for k in range(8)})
    (ax,) = figure.axes
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert ax.get_xlabel() == "frequency (Hz)"
    assert ax.get_ylabel() == "power of the rate (Hz²/Hz)"
    assert ax.lines[0].get_xdata().tolist() == [10, 20, 30, 40]
    assert ax.lines[0].get_linestyle() != ax.lines[6].get_linestyle()
    words(figure)
    words(pictures.spectrum({"silent": (np.arange(6.0), np.zeros(6))}))
    words(pictures.spectrum({"short": ([0, 500.0], [0.0, 1.0])}))
    with pytest.raises(ParameterError, match="no spectrum"):
        pictures.spectrum({})


@pytest.mark.parametrize("count", [1, 3, 4, 9])
def test_irregularity_shows_every_population_and_its_means(count):
    rng = np.random.default_rng(1)
    rates = {f"p{k}": rng.integers(0, 30, 200) / 2 * Hz for k in range(count)}
    values = np.where(rng.random(200) < 0.1, np.nan, rng.normal(0.9, 0.1, 200))
    cvs = dict.fromkeys(rates, values)
    found = words(pictures.irregularity(rates, cvs))
    assert {"firing rate of a neuron (Hz)", "CV of its intervals", "Poisson"} <= set(found)
    mean = f"{rates['p0'].magnitude.mean():#.3g} Hz"
    assert any(text.endswith(mean) for text in found)
    assert all(any(text.startswith(f"p{k}") for text in found) for k in range(count))


def test_irregularity_without_spikes_or_with_one_rate():
    words(pictures.irregularity({"a": np.zeros(5)}, {"a": np.full(5, np.nan)}))
    words(pictures.irregularity({"a": np.full(5, 3.0)}, {"a": np.ones(5)}))
    silent = dict.fromkeys("abcde", np.empty(0))
    words(pictures.irregularity(silent, silent))
    with pytest.raises(ParameterError, match="same populations"):
        pictures.irregularity({"a": [1.0]}, {})


def test_rates_on_a_grid_make_no_comb():
    """Bins hold the same number of possible rates each, so a flat distribution stays flat."""
    rates = np.tile(np.arange(100) / 2.0, 50)
    figure = pictures.irregularity({"a": rates}, {"a": np.ones(5000)})
    heights = figure.axes[0].patches[-1].get_data().values
    assert np.ptp(heights[:-2]) < 1e-9


def test_a_connection_matrix_names_populations_and_tells_signs_apart():
    matrix = np.zeros((30, 30))
    matrix[:20], matrix[20:] = 0.1, -2.0
    figure = pictures.connectivity(matrix * mS, pre={"exc": 200, "inh": 100}, quantity="weight")
    ax, bar = figure.axes
    found = words(figure)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("postsynaptic", "presynaptic")
    assert bar.get_ylabel() == "weight (mS)"
    assert {"exc\n200", "inh\n100"} <= set(found)
    image = ax.images[0]
    red, _, blue, _ = image.cmap(image.norm(0.1))
    assert blue > red
    red, _, blue, _ = image.cmap(image.norm(-2.0))
    assert red > blue
    assert image.cmap(image.norm(0.0))[:3] == pytest.approx((1, 1, 1), abs=0.02)


def test_a_connection_matrix_of_any_shape_and_sign():
    crowd = {f"p{k}": 10 for k in range(8)}
    for matrix in (np.zeros((80, 80)), np.eye(80), -np.eye(80), np.random.rand(80, 80)):
        words(pictures.connectivity(matrix, pre=crowd))
    words(pictures.connectivity(np.ones((2, 40)), pre={"a": 2}, post={"b": 30, "c": 10}))
    words(pictures.connectivity(np.ones((40, 2)), pre={"a": 40}, post={"b": 2}))
    for wrong in (np.ones(3), np.empty((0, 2))):
        with pytest.raises(ParameterError, match="cannot be drawn"):
            pictures.connectivity(wrong, pre={"a": 1})


def test_three_rates_stand_side_by_side_on_one_scale():
    trials, many = spikes(30, seed=5), spikes(400, seed=6)
    figure = pictures.rate_and_timing(trials, many, bin=20 * ms)
    found = words(figure)
    titles = {"one neuron, one trial", "one neuron, 30 trials", "400 neurons, one trial"}
    assert titles <= set(found)
    first = np.count_nonzero(trials.i == 0) / 0.2
    assert f"spike count, mean {first:#.3g} Hz".replace(". ", " ") in found
    assert any(text.startswith("PSTH, mean") for text in found)
    assert any(text.startswith("population rate, mean") for text in found)
    lower = figure.axes[3:]
    assert len({ax.get_ylim() for ax in lower}) == 1
    for trial in (-1, 30):
        with pytest.raises(ParameterError, match="trial"):
            pictures.rate_and_timing(trials, many, bin=20 * ms, trial=trial)
    silent = SpikeTrains([], [], 3, 50.0)
    words(pictures.rate_and_timing(silent, silent, bin=20 * ms))


@pytest.mark.parametrize("kind", ["raster", "rate", "irregularity", "spectrum"])
def test_long_names_leave_room_for_the_picture(kind, tmp_path):
    """What cannot be laid out is a warning, which is an error here."""
    net = rb.Network(seed=1)
    for letter in "ab":
        net.add(rb.Poisson(500 * Hz), 20, letter * 80)
        net.record(letter * 80)
    rec = net.run(100 * ms)
    figure = rec.plot(kind, path=tmp_path / "picture.png")
    for ax in figure.axes:
        texts = [*ax.texts, ax.title, *ax.get_yticklabels()]
        texts += ax.get_legend().get_texts() if ax.get_legend() else []
        assert all("a" * 49 not in t.get_text() for t in texts)
        assert ax.get_window_extent().width > 0.3 * figure.bbox.width
