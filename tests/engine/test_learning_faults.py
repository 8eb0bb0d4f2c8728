"""What cannot be is refused with one clear error; rules that break say where; memory."""

import io
import json

import numpy as np
import pytest

import rheobase as rb
from rheobase.engine.circuit import sizes
from rheobase.errors import (
    ExperimentError,
    MemoryDemandError,
    NumericalError,
    ParameterError,
    UnitError,
    UnknownNameError,
)
from rheobase.units import Hz, ms, mV, nS, pA

from .learning_cases import CELL, DT, RULES, Case, assert_same, state_of
from .test_checkpoint_faults import rewritten

PAIR = rb.PairSTDP(4 * mV)


def network(seed=0):
    net = rb.Network(dt=DT * ms, seed=seed)
    return net, net.add(CELL, 5, name="a"), net.add(CELL, 4, name="b")


def other():
    return rb.Network(dt=DT * ms).add(CELL, 5, name="elsewhere")


REFUSED = {
    "no rule": (dict(plasticity="STDP"), ParameterError, "plasticity= is 'STDP'"),
    "not called": (dict(plasticity=rb.PairSTDP), ParameterError, "not yet called"),
    "an instance of something": (dict(plasticity=3.0), ParameterError, "plasticity= is 3.0"),
    "a conductance": (dict(plasticity=rb.PairSTDP(1 * nS)), UnitError, "nS|conductance"),
    "a current": (dict(plasticity=rb.PairSTDP(1 * pA)), UnitError, "pA|current"),
    "above 1": (dict(plasticity=PAIR, axonal=1.5), ParameterError, "axonal= is 1.5"),
    "below 0": (dict(plasticity=PAIR, axonal=-0.1), ParameterError, "axonal= is -0.1"),
    "no number": (dict(plasticity=PAIR, axonal=float("nan")), ParameterError, "axonal= is nan"),
    "a truth value": (dict(plasticity=PAIR, axonal=True), ParameterError, "axonal= is True"),
    "a word": (dict(plasticity=PAIR, axonal="half"), UnknownNameError, "axonal delay cannot use"),
    "a voltage": (dict(plasticity=PAIR, axonal=1 * mV), UnitError, "axonal delay"),
    "off the grid": (dict(plasticity=PAIR, axonal=0.25 * ms), ParameterError, "axonal.*0.25 ms"),
    "before the spike": (dict(plasticity=PAIR, axonal=-1 * ms), ParameterError, "-1 ms, is negat"),
    "endless": (dict(plasticity=PAIR, axonal=np.inf * ms), ParameterError, "axonal.*not finite"),
    "several": (dict(plasticity=PAIR, axonal=[0.1, 0.2] * ms), ParameterError, r"axonal.*\(2,\)"),
    "without a rule": (dict(axonal=0.5), ParameterError, "nothing depends on where"),
    "a rule without modulator": (
        dict(plasticity=RULES["dopamine"]), ParameterError, "no population modulates it"
    ),
    "a modulator without rule": (dict(modulator="a"), ParameterError, "no rule has on_modulator"),
    "a modulator without use": (
        dict(plasticity=PAIR, modulator="a"), ParameterError, "no rule has on_modulator"
    ),
    "a part as modulator": (
        dict(plasticity=RULES["dopamine"], modulator="view"), ParameterError, "a part of"
    ),
    "a modulator of another network": (
        dict(plasticity=RULES["dopamine"], modulator="other"), ParameterError, "elsewhere|network"
    ),
    "a modulator that is none": (
        dict(plasticity=RULES["dopamine"], modulator=3), (ParameterError, TypeError), "3"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused(name):
    options, kind, match = REFUSED[name]
    net, a, b = network()
    found = {"a": a, "view": a[1:3], "other": other()}
    if isinstance(options.get("modulator"), str):
        options = {**options, "modulator": found[options["modulator"]]}
    with pytest.raises(kind, match=match) as caught:
        net.connect(a, b, rb.Delta("g"), rb.all_to_all(), 1 * mV, 1 * ms, name="c", **options)
    assert caught.value.mend
    assert not net.projections


def test_an_axonal_delay_longer_than_the_whole_is_refused():
    net, a, b = network()
    net.connect(
        a, b, rb.Delta("g"), rb.all_to_all(), 1 * mV, rb.uniform(1 * ms, 3 * ms),
        plasticity=PAIR, axonal=2 * ms, name="c",
    )  # fmt: skip
    with pytest.raises(ParameterError, match="axonal delay is 2 ms") as caught:
        net.run(1 * ms)
    assert "'c'" in str(caught.value)
    assert caught.value.mend


@pytest.mark.parametrize("name", ["depression", "facilitation"])
def test_what_changes_no_weight_stores_none(name):
    net, a, b = network()
    con = net.connect(a, b, rb.Delta("g"), rb.all_to_all(), 1 * mV, 1 * ms, plasticity=RULES[name])
    net.run(1 * ms)
    (wiring,) = net._simulation.assembly.wirings
    assert not [key for key in wiring.arrays if key.startswith(("synapse_", "places", "last"))]
    np.testing.assert_array_equal(net.synapses(con)["w"].value_in(mV), np.ones(20))


def test_more_synapses_than_can_be_numbered_are_refused(monkeypatch):
    net = rb.Network(dt=DT * ms)
    many = net.add(CELL, 50_000, name="many")
    net.connect(many, many, rb.Delta("g"), rb.all_to_all(), 1 * mV, 1 * ms, plasticity=PAIR)
    with pytest.raises(MemoryDemandError, match="2,500,000,000 synapses, and 2,147,483,647") as e:
        net.run(1 * ms)
    assert "many" in str(e.value)
    assert e.value.mend
    # A rule that draws may bring more than was expected of it.
    monkeypatch.setattr(sizes, "_MOST_LEARNING", 10)
    counts = []
    for seed in range(30):
        net, a, b = network(seed=seed)
        net.connect(a, b, rb.Delta("g"), rb.bernoulli(0.49), 1 * mV, 1 * ms, plasticity=PAIR)
        try:
            net.run(1 * ms)
            counts.append(len(net.synapses("a->b")))
        except MemoryDemandError:
            counts.append(11)
    assert max(counts) == 11
    assert min(counts) <= 10


SCOPES = {
    "presynaptic neuron 1 of 'pre'": dict(on_pre="x += 1e160; x = x*x"),
    "postsynaptic neuron 0 of 'cells'": dict(on_post="x += 1e160; x = x*x"),
    "which all its synapses share": dict(on_modulator="x += 1e160; x = x*x"),
}


@pytest.mark.parametrize("axonal", [None, 1.0])
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("whose", SCOPES)
def test_a_rule_that_overflows_says_where_and_nothing_recorded_is_lost(whose, threads, axonal):
    more = {} if "pre" in whose.split()[0] else dict(on_pre="n += 1", initial=dict(n=0))
    rule = rb.LearningRule("dx/dt = -x/(10*ms)", transmits="w", **SCOPES[whose], **more)
    net = rb.Network(dt=DT * ms, threads=threads)
    pre = net.add(rb.SpikeTimes([20, 30] * ms, [1, 2]), 3, name="pre")
    cells = net.add(CELL, 7, name="cells", method="euler", I=[25, 12, 0, 0, 0, 0, 0] * mV)
    gift = net.add(rb.SpikeTimes([25] * ms, [0]), 1, name="gift")
    net.connect(
        pre, cells, rb.Delta("g"), rb.all_to_all(), 1 * mV, 2 * ms, plasticity=rule, axonal=axonal,
        name="c", **(dict(modulator=gift) if rule.on_modulator else {}),
    )  # fmt: skip
    net.record(cells, ["spikes", "v"])
    with pytest.raises(NumericalError, match="x of the learning rule is no longer finite") as e:
        net.run(60 * ms)
    assert "projection 'c'" in str(e.value)
    assert whose in str(e.value)
    assert "x = inf" in str(e.value)
    rec = e.value.recording["cells"]
    last = rec.t.value_in(ms)[-1]
    # A spike of cell 0 after 3 ms reaches the synapse at once or after 2 ms.
    arrives = {"pre": 20, "pos": 2, "whi": 25}[whose[:3]]
    assert arrives - 1 < last < arrives + 5
    calm = rb.Network(dt=DT * ms)
    cells = calm.add(CELL, 7, name="cells", method="euler", I=[25, 12, 0, 0, 0, 0, 0] * mV)
    calm.record(cells, ["spikes", "v"])
    expected = calm.run((last + DT) * ms)["cells"]
    if last < 22:
        np.testing.assert_array_equal(rec["v"], expected["v"][: len(rec["v"])])
        np.testing.assert_array_equal(rec.spikes.i, expected.spikes.i)
    with pytest.raises(ParameterError, match="broke in its last run"):
        net.run(1 * ms)


def test_weights_that_are_no_numbers_do_not_pass_for_nothing():
    """Dale's law cuts off what has the wrong sign, and hides no fault."""
    rule = rb.LearningRule(on_pre="w = w*1e200; w = w - w", weight=mV)
    net = rb.Network(dt=DT * ms)
    pre = net.add(rb.SpikeTimes([1, 2, 3] * ms, [0, 0, 0]), 1, name="pre", releases="glutamate")
    cells = net.add(CELL, 1, name="cells", method="euler")
    net.connect(pre, cells, rb.Delta("v"), rb.all_to_all(), 1e200 * mV,
                1 * ms, plasticity=rule)  # fmt: skip
    with pytest.raises(NumericalError, match="no longer finite"):
        net.run(10 * ms)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The bytes of a checkpoint of a rule with states of every kind, and what follows."""
    case = Case("dopamine", 5, axonal=0.5)
    net = case.network()
    net.run(300 * DT * ms)
    return net.save(tmp_path_factory.mktemp("saved") / "checkpoint").read_bytes()


def changed(key, change):
    """A change of one array of a checkpoint, which may get another shape or type."""

    def forge(content, found):
        old = np.load(io.BytesIO(found[f"{key}.npy"]))
        new = change(old.copy())
        stream = io.BytesIO()
        np.lib.format.write_array(stream, np.asarray(new), version=(1, 0))
        found[f"{key}.npy"] = stream.getvalue()
        content["arrays"][key] = [new.dtype.str, list(new.shape)]

    return forge


def put(value):
    def change(array):
        array[len(array) // 2] = value
        return array

    return change


def without(name):
    def forge(content, found):
        for synapses in content["run"]["synapses"]:
            synapses["learned"].remove(name)

    return forge


LEARNED = ("c", "last", "pre.x", "post.y", "shared.d", "gate.0")
FORGERIES = {f"{name} {how}": changed(f"synapses/0/learned/{name}", change)
             for name in LEARNED
             for how, change in {
                 "shorter": lambda a: a[:-1],
                 "longer": lambda a: np.append(a, a),
                 "empty": lambda a: a[:0],
                 "of two dimensions": lambda a: a[None],
                 "of another type": lambda a: a.astype(np.float32),
                 "of whole numbers": lambda a: a.astype(np.int64),
             }.items()}  # fmt: skip
FORGERIES |= {f"{name} missing": without(name) for name in LEARNED}
FORGERIES |= {
    "last before the beginning": changed("synapses/0/learned/last", put(-2)),
    "last after the end": changed("synapses/0/learned/last", put(2**30)),
    "weights of another number": changed("synapses/0/weights", lambda a: a[:-1]),
    "axonal beyond the delay": changed("synapses/0/axonal", put(50_000)),
    "axonal of another type": changed("synapses/0/axonal", lambda a: a.astype(np.int32)),
    "axonal of another number": changed("synapses/0/axonal", lambda a: a[:-1]),
    "past neurons out of range": changed("past/0/neurons", put(2**20)),
    "past neurons below 0": changed("past/0/neurons", put(-1)),
    "past spikes to come": changed("past/0/ticks", lambda a: a + 1000),
    "past spikes out of order": changed("past/0/ticks", lambda a: a[::-1]),
    "past ticks of another type": changed("past/0/ticks", lambda a: a.astype(float)),
    "past ticks of another number": changed("past/0/ticks", lambda a: a[:-1]),
    "a past of nobody": lambda c, f: c["run"].update(past=["nobody", *c["run"]["past"][1:]]),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_checkpoint_that_cannot_be_is_refused(forgery, saved, tmp_path):
    path = rewritten(saved, tmp_path / "checkpoint", FORGERIES[forgery])
    with pytest.raises((ExperimentError, ParameterError)) as caught:
        rb.Network.restore(path).run(1 * ms)
    assert caught.value.mend
    assert "cannot be read as a checkpoint" in str(caught.value) or "does not fit" in str(
        caught.value
    )


def test_the_checkpoint_that_is_forged_is_a_good_one(saved, tmp_path):
    path = rewritten(saved, tmp_path / "checkpoint", lambda c, f: None)
    with np.load(path) as file:
        assert json.loads(file["checkpoint.json"])["run"]["clock"] == 300
    case = Case("dopamine", 5, axonal=0.5)
    net = case.network()
    recs = case.run(net, [300])
    again = rb.Network.restore(path)
    found = state_of(again, [recs[0], again.run((case.steps - 300) * DT * ms)])
    assert_same(found, state_of(net, recs))


def test_more_past_spikes_of_a_tick_than_a_neuron_can_send_harm_nothing(saved, tmp_path):
    def forge(content, found):
        for k in range(len(content["run"]["past"])):
            changed(f"past/{k}/ticks", lambda a: np.full(5000, 299))(content, found)
            changed(f"past/{k}/neurons", lambda a: np.zeros(5000, np.int32))(content, found)

    for threads in (1, 3):
        path = rewritten(saved, tmp_path / f"checkpoint {threads}", forge)
        net = rb.Network.restore(path, threads=threads)
        net.run(20 * ms)
        assert np.isfinite(net.synapses("given")["w"].value_in(mV)).all()


def test_a_source_whose_rate_varies_is_restored(tmp_path):
    def described():
        net = rb.Network(dt=DT * ms, seed=4, threads=2)
        wave = rb.Poisson(rb.step(900 * Hz) + rb.sine(700 * Hz, 30 * Hz))
        source = net.add(wave, 20, name="source")
        cells = net.add(CELL, 8, name="cells", method="euler", I=15 * mV)
        net.connect(
            source, cells, rb.Delta("g"), rb.bernoulli(0.5), 1 * mV, 3 * ms, plasticity=PAIR,
            axonal=0.5, name="c",
        )  # fmt: skip
        return net

    net, other = described(), described()
    net.run(50 * ms)
    other.run(20 * ms)
    again = rb.Network.restore(other.save(tmp_path / "checkpoint"), threads=3)
    again.run(30 * ms)
    assert np.array_equal(
        again.synapses("c")["w"].value_in(mV), net.synapses("c")["w"].value_in(mV)
    )


@pytest.mark.parametrize("spread", [False, True])
def test_memory_of_a_synapse(spread):
    net = rb.Network(dt=DT * ms)
    cells = net.add(CELL, 10_000, name="cells", method="euler")
    delay = rb.uniform(0.5 * ms, 5 * ms) if spread else 1 * ms
    con = net.connect(
        cells, cells, rb.Delta("g"), rb.fixed_indegree(400), 1 * mV, delay, plasticity=PAIR
    )
    net.run(DT * ms)
    (wiring,) = net._simulation.assembly.wirings
    a_synapse = wiring.nbytes / wiring.rows.count
    assert a_synapse <= 24
    expected = sizes.bytes_of(con, wiring.rows.count)
    assert 0.9 * wiring.nbytes < expected < 1.6 * wiring.nbytes
