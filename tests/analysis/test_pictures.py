"""Pictures: what is on the axes, and that nothing global is touched."""

import subprocess
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure

from rheobase.analysis import pictures
from rheobase.errors import ExperimentError, MissingExtraError, ParameterError
from rheobase.units import Hz, cm, ms, mV, nA, pA, uA

TIMES = np.arange(0, 50, 0.1)


def labels(figure):
    return [(ax.get_xlabel(), ax.get_ylabel().replace("\n", " ")) for ax in figure.axes]


def drawn(figure):
    """Draw all of it: what cannot be laid out warns here, and a warning is an error."""
    figure.canvas.draw()
    return figure


def spike_trace():
    return np.interp(TIMES, [0, 10, 11, 12.5, 14, 30, 50], [-70, -70, 30, -60, -80, -70, -70])


def test_traces_are_stacked_over_one_time_axis():
    current = np.full(len(TIMES), 10.0) * (uA / cm**2)
    signals = {"v": spike_trace() * mV, "m": np.linspace(0, 1, len(TIMES)), "I": current}
    figure = drawn(pictures.traces(TIMES * ms, signals, spikes=[11.0] * ms))
    assert labels(figure) == [
        ("", "membrane potential (mV)"),
        ("", "gating variable m"),
        ("time (ms)", "current density (µA/cm²)"),
    ]
    first, *others = figure.axes
    assert all(other.get_shared_x_axes().joined(first, other) for other in others)
    assert first.get_xlim() == pytest.approx((0, 50))
    np.testing.assert_array_equal(first.lines[0].get_ydata(), spike_trace())
    np.testing.assert_array_equal(first.lines[1].get_xdata(), [11])
    assert figure.axes[2].get_ylim()[0] == 0


def test_traces_of_several_neurons_have_a_legend():
    values = np.outer(spike_trace(), [1.0, 0.9])
    figure = drawn(pictures.traces(TIMES, {"v": values}, labels=["tonic", "bursting"]))
    words = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert words == ["tonic", "bursting"]


def test_traces_are_drawn_on_axes_that_are_given():
    figure = Figure()
    ax = figure.add_subplot()
    assert pictures.traces(TIMES, {"v": spike_trace()}, ax=ax) is figure
    assert len(ax.lines) == 1


def test_traces_that_do_not_fit_are_refused():
    with pytest.raises(ParameterError, match="no signal"):
        pictures.traces(TIMES, {})
    with pytest.raises(ParameterError, match="samples"):
        pictures.traces(TIMES, {"v": [1.0, 2.0]})
    with pytest.raises(ParameterError, match="2 signals and 1 axes"):
        pictures.traces(TIMES, {"v": TIMES, "w": TIMES}, ax=Figure().add_subplot())


def test_gates_share_one_axis_from_0_to_1():
    gates = {"m": np.linspace(0, 1, len(TIMES)), "h": np.linspace(1, 0, len(TIMES))}
    figure = drawn(pictures.gates(TIMES, gates))
    assert labels(figure) == [("time (ms)", "open fraction of gates")]
    words = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert words == ["m sodium activation", "h sodium inactivation"]
    with pytest.raises(ParameterError, match="shape"):
        pictures.gates(TIMES, {"m": np.zeros((len(TIMES), 2))})
    with pytest.raises(ParameterError, match="no gating"):
        pictures.gates(TIMES, {})


@pytest.mark.parametrize("neurons", [1, 5, 500])
def test_a_raster_shows_every_spike(neurons):
    rng = np.random.default_rng(0)
    t, i = np.sort(rng.uniform(0, 100, 300)), rng.integers(0, neurons, 300)
    figure = drawn(pictures.raster(t * ms, i, n=neurons, span=(0 * ms, 100 * ms)))
    (ax,) = figure.axes
    assert labels(figure) == [("time (ms)", "neuron")]
    assert ax.get_xlim() == (0, 100)
    assert ax.get_ylim() == (-0.6, neurons - 0.4)
    marks = (
        len(ax.collections[0].get_segments()) if ax.collections else len(ax.lines[0].get_xdata())
    )
    assert marks == 300
    assert all(float(tick).is_integer() for tick in ax.get_yticks())


def test_a_raster_needs_a_neuron_for_each_spike():
    with pytest.raises(ParameterError, match="2 spike times and 1"):
        pictures.raster([1.0, 2.0], [0])


def test_a_rate_is_drawn_over_the_edges_of_its_bins():
    figure = drawn(pictures.rate([15.0, 25.0, 32.5] * ms, [10.0, 0.0, 5.0] * Hz, start=10 * ms))
    values, edges, _ = figure.axes[0].patches[0].get_data()
    np.testing.assert_allclose(edges, [10, 20, 30, 35])
    np.testing.assert_allclose(values, [10, 0, 5])
    assert labels(figure) == [("time (ms)", "firing rate (Hz)")]
    with pytest.raises(ParameterError, match="1 bins and 2 rates"):
        pictures.rate([1.0], [1.0, 2.0])


def test_a_histogram_of_intervals_holds_every_interval():
    lengths = np.random.default_rng(1).exponential(20, 500)
    for bin_width in (None, 5 * ms):
        figure = drawn(pictures.intervals(lengths, bin=bin_width))
        assert sum(bar.get_height() for bar in figure.axes[0].containers[0]) == 500
    assert labels(figure) == [("interval between spikes (ms)", "number of intervals")]
    with pytest.raises(ParameterError, match="no interval"):
        pictures.intervals([])


@pytest.mark.parametrize("lengths", [[10.0], [10.0, 10.0, 10.0], [0.0, 0.0]])
def test_equal_intervals_are_drawn_too(lengths):
    figure = drawn(pictures.intervals(lengths))
    assert sum(bar.get_height() for bar in figure.axes[0].containers[0]) == len(lengths)


def test_an_fi_curve_names_current_and_rate():
    figure = drawn(pictures.fi_curve([0, 1, 2] * nA, [0, 5, 20] * Hz, rheobase=500 * pA))
    assert labels(figure) == [("input current (nA)", "firing rate (Hz)")]
    (ax,) = figure.axes
    assert ax.lines[1].get_xdata()[0] == pytest.approx(0.5)
    assert ax.texts[0].get_text() == "rheobase 0.5 nA"


def test_several_fi_curves_have_a_legend():
    figure = drawn(pictures.fi_curve([0.0, 1.0], {"RS": [0, 5], "FS": [0, 9]}))
    words = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert words == ["RS", "FS"]
    with pytest.raises(ParameterError, match="2 currents and 3 rates"):
        pictures.fi_curve([0.0, 1.0], [1, 2, 3])


def test_a_phase_plane_has_nullclines_where_the_derivatives_are_zero():
    x, y = np.linspace(-2, 2, 81), np.linspace(-1, 1, 41)
    grid_x, grid_y = np.meshgrid(x, y)
    points = [
        pictures.FixedPoint(0 * mV, 0 * pA, "stable focus"),
        pictures.FixedPoint(1 * mV, 0 * pA, "saddle"),
        pictures.FixedPoint(-1 * mV, 0 * pA, "unstable node"),
    ]
    path = (np.array([0.0, 0.1, -1.9, -1.8]) * mV, np.array([0.0, 0.1, 0.1, 0.2]) * pA)
    figure = drawn(
        pictures.phase_plane(
            x * mV, y * pA, grid_x - 0.5, grid_y + grid_x, fixed_points=points, trajectories=[path]
        )
    )
    (ax,) = figure.axes
    assert labels(figure) == [("membrane potential (mV)", "adaptation current (pA)")]
    contours = [c.get_paths()[0].vertices for c in ax.collections if hasattr(c, "levels")]
    np.testing.assert_allclose(contours[0][:, 0], 0.5, atol=1e-12)
    np.testing.assert_allclose(contours[1][:, 1], -contours[1][:, 0], atol=1e-12)
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == [
        "v-nullcline", "w-nullcline", "trajectory", "stable point", "saddle point",
        "unstable point",
    ]  # fmt: skip
    # The jump from 0.1 to -1.9, a reset, is a gap in the line.
    line = next(line for line in ax.lines if line.get_label() == "trajectory")
    assert np.isnan(line.get_xdata()).sum() == 1


def test_a_phase_plane_refuses_derivatives_off_the_grid():
    with pytest.raises(ParameterError, match="derivative of w"):
        pictures.phase_plane([0, 1], [0, 1, 2], np.zeros((3, 2)), np.zeros((2, 3)))


def test_an_action_potential_has_its_phases_named():
    figure = drawn(pictures.action_potential(TIMES * ms, spike_trace() * mV))
    words = " ".join(text.get_text() for text in figure.axes[0].texts)
    for phase in ("rest", "threshold", "depolarisation", "peak", "repolarisation", "half-width"):
        assert phase in words
    assert "after-hyperpolarisation" in words
    assert labels(figure) == [("time (ms)", "membrane potential (mV)")]
    with pytest.raises(ParameterError, match="has 1 action potentials"):
        pictures.action_potential(TIMES, spike_trace(), index=1)
    with pytest.raises(ParameterError, match="ends before"):
        pictures.action_potential(TIMES[:135], spike_trace()[:135])


def test_a_picture_is_written_whole_or_not_at_all(tmp_path):
    figure = pictures.fi_curve([0.0, 1.0], [0.0, 5.0])
    assert pictures.write(figure, tmp_path / "curve").read_bytes().startswith(b"\x89PNG")
    assert pictures.write(figure, tmp_path / "curve.svg").read_text().startswith("<?xml")
    for name in ("curve.nothing", "missing/curve.png"):
        with pytest.raises(ExperimentError, match="cannot be written"):
            pictures.write(figure, tmp_path / name)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["curve.png", "curve.svg"]


def test_a_notebook_can_show_a_picture():
    figure = pictures.fi_curve([0.0, 1.0], [0.0, 5.0])
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_drawing_leaves_pyplot_alone_and_importing_leaves_matplotlib_alone():
    script = """
import sys
import rheobase.recording, rheobase.analysis.pictures as pictures
assert "matplotlib" not in sys.modules
pictures.fi_curve([0, 1], [0, 5]).canvas.draw()
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_without_matplotlib_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"rheobase\[plot\]"):
        pictures.fi_curve([0, 1], [0, 5])
