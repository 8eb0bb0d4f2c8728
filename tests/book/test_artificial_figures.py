"""The figures on artificial neurons show what they say."""

from __future__ import annotations

import numpy as np

from rheobase.lab.figures import chapter_figures
from rheobase.zoo.transfer import TRANSFERS, transfer

FIGURES = chapter_figures()


def test_every_transfer_function_is_drawn_with_its_slope() -> None:
    axes = FIGURES["transfer_functions"].draw().axes
    assert [ax.get_title().replace(" ", "_") for ax in axes] == list(TRANSFERS)
    for ax in axes:
        f = transfer(ax.get_title().replace(" ", "_"))
        slope, value = (line.get_xydata() for line in ax.lines[-2:])
        np.testing.assert_array_equal(value[:, 1], f.value(value[:, 0]))
        np.testing.assert_array_equal(slope[:, 1], f.derivative(slope[:, 0]))


def test_a_neuron_of_two_inputs_and_one_of_three() -> None:
    flat, deep = FIGURES["artificial_neuron"].draw().axes
    line = flat.lines[0].get_xydata()
    np.testing.assert_allclose(line @ [1.0, 2.0], 3.0, atol=1e-9)
    assert deep.name == "3d"
    assert len([li for li in flat.lines if li.get_linestyle() == "--"]) == 6


def test_classes_are_separated_where_they_can_be() -> None:
    left, right = FIGURES["linear_classification"].draw().axes
    assert left.get_title().startswith("separable")
    words = left.get_title().replace(",", "").split()
    updates, bound = (int(word) for word in words if word.isdigit())
    assert 0 < updates <= bound
    assert right.get_title().startswith("not separable")
    for ax, mistakes in ((left, 0), (right, int(right.get_title().split()[2]))):
        ends = ax.lines[0].get_xydata()
        along = ends[1] - ends[0]
        marks = {li.get_marker(): li.get_xydata() for li in ax.lines if li.get_marker() in "os"}
        turn = [
            along[0] * (marks[m][:, 1] - ends[0, 1]) - along[1] * (marks[m][:, 0] - ends[0, 0])
            for m in "so"
        ]
        # The line is drawn with the normal to its right.
        wrong = np.count_nonzero(turn[0] > 0) + np.count_nonzero(turn[1] < 0)
        assert wrong == mistakes
