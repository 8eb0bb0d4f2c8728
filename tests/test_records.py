"""Records: values of named fields."""

import copy
import pickle

import pytest

from rheobase.records import EMPTY, Record, replace


class Point(Record, aside=("note",)):
    x: float
    y: float = 2.0
    note: str = ""


class Deep(Point):
    z: float = 3.0


class Alone(Record, identity=True):
    x: float


def test_fields_by_position_and_by_name():
    assert Point(1.0, 5.0) == Point(1.0, y=5.0) == Point(y=5.0, x=1.0)
    assert (Deep(1.0).x, Deep(1.0).y, Deep(1.0).z) == (1.0, 2.0, 3.0)
    match Point(1.0, 5.0, "n"):
        case Point(x, y, note):
            assert (x, y, note) == (1.0, 5.0, "n")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Point(),
        lambda: Point(1.0, 2.0, "n", 4.0),
        lambda: Point(1.0, w=2.0),
        lambda: Point(1.0, 2.0, "n", x=1.0),
    ],
)
def test_wrong_fields_are_refused(wrong):
    with pytest.raises(TypeError, match="Point takes x, y, note"):
        wrong()


def test_never_changed():
    point = Point(1.0)
    with pytest.raises(AttributeError, match="never changed"):
        point.x = 2.0
    with pytest.raises(AttributeError, match="never changed"):
        del point.x
    assert replace(point, y=7.0) == Point(1.0, 7.0)
    with pytest.raises(TypeError):
        EMPTY["a"] = 1


def test_equal_by_value_within_a_class():
    assert Point(1.0, note="a") == Point(1.0, note="b")
    assert hash(Point(1.0, note="a")) == hash(Point(1.0, note="b"))
    assert Point(1.0) != Point(2.0)
    assert Point(1.0) != Deep(1.0)
    assert repr(Point(1.0, note="a")) == "Point(x=1.0, y=2.0)"


def test_equal_by_identity():
    one = Alone(1.0)
    assert one == one
    assert one != Alone(1.0)
    assert len({one, Alone(1.0), one}) == 2


def test_what_was_found_out_does_not_travel():
    point = Point(1.0, note="kept")
    hash(point)
    for other in (pickle.loads(pickle.dumps(point)), copy.deepcopy(point)):  # noqa: S301
        assert other == point
        assert other.note == "kept"
        assert "_hash" not in vars(other)
