"""The units there are, by name, and the one that each dimension is shown in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rheobase.units as units
from rheobase.units import Dimension, Unit
from rheobase.units.dimension import (
    CAPACITANCE,
    CONCENTRATION,
    CONDUCTANCE,
    CURRENT,
    RATE,
    TIME,
    VOLTAGE,
)
from rheobase.units.table import describe, preferred_unit, unit_names


def test_every_unit_can_be_imported():
    for name in unit_names():
        unit = getattr(units, name)
        assert isinstance(unit, Unit)
        assert unit.name == name
        assert units.parse_unit(name) == unit
    with pytest.raises(AttributeError, match="parsec"):
        units.parsec  # noqa: B018


@pytest.mark.parametrize(
    ("name", "dimension", "size"),
    [
        ("ms", TIME, 1.0),
        ("mS", CONDUCTANCE, 1e6),
        ("MS", CONDUCTANCE, 1e15),
        ("Ms", TIME, 1e9),
        ("mM", CONCENTRATION, 1.0),
        ("Mm", Dimension(length=1), 1e12),
        ("mm", Dimension(length=1), 1e3),
        ("pA", CURRENT, 1.0),
        ("millivolts", VOLTAGE, 1.0),
        ("microamps", CURRENT, 1e6),
        ("seconds", TIME, 1e3),
        ("kiloohm", CONDUCTANCE.to_the(-1), 1e-6),
        ("siemens", CONDUCTANCE, 1e9),
        ("kilohertz", RATE, 1.0),
        ("minutes", TIME, 6e4),
        ("fF", CAPACITANCE, 1e-3),
        ("GHz", RATE, 1e6),
    ],
)
def test_prefixes_and_cases_are_told_apart(name, dimension, size):
    unit = getattr(units, name)
    assert unit.dimension == dimension
    assert unit.into_internal(1.0) == pytest.approx(size, rel=1e-15)


@pytest.mark.parametrize("name", ["dB", "mmV", "kkg", "meV", "ampss", "Pam", "hertzs", "e", "x"])
def test_what_is_no_unit(name):
    assert units.find_unit(name) is None


dimensions = st.builds(
    Dimension, *[st.integers(-4, 4)] * 4, temperature=st.integers(-1, 1), amount=st.integers(-1, 1)
)


@given(dimensions, dimensions)
def test_dimensions_form_a_group(one, other):
    assert one.times(other) == other.times(one)
    assert one.times(other).over(other) == one
    assert one.over(one).is_none
    assert one.to_the(2).to_the(0.5) == one
    assert one.to_the(1 / 3).to_the(3) == one
    assert one.to_the(-1).to_the(-1) == one


@given(dimensions)
def test_every_dimension_has_a_unit_and_a_name(dimension):
    unit = preferred_unit(dimension)
    assert unit.dimension == dimension
    text = describe(dimension)
    assert unit.name in text or dimension.is_none
    if not dimension.is_none:
        assert units.parse_unit(unit.name) == unit
