"""Weights and other states of synapses: read before a run, within bounds, and set between runs."""

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError, RheobaseError, UnitError, UnknownNameError
from rheobase.units import Hz, ms, mV, nS, s

from .learning_cases import DT, RULES, Case, assert_same, state_of, weights_of

RULE = rb.DopamineSTDP(2 * mV, A_plus=0.3, A_minus=0.2)


def made(rule=RULE, threads=1, axonal=None, weight=None, precision=None, name="exc"):
    net = rb.Network(seed=2, threads=threads)
    pre = net.add(rb.Poisson(80 * Hz), 30, name="pre")
    reward = net.add(rb.Poisson(50 * Hz), 1, name="reward")
    cells = net.add(rb.LIF(), 10, name=name, initial=dict(v=rb.uniform(-65 * mV, -51 * mV)))
    how = {} if rule is None else {"plasticity": rule, "axonal": axonal}
    if rule is not None and rule.on_modulator:
        how["modulator"] = reward
    net.connect(
        pre, cells, rb.Delta(), rb.bernoulli(0.5), 1 * mV if weight is None else weight, 1 * ms,
        name="c", precision=precision, **how,
    )  # fmt: skip
    return net


def w(net):
    return net.synapses("c")["w"].value_in(mV)


@pytest.mark.parametrize("axonal", [0.5])
@pytest.mark.parametrize("name", RULES)
def test_before_the_first_run_there_is_what_it_begins_with(name, axonal):
    """Ends, delays and states in the order in which they stay; nothing has been built."""
    case = Case(name, 7, axonal, steps=20, scale=2)
    net, other = case.network(), case.network()
    before = {con: net.synapses(con) for con in case.edges}
    assert net._simulation is None and net.time == 0 * ms
    net.add(rb.LIF(), 1, name="later")
    other.add(rb.LIF(), 1, name="later")
    assert_same(state_of(net, case.run(net)), state_of(other, case.run(other)))
    for con, table in before.items():
        now = net.synapses(con)
        for part in ("pre", "post"):
            np.testing.assert_array_equal(getattr(table, part), getattr(now, part))
        for part in ("delay", "axonal"):
            np.testing.assert_array_equal(getattr(table, part), getattr(now, part))
        assert table.values.keys() == now.values.keys()


def test_what_does_not_learn_is_read_too():
    net = made(None, weight=rb.uniform(0 * mV, 1 * mV))
    first = net.synapses("c")
    net.run(1 * ms)
    np.testing.assert_array_equal(first["w"], net.synapses("c")["w"])
    assert list(first.values) == ["w"] and np.all(first.delay == 1 * ms)
    assert np.all(first.axonal == 0 * ms)


@pytest.mark.parametrize("axonal", [None, 1.0])
def test_read_between_events_it_is_within_the_bounds(axonal):
    net = made(axonal=axonal)
    most = 0
    for _ in range(40):
        net.run(10.3 * ms)
        found = w(net)
        assert found.min() >= 0 and found.max() <= 2
        most = max(most, (found == 2).sum())
    assert most > 20


def test_it_is_what_the_next_event_finds():
    """A weight that a reward drives beyond the bound, read, and then met by a spike."""
    times = [5.0, 60.0] * ms
    net = rb.Network()
    pre = net.add(rb.SpikeTimes(times, [0, 0]), 1, name="pre")
    reward = net.add(rb.SpikeTimes([10.0, 12.0] * ms, [0, 0]), 1, name="reward")
    cell = net.add(rb.LIF(), 1, name="cell")
    rule = rb.LearningRule(
        "dc/dt = -c/(1000*ms)\ndw/dt = c*d\ndd/dt = -d/(5*ms)",
        on_pre="w = clip(w, 0*mV, w_max); before = w; c += 1*mV", on_modulator="d += 0.1/ms",
        parameters=dict(w_max=1.2 * mV), initial=dict(c=0 * mV, before=0 * mV),
    )  # fmt: skip
    con = net.connect(
        pre, cell, rb.Delta(), rb.all_to_all(), 1 * mV, 1 * ms, plasticity=rule, modulator=reward
    )
    seen = []
    for _ in range(5):
        net.run(10 * ms)
        seen.append(net.synapses(con)["w"].value_in(mV)[0])
    assert seen[0] == 1.0 and 1 < seen[1] <= 1.2 and seen[2:] == [1.2] * 3
    net.run(20 * ms)
    assert net.synapses(con)["before"].value_in(mV)[0] == 1.2


@pytest.mark.parametrize(
    ("on_pre", "on_post", "transmits"),
    [
        ("w = 0.5*w; c += 1*mV", "w = 0.5*w; c += 1*mV", "w"),  # is no bound
        ("c += w; w = clip(w, 0*mV, w_max)", "w = clip(w, 0*mV, w_max)", "w"),  # is read before
        ("w = clip(w, 0*mV, w_max); c += 1*mV", "w = clip(w, 0*mV, 2*w_max)", "w"),  # others
        ("c += 1*mV", "w = clip(w, 0*mV, w_max)", "w"),  # is sent as it is
    ],
)
def test_what_is_no_bound_changes_nothing(on_pre, on_post, transmits):
    net = rb.Network()
    pre = net.add(rb.SpikeTimes([1.0] * ms), 1, name="pre")
    cell = net.add(rb.LIF(), 1, name="cell")
    rule = rb.LearningRule(
        "dc/dt = -c/(1000*ms)\ndw/dt = c*k", on_pre=on_pre, on_post=on_post, transmits=transmits,
        parameters=dict(w_max=1 * mV, k=1 / ms), initial=dict(c=1 * mV),
    )  # fmt: skip
    con = net.connect(pre, cell, rb.Delta(), rb.all_to_all(), 1 * mV, 1 * ms, plasticity=rule)
    net.run(40 * ms)
    assert net.synapses(con)["w"].value_in(mV)[0] > 10


FORMS = {
    "number": (0.5 * mV, lambda t: np.full(len(t), 0.5)),
    "array": (None, lambda t: np.linspace(0, 2, len(t))),
    "distribution": (rb.uniform(0.2 * mV, 0.4 * mV), None),
    "expression": ("0.01*mV*i_pre", lambda t: 0.01 * t.pre),
}


@pytest.mark.parametrize(
    ("weight", "precision"), [("one", None), ("one", "float64"), ("each", "float32")]
)
@pytest.mark.parametrize("rule", [None, "dopamine", "depression"])
@pytest.mark.parametrize("form", FORMS)
def test_weights_in_every_form(form, rule, weight, precision):
    rule = {None: None, "dopamine": RULE, "depression": rb.TsodyksMarkram(0.5, 50 * ms)}[rule]
    given, expected = FORMS[form]
    first = 1 * mV if weight == "one" else rb.uniform(0 * mV, 2 * mV)
    for ran in (False, True):
        net = made(rule, weight=first, precision=precision)
        if ran:
            net.run(5 * ms)
        table = net.synapses("c")
        value = expected(table) * mV if given is None else given
        net.set_synapses("c", w=value)
        found = w(net)
        if expected is None:
            assert found.min() >= 0.2 and found.max() <= 0.4 and len(set(found)) == len(found)
        else:
            np.testing.assert_allclose(found, expected(table), rtol=1e-7)
        net.run(5 * ms)
        again = made(rule, weight=first, precision=precision, threads=2)
        if ran:
            again.run(5 * ms)
        again.set_synapses("c", w=value)
        again.run(5 * ms)
        np.testing.assert_array_equal(w(again), w(net))


@pytest.mark.parametrize("rule", [None, RULE])
def test_what_is_set_is_what_is_sent(rule):
    """A network whose weights are set is the one that was connected with them."""

    def spikes(net):
        found = net.run(100 * ms)["exc"].spikes
        return found.t.internal, found.i

    plain, told = made(rule, weight=1.7 * mV), made(rule, weight=0.1 * mV)
    expected = spikes(plain)
    assert len(expected[0]) > 50
    told.set_synapses("c", w=1.7 * mV)
    for one, other in zip(spikes(told), expected, strict=True):
        np.testing.assert_array_equal(one, other)
    told.set_synapses("c", w=0 * mV)
    if rule is None:
        assert told.run(50 * ms)["exc"].spikes.total <= 1


@pytest.mark.parametrize("axonal", [0.5, 1.0])
@pytest.mark.parametrize("name", ["hard", "dopamine", "unweighted", "two releases", "rewarded"])
def test_threads_cuts_and_checkpoints(name, axonal, tmp_path):
    """All states of all synapses, set in the middle of a run, are those from then on."""

    def told(threads, cut):
        case = Case(name, 9, axonal, threads, steps=200, scale=2)
        net = case.network()
        recs = [net.run(100 * DT * ms)]
        for con in case.edges:
            table = net.synapses(con)
            half = {k: 0.5 * v for k, v in table.values.items() if k in ("w", "c", "s")}
            net.set_synapses(con, **half)
            for state, value in half.items():
                np.testing.assert_array_equal(net.synapses(con)[state], value)
        if cut:
            net.save(tmp_path / "c")
            net = rb.Network.restore(tmp_path / "c", threads=3)
            recs.append(net.run(17 * DT * ms))
        recs.append(net.run((83 if cut else 100) * DT * ms))
        return state_of(net, recs)

    whole = told(1, False)
    for threads, cut in ((2, False), (1, True)):
        assert_same(told(threads, cut), whole)


def test_what_is_set_before_the_first_run_is_saved(tmp_path):
    net = made()
    net.set_synapses("c", w=rb.uniform(0 * mV, 2 * mV), c=0.1 * mV)
    again = rb.Network.restore(net.save(tmp_path / "c"), threads=2)
    np.testing.assert_array_equal(w(again), w(net))
    again.set_synapses("c", c=0.2 * mV)
    net.set_synapses("c", c=0.2 * mV)
    for one in (net, again):
        one.record("exc", "v", every=1 * ms)
        one.run(50 * ms)
    np.testing.assert_array_equal(w(again), w(net))
    assert len(set(w(net))) > 10


def test_states_of_the_target_begin_where_they_would():
    """Equations that begin at the target's voltage do so in the first run, whenever it is built."""
    rule = rb.LearningRule(
        "du/dt = (v_post - u)/(5*ms)", on_pre="w += 0.01*u", initial=dict(u="v_post"), weight=mV
    )
    plain, told = made(rule), made(rule)
    told.set_synapses("c", w=1 * mV)
    for one in (plain, told):
        one.run(50 * ms)
    np.testing.assert_array_equal(w(told), w(plain))


WRONG = [
    (dict(w=2.5 * mV), ParameterError, "largest is w_max = 2 mV: it would be cut off there"),
    (dict(w=-0.1 * mV), ParameterError, "it would be set to 0"),
    (dict(w=rb.uniform(0 * mV, 3 * mV)), ParameterError, "cut off there"),
    (dict(w=[1.0, 2.0] * mV), ParameterError, "shape"),
    (dict(w=np.ones((2, 2)) * mV), ParameterError, "shape"),
    (dict(w=float("nan") * mV), ParameterError, "not finite"),
    (dict(c=float("inf") * mV), ParameterError, "not finite"),
    (dict(w=1.0), UnitError, "bare number"),
    (dict(w=1 * nS), UnitError, "conductance"),
    (dict(c=1 * s), UnitError, "time"),
    (dict(x=1.0), UnknownNameError, "no 'x' to set"),
    (dict(w="volume*mV"), UnknownNameError, "volume"),
    (dict(w=None), ParameterError, "None"),
    (dict(w=1 * mV, c="much"), RheobaseError, "much"),
]


@pytest.mark.parametrize(("states", "error", "words"), WRONG)
def test_one_wrong_state_leaves_all_as_they_were(states, error, words):
    net = made()
    net.run(20 * ms)
    before = net.synapses("c")
    with pytest.raises(error, match=words) as caught:
        net.set_synapses("c", **states)
    assert "in the projection 'c'" in caught.value.where
    after = net.synapses("c")
    for name in before.values:
        np.testing.assert_array_equal(before[name], after[name])


def test_dales_law_holds_for_what_is_set():
    net = rb.Network()
    inh = net.add(rb.LIF(), 5, name="inh", releases="GABA")
    net.connect(inh, inh, rb.Delta(), rb.all_to_all(), -1 * mV, 1 * ms, name="c")
    net.set_synapses("c", w=-2 * mV)
    with pytest.raises(ParameterError, match="GABA"):
        net.set_synapses("c", w=1 * mV)
    assert set(w(net)) == {-2.0}


def test_what_has_no_synapses_of_its_own():
    net = rb.Network()
    source = net.add(rb.Poisson(5000 * Hz), 10, name="source")
    cells = net.add(rb.LIF(), 10, name="cells")
    net.connect(source, cells, rb.Delta(), rb.one_to_one(), 0.1 * mV, 1 * ms, name="drive")
    assert np.all(net.synapses("drive")["w"] == 0.1 * mV)
    with pytest.raises(ParameterError, match="no synapses"):
        net.set_synapses("drive", w=0.2 * mV)
    net.connect(source, cells, rb.Delta(), rb.edges([], []), 0.1 * mV, 1 * ms, name="nobody")
    net.set_synapses("nobody", w=0.2 * mV)
    assert len(net.synapses("nobody")) == 0


@pytest.mark.parametrize("sign", [1, -1])
def test_weights_beyond_the_largest_are_refused_wherever_they_come_from(sign):
    rule = rb.PairSTDP(sign * 2 * mV)
    with pytest.raises(ParameterError, match=r"w_max = .*2 mV: it would be cut off"):
        made(rule, weight=sign * 2.1 * mV)
    net = made(rule, weight=rb.uniform(*sorted([0 * mV, sign * 3 * mV])))
    with pytest.raises(ParameterError, match="cut off"):
        net.run(1 * ms)
    for precision in ("float32", "float64"):
        # The largest itself, and what 32 bits make of it, is no more than it.
        made(rb.PairSTDP(sign * 0.1 * mV), weight=sign * 0.1 * mV, precision=precision).run(1 * ms)
    net = made(rule, weight=sign * 1 * mV)
    net.run(1 * ms)
    with pytest.raises(ParameterError, match="cut off"):
        net.grow("c", rb.bernoulli(0.1), weight=sign * 3 * mV)


def test_a_rule_that_bounds_nothing_has_no_largest_weight():
    """w_max then is the measure of its steps alone."""
    net = made(rb.TripletSTDP(1 * mV, bounds=None), weight=5 * mV)
    assert np.all(net.synapses("c")["w"].value_in(mV) == 5)
    net.set_synapses("c", w=7 * mV)
    net.run(1 * ms)
    assert np.all(net.synapses("c")["w"].value_in(mV) > 6)
    own = rb.LearningRule(on_post="w += 0.1*w_max", parameters=dict(w_max=1 * mV))
    net = made(own, weight=5 * mV)
    net.run(1 * ms)
    assert np.all(net.synapses("c")["w"].value_in(mV) >= 5)


@pytest.mark.parametrize("what", ["soft", "powers", "homeostatic", "chained", "rewarded"])
def test_rules_that_bound_refuse(what):
    with pytest.raises(ParameterError, match="cut off"):
        made(RULES[what], weight=4.1 * mV)


def test_reading_changes_nothing():
    case = Case("dopamine", 4, 1.0, steps=300, scale=2)
    plain, read = case.network(), case.network()
    expected = state_of(plain, case.run(plain))
    recs = []
    for _ in range(30):
        weights_of(read)
        recs.append(read.run(10 * DT * ms))
    assert_same(state_of(read, recs), expected)


def test_nothing_to_set_is_refused():
    with pytest.raises(ParameterError, match="Nothing says what to set") as caught:
        made().set_synapses("c")
    assert "'c'" in caught.value.where and "w=" in caught.value.mend
