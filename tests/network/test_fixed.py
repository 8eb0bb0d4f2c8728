"""What has been described is not given other values, for nobody would see them."""

import copy
import pickle

import pytest

from rheobase.errors import FrozenError, ParameterError
from rheobase.network.description import NetworkDescription
from rheobase.units import ms, mV, pA

from .described import connect


@pytest.mark.parametrize("name", ["I", "n", "model", "releases", "initial", "rate", "foo"])
def test_a_population_keeps_what_it_was_given(net, name):
    before = dict(vars(net["a"]))
    with pytest.raises(FrozenError, match=rf"'{name}' is fixed(.|\n)*population 'a'(.|\n)*net.add"):
        setattr(net["a"], name, 0 * pA)
    assert vars(net["a"]) == before


@pytest.mark.parametrize("name", ["weight", "delay", "plasticity", "rule", "weights", "foo"])
def test_a_projection_keeps_what_it_was_given(net, name):
    made = connect(net)
    with pytest.raises(FrozenError, match=rf"'{name}' is fixed(.|\n)*'a->b'(.|\n)*net.connect"):
        setattr(made, name, 1 * mV)


@pytest.mark.parametrize(("name", "value"), [("dt", 1 * ms), ("seed", 5)])
def test_a_network_keeps_its_clock_and_seed(net, name, value):
    with pytest.raises(FrozenError, match=rf"{name} cannot be changed(.|\n)*Network\({name}="):
        setattr(net, name, value)
    net.threads = 3  # which changes no result
    assert net.threads == 3


@pytest.mark.parametrize("value", [0, -3, 2**16, 1.5, True, "two", []], ids=repr)
def test_threads_are_a_number_or_nothing(net, value):
    net.threads = 2
    with pytest.raises(ParameterError, match=r"^threads is (.|\n)*from 1 to 65535$"):
        net.threads = value
    assert net.threads == 2
    net.threads = None
    assert net.threads is None


def test_copies_are_as_fixed(net):
    connect(net)
    pickled = pickle.loads(pickle.dumps(net))  # noqa: S301
    for again in (copy.deepcopy(net), pickled):
        assert isinstance(again, NetworkDescription)
        assert again.to_dict() == net.to_dict()
        for one in (again["a"], again.projections["a->b"]):
            with pytest.raises(FrozenError):
                one.foo = 1
