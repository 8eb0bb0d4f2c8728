"""Quantities handed to pint and taken from it."""

import numpy as np
import pint
import pytest

import rheobase.units as units
from rheobase.errors import UnitError
from rheobase.units import cm, internal, measure, minute, mS, ms, mV, nA, percent
from rheobase.units.dimension import CONDUCTANCE, VOLTAGE


def test_pint_takes_and_gives():
    registry = pint.UnitRegistry()
    for theirs, ours in [
        (registry.Quantity(5, "mV"), 5 * mV),
        (registry.Quantity(0.3, "mS/cm**2"), 0.3 * mS / cm**2),
        (registry.Quantity([1.0, 2.0], "nA"), np.array([1.0, 2.0]) * nA),
        (registry.Quantity(25, "degC"), 298.15 * units.K),
        (registry.Quantity(3, "1/minute"), 3 / minute),
        (registry.Quantity(0.5, "percent"), 0.5 * percent),
        (registry.Quantity(2, "mV*ms**0.5"), 2 * mV * ms**0.5),
    ]:
        number, dimension = measure(theirs, "x")
        np.testing.assert_allclose(number, ours.internal, rtol=1e-14)
        assert dimension == ours.dimension
    for system in ("cgs", "imperial"):
        registry = pint.UnitRegistry(system=system)
        number, dimension = measure(registry.Quantity(5, "mV"), "x")
        assert (number, dimension) == (pytest.approx(5.0, rel=1e-14), VOLTAGE)
    for quantity in (5 * mV, 0.3 * mS / cm**2, np.array([1.0, 2.0]) * nA, 2 * mV * ms**0.5):
        number, dimension = measure(quantity.to_pint(), "x")
        np.testing.assert_allclose(number, quantity.internal, rtol=1e-14)
        assert dimension == quantity.dimension


def test_pint_is_asked_for_neurons_units_only():
    registry = pint.UnitRegistry()
    with pytest.raises(UnitError, match="luminosity"):
        measure(registry.Quantity(1, "candela"), "parameter x")
    with pytest.raises(UnitError, match="a conductance"):
        internal(registry.Quantity(1, "mV"), CONDUCTANCE, "parameter g")
    with pytest.raises(UnitError):
        internal(registry.Quantity(1, ""), CONDUCTANCE, "parameter g")
