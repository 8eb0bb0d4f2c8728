"""Any text at all, at every door that reads text: a model or quantity, or an error of ours."""

import contextlib
import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from rheobase.errors import EquationError, RheobaseError, UnitError
from rheobase.model import Model
from rheobase.units import ms, parse_quantity, parse_unit
from rheobase.units.quantity import Quantity, Unit

from .strategies import conditions, expressions

# Words and signs of the language, and of Python, in any order: deeper into the parser than letters.
TOKENS = [
    "v", "w", "dv/dt", "dw/dt", "d", "/dt", "t", "xi", "xi_a", "pi", "mV", "ms", "nS", "tau", "I",
    "exp", "max", "where", "clip", "sqrt", "exprel", "abs", "positive", "heaviside", "f", "__x__",
    "and", "or", "not", "if", "else", "lambda", "is", "in", "None", "True", "for", "import",
    "0", "1", "2", "64", "0.5", "1e3", "1e308", "1e999", ".5", "5.", "1j", "0x1", "1_0",
    "+", "-", "*", "/", "**", "(", ")", "((", "))", ",", "=", "==", "<", "<=", ">", ">=", "!=",
    "+=", "-=", "*=", "/=", ":=", ":", ";", "#", "[", "]", "{", "}", ".", "'", '"', "\\", "@", "^",
    "\n", "\r\n", "\t", "  ", "\u2028", "\x00", "\u03c4", "\uff08", "\u202e", "\ud800",
]  # fmt: skip
spoken = st.lists(st.sampled_from(TOKENS), max_size=40).map(" ".join)
glued = st.lists(st.sampled_from(TOKENS), max_size=40).map("".join)
texts = st.one_of(st.text(max_size=200), spoken, glued)
UNIT_TOKENS = [
    "mV", "ms", "nS", "uA", "cm", "cm2", "m", "s", "1", "2", "9", "10", "0.5", "1e3", "1e999", "-",
    "+", "*", "/", "**", "^", "(", ")", " ", ".", "**2", "**(-1)", "inf", "nan", "Mohm", "hour",
    "percent", "x", "\u00b5", "\uff56", "\x00", "9" * 30,
]  # fmt: skip
unit_texts = st.one_of(
    st.text(max_size=100), st.lists(st.sampled_from(UNIT_TOKENS), max_size=25).map("".join)
)
PLAIN = {"tau": 10.0, "I": 1.0}


def model(text, **options):
    """A model whose values may be asked for, or nothing."""
    with contextlib.suppress(RheobaseError):
        made = Model(text, **options)
        assert made.latex()
        assert repr(made)
        for name in made.dimensions:
            made.unit_of(name)


@given(texts)
def test_equations(text):
    model(text)
    model(text, parameters=PLAIN)
    model(text, parameters={"tau": 10 * ms}, inputs={"I": "pA"})


@given(texts)
def test_both_sides(text):
    model(f"tau * dv/dt = {text}", parameters=PLAIN)
    model(f"{text} = v\ndv/dt = 1", parameters=PLAIN)
    model(f"tau * dv/dt + {text} = I", parameters={"tau": 10 * ms}, inputs={"I": "mV"})


@given(texts, texts, texts, texts)
def test_rules(spike, reset, refractory, initial):
    rules = {"spike": spike, "reset": reset, "refractory": refractory, "initial": {"v": initial}}
    for name, rule in rules.items():
        needed = {"spike": "v > 1"} if name == "reset" else {}
        model("dv/dt = -v/tau", parameters=PLAIN, **needed, **{name: rule})
        model("dv/dt = -v/tau", parameters={"tau": 10 * ms}, **needed, **{name: rule})


@given(texts)
def test_names_and_values(text):
    model("dv/dt = -v", parameters={text: 1.0})
    model("dv/dt = -v", parameters={"g": text})
    model("dv/dt = -v", inputs=[text])
    model("dv/dt = -v", inputs={"I": text})
    model("dv/dt = -v", display={"v": text})
    model("dv/dt = -v", time=text)
    model("dv/dt = -v", outputs=text)
    model("dv/dt = -v\nr = v", outputs=[text])
    model("dv/dt = -v", initial={text: 1.0})
    model("dv/dt = -v", drive={text: 1.0})


@given(expressions, expressions, conditions(expressions), st.booleans())
def test_whatever_is_grammatical(slope, value, condition, has_units):
    """Right grammar, any meaning: whether it is a model is a matter of units alone."""
    unit = "*ms" if has_units else ""
    text = f"dx/dt = {slope}\ny = {value}{unit}"
    options = {"spike": condition, "reset": f"x = {value}", "initial": {"x": 1.0}}
    try:
        made = Model(text, **options)
    except UnitError as error:
        assert has_units
        assert "^" in error.where or "bounds" in error.message
    except EquationError as error:
        assert "need one another" in error.message
    else:
        assert made.states == ("x",)
        assert pickle.loads(pickle.dumps(made)).latex() == made.latex()  # noqa: S301 - its own


@given(unit_texts)
def test_units(text):
    with contextlib.suppress(UnitError):
        unit = parse_unit(text)
        assert isinstance(unit, Unit)
        assert parse_unit(unit.name or "1") == unit


@given(unit_texts)
def test_quantities(text):
    with contextlib.suppress(UnitError):
        quantity = parse_quantity(text)
        assert isinstance(quantity, (float, Quantity))
        if isinstance(quantity, Quantity):
            assert parse_quantity(str(quantity)) == quantity


@given(unit_texts)
@settings(max_examples=50)
def test_parameters_as_text(text):
    model("dv/dt = -v/tau + g", parameters={"tau": text, "g": text})
    with contextlib.suppress(RheobaseError):
        Model("dv/dt = -v/tau", parameters={"tau": 10 * ms}).replace(tau=text)
