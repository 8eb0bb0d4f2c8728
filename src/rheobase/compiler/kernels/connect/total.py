"""So many pairs in all: how many of them fall on each target."""

from __future__ import annotations

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Cast, Function, as_value
from rheobase.compiler.kernels.connect.draw import WORD
from rheobase.compiler.kernels.random import write_philox

STREAM = 3


def total_kernel() -> Function:
    """`total`: draw the edges `first` to `last` and add each to the degree of its target.

    A pair of a source and a target is drawn until it is allowed: `own[target]` is the source that a
    target does not take, or -1. The source is then forgotten: given the degrees, the sources of a
    target are again independent and uniform, and `draw` draws them.
    """
    b = Builder("total", inline=False)
    seed, n_pre, n_post = (
        b.scalar("seed", "i64"),
        b.scalar("n_pre", "i64"),
        b.scalar("n_post", "i64"),
    )
    first, last = b.scalar("first", "i64"), b.scalar("last", "i64")
    own, degree = b.array("own", "i32"), b.array("degree", "i64")
    key = (b.let("key_low", seed & WORD), b.let("key_high", (seed >> 32) & WORD))
    favoured = [b.let("favoured", as_value(WORD + 1, "i64") % n) for n in (n_post, n_pre)]
    with b.loop("edge", first, last) as edge:
        trial = b.variable("trial", 0, "i64")
        target = b.variable("target", -1, "i64")
        with b.repeat(target < 0):
            counter = (edge & WORD, as_value(STREAM, "i64"), trial, (edge >> 32) & WORD)
            words = write_philox(b, counter, key)
            b.assign(trial, trial + 1)
            products = [b.let("product", w * n) for w, n in zip(words, (n_post, n_pre))]  # noqa: B905
            fair = ((products[0] & WORD) >= favoured[0]) & ((products[1] & WORD) >= favoured[1])
            with b.when(fair):
                drawn = b.let("drawn", products[0] >> 32)
                with b.when(Cast(own[drawn], "i64").differs(products[1] >> 32)):
                    b.assign(target, drawn)
        b.store(degree, target, degree[target] + 1)
    return b.function()
