"""The kernels that draw connections: machine code against the plain loops, bit for bit."""

import numpy as np
import pytest

from rheobase.compiler.kernels.connect import accept, draw, edges, numbers, skip, total

KINDS = {"i16": np.int16, "i32": np.int32}


def agree(both, function, make):
    """Run both targets on arguments of their own; every array and the result are equal."""
    outcomes = []
    for run in both(function):
        arguments = make()
        outcomes.append((run(*arguments), [a for a in arguments if isinstance(a, np.ndarray)]))
    (first, arrays), (second, others) = outcomes
    assert first == second
    for a, b in zip(arrays, others, strict=True):
        np.testing.assert_array_equal(a, b)
    return arrays


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("distinct", [False, True])
@pytest.mark.parametrize("k", [0, 3, 17, 24])
@pytest.mark.parametrize("excluded", [False, True])
def test_draw(both, kind, distinct, k, excluded):
    n, neurons = 25, 6
    own = np.full(neurons, -1, np.int32)
    if excluded:
        own[:4] = [0, 24, 3, 7]

    def head():
        degree, marks = np.full(neurons, k, np.int64), np.full(n, -1, np.int32)
        return [2**62 + 3, n, 0, neurons, distinct, degree, own.copy(), marks]

    def appended():
        return [*head(), np.zeros(neurons * k, KINDS[kind])]

    def counted():
        return [*head(), False, np.zeros(n, np.int64), np.zeros(0, KINDS[kind])]

    rows = agree(both, draw.draw_kernel(kind, True), appended)[-1].reshape(neurons, k)
    counts = agree(both, draw.draw_kernel(kind, False), counted)[-2]
    np.testing.assert_array_equal(counts, np.bincount(rows.ravel(), minlength=n))
    starts = np.cumsum(counts) - counts

    def scattered():
        return [*head(), True, starts.copy(), np.zeros(neurons * k, KINDS[kind])]

    cursor, targets = agree(both, draw.draw_kernel(kind, False), scattered)[-2:]
    np.testing.assert_array_equal(cursor, starts + counts)
    pairs = sorted((source, i) for i, row in enumerate(rows.tolist()) for source in row)
    assert [i for _, i in pairs] == targets.tolist()
    for i, row in enumerate(rows.tolist()):
        assert own[i] not in row
        assert not distinct or len(set(row)) == k


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("p", [1e-300, 1e-3, 0.3, 0.999999])
def test_skip(both, kind, p):
    n, rows = 200, 3

    def make():
        own, counts = np.array([-1, 0, 199], np.int32), np.zeros(rows, np.int64)
        room = np.zeros(n * rows + skip.BATCH, KINDS[kind])
        return [77, n, 1.0 / np.log1p(-p), 0, rows, n * rows, own, counts, room]

    _, counts, targets = agree(both, skip.skip_kernel(kind), make)
    for k, part in enumerate(np.split(targets[: counts.sum()], np.cumsum(counts)[:-1])):
        assert (np.diff(part) > 0).all()
        assert (-1, 0, 199)[k] not in part
    assert counts.sum() <= n * rows - 2


def test_skip_says_when_there_is_no_room(both):
    for run in both(skip.skip_kernel("i16")):
        own, counts = np.full(9, -1, np.int32), np.zeros(9, np.int64)
        targets = np.full(20 + skip.BATCH + 1, -7, np.int16)
        assert run(1, 100, 1.0 / np.log1p(-0.5), 0, 9, 20, own, counts, targets) == -1
        assert targets[-1] == -7


@pytest.mark.parametrize(("kind", "order"), [("i16", "i32"), ("i32", "i64")])
def test_edges(both, kind, order):
    pre = np.array([3, 1, 3, 0, 1, 3, 3], np.int64)
    post = np.array([2, 5, 0, 4, 5, 2, 1], np.int64)

    def counting():
        return [7, pre.copy(), np.zeros(5, np.int64)]

    counts = agree(both, edges.count_kernel(), counting)[-1]
    assert counts.tolist() == [0, 1, 2, 0, 4]

    def ordering():
        cursor = np.array([0, 1, 2, 4, 4, 5], np.int64)
        return [
            7,
            post.copy(),
            cursor,
            np.zeros(7, f"i{order[1:]}".replace("64", "8").replace("32", "4")),
        ]

    by_target = agree(both, edges.order_kernel(order), ordering)[-1]
    assert by_target.tolist() == [2, 6, 0, 5, 3, 1, 4]

    def writing():
        starts = np.array([0, 1, 3, 3], np.int64)
        room = np.zeros(7, by_target.dtype), np.zeros(7, KINDS[kind])
        return [7, pre.copy(), post.copy(), by_target.copy(), starts, *room]

    places, targets = agree(both, edges.rows_kernel(kind, order), writing)[-2:]
    assert targets.tolist() == [4, 5, 5, 0, 1, 2, 2]
    assert places.tolist() == [3, 1, 4, 2, 6, 0, 5]


def test_total(both):
    def make():
        return [5, 3, 4, 0, 40, np.array([0, -1, 2, 1], np.int32), np.zeros(4, np.int64)]

    degree = agree(both, total.total_kernel(), make)[-1]
    assert degree.sum() == 40


@pytest.mark.parametrize("n", [0, 1, 256, 300])
def test_accept(both, n):
    probability = np.linspace(0, 1, n)

    def make():
        return [9, 4, n, probability.copy(), np.zeros(n, np.int16)]

    for run in both(accept.accept_kernel("i16")):
        arguments = make()
        count = run(*arguments)
        assert (np.diff(arguments[-1][:count]) > 0).all()
    agree(both, accept.accept_kernel("i16"), make)


@pytest.mark.parametrize("first", [0, 2**32 - 3])
def test_numbers(both, first):
    def make():
        return [6, 2**60 + 1, 2**31 + 4, first, 3, np.zeros(6)]

    agree(both, numbers.numbers_kernel("uniform"), make)


def test_places_beyond_32_bits_have_numbers_of_their_own(compiled):
    run = compiled(numbers.numbers_kernel("uniform"))
    low, high = np.zeros(4), np.zeros(4)
    run(4, 1, 0, 0, 0, low)
    run(4, 1, 0, 2**32, 0, high)
    assert not np.isin(low, high).any()
