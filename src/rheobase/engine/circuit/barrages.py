"""Poisson processes that reach the neurons of a population one to one, without rings or lists."""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.compiler.native import aligned
from rheobase.compiler.plan import Barrage
from rheobase.engine.circuit.sources import is_sparse
from rheobase.engine.circuit.wires import Wire, state_of, written
from rheobase.engine.connectivity import Rows
from rheobase.engine.draws import synapse_weights
from rheobase.engine.keys import key
from rheobase.errors import located
from rheobase.network.dale import check_weights
from rheobase.network.description import NetworkDescription
from rheobase.network.projection import Projection
from rheobase.network.rules import OneToOne
from rheobase.network.sources import Poisson


def is_barrage(projection: Projection, dt: float) -> bool:
    """Whether each neuron of a whole population is reached by a fast Poisson process of its own.

    The events are those that the population itself would send: slow ones are drawn otherwise.

    Args:
        projection: what reaches it.
        dt: the step (ms).
    """
    source = projection.pre.population.model
    return (
        isinstance(source, Poisson)
        and not projection.pre.population.incoming
        and source.constant is not None
        and not is_sparse(source.constant * dt)
        and isinstance(projection.rule, OneToOne)
        and projection.pre.is_whole
        and projection.post.is_whole
        and isinstance(projection.delays, float)
        and projection.plasticity is None
        and projection.pulse is None
    )


def barrage_wire(network: NetworkDescription, projection: Projection, target: str) -> Wire:
    """The synapses of a barrage, which no kernel reads: one a neuron."""
    everyone = np.arange(projection.post.population.n + 1)
    rows = Rows(everyone, everyone[:-1].astype(np.int32), everyone[:-1])
    own = key(network.seed, "projection", projection.name)
    place = located(projection.where, beneath=True)
    with place, located(written("weight", projection.weight)):
        weights = synapse_weights(projection.weights, rows, own, None, "float64", target=target)
    check_weights(projection, weights)
    delay = round(projection.delays / network.dt)
    return Wire(projection, state_of(projection), rows, weights, delay)


class Barrages:
    """The barrages of one population: what its kernel is given.

    Attributes:
        arrays: by name.
        numbers: by name.
    """

    def __init__(
        self, network: NetworkDescription, projections: list[Projection], target: str
    ) -> None:
        self.arrays: dict[str, np.ndarray] = {}
        self.numbers: dict[str, Any] = {}
        self._plans: dict[str, list[Barrage]] = {}
        for projection in projections:
            self._add(network, projection, target)

    @property
    def states(self) -> list[str]:
        """The states that they reach."""
        return list(self._plans)

    def plans(self, state: str) -> tuple[Barrage, ...]:
        """How the kernel reads those of one state."""
        return tuple(self._plans.get(state, ()))

    def _add(self, network: NetworkDescription, projection: Projection, target: str) -> None:
        from rheobase.compiler.kernels.poisson import terms_of

        source, n = projection.pre.population, projection.post.population.n
        if not isinstance(source.model, Poisson):
            raise TypeError("a barrage is of Poisson processes")
        state = state_of(projection)
        name = f"{state}_{len(self._plans.setdefault(state, []))}"
        found = barrage_wire(network, projection, target)
        weights = found.weights
        mean = np.asarray(source.model.constant * network.dt, dtype=float)
        self._put(f"barrage_weight_{name}", np.asarray(weights), n)
        self._put(f"barrage_mean_{name}", mean, n)
        self._put(f"barrage_zero_{name}", np.exp(-mean), n)
        self.numbers |= {
            f"barrage_delay_{name}": found.delays,
            f"barrage_seed_{name}": key(network.seed, "population", source.name),
        }
        with located(f"  in the population {source.name!r}"):
            self.numbers[f"barrage_terms_{name}"] = terms_of(float(mean.max()))
        self._plans[state].append(Barrage(each=mean.ndim > 0, weighted=np.ndim(weights) > 0))

    def _put(self, name: str, values: np.ndarray, n: int) -> None:
        if not values.ndim:
            self.numbers[name] = float(values)
            return
        place = aligned(n)
        place[:] = values
        self.arrays[name] = place
