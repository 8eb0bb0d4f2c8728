"""What the kernel of a network must do: its populations, and the projections between them."""

from __future__ import annotations

from rheobase.compiler.apart import WORDS
from rheobase.compiler.kernel import Function
from rheobase.compiler.kernels.exchange import Form
from rheobase.compiler.plan import Plan
from rheobase.records import Record

# Counters of one thread in one population.
COUNTERS = WORDS
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
        driven: whether graded projections add to their rates.
    """

    each: bool
    sparse: bool = False
    driven: bool = False
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
        into: the input that their currents take.
        counter: the array that says which neurons are held, ``"refractory"`` (steps left) or
            ``"remaining"`` (time left); None where the state is never held.
        arrives: whether spikes move the state.
        jumps: whether a reset sets it.
    """

    part: int
    state: str
    into: str
    counter: str | None = None
    arrives: bool = False
    jumps: bool = False


class Junctions(Record):
    """All gap junctions of a network.

    Attributes:
        coupled: the states that they join.
        rectified: whether any of them conducts better in one direction.
        sloped: whether what moves a cell of its own is followed within the step.
    """

    coupled: tuple[Coupled, ...]
    rectified: bool = False
    sloped: bool = False


class Learner(Record):
    """A projection that learns, or whose efficacy depends on earlier spikes.

    Attributes:
        source: the number of the presynaptic population.
        target: the number of the postsynaptic one.
        state: the state that what is transmitted is added to.
        modulator: the number of the population that modulates it; None for none.
        learn: the kernel of a tick.
        ahead: what of a tick comes before the neurons' step to it; None for nothing.
    """

    source: int
    target: int
    state: str
    modulator: int | None
    learn: Function
    ahead: Function | None = None

    @property
    def kernels(self) -> tuple[Function, ...]:
        """Both kernels, or the one that there is."""
        return (self.learn,) if self.ahead is None else (self.learn, self.ahead)

    @property
    def sees(self) -> bool:
        """Whether it reads states of the target."""
        return any(p.name.startswith(TARGET) for kernel in self.kernels for p in kernel.parameters)


class Flow(Record):
    """A graded projection: an output of part `source` into an input of part `target`.

    Attributes:
        source: the number of the presynaptic population.
        target: the number of the postsynaptic one.
        output: the state or named expression that is sent.
        into: the input that it flows into.
        form: how the synapses are stored; None for a weight from everyone to everyone.
        weights: "f32" or "f64", of those.
        is_delayed: whether each of those has a delay of its own.
    """

    source: int
    target: int
    output: str
    into: str
    form: Form | None
    weights: str = "f64"
    is_delayed: bool = False


class NetworkPlan(Record):
    """Everything that shapes the kernel of a network, in its canonical order."""

    parts: tuple[Part, ...]
    connections: tuple[Connection | Learner | Flow, ...]
    junctions: Junctions | None = None
