"""Removable 0/0: exact at the singular point however it is typed, and nothing else is touched."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rheobase.compiler.calculus import total_derivative
from rheobase.compiler.targets.numpy import evaluate
from rheobase.model import Model
from rheobase.model.expression import Apply, walk
from rheobase.model.parse import parse_expression
from rheobase.units import ms, mV

from .exact import limit

RELATIVE = 1e-12
PARAMETERS = {"k": 10.0, "v_0": -40.0, "a": 0.1, "b": 2.5, "q": 0.1}
# The lines that give r, and the voltage at which r is 0/0.
VARIANTS = {
    "x over 1 - exp": ("r = v/(1 - exp(-v))", 0),
    "1 - exp with a point": ("r = v/(1.0 - exp(-v))", 0),
    "Hodgkin and Huxley 1952, n": ("r = 0.01*(10 - v)/(exp((10 - v)/10) - 1)", 10),
    "Hodgkin and Huxley 1952, m": ("r = 0.1*(25 - v)/(exp(0.1*(25 - v)) - 1)", 25),
    "the course, n": ("r = 0.01 * (v + 60) / (1.0 - exp(-0.1 * (v + 60)))", -60),
    "the course, m": ("r = 0.1 * (v + 45) / (1.0 - exp(- 0.1 * ( v + 45 )))", -45),
    "factor below the line": ("r = (25 - v)/(10*(exp((25 - v)/10) - 1))", 25),
    "Traub and Miles": ("r = 0.32*(13 - v + v_0)/(exp((13 - v + v_0)/4) - 1)", -27),
    "constant first": ("r = (v + 40)/(-exp(-(v + 40)/10) + 1)", -40),
    "minus outside": ("r = -(v + 40)/(exp(-(v + 40)/10) - 1)", -40),
    "minus below": ("r = (v + 40)/(-(exp(-(v + 40)/10) - 1))", -40),
    "reversed difference": ("r = (-40 - v)/(exp(-0.1*(v + 40)) - 1)", -40),
    "parameters": ("r = a*(v - v_0)/(1 - exp(-(v - v_0)/k))", -40),
    "a rate as a parameter": ("r = a*(v - v_0)/(1 - exp(-q*(v - v_0)))", -40),
    "a parameter times both": ("r = b*(v - v_0)/(b - b*exp(-(v - v_0)/k))", -40),
    "numbers times both": ("r = (v + 40)/(2.5 - 2.5*exp(-(v + 40)/10))", -40),
    "expanded numerator": ("r = (0.1*v + 4)/(1 - exp(-(v + 40)/10))", -40),
    "expanded exponent": ("r = (v + 40)/(1 - exp(-0.1*v - 4))", -40),
    "the difference in parts": ("r = (v + 30 + 10)/(1 - exp((-30 - v - 10)/10))", -40),
    "expm1": ("r = (v + 40)/expm1((v + 40)/10)", -40),
    "minus expm1": ("r = (v + 40)/-expm1(-(v + 40)/10)", -40),
    "negative power": ("r = (v + 40)*(1 - exp(-(v + 40)/10))**-1", -40),
    "negative power in parentheses": ("r = (1 - exp(-(v + 40)/10))**(-1)*(v + 40)", -40),
    "product with a reciprocal": ("r = a*(1/(1 - exp(-(v + 40)/10)))*(v + 40)", -40),
    "one over a fraction": ("r = 1/((1 - exp(-(v + 40)/10))/(v + 40))", -40),
    "upside down": ("r = (exp((v + 40)/10) - 1)/(v + 40)", -40),
    "upside down with expm1": ("r = expm1(-0.1*(v + 40))/(v + 40)", -40),
    "reciprocal exponential": ("r = (v + 40)/(1 - 1/exp((v + 40)/10))", -40),
    "exponential in a product": ("r = (v + 40)*exp(v/20)/(1 - exp(-(v + 40)/10))", -40),
    "squared numerator": ("r = (v + 40)**2/(1 - exp(-(v + 40)/10))", -40),
    "both squared": ("r = (v + 40)**2/(1 - exp(-(v + 40)/10))**2", -40),
    "squared as a product": (
        "r = (v + 40)*(v + 40)/((1 - exp(-(v + 40)/10))*(1 - exp(-(v + 40)/5)))",
        -40,
    ),
    "two exponentials": ("r = (1 - exp(-(v + 40)/10))/(1 - exp(-(v + 40)/5))", -40),
    "inside a sum": ("r = 3 + (v + 40)/(1 - exp(-(v + 40)/10)) - v", -40),
    "inside a function": ("r = exp(-0.01*(v + 40)/(1 - exp(-(v + 40)/10)))", -40),
    "named difference": ("x = v + 40\nr = x/(1 - exp(-x/10))", -40),
    "named scaled difference": ("x = (v - v_0)/k\nr = a*x/(1 - exp(-x))", -40),
    "named exponential": ("E = exp(-(v + 40)/10)\nr = (v + 40)/(1 - E)", -40),
    "named exponential, scaled": ("E = b*exp(-(v + 40)/10)\nr = (v + 40)/(b - E)", -40),
    "named denominator": ("D = 1 - exp(-(v + 40)/10)\nr = a*(v + 40)/D", -40),
    "named denominator with a factor": ("D = 3*(1 - exp(-(v + 40)/10))\nr = (v + 40)/D", -40),
    "named in two steps": ("E = exp(-(v + 40)/10)\nD = 1 - E\nr = (v + 40)/D", -40),
    "named reciprocal": ("D = 1/(1 - exp(-(v + 40)/10))\nr = (v + 40)*D", -40),
    "named after its use": ("r = x/D\nD = 1 - exp(-x/10)\nx = v + 40", -40),
    "named numerator with a factor": ("N = 0.1*b*(v + 40)\nr = N/(1 - exp(-(v + 40)/10))", -40),
}
# The same with units.
UNITED = {
    "factors with units": ("r = 0.1/mV/ms*(v + 40*mV)/(1 - exp(-(v + 40*mV)/(10*mV)))", -40),
    "a unit in the exponent": ("r = 0.1/(mV*ms)*(v + 40*mV)/(1.0 - exp(-0.1/mV*(v + 40*mV)))", -40),
    "volts and millivolts": (
        "r = 0.1/mV/ms*(v + 0.04*volt)/(1 - exp(-(v + 40*mV)/(0.01*volt)))",
        -40,
    ),
    "parameters with units": ("r = a*(v - v_0)/(1 - exp(-(v - v_0)/k))", -40),
    "a unit below": ("r = (25*mV - v)/(10*mV*ms*(exp((25*mV - v)/(10*mV)) - 1))", 25),
    "named with units": ("x = (v + 40*mV)/(10*mV)\nr = x/(1 - exp(-x))/ms", -40),
}


def plain(lines):
    used = {name: value for name, value in PARAMETERS.items() if name in lines}
    return Model(f"dv/dt = -v\n{lines}", parameters=used)


def united(lines):
    parameters = {"k": 10 * mV, "v_0": -40 * mV, "a": 0.1 / (mV * ms)}
    used = {name: value for name, value in parameters.items() if name in lines}
    return Model(f"dv/dt = -v/ms\n{lines}", parameters=used)


MODELS = {name: (plain(lines), point) for name, (lines, point) in VARIANTS.items()}
MODELS |= {name: (united(lines), point) for name, (lines, point) in UNITED.items()}


def computed(model, expression, v):
    values = {**model.parameters, "v": np.float64(v)}
    for name, definition in model.definitions.items():
        values[name] = evaluate(definition, values)
    return float(evaluate(expression, values))


def has_exprel(model, name="r"):
    return any(
        isinstance(n, Apply) and n.function == "exprel" for n in walk(model.definitions[name])
    )


def test_there_are_enough_variants():
    assert len(MODELS) >= 45


@pytest.mark.parametrize("name", MODELS)
def test_the_value_is_exact_at_the_singular_point(name):
    model, point = MODELS[name]
    found = computed(model, model.definitions["r"], point)
    assert found == pytest.approx(limit(model, "r", point), rel=RELATIVE, abs=1e-25)


@pytest.mark.parametrize("name", MODELS)
def test_the_slope_is_exact_at_the_singular_point(name):
    model, point = MODELS[name]
    slope = total_derivative(model, model.definitions["r"], "v")
    expected = limit(model, "r", point, order=1)
    assert computed(model, slope, point) == pytest.approx(expected, rel=RELATIVE)


@pytest.mark.parametrize("name", MODELS)
def test_the_value_is_right_beside_it_and_far_from_it(name):
    model, point = MODELS[name]
    for shift in (-50, -1e-3, -1e-7, 1e-10, 1e-5, 0.5, 70):
        found = computed(model, model.definitions["r"], point + shift)
        expected = limit(model, "r", repr(float(point + shift)))
        assert found == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("name", MODELS)
def test_the_author_reads_what_he_wrote(name):
    model, _ = MODELS[name]
    written = next(e for e in model.equations if e.name == "r")
    assert not any(isinstance(n, Apply) and n.function == "exprel" for n in walk(written.right))
    assert "exprel" not in model.latex()
    assert has_exprel(model)


@pytest.mark.parametrize(
    "line",
    [
        "r = (v + 35)/(1 - exp(-(v + 40)/10))",
        "r = (v + 40)/(1 - exp(-(v + 35)/10))",
        "r = (v + 40)/(2 - exp(-(v + 40)/10))",
        "r = (v + 40)/(1 + exp(-(v + 40)/10))",
        "r = (v + 40)/(1 - 2*exp(-(v + 40)/10))",
        "r = (v + 40)/(1 - exp(-(v + 40)/10) + 0.001)",
        "r = (v + 40)/(1.0000001 - exp(-(v + 40)/10))",
        "r = (v + 40)/(1e-13 - 2e-13*exp(-(v + 40)/10))",
        "r = (v + 40)/(b - a*exp(-(v + 40)/10))",
        "r = (v - v_0)/(1 - exp(-(v - a)/k))",
        "r = (v + 40)*(1 - exp(-(v + 40)/10))",
        "r = 1/(1 - exp(-(v + 40)/10))",
        "r = 1/((v + 40)*(1 - exp(-(v + 40)/10)))",
        "r = (v**2 + 40)/(1 - exp(-(v + 40)/10))",
        "r = sqrt(v)/(1 - exp(-v))",
        "r = abs(v)/(1 - exp(-v))",
        "r = v/(1 - exp(-v**2))",
        "r = v/(1 - exp(-v*t))",
        "r = exp(v)/(1 - exp(-v))",
        "r = v/(1 - exp(-v) - exp(-2*v))",
        "r = v/(1 - exp(-1))",
        "r = v/expm1(1)",
        "r = (v + 40)/exp((v + 40)/10) - 1",
    ],
)
def test_what_is_not_removable_stays(line):
    model = plain(line)
    written = next(e for e in model.equations if e.name == "r")
    assert model.definitions["r"] == written.value
    assert not has_exprel(model)


def test_a_pole_stays_a_pole():
    model = plain("r = (v + 35)/(1 - exp(-(v + 40)/10))")
    assert not np.isfinite(computed(model, model.definitions["r"], -40))


def test_what_varies_stays_out_of_denominators():
    model = Model("dv/dt = -v\ndu/dt = -u\nr = v/(1 - exp(-u*v))")
    assert not has_exprel(model)


def test_rates_stay_named_in_the_slopes():
    model = plain("a_n = (v + 40)/(1 - exp(-(v + 40)/10))\ndn/dt = a_n*(1 - n)")
    assert has_exprel(model, "a_n")
    derivative = model.derivatives["n"]
    assert not any(isinstance(n, Apply) for n in walk(derivative))


def test_slopes_of_states_are_made_safe_too():
    model = Model("dn/dt = (v + 40)/(1 - exp(-(v + 40)/10)) - n\ndv/dt = -v")
    values = {"v": -40.0, "n": 1.0}
    assert float(evaluate(model.derivatives["n"], values)) == pytest.approx(9.0, rel=RELATIVE)


@given(
    st.floats(0.01, 100).map(lambda x: float(f"{x:.4g}")),
    st.floats(-80, 80, allow_subnormal=False).map(lambda x: float(f"{x:.4g}")),
    st.floats(0.5, 50).map(lambda x: float(f"{x:.4g}")),
    st.sampled_from(
        [
            "r = {a}*(v - ({b}))/(1 - exp(-(v - ({b}))/{k}))",
            "r = {a}*(v - ({b}))/(exp((v - ({b}))/{k}) - 1)",
            "x = (v - ({b}))/{k}\nr = {a}*x/expm1(x)",
            "r = (exp((({b}) - v)/{k}) - 1)/(({b}) - v)*{a}",
        ]
    ),
)
def test_any_numbers(a, b, k, text):
    model = Model("dv/dt = -v\n" + text.format(a=a, b=b, k=k))
    at = computed(model, model.definitions["r"], b)
    assert at == pytest.approx(limit(model, "r", b), rel=RELATIVE)
    slope = total_derivative(model, model.definitions["r"], "v")
    assert computed(model, slope, b) == pytest.approx(limit(model, "r", b, order=1), rel=RELATIVE)


linear = st.sampled_from(
    ["v", "(v - 3)", "(3 - v)", "(2*v + 1)", "-v", "(v/4)", "u", "x", "k", "2", "y"]
)
shifted = st.builds(
    lambda z, form: form.replace("z", f"({z})"),
    linear,
    st.sampled_from(
        [
            "(exp(z) - 1)",
            "(1 - exp(-z))",
            "expm1(z)",
            "(3 - 3*exp(z/2))",
            "(1 - 1/exp(z))",
            "D",
            "F",
        ]
    ),
)
factors = st.one_of(linear, shifted, st.sampled_from(["exp(v/5)", "(1 + exp(v))", "cos(u)", "E"]))
powers = st.builds(
    "{}**{}".format, factors.map(lambda f: f"({f})"), st.sampled_from(["2", "3", "-1", "-2"])
)
chains = st.lists(
    st.tuples(st.sampled_from("*/"), st.one_of(factors, powers)), min_size=1, max_size=6
).map(lambda pairs: "1" + "".join(op + factor for op, factor in pairs))


@given(chains, st.lists(chains, max_size=2))
def test_rewriting_changes_no_value(chain, more):
    """Away from where the author's own text is 0/0, what is computed is what he wrote."""
    text = " + ".join([chain, *more])
    model = Model(
        "dv/dt = -v\ndu/dt = -u\nE = exp(-v/2)\nD = 1 - E\nF = 2*D/k\nx = v - u\ny = D*x\nr = "
        + text,
        parameters={"k": 2.5},
    )
    written = {e.name: e.value for e in model.equations if e.kind == "definition"}
    for v, u in ((1.3, 0.7), (-2.2, 1.9), (4.1, -3.3)):
        values = {"v": v, "u": u, "k": 2.5}
        for name in ("E", "D", "F", "x", "y"):
            values[name] = float(evaluate(written[name], values))
        expected = float(evaluate(written["r"], values))
        for name in ("E", "D", "F", "x", "y"):
            values[name] = float(evaluate(model.definitions[name], values))
        found = float(evaluate(model.definitions["r"], values))
        scale = sum(abs(float(evaluate(parse_expression(part), values))) for part in [chain, *more])
        assert found == pytest.approx(expected, rel=1e-11, abs=1e-11 * scale)
