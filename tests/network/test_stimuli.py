"""Stimuli: they add, they keep their charge off the grid, and they are exact on it."""

import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rheobase.errors import ParameterError, UnitError
from rheobase.network.sources import Poisson
from rheobase.network.stimuli import (
    NoiseTerm,
    Stimulus,
    as_stimulus,
    from_description,
    noise,
    pulses,
    ramp,
    sampled,
    sine,
    step,
)
from rheobase.units import Hz, ms, mV, nA, pA, second

STEPS = 400
time_steps = st.sampled_from([0.01, 0.025, 0.1, 0.2, 0.25, 0.5, 1 / 3])
times = st.floats(0.0, 30.0)
amplitudes = st.floats(-100.0, 100.0)


def course(stimulus, h, steps=STEPS, first=0):
    """w0, w1, w2 of a whole stimulus in internal units, summed over its terms."""
    start = np.arange(first, first + steps) * h
    total = np.zeros((3, steps, 1))
    for term in stimulus.terms:
        gain = getattr(term.amplitude, "internal", term.amplitude)
        parts = [w[:, None] if w.ndim == 1 else w for w in term.waveform.coefficients(start, h)]
        total = total + np.stack(parts) * np.atleast_1d(gain)
    return total


def charge(stimulus, h, steps=STEPS):
    """The integral over the run."""
    w0, w1, w2 = course(stimulus, h, steps)
    return (w0 + w1 / 2 + w2 / 3).sum(axis=0)[0] * h


def values_at(stimulus, h, theta, steps=STEPS):
    """The values at a share of each step."""
    w0, w1, w2 = course(stimulus, h, steps)
    return (w0 + w1 * theta + w2 * theta**2)[:, 0]


SHAPES = {
    "constant": lambda: as_stimulus(3 * pA),
    "step": lambda: step(2 * pA, 1.23 * ms, 7 * ms),
    "pulses": lambda: pulses(1 * nA, (1 * ms, 2.1 * ms, 5), 0.7 * ms),
    "ramp": lambda: ramp(-1 * pA, 4 * pA, 2.2 * ms, 9.1 * ms),
    "sine": lambda: sine(5 * pA, 100 * Hz, offset=1 * pA, start=0.33 * ms),
    "sampled": lambda: sampled(np.sin(np.arange(100)) * pA, 0.7 * ms, "linear", after="hold"),
}


@pytest.mark.parametrize("first", SHAPES)
@pytest.mark.parametrize("second_", SHAPES)
def test_stimuli_add_and_scale(first, second_):
    a, b = SHAPES[first](), SHAPES[second_]()
    together = course(a + 2 * b - a / 4, 0.1)
    apart = 0.75 * course(a, 0.1) + 2 * course(b, 0.1)
    np.testing.assert_allclose(together, apart, atol=1e-12)


@pytest.mark.parametrize("name", SHAPES)
def test_a_run_in_slices_has_the_same_waveform(name):
    stimulus = SHAPES[name]()
    whole = course(stimulus, 0.1, 200)
    parts = [course(stimulus, 0.1, n, first) for first, n in ((0, 77), (77, 1), (78, 122))]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-12)


@pytest.mark.parametrize("name", SHAPES)
def test_stimuli_describe_themselves_and_are_values(name):
    stimulus = SHAPES[name]()
    assert json.loads(json.dumps(stimulus.describe())) == stimulus.describe()
    assert stimulus == SHAPES[name]()
    assert hash(stimulus) == hash(SHAPES[name]())
    assert stimulus != stimulus * 2
    assert pickle.loads(pickle.dumps(stimulus)) == stimulus  # noqa: S301


@given(time_steps, times, st.floats(0.01, 20.0), amplitudes)
def test_a_step_keeps_its_charge_wherever_its_edges_are(h, begin, width, amplitude):
    steps = int(np.ceil((begin + width) / h)) + 1
    stimulus = step(amplitude * pA, begin * ms, (begin + width) * ms)
    assert charge(stimulus, h, steps) == pytest.approx(amplitude * width, rel=1e-7, abs=1e-7)


@given(time_steps, times, st.floats(0.01, 5.0), st.floats(0.01, 5.0), st.integers(1, 20))
def test_pulses_keep_their_charge_also_where_they_overlap(h, begin, period, width, count):
    steps = int(np.ceil((begin + count * period + width) / h)) + 1
    stimulus = pulses(2 * pA, (begin * ms, period * ms, count), width * ms)
    assert charge(stimulus, h, steps) == pytest.approx(2 * count * width, rel=1e-6)


@given(time_steps, times, st.floats(0.01, 20.0), amplitudes, amplitudes, st.booleans())
def test_a_ramp_keeps_its_charge(h, begin, width, first, last, hold):
    steps = int(np.ceil((begin + width) / h)) + 1
    stimulus = ramp(first * pA, last * pA, begin * ms, (begin + width) * ms, hold)
    expected = (first + last) / 2 * width
    if hold:
        expected += first * begin + last * (steps * h - begin - width)
    assert charge(stimulus, h, steps) == pytest.approx(expected, rel=1e-6, abs=1e-4)


@given(st.sampled_from([0.01, 0.025, 0.1, 0.2, 0.3]), st.integers(0, 200), st.integers(1, 150))
def test_edges_on_the_grid_are_exact_in_spite_of_rounding(h, first, width):
    stimulus = step(1.0, first * h * ms, (first + width) * h * ms)
    expected = np.zeros(STEPS)
    expected[first : first + width] = 1.0
    w0, w1, w2 = course(stimulus, h)[:, :, 0]
    assert w0.tolist() == expected.tolist()
    assert not w1.any()
    assert not w2.any()


def test_edges_on_the_grid_are_exact_late_in_a_long_run():
    stimulus = pulses(1.0, ((10_000_000 * 0.1) * ms, 0.3 * ms, 20), 0.1 * ms)
    w0 = course(stimulus, 0.1, 60, first=10_000_000)[0, :, 0]
    assert w0.tolist() == [1.0, 0.0, 0.0] * 20


def test_an_edge_within_a_step_covers_part_of_it():
    w0 = course(step(4 * pA, 0.25 * ms, 0.6 * ms), 0.1, 8)[0, :, 0]
    np.testing.assert_allclose(w0, [0, 0, 2, 4, 4, 4, 0, 0], atol=1e-12)


def test_a_step_from_the_beginning_is_a_constant():
    (term,) = step(3 * pA).terms
    assert term.waveform.is_constant
    (later,) = step(3 * pA, 1 * ms).terms
    assert not later.waveform.is_constant


def test_a_ramp_is_straight_within_its_steps():
    stimulus = ramp(1 * pA, 3 * pA, 1 * ms, 3 * ms)
    for theta in (0.0, 0.3, 1.0):
        t = (np.arange(40) + theta) * 0.1
        expected = np.clip(t, 1, 3)
        np.testing.assert_allclose(values_at(stimulus, 0.1, theta, 40), expected, atol=1e-12)


def test_a_ramp_without_hold_is_silent_outside():
    w0 = course(ramp(1 * pA, 3 * pA, 1 * ms, 2 * ms, hold=False), 0.5, 6)[0, :, 0]
    np.testing.assert_allclose(w0, [0, 0, 1, 2, 0, 0], atol=1e-12)


@given(st.floats(1.0, 200.0), st.floats(-3.0, 3.0), time_steps)
def test_a_sine_is_its_parabola(frequency, phase, h):
    stimulus = sine(2 * pA, frequency * Hz, phase=phase, offset=1 * pA)
    turns = frequency / 1000
    bound = 2 * (np.pi * turns * h) ** 3 / 15 + 1e-9
    for theta in (0.0, 0.25, 0.5, 0.8, 1.0):
        t = (np.arange(100) + theta) * h
        expected = 1 + 2 * np.sin(2 * np.pi * turns * t + phase)
        found = values_at(stimulus, h, theta, 100)
        assert np.abs(found - expected).max() <= bound


@given(st.floats(0.0, 5.0), st.floats(0.5, 5.0), time_steps)
def test_a_gated_sine_keeps_its_charge(begin, width, h):
    stimulus = sine(1 * pA, 40 * Hz, start=begin * ms, stop=(begin + width) * ms)
    turns = 0.04
    expected = (1 - np.cos(2 * np.pi * turns * width)) / (2 * np.pi * turns)
    steps = int(np.ceil((begin + width) / h)) + 1
    assert charge(stimulus, h, steps) == pytest.approx(expected, rel=1e-4)


def test_a_frequency_of_nothing_is_no_special_case():
    stimulus = sine(1 * pA, [0.0, 50.0] * Hz, phase=np.pi / 2, start=0.05 * ms)
    assert stimulus.size == 2
    np.testing.assert_allclose(course(stimulus, 0.1, 3)[0, :, 0], [0.5, 1, 1])


class TestSampled:
    def test_on_the_grid_each_sample_is_one_step(self):
        samples = np.random.default_rng(1).normal(size=50)
        w0, w1, w2 = course(sampled(samples * nA, 0.1 * ms), 0.1, 50)[:, :, 0]
        np.testing.assert_array_equal(w0, samples * 1000.0)
        assert not w1.any()
        assert not w2.any()

    def test_coarse_samples_are_held(self):
        w0 = course(sampled([1.0, 2.0] * pA, 0.5 * ms), 0.1, 10)[0, :, 0]
        assert w0.tolist() == [1.0] * 5 + [2.0] * 5

    @given(
        st.lists(amplitudes, min_size=1, max_size=40),
        st.floats(0.011, 1.7),
        time_steps,
        st.sampled_from(["hold", "linear"]),
    )
    def test_off_the_grid_the_charge_is_kept(self, values, interval, h, interpolation):
        stimulus = sampled(np.array(values) * pA, interval * ms, interpolation, after="zero")
        steps = int(np.ceil(len(values) * interval / h)) + 1
        samples = np.array(values)
        following = np.append(samples[1:], samples[-1])
        means = samples if interpolation == "hold" else (samples + following) / 2
        expected = means.sum() * interval
        assert charge(stimulus, h, steps) == pytest.approx(expected, rel=1e-6, abs=1e-5)

    def test_linear_interpolation_goes_straight(self):
        stimulus = sampled([0.0, 1.0, 0.0] * pA, 1 * ms, "linear", after="hold")
        t = np.arange(40) * 0.1
        np.testing.assert_allclose(
            values_at(stimulus, 0.1, 0.0, 40), np.interp(t, [0, 1, 2], [0, 1, 0]), atol=1e-12
        )

    def test_columns_are_neurons(self):
        samples = np.arange(12.0).reshape(4, 3)
        stimulus = sampled(samples * pA, 0.1 * ms)
        assert stimulus.size == 3
        (term,) = stimulus.terms
        w0, w1, w2 = term.waveform.coefficients(np.arange(4) * 0.1, 0.1)
        assert w0.tolist() == samples.tolist()
        assert w1.shape == w2.shape == (4, 3)

    def test_columns_keep_their_charge_off_the_grid(self):
        samples = np.random.default_rng(2).normal(size=(30, 4))
        (term,) = sampled(samples * pA, 0.13 * ms, after="zero").terms
        w0, _, _ = term.waveform.coefficients(np.arange(40) * 0.1, 0.1)
        np.testing.assert_allclose(w0.sum(axis=0) * 0.1, samples.sum(axis=0) * 0.13)

    def test_outlasting_the_samples_is_an_error_that_says_how_to_go_on(self):
        stimulus = sampled(np.ones(10) * pA, 0.1 * ms)
        course(stimulus, 0.1, 10)
        with pytest.raises(ParameterError, match="last until 1 ms, and the run goes on") as caught:
            course(stimulus, 0.1, 11)
        assert 'after="hold"' in str(caught.value)

    @pytest.mark.parametrize(
        ("after", "rest"), [("hold", [3, 3, 3]), ("zero", [0, 0, 0]), ("repeat", [1, 2, 3])]
    )
    def test_what_comes_after(self, after, rest):
        stimulus = sampled([1.0, 2.0, 3.0] * pA, 0.1 * ms, after=after)
        w0 = course(stimulus, 0.1, 6)[0, :, 0]
        assert w0.tolist() == [1, 2, 3, *rest]

    def test_repeated_samples_go_on_for_ever_and_join_up(self):
        values = np.array([0.0, 1.0, 2.0, 1.0])
        stimulus = sampled(values * pA, 0.1 * ms, "linear", after="repeat")
        late = course(stimulus, 0.1, 4, first=4000)[:, :, 0]
        np.testing.assert_allclose(late[0], values, atol=1e-9)
        np.testing.assert_allclose(late[0] + late[1], np.roll(values, -1), atol=1e-9)

    def test_start_delays_the_samples(self):
        stimulus = sampled([1.0, 2.0] * pA, 0.2 * ms, after="zero", start=0.3 * ms)
        w0 = course(stimulus, 0.1, 9)[0, :, 0]
        assert w0.tolist() == [0, 0, 0, 1, 1, 2, 2, 0, 0]

    @pytest.mark.parametrize(
        "values", [[], np.ones((2, 2, 2)), [1.0, np.nan], [[1.0], [np.inf]], 3.0]
    )
    def test_samples_that_are_none(self, values):
        with pytest.raises(ParameterError):
            sampled(values, 0.1 * ms)


def test_noise_is_described_by_its_moments():
    (term,) = (2 * noise([1.0, 2.0] * pA, 5 * ms, mean=3 * pA)).terms
    assert isinstance(term, NoiseTerm)
    assert np.asarray(term.sigma).tolist() == [2.0, 4.0]
    assert (term.tau, float(term.mean / pA), term.size) == (5.0, 6.0, 2)
    (plain,) = noise(1.5, 5 * ms).terms
    assert (plain.sigma, plain.mean) == (1.5, 0.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: step(1 * pA, 10),
        lambda: step(1 * pA, 10 * ms, 20),
        lambda: step(1 * pA, 10 * mV),
        lambda: pulses(1 * pA, [1, 2, 3.0], 1 * ms),
        lambda: pulses(1 * pA, (1 * ms, 2, 3), 1 * ms),
        lambda: pulses(1 * pA, [1, 2] * ms, 1),
        lambda: ramp(1 * pA, 2 * pA, 0, 1 * ms),
        lambda: sine(1 * pA, 10),
        lambda: sine(1 * pA, 10 * ms),
        lambda: noise(1 * pA, 5),
        lambda: sampled([1, 2] * pA, 0.1),
    ],
)
def test_a_time_needs_its_unit(make):
    with pytest.raises(UnitError) as caught:
        make()
    assert "Mend:" in str(caught.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: step(1 * pA, 10 * ms, 10 * ms),
        lambda: step([[1.0]] * pA, 1 * ms),
        lambda: step(np.nan * pA),
        lambda: step(np.inf, 1 * ms),
        lambda: step(1 * pA, [1, 2] * ms),
        lambda: step(1 * pA, np.inf * ms),
        lambda: pulses(1 * pA, [1, 2] * ms, 0 * ms),
        lambda: pulses(1 * pA, [], 1 * ms),
        lambda: pulses(1 * pA, (0 * ms, 0 * ms, 3), 1 * ms),
        lambda: pulses(1 * pA, (0 * ms, 1 * ms, 0), 1 * ms),
        lambda: ramp(1 * pA, 2 * pA, 2 * ms, 1 * ms),
        lambda: noise(-1 * pA, 5 * ms),
        lambda: noise(1 * pA, 0 * ms),
        lambda: sampled([1, 2] * pA, 0 * ms),
        lambda: sampled([1, 2] * pA, 1 * ms, "cubic"),
        lambda: sampled([1, 2] * pA, 1 * ms, after="stop"),
        lambda: sampled([1, 2] * pA, 1 * ms, after="repeat", start=1 * ms),
        lambda: step(1 * pA) * (2 * pA),
        lambda: as_stimulus([]),
        lambda: (step([1, 2] * pA, 1 * ms) + step([1, 2, 3] * pA)).size,
        lambda: (sampled(np.ones((5, 2)), 1 * ms) * [1.0, 2.0, 3.0]).size,
    ],
)
def test_values_that_make_no_stimulus(make):
    refusal(make)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: Poisson([] * Hz), "The amplitude"),
        (lambda: step([] * pA), "The amplitude"),
        (lambda: as_stimulus([]), "The amplitude"),
        (lambda: ramp([] * pA, 1 * pA, 0 * ms, 1 * ms), "The amplitude"),
        (lambda: noise([] * pA, 5 * ms), "Sigma"),
        (lambda: sine(1 * pA, [] * Hz), "frequency"),
        (lambda: sine(1 * pA, 5 * Hz, phase=[]), "phase"),
    ],
)
def test_no_values_at_all_are_called_empty(make, what):
    assert refusal(make) == f"{what} is empty.\nMend: give one value, or one a neuron"


def refusal(make):
    with pytest.raises(ParameterError) as caught:
        make()
    assert "Mend:" in str(caught.value)
    return str(caught.value)


def test_amplitudes_add_from_either_side():
    assert (3 * pA + step(1 * pA, 1 * ms)).describe()[0]["kind"] == "constant"
    assert (np.array([1.0, 2.0]) + step(1.0, 1 * ms)).size == 2
    assert (np.array([1.0, 2.0]) * step(1.0 * pA, 1 * ms)).size == 2
    assert (3 * pA - step(1 * pA, 1 * ms)).terms[1].amplitude == -1 * pA
    assert (-step(1 * pA, 1 * ms)).terms[0].amplitude == -1 * pA


class TestDescription:
    def test_text_has_units(self):
        found = from_description(
            {"kind": "pulses", "amplitude": "0.5 nA", "times": ["1 ms", "2 ms", 3], "width": "1 ms"}
        )
        assert found == pulses("0.5 nA", (1 * ms, 2 * ms, 3), 1 * ms)
        np.testing.assert_allclose(charge(found, 0.1), 1500.0)

    def test_parts_add(self):
        parts = [2.0, {"kind": "step", "amplitude": 1.0, "start": 1 * ms}, step(3.0, 2 * ms)]
        assert from_description(parts) == 2.0 + step(1.0, 1 * ms) + step(3.0, 2 * ms)

    def test_an_amplitude_or_a_stimulus_stays_what_it_is(self):
        assert from_description([1.0, 2.0] * pA).size == 2
        assert from_description([1.0, 2.0]).size == 2
        assert from_description(step(1 * pA, 1 * second)) == step(1 * pA, 1000 * ms)
        assert isinstance(from_description({"kind": "constant", "amplitude": 2}), Stimulus)

    @pytest.mark.parametrize(
        ("description", "hint"),
        [
            ({"kind": "stepp", "amplitude": 1.0}, "did you mean 'step'"),
            ({"amplitude": 1.0}, "the kinds are"),
            ({"kind": "step", "amplitude": 1.0, "begin": "1 ms"}, "it takes"),
            ({"kind": "step", "start": "1 ms"}, "needs 'amplitude'"),
        ],
    )
    def test_what_is_wrong_is_named(self, description, hint):
        with pytest.raises(ParameterError) as caught:
            from_description(description)
        assert hint in str(caught.value)

    def test_reading_leaves_the_description_alone(self):
        description = {"kind": "step", "amplitude": 1.0, "start": 1 * ms}
        from_description(description)
        assert set(description) == {"kind", "amplitude", "start"}
