"""Every figure of the chapter draws, has a caption, and shows something on labelled axes."""

from __future__ import annotations

import pytest

from rheobase.lab.figures import chapter_figures

FIGURES = chapter_figures()


def test_the_chapter_is_complete() -> None:
    assert set(FIGURES) >= {
        "action_potential", "hodgkin_huxley", "lif", "subthreshold_dynamics", "adex_patterns",
        "interconnected_population", "rate_and_timing",
    }  # fmt: skip


# Patterns side by side without axes, and neurons of plain numbers.
WITHOUT_UNITS = {"izhikevich_patterns", "artificial_neuron", "transfer_functions"}


@pytest.mark.parametrize("name", FIGURES)
def test_it_draws(name: str) -> None:
    figure = FIGURES[name].draw()
    assert len(FIGURES[name].caption) > 60
    drawn = [ax for ax in figure.axes if ax.lines or ax.collections]
    assert len(drawn) == len(figure.axes) > 0
    for ax in drawn:
        points = [line.get_xydata() for line in ax.lines]
        assert any(len(p) > 50 for p in points) or ax.collections or ax.patches
    if name not in WITHOUT_UNITS:
        labels = [ax.get_xlabel() for ax in figure.axes]
        assert any(label.endswith(")") for label in labels), "an axis says its unit"
    figure.canvas.draw()


def test_the_patterns_are_all_there() -> None:
    assert len(FIGURES["adex_patterns"].draw().axes) == 8
    assert len(FIGURES["izhikevich_patterns"].draw().axes) == 20


def test_the_action_potential_names_its_phases() -> None:
    words = " ".join(text.get_text() for text in FIGURES["action_potential"].draw().axes[0].texts)
    for phase in ("rest", "depolarisation", "repolarisation", "hyperpolarisation", "refractory"):
        assert phase in words


def test_the_population_and_its_mean_rate() -> None:
    raster, rate = FIGURES["interconnected_population"].draw().axes
    assert raster.get_xlim() == rate.get_xlim() == (100, 600)
    assert sum(len(line.get_xdata()) for line in raster.lines) > 1000
    means = [text.get_text() for text in rate.get_legend().get_texts()]
    assert [text.split(",")[0] for text in means] == ["excitatory", "inhibitory"]
    for text in means:
        assert 15 < float(text.split()[2]) < 24


def test_the_three_rates_agree_on_the_mean() -> None:
    figure = FIGURES["rate_and_timing"].draw()
    assert len(figure.axes) == 6
    words = [ax.texts[0].get_text() for ax in figure.axes[3:]]
    assert [text.split(",")[0] for text in words] == ["spike count", "PSTH", "population rate"]
    means = [float(text.split()[-2]) for text in words]
    assert abs(means[1] - means[2]) < 2
    # The one trial has whole spikes in its bins, 50 Hz each; the population a course.
    population = figure.axes[5].patches[0].get_data().values
    assert population.max() > 2 * means[2]
    assert population.min() < 5
