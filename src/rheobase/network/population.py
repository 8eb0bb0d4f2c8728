"""Populations, and views of some of their neurons."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from rheobase.errors import FrozenError, ParameterError
from rheobase.model.model import Model
from rheobase.network.arrays import Array, Indices, whole_numbers
from rheobase.network.sources import Poisson, SpikeTimes
from rheobase.units.quantity import short

if TYPE_CHECKING:
    from rheobase.model.synapse import Synapse
    from rheobase.network.projection import Projection
    from rheobase.network.stimuli import Stimulus

# Of a population, a projection or a gap junction.
LONGEST_NAME = 80

Member: TypeAlias = Model | Poisson | SpikeTimes


class Population:
    """Neurons of one model, or a source of spikes. A network makes it: `net.add`.

    `pop[10:20]`, `pop[mask]` and `pop[[3, 1, 2]]` are views of some of its neurons.

    Attributes:
        name: unique in its network; its random numbers are keyed by it.
        model: the model, or the source.
        n: how many neurons.
        releases: what its axons release; None when it is not said.
        initial: first values by state, internal: a float, an array, a `Distribution` or a
            `Formula`.
        parameters: parameters that are drawn or computed for each neuron, likewise; all others are
            in `model`.
        positions: where the neurons are (um), shape (n, axes); None when it is not said.
        method: the integration method; None for the model's own.
        inputs: stimuli by input.
    """

    def __init__(
        self,
        name: str,
        model: Member,
        n: int,
        *,
        releases: str | None = None,
        initial: Mapping[str, Any] | None = None,
        parameters: Mapping[str, Any] | None = None,
        positions: Array | None = None,
        method: str | None = None,
        inputs: Mapping[str, Stimulus] | None = None,
    ) -> None:
        self.name, self.model, self.n = name, model, n
        self.releases, self.method, self.positions = releases, method, positions
        self.initial: dict[str, Any] = dict(initial or {})
        self.parameters: dict[str, Any] = dict(parameters or {})
        self.inputs: dict[str, Stimulus] = dict(inputs or {})
        # As they were given, with their units: what a description of the network shows.
        self.given: dict[str, Any] = {}
        self.incoming: list[Projection] = []

    def seal(self) -> Population:
        """From now on nothing of it is given another value."""
        vars(self)["_is_whole"] = True
        return self

    def __setattr__(self, name: str, value: object) -> None:
        if "_is_whole" in vars(self):
            raise FrozenError(
                f"A population cannot be changed: {name!r} is fixed.",
                where=f"  in the population {self.name!r}",
                mend="give it to net.add: parameters=, initial=, and stimuli by the input's name",
            )
        super().__setattr__(name, value)

    def take(self, more: SpikeTimes) -> None:
        """More spikes of a population of given ones."""
        if not isinstance(self.model, SpikeTimes):
            raise TypeError(f"{self.name!r} is not of given spikes")
        vars(self)["model"] = self.model.joined(more)

    @property
    def is_source(self) -> bool:
        """Whether it only sends spikes."""
        return not isinstance(self.model, Model)

    @property
    def ports(self) -> dict[str, Synapse]:
        """The receptors of all projections onto the population, by label, sorted by it.

        Projections whose synapses are equal share a receptor. A label is the synapse's name; where
        different synapses have one name they are numbered, in an order that depends on the synapses
        alone.
        """
        receptors = (p.synapse for p in self.incoming if not p.is_graded)
        found = {synapse.key(): synapse for synapse in receptors}
        labels: dict[str, Synapse] = {}
        names = {synapse.name for synapse in found.values()}
        for key in sorted(found, key=lambda key: (found[key].name, key)):
            label = free_name(found[key].name, labels, names)
            labels[label] = found[key]
        return dict(sorted(labels.items()))

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, which: Any) -> View:
        return View(self, chosen(which, self.n, self.name))

    def __repr__(self) -> str:
        kind = self.model.name or "a model" if isinstance(self.model, Model) else str(self.model)
        return f"<Population {self.name!r}: {self.n} of {kind}>"


class View:
    """Some neurons of a population, in an order.

    Attributes:
        population: whose they are.
        index: which, shape (neurons,); none twice.
    """

    def __init__(self, population: Population, index: Indices) -> None:
        self.population, self.index = population, index

    @property
    def name(self) -> str:
        """The name of the population."""
        return self.population.name

    @property
    def is_whole(self) -> bool:
        """Whether it is all neurons, in their own order."""
        n = self.population.n
        return len(self.index) == n and bool((self.index == np.arange(n)).all())

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, which: Any) -> View:
        return View(self.population, self.index[chosen(which, len(self.index), str(self))])

    def __str__(self) -> str:
        if self.is_whole:
            return self.name
        first, last, count = int(self.index[0]), int(self.index[-1]), len(self.index)
        if count == 1:
            return f"{self.name}[{first}]"
        step = int(self.index[1]) - first
        if step > 0 and (np.diff(self.index) == step).all():
            return f"{self.name}[{first}:{last + 1}{f':{step}' if step > 1 else ''}]"
        return f"{self.name}[{count} neurons]"

    def __repr__(self) -> str:
        return f"<View {self}: {len(self)} of {self.population.n} neurons>"


def chosen(which: Any, n: int, name: str, one: str = "neuron") -> Indices:
    """The neurons, or synapses, that a slice, a mask, an index or a list of them names.

    Args:
        which: the choice.
        n: among how many.
        name: whose they are.
        one: what one of them is called.

    Raises:
        ParameterError: for what names none, one twice, or one that is not there.
    """
    given = read_choice(which, name, one)
    if isinstance(given, slice):
        found = np.arange(n, dtype=np.int64)[given]
    elif given.dtype == np.bool_:
        if given.shape != (n,):
            raise ParameterError(
                f"The mask of {name} has the shape {given.shape}.",
                mend=f"give {n} values, one a {one}",
            )
        found = np.flatnonzero(given).astype(np.int64)
    else:
        if given.size and not -n <= given.min() <= given.max() < n:
            wrong = int(given.max() if given.max() >= n else given.min())
            raise ParameterError(
                f"{name} has no {one} {wrong}.", mend=f"it has {n}, counted from 0 to {n - 1}"
            )
        found = np.where(given < 0, given + n, given)
        if (given < 0).any():  # [1, -9] of ten
            _refuse_twice(found, which, name, one)
    if not found.size:
        raise ParameterError(
            f"{name}[{short(which)}] holds no {one}.", mend=f"it has {n}, counted from 0"
        )
    found.flags.writeable = False
    return found


def read_choice(which: Any, name: str, one: str = "neuron") -> slice | Array | Indices:
    """What chooses among any number: a slice, a mask, or places, of which none is named twice.

    Raises:
        ParameterError: for anything else.
    """
    if isinstance(which, slice):
        try:
            which.indices(0)
        except (TypeError, ValueError) as error:
            raise ParameterError(
                f"{name}[{which!r}] is not a slice of {one}s: {error}.", mend=f"{name}[0:10]"
            ) from None
        return which
    given = np.empty((0, 0))
    if not isinstance(which, (str, bytes, Population, View)):
        with suppress(TypeError, ValueError):  # of lists that are no array
            given = np.asarray(which)
    if given.dtype.kind == "b":
        return given
    places = whole_numbers(np.atleast_1d(given), f"the index of {name}", short(which))
    _refuse_twice(places, which, name, one)
    return places


def _refuse_twice(places: Indices, which: Any, name: str, one: str) -> None:
    # np.unique would load NumPy's masked arrays, which a first run would wait for.
    if (np.diff(np.sort(places)) == 0).any():
        raise ParameterError(
            f"{name}[{short(which)}] names a {one} twice.", mend=f"name each {one} once"
        )


def free_name(wanted: str, taken: Any, others: Any = ()) -> str:
    """A name that is not taken: the one wanted, or that with a number; its middle goes if long."""
    name, number = _fitting(wanted), 1
    while name in taken or (number > 1 and name in others):
        number += 1
        name = _fitting(wanted, f"_{number}")
    return name


def _fitting(wanted: str, end: str = "") -> str:
    room = LONGEST_NAME - len(end)
    if len(wanted) > room:
        half = (room - 3) // 2
        wanted = f"{wanted[:half]}...{wanted[-half:]}"
    return wanted + end
