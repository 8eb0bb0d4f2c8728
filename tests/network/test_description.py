"""A network as it is described: names, sizes, and what is refused."""

import pytest

from rheobase.errors import (
    ParameterError,
    UnitError,
)
from rheobase.model.model import Model
from rheobase.network.description import NetworkDescription
from rheobase.network.sources import Poisson, SpikeTimes
from rheobase.units import Hz, ms, mV, pF
from rheobase.zoo import LIF


def test_defaults():
    net = NetworkDescription()
    assert (net.seed, net.dt, net.threads, net.name) == (0, 0.1, None, "")
    assert NetworkDescription(dt=0.05 * ms).dt == 0.05


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"seed": -1}, ParameterError, "seed"),
        ({"seed": 2.5}, ParameterError, "seed"),
        ({"seed": 2**64}, ParameterError, "seed"),
        ({"dt": 0.1}, UnitError, "dt is a bare number"),
        ({"dt": 1 * mV}, UnitError, "a voltage"),
        ({"dt": 0 * ms}, ParameterError, "positive"),
        ({"dt": [1, 2] * ms}, ParameterError, "dt"),
        ({"threads": 0}, ParameterError, "threads"),
        ({"name": 3}, ParameterError, "name"),
    ],
)
def test_networks_that_are_none(how, error, words):
    with pytest.raises(error, match=words):
        NetworkDescription(**how)


def test_names_are_made_up_where_none_is_given():
    net = NetworkDescription()
    names = [net.add(LIF(), 2).name for _ in range(3)]
    assert names == ["LIF", "LIF_2", "LIF_3"]
    assert net.add(Poisson(1 * Hz), 1).name == "Poisson"
    assert net.add(Model("dv/dt = -v"), 1).name == "population"
    assert net["LIF_2"].n == 2 and "LIF_2" in net


def test_order_of_names_and_of_creation():
    net = NetworkDescription()
    for name in ("c", "a", "b"):
        net.add(LIF(), 1, name)
    assert list(net.populations) == ["c", "a", "b"]
    assert [p.name for p in net.ordered_populations()] == ["a", "b", "c"]


def test_the_size_follows_arrays():
    net = NetworkDescription()
    assert net.add(LIF()).n == 1
    assert net.add(LIF(C=[100, 200, 300] * pF)).n == 3
    assert net.add(SpikeTimes([[1 * ms], [], []])).n == 3
    assert net.add(SpikeTimes([[1 * ms], [], []]), 9).n == 9
    assert net.add(Poisson([1, 2] * Hz)).n == 2


@pytest.mark.parametrize(
    ("member", "n", "words"),
    [
        (LIF(), 0, "n is 0"),
        (LIF(), -3, "n is -3"),
        (LIF(), 2.0, "n is 2.0"),
        (LIF(), True, "n is True"),
        (LIF(), 2**31, "n is"),
        (LIF(C=[100, 200] * pF), 3, "is for 2 neurons"),
        (Poisson([1, 2] * Hz), 3, "is for 2 neurons"),
        (Poisson(1 * Hz), None, "how many neurons"),
        (SpikeTimes([[1 * ms], []]), 1, "is for 2 neurons"),
        ("LIF", 3, "'LIF'"),
        (None, 3, "None"),
    ],
)
def test_sizes_and_members_that_do_not_fit(member, n, words):
    net = NetworkDescription()
    with pytest.raises(ParameterError, match=words) as caught:
        net.add(member, n)
    assert caught.value.mend
    assert not net.populations


@pytest.mark.parametrize("name", ["", " a", "x" * 81, "a\nb", 3, "a"])
def test_names_that_are_none_or_taken(net, name):
    with pytest.raises(ParameterError, match=r"name|already"):
        net.add(LIF(), 2, name)
