"""What of the synapses of a projection is recorded: weights, and other states, now and then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import index
from typing import Any

import numpy as np

from rheobase.errors import ParameterError, UnknownNameError, located
from rheobase.network.arrays import Indices
from rheobase.network.door import unknown_hint
from rheobase.network.population import chosen, read_choice
from rheobase.network.projection import Projection
from rheobase.network.watching import steps_between
from rheobase.records import Record
from rheobase.units.quantity import short

_WEIGHT = "w"
_WHOSE = {
    "pre": "presynaptic neuron",
    "post": "postsynaptic neuron",
    "shared": "projection",
}


class SynapseWatch(Record, identity=True):
    """What is recorded of a projection.

    Attributes:
        names: the states, the weight `w` among them.
        every: a sample every so many steps.
        which: of which synapses, in the order of `net.synapses`: a slice, a mask or places; None
            for all.
    """

    names: tuple[str, ...]
    every: int
    which: Any = None

    def describe(self) -> dict[str, Any]:
        """It as JSON can hold it; `watch_restored` gives the arguments of `net.record`."""
        which, of = self.which, None
        if isinstance(which, slice):
            ends = (which.start, which.stop, which.step)
            which = {"slice": [None if end is None else index(end) for end in ends]}
        elif which is not None:
            of = len(which) if which.dtype == np.bool_ else None
            which = (which if of is None else np.flatnonzero(which)).tolist()
        return {"what": list(self.names), "every": self.every, "subset": which, "of": of}

    def places(self, projection: Projection, count: int) -> Indices:
        """Which synapses are sampled of so many that there are.

        Raises:
            ParameterError: for some that are not there.
        """
        if self.which is None:
            return np.arange(count)
        if not isinstance(self.which, slice) and not self.which.size:
            return np.arange(0)
        with located(projection.where):
            return chosen(self.which, count, projection.name, "synapse")


def watch_restored(given: Mapping[str, Any]) -> dict[str, Any]:
    """What `SynapseWatch.describe` gave, as `net.record` takes it."""
    subset, of = given["subset"], given["of"]
    if isinstance(subset, Mapping):
        subset = slice(*subset["slice"])
    elif of is not None:
        mask = np.zeros(of, bool)
        mask[subset] = True
        subset = mask
    return {"what": given["what"], "every": given["every"], "subset": subset}


def synapse_states(projection: Projection) -> list[str]:
    """What each synapse of a projection has: its weight, and those states of its rule."""
    rule = projection.plasticity
    scopes = {} if rule is None else rule.scopes
    return [_WEIGHT, *(s for s, whose in scopes.items() if whose == "synapse" and s != _WEIGHT)]


def synapse_watch(
    projection: Projection, what: Any, subset: Any, every: Any, dt: float
) -> SynapseWatch | None:
    """What one call of `net.record` asks for of a projection; None for nothing any more.

    Raises:
        ParameterError: for a subset that cannot be, or samples that are not on the grid.
        UnknownNameError: for what a synapse does not have.
    """
    listed = [what] if isinstance(what, str) else list(what) if isinstance(what, Iterable) else None
    if listed is None or not all(isinstance(name, str) for name in listed):
        known = ", ".join(map(repr, synapse_states(projection)))
        raise ParameterError(
            f"what= is {short(what)}.",
            where=projection.where,
            mend=f"name what to record of synapses: {known}",
        )
    if not listed:
        return None
    for name in listed:
        _check_name(projection, name)
    if every is None:
        raise ParameterError(
            "Nothing says how often synapses are recorded.",
            where=projection.where,
            mend="give every=, as in every=100 * ms",
        )
    steps = steps_between(every, dt, projection.where)
    which = subset
    if subset is not None:
        with located(projection.where):
            which = read_choice(subset, projection.name, "synapse")
    return SynapseWatch(tuple(dict.fromkeys(listed)), steps, which)


def _check_name(projection: Projection, name: str) -> None:
    known = synapse_states(projection)
    if name in known:
        return
    rule = projection.plasticity
    scope = None if rule is None else rule.scopes.get(name)
    if scope is not None:
        raise UnknownNameError(
            f"{name!r} has one value a {_WHOSE[scope]}, and is not recorded of synapses.",
            where=projection.where,
            mend=f"of each synapse there is {', '.join(map(repr, known))}",
        )
    raise UnknownNameError(
        f"The synapses of {projection.name!r} have no {name!r} to record.",
        where=projection.where,
        mend=f"{unknown_hint(name, known, 'they have')}; what neurons have is recorded of them: "
        f"net.record({projection.post.name!r}, {name!r})",
    )
