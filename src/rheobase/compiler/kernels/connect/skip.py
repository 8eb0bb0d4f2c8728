"""Bernoulli rows: jump from one connection to the next.

In trials of probability p the next success is 1 + floor(log u / log(1 - p)) trials on, for u
uniform in (0, 1) (Fan, Muller and Rezucha, 1962). A row takes as many numbers as it has
connections, not one for each pair.
"""

from __future__ import annotations

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Cast, Function, select
from rheobase.compiler.kernels.elementary.logarithm import log
from rheobase.compiler.kernels.random import write_philox, write_uniform

_WORD = 0xFFFFFFFF
STREAM = 2
# Jumps made in one vector loop, two of each block of random words. A row may end within a batch.
PAIRS = 16
BATCH = 2 * PAIRS


def skip_kernel(kind: str) -> Function:
    """`skip`: the rows `first` to `last` of Bernoulli connections, one behind the other.

    Args:
        kind: the type of an entry of `targets`, ``"i16"`` (its bits are unsigned) or ``"i32"``.

    Returns:
        A function of (seed, n, scale, first, last, room, own, counts, targets) with `scale` the
        reciprocal of log(1 - p), `room` the length of `targets` less `BATCH`, and `own[row]` the
        target to leave out or -1. It fills `counts[row]` and gives the number of entries, or -1
        where they do not fit.
    """
    b = Builder(f"skip_{kind}", "i64", inline=False)
    seed, n, scale = b.scalar("seed", "i64"), b.scalar("n", "i64"), b.scalar("scale")
    first, last, room = (b.scalar(s, "i64") for s in ("first", "last", "room"))
    own, counts, targets = b.array("own", "i32"), b.array("counts", "i64"), b.array("targets", kind)
    jumps = b.local("jumps", "i64", BATCH)
    key = (b.let("key_low", seed & _WORD), b.let("key_high", (seed >> 32) & _WORD))
    # Beyond the end of the row a jump is as good as any other; clipped, it cannot overflow.
    far = b.let("far", Cast(n, "f64"))
    end = b.variable("end", 0, "i64")
    full = b.variable("full", 0, "i64")
    with b.loop("row", first, last) as row:
        begin = b.let("begin", end)
        left_out = b.let("left_out", Cast(own[row], "i64"))
        target = b.variable("target", -1, "i64")
        batch = b.variable("batch", 0, "i64")
        with b.repeat((target < n) & full.equals(0)):
            with b.loop("pair", 0, PAIRS, vector=True) as pair:
                words = write_philox(b, (row, STREAM, pair + batch * PAIRS, 0), key)
                for k in range(2):
                    number = write_uniform(b, words[2 * k], words[2 * k + 1])
                    length = b.let("length", log()(number) * scale)
                    b.store(jumps, pair + k * PAIRS, Cast(select(length < far, length, far), "i64"))
            b.assign(batch, batch + 1)
            b.assign(full, Cast(end > room, "i64"))
            with b.when(full.equals(0)), b.loop("jump", 0, BATCH) as jump:
                b.assign(target, target + 1 + jumps[jump])
                # Stored in any case, and kept by moving on: a branch here would often be guessed
                # wrong at the end of short rows.
                b.store(targets, end, Cast(target, kind))
                kept = (target < n) & target.differs(left_out)
                b.assign(end, end + Cast(kept, "i64"))
        b.store(counts, row, end - begin)
    b.result(select(full.equals(0), end, -1))
    return b.function()
