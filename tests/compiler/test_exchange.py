"""Between two slices: spikes put in order, delivered, kept, replayed; rows divided among owners."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rheobase.compiler.apart import GAP, WORDS, apart, ring_base
from rheobase.compiler.kernels.exchange import (
    NARROW,
    WIDE,
    Form,
    deliver,
    divide_rows,
    keep_spikes,
    order_spikes,
    replay,
)
from rheobase.engine.circuit.layout import (
    GRAIN,
    bases_of,
    ranges,
    record_blocks,
    ring_parts,
    ring_size,
    ring_stride,
    stride,
)

KINDS = (NARROW, WIDE), (None, "f32", "f64"), (None, "i8", "i16")
FORMS = [Form(*kinds) for kinds in itertools.product(*KINDS)]
TYPES = {NARROW: np.uint16, WIDE: np.int32, "f32": np.float32, "f64": np.float64}
DELAYS = {"i8": np.uint8, "i16": np.uint16}


def signed(array):
    return array.view(f"i{array.itemsize}") if array.dtype.kind == "u" else array


@pytest.mark.parametrize("count", [0, 1, 7, 200])
@pytest.mark.parametrize("length", [1, 2, 15])
def test_spikes_come_in_the_order_of_steps_and_then_as_they_were(both, count, length):
    rng = np.random.default_rng(count + length)
    base, turned, begin, row = 5, 300, 17, 1000
    rows, neurons = np.full(400, -1, np.int32), np.full(400, -1, np.int32)
    rows[base : base + count] = row + rng.integers(0, length, count)
    neurons[base : base + count] = rng.integers(0, 99, count)
    for run in both(order_spikes()):
        ordered, starts = np.full(600, -7, np.int32), np.full(60, -7, np.int64)
        run(neurons, rows, ordered, starts, base, turned, begin, count, row, length)
        mine = rows[base : base + count]
        expected = neurons[base : base + count][np.argsort(mine, kind="stable")]
        assert np.array_equal(ordered[turned : turned + count], expected)
        edges = np.searchsorted(np.sort(mine), row + np.arange(length + 1))
        assert np.array_equal(starts[begin : begin + length + 1], edges)
        # Nothing is written beside it.
        assert np.all(ordered[:turned] == -7)
        assert np.all(ordered[turned + count :] == -7)
        assert np.all(starts[:begin] == -7)
        assert np.all(starts[begin + length + 1 :] == -7)


class Synapses:
    """Random rows onto `n` targets, divided among the owners that begin at `edges`."""

    def __init__(self, form, n, edges, seed, sources=9, longest=200):
        rng = np.random.default_rng(seed)
        sizes = rng.integers(0, 12, sources)
        self.starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        count = int(self.starts[-1])
        self.targets = np.concatenate(
            [np.empty(0, int), *(np.sort(rng.integers(0, n, size)) for size in sizes)]
        ).astype(TYPES[form.targets])
        self.weights, self.delays = 0.1 + rng.random(), 3
        if form.weights:
            self.weights = rng.normal(size=count).astype(TYPES[form.weights])
        if form.delays:
            self.delays = rng.integers(1, longest, count).astype(DELAYS[form.delays])
        self.edges, self.n = np.asarray(edges, np.int64), n

    def divided(self):
        """Where each owner's part of each row begins, written out."""
        places = [
            begin + int(np.searchsorted(self.targets[begin:end], edge))
            for begin, end in itertools.pairwise(self.starts.tolist())
            for edge in self.edges[:-1]
        ]
        return np.array([*places, self.starts[-1]], np.int64)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_spike_reaches_each_of_its_synapses_once(both, form):
    n, turns, turn = 60_000 if form.targets == NARROW else 70_001, 250, 240
    s = Synapses(form, n, [0, n // 3, n // 2, n], 4)
    spikes = np.array(3 * [8, 0, 3, 3, 7, 1], np.int32)  # some before, some after, all sent for
    rows, parts = s.divided(), 3
    if not form.delays:
        turn = (turn + s.delays) % turns
    expected = np.zeros((turns, n))
    for neuron in spikes[1:13]:
        for k in range(s.starts[neuron], s.starts[neuron + 1]):
            late = (turn + int(s.delays[k])) % turns if form.delays else turn
            expected[late, s.targets[k]] += float(s.weights[k]) if form.weights else s.weights
    function, stride = deliver(form), ring_stride(s.edges)
    for run in both(function):
        ring = np.zeros(ring_size(s.edges, turns))
        known = dict(
            ordered=spikes, rows=rows, targets=signed(s.targets), ring=ring,
            weights=s.weights, weight=s.weights, first=1, last=13, end=18, parts=parts,
            turns=turns, stride=stride, turn=turn,
            delays=signed(s.delays) if form.delays else None,
        )  # fmt: skip
        for part in range(parts):
            base = ring_base(part, turns, stride, int(s.edges[part]))
            own = known | dict(part=part, base=base)
            run(*(own[p.name] for p in function.parameters))
        assert np.array_equal(np.hstack(ring_parts(ring, s.edges, turns)), expected)
        assert ring.sum() == pytest.approx(expected.sum(), rel=1e-9)  # nothing stands elsewhere


def test_the_last_row_of_all_is_followed_by_none(both):
    # Rows are sent for in advance: not past the end of the list.
    function = deliver(Form(NARROW, "f64", None))
    for run in both(function):
        ring, targets = np.zeros(4), np.array([2], np.int16)
        known = dict(
            ordered=np.array([0], np.int32), rows=np.array([0, 1], np.int64), targets=targets,
            weights=np.array([0.5]), ring=ring, first=0, last=1, end=1, part=0, parts=1,
            turns=1, stride=4, turn=0, base=0,
        )  # fmt: skip
        run(*(known[p.name] for p in function.parameters))
        assert np.array_equal(ring, [0, 0, 0.5, 0])


@settings(max_examples=8)
@given(
    st.integers(0, 99), st.lists(st.integers(0, 80), max_size=6), st.sampled_from([NARROW, WIDE])
)
def test_rows_are_divided_where_owners_begin(both, seed, cuts, targets):
    s = Synapses(Form(targets), 80, [0, *sorted(cuts), 80], seed)
    owners = len(s.edges) - 1
    for run in both(divide_rows(targets)):
        places = np.full(9 * owners + 1, -1, np.int64)
        run(s.starts, signed(s.targets), s.edges, places, 9, owners)
        assert np.array_equal(places, s.divided())


def test_the_largest_targets_of_16_bits_are_not_negative(both):
    targets = np.array([0, 32_767, 32_768, 65_535], np.uint16)
    for run in both(divide_rows(NARROW)):
        places = np.empty(4, np.int64)
        starts, edges = np.array([0, 4], np.int64), np.array([0, 32_768, 65_535, 65_536], np.int64)
        run(starts, signed(targets), edges, places, 1, 3)
        assert np.array_equal(places, [0, 2, 3, 4])


def test_places_past_2_to_the_31_are_reached(compiled):
    # An array of more than 2^31 targets, of which a few are ever touched: the rest takes no memory.
    first = 2**31 + 5
    targets = np.zeros(first + 8, np.int16)
    targets[first : first + 4] = [1, 2, 5, 6]
    ring = np.zeros(8)
    function = deliver(Form())
    known = dict(
        ordered=np.array([0, 1], np.int32), rows=np.array([first, first + 2, first + 4], np.int64),
        targets=targets, ring=ring, weight=0.5, first=0, last=2, end=2, part=0, parts=1,
        turns=1, stride=8, turn=0, base=0,
    )  # fmt: skip
    compiled(function)(*(known[p.name] for p in function.parameters))
    assert np.array_equal(ring, [0, 0.5, 0.5, 0, 0, 0.5, 0.5, 0])
    places = np.empty(5, np.int64)
    edges = np.array([0, 2, 8], np.int64)
    compiled(divide_rows(NARROW))(known["rows"], targets, edges, places, 2, 2)
    assert np.array_equal(places - first, [0, 1, 2, 2, 4])


def test_spikes_are_kept_one_list_after_the_other(both):
    for run in both(keep_spikes()):
        ordered = np.arange(20, dtype=np.int32)
        neurons, rows, kept = np.full(9, -1, np.int32), np.full(9, -1, np.int32), np.zeros(8, int)
        run(ordered, neurons, rows, kept, 3, 5, 11, 0)
        run(ordered, neurons, rows, kept, 15, 16, 12, 0)
        assert kept[0] == 3
        assert list(neurons[:4]) == [3, 4, 15, -1]
        assert list(rows[:4]) == [11, 11, 12, -1]


def test_given_spikes_are_those_of_the_rows(both):
    given_neuron, starts = np.array([4, 4, 0, 9, 2], np.int32), np.array([0, 2, 2, 3, 5], np.int64)
    for run in both(replay()):
        neurons, rows, counters = (
            np.full(9, -1, np.int32),
            np.full(9, -1, np.int32),
            np.zeros(8, int),
        )
        run(given_neuron, starts, neurons, rows, counters, 3, 2, 1, 4)
        assert counters[3] == 3
        assert list(neurons[1:6]) == [-1, 0, 9, 2, -1]
        assert list(rows[2:5]) == [2, 3, 3]


# ----------------------------------------------------------------------------------------- layout


@given(st.integers(1, 5000), st.integers(1, 70))
def test_every_neuron_has_one_thread(n, threads):
    edges = ranges(n, threads)
    assert len(edges) == threads + 1
    assert edges[0] == 0
    assert edges[-1] == n
    assert np.all(np.diff(edges) >= 0)
    # Threads part where vectors do, or have nothing to do.
    assert np.all((edges % GRAIN == 0) | (edges == n))
    if n >= threads * GRAIN:
        assert np.diff(edges).max() <= -(-n // threads) + GRAIN


@given(st.integers(1, 900), st.integers(1, 5), st.sets(st.integers(0, 899), max_size=40))
def test_every_recorded_neuron_is_in_one_block(n, threads, chosen):
    subset = np.array(sorted(k for k in chosen if k < n), np.int32)
    edges, block = ranges(n, threads), 64
    firsts, places = record_blocks(edges, subset, block)
    seen = []
    for thread, (first, last) in enumerate(itertools.pairwise(edges.tolist())):
        for k in range(-(-(last - first) // block)):
            inside = range(first + k * block, min(first + (k + 1) * block, last))
            start, stop = firsts[places[thread] + k], firsts[places[thread] + k + 1]
            assert all(int(neuron) in inside for neuron in subset[start:stop])
            seen += subset[start:stop].tolist()
    assert seen == subset.tolist()


@given(st.integers(1, 3_000), st.integers(1, 9), st.integers(1, 30))
def test_threads_walk_through_rings_a_page_apart(n, threads, rows):
    edges = ranges(n, threads)
    ring = np.arange(ring_size(edges, rows))
    parts = ring_parts(ring, edges, rows)
    assert [part.shape for part in parts] == [(rows, width) for width in np.diff(edges)]
    own = [part for part in parts if part.size]
    for before, after in itertools.pairwise(own):
        assert after.min() - before.max() > GAP
    assert all(part[0, 0] % 8 == 0 for part in own)  # rows begin on lines
    places = np.concatenate([part.ravel() for part in own])
    assert len(np.unique(places)) == rows * n
    for k, part in enumerate(parts):
        base = ring_base(k, rows, ring_stride(edges), int(edges[k]))
        for neuron in range(int(edges[k]), int(edges[k + 1]), 100):
            assert part[-1, neuron - edges[k]] == base + (rows - 1) * ring_stride(edges) + neuron


@given(st.lists(st.integers(0, 200), min_size=1, max_size=9))
def test_lists_of_threads_have_lines_of_their_own(rooms):
    bases = bases_of(np.array(rooms))
    assert np.all(bases * 4 % (8 * WORDS) == 0) and np.all(np.diff(bases) >= rooms)
    assert all(apart(room) >= room and apart(room) % WORDS == 0 for room in rooms)


def test_rows_of_a_ring_begin_on_lines():
    assert [stride(n) for n in (1, 8, 9, 64)] == [8, 8, 16, 64]
