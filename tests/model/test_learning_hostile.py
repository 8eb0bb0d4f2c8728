"""Text that is not of the language, at every door of a learning rule."""

import pytest

from rheobase.model.learning import LearningRule

from .hostile import EQUATIONS, EXPRESSIONS

PARAMETERS = {"tau": 10.0, "v": 1.0}


def in_equation(text):
    LearningRule(f"dx/dt = -x/tau + {text}", on_pre="x += 1", parameters=PARAMETERS)


def in_definition(text):
    LearningRule(f"r = {text}", on_pre="w += r", parameters=PARAMETERS)


def on_pre(text):
    LearningRule(on_pre=f"w = {text}", parameters=PARAMETERS)


def on_post(text):
    LearningRule(on_post=f"w += {text}", parameters=PARAMETERS)


def on_modulator(text):
    LearningRule(on_modulator=f"w *= {text}", parameters=PARAMETERS)


def as_statement(text):
    LearningRule(on_pre=text, parameters=PARAMETERS)


def as_trials(text):
    LearningRule(on_pre=f"k = binomial({text}, 0.5)", parameters=PARAMETERS)


def as_probability(text):
    LearningRule(on_pre=f"k = binomial(3, {text})", parameters=PARAMETERS)


def as_transmitted(text):
    LearningRule(on_pre="x += 1", initial={"x": 0}, transmits=text, parameters=PARAMETERS)


def as_first_value(text):
    LearningRule(on_pre="x += 1", initial={"x": text}, parameters=PARAMETERS)


def as_parameter(text):
    LearningRule(on_pre="w += a", parameters={"a": text})


def as_weight(text):
    LearningRule(on_pre="w += 1", weight=text)


def as_name_of_a_parameter(text):
    LearningRule(on_pre="w += 1", parameters={text: 1.0})


def as_name_of_a_state(text):
    LearningRule(on_pre="w += 1", initial={text: 1.0})


def in_a_description(text):
    good = LearningRule(on_pre="w += 1").to_dict()
    LearningRule.from_dict(good | {"on_pre": f"w = {text}"})


DOORS = [
    in_equation, in_definition, on_pre, on_post, on_modulator, as_statement, as_trials,
    as_probability, as_transmitted, as_first_value, as_parameter, as_weight, in_a_description,
    as_name_of_a_parameter, as_name_of_a_state,
]  # fmt: skip
# What a door rightly takes: 0777 is a number with idle zeros, and a name nobody knows may be given
# to a parameter or a state.
RIGHT = {
    (as_parameter, "old octal"),
    (as_name_of_a_parameter, "unknown name"),
    (as_name_of_a_state, "unknown name"),
}


@pytest.mark.parametrize(
    ("door", "text"),
    [
        pytest.param(door, text, id=f"{door.__name__}-{what}")
        for door in DOORS
        for what, text in EXPRESSIONS.items()
        if (door, what) not in RIGHT
    ],
)
def test_no_door_takes_a_hostile_text(watch, door, text):
    watch.refuses(door, text)


@pytest.mark.parametrize("what", [what for what in EQUATIONS if what != "comment alone"])
def test_no_rule_is_made_of_hostile_equations(watch, what):
    watch.refuses(LearningRule, EQUATIONS[what])


@pytest.mark.parametrize("argument", ["text", "on_pre", "on_post", "on_modulator", "transmits"])
@pytest.mark.parametrize("thing", [b"w = 1", ["w = 1"], {"w": 1}, object(), print, 1j])
def test_no_door_takes_what_is_not_text(watch, argument, thing):
    watch.refuses(LearningRule, **({"on_pre": "w += 1"} | {argument: thing}))


@pytest.mark.parametrize("argument", ["parameters", "initial"])
@pytest.mark.parametrize("thing", ["v", b"v", ["v"], 1, object()])
def test_values_come_by_name(watch, argument, thing):
    watch.refuses(LearningRule, on_pre="w += 1", **{argument: thing})


@pytest.mark.parametrize("where", ["text", "on_pre"])
def test_named_expressions_that_double_are_refused_at_once(watch, where):
    lines = ["b_0 = v"] + [f"b_{k + 1} = b_{k} + b_{k}" for k in range(200)]
    text, statement = "\n".join(lines), "w += b_200"
    if where == "text":
        text, statement = text + "\ndx/dt = -x*b_200", "x += 1"
    watch.refuses(
        LearningRule, text, on_pre=statement, parameters=PARAMETERS, initial={"x": 0}
        if where == "text" else None,
    )  # fmt: skip


def test_many_statements_are_read_at_once():
    made = LearningRule(on_pre="; ".join(["w += v"] * 300), parameters=PARAMETERS)
    assert len(made.bound(made.parts.dimensions["v"]).events["pre"]) == 300
