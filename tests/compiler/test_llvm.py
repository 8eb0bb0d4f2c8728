"""The llvm target says what the python target says, and its loops are vectors."""

import platform
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rheobase.compiler import native
from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import (
    Array,
    Bits,
    Cast,
    Compare,
    Function,
    Name,
    Value,
    fma,
    logical_shift,
    primitive,
    select,
)
from rheobase.compiler.kernels.elementary.exponential import exp, exprel_reciprocal
from rheobase.compiler.targets import llvm, python

PACKED = {
    "x86_64": r"v?(add|mul|fmadd\d+)pd",
    "AMD64": r"v?(add|mul|fmadd\d+)pd",
    "arm64": r"v\d+\.2d",
    "aarch64": r"v\d+\.2d",
}[platform.machine()]

TYPES = ("f64", "f32", "i64", "i32", "i16", "i8", "bool")
WIDTHS = {"f64": 64, "f32": 32, "i64": 64, "i32": 32, "i16": 16, "i8": 8}
DTYPES = {"f64": "f8", "f32": "f4", "i64": "i8", "i32": "i4", "i16": "i2", "i8": "i1", "bool": "?"}
TWINS = {"f64": "i64", "i64": "f64", "f32": "i32", "i32": "f32"}
SPECIAL = [0.0, -0.0, 1.0, -1.5, 2.5, np.inf, -np.inf, np.nan, 5e-324, 1e300, -3e9, 0.1, 7e18]


def data(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    values = {}
    for kind in TYPES:
        width = WIDTHS.get(kind, 1)
        if kind == "bool":
            values[kind] = rng.random(n) < 0.5
        elif kind.startswith("i"):
            half = 2 ** (width - 1)
            values[kind] = rng.integers(-half, half, n, dtype=DTYPES[kind])
            values[kind][:3] = (-half, half - 1, 0)
        else:
            with np.errstate(over="ignore", under="ignore"):
                values[kind] = rng.permutation(SPECIAL)[:n].astype(DTYPES[kind])
    return values


@st.composite
def values(draw: st.DrawFn, kind: str, leaves: dict[str, Value], depth: int) -> Value:
    """An expression of a type over the elements of one array of each type."""
    if depth == 0:
        return leaves[kind]

    def below(other: str) -> Value:
        return draw(values(other, leaves, depth - 1))

    forms = ["leaf", "select", "cast"]
    forms += ["binary"] * 3
    if kind in ("f64", "f32"):
        forms += ["primitive", "fma", "bits"]
    elif kind == "bool":
        forms += ["compare"] * 3
    else:
        forms += ["shift", "divide", *(["bits"] if kind in ("i64", "i32") else [])]
    form = draw(st.sampled_from(forms))
    if form == "leaf":
        return leaves[kind]
    if form == "select":
        return select(below("bool"), below(kind), below(kind))
    if form == "cast":
        return Cast(below(draw(st.sampled_from(TYPES))), kind)
    if form == "compare":
        other = draw(st.sampled_from(TYPES))
        op = draw(st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]))
        return Compare(op, below(other), below(other))
    if form == "primitive":
        name = draw(st.sampled_from(["sqrt", "fabs", "floor", "ceil", "round_even"]))
        return primitive(name, below(kind))
    if form == "fma":
        return primitive(
            "copysign", fma(below(kind), below(kind), below(kind)), number(below(kind))
        )
    if form == "bits":
        return Bits(number(below(TWINS[kind])), kind)
    if form == "shift":
        places = draw(st.one_of(st.integers(0, 70), st.just(below(kind))))
        shifts = [lambda a: a << places, lambda a: a >> places]
        shift = draw(st.sampled_from([*shifts, lambda a: logical_shift(a, places)]))
        return shift(below(kind))
    if form == "divide":
        divisor = (below(kind) & 6) + 1
        return below(kind) // divisor if draw(st.booleans()) else below(kind) % divisor
    return arithmetic(draw, kind, below(kind), below(kind))


def number(value: Value) -> Value:
    """The sign and the bits of a NaN are no machine's promise."""
    return select(value.equals(value), value, 0)


def arithmetic(draw: st.DrawFn, kind: str, a: Value, b: Value) -> Value:
    if kind == "bool":
        return draw(st.sampled_from([a & b, a | b, a ^ b, ~a]))
    common = [a + b, a - b, a * b, -a]
    rest = [a / b] if kind in ("f64", "f32") else [a & b, a | b, a ^ b, ~a]
    return draw(st.sampled_from(common + rest))


def kernel(value: Value, vector: bool) -> Function:
    b = Builder("kernel", inline=False)
    b.parameters.extend(ARRAYS)
    out = b.array("out", value.type)
    with b.loop("index", 0, N, vector=vector) as i:
        assert i.name == "index"
        b.store(out, i, value)
    return b.function()


N = 13
ARRAYS = [Array(f"in_{kind}", kind) for kind in TYPES]
LEAVES = {array.type: array[Name("index", "i64")] for array in ARRAYS}


@settings(max_examples=120)
@given(st.data(), st.sampled_from(TYPES), st.booleans())
def test_targets_agree_bit_for_bit(both, case, kind, vector):
    value = case.draw(values(kind, LEAVES, 3))
    native_kernel, python_kernel = both(kernel(value, vector))
    arrays = data(np.random.default_rng(1), N)
    outs = [np.zeros(N, DTYPES[kind]) for _ in range(2)]
    native_kernel(*arrays.values(), outs[0])
    with np.errstate(all="ignore"):
        python_kernel(*arrays.values(), outs[1])
    np.testing.assert_array_equal(outs[0], outs[1])
    if kind in ("f64", "f32"):
        there = ~np.isnan(outs[0])
        assert (np.signbit(outs[0]) == np.signbit(outs[1]))[there].all()


def collatz() -> Function:
    """Steps to 1, with a while, an if, a call, a table and a local array in a scalar loop."""
    b = Builder("collatz", "i64", inline=False)
    start = b.scalar("start", "i64")
    x, steps = b.variable("x", start), b.variable("steps", 0, "i64")
    with b.repeat(x > 1):
        with b.when((x & 1).equals(1)):
            b.assign(x, x * 3 + 1)
        with b.otherwise():
            b.assign(x, x // 2)
        b.assign(steps, steps + 1)
    b.result(steps)
    return b.function()


def control() -> Function:
    b = Builder("control", inline=False)
    n, out = b.scalar("n", "i64"), b.array("out", "i64")
    weights = b.table("weights", "i16", (1, -2, 300))
    flags = b.table("flags", "bool", (True, False, True))
    with b.loop("i", 1, n) as i:
        counts = b.local("counts", "i64", 3)
        with b.loop("j", 0, 3) as j:
            b.store(counts, j, collatz_function(i + j))
        total = b.variable("total", 0, "i64")
        with b.loop("k", 0, 3) as k, b.when(flags[k]):
            b.assign(total, total + counts[k] * Cast(weights[k], "i64"))
        b.store(out, i, total)
    return b.function()


collatz_function = collatz()


def test_control_flow_agrees(both):
    outs = [np.zeros(40, np.int64) for _ in range(2)]
    for run, out in zip(both(control()), outs, strict=True):
        run(40, out)

    def steps(x):
        return 0 if x <= 1 else 1 + steps(3 * x + 1 if x % 2 else x // 2)

    want = [0] + [steps(i) + 300 * steps(i + 2) for i in range(1, 40)]
    assert outs[0].tolist() == outs[1].tolist() == want


def hodgkin_huxley(vector: bool = True) -> Function:
    """Large enough that its loop is masked."""
    b = Builder("hodgkin_huxley", inline=False)
    n, dt = b.scalar("n", "i64"), b.scalar("dt")
    v_array, m_array = b.array("v"), b.array("m")
    with b.loop("i", 0, n, vector=vector) as i:
        v, m = b.let("v", v_array[i]), b.let("m", m_array[i])
        alpha = b.let("alpha", exprel_reciprocal()((v + 40.0) * -0.1))
        beta = b.let("beta", exp()((v + 65.0) * (-1 / 18)) * 4.0)
        b.store(m_array, i, fma(dt, alpha * (1.0 - m) - beta * m, m))
        current = -120.0 * m * m * m * (v - 50.0) - 0.3 * (v + 54.4) * exp()(v * 0.01)
        b.store(v_array, i, fma(dt, current, v))
    return b.function()


def light(vector: bool = True) -> Function:
    """So small that its loop has a scalar remainder."""
    b = Builder("light", inline=False)
    n, dt, x, y = b.scalar("n", "i64"), b.scalar("dt"), b.array("x"), b.array("y")
    with b.loop("i", 0, n, vector=vector) as i:
        b.store(y, i, fma(dt, x[i] * y[i] + 0.1, x[i] / y[i]))
    return b.function()


@pytest.mark.parametrize("build", [hodgkin_huxley, light])
def test_a_neuron_has_the_same_bits_wherever_it_stands(compiled, build):
    run, scalar = compiled(build()), compiled(build(vector=False))
    rng = np.random.default_rng(3)
    v, m = rng.uniform(-80, 40, 1000), rng.uniform(0.01, 1, 1000)
    whole, by_one = (v.copy(), m.copy()), (v.copy(), m.copy())
    run(1000, 0.01, *whole)
    scalar(1000, 0.01, *by_one)
    np.testing.assert_array_equal(whole, by_one)
    for n in range(1, 41):
        part = (v.copy(), m.copy())
        run(n, 0.01, *part)
        for got, all_of, before in zip(part, whole, (v, m), strict=True):
            np.testing.assert_array_equal(got[:n], all_of[:n])
            np.testing.assert_array_equal(got[n:], before[n:])


@pytest.mark.parametrize("build", [hodgkin_huxley, light])
def test_only_loops_that_ask_for_it_become_vectors(build):
    assert re.search(PACKED, native.assembly([build()]))
    assert not re.search(PACKED, native.assembly([build(vector=False)]))


def test_wide_vectors_where_the_machine_has_them():
    from llvmlite import binding

    wide = binding.get_host_cpu_features().get("avx512f", False)
    assert ("zmm" in native.assembly([hodgkin_huxley()])) is wide


def test_a_sum_keeps_its_order(compiled):
    b = Builder("ordered", "f64", inline=False)
    n, x = b.scalar("n", "i64"), b.array("x")
    total = b.variable("total", 0.0)
    with b.loop("i", 0, n, vector=True) as i:
        b.assign(total, total + x[i])
    b.result(total)
    x = np.random.default_rng(4).normal(size=1000) * 10.0 ** np.arange(1000) ** 0.2
    want = 0.0
    for element in x:
        want += float(element)
    assert compiled(b.function())(1000, x) == want


def test_a_loop_that_cannot_be_a_vector_is_right_and_silent(compiled, capfd):
    b = Builder("halve", inline=False)
    n, x = b.scalar("n", "i64"), b.array("x")
    with b.loop("i", 0, n, vector=True) as i:
        value = b.variable("value", x[i])
        with b.repeat(value > 1.0):
            b.assign(value, value * 0.5)
        b.store(x, i, value)
    x = np.arange(10.0)
    compiled(b.function())(10, x)
    assert x.tolist() == [0, 1, 1, 0.75, 1, 0.625, 0.75, 0.875, 1, 0.5625]
    assert capfd.readouterr().err == ""


def test_local_arrays_belong_to_one_iteration(both):
    fill = Builder("fill_powers")
    base, powers = fill.scalar("base"), fill.array("powers")
    power = fill.variable("power", 1.0)
    with fill.loop("j", 0, 4) as j:
        fill.store(powers, j, power)
        fill.assign(power, power * base)
    filler = fill.function()

    b = Builder("choose", inline=False)
    n, x, which, out = b.scalar("n", "i64"), b.array("x"), b.array("which", "i8"), b.array("out")
    with b.loop("i", 0, n, vector=True) as i:
        room = b.local("room", "f64", 4)
        b.evaluate(filler(x[i], room))
        b.store(out, i, room[Cast(which[i], "i64")])
    x, which = np.arange(1.0, 101.0), (np.arange(100) % 4).astype(np.int8)
    for run in both(b.function()):
        out = np.zeros(100)
        run(100, x, which, out)
        np.testing.assert_array_equal(out, x**which)


def test_scatter(compiled):
    b = Builder("scatter", inline=False)
    n, to, x, y = b.scalar("n", "i64"), b.array("to", "i32"), b.array("x"), b.array("y")
    with b.loop("i", 0, n, vector=True) as i:
        b.store(y, Cast(to[i], "i64"), y[Cast(to[i], "i64")] + x[i])
    to = np.random.default_rng(5).permutation(100).astype(np.int32)
    y = np.zeros(100)
    compiled(b.function())(100, to, np.arange(100.0), y)
    np.testing.assert_array_equal(y[to], np.arange(100.0))


def test_arguments_and_results_of_every_type(both):
    for kind in TYPES:
        b = Builder("echo", kind, inline=False)
        x = b.scalar("x", kind)
        b.result(x if kind == "bool" else x + x)
        for run in both(b.function()):
            assert run(1) == (True if kind == "bool" else 2)
            assert run(0) == 0


def test_any_name_may_be_used(both):
    names = [
        "τ",
        "µ",
        "μ",
        "class",
        "a b",
        'q"',
        "x.1",
        "1",
        "exp",
        "rb",
        "",
        "entry",
        "float",
        "i64",
    ]
    b = Builder("größe\n", "f64", inline=False)
    values = [b.scalar(name) for name in names]
    b.let(".for1", 1.0)
    b.result(sum((v * float(2**k) for k, v in enumerate(values)), values[0] * 0.0))
    for run in both(b.function()):
        assert run(*[1.0] * len(names)) == 2 ** len(names) - 1


@given(st.text(max_size=4), st.text(max_size=4))
def test_mangled_names_stay_different(a, b):
    assert (llvm.mangle(a) == llvm.mangle(b)) == (a == b)
    assert re.fullmatch(r"[\w.]*", llvm.mangle(a), re.ASCII)


def test_a_shared_value_is_printed_once(both):
    b = Builder("shared", "f64", inline=False)
    value = b.scalar("x") + 0.0
    for _ in range(40):
        value = value * 0.5 + value * 0.5
    b.result(value)
    assert len(llvm.emit([b.function()])) + len(python.emit([b.function()])) < 12_000
    for run in both(b.function()):
        assert run(3.0) == 3.0
