"""How many of a synapse's sites release: a binomial number, drawn from a counter."""

from __future__ import annotations

from functools import lru_cache

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Cast, Function, select
from rheobase.compiler.kernels.random import uniform

# (1/2)^1000 is still a normal number.
MOST_SITES = 1000


@lru_cache(maxsize=1)
def binomial() -> Function:
    """`binomial`: the number of terms of the cumulative distribution that a uniform one exceeds.

    With q_0 = (1 - p)^n and q_k = q_(k-1) (n - k + 1)/k p/(1 - p). Above p = 1/2 failures are
    counted instead, so that q_0 never vanishes. A probability beyond [0, 1] counts as its end.
    """
    b = Builder("binomial", "f64", inline=False)
    seed, place, tick = (b.scalar(n, "i64") for n in ("seed", "place", "tick"))
    sites, chance = b.scalar("sites"), b.scalar("chance")
    flipped = b.let("flipped", chance > 0.5)
    p = b.variable("p", select(flipped, 1.0 - chance, chance))
    b.assign(p, select(p > 0.0, p, 0.0))
    count = b.let("count", Cast(sites, "i64"))
    term = b.variable("term", 1.0)
    with b.loop("k", 0, count):
        b.assign(term, term * (1.0 - p))
    # The place takes two words of the counter, so that more than 2^32 synapses differ.
    u = b.let("u", uniform(seed, place >> 32, place, tick))
    total, k = b.variable("total", term), b.variable("k_", 0, "i64")
    ratio = b.let("ratio", p / (1.0 - p))
    with b.repeat((u > total) & (k < count)):
        b.assign(k, k + 1)
        b.assign(term, term * (Cast(count - k + 1, "f64") / Cast(k, "f64")) * ratio)
        b.assign(total, total + term)
    b.result(select(flipped, Cast(count - k, "f64"), Cast(k, "f64")))
    return b.function()
