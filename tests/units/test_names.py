"""Names of units, as people write and import them."""

import pytest

import rheobase.units as units
from rheobase.units import parse_quantity


def test_the_everyday_units_come_with_a_star():
    space: dict[str, object] = {name: getattr(units, name) for name in units.__all__}
    assert {"mV", "ms", "pA", "nS", "pF", "uA", "cm", "Hz", "second", "mM"} <= space.keys()
    assert all(space[name] is not None for name in units.__all__)


def test_an_ohm_may_have_a_capital():
    assert parse_quantity("100 MOhm") == parse_quantity("100 Mohm")
    assert parse_quantity("1 kOhm") == parse_quantity("1000 ohm")


def test_an_unknown_unit_gets_a_hint():
    with pytest.raises(AttributeError, match="did you mean"):
        _ = units.mVv
