"""One root error: what happened, where, the mend; and a built-in type besides."""

import copy
import pickle

import pytest

from rheobase import errors
from rheobase.errors import NumericalError, RheobaseError, closest, located, missing_extra

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, RheobaseError) and kind is not RheobaseError
]


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_a_built_in_type_too(kind):
    assert len(kind.__mro__) > len(RheobaseError.__mro__)
    error = kind("It broke.", where="  v = 1\n      ^", mend="write 2")
    assert str(error) == "It broke.\n  v = 1\n      ^\nMend: write 2"
    assert str(kind("It broke.")) == "It broke."
    built_in = next(k for k in kind.__mro__ if k.__module__ == "builtins")
    with pytest.raises(built_in):
        raise error


@pytest.mark.parametrize("kind", KINDS)
def test_each_reaches_another_process_whole(kind):
    error = kind("It broke.", where="here", mend="mend it")
    for other in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301
        assert type(other) is kind
        assert str(other) == str(error)
        assert (other.message, other.where, other.mend) == ("It broke.", "here", "mend it")


def test_what_was_recorded_comes_along():
    error = NumericalError("v is not finite.", mend="a smaller dt")
    error.recording = [1.0, 2.0]
    other = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert other.recording == [1.0, 2.0]


def test_hints():
    assert closest("V_t", ["V_T", "g_L"]) == "did you mean 'V_T'? "
    assert closest("nothing", ["V_T", "g_L"]) == ""
    error = missing_extra("pint", "units", "Handing a quantity to pint")
    assert 'pip install "rheobase[units]"' in str(error)
    assert isinstance(error, ImportError)


@pytest.mark.parametrize(
    ("said", "place", "found"),
    [
        ("", "  in b", "  in b"),
        ("  a", "  in b", "  a\n  in b"),
        ("  in b", "  in b", "  in b"),
        ("  a\n  in b", "  in b", "  a\n  in b"),
        ("  in b\n  c", "  in b", "  in b\n  c"),
        ("  a\n  in b", "  a\n  in b", "  a\n  in b"),
        ("  in bc", "  in b", "  in bc\n  in b"),
        ("x  in b", "  in b", "x  in b\n  in b"),
    ],
)
def test_a_place_is_said_once(said, place, found):
    with pytest.raises(RheobaseError) as caught, located(place, beneath=True):
        raise RheobaseError("It broke.", where=said)
    assert caught.value.where == found
