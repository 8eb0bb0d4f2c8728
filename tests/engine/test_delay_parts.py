"""Axonal and dendritic delays in every form: synapses see the pair where they are."""

import json

import numpy as np
import pytest

import rheobase as rb
from rheobase.errors import ParameterError, UnitError
from rheobase.units import Hz, ms, mV, nS

from . import learning_cases
from .learning_cases import DT, Case, check, steps_of

WEIGHT = 2.0
PAIR = rb.PairSTDP(w_max=1 * nS)
# What takes the place of delay= in the cases, from whole delays of 5 steps and more.
FORMS = {
    "drawn axonal": lambda delay: dict(delay=delay, axonal=rb.uniform(0 * ms, 5 * DT * ms)),
    "drawn dendritic": lambda delay: dict(delay=delay, dendritic=rb.uniform(0 * ms, 5 * DT * ms)),
    "both drawn": lambda delay: dict(
        axonal=rb.uniform(0 * ms, 9 * DT * ms), dendritic=rb.uniform(DT * ms, 5 * DT * ms)
    ),
    "an expression": lambda delay: dict(delay=delay, dendritic=f"{DT}*ms*(1 + i_post)"),
    "lists": lambda delay: dict(axonal=delay - 3 * DT * ms, dendritic=3 * DT * ms),
    "a list and a distribution": lambda delay: dict(
        axonal=delay, dendritic=rb.uniform(0 * ms, 4 * DT * ms)
    ),
    "dendritic alone": lambda delay: dict(delay=delay, dendritic=2 * DT * ms),
    "none behind": lambda delay: dict(axonal=delay, dendritic=0 * ms),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("rule", "threads"), [("hard", 1), ("triplet", 2), ("dopamine", 3)])
def test_synapses_hold_what_the_pairs_at_them_left(form, rule, threads, monkeypatch):
    given = rb.Network.connect

    def connect(self, pre, post, synapse, rule, weight, delay, axonal, **options):
        return given(self, pre, post, synapse, rule, weight, **FORMS[form](delay), **options)

    monkeypatch.setattr(rb.Network, "connect", connect)
    case = Case(rule, 17, threads=threads, steps=300)
    # Delays are so long that an expression of a cell's number stays below them; all weigh the same,
    # for synapses that are not in the order of their whole delays.
    case.edges = {k: (*v[:2], WEIGHT, v[3] + 8) for k, v in case.edges.items()}
    monkeypatch.setattr(learning_cases, "first_weights", lambda case, _, t: [WEIGHT] * len(t))
    net = case.network()
    check(case, case.run(net, (40, 170)), net)
    table = net.synapses("recurrent")
    assert np.all(steps_of(table.axonal) + steps_of(table.dendritic) == steps_of(table.delay))
    if form not in ("lists", "dendritic alone", "none behind"):
        assert len({*steps_of(table.axonal)} | {*steps_of(table.dendritic)}) > 1


def made(rule=None, **delays):
    """Two populations and a projection that learns."""
    net = rb.Network(seed=2)
    pre, post = net.add(rb.Poisson(80 * Hz), 10, "pre"), net.add(rb.LIF(), 8, "post")
    net.connect(
        pre, post, rb.AMPA(), rule or rb.bernoulli(0.6), 0.5 * nS, plasticity=PAIR, name="c",
        **delays,
    )  # fmt: skip
    return net


SPOKEN = {
    "a fraction": dict(delay=2 * ms, axonal=0.25),
    "a time": dict(delay=2 * ms, axonal=0.5 * ms),
    "the other": dict(delay=2 * ms, dendritic=0.5 * ms),
    "both": dict(axonal=1 * ms, dendritic=0.5 * ms),
    "a distribution": dict(delay=3 * ms, axonal=rb.uniform(0 * ms, 2 * ms)),
    "two": dict(axonal=rb.uniform(0 * ms, 2 * ms), dendritic=rb.uniform(0.1 * ms, 1 * ms)),
    "an expression": dict(delay=rb.uniform(2 * ms, 3 * ms), dendritic="0.1*ms*(1 + i_post)"),
    "lists": dict(
        rule=rb.edges([2, 1, 0], [3, 4, 5]), axonal=[0.1, 0.2, 0.3] * ms, dendritic=[0, 1, 2] * ms
    ),
    "a matrix": dict(rule=rb.all_to_all(), delay=4 * ms, axonal=np.arange(80).reshape(10, 8) / 20
                     // 0.1 * 0.1 * ms),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOKEN)
def test_a_description_and_a_checkpoint_have_them(name, tmp_path):
    net = made(**SPOKEN[name])
    described = json.loads(json.dumps(net.to_dict(), allow_nan=False))
    again = rb.Network.from_dict(described)
    assert again.to_dict() == net.to_dict() == described
    assert "ms" in str(net.summary())
    for one in (net, again):
        one.run(30 * ms)
    table = net.synapses("c")
    for column in ("delay", "axonal", "dendritic"):
        values = getattr(table, column).internal
        assert np.array_equal(values, getattr(again.synapses("c"), column).internal)
        assert values.min() >= 0
    net.save(tmp_path / "here")
    restored = rb.Network.restore(tmp_path / "here")
    for one in (net, again, restored):
        one.run(30 * ms)
        assert np.array_equal(one.synapses("c")["w"].internal, net.synapses("c")["w"].internal)


def test_lists_are_in_the_order_of_their_edges():
    table = made(**SPOKEN["lists"])
    table.run(1 * ms)
    table = table.synapses("c")
    assert table.pre.tolist() == [0, 1, 2] and table.post.tolist() == [5, 4, 3]
    assert table.axonal.value_in("ms") == pytest.approx([0.3, 0.2, 0.1])
    assert table.delay.value_in("ms") == pytest.approx([2.3, 1.2, 0.1])
    matrix = made(**SPOKEN["a matrix"])
    matrix.run(1 * ms)
    found = matrix.synapses("c")
    expected = SPOKEN["a matrix"]["axonal"].value_in("ms")[found.pre, found.post]
    assert found.axonal.value_in("ms") == pytest.approx(expected)


def test_parts_are_drawn_apart():
    """Two parts of one distribution are not the same numbers, nor those of a whole delay."""
    some = rb.uniform(0 * ms, 5 * ms)
    net = made(rule=rb.all_to_all(), axonal=some, dendritic=rb.uniform(0.1 * ms, 5.1 * ms))
    net.run(1 * ms)
    table = net.synapses("c")
    both = np.corrcoef(table.axonal.value_in("ms"), table.dendritic.value_in("ms"))[0, 1]
    assert abs(both) < 0.5
    assert 4 < table.delay.value_in("ms").mean() < 6


@pytest.mark.parametrize("name", ["a fraction", "the other", "both", "two", "an expression"])
def test_what_grows_is_divided_likewise(name):
    net = made(**SPOKEN[name])
    net.run(5 * ms)
    before = len(net.synapses("c"))
    assert net.grow("c", rb.bernoulli(0.9)) > 0
    table = net.synapses("c")
    assert len(table) > before
    if name == "both":
        assert set(steps_of(table.axonal)) == {round(1 / DT)}
    if name == "a fraction":
        assert set(steps_of(table.axonal) * 4) == set(steps_of(table.delay))
    net.run(5 * ms)


REFUSED = {
    "all three": (dict(delay=2 * ms, axonal=1 * ms, dendritic=1 * ms), "two of them give"),
    "axonal alone": (dict(axonal=1 * ms), "axonal=, and no delay"),
    "dendritic alone": (dict(dendritic=1 * ms), "dendritic=, and no delay"),
    "none": (dict(), "no delay"),
    "no step at all": (dict(axonal=0 * ms, dendritic=0 * ms), "together, 0 ms, is shorter than"),
    "longer": (dict(delay=1 * ms, axonal=2 * ms), "axonal delay is 2 ms, and the whole delay 1"),
    "longer behind": (dict(delay=1 * ms, dendritic=2 * ms), "dendritic delay is 2 ms"),
    "negative": (dict(delay=1 * ms, dendritic=-1 * ms), "dendritic delay, -1 ms, is negative"),
    "surely negative": (
        dict(axonal=rb.uniform(-2 * ms, 2 * ms), dendritic=1 * ms), "-2 ms, is negative"
    ),
    "off the grid": (dict(delay=1 * ms, dendritic=0.25 * ms), "0.25 ms, is not a whole number"),
    "a fraction beside it": (dict(axonal=0.5, dendritic=1 * ms), "axonal= is 0.5 beside dendritic"),
    "drawn synapses": (dict(delay=1 * ms, axonal=[0.1, 0.2] * ms), "axonal delay is an array"),
    "too long": (dict(axonal=5000 * ms, dendritic=2000 * ms), "at most 65535 steps"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused(name):
    options, words = REFUSED[name]
    with pytest.raises(ParameterError, match=words) as caught:
        made(**options)
    assert "'c'" in str(caught.value) and caught.value.mend


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (dict(delay=1 * ms, dendritic=rb.uniform(0 * ms, 2 * ms)), "the whole delay 1 ms"),
        (dict(delay=rb.uniform(1 * ms, 2 * ms), axonal=1.5 * ms), "axonal delay is 1.5 ms"),
        (dict(axonal=rb.normal(0 * ms, 2 * ms), dendritic=1 * ms), "axonal = normal"),
        (dict(axonal=rb.uniform(0 * ms, 1 * ms), dendritic="0*ms*i_post"), "are 0 ms together"),
    ],
)
def test_what_is_drawn_is_looked_at_when_it_is(options, words):
    net = made(**options)
    with pytest.raises(ParameterError, match=words) as caught:
        net.run(1 * ms)
    assert "'c'" in str(caught.value) and caught.value.mend


def test_without_a_rule_nothing_depends_on_it():
    net = rb.Network()
    a, b = net.add(rb.LIF(), 2, "a"), net.add(rb.LIF(), 2, "b")
    for options in (dict(delay=1 * ms, dendritic=1 * ms), dict(axonal=1 * ms, dendritic=1 * ms)):
        with pytest.raises(ParameterError, match="nothing depends on where the delay lies"):
            net.connect(a, b, rb.AMPA(), rb.all_to_all(), 1 * nS, **options)
    with pytest.raises(UnitError, match="dendritic delay"):
        net.connect(
            a, b, rb.AMPA(), rb.all_to_all(), 1 * nS, 1 * ms, plasticity=PAIR, dendritic=1 * mV
        )


def test_a_description_of_before_still_stands():
    net = made(delay=2 * ms, axonal=0.5 * ms)
    described = net.to_dict()
    (projection,) = described["projections"]
    del projection["dendritic"]
    projection["axonal"] = {"ms": 0.5}
    assert rb.Network.from_dict(described).to_dict() == net.to_dict()
