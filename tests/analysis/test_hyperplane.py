"""The picture of a hyperplane: the line, the normal, the projections and the shaded sides."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.path import Path

from rheobase.analysis import pictures
from rheobase.errors import ParameterError

NORMAL, OFFSET = np.array([0.6, 0.8]), 2.0
POINTS = np.array([[0.0, 0.0], [5.0, 5.0], [4.0, -3.0]])


def test_the_line_lies_where_the_net_activation_is_zero():
    figure = pictures.hyperplane(NORMAL, OFFSET, POINTS)
    figure.canvas.draw()
    (ax,) = figure.axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x_1$", "$x_2$")
    line = ax.lines[0].get_xydata()
    np.testing.assert_allclose(line @ NORMAL, OFFSET, atol=1e-9)
    low, high = np.array([ax.get_xlim(), ax.get_ylim()]).T
    assert np.all((low < POINTS) & (high > POINTS))
    # The line leaves the picture on both sides.
    assert not any(np.all((end > low) & (end < high)) for end in line)
    assert ax.get_aspect() == 1.0


def test_half_planes_are_shaded_and_points_coloured_by_their_side():
    (ax,) = pictures.hyperplane(NORMAL, OFFSET, POINTS).axes
    negative, positive = (Path(patch.get_xy()) for patch in ax.patches[:2])
    for point in POINTS[[0]]:
        assert negative.contains_point(point)
        assert not positive.contains_point(point)
    assert positive.contains_point(POINTS[1])
    marks = {line.get_marker(): line.get_xydata() for line in ax.lines}
    np.testing.assert_array_equal(marks["o"], POINTS[[0, 2]])
    np.testing.assert_array_equal(marks["s"], POINTS[[1]])
    (ax,) = pictures.hyperplane(NORMAL, OFFSET, POINTS, classes=[True, True, False]).axes
    marks = {line.get_marker(): line.get_xydata() for line in ax.lines}
    np.testing.assert_array_equal(marks["s"], POINTS[:2])
    assert ax.get_legend() is None


def test_dashes_meet_the_line_at_a_right_angle():
    (ax,) = pictures.hyperplane(NORMAL, OFFSET, POINTS).axes
    dashes = [line.get_xydata() for line in ax.lines if line.get_linestyle() == "--"]
    assert len(dashes) == 3
    for (start, foot), point in zip(dashes, POINTS, strict=True):
        np.testing.assert_array_equal(start, point)
        assert foot @ NORMAL == pytest.approx(OFFSET)
        away = foot - start
        assert abs(away[0] * NORMAL[1] - away[1] * NORMAL[0]) < 1e-12
    (ax,) = pictures.hyperplane(NORMAL, OFFSET, POINTS, projections=False).axes
    assert not [line for line in ax.lines if line.get_linestyle() == "--"]


def test_a_plane_in_three_dimensions(monkeypatch):
    normal, offset = np.array([2.0, 1.0, 2.0]) / 3, 1.0
    points = np.array([[0.0, 0.0, 0.0], [2.0, 1.0, 2.0]])
    ax = Figure().add_subplot(projection="3d")
    drawn = {}
    for name in ("plot_surface", "quiver"):
        original = getattr(ax, name)

        def seen(*given, _name=name, _original=original, **options):
            drawn[_name] = given
            return _original(*given, **options)

        monkeypatch.setattr(ax, name, seen)
    pictures.hyperplane(normal, offset, points, ax=ax).canvas.draw()
    surface = np.moveaxis(np.array(drawn["plot_surface"]), 0, -1)
    np.testing.assert_allclose(surface @ normal, offset, atol=1e-9)
    np.testing.assert_allclose(drawn["quiver"], [*(offset * normal), *normal])
    for line, point in zip(ax.lines[:2], points, strict=True):
        start, foot = np.transpose(line.get_data_3d())
        np.testing.assert_allclose(start, point)
        assert foot @ normal == pytest.approx(offset)
        assert start - foot == pytest.approx((start - foot) @ normal * normal)


def test_axes_that_are_given_are_drawn_on():
    figure = Figure()
    flat, deep = figure.add_subplot(1, 2, 1), figure.add_subplot(1, 2, 2, projection="3d")
    assert pictures.hyperplane(NORMAL, OFFSET, ax=flat) is figure
    assert pictures.hyperplane([0.0, 0.0, 1.0], 0.5, ax=deep) is figure
    assert flat.lines
    assert deep.collections


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0, 0.0, 0.0, 0.0], 1.0), "2 or 3 dimensions"),
        (([3.0, 4.0], 1.0), "unit normal"),
        (([1.0, 0.0], np.nan), "unit normal"),
        (([1.0, 0.0], 1.0, [[1.0, 2.0, 3.0]]), "points"),
        (([1.0, 0.0], 1.0, [1.0, 2.0]), "points"),
    ],
)
def test_what_is_refused(arguments, message):
    with pytest.raises(ParameterError, match=message):
        pictures.hyperplane(*arguments)
    with pytest.raises(ParameterError, match="one class a point"):
        pictures.hyperplane(NORMAL, OFFSET, POINTS, classes=[True])
