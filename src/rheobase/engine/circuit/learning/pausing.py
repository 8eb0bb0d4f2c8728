"""Which projections can stop learning while all else goes on."""

from __future__ import annotations

from rheobase.compiler.learning import WEIGHT
from rheobase.errors import ParameterError
from rheobase.model.expression import names
from rheobase.network.learning import bound
from rheobase.network.projection import Projection


def check_pausable(projection: Projection) -> None:
    """Refuse to pause what does not learn, or cannot be stopped alone.

    Raises:
        ParameterError: for a projection whose weights nothing changes, or in which another state of
            the synapse follows a weight that changes between events.
    """
    rule = projection.plasticity
    if rule is None or WEIGHT not in rule.scopes:
        what = "It has no learning rule" if rule is None else f"{rule.title} changes no weight"
        raise ParameterError(
            f"{what}: there is nothing to pause.",
            where=projection.where,
            mend="short-term plasticity goes with its spikes; only what changes w is learning",
        )
    slopes = bound(rule, projection.composite, projection.state).synapse
    if slopes.get(WEIGHT) is None:
        return
    followers = [
        s for s, slope in slopes.items() if s != WEIGHT and slope and WEIGHT in names(slope)
    ]
    if followers:
        raise ParameterError(
            f"{followers[0]} follows w between events, and both are solved together: the weights "
            "cannot be held alone.",
            where=projection.where,
            mend="set the rule's amplitudes to 0 in a network of its own, or write the rule so "
            f"that {followers[0]} does not read w in its equation",
        )
