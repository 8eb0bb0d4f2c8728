"""Tables: what differs from turn to turn of a loop over alike things."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Cast
from rheobase.compiler.native import NativeFunction, aligned
from rheobase.compiler.table import Table
from rheobase.compiler.targets import llvm


def kernel(things, source):
    """Of every thing: out[i + shift] = factor * x[i] + y[i], where it has a `y` of either type."""
    b = Builder("scaled", inline=False)
    shift = b.scalar("shift", "i64")
    table = Table(b, "t", things, source)
    with b.loop("entry", 0, table.rows) as entry:
        row = table.at(entry)
        x, out, kind = row.array("x"), row.array("out"), row.number("kind")
        with b.loop("i", 0, row.number("count")) as i:
            b.store(out, i + shift, x[i] * row.number("factor", "f64"))
            for k, type in enumerate(("i16", "f32")):
                with b.when(kind.equals(k)):
                    own = row.array("y", type)
                    b.store(out, i + shift, out[i + shift] + Cast(own[i], "f64"))
    return b.function(), table.layout()


TYPES = {"i16": np.int16, "f32": np.float32}


def source(kinds):
    def of(thing, what, type):
        kind = kinds[thing]
        if what == "kind":
            return -1 if kind is None else list(TYPES).index(kind)
        if what == "y":
            return f"{thing}:y" if type == kind else None
        return f"{thing}:{what}"

    return of


@given(st.lists(st.sampled_from([None, "i16", "f32"]), min_size=1, max_size=9), st.integers(0, 5))
def test_every_row_has_its_own(both, kinds, shift):
    rng, known, expected = np.random.default_rng(len(kinds)), {"shift": shift}, []
    for k, kind in enumerate(kinds):
        x, factor, count = rng.normal(size=k + 3), float(rng.normal()), k + 1
        y = rng.integers(-9, 9, k + 3).astype(TYPES[kind]) if kind else None
        known |= {f"{k}:x": x, f"{k}:factor": factor, f"{k}:count": count, f"{k}:y": y}
        value = x * factor + (0 if y is None else y)
        expected.append(np.concatenate([np.zeros(shift), value[:count], np.zeros(9)]))
    function, layout = kernel(range(len(kinds)), source(kinds))
    for run in both(function):
        found = known | {f"{k}:out": np.zeros(shift + k + 10) for k in range(len(kinds))}
        found |= layout.filled(found, isinstance(run, NativeFunction))
        run(*(found[p.name] for p in function.parameters))
        for k, values in enumerate(expected):
            assert np.allclose(found[f"{k}:out"], values, rtol=1e-15, atol=0.0)


def test_the_code_is_the_same_for_any_number_of_rows():
    texts = {llvm.emit([kernel(range(n), source(["i16"] * n))[0]]) for n in (1, 2, 50)}
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("x", np.zeros(3, np.float32), "must be of dtype float64"),
        ("x", np.zeros((3, 3))[:, 0], "must be contiguous"),
        ("x", [1.0], "must be a NumPy array, not list"),
        ("count", 1.5, "cannot be interpreted as an integer"),
        ("count", 2**63, "too large|too big"),
    ],
)
def test_what_does_not_fit_is_refused(name, value, said):
    _, layout = kernel([0], source([None]))
    known = {"0:x": aligned(1), "0:out": aligned(1), "0:count": 1, "0:factor": 1.0, "0:y": None}
    with pytest.raises((TypeError, ValueError, OverflowError), match=said):
        layout.filled(known | {f"0:{name}": value}, True)
