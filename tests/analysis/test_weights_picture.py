"""The picture of how weights are distributed."""

from __future__ import annotations

import numpy as np
import pytest

from rheobase.analysis.pictures import weights
from rheobase.errors import ParameterError
from rheobase.units import mV, nS


def heights(ax) -> tuple[np.ndarray, np.ndarray]:
    """The histogram that is drawn: shares and edges."""
    stairs = ax.patches[-1].get_data()
    return stairs.values, stairs.edges


def test_a_panel_a_projection_with_its_own_unit():
    given = {"a->b": np.array([0.0, 0.0, 0.5, 1.0]) * nS, "b->a": np.array([-2.0, -1.0]) * mV}
    first, second = weights(given).axes
    assert (first.get_title(), second.get_title()) == ("a->b", "b->a")
    assert (first.get_xlabel(), second.get_xlabel()) == ("weight (nS)", "weight (mV)")
    share, edges = heights(first)
    assert share.sum() == pytest.approx(100)
    assert (share[0], share[-1]) == (50, 25)
    assert (edges[0], edges[-1]) == (0, 1)
    share, edges = heights(second)
    assert (edges[0], edges[-1]) == (-2, 0)
    assert share[0] == 50


def test_the_mean_is_marked():
    (ax,) = weights({"a": np.array([1.0, 3.0])}).axes
    (line,) = ax.lines
    assert line.get_xdata() == [2.0]
    assert [text.get_text() for text in ax.texts] == ["mean 2.00"]
    assert ax.get_xlabel() == "weight"


def test_all_alike_all_zero_and_none_at_all():
    alike, zero, nobody = weights({"a": np.ones(5), "b": np.zeros(5), "c": np.zeros(0)}).axes
    assert heights(alike)[0].max() == 100
    assert heights(zero)[0][0] == 100
    assert [text.get_text() for text in nobody.texts] == ["no synapses"]


def test_a_name_is_no_formula():
    (ax,) = weights({"$a$": np.ones(2)}).axes
    assert ax.get_title() == r"\$a\$"


@pytest.mark.parametrize("given", [{}, {"a": np.array([1.0, np.nan])}])
def test_nothing_to_draw(given):
    with pytest.raises(ParameterError):
        weights(given)
