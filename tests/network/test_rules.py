"""Rules: what they state, how many synapses they make, and when they cannot be met."""

import json

import numpy as np
import pytest
from scipy import sparse

from rheobase.errors import EquationError, ParameterError, UnitError, UnknownNameError
from rheobase.network import rules
from rheobase.network.description import NetworkDescription
from rheobase.network.feasible import expected_synapses
from rheobase.network.serialized import rule_from
from rheobase.network.space import distances
from rheobase.units import ms, mV, um
from rheobase.zoo import LIF, Delta


@pytest.fixture
def net():
    network = NetworkDescription()
    network.add(LIF(), 10, "a")
    network.add(LIF(), 6, "b")
    line = np.linspace(0, 90, 10) * um
    network.add(LIF(), 10, "line", positions=line)
    network.add(LIF(), 4, "plane", positions=np.zeros((4, 2)) * um)
    return network


def connect(net, pre, post, rule, weight=1 * mV, delay=1 * ms):
    return net.connect(pre, post, Delta(), rule, weight, delay)


ALL = [
    rules.all_to_all(),
    rules.all_to_all(autapses=False),
    rules.one_to_one(),
    rules.bernoulli(0.2),
    rules.fixed_indegree(3, multapses=True),
    rules.fixed_outdegree(2, autapses=False),
    rules.fixed_total(17),
    rules.small_world(4, 0.1),
    rules.edges([0, 1, 1], [2, 3, 3]),
    rules.distance("0.3*exp(-distance/(100*um))"),
    rules.distance("clip(1 - distance/(50*um), 0, 1)", period=200 * um, autapses=False),
]


@pytest.mark.parametrize("rule", ALL, ids=str)
def test_a_description_is_complete(rule):
    again = rule_from(json.loads(json.dumps(rule.describe(), allow_nan=False)))
    assert again.describe() == rule.describe()
    assert type(again) is type(rule)


def test_they_are_values():
    assert rules.bernoulli(0.1) == rules.bernoulli(0.1) != rules.bernoulli(0.2)
    assert rules.fixed_indegree(3) != rules.fixed_indegree(3, multapses=True)
    with pytest.raises(AttributeError):
        rules.bernoulli(0.1).p = 0.3


def test_what_is_stated_by_default():
    for rule in ALL:
        assert isinstance(rule.autapses, bool)
    assert rules.all_to_all().autapses and not rules.small_world(4, 0.1).autapses
    for rule in (rules.fixed_indegree(1), rules.fixed_outdegree(1), rules.fixed_total(1)):
        assert rule.autapses and not rule.multapses
    assert rules.edges([0], [0]).multapses


@pytest.mark.parametrize(
    ("rule", "pre", "post", "count"),
    [
        (rules.all_to_all(), "a", "b", 60),
        (rules.all_to_all(), "a", "a", 100),
        (rules.all_to_all(autapses=False), "a", "a", 90),
        (rules.all_to_all(autapses=False), "a", "b", 60),
        (rules.one_to_one(), "a", "a", 10),
        (rules.one_to_one(autapses=False), "a", "a", 0),
        (rules.bernoulli(0.5), "a", "b", 30),
        (rules.bernoulli(0.5, autapses=False), "a", "a", 45),
        (rules.fixed_indegree(3), "a", "b", 18),
        (rules.fixed_outdegree(3), "a", "b", 30),
        (rules.fixed_total(7), "a", "b", 7),
        (rules.small_world(4, 0.5), "a", "a", 40),
        (rules.edges([0, 0], [1, 1]), "a", "b", 2),
        (rules.distance("0.5 + 0*distance/um"), "line", "line", 50),
        (rules.distance("0.5 + 0*distance/um", autapses=False), "line", "line", 45),
    ],
)
def test_expected_synapses(net, rule, pre, post, count):
    assert expected_synapses(rule, net[pre][:], net[post][:]) == pytest.approx(count)


def test_expected_synapses_of_views(net):
    a = net["a"]
    alone = rules.all_to_all(autapses=False)
    assert expected_synapses(alone, a[:4], a[2:6]) == 14  # two neurons are in both
    assert expected_synapses(alone, a[:2], a[5:]) == 10


def test_expected_synapses_by_distance():
    """A mean over pairs agrees with the sum over all of them."""
    rng = np.random.default_rng(2)
    points = rng.uniform(0, 500, (60, 2))
    net = NetworkDescription()
    pop = net.add(LIF(), 60, "p", positions=points * um)
    rule = rules.distance("exp(-distance/(100*um))")
    exact = np.exp(-distances(points[:, None], points) / 100).sum()
    assert expected_synapses(rule, pop[:], pop[:]) == pytest.approx(exact)


def test_distances_on_a_torus():
    a, b = np.array([[5.0, 0.0]]), np.array([[95.0, 0.0]])
    assert distances(a, b) == [90]
    assert distances(a, b, 100.0) == [10]
    assert distances(a, b, 40.0) == [10]
    assert distances(np.zeros((3, 1, 2)), np.ones((4, 2))).shape == (3, 4)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: rules.bernoulli(1.2), "from 0 to 1"),
        (lambda: rules.bernoulli(-0.1), "from 0 to 1"),
        (lambda: rules.bernoulli(float("nan")), "from 0 to 1"),
        (lambda: rules.bernoulli("often"), "from 0 to 1"),
        (lambda: rules.fixed_indegree(2.5), "whole number"),
        (lambda: rules.fixed_indegree(-1), "whole number"),
        (lambda: rules.fixed_outdegree(True), "whole number"),
        (lambda: rules.fixed_total("all"), "whole number"),
        (lambda: rules.fixed_total(3, multapses=1), "multapses=True"),
        (lambda: rules.all_to_all(autapses="no"), "autapses=True"),
        (lambda: rules.small_world(3, 0.1), "even"),
        (lambda: rules.small_world(4, 2), "from 0 to 1"),
        (lambda: rules.edges([0, 1], [0]), "2 sources and 1 targets"),
        (lambda: rules.edges([0.5], [0]), "whole numbers"),
        (lambda: rules.edges([-1], [0]), "counted from 0"),
        (lambda: rules.edges([[0]], [[0]]), "whole numbers"),
        (lambda: rules.distance(0.3), "give text"),
        (lambda: rules.distance("0.1", period=-1 * um), "positive length"),
        (lambda: rule_from({"kind": "magic"}), "no rule"),
    ],
)
def test_wrong_arguments(make, words):
    with pytest.raises(ParameterError, match=words):
        make()


def test_a_kernel_is_text_of_the_language():
    with pytest.raises(UnknownNameError, match="dist"):
        rules.distance("exp(-dist/(100*um))")
    with pytest.raises(UnitError, match="plain number"):
        rules.distance("exp(-distance)")
    with pytest.raises(UnitError, match="a length"):
        rules.distance("distance")
    with pytest.raises(EquationError):
        rules.distance("__import__('os').system('true')")
    with pytest.raises(UnitError):
        rules.distance("0.1", period=3)


@pytest.mark.parametrize(
    ("rule", "pre", "post", "words"),
    [
        (rules.one_to_one(), "a", "b", "10 neurons to 6"),
        (rules.fixed_indegree(11), "a", "b", "there are 10"),
        (rules.fixed_indegree(10, autapses=False), "a", "a", "there are 9, itself left out"),
        (rules.fixed_outdegree(7), "a", "b", "there are 6"),
        (rules.fixed_total(61), "a", "b", "there are 60"),
        (rules.fixed_total(91, autapses=False), "a", "a", "there are 90"),
        (rules.small_world(10, 0.1), "a", "a", "fewer than 10"),
        (rules.small_world(2, 0.1), "a", "b", "of one view"),
        (rules.edges([10], [0]), "a", "b", "counted from 0 to 9"),
        (rules.edges([0], [6]), "a", "b", "counted from 0 to 5"),
        (rules.edges([3], [3], autapses=False), "a", "a", "to itself"),
        (rules.edges([3, 1, 3], [3, 1, 3], multapses=False), "a", "b", r"\(3, 3\) twice"),
        (rules.distance("0.1 + 0*distance/um"), "a", "line", "'a' has none"),
        (rules.distance("0.1 + 0*distance/um"), "line", "plane", "1 axes"),
        (rules.distance("2*exp(-distance/(9*um))"), "line", "line", "at a distance of 0 um"),
        (rules.distance("-distance/um"), "line", "line", "from 0 to 1"),
        (rules.distance("um/distance"), "line", "line", "inf"),
    ],
)
def test_rules_that_cannot_be_met(net, rule, pre, post, words):
    with pytest.raises(ParameterError, match=words) as caught:
        connect(net, pre, post, rule)
    assert f"'{pre}->{post}'" in str(caught.value), "the projection is named"
    assert caught.value.mend
    assert not net.projections


@pytest.mark.parametrize(
    ("pre", "post", "rule"),
    [
        ("a", "b", rules.fixed_indegree(10)),
        ("a", "a", rules.fixed_indegree(9, autapses=False)),
        ("a", "b", rules.fixed_indegree(100, multapses=True)),
        ("a", "b", rules.fixed_total(60)),
        ("a", "b", rules.fixed_total(600, multapses=True)),
        (slice(6), "b", rules.one_to_one()),
        ("a", "b", rules.edges([0, 0], [5, 5])),
        ("a", "b", rules.edges([], [])),
        ("line", "line", rules.distance("1 - distance/(90*um)")),
    ],
)
def test_rules_that_can_just_be_met(net, pre, post, rule):
    made = connect(net, net["a"][pre] if isinstance(pre, slice) else pre, post, rule)
    assert list(net.projections.values()) == [made]
    assert made.rule == rule


def test_autapses_of_views_that_share_no_neuron(net):
    a = net["a"]
    connect(net, a[:5], a[5:], rules.fixed_indegree(5, autapses=False))
    with pytest.raises(ParameterError, match="itself left out"):
        connect(net, a[:5], a[4:], rules.fixed_indegree(5, autapses=False))
    with pytest.raises(ParameterError, match="there are 0, itself left out"):
        connect(net, a[[3]], a[[3]], rules.fixed_indegree(1, autapses=False, multapses=True))


@pytest.mark.parametrize("form", [sparse.csr_matrix, sparse.coo_array, sparse.csc_matrix])
def test_a_sparse_matrix_is_a_rule(net, form):
    dense = np.zeros((10, 6))
    dense[2, 5], dense[7, 0] = 0.5, 0.25
    made = connect(net, "a", "b", form(dense), weight=mV)
    pairs = sorted(zip(made.rule.pre, made.rule.post, made.weights, strict=True))
    assert pairs == [(2, 5, 0.5), (7, 0, 0.25)]
    one = connect(net, "a", "b", form(dense), weight=3 * mV)
    assert one.weights == 3.0


def test_a_sparse_matrix_of_another_shape(net):
    with pytest.raises(ParameterError, match=r"\(6, 10\)"):
        connect(net, "a", "b", sparse.csr_matrix((6, 10)))
    with pytest.raises(UnitError, match="bare number"):
        connect(net, "a", "b", sparse.csr_matrix(np.ones((10, 6))), weight=None)


def test_what_is_no_rule(net):
    with pytest.raises(ParameterError, match="not yet called"):
        connect(net, "a", "b", rules.all_to_all)
    with pytest.raises(ParameterError, match="The rule is 'all'"):
        connect(net, "a", "b", "all")
