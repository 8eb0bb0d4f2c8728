"""`NetworkDescription`: populations, projections and what is recorded. Nothing runs here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rheobase.errors import FrozenError, ParameterError, UnknownNameError, class_only
from rheobase.model.model import Model
from rheobase.network.adding import made_population
from rheobase.network.arrays import whole
from rheobase.network.connecting import as_view, made_projection
from rheobase.network.delays import time_step
from rheobase.network.door import unknown_hint
from rheobase.network.population import Population, View
from rheobase.network.projection import Projection
from rheobase.network.watching import SPIKES, Watch, check_watches, record
from rheobase.units.quantity import short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from rheobase.network.gap_junctions import GapJunction
    from rheobase.network.summary import Summary
    from rheobase.network.synapse_watching import SynapseWatch

_DT = 0.1


class NetworkDescription:
    """A network as it is described: who there is, who reaches whom, and what is recorded.

    Args:
        seed: of all random numbers; populations and projections have streams by their names, so
            the order in which they are made changes nothing. Give them names: those that are made
            up depend on the order.
        dt: the time step of all populations; 0.1 ms by default.
        threads: how many threads run it; None for the engine to choose. Results do not change.
        name: what the network is called.

    Attributes:
        dt: in ms.
        populations: by name, in the order in which they were made.
        projections: likewise.
        gap_junctions: likewise.

    Raises:
        UnitError: for a dt that is not a time.
        ParameterError: for a value out of range.
    """

    def __init__(
        self, seed: int = 0, dt: Any = None, threads: int | None = None, name: str = ""
    ) -> None:
        self.seed = whole(seed, "seed", 0, 2**64)
        self.dt = _DT if dt is None else time_step(dt)
        self.threads = threads
        if not isinstance(name, str):
            raise ParameterError(f"name is {short(name)}.", mend="give a text")
        self.name = name
        self.populations: dict[str, Population] = {}
        self.projections: dict[str, Projection] = {}
        self.gap_junctions: dict[str, GapJunction] = {}
        self._watched: dict[str, dict[str, Watch]] = {}
        self._sampled: dict[str, SynapseWatch] = {}

    def __setattr__(self, name: str, value: object) -> None:
        if name in ("seed", "dt") and name in vars(self):
            raise FrozenError(
                f"The network's {name} cannot be changed.",
                mend=f"give it when the network is made: rb.Network({name}=...)",
            )
        if name == "threads" and value is not None:
            value = whole(value, "threads", 1, 2**16)
        super().__setattr__(name, value)

    def add(
        self,
        model: Any,
        n: int | None = None,
        name: str | None = None,
        *,
        releases: str | None = None,
        initial: Mapping[str, Any] | None = None,
        parameters: Mapping[str, Any] | None = None,
        positions: Any = None,
        method: str | None = None,
        **inputs: Any,
    ) -> Population:
        """Add a population.

        A value for the neurons is a scalar, an array of one a neuron, a distribution, or an
        expression as text of the neuron's parameters, its position `x`, `y`, `z` and its number
        `i`.

        Args:
            model: a `Model`, or a source of spikes: `Poisson` or `SpikeTimes`.
            n: how many neurons; by default as many as the model's arrays or the source's spikes
                are for, or one.
            name: unique in the network; by default the model's name, with a number where needed.
            releases: what its axons release: "glutamate" and "acetylcholine" may only excite,
                "GABA" may only inhibit (Dale's law), "dopamine" and "serotonin" modulate. Several
                are "glutamate + dopamine". None where it is not said. What arrives counts with the
                sign that the equations of its target give it.
            initial: first values by state, those of receptors with their label (`g_AMPA`) among
                them; by default the model's.
            parameters: values by parameter that differ from the model's.
            positions: where the neurons are, lengths of shape (n,), (n, 2) or (n, 3).
            method: the integration method; by default the model's.
            inputs: stimuli by the model's inputs (``I=rb.step(...)``); 0 by default, for the
                current that published parameters come with is that of a neuron alone.

        Returns:
            The population.

        Raises:
            ParameterError: for a name that is taken, n < 1, or values that do not fit.
            UnknownNameError: for a state, parameter or input that the model does not have.
            UnitError: for a value of another dimension.
        """
        self.check_open("another population")
        population = made_population(
            self.populations, model, n, name=name, releases=releases, initial=initial,
            parameters=parameters, positions=positions, method=method, inputs=inputs,
        )  # fmt: skip
        self.populations[population.name] = population.seal()
        return population

    def connect(
        self,
        pre: Any,
        post: Any,
        synapse: Any,
        rule: Any,
        weight: Any = None,
        delay: Any = None,
        plasticity: Any = None,
        name: str | None = None,
        precision: str | None = None,
        axonal: Any = None,
        modulator: Any = None,
        dendritic: Any = None,
    ) -> Any:
        """Connect two populations, or views of them.

        A weight or delay is a scalar, a distribution, an array, or an expression as text of both
        ends: parameters, positions and numbers with a suffix (`tau_m_post`, `x_pre`, `i_post`), and
        `distance`. An array has one value an edge of `edges` or a pair of `one_to_one`, in their
        order; for `all_to_all` it is a matrix of sources by targets.

        A spike arrives after its delay, whole steps and at least one. A delay that is given off the
        grid is an error; one that is drawn or computed is set to the nearest step.

        Args:
            pre: the sources: a population, a view, a name, or a list of them.
            post: the targets, likewise.
            synapse: what a spike does there: `Delta`, `Exponential`, `Alpha`, `Biexponential`, a
                receptor such as `AMPA` or `AMPAKinetics()`; or what it modulates: `Dopamine`,
                `Serotonin`, `Modulator`. `Graded` sends an output, as a rate, and no spikes.
            rule: which synapses there are; or a scipy sparse matrix, whose entries they are: its
                rows are sources, its columns targets, its values the weights if none are given.
            weight: in the unit of the synapse's state: of a current, a conductance, the state that
                `Delta` names, or the concentration that a modulator's spike releases. A bare unit
                gives it to the values of a sparse matrix.
            delay: the time from a spike to its arrival.
            plasticity: a rule that changes the weights, or what they transmit: `PairSTDP`,
                `TsodyksMarkram`, or any `LearningRule`; or a list of rules that act together. Its
                weights are float64 by default.
            name: unique in the network; by default "pre->post", with a number where needed.
            precision: "float32" or "float64", for weights that are stored for each synapse.
            axonal: with a rule, the part of the delay before the synapse: a time in one of the
                forms above, or a fraction of each delay. The rest is dendritic; by default all is.
            modulator: the population whose spikes a rule's on_modulator answers to.
            dendritic: the part behind it, likewise: beside `delay`, or with `axonal` in its place.

        Returns:
            The projection; for lists, a list with one for each pair, sources in the outer order.

        Raises:
            ParameterError: for a rule that cannot be met, a delay below dt or off the grid, or what
                Dale's law forbids.
            UnknownNameError: for a population, an input or a state that there is not.
            UnitError: for a weight or delay of another dimension.
        """
        self.check_open("another projection")
        if isinstance(pre, (list, tuple)) or isinstance(post, (list, tuple)):
            return self._connect_all(
                pre, post, synapse=synapse, rule=rule, weight=weight, delay=delay,
                plasticity=plasticity, name=name, precision=precision, axonal=axonal,
                dendritic=dendritic, modulator=modulator,
            )  # fmt: skip
        projection = made_projection(
            self.projections, self._view(pre, "pre"), self._view(post, "post"), synapse=synapse,
            rule=rule, weight=weight, delay=delay, plasticity=plasticity, name=name,
            precision=precision, axonal=axonal, dendritic=dendritic, dt=self.dt,
            modulator=None if modulator is None else self._view(modulator, "modulator"),
        )  # fmt: skip
        self.projections[projection.name] = projection
        projection.post.population.incoming.append(projection)
        return projection

    def _connect_all(self, pre: Any, post: Any, **how: Any) -> list[Projection]:
        """A projection for each pair; all of them, or none when one cannot be made."""
        sources = [self._view(one, "pre") for one in _several(pre)]
        targets = [self._view(one, "post") for one in _several(post)]
        name, made = how.pop("name"), []
        try:
            for source in sources:
                for target in targets:
                    own = None if name is None else f"{name} {source.name}->{target.name}"
                    made.append(self.connect(source, target, name=own, **how))
        except BaseException:
            for projection in made:
                del self.projections[projection.name]
                projection.post.population.incoming.remove(projection)
            raise
        return made

    def gap_junction(
        self,
        a: Any,
        b: Any,
        rule: Any,
        conductance: Any,
        rectification: float | None = None,
        state: Any = "v",
        into: Any = "I",
        name: str | None = None,
    ) -> GapJunction:
        """Join cells of two populations, or of one, by electrical synapses.

        The current g (v_j - v_i) of every junction flows into the input `into` of cell i, and its
        opposite into that of cell j. It moves the voltage alone, so that d(state')/d(into) must be
        a constant of the cell, as 1/C is; inputs that are recorded do not show it. A cell that is
        held in its refractory period stays where it is, and the others see it there.

        A rule draws ordered pairs. Where `a` and `b` are the same cells, a pair that is drawn
        counts if its first cell has the lower number, so that each two cells are asked about once;
        `fixed_total`, `one_to_one` and lists of edges say themselves which junctions there are. Two
        junctions between the same two cells lie in parallel.

        Args:
            a: cells: a population, a view of one, or its name.
            b: the cells at the other end, likewise.
            rule: which junctions there are; or a scipy sparse matrix, whose entries they are.
            conductance: a scalar, a distribution, an array, or an expression as text, as weights of
                `connect` are; in the unit of `into` over that of `state`. Any size is stable.
            rectification: what is left of the conductance, from 0 to below 1, while the cell of `a`
                has the lower voltage; judged as each step begins. None for junctions that
                conduct alike.
            state: the voltage; two names where those of `a` and `b` differ.
            into: the input that the current flows into; two names likewise.
            name: unique among gap junctions; by default "a--b", with a number where needed.

        Returns:
            The gap junction.

        Raises:
            ParameterError: for a rule that joins a cell with itself, a negative conductance, or a
                model in which the current does anything else than move the voltage.
            UnknownNameError: for a population, a state or an input that there is not.
            UnitError: for a conductance of another dimension, or voltages of different kinds.
        """
        from rheobase.network.gap_junctions import made_gap_junction

        self.check_open("another gap junction")
        found = made_gap_junction(
            self.gap_junctions.values(), self._view(a, "a"), self._view(b, "b"), rule=rule,
            conductance=conductance, rectification=rectification, state=state, into=into, name=name,
        )  # fmt: skip
        self.gap_junctions[found.name] = found
        return found

    def record(
        self, population: Any, what: Any = "spikes", subset: Any = None, every: Any = None
    ) -> None:
        """Record something of a population, or of the synapses of a projection, during runs.

        The spikes of neurons are recorded without being asked for, those of sources are not. Asked
        twice, the last word counts; a projection may be asked for between runs too.

        Args:
            population: a population, its name, or a view of it; or a projection, or its name.
            what: "spikes"; "rate", the population's rate; a state, named expression or input of the
                model; or one of a receptor with its label, as in "g_AMPA" or "c_dopamine". Of a
                projection "w", or another state of its synapses. Or a list.
            subset: of which neurons, or synapses in the order of `synapses`: indices, a mask or a
                slice; None for all. An empty list of spikes records none.
            every: a sample every so many steps, or a time on the grid; every step by default. The
                names of a population share their samples, as many as any asks for.

        Raises:
            UnknownNameError: for an unknown population; of values, when the network is built.
            ParameterError: for a subset that is not there, or samples off the grid.
        """
        record(self, population, what, subset, every)

    def check_open(self, what: str) -> None:
        """Called before `what` is added to the description; what can run may refuse it."""

    def watched(self, population: Population | str) -> dict[str, Watch]:
        """What is recorded of a population, by name, the spikes of neurons included."""
        found = self._view(population, "population").population
        default = {} if found.is_source else {SPIKES: Watch(SPIKES)}
        return default | self._watched.get(found.name, {})

    def check_records(self, composites: Mapping[str, Model]) -> None:
        """Refuse to record what there is not.

        Args:
            composites: each population's model joined with its receptors, by population; sources
                have none.

        Raises:
            UnknownNameError: for a name that a population does not have.
            ParameterError: for one that holds white noise.
        """
        for population in self.ordered_populations():
            check_watches(population, self.watched(population), composites.get(population.name))

    def ordered_populations(self) -> list[Population]:
        """All populations sorted by name: the order in which they are run."""
        return [self.populations[name] for name in sorted(self.populations)]

    def ordered_projections(self) -> list[Projection]:
        """All projections sorted by name: the order in which they deliver."""
        return [self.projections[name] for name in sorted(self.projections)]

    def summary(self) -> Summary:
        """Tables of populations and projections, as text that prints itself."""
        from rheobase.network.summary import summary

        return summary(self)

    def plot(self, path: str | Path | None = None) -> Figure:
        """A diagram: populations as circles, projections as arrows.

        Args:
            path: a file to write it to, PNG, PDF or SVG by its name.

        Raises:
            MissingExtraError: when matplotlib is not installed.
        """
        from rheobase.network.diagram import diagram

        return diagram(self, path)

    def to_dict(self) -> dict[str, Any]:
        """The whole description, models included, as JSON can hold it; `from_dict` reads it."""
        from rheobase.network.serialized import to_dict

        return to_dict(self)

    @class_only("net = rb.Network.from_dict(description)")
    @classmethod
    def from_dict(cls, description: Mapping[str, Any]) -> Self:
        """The network that `to_dict` described.

        Raises:
            RheobaseError: for what is no such description, or has parts that `add` or `connect`
                refuses; it names the place.
        """
        from rheobase.network.serialized import from_dict

        return from_dict(cls, description)

    def _view(self, end: Any, what: str) -> View:
        return as_view(end, self.populations, what)

    def _projection(self, projection: Any) -> Projection:
        """A projection of this network, itself or by its name."""
        name = getattr(projection, "name", projection)
        found = self.projections.get(name) if isinstance(name, str) else None
        if found is None or projection not in (found, name):
            raise UnknownNameError(
                f"There is no projection {short(projection)} in this network.",
                mend=unknown_hint(name, self.projections, "there are"),
            )
        return found

    def __getitem__(self, name: str) -> Population:
        return self._view(name, "population").population

    def __contains__(self, name: object) -> bool:
        return name in self.populations

    def __repr__(self) -> str:
        title, parts = self.name and f" {self.name!r}", self.populations.values()
        counts = f"{len(self.populations)} populations, {len(self.projections)} projections"
        return f"<{type(self).__name__}{title}: {sum(p.n for p in parts):,} neurons in {counts}>"


def _several(ends: Any) -> list[Any]:
    found = list(ends) if isinstance(ends, (list, tuple)) else [ends]
    if not found:
        raise ParameterError("There is nothing to connect.", mend="give at least one population")
    return found
