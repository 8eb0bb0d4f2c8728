"""Every figure of the chapter draws, has a caption, and shows something on labelled axes."""

from __future__ import annotations

import pytest

from rheobase.lab.figures import chapter_figures

FIGURES = chapter_figures()


def test_the_chapter_is_complete() -> None:
    assert set(FIGURES) >= {
        "action_potential", "hodgkin_huxley", "lif", "subthreshold_dynamics", "adex_patterns",
    }  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_it_draws(name: str) -> None:
    figure = FIGURES[name].draw()
    assert len(FIGURES[name].caption) > 60
    drawn = [ax for ax in figure.axes if ax.lines or ax.collections]
    assert len(drawn) == len(figure.axes) > 0
    for ax in drawn:
        points = [line.get_xydata() for line in ax.lines]
        assert any(len(p) > 50 for p in points) or ax.collections
    if name != "izhikevich_patterns":
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
