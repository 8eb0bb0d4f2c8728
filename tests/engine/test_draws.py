"""Values of synapses and neurons: drawn by place, computed, given; delays in whole steps."""

import numpy as np
import pytest
from scipy import stats

from rheobase.engine import draws, numbers
from rheobase.engine.connectivity import Rows, build
from rheobase.errors import ParameterError
from rheobase.model import distributions
from rheobase.network import rules
from rheobase.network.expressions import formula
from rheobase.units.dimension import NONE

KEY = 2**62 + 99


def plain(distribution):
    return distribution.internal(float)


NORMAL = plain(distributions.normal(2.0, 0.5))


def rows_of(count, order=None):
    starts = np.array([0, count // 3, count])
    return Rows(starts, (np.arange(count) % 7).astype(np.uint16), order)


@pytest.mark.parametrize("law", ["uniform", "normal"])
def test_a_number_depends_on_its_place_alone(law):
    draw = getattr(numbers, law)
    whole = draw(KEY, 4, 0, 150_000, 3)
    np.testing.assert_array_equal(draw(KEY, 4, 149_000, 1000, 3), whole[149_000:])
    np.testing.assert_array_equal(draw(KEY, 4, 70, 30, 3, "python"), whole[70:100])
    for other in (draw(KEY + 1, 4, 0, 1000, 3), draw(KEY, 5, 0, 1000, 3), draw(KEY, 4, 0, 1000)):
        assert abs(np.corrcoef(other, whole[:1000])[0, 1]) < 0.13
    assert stats.kstest(whole, "norm" if law == "normal" else law).pvalue > 0.01


def test_numbers_beyond_32_bits():
    places = numbers.uniform(KEY, 4, 2**32 - 2, 4)
    np.testing.assert_array_equal(places[2:], numbers.uniform(KEY, 4, 2**32, 2))
    assert not np.isin(places[2:], numbers.uniform(KEY, 4, 0, 2)).any()
    assert numbers.uniform(KEY, 4, 2**33, 150_000)[-1:] == numbers.uniform(
        KEY, 4, 2**33 + 149_999, 1
    )


def test_streams():
    found = {draws.stream(*words) for words in (("weight",), ("delay",), ("initial", "v"))}
    assert len(found) == 3
    assert all(s % 2 == 0 and 2**31 <= s < 2**32 for s in found)


def test_values_of_neurons():
    use = draws.stream("initial", "v")
    found = draws.neuron_values(NORMAL, 20_000, KEY, use)
    assert found.dtype == np.float64
    assert stats.kstest(found, stats.norm(2.0, 0.5).cdf).pvalue > 0.01
    np.testing.assert_array_equal(draws.neuron_values(NORMAL, 10, KEY, use), found[:10])
    assert draws.neuron_values(3, 2, KEY, use).tolist() == [3.0, 3.0]
    assert draws.neuron_values([3, 4], 2, KEY, use).tolist() == [3.0, 4.0]
    twice = formula("2*i", {"i": NONE}, NONE, "the value")
    assert draws.neuron_values(twice, 3, KEY, use, {"i": np.arange(3)}).tolist() == [0, 2, 4]
    with pytest.raises(ParameterError, match="3 values are given for 2 neurons"):
        draws.neuron_values([1, 2, 3], 2, KEY, use)


@pytest.mark.parametrize("bounded", [distributions.clipped, distributions.truncated])
def test_bounds_hold(bounded):
    law = plain(bounded(distributions.normal(0.0, 1.0), -0.5, 1.0))
    found = draws.neuron_values(law, 30_000, KEY, 4)
    assert found.min() >= -0.5
    assert found.max() <= 1.0
    on_a_bound = np.isin(found, [-0.5, 1.0]).mean()
    if bounded is distributions.clipped:
        assert abs(on_a_bound - (stats.norm.cdf(-0.5) + stats.norm.sf(1.0))) < 0.02
    else:
        assert on_a_bound == 0
        assert stats.kstest(found, stats.truncnorm(-0.5, 1.0).cdf).pvalue > 0.01


def test_weights_that_are_drawn(monkeypatch):
    rows = rows_of(1000)
    found = draws.synapse_weights(NORMAL, rows, KEY)
    assert found.dtype == np.float32
    monkeypatch.setattr(draws, "_CHUNK", 64)
    np.testing.assert_array_equal(draws.synapse_weights(NORMAL, rows, KEY), found)
    double = draws.synapse_weights(NORMAL, rows, KEY, precision="float64")
    np.testing.assert_array_equal(double.astype(np.float32), found)


def test_weights_that_are_given():
    order = np.array([2, 0, 1], np.int32)
    rows = rows_of(3, order)
    assert draws.synapse_weights(0.5, rows, KEY) == 0.5
    exact = draws.synapse_weights(np.array([0.5, 1.0, 2.0]), rows, KEY)
    assert exact.dtype == np.float32
    assert exact.tolist() == [2.0, 0.5, 1.0]
    inexact = draws.synapse_weights(np.array([0.1, 1.0, 2.0]), rows, KEY)
    assert inexact.dtype == np.float64
    assert inexact.tolist() == [2.0, 0.1, 1.0]
    single = draws.synapse_weights(np.array([0.1, 1.0, 2.0]), rows, KEY, precision="float32")
    assert single.dtype == np.float32
    for wrong in (np.ones(2), np.ones(4)):
        with pytest.raises(ParameterError, match="values are given for 3 synapses"):
            draws.synapse_weights(wrong, rows, KEY)
    with pytest.raises(ParameterError, match="an order of their own"):
        draws.synapse_weights(np.ones(3), rows_of(3), KEY)


def test_weights_of_a_matrix():
    n = np.arange(3)
    rule = rules.all_to_all(autapses=False)
    rows = build(rule, n, n, 3, 3, KEY, same=True, ordered=True)
    found = draws.synapse_weights(np.arange(9.0), rows, KEY, pairs=9)
    assert found.tolist() == [1, 2, 3, 5, 6, 7]


def test_weights_that_are_computed():
    rows = Rows(np.array([0, 2, 3]), np.array([1, 4, 0], np.uint16))
    text = formula("10*i + j", {"i": NONE, "j": NONE}, NONE, "the weight")
    found = draws.synapse_weights(text, rows, KEY, lambda pre, post: {"i": pre, "j": post})
    assert found.tolist() == [1, 4, 10]
    assert found.dtype == np.float32


def test_delays():
    rows = rows_of(3, np.array([2, 0, 1]))
    assert draws.synapse_delays(1.5, rows, KEY, 0.1) == 15
    assert draws.synapse_delays(0.3, rows, KEY, 0.1) == 3  # 0.3/0.1 is not 3
    found = draws.synapse_delays(np.array([0.1, 0.2, 25.5]), rows, KEY, 0.1)
    assert found.dtype == np.uint8
    assert found.tolist() == [255, 1, 2]
    assert draws.synapse_delays(np.array([0.1, 0.2, 25.6]), rows, KEY, 0.1).dtype == np.uint16
    some = rows_of(5000)
    drawn = draws.synapse_delays(plain(distributions.uniform(0.96, 2.04)), some, KEY, 0.1)
    assert set(drawn.tolist()) == set(range(10, 21))
    assert draws.synapse_delays(NORMAL, rows_of(0), KEY, 0.1).dtype == np.uint8


@pytest.mark.parametrize(
    ("delay", "word"),
    [
        (0.05, "0.05 ms is 0.5 steps of 0.1 ms"),
        (0.0, "0 ms is below one step of 0.1 ms"),
        (-1.0, "-1 ms is below one step of 0.1 ms"),
        (1.23, "1.23 ms is 12.3 steps of 0.1 ms"),
        (7000.0, "7000 ms is more than 65535 steps of 0.1 ms"),
        (np.array([1.0, 0.0, 2.0]), "0 ms is below one step"),
        (np.array([1.0, 1.55, 2.0]), "1.55 ms is 15.5 steps"),
        (plain(distributions.normal(0.1, 0.1)), "below one step of 0.1 ms"),
        (np.nan, "nan ms"),
    ],
)
def test_delays_that_are_refused(delay, word):
    with pytest.raises(ParameterError, match=word):
        draws.synapse_delays(delay, rows_of(3, np.arange(3)), KEY, 0.1)
