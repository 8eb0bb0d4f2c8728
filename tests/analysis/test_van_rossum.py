"""The distance of van Rossum: against its integral, its definition's limits, and elephant's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rheobase.analysis.van_rossum import van_rossum_distance
from rheobase.errors import ParameterError, UnitError
from rheobase.units import ms, mV

TRAINS = st.lists(st.integers(0, 4000), max_size=12).map(lambda t: np.sort(t) / 10)


def by_pairs(first, second, tau):
    times = np.concatenate([first, second])
    signs = np.concatenate([np.ones(len(first)), -np.ones(len(second))])
    near = np.exp(-np.abs(times[:, np.newaxis] - times) / tau)
    return np.sqrt(max(0.5 * signs @ near @ signs, 0.0))


def test_it_is_the_integral_of_the_definition():
    """Midpoint rule, steps of tau/1000; spikes on its grid."""
    tau, first, second = 10.0, [20.0, 45.0, 46.0], [22.0, 90.0]
    t = np.arange(0, 300, 0.01) + 0.005

    def smeared(train):
        return sum(np.where(t > s, np.exp(-np.clip(t - s, 0, None) / tau), 0) for s in train)

    squared = np.sum((smeared(first) - smeared(second)) ** 2) * 0.01 / tau
    assert van_rossum_distance(first, second, tau) == pytest.approx(np.sqrt(squared), rel=1e-6)


@given(TRAINS, TRAINS, st.sampled_from([0.5, 10.0, 300.0]))
def test_one_pass_is_the_sum_over_pairs(first, second, tau):
    found = van_rossum_distance(first, second, tau)
    assert found == pytest.approx(by_pairs(first, second, tau), abs=1e-6)
    assert found == pytest.approx(van_rossum_distance(second, first, tau), abs=1e-9)
    assert van_rossum_distance(first, first, tau) == 0.0


def test_its_limits():
    """A short tau counts spikes without a partner, a long one the difference in number."""
    first, second = [10.0, 50.0, 90.0], [11.0, 51.0]
    assert van_rossum_distance(first, second, 1e-3) == pytest.approx(np.sqrt(5 / 2))
    assert van_rossum_distance(first, second, 1e9) == pytest.approx(np.sqrt(1 / 2))
    assert van_rossum_distance(first, [], 10) == pytest.approx(by_pairs(first, [], 10))
    assert van_rossum_distance([], []) == 0.0


def test_elephants_is_the_same_for_its_unit():
    """In elephant a lone spike is 1 away from silence, in the paper's formula 1/sqrt(2)."""
    import neo
    import quantities as pq
    from elephant.spike_train_dissimilarity import van_rossum_distance as theirs

    rng = np.random.default_rng(0)
    trains = [np.sort(rng.uniform(0, 1000, n)) for n in (40, 37)]
    given = [neo.SpikeTrain(t * pq.ms, t_stop=1000 * pq.ms) for t in trains]
    expected = theirs(given, time_constant=10 * pq.ms)[0, 1]
    assert np.sqrt(2) * van_rossum_distance(*trains, 10 * ms) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("tau", "error"), [(0 * ms, ParameterError), (-1.0, ParameterError), (1 * mV, UnitError)]
)
def test_wrong_time_constants_are_refused(tau, error):
    with pytest.raises(error):
        van_rossum_distance([1.0], [2.0], tau)
