"""What the kernel of a network must do: its populations, and the projections between them."""

from __future__ import annotations

from rheobase.compiler.kernel import Function
from rheobase.compiler.kernels.exchange import Form
from rheobase.compiler.plan import Plan
from rheobase.records import Record

# Counters of one thread in one population: a cache line, so that threads do not disturb each other.
COUNTERS = 8
# The arrays of its target that a projection reads begin so.
TARGET = "target:"
# Those of the gap junctions begin so.
JUNCTIONS = "gap"


class Neurons(Record):
    """A population of neurons.

    Attributes:
        plan: what its own kernel does.
        advance: the name of that kernel; populations that need the same one share it.
        kept: whether its spikes are recorded.
        sends: whether its spikes go anywhere.
        remembered: whether spikes of earlier slices are still needed.
    """

    plan: Plan
    advance: str
    kept: bool = True
    sends: bool = True
    remembered: bool = False


class Given(Record):
    """A population whose spikes are given in advance."""

    kept: bool = True
    sends: bool = True
    remembered: bool = False


class Random(Record):
    """A population of Poisson processes.

    Attributes:
        each: whether all have rates of their own.
        sparse: whether events are so rare that groups of processes are drawn together.
    """

    each: bool
    sparse: bool = False
    kept: bool = True
    sends: bool = True
    remembered: bool = False


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


class Coupled(Record):
    """A state of part `part` that gap junctions reach.

    Attributes:
        part: the number of the population.
        state: the state, a voltage.
        counter: the array that says which neurons are held, ``"refractory"`` (steps left) or
            ``"remaining"`` (time left); None where the state is never held.
    """

    part: int
    state: str
    counter: str | None = None


class Junctions(Record):
    """All gap junctions of a network.

    Attributes:
        coupled: the states that they join.
        rectified: whether any of them conducts better in one direction.
    """

    coupled: tuple[Coupled, ...]
    rectified: bool = False


class Learner(Record):
    """A projection that learns, or whose efficacy depends on earlier spikes.

    Attributes:
        source: the number of the presynaptic population.
        target: the number of the postsynaptic one.
        state: the state that what is transmitted is added to.
        modulator: the number of the population that modulates it; None for none.
        learn: the kernel of a tick.
    """

    source: int
    target: int
    state: str
    modulator: int | None
    learn: Function

    @property
    def sees(self) -> bool:
        """Whether it reads states of the target."""
        return any(p.name.startswith(TARGET) for p in self.learn.parameters)


class NetworkPlan(Record):
    """Everything that shapes the kernel of a network, in its canonical order."""

    parts: tuple[Part, ...]
    connections: tuple[Connection | Learner, ...]
    junctions: Junctions | None = None
