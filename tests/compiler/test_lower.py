"""Lowered expressions against their values by NumPy, on both loop targets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rheobase.compiler import native
from rheobase.compiler.builder import Builder
from rheobase.compiler.constants import Constants, reciprocal
from rheobase.compiler.lower import ArrayTable, Lowering
from rheobase.compiler.targets import python
from rheobase.compiler.targets.numpy import evaluate
from rheobase.model.expression import (
    Apply,
    Comparison,
    Logical,
    Negative,
    Number,
    Operation,
    Symbol,
)
from rheobase.model.functions import FUNCTIONS
from rheobase.model.parse import parse_expression

VARYING, SCALARS, ARRAYS = ("x", "y"), ("p", "q"), ("h",)
N = 16
SMOOTH = ("exp", "expm1", "exprel", "logistic", "sin", "cos", "tanh", "positive", "abs")
CHOICES = ("max", "min")

leaves = st.one_of(
    st.sampled_from([Symbol(n) for n in (*VARYING, *SCALARS, *ARRAYS)]),
    st.sampled_from([0.0, 0.5, 1.0, -1.5, 2.0, 3.0]).map(Number),
)


def grow(parts):
    conditions = st.builds(
        Comparison, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), parts, parts
    )
    logical = st.builds(
        lambda op, a, b: Logical(op, (a,) if op == "not" else (a, b)),
        st.sampled_from(["and", "or", "not"]), conditions, conditions,
    )  # fmt: skip
    return st.one_of(
        st.builds(Negative, parts),
        st.builds(Operation, st.sampled_from("+-*/"), parts, parts),
        st.builds(
            lambda base, k: Operation("**", base, Number(k)),
            parts, st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 7.0, 16.0, 17.0]),
        ),
        st.builds(lambda f, a: Apply(f, (a,)), st.sampled_from([*SMOOTH, "sqrt", "sign", "floor",
                                                                "heaviside", "log1p"]), parts),
        st.builds(lambda f, a, b: Apply(f, (a, b)), st.sampled_from(CHOICES), parts, parts),
        st.builds(lambda a, b, c: Apply("clip", (a, b, c)), parts, parts, parts),
        st.builds(lambda *a: Apply("where", a), st.one_of(conditions, logical), parts, parts),
    )  # fmt: skip


expressions = st.recursive(leaves, grow, max_leaves=12)


def lowered(expression, verbatim=False):
    """A kernel that computes one expression for N neurons, and its constants."""
    constants = Constants({*SCALARS, *ARRAYS}, set(ARRAYS))
    b = Builder("apply", inline=False)
    n = b.scalar("n", "i64")
    scalars, out = b.array("scalars"), b.array("out")
    inputs = {name: b.array(name) for name in VARYING}
    table = ArrayTable(b, "constant")
    with b.loop("i", 0, n, vector=True) as i:
        values = {name: b.let(name, array[i]) for name, array in inputs.items()}
        lower = Lowering(b, constants, scalars, table, i, values, verbatim)
        b.store(out, i, lower(expression))
    return b.function(), constants, table


def run(expression, values, load, verbatim=False):
    function, constants, table = lowered(expression, verbatim)
    scalars, arrays = constants.values(values, N)
    out = np.empty(N)
    known = {"n": N, "scalars": scalars, "out": out} | {k: values[k] for k in VARYING}
    known |= {table.arrays[k].name: arrays[k] for k in table.arrays}
    load([function])["apply"](*(known[p.name] for p in function.parameters))
    return out


def sample(seed):
    rng = np.random.default_rng(seed)
    values = {name: rng.uniform(-3, 3, N) for name in (*VARYING, *ARRAYS)}
    values["x"][:3] = (0.0, 1.0, -1.0)
    return values | {name: float(rng.uniform(-2, 2)) for name in SCALARS}


def tolerance(expression, values):
    """How far rounding may carry the value: seen by rounding every leaf differently."""
    rng = np.random.default_rng(0)
    base = np.broadcast_to(evaluate(expression, values), (N,))
    spread = np.zeros(N)
    for _ in range(6):
        moved = {k: v * (1 + 4e-15 * rng.choice([-1, 1], np.shape(v))) for k, v in values.items()}
        with np.errstate(all="ignore"):
            spread = np.fmax(spread, np.abs(evaluate(expression, moved) - base))
    return base, spread


@settings(max_examples=60)
@given(expressions, st.integers(0, 1000))
def test_native_code_and_python_say_the_same(expression, seed):
    values = sample(seed)
    a = run(expression, values, native.compile_functions)
    b = run(expression, values, python.load)
    assert np.array_equal(a, b, equal_nan=True)


@settings(max_examples=150)
@given(expressions, st.integers(0, 1000))
def test_what_is_lowered_has_the_value_that_numpy_gives_it(expression, seed):
    values = sample(seed)
    found = run(expression, values, python.load)
    expected, spread = tolerance(expression, values)
    with np.errstate(all="ignore"):
        scale = np.abs(expected)
        close = np.abs(found - expected) <= 1e-12 * scale + 1e3 * spread + 1e-13
    same = (np.isnan(found) & np.isnan(expected)) | (found == expected) | close
    # Where a condition or an infinity stands on the edge, rounding decides.
    edge = ~np.isfinite(spread) | (spread > 1e-10 * (scale + 1)) | _cancels(expression, values)
    assert np.all(same | edge)


def _cancels(expression, values):
    """Neurons where some part is a difference of all but equal numbers, or a step at its edge."""
    from rheobase.model.expression import walk

    found = np.zeros(N, dtype=bool)
    with np.errstate(all="ignore"):
        for node in walk(expression):
            match node:
                case Operation("+" | "-", a, b) | Comparison(_, a, b):
                    one, other = (np.broadcast_to(evaluate(e, values), (N,)) for e in (a, b))
                    difference = np.abs(np.abs(one) - np.abs(other))
                    found |= ~(difference > 1e-9 * (np.abs(one) + np.abs(other)))
                case Apply("floor" | "heaviside" | "sign" | "clip" | "max" | "min", _):
                    value = np.broadcast_to(evaluate(node.arguments[0], values), (N,))
                    found |= np.abs(value - np.round(value)) < 1e-9
    return found


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"where"}))
def test_every_listed_function_is_lowered(name):
    arguments = ", ".join(("x", "y", "p")[: FUNCTIONS[name].arguments])
    expression = parse_expression(f"{name}({arguments})")
    values = sample(5)
    for load in (native.compile_functions, python.load):
        found = run(expression, values, load)
        expected = np.broadcast_to(evaluate(expression, values), (N,))
        assert found == pytest.approx(expected, rel=2e-15, abs=1e-300, nan_ok=True)


@pytest.mark.parametrize("name", ["max", "min"])
@pytest.mark.parametrize("arguments", ["x, y", "y, x"])
def test_the_larger_and_the_smaller_hide_no_nan(name, arguments):
    values = sample(5)
    values["y"][:4] = np.nan
    found = run(parse_expression(f"{name}({arguments})"), values, native.compile_functions)
    assert np.isnan(found[:4]).all()
    assert np.isfinite(found[4:]).all()


@pytest.mark.parametrize("text", ["max(x, y, p)", "min(x, y, p, h)"])
def test_max_and_min_take_several(text):
    values = sample(7)
    expected = evaluate(parse_expression(text), values)
    both = np.max if text.startswith("max") else np.min
    parts = [np.broadcast_to(values[k], (N,)) for k in text[4:-1].split(", ")]
    assert np.array_equal(expected, both(parts, axis=0))
    assert np.array_equal(run(parse_expression(text), values, native.compile_functions), expected)


@pytest.mark.parametrize(
    "text", ["x - p*y", "(x - p)/q", "x*y + p", "3*(x + 0.1)", "x/q - y", "p*(q - x)", "x**3 - y/p"]
)
def test_verbatim_every_operation_is_rounded_as_written(text):
    values = sample(11)
    expression = parse_expression(text)
    expected = np.broadcast_to(evaluate(expression, values), (N,))
    if "**" not in text:  # a power is a product here, and a function there
        assert np.array_equal(run(expression, values, native.compile_functions, True), expected)
    assert run(expression, values, python.load) == pytest.approx(expected, rel=1e-13, abs=1e-14)


def test_constants_are_lifted_out_whole():
    expression = parse_expression("exp(p*q + 1)*x + log(abs(p))/h + y/(p + q)")
    _, constants, _ = lowered(expression)
    whole, quotient = parse_expression("exp(p*q + 1)"), parse_expression("1.0/(p + q)")
    assert set(constants.scalars) == {whole, quotient}
    assert constants.arrays == [parse_expression("log(abs(p))/h")]
    scalars, arrays = constants.values(sample(1), N)
    assert np.isfinite(scalars).all()
    assert arrays[0].shape == (N,)


def test_a_constant_is_looked_up_once():
    constants = Constants({"p"}, set())
    assert constants.place(parse_expression("p*2")) == ("scalars", 0)
    assert constants.place(parse_expression("p*2")) == ("scalars", 0)
    assert constants.place(Number(3.5)) == 3.5
    assert constants.place(parse_expression("2**3 + 1")) == 9.0
    assert constants.values({"p": 4.0}, 3)[0].tolist() == [8.0]


def test_reciprocals():
    assert reciprocal(Number(4.0)) == Number(0.25)
    assert evaluate(reciprocal(Number(0.0)), {}) == np.inf
    assert evaluate(reciprocal(Symbol("p")), {"p": 8.0}) == 0.125


def test_a_name_without_a_value_is_an_error_of_ours():
    with pytest.raises(KeyError, match="no value here"):
        lowered(Symbol("nobody"))
