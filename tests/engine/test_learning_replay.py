"""Every synapse of random networks that learn, against its own replay in plain Python."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rheobase as rb
from rheobase.units import ms, mV

from .learning_cases import CELL, DT, RULES, Case, check, typed

AXONAL = (None, 1.0, 0.5, 0.5 * ms)


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=3)
@given(
    seed=st.integers(0, 2**31),
    axonal=st.sampled_from(AXONAL),
    method=st.sampled_from(["rk4", "adaptive"]),
    threads=st.integers(1, 3),
    spread=st.booleans(),
    pieces=st.sets(st.integers(1, 299), max_size=3),
)
def test_synapses_hold_what_their_spikes_left_and_targets_get_it(
    name, seed, axonal, method, threads, spread, pieces
):
    case = Case(name, seed, axonal, threads, method, spread=spread)
    net = case.network()
    check(case, case.run(net, pieces), net)


def test_the_cases_hold_what_they_should():
    """Several spikes of a neuron in a tick, spikes at tick 0, and spikes that weights decide."""
    case = Case("hard", 3, method="adaptive")
    (rec,) = case.run(net := case.network())
    for name in ("given", "cells"):
        ticks = np.rint(rec[name].spikes.t.value_in(ms) / DT)
        assert len(np.unique([ticks, rec[name].spikes.i], axis=1).T) < len(ticks)
    assert (rec["given"].spikes.t.value_in(ms) == 0).sum() >= 2
    w = net.synapses("recurrent")["w"].value_in(mV)
    assert w.max() <= 4.0 and w.min() >= 0.0 and len(np.unique(w)) > 3
    other = Case("hard", 3, method="adaptive")
    other.edges = {k: (*v[:2], 0.5 * v[2], v[3]) for k, v in other.edges.items()}
    (changed,) = other.run(other.network())
    assert not np.array_equal(changed["cells"].spikes.t, rec["cells"].spikes.t)


@pytest.mark.parametrize("axonal", [None, 1.0])
def test_reading_at_the_end_of_an_epoch_changes_nothing(axonal):
    """Lazily updated states, read at every tick around the moment when all are brought up."""
    case = Case("dopamine", 5, axonal, steps=970)
    for steps in range(957, 964):
        case.steps = steps
        net = case.network()
        check(case, case.run(net), net)


def test_spikes_of_a_tick_are_one_neurons_though_others_lie_between():
    """Times that round to one tick need not come neuron by neuron."""
    net = rb.Network(dt=DT * ms)
    source = net.add(rb.SpikeTimes([0.96, 0.98, 1.0, 1.02] * ms, [0, 1, 0, 1]), 2, name="source")
    cell = net.add(CELL, 1, name="cell", method="euler")
    rule = typed("", on_pre="n += 1", transmits="w*n", initial=dict(n=0))
    net.connect(
        source, cell, rb.Delta("g"), rb.all_to_all(), [[1], [10]] * mV, 1 * ms, plasticity=rule,
        axonal=1.0,
    )  # fmt: skip
    net.record(cell, "g")
    g = np.ravel(net.run(3 * ms)["cell"]["g"].value_in(mV))
    assert g[-1] == (1 + 2) * 1 + (1 + 2) * 10


def test_delays_with_and_without_a_dendritic_part_in_one_projection():
    """For each synapse its own delays decide which spike of a tick comes first."""
    net = rb.Network(dt=DT * ms)
    ticks = np.array([20, 40, 60])
    source = net.add(rb.SpikeTimes(ticks * DT * ms, [0, 0, 0]), 1, name="source")
    driver = net.add(rb.SpikeTimes(ticks * DT * ms, [0, 0, 0]), 1, name="driver")
    cells = net.add(CELL, 2, name="cells", method="euler")
    # The order of an addition and a factor shows which event came first.
    rule = typed("", on_pre="w += 1*mV", on_post="w = 2*w")
    net.connect(driver, cells, rb.Delta("v"), rb.all_to_all(), 100 * mV, DT * ms)
    # Spikes of the cells, a tick later, reach the first synapse at once, the other after 0.6 ms.
    con = net.connect(
        source, cells, rb.Delta("g"), rb.edges([0, 0], [0, 1]), 1 * mV, [0.1, 0.7] * ms,
        plasticity=rule, axonal=0.1 * ms,
    )  # fmt: skip
    net.run(10 * ms)
    table = net.synapses(con)
    w, late = 1.0, 1.0
    for _ in ticks:
        w, late = 2 * (w + 1), 2 * (late + 1)
    np.testing.assert_array_equal(table["w"].value_in(mV), [w, late])


@pytest.mark.parametrize("delays", [[0.5, 2.0], [1.0, 2.0]])
def test_synapses_that_come_or_go_do_not_shift_what_others_have(delays):
    """Some that reach their targets at once may leave none behind, or be the first to do so."""

    def learned(change):
        net = rb.Network(dt=DT * ms)
        pre = net.add(rb.SpikeTimes([3.0, 14.0] * ms, [0, 0]), 1, name="pre")
        cells = net.add(CELL, 2, name="cells", method="euler")
        rule = typed("dx/dt = -x/(5*ms)", on_pre="w += x*mV; x += 1")
        net.connect(
            pre, cells, rb.Delta("g"), rb.edges([0, 0], [0, 1]), 1 * mV, np.array(delays) * ms,
            plasticity=rule, axonal=0.5 * ms, name="c",
        )  # fmt: skip
        net.run(10 * ms)
        change(net)
        net.run(10 * ms)
        return net.synapses("c")["w"].value_in(mV)

    whole = learned(lambda net: None)
    for gone in ([True, False], [False, True]):
        found = learned(lambda net, gone=gone: net.prune("c", np.array(gone)))
        np.testing.assert_array_equal(found, whole[~np.array(gone)])
    more = dict(rule=rb.edges([0], [0]), weight=1 * mV, multapses=True)
    for delay in (0.5, 3.0):
        found = learned(lambda net, delay=delay: net.grow("c", delay=delay * ms, **more))
        np.testing.assert_array_equal(np.delete(found, 0 if delay < delays[0] else 1), whole)
