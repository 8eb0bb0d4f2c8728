"""The figures on levels and the steps between them show what they say."""

from __future__ import annotations

import re

import numpy as np

from rheobase.lab.figures import chapter_figures

FIGURES = chapter_figures()


def number(text: str, before: str) -> float:
    """The number that follows some words."""
    found = re.search(re.escape(before) + r"\s*([\d.]+)", text)
    assert found is not None, f"{before!r} in {text!r}"
    return float(found.group(1))


def test_the_rate_neuron_relaxes_as_its_closed_form_says() -> None:
    v, rectified, logistic = FIGURES["rate_step_response"].draw().axes
    for k, tau in enumerate((5, 10, 20, 30)):
        t, course = v.lines[k].get_xydata().T
        up = 2 - 4 * np.exp(-np.clip(t - 20, 0, None) / tau)
        top = 2 - 4 * np.exp(-120 / tau)
        down = -2 + (top + 2) * np.exp(-np.clip(t - 140, 0, None) / tau)
        expected = np.where(t <= 140, up, down)
        np.testing.assert_allclose(course, expected, rtol=1e-12, atol=1e-12)
        np.testing.assert_array_equal(rectified.lines[k].get_ydata(), np.maximum(course, 0))
        np.testing.assert_allclose(
            logistic.lines[k].get_ydata(), 1 / (1 + np.exp(-course)), rtol=1e-13
        )


def test_neurons_are_compared_in_numbers_and_curves() -> None:
    *courses, curves = FIGURES["neurons_compared"].draw().axes
    words = [ax.get_title(loc="right") for ax in courses]
    assert [ax.get_title(loc="left") for ax in courses] == ["LIF", "Izhikevich", "AdEx"]
    assert words[0] == ""
    izhikevich, adex = (number(text, "off LIF by") for text in words[1:])
    assert izhikevich > 3 * adex > 0.5
    for line in curves.lines:
        current, rate = line.get_xydata().T
        assert np.all(rate[current < 0.9] == 0) and np.all(rate[current > 1.1] > 5)


def test_the_rate_neuron_follows_the_population() -> None:
    raster, rates, curves = FIGURES["spikes_and_rates"].draw().axes
    assert len(raster.lines[0].get_xdata()) > 300
    many, one = (line.get_ydata() for line in rates.lines)
    assert np.corrcoef(many, one)[0, 1] > 0.95
    above, below = (line.get_ydata() for line in curves.lines)
    assert np.abs(above - below).max() < 2.5


def test_accuracy_is_kept_within_200_ms() -> None:
    axes = FIGURES["conversion"].draw().axes
    curves = axes[-1]
    artificial, rate, spiking, level = (line.get_xydata() for line in curves.lines)
    assert level[0, 1] == 0.98 * artificial[0, 1] > 0.94
    for course in (rate, spiking):
        assert course[-1, 0] == 200
        assert course[-1, 1] >= level[0, 1]
    words = " ".join(text.get_text() for text in curves.texts)
    assert number(words, "spiking:") == round(100 * spiking[-1, 1], 1)
    since = number(words.partition("spiking:")[2], "dots from")
    late = spiking[:, 0] >= since
    assert since < 200 and np.all(spiking[late, 1] >= level[0, 1])
    assert spiking[late][0, 0] == since
    potentials = axes[2].lines
    assert len(potentials) == 10
    answer = int(np.argmax([line.get_ydata()[-1] for line in potentials]))
    assert axes[2].texts[0].get_text() == f"“{answer}”"


def test_the_ladder_has_five_levels_and_four_errors() -> None:
    above, adex, lif, raster, rates = FIGURES["ladder"].draw().axes
    factors = [number(ax.get_title(loc="right"), "Γ =") for ax in (adex, lif)]
    assert 0.85 < factors[0] <= 1 and 0.5 < factors[1] <= 1
    assert above.get_title(loc="right") == ""
    spikes = [ax.lines[1].get_xdata() for ax in (above, adex, lif)]
    assert all(len(train) >= 8 for train in spikes)
    assert len(raster.lines[0].get_xdata()) > 500
    many, rate, artificial = rates.lines
    assert 0 < number(rate.get_label(), "off by") < 15
    assert 0 < number(artificial.get_label(), "1 % of it") < 50
    late = slice(10, None)
    pair = [line.get_ydata()[late] for line in (many, rate)]
    assert np.corrcoef(*pair)[0, 1] > 0.95
    assert np.abs(rate.get_ydata() - artificial.get_ydata())[late].mean() < 2
