"""What is no program of the loop language is refused, and what is one is measured rightly."""

import pytest

from rheobase.compiler import program
from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Function
from rheobase.compiler.kernels.elementary.exponential import exp
from rheobase.compiler.targets import llvm, python


def broken(write) -> Function:
    b = Builder("broken", inline=False)
    write(b)
    return b.function()


def test_kernels_that_are_none_are_refused():
    stranger = Builder("stranger")
    name, array = stranger.scalar("name"), stranger.array("array")
    for write in (
        lambda b: b.let("y", name + 1.0),
        lambda b: b.assign(name, 1.0),
        lambda b: b.store(array, 0, 1.0),
        lambda b: b.evaluate(reader(array)),
    ):
        with pytest.raises(ValueError, match="broken"):
            llvm.emit([broken(write)])


def reader(array):
    b = Builder("reader")
    b.array("x")
    return b.function()(array)


def test_two_functions_of_one_name_are_refused():
    one, other = Builder("same", "f64"), Builder("same", "f64")
    one.result(1.0)
    other.result(2.0)
    b = Builder("caller", "f64")
    b.result(one.function()() + other.function()())
    for emit in (llvm.emit, python.emit):
        with pytest.raises(ValueError, match="same"):
            emit([b.function()])


def test_recursion_is_refused():
    b = Builder("endless", "f64")
    b.result(1.0)
    function = b.function()
    object.__setattr__(function, "body", (*function.body, *caller_of(function)))
    with pytest.raises(ValueError, match="endless -> endless"):
        llvm.emit([function])


def caller_of(function):
    b = Builder("unused", "f64")
    b.result(function())
    return b.function().body


def test_functions_come_callee_first_and_once():
    half = Builder("half", "f64")
    half.result(half.scalar("x") * 0.5)
    halve = half.function()
    b = Builder("caller", "f64")
    b.result(halve(1.0) + halve(exp()(2.0)))
    assert list(program.functions_of([b.function()])) == ["half", "exp", "caller"]


def test_measures_of_a_block():
    b = Builder("block")
    x, y = b.array("x", "f32"), b.array("y", "f32")
    total = b.variable("total", 0.0, "f32")
    with b.loop("i", 0, 10) as i:
        b.store(y, i, x[i] + x[i])
    plain = b.function().body
    assert (program.widest(plain), program.size(plain)) == (4, 3)
    assert not program.carries_float(plain[1:])
    with b.loop("j", 0, 10) as j:
        b.assign(total, total + x[j])
    assert program.carries_float(b.function().body[2:])
    double = Builder("double")
    double.let("z", exp()(1.0))
    assert program.widest(double.function().body) == 8
    assert program.size(double.function().body) > 20
