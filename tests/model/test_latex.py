"""LaTeX that reads like the textbook the equation comes from."""

from collections import Counter

import matplotlib
import pytest
from hypothesis import given
from matplotlib.mathtext import MathTextParser

from rheobase.model import Model
from rheobase.model.expression import names
from rheobase.model.latex import expression_latex, name_latex
from rheobase.model.parse import parse_expression
from rheobase.units import ms, mV
from rheobase.zoo import MODELS

from .strategies import expressions

matplotlib.use("agg")
parser = MathTextParser("path")
# What mathtext, unlike LaTeX, does not set.
UNSET = (r"\begin", r"\end", "&")


def printed(text, **parameters):
    """The right side of an equation, units and all."""
    model = Model(f"dv/dt = -v/tau\nr = {text}", parameters={"tau": 1 * ms} | parameters)
    return expression_latex(model.equations[1].right)


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("v", "v"),
        ("dv/dt", r"\frac{dv}{dt}"),
        ("dv_m/dt", r"\frac{dv_{m}}{dt}"),
        ("tau_m", r"\tau_{m}"),
        ("Delta_T", r"\Delta_{T}"),
        ("g_Na", r"g_{\mathrm{Na}}"),
        ("E_syn_exc", r"E_{\mathrm{syn},\mathrm{exc}}"),
        ("m_inf", r"m_{\infty}"),
        ("x_1", "x_{1}"),
        ("x_12", "x_{12}"),
        ("x1", "x_{1}"),
        ("w_ij", r"w_{\mathrm{ij}}"),
        ("rate", r"\mathrm{rate}"),
        ("lambda_", r"\lambda"),
        ("_x", "x"),
        ("_", r"\_"),
    ],
)
def test_names(name, latex):
    assert name_latex(name) == latex


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("-g_L * (v - V_L) + I", r"-g_{L} \, \left(v - V_{L}\right) + I"),
        ("I - g_L * (v - V_L)", r"I - g_{L} \, \left(v - V_{L}\right)"),
        ("I + -g_L * v", r"I + \left(-g_{L} \, v\right)"),
        ("I - (-g_L)", r"I - \left(-g_{L}\right)"),
        ("-(a + b)", r"-\left(a + b\right)"),
        ("-(-a)", r"-\left(-a\right)"),
        ("a * -b", r"a \, \left(-b\right)"),
        ("-(v + 70) / 80", r"-\frac{v + 70}{80}"),
        ("2 * (-a / b)", r"2 \, \left(-\frac{a}{b}\right)"),
        ("a - (b - c)", r"a - \left(b - c\right)"),
        ("a - b - c", "a - b - c"),
        ("a + (b - c)", "a + b - c"),
        ("a * (b / c)", r"a \, \frac{b}{c}"),
        ("(a / b)**2", r"\left(\frac{a}{b}\right)^{2}"),
        ("(a + b) * c", r"\left(a + b\right) \, c"),
        ("(-a)**2", r"\left(-a\right)^{2}"),
        ("-a**2", "-a^{2}"),
        ("(a**2)**3", r"\left(a^{2}\right)^{3}"),
        ("n**4", "n^{4}"),
        ("g_K * n**4 * (V_K - v)", r"g_{K} \, n^{4} \, \left(V_{K} - v\right)"),
        ("exp(v)**2", r"\left(\exp\left(v\right)\right)^{2}"),
        ("positive(v)**2", r"\left(\left(v\right)^+\right)^{2}"),
        ("1.0 - 0.50", "1.0 - 0.50"),
        ("1e-5 * v", r"1 \times 10^{-5} \, v"),
        ("1E3**2", r"\left(1 \times 10^{3}\right)^{2}"),
        ("2*pi*v", r"2 \, \pi \, v"),
        ("sqrt(v)", r"\sqrt{v}"),
        ("abs(v - 1)", r"\left|v - 1\right|"),
        ("floor(v)", r"\left\lfloor v \right\rfloor"),
        ("max(0, v)", r"\max\left(0, v\right)"),
        ("max(0, v, w)", r"\max\left(\max\left(0, v\right), w\right)"),
        ("clip(v, 0, 1)", r"\mathrm{clip}\left(v, 0, 1\right)"),
        ("ln(v) + log10(v)", r"\ln\left(v\right) + \log_{10}\left(v\right)"),
        ("sigma * sqrt(2/tau) * xi", r"\sigma \, \sqrt{\frac{2}{\tau}} \, \xi"),
        (
            "where(v > 0 and not w < 1, v, 0)",
            r"\begin{cases}v & v > 0 \wedge \neg \left(w < 1\right) \\ "
            r"0 & \text{else}\end{cases}",
        ),
    ],
)
def test_expressions(text, latex):
    assert expression_latex(parse_expression(text)) == latex


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("60*mV", r"60\,\mathrm{mV}"),
        ("0.01/(mV*ms)", r"0.01\,\mathrm{mV}^{-1}\,\mathrm{ms}^{-1}"),
        ("0.01/mV/ms", r"0.01\,\mathrm{mV}^{-1}\,\mathrm{ms}^{-1}"),
        ("-0.1/mV*v", r"-0.1\,\mathrm{mV}^{-1} \, v"),
        ("-70*mV", r"-70\,\mathrm{mV}"),
        ("v - 70*mV", r"v - 70\,\mathrm{mV}"),
        ("3*mV/ms", r"3\,\mathrm{mV}\,\mathrm{ms}^{-1}"),
        ("5*uA/cm**2", r"5\,\mu\mathrm{A}\,\mathrm{cm}^{-2}"),
        ("5*cm**-2", r"5\,\mathrm{cm}^{-2}"),
        ("10*Mohm", r"10\,\mathrm{M}\Omega"),
        ("5*percent*v", r"5\,\% \, v"),
        ("v/mV", r"v\,\mathrm{mV}^{-1}"),
        ("(v + 40*mV)/mV", r"\left(v + 40\,\mathrm{mV}\right)\,\mathrm{mV}^{-1}"),
        ("exp(-(v + 70*mV)/(4*mV))",
         r"\exp\left(-\frac{v + 70\,\mathrm{mV}}{4\,\mathrm{mV}}\right)"),
        ("1/ms/(1 + exp(v/mV))",
         r"\frac{1\,\mathrm{ms}^{-1}}{1 + \exp\left(v\,\mathrm{mV}^{-1}\right)}"),
        ("mV*v", r"\mathrm{mV} \, v"),
        ("volt", r"\mathrm{volt}"),
    ],
)  # fmt: skip
def test_units_are_set_as_units(text, latex):
    assert printed(text) == latex


def test_no_nested_fractions_of_units():
    latex = printed("0.01/(mV*ms) * (v + 60*mV) / (1.0 - exp(-0.1/mV * (v + 60*mV)))")
    assert latex == (
        r"\frac{0.01\,\mathrm{mV}^{-1}\,\mathrm{ms}^{-1} \, \left(v + 60\,\mathrm{mV}\right)}"
        r"{1.0 - \exp\left(-0.1\,\mathrm{mV}^{-1} \, \left(v + 60\,\mathrm{mV}\right)\right)}"
    )


def test_a_model_is_aligned_at_its_signs():
    names = ("C", "g_L", "V_L", "V_T", "V_R")
    model = Model(
        "C * dv/dt = -g_L * (v - V_L) + I\ndw/dt = -w",
        spike="v > V_T",
        reset="v = V_R; w += 1",
        parameters=dict.fromkeys(names, 1.0),
        inputs=["I"],
    )
    assert model.latex().splitlines() == [
        r"\begin{aligned}",
        r"C \, \frac{dv}{dt} &= -g_{L} \, \left(v - V_{L}\right) + I \\",
        r"\frac{dw}{dt} &= -w",
        r"\end{aligned}",
        r"\text{spike when } v > V_{T}, \quad v \leftarrow V_{R}, \quad w \leftarrow w + 1",
    ]
    assert model._repr_latex_().startswith("$$\n\\begin{aligned}")


def settable(latex):
    return not any(mark in latex for mark in UNSET)


def letters(latex):
    """What mathtext sets, character by character, in no order."""
    _, _, _, glyphs, _ = parser.parse(f"${latex}$")
    return Counter(chr(glyph[2]) for glyph in glyphs)


@pytest.mark.parametrize("name", MODELS)
def test_every_equation_of_the_zoo_is_set(name):
    """All names of an equation are in its picture, each letter of them."""
    model = MODELS[name]()
    sides = [side for equation in model.equations for side in (equation.left, equation.right)]
    for side in (*sides, *([] if model.spike is None else [model.spike])):
        found = letters(expression_latex(side))
        assert found
        for symbol in names(side):
            assert letters(name_latex(symbol)) <= found, symbol


@given(expressions)
def test_any_expression_is_set(text):
    latex = expression_latex(parse_expression(text))
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    if settable(latex):
        assert letters(latex)


def test_units_of_a_model_without_any_are_not_invented():
    model = Model("r = 0.04*v**2\ndv/dt = r", display={"v": mV})
    assert "mathrm" not in model.latex()
