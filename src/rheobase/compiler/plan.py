"""What a population's kernel must do: one model, one scheme, its inputs and what is recorded."""

from __future__ import annotations

from collections.abc import Mapping

from rheobase.compiler.calculus import depends
from rheobase.compiler.machine import FULL, LEAST, LIGHT
from rheobase.compiler.step import Step
from rheobase.model.expression import Comparison, Expression, Operation, names
from rheobase.records import EMPTY, Record

# Kinds of input terms: one waveform for all; one waveform times one gain a neuron; one waveform a
# neuron; an Ornstein-Uhlenbeck process a neuron; what graded projections bring; what gap junctions
# bring, on the mean of a step.
SHARED, GAINED, DENSE, NOISE, GRADED = "shared", "gained", "dense", "noise", "graded"
COUPLED = "coupled"
# Slots of the kernel's counters.
LIMIT, SPIKES, FAULT, FAULT_NEURON = range(4)
# What a fault means.
NOT_FINITE, STEP_TOO_SMALL, TOO_MANY_SPIKES, TOO_STIFF = 1, 2, 3, 4
# An output that is sent is no finite number: this and the place of the output among those sent.
OUTPUT = 5
MOST_SPIKES_A_STEP = 8
# Neurons a block: all that a step touches of them stays in the first-level cache.
BLOCK = 256
# From this many neurons on, loops are vectorised. The bits are the same either way.
FEWEST_WIDE = 8
# Below this many neuron-steps a few neurons' run takes less time than compiling with care.
MOST_BRIEF = 200_000


class InputPlan(Record):
    """How one input arrives: a constant for each neuron or not, and a term for each of `kinds`."""

    base: bool = False
    kinds: tuple[str, ...] = ()


class Barrage(Record):
    """Poisson processes, one for each neuron, whose events reach it directly.

    Attributes:
        each: whether every neuron has a rate of its own.
        weighted: whether every neuron has a weight of its own.
    """

    each: bool = False
    weighted: bool = False


class Arrival(Record):
    """What reaches a state of a population at the end of a step.

    Attributes:
        state: the state.
        ring: whether spikes arrive through a ring buffer.
        barrages: Poisson processes that need none.
    """

    state: str
    ring: bool = True
    barrages: tuple[Barrage, ...] = ()


class Sent(Record):
    """An output that graded projections read.

    Attributes:
        name: a state or a named expression.
        begins: whether it is known as a step begins; otherwise at the end of the one before.
    """

    name: str
    begins: bool = False


class Plan(Record):
    """Everything that shapes the kernel of one population; other values are passed at run time.

    Attributes:
        step: the fast path.
        inner: for spikes found inside the step, the scheme that divides it; None keeps spikes on
            the grid.
        inputs: each input of the model.
        heterogeneous: parameters and prepared constants that differ from neuron to neuron.
        record: names recorded.
        refine: whether spike times are interpolated where spikes stay on the grid.
        wide: whether there are neurons enough to fill vectors; the loops of a few stay scalar.
        brief: whether the run is over so soon that compiling well would take longer.
        arrivals: what the rest of a network adds to the states.
        networked: whether a thread of a network runs it, a range of neurons at a time.
        coupled: states that gap junctions join.
        sends: outputs that graded projections read.
    """

    step: Step
    inner: Step | None = None
    inputs: Mapping[str, InputPlan] = EMPTY
    heterogeneous: frozenset[str] = frozenset()
    record: tuple[str, ...] = ()
    refine: bool = False
    wide: bool = True
    brief: bool = False
    arrivals: tuple[Arrival, ...] = ()
    networked: bool = False
    coupled: tuple[str, ...] = ()
    sends: tuple[Sent, ...] = ()

    @property
    def effort(self) -> str:
        """How much the machine's compiler should make of it."""
        return FULL if self.wide else LEAST if self.brief else LIGHT

    @property
    def invariant(self) -> set[str]:
        """Names that do not change during a run."""
        return {*self.step.model.parameters, *self.step.prepared, "dt"}

    @property
    def remembers(self) -> bool:
        """Whether a rising edge may lie between two steps, where an input or a state jumps."""
        spike, model = self.step.model.spike, self.step.model
        if spike is None or model.reset:
            return False
        return bool(depends(model, spike) & {*model.inputs, *self.coupled})

    @property
    def margin(self) -> Expression | None:
        """The spike condition as a number that turns positive; None if it is not one comparison."""
        spike = self.step.model.spike
        if not isinstance(spike, Comparison) or spike.op in ("==", "!="):
            return None
        if spike.op in (">", ">="):
            return Operation("-", spike.left, spike.right)
        return Operation("-", spike.right, spike.left)

    @property
    def needs_time(self) -> bool:
        """Whether any expression mentions `t`."""
        model = self.step.model
        every = [*model.definitions.values(), *model.derivatives.values()]
        every += [*self.step.body.values(), *self.step.after.values()]
        every += [u.value for u in model.reset]
        every += [e for e in (model.spike, model.refractory) if e is not None]
        return any("t" in names(e) for e in every)
