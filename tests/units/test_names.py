"""Names of units, as people write and import them."""

import subprocess
import sys

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


def test_the_face_has_them_when_they_are_asked_for():
    """Importing rheobase brings neither them nor NumPy."""
    text = """
import sys
import rheobase as rb
assert "units" in dir(rb) and "units" in rb.__all__
assert not {"rheobase.units", "numpy"} & sys.modules.keys()
assert str(5 * rb.units.ms) == "5 ms" and rb.units is sys.modules["rheobase.units"]
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
