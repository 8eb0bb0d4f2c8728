"""Networks that several files of tests describe."""

from rheobase.model.model import Model
from rheobase.network.rules import (
    all_to_all,
)
from rheobase.units import Hz, ms, mV
from rheobase.zoo import Delta

RATE = Model("tau*dr/dt = -r + I", parameters={"tau": 10 * ms}, inputs={"I": Hz}, name="rate")


def connect(net, pre="a", post="b", synapse=None, rule=None, weight=1 * mV, delay=1 * ms, **how):
    return net.connect(pre, post, synapse or Delta(), rule or all_to_all(), weight, delay, **how)
