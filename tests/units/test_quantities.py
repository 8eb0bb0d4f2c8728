"""Quantities: numbers with a unit, from the door in and out again."""

import copy
import operator
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import rheobase.units as units
from rheobase.errors import FrozenError, UnitError
from rheobase.units import (
    Hz,
    Mohm,
    Quantity,
    Unit,
    V,
    as_quantity,
    cm,
    hour,
    internal,
    measure,
    minute,
    mM,
    mS,
    ms,
    mV,
    nA,
    nS,
    pA,
    parse_quantity,
    percent,
    pF,
    s,
    uA,
    uF,
    um,
)
from rheobase.units.dimension import (
    AREA,
    CAPACITANCE,
    CONCENTRATION,
    CONDUCTANCE,
    CURRENT,
    NONE,
    RATE,
    TIME,
    VOLTAGE,
)

finite = st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False)
positive = st.floats(1e-6, 1e9)
arrays = hnp.arrays(float, hnp.array_shapes(max_dims=3, max_side=4), elements=finite)
volts = st.sampled_from([mV, V, units.uV, units.kV])
units_of_any_kind = st.sampled_from(
    [mV, V, ms, s, pA, nA, nS, pF, cm, um, Hz, Mohm, mM, minute, hour, percent, uA / cm**2, 1 / ms]
).map(lambda u: u if isinstance(u, Unit) else u.unit)


@given(finite, units_of_any_kind)
def test_a_quantity_comes_back_from_inside(number, unit):
    quantity = number * unit
    assert unit.from_internal(quantity.internal) == pytest.approx(number, rel=1e-15)
    number_inside, dimension = measure(quantity, "x")
    assert dimension == unit.dimension
    back = as_quantity(number_inside, dimension)
    if isinstance(back, Quantity):
        assert back.value_in(unit) == pytest.approx(number, rel=1e-15)


@given(finite, units_of_any_kind)
def test_a_quantity_is_read_back_from_its_text(number, unit):
    quantity = number * unit
    assert parse_quantity(str(quantity)) == quantity
    assert parse_quantity(repr(quantity)).magnitude == quantity.magnitude


@given(finite, volts, volts)
def test_conversion_goes_there_and_back(number, one, other):
    quantity = number * one
    there = quantity.to(other)
    assert there.unit == other
    assert there.to(one).magnitude == pytest.approx(number, rel=1e-15)
    assert there.value_in(one) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(
    ("quantity", "inside"),
    [
        (0.3 * mS / cm**2, 0.003),
        (120 * mS / cm**2, 1.2),
        (36 * mS / cm**2, 0.36),
        (1 * uF / cm**2, 0.01),
        (10 * uA / cm**2, 0.1),
        (-59.387 * mV, -59.387),
        (-0.07 * V, -70.0),
        (0.1 * nA, 100.0),
        (200 * pF, 200.0),
        (0.2 * units.nF, 200.0),
        (20 * ms, 20.0),
        (0.02 * s, 20.0),
        (1 * minute, 60_000.0),
        (8 * Hz, 0.008),
        (100 * Mohm, 0.1),
        (1 * um, 1.0),
        (476 * um, 476.0),
        (1 * cm, 10_000.0),
        (2 * mM, 2.0),
        (5 * percent, 0.05),
    ],
)
def test_powers_of_ten_are_exact(quantity, inside):
    assert quantity.internal == inside


@pytest.mark.parametrize("millivolts", [1, 3, 7, 59, 70, 0.1, 0.3, 59.387, 1234.5])
def test_equal_amounts_are_equal_from_either_side(millivolts):
    small, large = millivolts * mV, millivolts / 1000 * V
    assert small == large
    assert large == small
    assert not operator.ne(small, large)
    assert hash(small) == hash(large)
    assert small <= large
    assert not small < large


@given(finite, finite, volts, volts)
def test_arithmetic_follows_its_laws(a, b, one, other):
    x, y = a * one, b * other
    close = {"rel": 1e-12, "abs": 1e-9 * (abs(x.value_in(mV)) + abs(y.value_in(mV)))}
    assert (x + y).value_in(mV) == pytest.approx((y + x).value_in(mV), **close)
    assert (x - y).value_in(mV) == pytest.approx(-(y - x).value_in(mV), **close)
    assert ((x + y) - y).value_in(mV) == pytest.approx(x.value_in(mV), **close)
    assert (x * y).unit.dimension == VOLTAGE.to_the(2)
    assert (x * y) == (y * x) or (x * y).internal == pytest.approx((y * x).internal)
    assert (2 * x).magnitude == 2 * a
    assert (x + x) == 2 * x
    assert -1 * (-x) == x
    assert abs(x) >= 0 * mV
    assert x / one == a
    assert x.unit == one


@given(positive, positive)
def test_ohm(volts, ohms):
    current = (volts * mV) / (ohms * Mohm)
    assert current.dimension == CURRENT
    assert current.value_in(nA) == pytest.approx(volts / ohms, rel=1e-14)
    assert (current * (ohms * Mohm)).value_in(mV) == pytest.approx(volts, rel=1e-14)
    assert (current / (volts * mV)).dimension == CONDUCTANCE


@pytest.mark.parametrize(
    ("quantity", "number"),
    [
        (10 * mV / mV, 10.0),
        (10 * mV / (5 * mV), 2.0),
        (1 * V / (100 * mV), 10.0),
        (3 * Hz * (2 * s), 6.0),
        (3 * Hz * (500 * ms), 1.5),
        ((2 * mV) ** 0, 1.0),
        (50 * percent * 1.0 + 0.0, 0.5),
    ],
)
def test_what_has_no_dimension_is_a_plain_number(quantity, number):
    assert float(quantity) == number


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: 1 * mV + 1 * ms,
        lambda: 1 * mV - 3,
        lambda: 3 + 1 * mV,
        lambda: 1 * mV < 1 * pA,
        lambda: 1 * mV >= 1,
        lambda: (1 * mV).to(pA),
        lambda: (1 * mV).to("pA"),
        lambda: (1 * mV).value_in(ms),
        lambda: float(1 * mV),
        lambda: 2 ** (1 * mV),
        lambda: (1 * mV) ** (1 * mV),
        lambda: (1 * mV) ** np.array([1, 2]),
        lambda: mV ** (1 * mV),
        lambda: mV ** "2",
        lambda: mV**400,
        lambda: np.exp(1 * mV),
        lambda: (1 * mV) % 3,
        lambda: (1 * mV) // 3,
        lambda: bool(np.array([1, 2]) * mV),
        lambda: "10" * mV,
        lambda: None * mV,
        lambda: 1j * mV,
        lambda: [[1], [2, 3]] * mV,
        lambda: [1 * mV, 2 * mV] * mV,
        lambda: Quantity(1 * mV, mV),
        lambda: Quantity(1, "mV"),
        lambda: Quantity(10**400, mV),
        lambda: Quantity({}, mV),
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(UnitError) as caught:
        wrong()
    assert caught.value.mend


def test_other_dimensions_are_never_equal():
    for other in (1 * ms, 1 * mV * mV, 1, None, "1 mV", object()):
        assert not operator.eq(1 * mV, other)
        assert operator.ne(1 * mV, other)
    assert 0 * mV == 0
    assert (np.array([1, 2]) * mV == 1 * ms).tolist() == [False, False]


def test_a_bare_zero_agrees_with_every_unit():
    assert 1 * mV > 0
    assert (1 * mV + 0) == 1 * mV
    assert sum([1 * mV, 2 * mV]) == 3 * mV
    assert max(1 * mV, 0) == 1 * mV


@given(finite, finite, volts, volts)
def test_order_is_the_order_of_numbers(a, b, one, other):
    x, y = a * one, b * other
    p, q = x.value_in(units.kV), y.value_in(units.kV)
    assert (x < y) == (p < q)
    assert (x <= y) == (p <= q)
    assert (x == y) == (p == q)
    assert (x == y) <= (hash(x) == hash(y))


def test_hashes():
    assert {1 * V: "a"}[1000 * mV] == "a"
    assert hash(0 * mV) == hash(0)
    assert hash(50 * percent) == hash(0.5)
    assert len({1 * mV, 1 * mV, 2 * mV, 1 * ms}) == 3
    with pytest.raises(TypeError):
        hash(np.array([1, 2]) * mV)
    assert len({mV, mV, V, parse_quantity("1 mV").unit}) == 2
    assert hash(nA) == hash(units.parse_unit("nA"))


def test_units_are_equal_when_they_measure_the_same():
    assert pA * Mohm == units.uV
    assert mV * nS == pA
    assert (mV * nS).dimension == CURRENT
    assert 1 * mV * nS == 1 * pA
    assert mV / mV == units.parse_unit("1")
    assert mV != V
    assert mV != "mV"
    assert (uA / cm**2).name == "uA/cm**2"
    assert (mV * mV).name == "mV**2"
    assert (mV / ms * ms).name == "mV"
    assert (1 / (mV * ms)).unit.name == "1/(mV*ms)"
    assert np.sqrt(4 * mV**2) == 2 * mV
    assert str(np.sqrt(4 * mV**2)) == "2 mV"
    assert (cm**2).name == "cm**2"
    assert cm**1 == cm
    assert (cm**0.5).name == "cm**0.5"


@pytest.mark.parametrize("thing", [mV, uA / cm**2, 1 / ms, 3 * mV, np.arange(3) * mV, VOLTAGE])
def test_copies_and_pickles(thing):
    pickled = pickle.loads(pickle.dumps(thing))  # noqa: S301 - its own bytes
    for other in (copy.copy(thing), copy.deepcopy(thing), pickled):
        assert np.all(other == thing)
        assert repr(other) == repr(thing)
        assert type(other) is type(thing)


def test_nothing_changes():
    quantity = np.array([1.0, 2.0]) * mV
    for thing, name in ((mV, "name"), (mV, "ten"), (quantity, "unit"), (quantity, "other")):
        with pytest.raises(FrozenError, match="cannot be changed"):
            setattr(thing, name, 1)
        with pytest.raises(FrozenError):
            delattr(thing, name)
    same = quantity
    same += 1 * mV
    assert quantity.magnitude.tolist() == [1.0, 2.0]
    assert same.magnitude.tolist() == [2.0, 3.0]
    same -= 1 * mV
    same *= 2
    same /= 2 * mV
    assert same.tolist() == [1.0, 2.0]
    square = 3 * mV
    square **= 2
    assert square == 9 * mV**2
    with pytest.raises(TypeError):
        quantity[0] = 1 * mV


def test_formats():
    assert str(-59.387 * mV) == "-59.387 mV"
    assert repr(10 * mV) == "10 mV"
    assert str(0.1 * mV + 0.2 * mV) == "0.30000000000000004 mV"
    assert f"{3.14159 * mV:.2f}" == "3.14 mV"
    assert f"{10 * nS}" == "10 nS"
    assert f"{1e-9 * mV:g}" == "1e-09 mV"
    assert repr(np.array([1.0, 2.5]) * mV) == "array([1. , 2.5]) mV"
    assert str(np.array([1.0, 2.5]) * mV) == "[1.  2.5] mV"
    assert f"{np.array([1.0, 2.5]) * mV:.1f}" == "[1.0 2.5] mV"
    assert repr(mV) == "mV"
    assert repr(mV / mV) == "1"


@pytest.mark.parametrize(
    ("value", "dimension", "expected"),
    [
        (10 * nS, CONDUCTANCE, 10.0),
        ("10 nS", CONDUCTANCE, 10.0),
        ("0.01uS", CONDUCTANCE, 10.0),
        (nS, CONDUCTANCE, 1.0),
        ([10 * nS, 0.02 * units.uS], CONDUCTANCE, [10.0, 20.0]),
        (("1 nS", 2 * nS), CONDUCTANCE, [1.0, 2.0]),
        (np.array([1, 2]) * nS, CONDUCTANCE, [1.0, 2.0]),
        (3, NONE, 3.0),
        (np.float32(0.5), NONE, 0.5),
        (True, NONE, 1.0),
        ("3", NONE, 3.0),
        ([1, 2], NONE, [1.0, 2.0]),
        (5 * percent, NONE, 0.05),
    ],
)
def test_the_door_takes(value, dimension, expected):
    found = internal(value, dimension, "parameter g")
    assert np.array_equal(found, expected)


@pytest.mark.parametrize(
    ("value", "dimension", "words"),
    [
        (10, CONDUCTANCE, ["parameter g", "10", "a conductance (nS)", "10 * nS"]),
        (0, VOLTAGE, ["a voltage (mV)", "0 * mV"]),
        (-70.5, VOLTAGE, ["-70.5 * mV"]),
        (10, CONDUCTANCE.over(AREA), ["mS/cm**2"]),
        (3, TIME, ["a time (ms)", "3 * ms"]),
        (3, RATE, ["a rate (Hz)"]),
        (3, CONCENTRATION, ["mM"]),
        (3, CAPACITANCE, ["pF"]),
        (10 * mV, CONDUCTANCE, ["a voltage (mV)", "a conductance (nS) is due", "give it in nS"]),
        (10 * mV, NONE, ["a plain number is due", "give it in plain numbers"]),
        ("10 mV", CONDUCTANCE, ["a conductance (nS) is due"]),
        ("10 nX", CONDUCTANCE, ["parameter g", "'nX'", "^"]),
        ([1 * nS, 2], CONDUCTANCE, ["mixes units"]),
        ([1 * nS, 2 * mV], CONDUCTANCE, ["mixes units"]),
        (None, CONDUCTANCE, ["not a number"]),
        (1j, NONE, ["not a number"]),
        (object(), NONE, ["not a number"]),
        (np.array(["1"]), NONE, ["not a number"]),
        ([[1 * nS]], CONDUCTANCE, ["not a number"]),
    ],
)
def test_the_door_says_what_is_due(value, dimension, words):
    with pytest.raises(UnitError) as caught:
        internal(value, dimension, "parameter g")
    for word in words:
        assert word in str(caught.value)
