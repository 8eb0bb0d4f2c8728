"""What the kernel of a network must do: its populations, and the projections between them."""

from __future__ import annotations

from rheobase.compiler.kernels.exchange import Form
from rheobase.compiler.plan import Plan
from rheobase.records import Record

# Counters of one thread in one population: a cache line, so that threads do not disturb each other.
COUNTERS = 8


class Neurons(Record):
    """A population of neurons.

    Attributes:
        plan: what its own kernel does.
        advance: the name of that kernel; populations that need the same one share it.
        kept: whether its spikes are recorded.
        sends: whether its spikes go anywhere.
    """

    plan: Plan
    advance: str
    kept: bool = True
    sends: bool = True


class Given(Record):
    """A population whose spikes are given in advance."""

    kept: bool = True
    sends: bool = True


class Random(Record):
    """A population of Poisson processes; `each` says whether all have rates of their own."""

    each: bool
    kept: bool = True
    sends: bool = True


Part = Neurons | Given | Random


class Connection(Record):
    """A projection: from part `source` to a state of part `target`, through its ring.

    Attributes:
        source: the number of the presynaptic population.
        target: the number of the postsynaptic one.
        state: the state that the weights are added to.
        form: how the synapses are stored.
    """

    source: int
    target: int
    state: str
    form: Form


class NetworkPlan(Record):
    """Everything that shapes the kernel of a network, in its canonical order."""

    parts: tuple[Part, ...]
    connections: tuple[Connection, ...]
