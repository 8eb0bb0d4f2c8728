"""Text that is not of the language: one clear error, at once, and nothing is executed."""

import time

import pytest

from rheobase.errors import EquationError, RheobaseError
from rheobase.model import Model
from rheobase.units import ms, mV

from .hostile import EQUATIONS, EXPRESSIONS

PARAMETERS = {"v_0": 1.0}


def in_equation(text):
    Model(f"dv/dt = {text}", parameters=PARAMETERS)


def in_definition(text):
    Model(f"dv/dt = -v\nr = {text}", parameters=PARAMETERS)


def in_left_side(text):
    Model(f"({text}) * dv/dt = 1", parameters=PARAMETERS)


def in_model_with_units(text):
    Model(f"dv/dt = -v/tau\nr = {text}", parameters={"tau": 10 * ms})


def in_spike(text):
    Model("dv/dt = -v", spike=f"{text} > 1", parameters=PARAMETERS)


def in_reset(text):
    Model("dv/dt = -v", spike="v > 1", reset=f"v = {text}", parameters=PARAMETERS)


def in_refractory(text):
    Model("dv/dt = -v", spike="v > 1", reset="v = 0", refractory=text, parameters=PARAMETERS)


def in_initial(text):
    Model("dv/dt = -v", initial={"v": text}, parameters=PARAMETERS)


def as_parameter(text):
    Model("dv/dt = -v/tau", parameters={"tau": text})


def as_input_unit(text):
    Model("dv/dt = -v + I", inputs={"I": text})


def as_display(text):
    Model("dv/dt = -v", display={"v": text})


def as_time(text):
    Model("dv/dt = -v", time=text)


def as_name_of_a_parameter(text):
    Model("dv/dt = -v", parameters={text: 1.0})


def as_name_of_an_input(text):
    Model("dv/dt = -v", inputs=[text])


def as_name_of_an_output(text):
    Model("dv/dt = -v", outputs=[text])


def as_replacement(text):
    Model("dv/dt = -v/tau", parameters={"tau": 10 * ms}).replace(tau=text)


EXPRESSION_DOORS = [
    in_equation, in_definition, in_left_side, in_model_with_units, in_spike, in_reset,
    in_refractory, in_initial,
]  # fmt: skip
VALUE_DOORS = [as_parameter, as_input_unit, as_display, as_time, as_replacement]
NAME_DOORS = [as_name_of_a_parameter, as_name_of_an_input, as_name_of_an_output]


def raise_after(call):
    def run():
        call()
        raise EquationError("no", mend="no")

    return run


@pytest.mark.parametrize(
    "call",
    [
        lambda: eval("1 + 1"),  # noqa: S307
        lambda: exec("x = 1"),  # noqa: S102
        lambda: compile("1", "here", "eval"),
        lambda: open(__file__, "rb").close(),
        lambda: __import__("this_is_no_module"),
        lambda: time.sleep(0.06),
    ],
)
def test_the_watch_notices(watch, call):
    with pytest.raises(AssertionError):
        watch.refuses(raise_after(call))


# What one door rightly takes: `not v > 1` is a condition, 0777 is a number with idle zeros, and
# a name that nobody knows may be given to a parameter.
RIGHT = {
    (in_spike, "not of a number"),
    (in_spike, "a long comparison"),
    (as_parameter, "old octal"),
    (as_name_of_a_parameter, "unknown name"),
    (as_name_of_an_input, "unknown name"),
}


def pairs(doors):
    return [
        pytest.param(door, text, id=f"{door.__name__}-{what}")
        for door in doors
        for what, text in EXPRESSIONS.items()
        if (door, what) not in RIGHT
    ]


@pytest.mark.parametrize(("door", "text"), pairs(EXPRESSION_DOORS))
def test_no_door_takes_a_hostile_expression(watch, door, text):
    watch.refuses(door, text)


@pytest.mark.parametrize(("door", "text"), pairs(VALUE_DOORS))
def test_no_door_takes_a_hostile_value(watch, door, text):
    watch.refuses(door, text)


@pytest.mark.parametrize(("door", "text"), pairs(NAME_DOORS))
def test_no_door_takes_a_hostile_name(watch, door, text):
    watch.refuses(door, text)


@pytest.mark.parametrize("what", EQUATIONS)
def test_no_model_is_made_of_hostile_equations(watch, what):
    watch.refuses(Model, EQUATIONS[what])


@pytest.mark.parametrize("door", [Model, in_refractory, in_initial, as_parameter])
@pytest.mark.parametrize("thing", [b"v = 1", ["v = 1"], {"v": 1}, object(), print, 1j])
def test_no_door_takes_what_is_not_text(watch, door, thing):
    watch.refuses(door, thing)


@pytest.mark.parametrize("argument", ["spike", "reset"])
@pytest.mark.parametrize("thing", [b"v > 1", ["v > 1"], 1, True, object()])
def test_conditions_and_resets_are_text(watch, argument, thing):
    options = {"spike": "v > 1"} | {argument: thing}
    watch.refuses(Model, "dv/dt = -v", **options)


@pytest.mark.parametrize("argument", ["parameters", "initial", "drive", "display"])
@pytest.mark.parametrize("thing", ["v", b"v", ["v"], 1, object()])
def test_values_come_by_name(watch, argument, thing):
    watch.refuses(Model, "dv/dt = -v", **{argument: thing})


@pytest.mark.parametrize("thing", [1, object(), [1], [None], [b"I"], {1: mV}, {"I": 5}])
def test_inputs_are_names(watch, thing):
    watch.refuses(Model, "dv/dt = -v", inputs=thing)


def test_a_caret_stands_under_the_offence():
    text = "dv/dt = -(v - 1) + [2]"
    with pytest.raises(EquationError) as caught:
        Model(text)
    line, caret = caught.value.where.split("\n")
    assert line.strip() == text
    assert line[caret.index("^")] == "["


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("dv/dt = -v + nobody*2", "nobody"),
        ("dv/dt = -v + 2*(v > 1)", "v > 1"),
        ("dv/dt\t=\t-v + sqr(v)", "sqr"),
        ("dv/dt = -v + 3j", "j"),
        ("dv/dt = -v + v.real", ".real"),
        ("dv/dt = -v + lambda", "lambda"),
        ("dv/dt = -v + 2**v**2", "v**2"),
        ("dv/dt = -v + \u03c4", "\\u03c4"),
        ("dv/dt = " + "v + " * 100 + "nobody + v", "nobody"),
    ],
)
def test_the_caret_is_under(text, at):
    with pytest.raises(RheobaseError) as caught:
        Model(text)
    line, caret = caught.value.where.split("\n")
    assert line[caret.index("^") :].startswith(at)
    assert len(line) < 160


def test_a_comment_may_be_in_any_language():
    model = Model(
        "dv/dt = -v  # la constante \u03c4 vaut \u00ab 1 \u00bb\u00a0ms\n# \u6642\u5b9a\u6570"
    )
    assert model.states == ("v",)


def test_a_windows_file_is_read():
    assert Model("dv/dt = -v\r\ndu/dt = -u\r").states == ("v", "u")


def test_a_deep_stack_is_no_excuse(watch):
    def deeper(levels):
        if levels:
            return deeper(levels - 1)
        return watch.refuses(Model, "v = " + "(" * 59 + "1" + ")" * 59 + " + nobody")

    deeper(400)


def test_what_is_deep_but_allowed_is_read():
    text = "max(" * 50 + "v" + ", 1)" * 50
    model = Model(f"dv/dt = -v + {text}", spike=" and ".join(["v > 1"] * 50))
    assert model.states == ("v",)
    assert len(Model("dv/dt = -v + " + " + ".join(["v"] * 100)).states) == 1


def test_definitions_that_double_are_read_at_once():
    # Written out, each level doubles what is below it; read as it stands, it only adds to it.
    assert _seconds_of_levels(200) < 8 * _seconds_of_levels(50)


def _seconds_of_levels(levels):
    lines = ["dv/dt = -v", "b_0 = exp(v)", "c_0 = 1 - b_0"]
    for k in range(levels):
        lines += [f"b_{k + 1} = b_{k}*b_{k} + c_{k}", f"c_{k + 1} = c_{k}*b_{k}/(1 - c_{k})"]
    best = float("inf")
    for _ in range(3):
        start = time.thread_time()
        Model("\n".join(lines))
        best = min(best, time.thread_time() - start)
    return best


def test_a_long_chain_of_definitions_is_read():
    lines = ["dv/dt = -v", "b_0 = 2*v"]
    lines += [f"b_{k + 1} = 2*b_{k}" for k in reversed(range(1000))]
    model = Model("\n".join(lines) + "\nr = b_1000/(1 - exp(-b_1000))")
    assert list(model.definitions)[-1] == "r"
