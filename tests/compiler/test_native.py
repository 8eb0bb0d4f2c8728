"""Calling machine code safely, and the cache that keeps it."""

import gc
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from rheobase.compiler import cache, machine, native
from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Cast, Name, select
from rheobase.errors import CompileError


def add(name="add", amount=1.0):
    """`y = x + amount` for n elements."""
    b = Builder(name, inline=False)
    n, x, y = b.scalar("n", "i64"), b.array("x"), b.array("y")
    with b.loop("i", 0, n, vector=True) as i:
        b.store(y, i, x[i] + amount)
    return b.function()


@pytest.fixture
def folder(tmp_path, monkeypatch, forget):
    """A cache of this test's own."""
    monkeypatch.setenv("RHEOBASE_CACHE", str(tmp_path / "kernels"))
    forget()
    return tmp_path / "kernels"


@pytest.fixture
def compilations(monkeypatch):
    """The texts that LLVM was given."""
    texts = []
    really = machine.compile_object
    monkeypatch.setattr(
        machine, "compile_object", lambda text, *effort: texts.append(text) or really(text, *effort)
    )
    return texts


def works(amount):
    x, y = np.arange(3.0), np.zeros(3)
    native.compile_functions([add(amount=amount)])["add"](3, x, y)
    return y.tolist() == [amount, 1 + amount, 2 + amount]


def test_calls_and_results(compiled):
    run = compiled(add())
    x, y = np.arange(5.0), np.zeros(5)
    assert run(5, x, y) is None
    assert y.tolist() == [1, 2, 3, 4, 5]
    assert run.name == "add"
    assert run.written == {"y"}
    assert run.address != 0


def test_bind_keeps_its_arrays_and_reads_them_anew(compiled):
    y = np.zeros(3)
    bound = compiled(add())
    x = np.zeros(3)
    call = bound.bind(3, x, y)
    del bound
    x[:] = 7
    gc.collect()
    call()
    assert y.tolist() == [8, 8, 8]


def test_code_stays_loaded_as_long_as_it_is_called(forget):
    run = native.compile_functions([add("kept")])["kept"]
    forget()
    gc.collect()
    y = np.zeros(1)
    run(1, np.ones(1), y)
    assert y[0] == 2.0


@pytest.mark.parametrize(
    ("arguments", "error", "word"),
    [
        ((3, np.zeros(3)), TypeError, "3 arguments"),
        ((3, np.zeros(3), np.zeros(3), 1), TypeError, "not 4"),
        ((3, [1.0, 2.0, 3.0], np.zeros(3)), TypeError, "x must be a NumPy array, not list"),
        ((3, np.zeros(3, np.float32), np.zeros(3)), TypeError, "x must be of dtype float64"),
        ((3, np.zeros(3, ">f8"), np.zeros(3)), TypeError, "x must be of dtype float64"),
        ((3, np.zeros(6)[::2], np.zeros(3)), ValueError, "x must be contiguous"),
        ((3, np.zeros(25, "u1")[1:].view("f8"), np.zeros(3)), ValueError, "x must be contiguous"),
        ((3.5, np.zeros(3), np.zeros(3)), TypeError, "n must be of type i64"),
        ((2**63, np.zeros(3), np.zeros(3)), ValueError, "does not fit into i64"),
        (("3", np.zeros(3), np.zeros(3)), TypeError, "n must be of type i64"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(compiled, arguments, error, word):
    with pytest.raises(error, match=word):
        compiled(add())(*arguments)


def test_only_written_arrays_must_be_writable_and_apart(compiled):
    run = compiled(add())
    room = np.zeros(6)
    fixed = np.zeros(3)
    fixed.flags.writeable = False
    run(3, fixed, room[:3])
    with pytest.raises(ValueError, match="y is written to but is read-only"):
        run(3, room[:3], fixed)
    run(3, room[:3], room[3:])
    for x, y in ((room, room), (room[:4], room[3:]), (room[2:], room[:3]), (room, room[2:3])):
        with pytest.raises(ValueError, match="overlap"):
            run(1, x, y)
    run(0, room[:0], room[:0])


def test_arrays_that_are_only_read_may_be_one(compiled):
    b = Builder("twice", inline=False)
    x, y, z = b.array("x"), b.array("y"), b.array("z")
    b.store(z, 0, x[0] + y[0])
    z = np.zeros(1)
    one = np.ones(1)
    compiled(b.function())(one, one, z)
    assert z[0] == 2.0


def test_arrays_written_by_a_called_function_count_as_written():
    inner, outer = add("inner"), Builder("outer", inline=False)
    n, p, q = outer.scalar("n", "i64"), outer.array("p"), outer.array("q")
    outer.evaluate(inner(n, p, q))
    run = native.compile_functions([outer.function()])["outer"]
    assert run.written == {"q"}


def test_the_interpreter_goes_on_while_machine_code_runs(compiled):
    b = Builder("long", "f64", inline=False)
    n, x = b.scalar("n", "i64"), b.variable("x", 1.0)
    with b.loop("i", 0, n):
        b.assign(x, x * 1.0000001 + 1e-9)
    b.result(x)
    run = compiled(b.function())
    thread = threading.Thread(target=run, args=(100_000_000,))
    thread.start()
    turns = 0
    while thread.is_alive():
        time.sleep(0.001)
        turns += 1
    assert turns > 20


def test_aligned_arrays():
    for count, dtype in ((0, "f8"), (7, "f8"), (1000, "i4"), (3, "?")):
        array = native.aligned(count, dtype)
        assert count == 0 or array.ctypes.data % 64 == 0
        assert array.shape == (count,)
        assert array.dtype == dtype
        assert not array.any()


def test_code_that_llvm_refuses_raises():
    with pytest.raises(CompileError, match="refused") as caught:
        machine.load("define nonsense")
    assert isinstance(caught.value, RuntimeError)
    b = Builder("stray", "f64")
    b.result(Name("nowhere", "f64"))
    with pytest.raises(CompileError, match="nowhere"):
        native.compile_functions([b.function()])


def test_importing_does_not_load_llvm():
    code = "import sys, rheobase.compiler.native; sys.exit('llvmlite' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_one_text_is_compiled_once(folder, compilations, forget):
    assert works(2.0)
    assert works(2.0)
    forget()
    assert works(2.0)
    assert len(compilations) == 1
    assert [path.name for path in folder.iterdir()] == [
        cache.key(
            compilations[0],
            machine.FULL,
            machine._host().version,
            machine._host().processor,
            machine._host().features,
            machine._PIPELINE,
        )
    ]
    assert works(3.0)
    assert len(compilations) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:20],
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
        lambda data: b"x" + data[1:],
        lambda data: data + b"\0",
    ],
)
def test_a_damaged_entry_is_built_again(folder, compilations, forget, damage):
    assert works(4.0)
    (entry,) = folder.iterdir()
    whole = entry.read_bytes()
    entry.write_bytes(damage(whole))
    forget()
    assert works(4.0)
    assert len(compilations) == 2
    assert entry.read_bytes() == whole


def test_the_cache_can_be_switched_off(folder, compilations, forget, monkeypatch):
    monkeypatch.setenv("RHEOBASE_CACHE", "off")
    for _ in range(2):
        assert works(5.0)
        forget()
    assert len(compilations) == 2
    assert not folder.exists()


def test_the_cache_stands_in_the_users_folder(monkeypatch):
    import platformdirs

    monkeypatch.delenv("RHEOBASE_CACHE", raising=False)
    assert str(cache.folder()).startswith(platformdirs.user_cache_dir("rheobase", appauthor=False))


def test_a_folder_that_cannot_be_written_breaks_nothing(
    folder, compilations, forget, tmp_path, monkeypatch
):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    for place in (blocked, blocked / "below", tmp_path / ("x" * 300)):
        monkeypatch.setenv("RHEOBASE_CACHE", str(place))
        assert works(6.0)
        forget()
    assert len(compilations) == 3
    assert blocked.read_text() == "in the way"


def test_old_entries_are_dropped(folder, monkeypatch):
    monkeypatch.setattr(cache, "_MOST", 6)
    for k in range(7):
        cache.write(f"{k}", b"body")
        os.utime(folder / f"{k}", (k, k))
    left = {path.name for path in folder.iterdir()}
    assert len(left) == 4
    assert "6" in left
    assert cache.read("6") == b"body"


WORKER = """
import numpy as np
from rheobase.compiler import native
from rheobase.compiler.builder import Builder
for amount in range(12):
    b = Builder("add", inline=False)
    n, x, y = b.scalar("n", "i64"), b.array("x"), b.array("y")
    with b.loop("i", 0, n, vector=True) as i:
        b.store(y, i, x[i] + float(amount))
    y = np.zeros(3)
    native.compile_functions([b.function()])["add"](3, np.zeros(3), y)
    assert (y == amount).all()
"""


def test_processes_share_the_cache(folder, compilations):
    workers = [subprocess.Popen([sys.executable, "-c", WORKER]) for _ in range(4)]
    assert [worker.wait() for worker in workers] == [0] * 4
    entries = [path.name for path in folder.iterdir()]
    assert len(entries) == 12
    assert all(cache.read(entry) for entry in entries)
    assert works(3.0)
    assert compilations == []


def test_more_parameters_than_can_be_passed_one_by_one(both):
    # ctypes passes 1,024: a network of many projections has more.
    b, count = Builder("many", "f64", inline=False), 700
    total = b.variable("total", 0.0)
    out = b.array("out")
    for k in range(count):
        kind = ("i64", "i32", "i8", "bool", "f32", "f64")[k % 6]
        number = b.scalar(f"n{k}", kind)
        value = select(number, 1.0, 0.0) if kind == "bool" else Cast(number, "f64")
        values = b.array(f"a{k}")
        b.store(out, k, value)
        b.assign(total, total + values[k % 3] * (k + 1.0))
    b.result(total)
    function = b.function()
    assert len(function.parameters) == 2 * count + 1
    numbers = [(-k, -k, -(k % 100), k % 4 == 1, k + 0.5, k + 0.25)[k % 6] for k in range(count)]
    arrays = [np.array([k, k + 1.0, k + 2.0]) for k in range(count)]
    for run in both(function):
        found = np.zeros(count)
        given = [one for k in range(count) for one in (numbers[k], arrays[k])]
        result = run(found, *given)
        assert found.tolist() == [float(number) for number in numbers]
        assert result == sum(arrays[k][k % 3] * (k + 1.0) for k in range(count))
