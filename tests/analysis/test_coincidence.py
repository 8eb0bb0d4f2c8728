"""The coincidence factor: against its definition, and the best pairing of spikes."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rheobase.analysis.coincidence import coincidence_factor, coincidences
from rheobase.errors import ParameterError
from rheobase.units import ms, second

TIMES = st.lists(st.floats(0, 30), max_size=6).map(sorted)


def test_a_train_coincides_with_itself():
    train = np.array([3.0, 40.0, 120.0, 700.0])
    assert coincidence_factor(train, train, 1000) == pytest.approx(1)
    assert coincidence_factor(train * ms, (train + 1.9) * ms, 1 * second) == pytest.approx(1)
    assert coincidence_factor(train, train + 2.1, 1000) < 0


def test_the_definition():
    """Of 4 and 5 spikes, 3 coincide: (3 - 2 nu Delta 4) / 4.5 / (1 - 2 nu Delta)."""
    first, second_ = [10, 20, 30, 40], [11, 21, 31, 60, 70]
    share = 2 * 2 * 5 / 100
    expected = (3 - share * 4) / 4.5 / (1 - share)
    assert coincidence_factor(first, second_, 100, 2) == pytest.approx(expected)


def test_silence():
    assert coincidence_factor([], [], 100) == 1
    assert coincidence_factor([5], [], 100) == 0
    assert coincidence_factor([], [5], 100) == 0


def test_chance_is_zero():
    """Two Poisson trains: a factor of zero, within the scatter of a hundred pairs."""
    rng = np.random.default_rng(1)
    pairs = [[np.sort(rng.uniform(0, 5000, 60)) for _ in range(2)] for _ in range(100)]
    factors = [coincidence_factor(*pair, 5000) for pair in pairs]
    assert abs(np.mean(factors)) < 3 * np.std(factors) / 10 + 0.005


@given(TIMES, TIMES, st.floats(0, 10))
def test_no_pairing_has_more(first, second_, precision):
    """Every way to pair the shorter train's spikes with those of the longer one."""
    short, long = sorted([first, second_], key=len)
    best = max(
        sum(abs(a - b) <= precision for a, b in zip(short, chosen, strict=True))
        for chosen in permutations(long, len(short))
    )
    # A bound that rounding decides may fall on either side of the sum and of the difference.
    gaps = [abs(abs(a - b) - precision) for a in first for b in second_]
    if not gaps or min(gaps) > 1e-9:
        assert coincidences(np.array(first), np.array(second_), precision) == best


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([1], [1], 0), "duration is 0"),
        (([1], [1], 100, -1), "precision is -1"),
        (([1], np.arange(30.0), 100, 2), "leave nothing to chance"),
    ],
)
def test_what_has_no_factor_is_refused(arguments, says):
    with pytest.raises(ParameterError, match=says):
        coincidence_factor(*arguments)
