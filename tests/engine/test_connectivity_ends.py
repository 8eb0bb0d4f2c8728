"""Lists of edges, the ends of every rule, and what is refused."""

import numpy as np
import pytest

from rheobase.errors import ParameterError
from rheobase.network import rules

from .connected import check_rows, connect, pairs, same_rows

# Lists


def test_edges_and_their_order():
    rng = np.random.default_rng(8)
    pre, post = rng.integers(0, 50, 3000), rng.integers(0, 40, 3000)
    rows = connect(rules.edges(pre, post), 50, 40)
    check_rows(rows, 50, 40)
    want = np.lexsort((np.arange(3000), post, pre))
    np.testing.assert_array_equal(rows.order, want)
    np.testing.assert_array_equal(rows.targets, post[want])
    np.testing.assert_array_equal(rows.sources(), pre[want])


def test_edges_count_places_in_the_order_of_the_view():
    rows = connect(rules.edges([0, 1, 1], [1, 0, 1]), 10, 12, pre=[7, 2], post=[9, 3])
    assert pairs(rows) == [(2, 3), (2, 9), (7, 3)]
    assert rows.order.tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        (rules.edges([0, 3], [0, 0]), "names place 3 of a view of 3 neurons"),
        (rules.edges([0, 1], [2, 1], autapses=False), "connects neuron 1 to itself"),
        (rules.edges([0, 1, 0], [2, 2, 2], multapses=False), "connects 0 to 2 more than once"),
    ],
)
def test_lists_that_are_refused(rule, word):
    with pytest.raises(ParameterError, match=word):
        connect(rule, 3)


def test_one_target_in_two_rows_is_no_multapse():
    rule = rules.edges([0, 1], [2, 2], multapses=False)
    assert pairs(connect(rule, 3)) == [(0, 2), (1, 2)]


def test_one_to_one():
    assert pairs(connect(rules.one_to_one(), 3)) == [(0, 0), (1, 1), (2, 2)]
    rows = connect(rules.one_to_one(autapses=False), 5, pre=[4, 2, 0], post=[1, 2, 3])
    assert pairs(rows) == [(0, 3), (4, 1)]
    assert rows.order.tolist() == [2, 0]
    with pytest.raises(ParameterError, match="3 sources and 2 targets"):
        connect(rules.one_to_one(), 3, 2)


def test_the_order_of_all_pairs():
    rows = connect(rules.all_to_all(autapses=False), 6, pre=[5, 1], post=[1, 0, 5], ordered=True)
    assert pairs(rows) == [(1, 0), (1, 5), (5, 0), (5, 1)]
    assert rows.order.tolist() == [4, 5, 1, 0]
    assert connect(rules.all_to_all(), 6).order is None


# The ends


@pytest.mark.parametrize(
    ("rule", "n_pre", "n_post", "count"),
    [
        (rules.bernoulli(0.0), 9, 9, 0),
        (rules.bernoulli(1.0), 9, 8, 72),
        (rules.bernoulli(1.0, autapses=False), 9, 9, 72),
        (rules.bernoulli(1e-300), 9, 9, 0),
        (rules.bernoulli(1 - 2.0**-53), 9, 9, 81),
        (rules.bernoulli(0.5), 0, 9, 0),
        (rules.bernoulli(0.5), 9, 0, 0),
        (rules.fixed_indegree(0), 9, 9, 0),
        (rules.fixed_indegree(9), 9, 9, 81),
        (rules.fixed_indegree(8, autapses=False), 9, 9, 72),
        (rules.fixed_indegree(20, multapses=True), 1, 3, 60),
        (rules.fixed_indegree(3), 9, 0, 0),
        (rules.fixed_outdegree(0), 9, 9, 0),
        (rules.fixed_outdegree(9), 9, 9, 81),
        (rules.fixed_outdegree(1), 1, 1, 1),
        (rules.fixed_outdegree(3), 0, 5, 0),
        (rules.fixed_total(0), 9, 9, 0),
        (rules.fixed_total(0, multapses=True), 0, 0, 0),
        (rules.fixed_total(81), 9, 9, 81),
        (rules.fixed_total(1), 9, 9, 1),
        (rules.fixed_total(72, autapses=False), 9, 9, 72),
        (rules.fixed_total(100, multapses=True), 1, 1, 100),
        (rules.all_to_all(), 0, 3, 0),
        (rules.all_to_all(autapses=False), 1, 1, 0),
        (rules.one_to_one(), 0, 0, 0),
        (rules.small_world(0, 0.5), 3, 3, 0),
        (rules.small_world(2, 1.0), 4, 4, 8),
        (rules.edges([], []), 3, 3, 0),
    ],
    ids=str,
)
def test_the_ends_of_every_rule(rule, n_pre, n_post, count):
    for threads in (1, 4):
        rows = connect(rule, n_pre, n_post, threads=threads)
        check_rows(rows, n_pre, n_post)
        assert rows.count == count


@pytest.mark.parametrize(
    ("rule", "n", "word"),
    [
        (rules.fixed_indegree(4), 3, "needs 4 sources a neuron and there are 3"),
        (rules.fixed_indegree(3, autapses=False), 3, "there are 2, itself left out"),
        (rules.fixed_indegree(1, autapses=False, multapses=True), 1, "there are 0"),
        (rules.fixed_outdegree(4), 3, "needs 4 targets a neuron and there are 3"),
        (rules.fixed_total(10), 3, "needs 10 different pairs and there are 9"),
        (rules.fixed_total(1, autapses=False, multapses=True), 1, "no pair to draw from"),
        (rules.small_world(4, 0.1), 5, "too few neurons: 5"),
    ],
    ids=str,
)
def test_rules_that_cannot_be_met(rule, n, word):
    with pytest.raises(ParameterError, match=word):
        connect(rule, n)


def test_views_that_are_refused():
    with pytest.raises(ParameterError, match="names neuron 2 more than once"):
        connect(rules.bernoulli(0.5), 4, pre=[2, 1, 2])
    with pytest.raises(ParameterError, match="outside 0 to 3"):
        connect(rules.bernoulli(0.5), 4, post=[4])
    with pytest.raises(ParameterError, match="two different views"):
        connect(rules.small_world(2, 0.1), 9, 9, same=False)
    with pytest.raises(ParameterError, match="cannot connect by 3"):
        connect(_Nothing(), 3)


class _Nothing:
    autapses = True

    def __repr__(self):
        return "3"


def test_bernoulli_rows_that_outgrow_their_room(monkeypatch):
    want = connect(rules.bernoulli(0.4), 60)
    monkeypatch.setattr("rheobase.engine.connectivity.bernoulli._DEVIATIONS", 1e-4)
    same_rows(connect(rules.bernoulli(0.4), 60, threads=3), want)
