"""How many values a state of a learning rule has: found from what changes it and what it reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set

from rheobase.model.expression import Expression, names
from rheobase.model.learning.reading import Events

WEIGHT = "w"
# One value a presynaptic neuron, a postsynaptic neuron, a projection; each with its own events.
CLOCKED = {"pre": "pre", "post": "post", "shared": "modulator"}
SYNAPSE = "synapse"


def inferred_scopes(
    states: Collection[str],
    slopes: Mapping[str, Expression],
    events: Events,
    drawn: Collection[str],
    reads: Collection[str] = (),
) -> dict[str, str]:
    """The scope of each state: "pre", "post", "shared" or "synapse".

    A state is of the presynaptic neuron when on_pre alone changes it, and both its statements and
    its derivative read only such states; the other two likewise. One that reads the target is of
    the postsynaptic neuron. The rest are of the synapse. A state that no event changes goes with
    the states it reads or that read it; one that has nothing to do with any neuron is shared.

    Args:
        states: the states, the weight among them if it changes.
        slopes: derivatives with every named expression written out.
        events: statements, likewise.
        drawn: states that are drawn, each for its synapse.
        reads: the names under which states of the target are read.
    """
    own = {WEIGHT, *drawn}
    while True:
        found = _scopes(states, slopes, events, own, {*reads})
        moved = set().union(*(names(slopes[s]) for s in slopes if found[s] == SYNAPSE))
        more = {s for s in moved & found.keys() if found[s] in ("pre", "post")}
        if not more:
            return found
        own |= more


def _scopes(
    states: Collection[str],
    slopes: Mapping[str, Expression],
    events: Events,
    own: Set[str],
    target: Set[str],
) -> dict[str, str]:
    """The scopes when some states are known to be of the synapse."""
    every = {*states, WEIGHT}
    touched = {
        state: {event for event, updates in events.items() for u in updates if u.name == state}
        for state in states
    }
    read = {state: _reads(state, slopes, events) for state in states}
    reads = {state: read[state] & every for state in states}
    seeing = {state for state in states if read[state] & target}
    found: dict[str, str] = {}
    for scope, event in CLOCKED.items():
        left = {*states} - own - found.keys()
        inside = {state for state in left if touched[state] <= {event}}
        if scope != "post":
            inside -= seeing
        while outside := {state for state in inside if not reads[state] <= inside}:
            inside -= outside
        if scope != "shared":
            inside = _linked(inside, {s for s in inside if touched[s] or s in seeing}, reads)
        found |= dict.fromkeys(inside, scope)
    return {state: found.get(state, SYNAPSE) for state in states}


def _reads(state: str, slopes: Mapping[str, Expression], events: Events) -> set[str]:
    """The names that decide what a state becomes."""
    found = set(names(slopes[state])) if state in slopes else set()
    for updates in events.values():
        for update in updates:
            if update.name == state:
                found |= names(update.value)
    return found


def _linked(inside: set[str], start: set[str], reads: Mapping[str, set[str]]) -> set[str]:
    """Those of `inside` that are tied to `start` by reading or being read."""
    linked = set(start)
    while True:
        read = set().union(*(reads[state] for state in linked))
        more = {s for s in inside - linked if s in read or reads[s] & linked}
        if not more:
            return linked
        linked |= more
