"""Projections: the synapses from one population to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rheobase.errors import FrozenError
from rheobase.network.population import View
from rheobase.network.values import shown_internal

if TYPE_CHECKING:
    from rheobase.model.learning import LearningRule
    from rheobase.model.pulse import Pulse
    from rheobase.network.delay_parts import DelayParts
    from rheobase.network.population import Population
    from rheobase.network.rules import Rule


class Projection:
    """Synapses from the neurons of one view to those of another. A network makes it: `net.connect`.

    Attributes:
        name: unique in its network; its random numbers are keyed by it.
        pre: the sources.
        post: the targets.
        synapse: what a spike does to its target: a `Synapse`; or a `Graded` one.
        rule: which synapses there are.
        weight: as it was given, with its unit.
        delay: as it was given, with its unit.
        weights: the weight, internal: a float, an array in the order of the edges (of `all_to_all`:
            of shape (pre * post,), sources one after the other), a `Distribution` or a `Formula`.
        delays: the delay (ms), likewise.
        precision: "float32" or "float64", of weights that are stored for each synapse; None for the
            network's choice.
        plasticity: what changes the weights, or what they transmit; None for nothing.
        delay_parts: which part of the delay lies before the synapse; None where all of it lies
            behind.
        modulator: the population whose spikes are modulator events of the rule; None for none.
    """

    def __init__(
        self,
        name: str,
        pre: View,
        post: View,
        synapse: Any,
        rule: Rule,
        *,
        weight: Any,
        delay: Any,
        weights: Any,
        delays: Any,
        composite: Any,
        state: str,
        plasticity: LearningRule | None = None,
        delay_parts: DelayParts | None = None,
        modulator: Population | None = None,
        precision: str | None = None,
    ) -> None:
        self.name, self.pre, self.post = name, pre, post
        self.synapse, self.rule = synapse, rule
        self.weight, self.delay, self.weights, self.delays = weight, delay, weights, delays
        self.plasticity, self.precision = plasticity, precision
        self.delay_parts, self.modulator = delay_parts, modulator
        # The target with this receptor alone, and its state to which a weight is added; of a graded
        # synapse what the weights measure, and the input.
        self.composite, self.state = composite, state
        self._is_whole = True

    def __setattr__(self, name: str, value: object) -> None:
        if "_is_whole" in vars(self):
            raise FrozenError(
                f"A projection cannot be changed: {name!r} is fixed.",
                where=self.where,
                mend="give it to net.connect; what a rule has learned is net.synapses(projection)",
            )
        super().__setattr__(name, value)

    @property
    def is_graded(self) -> bool:
        """Whether outputs flow through it, and not spikes."""
        return bool(self.synapse.is_graded)

    @property
    def pulse(self) -> Pulse | None:
        """The transmitter that a spike brings to receptors which bind it; None for others."""
        found: Pulse | None = None if self.is_graded else self.synapse.pulse
        return found

    @property
    def is_recurrent(self) -> bool:
        """Whether sources and targets are of one population."""
        return self.pre.population is self.post.population

    @property
    def port(self) -> str:
        """The label of its receptor among those of the target; see `Population.ports`."""
        key = self.synapse.key()
        ports = self.post.population.ports
        return next(label for label, synapse in ports.items() if synapse.key() == key)

    @property
    def where(self) -> str:
        """Its place, for the second part of an error message."""
        return place(self.name, self.pre, self.post)

    def shown_weight(self, weight: float) -> str:
        """An internal weight as a reader sees it, with its unit."""
        return shown_internal(self.composite, self.state, weight)

    def __repr__(self) -> str:
        return f"<Projection {self.name!r}: {self.rule} from {self.pre} to {self.post}>"


def place(name: str, pre: View, post: View) -> str:
    """Where an error is: the projection and its two ends."""
    return f"  in the projection {name!r}, from {pre} to {post}"
