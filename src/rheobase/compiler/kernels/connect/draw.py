"""Draw so many partners for each of a range of neurons, with or without drawing one twice.

A partner among c candidates is the high word of w c, of a random 32-bit word w; the few words that
would favour some candidate are passed over (Lemire, 2019, "Fast random integer generation in an
interval"), so that all are exactly equally likely. The words of one neuron are a sequence of its
own, keyed by its place: any division of the work gives the same connections.
"""

from __future__ import annotations

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernel import Array, Cast, Function, Name, Value, as_value, select
from rheobase.compiler.kernels.random import write_philox

WORD = 0xFFFFFFFF
# A batch of blocks of four words is made in one vector loop.
BLOCKS = 16
WORDS = 4 * BLOCKS
STREAM = 1  # of the words of this kernel; other kernels take other ones


def write_words(
    b: Builder, words: Array, seed: Value, stream: int, neuron: Value, batch: Value
) -> None:
    """Write a vector loop that fills `words` with the batch-th words of a neuron's sequence."""
    key = (b.let("key_low", seed & WORD), b.let("key_high", (seed >> 32) & WORD))
    with b.loop("block", 0, BLOCKS, vector=True) as block:
        counter = (neuron & WORD, stream, block + batch * BLOCKS, as_value(0, "i64"))
        for k, word in enumerate(write_philox(b, counter, key)):
            b.store(words, block + k * BLOCKS, word)


def draw_kernel(kind: str, append: bool) -> Function:
    """`draw`: the partners of the neurons `first` to `last`.

    Each draws `degree[neuron]` partners among `n` but `own[neuron]` (-1: none is left out).
    `distinct` draws again what was drawn before; then `marks`, an entry a partner, begins as -1,
    and a degree above half of the candidates is met by drawing those to leave out.

    Args:
        kind: the type of an entry of `targets`, ``"i16"`` (its bits are unsigned) or ``"i32"``.
        append: the partners of each neuron follow one another in `targets`, in no order.
            Otherwise neurons are written into the rows of their partners: `cursor[partner]` is
            where the next entry of a row goes, and moves on; without `writing` that is all that
            happens, which counts.
    """
    b = Builder(f"draw_{'appended' if append else 'scattered'}_{kind}", inline=False)
    seed, n, first, last = (b.scalar(s, "i64") for s in ("seed", "n", "first", "last"))
    distinct = b.scalar("distinct", "bool")
    degree, own = b.array("degree", "i64"), b.array("own", "i32")
    marks = b.array("marks", "i32")
    emit = _appender(b, kind) if append else _scatterer(b, kind)
    words = b.local("words", "i64", WORDS)
    with b.loop("neuron", first, last) as neuron:
        left_out = b.let("left_out", Cast(own[neuron], "i64"))
        candidates = b.let("candidates", n - select(left_out < 0, as_value(0, "i64"), 1))
        wanted = b.let("wanted", degree[neuron])
        inverse = b.let("inverse", distinct & (wanted * 2 > candidates))
        rest = b.let("rest", select(inverse, candidates - wanted, wanted))
        done = b.variable("done", 0, "i64")
        batch = b.variable("batch", 0, "i64")
        # The words below it are 2^32 mod c, or none of a neuron without candidates.
        favoured = b.let(
            "favoured",
            as_value(WORD + 1, "i64") % select(candidates < 1, as_value(1, "i64"), candidates),
        )

        def partner(candidate: Value, left_out: Name = left_out) -> Value:
            past = (left_out >= 0) & (candidate >= left_out)
            return b.let("partner", candidate + Cast(past, "i64"))

        with b.repeat(done < rest):
            write_words(b, words, seed, STREAM, neuron, batch)
            b.assign(batch, batch + 1)
            place = b.variable("place", 0, "i64")
            with b.repeat((place < WORDS) & (done < rest)):
                product = b.let("product", words[place] * candidates)
                b.assign(place, place + 1)
                with b.when((product & WORD) >= favoured):
                    found = partner(product >> 32)
                    fresh = b.variable("fresh", as_value(True, "bool"))
                    with b.when(distinct):
                        b.assign(fresh, Cast(marks[found], "i64").differs(neuron))
                        b.store(marks, found, Cast(neuron, "i32"))
                    with b.when(fresh):
                        b.assign(done, done + 1)
                        with b.when(~inverse):
                            emit(neuron, found)
        with b.when(inverse), b.loop("candidate", 0, candidates) as candidate:
            found = partner(candidate)
            with b.when(Cast(marks[found], "i64").differs(neuron)):
                emit(neuron, found)
    return b.function()


class _appender:  # noqa: N801  called as the function it stands for
    """Writes partners one behind the other, from `targets[0]` on for the first neuron."""

    def __init__(self, b: Builder, kind: str) -> None:
        self.b, self.kind = b, kind
        self.targets = b.array("targets", kind)
        self.end = b.variable("end", 0, "i64")

    def __call__(self, neuron: Value, partner: Value) -> None:
        self.b.store(self.targets, self.end, Cast(partner, self.kind))
        self.b.assign(self.end, self.end + 1)


class _scatterer:  # noqa: N801
    """Writes neurons into the rows of their partners."""

    def __init__(self, b: Builder, kind: str) -> None:
        self.b, self.kind = b, kind
        self.writing = b.scalar("writing", "bool")
        self.cursor, self.targets = b.array("cursor", "i64"), b.array("targets", kind)

    def __call__(self, neuron: Value, partner: Value) -> None:
        b = self.b
        place = b.let("entry", self.cursor[partner])
        b.store(self.cursor, partner, place + 1)
        with b.when(self.writing):
            b.store(self.targets, place, Cast(neuron, self.kind))
