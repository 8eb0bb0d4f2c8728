"""Weights and other states of synapses, recorded while a network runs."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import MemoryDemandError, ParameterError, UnknownNameError
from rheobase.recording import SynapseRecording
from rheobase.units import Hz, ms, mV

from .learning_cases import DT, RULES, Case, assert_same, state_of, weights_of
from .test_setting_synapses import made

EVERY = 7


def watched(case, threads=1, **how):
    net = case.network(threads)
    for con in case.edges:
        names = [n for n in net.synapses(con).values if n in ("w", "c", "k", "n")]
        net.record(net.projections[con], names, every=EVERY, **how)
    return net


def joined(recs, con, name):
    """Ticks and values of all runs; what ends one run begins the next."""
    found = {}
    for rec in recs:
        one = rec.projections[con]
        ticks = np.rint(one.t.value_in(ms) / DT).astype(int)
        values = np.asarray(getattr(one[name], "magnitude", one[name]))
        for tick, value in zip(ticks.tolist(), values, strict=True):
            if tick in found:
                np.testing.assert_array_equal(found[tick], value)
            found[tick] = value
    return found


@pytest.mark.parametrize("axonal", [0.5, 1.0])
@pytest.mark.parametrize("name", ["hard", "dopamine", "unweighted", "two releases", "depression"])
def test_what_a_run_in_pieces_would_have_read(name, axonal):
    """Nothing else changes, for any threads, however the run is cut."""
    case = Case(name, 6, axonal, steps=120, scale=2)
    plain = case.network()
    expected = state_of(plain, case.run(plain))
    whole = None
    for threads, pieces in ((1, ()), (2, (3, 49, 50)), (1, (EVERY, 2 * EVERY))):
        net = watched(case, threads)
        recs = case.run(net, pieces)
        assert_same(state_of(net, recs), expected)
        found = {
            (con, n): joined(recs, con, n)
            for con in case.edges
            for n in recs[0].projections[con].names
        }
        whole = whole or found
        for key, values in found.items():
            assert list(values) == list(range(0, 121, EVERY))
            np.testing.assert_array_equal(list(values.values()), list(whole[key].values()))
    read = case.network()
    for tick in range(EVERY, 121, EVERY):
        read.run(EVERY * DT * ms)
        now = weights_of(read)
        for (con, n), values in whole.items():
            np.testing.assert_array_equal(values[tick], now[f"{con}:{n}"])


def test_the_recording_says_whose_weights_they_are():
    net = made()
    con = net.projections["c"]
    net.record("c", ["w", "c"], subset=[5, 2, 40], every=1 * ms)
    table = net.synapses("c")
    rec = net.run(20 * ms)
    one = rec[con]
    assert isinstance(one, SynapseRecording) and one is rec["c"] is rec.projections["c"]
    assert one["w"].shape == (21, 3) and len(one) == 3 and one.names == ("w", "c")
    np.testing.assert_array_equal(one.t.value_in(ms), np.arange(21.0))
    np.testing.assert_array_equal(one.places, [5, 2, 40])
    np.testing.assert_array_equal(one.pre, table.pre[[5, 2, 40]])
    np.testing.assert_array_equal(one.post, table.post[[5, 2, 40]])
    np.testing.assert_array_equal(one["w"][0].value_in(mV), [1, 1, 1])
    np.testing.assert_array_equal(one["w"][-1], net.synapses("c")["w"][[5, 2, 40]])
    assert list(rec) == ["exc"] and rec[net["exc"]] is rec["exc"] and "c" not in rec
    assert repr(one) == "<SynapseRecording of 'c': w, c; 21 samples of 3 synapses>"
    assert "w" in one and "x" not in one
    with pytest.raises(UnknownNameError, match="'x' was not recorded of the synapses"):
        one["x"]
    with pytest.raises(UnknownNameError, match="no population 'd'"):
        rec["d"]


def test_a_name_that_both_have_is_the_populations():
    net = made(name="c")
    con = net.projections["c"]
    net.record("c", "v", every=5 * ms)
    net.record(con, "w", every=5 * ms)
    rec = net.run(10 * ms)
    assert rec["c"]["v"].shape == (3, 10)
    assert rec[con]["w"].shape == (3, len(net.synapses(con)))
    assert rec[net["c"]] is rec["c"]


def test_a_mask_and_the_last_call():
    net = made()
    count = len(net.synapses("c"))
    mask = np.arange(count) % 3 == 0
    net.record("c", "w", every=1 * ms)
    net.record("c", "c", every=5 * ms, subset=mask)
    rec = net.run(10 * ms)["c"]
    assert rec.names == ("c",) and rec["c"].shape == (3, mask.sum())
    # Between runs, too; another run begins with what stands there.
    net.record("c", "w", every=5 * ms, subset=range(4))
    assert net.run(10 * ms)["c"]["w"].shape == (3, 4)
    net.record("c", [])
    assert net.run(10 * ms).projections == {}


FORMS = [
    slice(0, 10), slice(np.int64(5)), slice(-3, None), slice(None, None, -9), slice(4, 10**9, 100),
    3, np.int64(-1), [5, -2, 0], range(4), (2, 1), np.array([7, 8], np.uint8),
]  # fmt: skip


@pytest.mark.parametrize("subset", FORMS, ids=str)
def test_synapses_are_chosen_as_neurons_are(subset):
    """Before the first run, when nobody knows how many there are, and after it; and read again."""
    net = made()
    count = len(made().synapses("c"))
    everyone = np.arange(count)
    due = np.atleast_1d(everyone[list(subset) if isinstance(subset, tuple) else subset])
    pop = net.add(rb.LIF(), count, name="as many")
    np.testing.assert_array_equal(pop[subset].index, due)
    net.record("c", "w", every=1 * ms, subset=subset)
    for one in (rb.Network.from_dict(json.loads(json.dumps(net.to_dict()))), net):
        np.testing.assert_array_equal(one.run(1 * ms)["c"].places, due)
    net.record("c", "w", every=1 * ms, subset=subset)
    np.testing.assert_array_equal(net.run(1 * ms)["c"].places, due)


@pytest.mark.parametrize(
    "subset", [lambda c: np.arange(c) < 7, lambda _: slice(0, 7)], ids=["mask", "slice"]
)
def test_it_is_part_of_the_description(subset, tmp_path):
    net = made()
    net.record("c", "w", every=5 * ms, subset=subset(len(net.synapses("c"))))
    again = rb.Network.from_dict(json.loads(json.dumps(net.to_dict())))
    assert again.to_dict() == net.to_dict()
    restored = rb.Network.restore(net.save(tmp_path / "c"))
    for one in (again, restored):
        np.testing.assert_array_equal(
            one.run(20 * ms)["c"]["w"], made_and_recorded().run(20 * ms)["c"]["w"]
        )


def made_and_recorded():
    net = made()
    net.record("c", "w", every=5 * ms, subset=range(7))
    return net


PROGRAM = """
import json, sys
import numpy as np
import rheobase as rb
from rheobase.units import ms, mV
net = rb.Network.restore(sys.argv[1], threads=2)
rec = net.run(23 * ms)
print(json.dumps([rec["c"].t.value_in(ms).tolist(), rec["c"]["w"].value_in(mV).tolist()]))
"""


def test_a_checkpoint_in_a_new_process(tmp_path):
    net = made_and_recorded()
    net.run(22 * ms)
    path = net.save(tmp_path / "c")
    rec = net.run(23 * ms)
    assert len(np.unique(rec["c"]["w"].value_in(mV))) > 3
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    times, w = json.loads(done.stdout)
    assert times == [25.0, 30.0, 35.0, 40.0, 45.0] == rec["c"].t.value_in(ms).tolist()
    np.testing.assert_array_equal(w, rec["c"]["w"].value_in(mV))


def test_synapses_that_come_and_go():
    net = made()
    net.record("c", "w", every=5 * ms)
    before = net.run(10 * ms)["c"]
    net.prune("c", net.synapses("c").pre < 20)
    after = net.run(10 * ms)["c"]
    assert len(after) < len(before) and after.pre.min() >= 20
    count = len(after)
    for subset, words in (
        ([10**6], "c has no synapse 1000000"),
        (-count - 1, f"c has no synapse {-count - 1}"),
        (np.ones(3, bool), r"mask of c has the shape \(3,\)"),
        (np.zeros(count, bool), "holds no synapse"),
        (slice(count, None), "holds no synapse"),
        ([count - 1, -1], "names a synapse twice"),
    ):
        net.record("c", "w", every=5 * ms, subset=subset)
        with pytest.raises(ParameterError, match=words) as caught:
            net.run(10 * ms)
        assert "in the projection 'c'" in caught.value.where and caught.value.mend
    net.record("c", "w", every=5 * ms, subset=[])
    assert net.run(10 * ms)["c"]["w"].shape == (3, 0)
    net.record("c", "w", every=5 * ms, subset=[0])
    net.prune("c", np.ones(len(net.synapses("c")), bool))
    net.record("c", "w", every=5 * ms)
    empty = net.run(10 * ms)["c"]
    assert empty["w"].shape == (3, 0) and len(empty.pre) == 0


WRONG = [
    (dict(what="x", every=1 * ms), UnknownNameError, "one value a presynaptic neuron"),
    (dict(what="y", every=1 * ms), UnknownNameError, "one value a postsynaptic neuron"),
    (dict(what="d", every=1 * ms), UnknownNameError, "one value a projection"),
    (dict(what="v", every=1 * ms), UnknownNameError, "no 'v' to record"),
    (dict(every=1 * ms), UnknownNameError, "no 'spikes' to record"),
    (dict(what=3, every=1 * ms), ParameterError, "what= is 3"),
    (dict(what=["w", 3], every=1 * ms), ParameterError, "what= is"),
    (dict(what="w"), ParameterError, "how often"),
    (dict(what="w", every=0.05 * ms), ParameterError, "whole number of steps"),
    (dict(what="w", every=0), ParameterError, "every"),
    (dict(what="w", every=1 * ms, subset="all"), ParameterError, "not a list of whole numbers"),
    (dict(what="w", every=1 * ms, subset=slice(0, 3, 0)), ParameterError, "a slice of synapses"),
    (dict(what="w", every=1 * ms, subset=slice("a")), ParameterError, "a slice of synapses"),
    (dict(what="w", every=1 * ms, subset=[0.5]), ParameterError, "not a list of whole numbers"),
    (dict(what="w", every=1 * ms, subset=[[1, 2]]), ParameterError, "list of whole numbers"),
    (dict(what="w", every=1 * ms, subset=[1, 1]), ParameterError, "names a synapse twice"),
]


@pytest.mark.parametrize(("how", "error", "words"), WRONG)
def test_what_cannot_be_recorded(how, error, words):
    net = made()
    net.record("c", "w", every=2 * ms)
    with pytest.raises(error) as caught:
        net.record("c", **how)
    assert words in str(caught.value) and "in the projection 'c'" in caught.value.where
    assert net.run(4 * ms)["c"]["w"].shape[0] == 3


def test_what_is_not_kept_one_by_one():
    net = rb.Network()
    source = net.add(rb.Poisson(5000 * Hz), 10, name="source")
    cells = net.add(rb.LIF(), 10, name="cells")
    net.connect(source, cells, rb.Delta(), rb.one_to_one(), 0.1 * mV, 1 * ms, name="drive")
    net.record("drive", "w", every=1 * ms)
    with pytest.raises(ParameterError, match="not kept one by one"):
        net.run(1 * ms)


def test_memory_is_refused_before_it_is_taken(monkeypatch):
    net = made(threads=1)
    net.run(1 * ms)
    monkeypatch.setattr("rheobase.engine.circuit.sizes.memory", lambda: 10**6)
    net.record("c", "w", every=1)
    with pytest.raises(MemoryDemandError, match="subset= of neurons or synapses"):
        net.run(100 * ms)
    assert net.time == 1 * ms
    net.record("c", "w", every=1, subset=range(3))
    assert net.run(100 * ms)["c"]["w"].shape == (1001, 3)


def test_a_run_that_is_cut_short_keeps_what_came_before():
    from rheobase.errors import NumericalError

    rule = rb.LearningRule(
        "dx/dt = x**2/(20*ms)", on_pre="w += 0.01*x*mV; x += 1", initial=dict(x=0), weight=mV
    )
    net = made(rule)
    net.record("c", "w", every=1 * ms)
    with pytest.raises(NumericalError) as caught:
        net.run(500 * ms)
    one = caught.value.recording["c"]
    times = one.t.value_in(ms)
    assert 2 <= len(times) < 100 and np.all(np.isfinite(one["w"].value_in(mV)))
    np.testing.assert_array_equal(times, np.arange(float(len(times))))


def test_all_rules_can_be_recorded():
    for name in RULES:
        case = Case(name, 3, 0.5, steps=14)
        net = watched(case)
        for con, one in case.run(net)[0].projections.items():
            for state in one.names:
                np.testing.assert_array_equal(one[state][-1], net.synapses(con)[state])
