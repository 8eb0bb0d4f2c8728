"""Connection rules: the laws of their degrees, what they leave out, and on what they depend."""

import numpy as np
import pytest
from scipy import stats

from rheobase.engine.connectivity import Rows, expected_synapses
from rheobase.engine.connectivity import degrees as degree_rules
from rheobase.engine.keys import key
from rheobase.errors import ParameterError
from rheobase.network import rules
from rheobase.network.space import distance

from .connected import KEY, check_rows, connect, pairs, same_rows

LEAST_P = 1e-4

DRAWN = [
    rules.bernoulli(0.3),
    rules.bernoulli(0.3, autapses=False),
    rules.fixed_indegree(7, multapses=True),
    rules.fixed_indegree(7, autapses=False),
    rules.fixed_indegree(27, autapses=False),
    rules.fixed_outdegree(7, multapses=True),
    rules.fixed_outdegree(7, autapses=False),
    rules.fixed_outdegree(27, autapses=False),
    rules.fixed_total(200, multapses=True),
    rules.fixed_total(200, autapses=False, multapses=True),
    rules.fixed_total(200, autapses=False),
    rules.all_to_all(),
    rules.all_to_all(autapses=False),
    rules.small_world(6, 0.2),
]


def matrix(rows, n_post):
    found = np.zeros((rows.starts.size - 1, n_post), int)
    np.add.at(found, (rows.sources(), rows.targets.astype(int)), 1)
    return found


def accept(observed, expected, free=0):
    """A chi-square of counts that are expected."""
    observed, expected = np.ravel(observed), np.broadcast_to(expected, np.shape(observed)).ravel()
    score = ((observed - expected) ** 2 / expected).sum()
    assert stats.chi2.sf(score, observed.size - 1 - free) > LEAST_P


def accept_law(observed, law):
    """A chi-square of numbers that follow a law, in classes of ten or more expected."""
    n = observed.size
    low, high = int(law.ppf(10 / n)), int(law.isf(10 / n))
    expected = n * law.pmf(np.arange(low, high + 1))
    expected[0], expected[-1] = n * law.cdf(low), n * law.sf(high - 1)
    accept(np.bincount(np.clip(observed, low, high) - low, minlength=expected.size), expected)


# What every rule keeps


@pytest.mark.parametrize("rule", DRAWN, ids=str)
@pytest.mark.parametrize("n", [30, 31, 65])
def test_rows_are_rows_and_leave_out_what_they_must(rule, n):
    rows = connect(rule, n)
    check_rows(rows, n, n)
    found = matrix(rows, n)
    if not rule.autapses:
        assert not np.diag(found).any()
    if not getattr(rule, "multapses", False):
        assert found.max(initial=0) <= 1


@pytest.mark.parametrize("rule", DRAWN, ids=str)
def test_the_key_alone_decides(rule):
    whole = connect(rule, 97)
    for threads in (2, 3, 16):
        same_rows(connect(rule, 97, threads=threads), whole)
    other = connect(rule, 97, which=KEY + 1)
    fixed = isinstance(rule, rules.AllToAll)
    assert fixed == np.array_equal(other.targets, whole.targets)


@pytest.mark.parametrize("rule", DRAWN, ids=str)
def test_the_plain_loops_agree(rule):
    same_rows(connect(rule, 30), connect(rule, 30, target="python"))


@pytest.mark.parametrize("how", ["light", "full"])
@pytest.mark.parametrize("rule", DRAWN, ids=str)
def test_the_care_of_compiling_changes_nothing(rule, how, monkeypatch):
    want = connect(rule, 50)
    monkeypatch.setattr("rheobase.engine.connectivity.task.effort", lambda _: how)
    same_rows(connect(rule, 50), want)


@pytest.mark.parametrize("rule", DRAWN, ids=str)
def test_views(rule):
    n, rng = 100, np.random.default_rng(3)
    view = rng.permutation(n)[:40]
    rows = connect(rule, n, pre=view, post=view)
    check_rows(rows, n, n)
    outside = np.setdiff1d(np.arange(n), view)
    assert not np.diff(rows.starts)[outside].any()
    assert not np.isin(rows.targets, outside).any()
    if not rule.autapses:
        assert not np.diag(matrix(rows, n)).any()
    if not isinstance(rule, rules.SmallWorld):
        # The same neurons in another order are the same view; places are what is drawn.
        same_rows(connect(rule, n, pre=np.sort(view), post=view), rows)
        alone = connect(rule, 40)
        order = np.sort(view)
        assert [(order[i], order[j]) for i, j in pairs(alone)] == pairs(rows)


def test_views_that_overlap_in_part_leave_out_autapses():
    pre, post = np.arange(0, 20), np.arange(10, 30)
    for rule in (
        rules.bernoulli(0.9, autapses=False),
        rules.fixed_indegree(19, autapses=False),
        rules.fixed_outdegree(19, autapses=False),
        rules.fixed_total(390, autapses=False),
        rules.fixed_total(390, autapses=False, multapses=True),
        rules.all_to_all(autapses=False),
    ):
        found = matrix(connect(rule, 30, pre=pre, post=post), 30)
        assert not np.diag(found).any()
        assert not found[20:].any()
        assert not found[:, :10].any()
        # Autapses cannot be between two populations, whatever their numbers.
        twins = matrix(connect(rule, 30, pre=pre, post=post, same=False), 30)
        if not isinstance(rule, rules.FixedTotal):
            assert np.diag(twins).any()


def test_wide_targets():
    n = 70_000
    rows = connect(rules.fixed_outdegree(300), 5, n)
    check_rows(rows, 5, n)
    assert rows.targets.max() > 65_536
    check_rows(connect(rules.fixed_indegree(1), 5, n), 5, n)
    check_rows(connect(rules.bernoulli(0.001), 5, n), 5, n)
    at_the_edge = connect(rules.all_to_all(), 1, 65_536)
    assert at_the_edge.targets[-1] == 65_535


# Laws


def test_bernoulli_degrees():
    n_pre, n_post, p = 3000, 2000, 0.013
    rows = connect(rules.bernoulli(p), n_pre, n_post)
    accept_law(np.diff(rows.starts), stats.binom(n_post, p))
    accept_law(np.bincount(rows.targets, minlength=n_post), stats.binom(n_pre, p))
    gaps = np.concatenate(
        [np.diff(t.astype(int)) for t in np.split(rows.targets, rows.starts[1:-1])]
    )
    # The distance of two neighbours in a row, of those far enough from its end, is geometric.
    assert abs(np.mean(gaps == 1) / p - 1) < 0.1


@pytest.mark.parametrize("p", [0.5, 0.97])
def test_bernoulli_pairs_of_high_probability(p):
    rows = connect(rules.bernoulli(p, autapses=False), 800)
    accept_law(np.diff(rows.starts), stats.binom(799, p))
    accept_law(np.bincount(rows.targets, minlength=800), stats.binom(799, p))


@pytest.mark.parametrize("multapses", [False, True])
@pytest.mark.parametrize("k", [30, 700])
def test_fixed_indegree_degrees(k, multapses):
    n_pre, n_post = 900, 2000
    rows = connect(rules.fixed_indegree(k, multapses=multapses), n_pre, n_post)
    assert (np.bincount(rows.targets, minlength=n_post) == k).all()
    law = stats.binom(n_post * k, 1 / n_pre) if multapses else stats.binom(n_post, k / n_pre)
    accept_law(np.diff(rows.starts), law)


@pytest.mark.parametrize("multapses", [False, True])
@pytest.mark.parametrize("k", [30, 700])
def test_fixed_outdegree_degrees(k, multapses):
    n_pre, n_post = 2000, 900
    rows = connect(rules.fixed_outdegree(k, multapses=multapses), n_pre, n_post)
    assert (np.diff(rows.starts) == k).all()
    law = stats.binom(n_pre * k, 1 / n_post) if multapses else stats.binom(n_pre, k / n_post)
    accept_law(np.bincount(rows.targets, minlength=n_post), law)


@pytest.mark.parametrize("multapses", [False, True])
def test_fixed_total_degrees(multapses):
    n_pre, n_post, total = 1500, 1200, 60_000
    rows = connect(rules.fixed_total(total, multapses=multapses), n_pre, n_post)
    assert rows.count == total
    fewer = total * (1 if multapses else 1 - total / (n_pre * n_post))
    for found, n in ((np.diff(rows.starts), n_pre), (np.bincount(rows.targets), n_post)):
        # A mean of total/n; its variance is smaller where pairs are not drawn twice.
        spread = fewer / n
        score = ((found - total / n) ** 2).sum() / spread
        assert LEAST_P < stats.chi2.sf(score, n - 1) < 1 - LEAST_P


@pytest.mark.parametrize(
    "rule",
    [
        rules.fixed_indegree(3, autapses=False),
        rules.fixed_indegree(3, autapses=False, multapses=True),
        rules.fixed_outdegree(3, autapses=False),
        rules.fixed_outdegree(3, autapses=False, multapses=True),
        rules.fixed_total(18, autapses=False),
        rules.fixed_total(18, autapses=False, multapses=True),
        rules.bernoulli(0.6, autapses=False),
    ],
    ids=str,
)
def test_every_allowed_pair_is_as_likely(rule):
    n, networks = 6, 4000
    total = sum(matrix(connect(rule, n, which=KEY + t), n) for t in range(networks))
    allowed = ~np.eye(n, dtype=bool)
    assert not total[~allowed].any()
    expected = networks * expected_synapses(rule, n, n) / 30
    if isinstance(rule, rules.Bernoulli):
        expected = networks * rule.p
    # Counts of one network repel one another where the number is fixed: the score is the smaller.
    score = ((total[allowed] - expected) ** 2 / expected).sum()
    assert stats.chi2.sf(score, 29) > LEAST_P


def test_small_world():
    n, k, p = 2000, 10, 0.3
    ring = matrix(connect(rules.small_world(k, 0.0), n), n)
    places = np.arange(n)
    apart = np.abs(places[:, None] - places)
    near = np.minimum(apart, n - apart)
    np.testing.assert_array_equal(ring, (near > 0) & (near <= k // 2))
    rows = connect(rules.small_world(k, p), n)
    assert (np.diff(rows.starts) == k).all()
    found = matrix(rows, n)
    moved = k - (found & ring).sum(axis=1)
    # A moved synapse may come back to a place of the ring that another one left: rarely.
    accept_law(moved, stats.binom(k, p))
    targets = np.bincount(rows.targets, minlength=n)
    assert abs(targets.mean() - k) < 1e-9
    assert abs(targets.var() / (k * p + k * p * (1 - p)) - 1) < 0.15


def test_distance():
    n = 400
    where = np.stack([np.arange(n) * 10.0, np.zeros(n)], axis=1)
    rule = distance("0.8 * exp(-distance / (100*um))", autapses=False)
    at = {"pre_positions": where, "post_positions": where}
    total = sum(matrix(connect(rule, n, which=KEY + t, **at), n) for t in range(20))
    assert not np.diag(total).any()
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    for far in (1, 3, 10, 30, 60):
        p, pairs_there = 0.8 * np.exp(-far / 10), (apart == far)
        trials = 20 * pairs_there.sum()
        assert stats.binomtest(int(total[pairs_there].sum()), int(trials), p).pvalue > LEAST_P
    ring = distance("where(distance < 15*um, 1, 0)", period="4 mm", autapses=False)
    assert (matrix(connect(ring, n, **at), n).sum(axis=1) == 2).all()
    part = connect(ring, n, pre=[5, 3], post=[4, 9, 2], **at)
    assert pairs(part) == [(3, 2), (3, 4), (5, 4)]
    with pytest.raises(ParameterError, match="not all neurons have one"):
        connect(rule, n)


# The means


def test_an_error_in_a_thread_is_raised(monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(degree_rules, "_part", broken)
    with pytest.raises(ZeroDivisionError):
        connect(rules.fixed_indegree(3), 9, threads=2)


def test_expected_synapses():
    for rule in DRAWN:
        if rule.autapses or not isinstance(rule, (rules.Bernoulli, rules.AllToAll)):
            found = connect(rule, 90).count
            assert abs(found - expected_synapses(rule, 90, 90)) < 5 * np.sqrt(found)
    assert expected_synapses(rules.one_to_one(), 5, 5) == 5
    assert expected_synapses(rules.edges([1, 2, 3], [1, 1, 1]), 5, 5) == 3
    assert expected_synapses(rules.all_to_all(), 10**6, 10**6) == 1e12
    assert expected_synapses(distance("0.1"), 10, 10) == 100


def test_keys():
    found = {
        key(s, kind, name) for s in (0, 1) for kind in ("population", "projection") for name in "ab"
    }
    assert len(found) == 8
    assert all(0 <= k < 2**63 for k in found)
    assert key(1, "projection", "a->b") == KEY


def test_rows_tell_their_size():
    rows = Rows(np.array([0, 2, 3]), np.array([0, 4, 1], np.uint16))
    assert rows.count == 3
    assert rows.nbytes == 3 * 8 + 6
    assert rows.sources().tolist() == [0, 0, 1]


def test_memory_stays_near_the_rows_themselves():
    import tracemalloc

    for rule, most in (
        (rules.fixed_indegree(400, multapses=True), 1.3),
        (rules.fixed_indegree(400), 1.3),
        (rules.fixed_outdegree(400), 1.3),
        (rules.bernoulli(0.1), 1.3),
        (rules.fixed_total(1_600_000, multapses=True), 1.3),
        (rules.fixed_total(1_600_000), 3.5),
    ):
        connect(rule, 4000)  # compiled before
        tracemalloc.start()
        rows = connect(rule, 4000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < most * rows.nbytes, str(rule)
