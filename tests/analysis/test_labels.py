import pytest

from rheobase.analysis.labels import axis_label, unit_text
from rheobase.units import Mohm, cm, mM, mS, ms, mV, nA, nS, pA, parse_unit, uA, uF


@pytest.mark.parametrize(
    ("name", "unit", "label"),
    [
        ("v", mV, "membrane potential (mV)"),
        ("w", pA, "adaptation current (pA)"),
        ("I", nA, "input current (nA)"),
        ("I", uA / cm**2, "current density (µA/cm²)"),
        ("I_Na", uA / cm**2, "current I_Na (µA/cm²)"),
        ("m", None, "gating variable m"),
        ("u", None, "recovery variable"),
        ("something", None, "something"),
        ("firing rate", parse_unit("Hz"), "firing rate (Hz)"),
    ],
)
def test_axes_are_labelled_in_words_with_units(name, unit, label):
    assert axis_label(name, unit) == label


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (uF / cm**2, "µF/cm²"),
        (mS / cm**2, "mS/cm²"),
        (ms**-1, "ms⁻¹"),
        (1 / ms, None),
        (nS * mV, "nS·mV"),
        (Mohm, "MΩ"),
        (mM, "mM"),
        (None, ""),
    ],
)
def test_units_are_printed_as_print_has_them(unit, text):
    if text is None:
        assert unit_text(unit.unit) in {"1/ms", "ms⁻¹"}
    else:
        assert unit_text(unit) == text
