"""Poisson counts: their law, and one set of numbers in every way of drawing them."""

import numpy as np
import pytest
from scipy import stats

from rheobase.compiler.builder import Builder
from rheobase.compiler.kernels import poisson
from rheobase.engine import numbers
from rheobase.errors import ParameterError

SEED, STREAM = 2**61 + 12345, 7


def zero(mean):
    return np.exp(-np.asarray(mean, float))


def counts_of(run, mean, step, base=0, terms=None):
    out = np.empty(poisson.BLOCK)
    run(out, SEED, STREAM, base, step, mean, float(zero(mean)), terms or poisson.terms_of(mean))
    return out


@pytest.fixture(scope="module")
def draw(compiled):
    return compiled(poisson.count_block())


@pytest.mark.parametrize("mean", [0.0, 1e-6, 0.1, 2.0, 30.0, 500.0])
def test_all_ways_give_the_same_counts(both, mean):
    neurons = np.arange(512, 768)
    want = numbers.poisson(SEED, STREAM, neurons, 2**33 + 5, mean, zero(mean))
    for run in both(poisson.count_block()):
        np.testing.assert_array_equal(counts_of(run, mean, 2**33 + 5, 512), want)
    means, n = np.full(300, mean), 40
    for run in both(poisson.count_block_each()):
        out = np.empty(poisson.BLOCK)
        at = (SEED, STREAM, 512, 2**33 + 5)
        run(out, *at, means, zero(means), 260, n, poisson.terms_of(mean))
        np.testing.assert_array_equal(out[:n], want[:n])
        assert not out[n:].any()


def test_each_neuron_has_its_own_mean(both):
    means = np.geomspace(0.01, 100.0, poisson.BLOCK)
    want = numbers.poisson(SEED, STREAM, np.arange(256), 3, means, zero(means))
    for run in both(poisson.count_block_each()):
        out = np.empty(poisson.BLOCK)
        terms = poisson.terms_of(100.0)
        run(out, SEED, STREAM, 0, 3, means, zero(means), 0, 256, terms)
        np.testing.assert_array_equal(out, want)


def test_a_count_does_not_depend_on_the_block(draw):
    whole = counts_of(draw, 2.0, 9, 0)
    shifted = counts_of(draw, 2.0, 9, 48)
    np.testing.assert_array_equal(whole[48:], shifted[:-48])


@pytest.mark.parametrize("mean", [0.05, 2.0, 40.0, 450.0])
def test_the_law(draw, mean):
    blocks = 1200
    found = np.concatenate([counts_of(draw, mean, s, 256 * (s % 3)) for s in range(blocks)])
    found = found.astype(np.int64)
    n = found.size
    # Mean, variance and the share of zeros, each as a chi-square of one degree of freedom.
    fourth = mean + 3 * mean**2
    scores = {
        "mean": (found.mean() - mean) ** 2 / (mean / n),
        "variance": (((found - mean) ** 2).mean() - mean) ** 2 / ((fourth - mean**2) / n),
    }
    nothing = np.exp(-mean)
    if n * nothing > 5:
        spread = nothing * (1 - nothing) / n
        scores["nothing"] = ((found == 0).mean() - nothing) ** 2 / spread
    for what, score in scores.items():
        assert stats.chi2.sf(score, 1) > 1e-4, what
    # The whole law, in classes of at least ten counts each.
    law = stats.poisson(mean)
    low, high = int(law.ppf(20 / n)), int(law.isf(20 / n))
    classes = np.clip(found, low, high) - low
    expected = n * law.pmf(np.arange(low, high + 1))
    expected[0], expected[-1] = n * law.cdf(low), n * law.sf(high - 1)
    observed = np.bincount(classes, minlength=expected.size)
    score = ((observed - expected) ** 2 / expected).sum()
    assert stats.chi2.sf(score, expected.size - 1) > 1e-4


def test_counts_are_independent(draw):
    found = np.array([counts_of(draw, 2.0, s) for s in range(2000)])
    for a, b in (
        (found[:-1], found[1:]),  # the next step
        (found[:, :-1], found[:, 1:]),  # the next neuron
        (found[:, :-8], found[:, 8:]),  # the other half of a block of words
    ):
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 4 / np.sqrt(a.size)


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.3, 2.0, 77.0, 500.0])
def test_the_tail_that_is_left_out(mean):
    terms = poisson.terms_of(mean)
    assert stats.poisson(mean).sf(terms - 1) < 2.0**-53
    assert terms < 20 + 2 * mean + 10 * np.sqrt(mean)


@pytest.mark.parametrize("mean", [-0.1, 500.1, np.nan, np.inf])
def test_means_that_are_refused(mean):
    with pytest.raises(ParameterError, match="at most 500 are drawn"):
        poisson.terms_of(mean)


def events(run, neurons, rows, means, stride, each, spike_base=0, first=0):
    room = poisson.terms_of(float(means.max())) * neurons * rows + spike_base
    at = {
        "from": first,
        "to": neurons,
        "row": 0,
        "last_row": rows,
        "first_step": 100,
        "spike_base": spike_base,
        "counter_slot": 1,
        "seed": SEED,
        "stream": STREAM,
        "mean_stride": stride,
        "terms": poisson.terms_of(float(means.max())),
        "mean": means,
        "zero": zero(means),
        "counters": np.zeros(2, np.int64),
        "spike_neuron": np.full(room, -1, np.int32),
        "spike_row": np.full(room, -1, np.int32),
    }
    function = poisson.emit_kernel(None if each else 8)
    run(*(at[p.name] for p in function.parameters))
    end = spike_base + at["counters"][1]
    return [at[k][spike_base:end] for k in ("spike_row", "spike_neuron")]


@pytest.mark.parametrize("each", [False, True])
@pytest.mark.parametrize("varying", [False, True])
def test_events(both, each, varying):
    n, rows = 300, 3
    means = np.linspace(0.2, 1.5, (rows if varying else 1) * (n if each else 1))
    stride = (n if each else 1) * varying
    found = [
        events(run, n, rows, means, stride, each, spike_base=4)
        for run in both(poisson.emit_kernel(None if each else 8))
    ]
    want = []
    for row in range(rows):
        place = row * stride + (np.arange(n) if each else np.zeros(n, int))
        mean = means[place]
        counts = numbers.poisson(SEED, STREAM, np.arange(n), 100 + row, mean, zero(mean))
        want += [(row, i) for i in range(n) for _ in range(counts[i])]
    for row, neuron in found:
        assert list(zip(row.tolist(), neuron.tolist(), strict=True)) == want


def test_events_of_a_part_are_those_of_the_whole(compiled):
    run = compiled(poisson.emit_kernel(8))
    row, neuron = events(run, 300, 2, np.array([0.7]), 0, False)
    part = events(run, 300, 2, np.array([0.7]), 0, False, first=160)
    np.testing.assert_array_equal(part[1], neuron[neuron >= 160])
    np.testing.assert_array_equal(part[0], row[neuron >= 160])


def test_a_function_that_calls_it_is_one_program(compiled):
    """The block functions are made once, so that several kernels of a module share them."""
    b = Builder("two", inline=False)
    out, more = b.array("out"), b.array("more")
    for array, mean in ((out, 1.0), (more, 2.0)):
        b.evaluate(poisson.count_block()(array, SEED, STREAM, 0, 1, mean, float(zero(mean)), 24))
    a, c = np.empty(256), np.empty(256)
    compiled(b.function())(a, c)
    assert (c >= a).all()  # one number, a larger mean
