"""How many of a synapse's sites release: a binomial number, drawn from a counter."""

from __future__ import annotations

from rheobase.compiler.builder import Builder, written_once
from rheobase.compiler.kernel import Cast, Function, select
from rheobase.compiler.kernels.random import uniform

# (1/2)^1000 is still a normal number: so many sites are drawn at a time.
SITES_AT_ONCE = 1000
MOST_SITES = 2**24
# Streams of one synapse and tick: one for each so many sites.
_STREAM_BITS = 16


@written_once
def binomial() -> Function:
    """`binomial`: the number of terms of the cumulative distribution that a uniform one exceeds.

    With q_0 = (1 - p)^n and q_k = q_(k-1) (n - k + 1)/k p/(1 - p). Above p = 1/2 failures are
    counted instead, and many sites are drawn in parts, so that q_0 never vanishes. A probability
    beyond [0, 1] counts as its end, and so do sites beyond 0 and `MOST_SITES`; what is no number
    gives none. The counter is (place, stream, tick), with a part's number in the stream's upper
    half.
    """
    b = Builder("binomial", "f64", inline=False)
    seed, stream, place, tick = (b.scalar(n, "i64") for n in ("seed", "stream", "place", "tick"))
    sites, chance = b.scalar("sites"), b.scalar("chance")
    flipped = b.let("flipped", chance > 0.5)
    p = b.variable("p", select(flipped, 1.0 - chance, chance))
    b.assign(p, select(p > 0.0, p, 0.0))
    ratio = b.let("ratio", p / (1.0 - p))
    some = b.let("some", select(sites > 0.0, sites, 0.0))
    count = b.let("count", Cast(select(some < MOST_SITES, some, float(MOST_SITES)), "i64"))
    found = b.variable("found", 0, "i64")
    with b.loop("part", 0, (count + (SITES_AT_ONCE - 1)) // SITES_AT_ONCE) as part:
        left = b.let("left", count - part * SITES_AT_ONCE)
        n = b.let("n", select(left < SITES_AT_ONCE, left, SITES_AT_ONCE))
        u = b.let("u", uniform()(seed, stream + (part << _STREAM_BITS), place, tick))
        term = b.variable("term", 1.0)
        with b.loop("j", 0, n):
            b.assign(term, term * (1.0 - p))
        total, k = b.variable("total", term), b.variable("k", 0, "i64")
        with b.repeat((u > total) & (k < n)):
            b.assign(k, k + 1)
            b.assign(term, term * (Cast(n - k + 1, "f64") / Cast(k, "f64")) * ratio)
            b.assign(total, total + term)
        b.assign(found, found + select(flipped, n - k, k))
    b.result(Cast(found, "f64") + (sites - sites) + (chance - chance))
    return b.function()
