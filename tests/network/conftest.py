"""What the tests of descriptions share."""

import pytest

from rheobase.network.description import NetworkDescription
from rheobase.network.sources import Poisson
from rheobase.units import Hz
from rheobase.zoo import LIF


@pytest.fixture
def net():
    network = NetworkDescription(seed=3)
    network.add(LIF(), 10, "a")
    network.add(LIF(), 6, "b")
    network.add(Poisson(8 * Hz), 4, "noise")
    return network
