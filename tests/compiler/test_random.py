"""Philox against its published vectors, and the numbers made from it against their laws."""

import numpy as np
import pytest
from scipy import stats

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernels import random

ONES = 0xFFFFFFFF
# Random123 1.09, kat_vectors: philox4x32 10.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
LAWS = {
    "uniform": "uniform",
    "uniform_second": "uniform",
    "normal": "norm",
    "normal_second": "norm",
}


def philox():
    b = Builder("philox", inline=False)
    out = b.array("out", "i64")
    counter = [b.scalar("c", "i64") for _ in range(4)]
    key = [b.scalar("k", "i64") for _ in range(2)]
    for k, word in enumerate(random.write_philox(b, counter, key)):
        b.store(out, k, word)
    return b.function()


def fill(name):
    """`out[i]` for the neurons from `first` on."""
    b = Builder(f"fill_{name}", inline=False)
    n, out = b.scalar("n", "i64"), b.array("out")
    seed, stream, first, step = (b.scalar(s, "i64") for s in ("seed", "stream", "first", "step"))
    with b.loop("i", 0, n, vector=True) as i:
        b.store(out, i, random.FUNCTIONS[name]()(seed, stream, first + i, step))
    return b.function()


@pytest.fixture(scope="module")
def draw(compiled):
    loops = {name: compiled(fill(name)) for name in random.FUNCTIONS}

    def numbers(name, n, seed=1, stream=0, first=0, step=0):
        out = np.empty(n)
        loops[name](n, out, seed, stream, first, step)
        return out

    return numbers


@pytest.mark.parametrize(("counter", "key", "want"), KNOWN)
def test_known_answers(both, counter, key, want):
    for run in both(philox()):
        out = np.zeros(4, np.int64)
        run(out, *counter, *key)
        assert tuple(out.tolist()) == want


@pytest.mark.parametrize("name", LAWS)
def test_the_law(draw, name):
    x = draw(name, 200_000, seed=20)
    assert stats.kstest(x, LAWS[name]).pvalue > 0.01
    law = getattr(stats, LAWS[name])
    spread = law.std() / np.sqrt(x.size)
    assert abs(x.mean() - law.mean()) < 3 * spread
    assert abs(x.var() / law.var() - 1) < 0.01
    assert np.isfinite(x).all()
    if LAWS[name] == "uniform":
        assert 0 < x.min() < x.max() < 1


@pytest.mark.parametrize("name", LAWS)
def test_no_correlation_along_any_key(draw, name):
    n = 50_000
    base = draw(name, n)
    others = {
        "next neuron": draw(name, n, first=1),
        "next step": draw(name, n, step=1),
        "next stream": draw(name, n, stream=1),
        "next seed": draw(name, n, seed=2),
        "step above 32 bits": draw(name, n, step=2**32),
        "seed above 32 bits": draw(name, n, seed=1 + 2**32),
        "its pair": draw(name.removesuffix("_second") if "_" in name else name + "_second", n),
    }
    for which, other in others.items():
        assert abs(np.corrcoef(base, other)[0, 1]) < 4 / np.sqrt(n), which


def test_the_order_does_not_matter(draw):
    whole = draw("normal", 1000, seed=-5, stream=7, step=99)
    parts = [draw("normal", n, -5, 7, start, 99) for start, n in ((0, 1), (1, 38), (39, 961))]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize("name", LAWS)
def test_the_python_target_agrees(draw, interpreted, name):
    slow = np.empty(20)
    interpreted(fill(name))(20, slow, 2**40 + 3, 5, 0, 2**33 + 1)
    fast = draw(name, 20, 2**40 + 3, 5, 0, 2**33 + 1)
    np.testing.assert_allclose(slow, fast, rtol=1e-15)


def test_the_ends_of_the_uniform_numbers(both):
    b = Builder("ends", "f64")
    b.result(random.write_uniform(b, b.scalar("first", "i64"), b.scalar("second", "i64")))
    for run in both(b.function()):
        assert run(0, 0) == 2.0**-53
        assert run(ONES, ONES) == 1 - 2.0**-53
