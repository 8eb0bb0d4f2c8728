"""What of the synapses of a projection is recorded: weights, and other states, now and then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from rheobase.errors import ParameterError, UnknownNameError
from rheobase.network.arrays import Indices, whole_numbers
from rheobase.network.door import unknown_hint
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
        index: of which synapses, in the order of `net.synapses`; None for all.
        of: of how many synapses a mask spoke; None where there was none.
    """

    names: tuple[str, ...]
    every: int
    index: Indices | None = None
    of: int | None = None

    def describe(self) -> dict[str, Any]:
        """It as JSON can hold it; `mask_restored` gives the arguments of `net.record`."""
        places = None if self.index is None else self.index.tolist()
        return {"what": list(self.names), "every": self.every, "subset": places, "of": self.of}

    def places(self, projection: Projection, count: int) -> Indices:
        """Which synapses are sampled of so many that there are.

        Raises:
            ParameterError: for some that are not there.
        """
        if self.index is None:
            return np.arange(count)
        wrong = self.of is not None and self.of != count
        if wrong or (self.index.size and int(self.index.max()) >= count):
            asked = f"a mask of {self.of:,}" if wrong else f"synapse {int(self.index.max()):,}"
            raise ParameterError(
                f"{asked[0].upper()}{asked[1:]} is to be recorded, and the projection has "
                f"{count:,} synapses.",
                where=projection.where,
                mend="say anew which: net.record(projection, ..., subset=...)",
            )
        return self.index


def mask_restored(given: Mapping[str, Any]) -> dict[str, Any]:
    """What `SynapseWatch.describe` gave, as `net.record` takes it."""
    subset, of = given["subset"], given["of"]
    if of is not None:
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
    return SynapseWatch(tuple(dict.fromkeys(listed)), steps, *_subset(subset, projection))


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


def _subset(subset: Any, projection: Projection) -> tuple[Indices | None, int | None]:
    """Places of synapses, and the length of the mask if it was one."""
    if subset is None:
        return None, None
    given = np.asarray(subset) if not isinstance(subset, slice) else None
    if given is not None and given.dtype == np.bool_ and given.ndim == 1:
        return np.flatnonzero(given), len(given)
    if given is None or given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise ParameterError(
            f"subset= is {short(subset)}.",
            where=projection.where,
            mend="give places in the order of net.synapses(projection), as in range(100), or a "
            "truth value for each",
        )
    places = whole_numbers(given if given.size else [], "subset")
    if places.size and (places.min() < 0 or len(np.unique(places)) < len(places)):
        raise ParameterError(
            f"subset= is {short(subset)}.",
            where=projection.where,
            mend="count synapses from 0, each once",
        )
    return places, None
