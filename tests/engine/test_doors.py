"""Every wrong argument of a run is one clear error: what it is, and the mend."""

import re

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import (
    NumericalError,
    ParameterError,
    RheobaseError,
    SchemeError,
    UnitError,
    UnknownNameError,
)
from rheobase.units import Hz, cm, ms, mV, nS, pA, uA

PLAIN = rb.Model("dv/dt = I - v", inputs=["I"], spike="v > 1", reset="v = 0")
NO_STATE = rb.Model("y = I", inputs=["I"])

WRONG = [
    (dict(seed=-1), ParameterError, "seed is -1(.|\n)*whole number from 0 to 9223372036854775807$"),
    (dict(record="v", subset=[[], 1]), ParameterError, "subset names neurons that are not there"),
    (dict(record_every=0), ParameterError, "record_every is 0(.|\n)*whole number, 1 or more$"),
    (dict(I=[] * pA), ParameterError, "The amplitude is empty(.|\n)*or one a neuron$"),
    (dict(I=[]), ParameterError, "The amplitude is empty(.|\n)*or one a neuron$"),
    # what is given, the error, what it says
    (dict(duration=10), UnitError, "duration is a bare number .10. where a time"),
    (dict(duration=10 * mV), UnitError, "duration is a voltage"),
    (dict(duration=-1 * ms), ParameterError, "duration is -1 ms"),
    (dict(duration=0 * ms), ParameterError, "duration is 0 ms"),
    (dict(duration=np.inf * ms), ParameterError, "duration is inf ms"),
    (dict(duration=[1, 2] * ms), UnitError, "duration is an array"),
    (dict(duration=1.05 * ms), ParameterError, "1.05 ms, is not a whole number of steps of dt"),
    (dict(duration=0.01 * ms), ParameterError, "not a whole number of steps"),
    (dict(dt=0.1), UnitError, "dt is a bare number"),
    (dict(dt=0 * ms), ParameterError, "dt is 0 ms"),
    (dict(dt=-0.1 * ms), ParameterError, "dt is -0.1 ms"),
    (dict(dt=1 * pA), UnitError, "dt is a current"),
    (dict(dt=0.3 * ms), ParameterError, "run for 9.9 ms or 10.2 ms, or choose a dt"),
    (dict(dt=[0.1, 0.2] * ms), UnitError, "dt is an array"),
    (dict(n=0), ParameterError, "n is 0"),
    (dict(n=-3), ParameterError, "n is -3"),
    (dict(n=2.0), ParameterError, "n is 2.0"),
    (dict(n=True), ParameterError, "n is True"),
    (dict(n="many"), ParameterError, "n is 'many'"),
    (dict(n=2**31), ParameterError, r"whole number from 1 to 2147483647$"),
    (dict(n=3, I=[1, 2] * pA), ParameterError, "the current I is for 2, n is for 3"),
    (dict(I=5), UnitError, "I is a bare number .5"),
    (dict(I=5 * mV), UnitError, "I is a voltage"),
    (dict(I=5 * uA / cm**2), UnitError, "current density|current / area|where a current is due"),
    (dict(I=np.ones((2, 2)) * pA), ParameterError, r"shape \(2, 2\)"),
    (dict(I=np.nan * pA), ParameterError, "not finite"),
    (dict(I="lots"), RheobaseError, "lots"),
    (dict(I=rb.step(5 * mV, 1 * ms)), UnitError, "I is a voltage"),
    (dict(I=rb.noise(5 * mV, 1 * ms)), UnitError, "I is a voltage"),
    (dict(I=rb.sampled(np.ones((99, 3)) * pA, dt=1 * ms), n=2), ParameterError, "3, n is for 2"),
    (dict(J=5 * pA), UnknownNameError, "no input 'J'"),
    (dict(recrod="v"), UnknownNameError, "did you mean 'record'"),
    (dict(record="w"), UnknownNameError, "no 'w' to record"),
    (dict(record=["v", "I", "nu"]), UnknownNameError, "no 'nu' to record"),
    (dict(record="C"), UnknownNameError, "no 'C' to record"),
    (dict(record=5), ParameterError, "record is 5"),
    (dict(record=[5]), UnknownNameError, "no 5 to record"),
    (dict(record=[["v"]]), UnknownNameError, "to record"),
    (dict(record_every=0), ParameterError, "record_every is 0"),
    (dict(record_every=1.5), ParameterError, "record_every is 1.5"),
    (dict(record_every=True), ParameterError, "record_every is True"),
    (dict(subset=[3]), ParameterError, "subset names neurons that are not there"),
    (dict(subset=[-1]), ParameterError, "subset"),
    (dict(subset=[0.5]), ParameterError, "subset"),
    (dict(subset=[True]), ParameterError, "subset"),
    (dict(subset=0), ParameterError, "subset"),
    (dict(subset="v"), ParameterError, "subset"),
    (dict(seed=-1), ParameterError, "seed is -1"),
    (dict(seed=1.5), ParameterError, "seed is 1.5"),
    (dict(seed=2**63), ParameterError, r"whole number from 0 to 9223372036854775807$"),
    (dict(seed=None), ParameterError, "seed is None"),
    (dict(method="eluer"), SchemeError, "did you mean 'euler'"),
    (dict(method=""), SchemeError, "no method ''"),
    (dict(method=5), SchemeError, "no method 5"),
    (dict(method="published"), SchemeError, "no published update"),
    (dict(method="euler_maruyama", spike_times="exact"), ParameterError, "spike_times is 'exact'"),
    (dict(spike_times="fine"), ParameterError, "spike_times is 'fine'"),
    (dict(target="fortran"), ParameterError, "no target 'fortran'"),
    (dict(target=""), ParameterError, "no target ''"),
    (dict(initial=dict(u=1 * mV)), UnknownNameError, "no state 'u'"),
    (dict(initial=dict(g_L=5 * nS)), UnknownNameError, "no state 'g_L'"),
    (dict(initial=dict(v=-70)), UnitError, "v is a bare number"),
    (dict(initial=dict(v=5 * pA)), UnitError, "v is a current"),
    (dict(initial=dict(v=np.nan * mV)), ParameterError, "first value of v"),
    (dict(initial=dict(v=np.ones((2, 2)) * mV)), ParameterError, "first value of v"),
    (dict(initial=dict(v=[] * mV)), ParameterError, "first value of v"),
    (dict(initial=dict(v=[1, 2] * mV), n=3), ParameterError, "v is for 2, n is for 3"),
    (dict(initial=-70 * mV), ParameterError, "initial is"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "kind", "says"), WRONG, ids=lambda v: str(v)[:60])
def test_a_wrong_argument_is_one_clear_error(changes, kind, says):
    arguments = dict(duration=10 * ms, I=300 * pA) | changes
    duration = arguments.pop("duration")
    with pytest.raises(kind) as error:
        rb.simulate(rb.LIF(), duration, **arguments)
    text = str(error.value)
    assert re.search(says, text), text
    assert "Mend: " in text
    assert len(text) < 800
    assert isinstance(error.value, (ValueError, LookupError))


@pytest.mark.parametrize("thing", ["LIF", 5, None, rb.AdEx.preset, object(), lambda: 3])
def test_what_is_no_model_is_refused(thing):
    with pytest.raises(ParameterError, match="A model is due"):
        rb.simulate(thing, 10 * ms)


def test_an_entry_of_the_zoo_stands_for_its_default():
    a, b = rb.simulate(rb.LIF, 50 * ms), rb.simulate(rb.LIF(), 50 * ms)
    assert np.array_equal(a.spikes.t.internal, b.spikes.t.internal)


def test_arrays_that_disagree_are_all_named():
    with pytest.raises(ParameterError) as error:
        rb.simulate(
            rb.LIF(g_L=[9, 10, 11] * nS),
            1 * ms,
            I=[1, 2] * pA,
            initial=dict(v=[1, 2, 3, 4] * mV),
            n=5,
        )
    for part in ("g_L is for 3", "v is for 4", "the current I is for 2", "n is for 5"):
        assert part in str(error.value)


def test_a_plain_model_takes_plain_numbers_and_times_with_or_without_a_unit():
    for duration, dt in ((10, 0.1), (10 * ms, 0.1 * ms), (10, 0.1 * ms)):
        rec = rb.simulate(PLAIN, duration, dt=dt, I=2.0)
        assert len(rec.t) == 101
    with pytest.raises(UnitError, match="in a model without units"):
        rb.simulate(PLAIN, 10, I=2 * pA)
    with pytest.raises(UnitError, match="v, in a model without units"):
        rb.simulate(PLAIN, 10, initial=dict(v=2 * mV))


def test_noise_recorded_by_a_named_expression_is_refused():
    model = rb.Model("kick = 0.1*xi\ndv/dt = -v + kick")
    with pytest.raises(ParameterError, match="'kick' holds white noise"):
        rb.simulate(model, 1 * ms, record="kick")


def test_a_model_without_v_records_what_it_has():
    assert rb.simulate(NO_STATE, 1 * ms, I=2.0).names == ("y",)
    assert rb.simulate(rb.Model("dx/dt = -x\ndy/dt = x"), 1 * ms).names == ("x", "y")


@pytest.mark.parametrize(
    "record", [None, "v", ["v"], ("v", "I"), ["v", "v"], {"v": 1}, np.array(["v"])]
)
def test_what_may_be_recorded(record):
    names = rb.simulate(rb.LIF(), 1 * ms, record=record).names
    assert names == (
        () if record is None else ("v", "I") if len(record) == 2 and "I" in record else ("v",)
    )


@pytest.mark.parametrize("subset", [[0], np.array([2, 1]), range(3), [], (1,), np.int64([2])])
def test_subsets_may_be_anything_that_counts(subset):
    rec = rb.simulate(rb.LIF(), 1 * ms, n=3, subset=subset)
    assert rec["v"].shape == (11, len(subset))
    assert list(rec.neurons["v"]) == list(subset)


@pytest.mark.parametrize("every", [1, 3, 10, 11, 1000, np.int64(7)])
def test_every_kth_step_is_recorded(every):
    whole = rb.simulate(rb.LIF(), 3 * ms)
    rec = rb.simulate(rb.LIF(), 3 * ms, record_every=every)
    assert rec.t.internal == pytest.approx(np.arange(0, 31, every) * 0.1)
    assert np.array_equal(np.asarray(rec["v"]), np.asarray(whole["v"])[::every])


def test_parameters_of_length_one_are_single_values():
    rec = rb.simulate(rb.LIF(g_L=[10] * nS), 5 * ms, I=[300] * pA, n=3, initial=dict(v=[-60] * mV))
    assert rec["v"].shape == (51, 3)


def test_initial_values_may_differ_from_neuron_to_neuron():
    rec = rb.simulate(rb.LIF(), 1 * ms, initial=dict(v=[-70, -60, -55] * mV), I=0 * pA)
    assert rec["v"].value_in(mV)[0] == pytest.approx([-70, -60, -55])


def test_initial_values_follow_one_another():
    model = rb.Model(
        "e = 2*v\ndv/dt = -v\ndu/dt = -u\ndw/dt = -w", initial=dict(v=3.0, u="e + 1", w="u*u")
    )
    rec = rb.simulate(model, 1 * ms, record=["v", "u", "w"])
    assert [np.asarray(rec[s])[0, 0] for s in "vuw"] == [3.0, 7.0, 49.0]
    rec = rb.simulate(model, 1 * ms, record=["v", "u", "w"], initial=dict(v=np.array([1.0, 2.0])))
    assert np.asarray(rec["w"])[0].tolist() == [9.0, 25.0]
    circle = rb.Model("dv/dt = -v\ndu/dt = -u", initial=dict(v="u", u="v"))
    with pytest.raises(ParameterError, match="first values of v, u need one another"):
        rb.simulate(circle, 1 * ms)
    assert (
        np.asarray(rb.simulate(circle, 1 * ms, initial=dict(v=2.0), record="u")["u"])[0, 0] == 2.0
    )


class TestRest:
    def test_a_model_may_start_at_rest(self):
        rec = rb.simulate(rb.HodgkinHuxley(), 20 * ms, I=0 * uA / cm**2, n=9)
        assert np.ptp(rec["v"].value_in(mV)) < 1e-9

    def test_neurons_that_differ_rest_each_where_they_do(self):
        g_l = np.linspace(0.2, 0.4, 5)
        together = rb.resting_state(rb.HodgkinHuxley(g_L=g_l * rb.HodgkinHuxley().unit_of("g_L")))
        for k, g in enumerate(g_l):
            alone = rb.resting_state(rb.HodgkinHuxley(g_L=g * rb.HodgkinHuxley().unit_of("g_L")))
            for state in ("v", "n", "m", "h"):
                one = np.asarray(together[state])[k]
                assert one == np.asarray(alone[state])  # the same bits

    def test_inputs_may_be_one_a_neuron(self):
        rest = rb.resting_state(rb.LIF(), I=[0, 50, 100] * pA)
        assert rest["v"].value_in(mV) == pytest.approx([-70, -65, -60])
        assert rb.resting_state(rb.LIF(), I=100 * pA)["v"].value_in(mV) == pytest.approx(-60)

    def test_what_is_not_an_input_is_refused(self):
        with pytest.raises(UnknownNameError, match="no input 'g_L'"):
            rb.resting_state(rb.LIF(), g_L=5 * nS)
        with pytest.raises(UnitError):
            rb.resting_state(rb.LIF(), I=5)
        with pytest.raises(ParameterError, match="g_L is for 3, I is for 2"):
            rb.resting_state(rb.LIF(g_L=[9, 10, 11] * nS), I=[0, 50] * pA)
        with pytest.raises(ParameterError, match="no states"):
            rb.resting_state(NO_STATE)

    def test_where_there_is_no_rest_it_says_so(self):
        with pytest.raises(NumericalError, match="No resting state"):
            rb.resting_state(rb.Model("dv/dt = v**2 + 1"))
        with pytest.raises(NumericalError, match="No resting state"):
            rb.resting_state(rb.Model("dv/dt = 1"))


def test_a_frequency_is_no_current():
    with pytest.raises(UnitError):
        rb.simulate(rb.LIF(), 1 * ms, I=rb.sine(5 * Hz, 5 * Hz))
