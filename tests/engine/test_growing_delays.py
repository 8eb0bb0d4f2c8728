"""Delays and weights of synapses that grow: those that are said, or what was said of all."""

import numpy as np
import pytest
from scipy import sparse

import rheobase as rb
from rheobase.errors import ParameterError
from rheobase.units import Hz, ms, nS

THREE = np.array([0.1, 0.2, 0.3]) * ms
EDGES = rb.edges([0, 1, 2], [0, 1, 2])
NEW = rb.edges([0, 1, 2], [3, 3, 3])  # as many as there are: an array would fit


def made(rule=None, weight=1 * nS, **delays):
    net = rb.Network(seed=1)
    pre, post = net.add(rb.Poisson(50 * Hz), 3, "pre"), net.add(rb.LIF(), 4, "post")
    rule = rb.PairSTDP(2 * nS) if rule is None else rule
    net.connect(pre, post, rb.AMPA(), EDGES, weight, plasticity=rule, name="c", **delays)
    net.run(2 * ms)
    return net


def grown(net, **said):
    """The axonal and the whole delay (ms) of what grows."""
    assert net.grow("c", NEW, **said) == 3
    net.run(5 * ms)
    table = net.synapses("c")
    new = table.post == 3
    axonal, whole = (part.value_in(ms)[new] for part in (table.axonal, table.delay))
    return axonal.round(9).tolist(), whole.round(9).tolist()


GIVEN = {
    "a whole": dict(delay=1 * ms),
    "a whole and a part": dict(delay=1 * ms, axonal=0.6 * ms),
    "a whole and the other": dict(delay=1 * ms, dendritic=0.4 * ms),
    "a fraction": dict(delay=1 * ms, axonal=0.6),
    "both": dict(axonal=0.6 * ms, dendritic=0.4 * ms),
}
# What is said, and what comes of it beside each of those: axonal, whole.
SAID = {
    "axonal": (dict(axonal=0.3 * ms), (0.3, 1.0), (0.3, 0.7)),
    "dendritic": (dict(dendritic=0.3 * ms), (0.7, 1.0), (0.6, 0.9)),
    "two parts": (dict(axonal=0.3 * ms, dendritic=0.2 * ms), (0.3, 0.5), (0.3, 0.5)),
    "whole, axonal": (dict(delay=2 * ms, axonal=0.3 * ms), (0.3, 2.0), (0.3, 2.0)),
    "whole, dendritic": (dict(delay=2 * ms, dendritic=0.3 * ms), (1.7, 2.0), (1.7, 2.0)),
    "whole, fraction": (dict(delay=2 * ms, axonal=0.5), (1.0, 2.0), (1.0, 2.0)),
}


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("said", SAID)
def test_what_is_said_holds_and_the_rest_is_as_before(given, said):
    now, beside_whole, beside_parts = SAID[said]
    axonal, whole = beside_parts if given == "both" else beside_whole
    assert grown(made(**GIVEN[given]), **now) == ([axonal] * 3, [whole] * 3)


@pytest.mark.parametrize("part", ["axonal", "dendritic"])
def test_arrays_are_for_the_new_ones(part):
    axonal, whole = grown(made(delay=1 * ms, **{part: THREE}), **{part: THREE[::-1]})
    expected = np.array([0.3, 0.2, 0.1])
    assert axonal == pytest.approx(expected if part == "axonal" else 1 - expected)
    assert whole == [1.0] * 3


ARRAYS = {
    "weight": dict(weight=np.array([1.0, 0.5, 0.2]) * nS, delay=1 * ms),
    "delay": dict(delay=10 * THREE),
    "axonal": dict(delay=1 * ms, axonal=THREE),
    "dendritic": dict(delay=1 * ms, dendritic=THREE),
    "axonal of both": dict(axonal=THREE, dendritic=0.5 * ms),
    "dendritic of both": dict(axonal=0.5 * ms, dendritic=THREE),
}


@pytest.mark.parametrize("what", ARRAYS)
def test_an_array_of_the_first_synapses_is_not_for_those_to_come(what):
    """Not even where it has as many values as come."""
    name = what.split()[0]
    net = made(**ARRAYS[what])
    before = net.synapses("c")
    with pytest.raises(ParameterError, match=f"The {name}.* is an array") as caught:
        net.grow("c", NEW)
    assert f"net.grow(projection, rule, {name}=...)" in caught.value.mend
    assert "'c'" in caught.value.where
    np.testing.assert_array_equal(net.synapses("c").post, before.post)
    said = 0.5 * nS if name == "weight" else 0.4 * ms
    assert net.grow("c", NEW, **{name: said}) == 3
    table = net.synapses("c")
    new = table.post == 3
    found = table["w"].value_in(nS) if name == "weight" else getattr(table, name).value_in(ms)
    assert found[new] == pytest.approx(0.5 if name == "weight" else 0.4)
    if name != "weight":  # those that were there keep theirs
        assert getattr(table, name).value_in(ms)[~new] == pytest.approx(
            getattr(before, name).value_in(ms)
        )


def test_a_parameter_of_each_synapse_is_not_for_those_to_come_either():
    net = made(rb.PairSTDP(2 * nS, A_plus=[0.01, 0.02, 0.03]), delay=1 * ms)
    with pytest.raises(ParameterError, match="A_plus is given for each synapse"):
        net.grow("c", NEW)


def test_a_sparse_matrix_brings_weights_in_place_of_an_array():
    net = made(weight=np.array([1.0, 0.5, 0.2]) * nS, delay=1 * ms)
    entries = sparse.coo_matrix(([0.3, 0.4], ([0, 2], [3, 3])), shape=(3, 4))
    assert net.grow("c", entries, weight=nS) == 2
    table = net.synapses("c")
    assert table["w"].value_in(nS)[table.post == 3] == pytest.approx([0.3, 0.4])


def test_three_are_one_too_many_and_the_error_names_the_projection():
    net = made(delay=1 * ms)
    with pytest.raises(ParameterError, match="two of them give the third") as caught:
        net.grow("c", NEW, delay=1 * ms, axonal=0.3 * ms, dendritic=0.4 * ms)
    assert "'c'" in caught.value.where
