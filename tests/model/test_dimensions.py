"""What the equations say of units, and where they contradict themselves."""

import pytest

from rheobase.errors import EquationError, ParameterError, UnitError, UnknownNameError
from rheobase.model import Model
from rheobase.units import Hz, Mohm, ms, mV, nA, nS, pA, pF
from rheobase.units.dimension import (
    CAPACITANCE,
    CONDUCTANCE,
    CURRENT,
    NONE,
    RATE,
    TIME,
    VOLTAGE,
)

LIF = {"C": 200 * pF, "g_L": 10 * nS, "V_L": -70 * mV}


def refused(kind, *arguments, **options):
    with pytest.raises(kind) as caught:
        Model(*arguments, **options)
    return caught.value


def under_caret(error):
    line, caret = error.where.split("\n")
    return line[caret.index("^") :]


def test_states_and_inputs_are_inferred():
    model = Model("C*dv/dt = -g_L*(v - V_L) + I - w\ntau*dw/dt = a*(v - V_L) - w",
                  parameters=LIF | {"tau": 20 * ms, "a": 2 * nS}, inputs=["I"])  # fmt: skip
    assert model.dimension_of("v") == VOLTAGE
    assert model.dimension_of("w") == CURRENT
    assert model.dimension_of("I") == CURRENT
    assert model.dimension_of("C") == CAPACITANCE
    assert model.unit_of("I") == pA


def test_a_left_out_parameter_says_what_the_text_needs():
    error = refused(UnknownNameError, "C*dv/dt = -g_L*(v - V_l) + I", parameters=LIF, inputs=["I"])
    assert "V_l" in error.message
    assert "V_L" in error.mend
    assert under_caret(error).startswith("V_l")


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("r = g*(v - E)", CURRENT),
        ("r = g*v**2/v", CURRENT),
        ("r = sqrt(v**2)", VOLTAGE),
        ("r = (v**2)**0.5", VOLTAGE),
        ("r = (v**3)**(1/3)", VOLTAGE),
        ("r = v**-1*v**2", VOLTAGE),
        ("r = v**(3 - 2)", VOLTAGE),
        ("r = abs(-v)", VOLTAGE),
        ("r = positive(v)", VOLTAGE),
        ("r = max(v, E, 0)", VOLTAGE),
        ("r = max(0, v)", VOLTAGE),
        ("r = min(v, 20*mV)", VOLTAGE),
        ("r = clip(v, E, 0*mV)", VOLTAGE),
        ("r = clip(v, 0, E)", VOLTAGE),
        ("r = where(v > E, v, E)", VOLTAGE),
        ("r = where(v > 0, 0, E)", VOLTAGE),
        ("r = heaviside(v)", NONE),
        ("r = sign(v - E)", NONE),
        ("r = exp(v/E)", NONE),
        ("r = v/E", NONE),
        ("r = v**0", NONE),
        ("r = 1/tau", RATE),
        ("r = Hz*v/E", RATE),
        ("r = t", TIME),
        ("r = percent*t", TIME),
        ("r = pi*v", VOLTAGE),
        ("r = 0*v", VOLTAGE),
        ("r = g/(1 + exp(-v/E))", CONDUCTANCE),
        ("r = s\ns = u\nu = g*v", CURRENT),
        ("r = v + s\ns = 0", VOLTAGE),
    ],
)
def test_expressions_have_a_dimension(text, dimension):
    model = Model(f"dv/dt = (E - v)/tau\n{text}",
                  parameters={"g": 1 * nS, "E": -10 * mV, "tau": 5 * ms})  # fmt: skip
    assert model.dimension_of("r") == dimension


@pytest.mark.parametrize(
    ("line", "at", "sides"),
    [
        ("dv/dt = (E - v)/tau + I", "I", ("voltage per time", "current")),
        ("dv/dt = (E - v)*tau", "(E - v)*tau"[1:], ("", "")),
        ("dv/dt = (E - tau)/tau", "tau)/tau", ("voltage", "time")),
        ("dv/dt = (E - v)/tau\nr = v + 3", "3", ("voltage", "plain number")),
        ("dv/dt = (E - v)/tau\nr = 3 + v", "v", ("plain number", "voltage")),
        ("dv/dt = (E - v)/tau\nr = v + 3*mV*ms", "3*mV*ms", ("voltage", "")),
        ("dv/dt = (E - v)/tau\nr = exp(v)", "v)", ("voltage",)),
        ("dv/dt = (E - v)/tau\nr = 2**v", "v", ("voltage",)),
        ("dv/dt = (E - v)/tau\nr = v**(v/E)", "v/E", ()),
        ("dv/dt = (E - v)/tau\nr = max(v, tau)", "tau)", ("voltage", "time")),
        ("dv/dt = (E - v)/tau\nr = max(v, E, 1)", "1)", ("voltage", "plain number")),
        ("dv/dt = (E - v)/tau\nr = clip(v, 0, tau)", "tau)", ("voltage", "time")),
        ("dv/dt = (E - v)/tau\nr = where(v > E, v, I)", "I)", ("voltage", "current")),
        ("dv/dt = (E - v)/tau\nr = where(v > I, 1, 2)", "I,", ("voltage", "current")),
        ("dv/dt = (E - v)/tau\nr = where(v > 1, 1, 2)", "1, 1", ("voltage", "plain number")),
        ("dv/dt = (E - v)/tau\nr = g*v - v", "v", ("current", "voltage")),
        ("dv/dt = (E - v)/tau\nr = v*mV + E", "E", ("", "voltage")),
        ("dv/dt = (E - v)/tau + xi", "xi", ("voltage per time",)),
        ("dv/dt = (E - v)/tau + I*xi", "I*xi", ()),
    ],
)
def test_a_contradiction_is_shown_where_it_stands(line, at, sides):
    parameters = {"g": 1 * nS, "E": -10 * mV, "tau": 5 * ms}
    error = refused(UnitError, line, parameters=parameters, inputs={"I": pA})
    for side in sides:
        assert side in error.message
    assert at in under_caret(error)
    assert error.mend


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("r = v + 3", 8),
        ("r = max(v, E, 1)", 14),
        ("r = (v + E) + (g*v)", 15),
        ("r = v*(E + 1)", 11),
    ],
)
def test_the_caret_is_in_the_very_column(line, column):
    error = refused(UnitError, f"dv/dt = (E - v)/ms\n{line}",
                    parameters={"E": 1 * mV, "g": 1 * nS})  # fmt: skip
    shown, caret = error.where.split("\n")
    assert shown == f"  {line}"
    assert caret.index("^") - 2 == column


def test_white_noise_is_one_over_the_root_of_time():
    model = Model("tau*dv/dt = -v + sigma*sqrt(2*tau)*xi",
                  parameters={"tau": 10 * ms, "sigma": 2 * mV})  # fmt: skip
    assert model.dimension_of("v") == VOLTAGE
    assert model.noises == ("xi",)
    two = Model("dv/dt = -v/tau + s*xi_a + s*xi_b",
                parameters={"tau": 1 * ms, "s": 2 * mV / ms**0.5})  # fmt: skip
    assert two.dimension_of("v") == VOLTAGE
    assert two.noises == ("xi_a", "xi_b")
    assert two.dimension_of("s") == two.dimension_of("v").times(TIME.to_the(-0.5))


@pytest.mark.parametrize(
    ("door", "text"),
    [
        ("spike", "v > xi"),
        ("reset", "v = xi"),
        ("refractory", "xi*ms"),
        ("initial", "xi"),
        ("spike", "dv/dt > 1"),
        ("reset", "v = dv/dt"),
        ("refractory", "dv/dt"),
        ("initial", "dv/dt"),
    ],
)
def test_noise_and_slopes_stay_in_the_equations(door, text):
    rules = {"spike": "v > 1", door: {"v": text} if door == "initial" else text}
    error = refused(EquationError, "dv/dt = -v + xi", **rules)
    assert "xi" in under_caret(error) or "dv/dt" in under_caret(error)


RESETS = {"spike": "v > V_T", "parameters": LIF | {"V_T": -50 * mV, "b": 20 * pA, "tau": 5 * ms}}
ADAPTIVE = "C*dv/dt = -g_L*(v - V_L) - w\ntau*dw/dt = -w"


@pytest.mark.parametrize(
    "reset",
    [
        "v = V_L; w += b", "v -= 20*mV", "v += V_T - V_L", "w *= 2", "w /= 3", "w *= v/V_L",
        "v = 0", "v = 0*mV; w = 0", "v = v - 3*mV", "w = where(w > 2*b, 2*b, w + b)", "w *= 0",
    ],
)  # fmt: skip
def test_resets_agree(reset):
    model = Model(ADAPTIVE, reset=reset, **RESETS)
    assert model.reset


@pytest.mark.parametrize(
    ("reset", "at"),
    [
        ("v = w", "w"),
        ("v = -65", "-65"),
        ("v += 1", "1"),
        ("v = V_L; w += 60", "60"),
        ("v -= b", "b"),
        ("w *= b", "b"),
        ("w *= 2*mV", "2*mV"),
        ("v /= V_L", "V_L"),
        ("v = V_L + b", "b"),
    ],
)
def test_resets_that_disagree(reset, at):
    error = refused(UnitError, ADAPTIVE, reset=reset, **RESETS)
    assert under_caret(error).startswith(at)


@pytest.mark.parametrize("period", ["t_ref", "2*t_ref", "t_ref + 1*ms", "where(v > V_T, t_ref, 0)"])
def test_refractory_expressions_are_times(period):
    options = RESETS | {"parameters": RESETS["parameters"] | {"t_ref": 2 * ms}}
    model = Model(ADAPTIVE, reset="v = V_L", refractory=period, **options)
    assert model.held == ("v",)


@pytest.mark.parametrize("period", [2 * ms, "2 ms", 0 * ms])
def test_a_refractory_period_may_be_given_at_once(period):
    if isinstance(period, str):
        error = refused(EquationError, ADAPTIVE, reset="v = V_L", refractory=period, **RESETS)
        assert "*" in error.mend
        return
    model = Model(ADAPTIVE, reset="v = V_L", refractory=period, **RESETS)
    assert model.dimension_of("refractory_period") == TIME


@pytest.mark.parametrize("period", ["V_L", "2", "b*ms", 2 * mV, 3.0])
def test_refractory_periods_of_another_kind(period):
    error = refused(UnitError, ADAPTIVE, reset="v = V_L", refractory=period, **RESETS)
    assert "time" in error.message


def test_definitions_come_in_any_order():
    orders = [
        "a = b + 1\nb = c*2\nc = v\ndv/dt = -a",
        "dv/dt = -a\nc = v\nb = c*2\na = b + 1",
    ]
    models = [Model(text) for text in orders]
    assert {tuple(model.definitions) for model in models} == {("c", "b", "a")}


def test_a_circle_is_shown():
    error = refused(EquationError, "dv/dt = -a\na = b + 1\nb = 2*c\nc = a - v\nd = a")
    assert "a" in error.message
    assert "->" in error.message
    assert error.where.count("\n") == 2
    assert "d =" not in error.where


@pytest.mark.parametrize(
    ("text", "outputs"),
    [
        ("tau*dv/dt + v = I\nr = positive(v)", ("r",)),
        ("y = tanh(x)\nx = 2*I", ("y",)),
        ("y = tanh(I)\nz = -I", ("y", "z")),
        ("dv/dt = -a\na = v", ()),
    ],
)
def test_what_nothing_uses_is_an_output(text, outputs):
    model = Model(text, parameters={"tau": 1.0} if "tau" in text else {}, inputs=["I"])
    assert model.outputs == outputs


def test_outputs_may_be_chosen():
    text = "x = 2*I\ny = tanh(x)"
    assert Model(text, inputs=["I"], outputs=["x", "y"]).outputs == ("x", "y")
    assert Model(text, inputs=["I"], outputs="x").outputs == ("x",)
    error = refused(UnknownNameError, text, inputs=["I"], outputs=["z"])
    assert "x, y" in error.mend


@pytest.mark.parametrize(
    "options",
    [
        {"parameters": {"tau": 10}, "inputs": {"I": mV}},
        {"parameters": {"tau": 10 * ms}, "inputs": ["I"], "initial": {"v": -70}},
        {"parameters": {"tau": 10 * ms}, "inputs": ["I"], "spike": "v > -50"},
    ],
)
def test_styles_do_not_mix(options):
    text = "tau*dv/dt = E - v + I\nE = -70*mV" if "spike" in options else "tau*dv/dt = -v + I"
    if "initial" in options:
        text = "tau*dv/dt = -70*mV - v + I"
    error = refused(UnitError, text, **options)
    assert "two styles do not mix" in error.mend or "tau came without a unit" in error.mend
    assert error.where


def test_a_zero_with_a_unit_keeps_it():
    error = refused(UnitError, ADAPTIVE, reset="w = 0*mV", **RESETS)
    assert "voltage" in error.message


def test_a_model_without_units_has_none():
    model = Model("tau*dv/dt = -v + I", parameters={"tau": 10}, inputs=["I"], time=ms)
    assert model.is_plain
    assert set(model.dimensions.values()) == {NONE}
    assert model.unit_of("v") is None


@pytest.mark.parametrize("unit", ["pA", pA, 1 * pA, "nA", CURRENT, nA])
def test_inputs_take_units_in_many_ways(unit):
    model = Model("tau*dv/dt = -v + R*I", parameters={"tau": 10 * ms, "R": 100 * Mohm},
                  inputs={"I": unit})  # fmt: skip
    assert model.dimension_of("v") == VOLTAGE


def test_an_open_dimension_is_a_plain_number():
    model = Model("tau*dv/dt = -v", parameters={"tau": 10 * ms})
    assert model.dimension_of("v") == NONE


def test_a_first_value_tells_the_dimension():
    model = Model("tau*dv/dt = -v", parameters={"tau": 10 * ms}, initial={"v": 3 * Hz})
    assert model.dimension_of("v") == RATE
    error = refused(UnitError, "tau*dv/dt = -v + I", parameters={"tau": 10 * ms},
                    inputs={"I": mV}, initial={"v": 3 * Hz})  # fmt: skip
    assert "rate" in error.message


@pytest.mark.parametrize(
    ("name", "value"), [("tau", -10 * ms), ("tau", 0 * ms), ("C", 0 * pF), ("C", -1 * pF)]
)
def test_what_divides_is_positive(name, value):
    values = {"tau": 10 * ms, "C": 1 * pF, "I_0": 1 * pA} | {name: value}
    text = "C*dv/dt = I_0\ntau*dw/dt = -w"
    error = refused(ParameterError, text, parameters=values)
    assert name in error.message
    plain = {key: float(v.magnitude) for key, v in values.items()}
    assert name in refused(ParameterError, text, parameters=plain).message
    good = Model(text, parameters=values | {name: abs(value) + abs(value.unit * 1)})
    with pytest.raises(ParameterError):
        good.replace(**{name: value})


def test_a_time_that_divides_nothing_may_be_zero():
    model = Model("dv/dt = heaviside(t - t_on)/tau - v/tau",
                  parameters={"tau": 5 * ms, "t_on": 0 * ms})  # fmt: skip
    assert model.replace(t_on=-3 * ms).parameters["t_on"] == -3.0
