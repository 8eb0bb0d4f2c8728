"""Slow Poisson processes that are drawn in groups: the law of each, and one set of events."""

import numpy as np
import pytest
from scipy import stats

from rheobase.compiler.kernels.sparse_poisson import GROUP, LARGEST_MEAN, MOST, emit_sparse

SEED, STREAM = 2**61 + 12345, 7


def events(run, n, rows, means, first=0, first_step=2**33):
    each, room = np.ndim(means) > 0, MOST * (n // GROUP + 2) * rows + 3
    group = GROUP * float(np.max(means))
    at = {
        "from": first, "to": n, "row": 0, "last_row": rows, "first_step": first_step,
        "spike_base": 3, "counter_slot": 1, "seed": SEED, "stream": STREAM,
        "group_mean": group, "group_zero": np.exp(-group),
        "mean": np.asarray(means, float), "counters": np.zeros(2, np.int64),
        "spike_neuron": np.full(room, -1, np.int32), "spike_row": np.full(room, -1, np.int32),
    }  # fmt: skip
    run(*(at[p.name] for p in emit_sparse(each).parameters))
    end = 3 + at["counters"][1]
    assert (at["spike_neuron"][end:] == -1).all()
    return at["spike_row"][3:end], at["spike_neuron"][3:end]


def table(row, neuron, rows, n):
    counts = np.zeros((rows, n), int)
    np.add.at(counts, (row, neuron), 1)
    return counts


@pytest.mark.parametrize("means", [1e-3, 0.04, LARGEST_MEAN / GROUP])
def test_all_ways_give_the_same_events_in_order(both, means):
    found = [events(run, 300, 20, means) for run in both(emit_sparse(False))]
    np.testing.assert_array_equal(found[0], found[1])
    row, neuron = found[0]
    assert len(row) and (np.diff(row.astype(np.int64) * 300 + neuron) >= 0).all()


@pytest.mark.parametrize("mean", [1.5e-3, 0.02, LARGEST_MEAN / GROUP])
def test_the_law(compiled, mean):
    n, rows = 700, 4000
    counts = table(*events(compiled(emit_sparse(False)), n, rows, mean), rows, n)
    total, expected = counts.sum(), mean * n * rows
    assert abs(total - expected) < 4 * np.sqrt(expected)
    seen = np.bincount(counts.ravel(), minlength=3)[:3]
    due = stats.poisson.pmf(np.arange(3), mean) * n * rows
    seen, due = np.append(seen, n * rows - seen.sum()), np.append(due, n * rows - due.sum())
    use = due > 5
    assert stats.chisquare(seen[use], due[use] * seen[use].sum() / due[use].sum()).pvalue > 1e-3
    # No neuron of a group is preferred, the last and unfilled group included.
    assert stats.chisquare(counts.sum(axis=0)).pvalue > 1e-3


def test_each_process_has_its_own_rate(both):
    n, rows = 400, 3000
    means = np.linspace(0.0, 0.05, n)
    found = [events(run, n, 5, means) for run in both(emit_sparse(True))]
    np.testing.assert_array_equal(found[0], found[1])
    run = both(emit_sparse(True))[0]
    counts = table(*events(run, n, rows, means), rows, n).sum(axis=0)
    assert counts[0] == 0
    scores = (counts[1:] - means[1:] * rows) / np.sqrt(means[1:] * rows)
    assert stats.kstest(scores[50:], "norm").pvalue > 1e-3
    assert abs(np.mean(scores**2) - 1) < 0.25


def test_processes_of_a_group_are_independent(compiled):
    n, rows, mean = 256, 40_000, 0.03
    counts = table(*events(compiled(emit_sparse(False)), n, rows, mean), rows, n)
    pairs = np.corrcoef(counts[:, :40].T)[np.triu_indices(40, 1)] * np.sqrt(rows)
    assert stats.kstest(pairs, "norm").pvalue > 1e-3
    later = np.array([np.corrcoef(c[1:], c[:-1])[0, 1] for c in counts[:, :60].T])
    assert stats.kstest(later * np.sqrt(rows), "norm").pvalue > 1e-3


@pytest.mark.parametrize("first", [16, 160, 256, 272])
def test_events_of_a_part_are_those_of_the_whole(compiled, first):
    run = compiled(emit_sparse(False))
    row, neuron = events(run, 300, 50, 0.05)
    part = events(run, 300, 50, 0.05, first=first)
    np.testing.assert_array_equal(part[0], row[neuron >= first])
    np.testing.assert_array_equal(part[1], neuron[neuron >= first])


def test_nobody_fires_where_there_is_nobody(compiled):
    assert len(events(compiled(emit_sparse(False)), 300, 50, 0.05, first=300)[0]) == 0
