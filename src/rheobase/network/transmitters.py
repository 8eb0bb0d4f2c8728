"""What axons release: transmitters that excite or inhibit, and those that modulate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rheobase.errors import ParameterError, closest
from rheobase.network.projection import Projection
from rheobase.units.quantity import short

EXCITES, INHIBITS, MODULATES = "excites", "inhibits", "modulates"
TRANSMITTERS = {
    "glutamate": EXCITES,
    "acetylcholine": EXCITES,
    "GABA": INHIBITS,
    "dopamine": MODULATES,
    "serotonin": MODULATES,
}
_AND = " + "


def transmitter(value: Any, where: str) -> str | None:
    """What axons release, in its usual spelling; None where it is not said.

    Several that are released together are a text with plus signs, or a list.

    Raises:
        ParameterError: for anything but known transmitters, or for one that excites beside one that
            inhibits.
    """
    if value is None:
        return None
    listed = value.split("+") if isinstance(value, str) else value
    usual = {name.lower(): name for name in TRANSMITTERS}
    found = []
    for one in listed if isinstance(listed, Iterable) and listed else [value]:
        name = usual.get(one.strip().lower()) if isinstance(one, str) else None
        if name is None:
            hint = closest(one, list(TRANSMITTERS)) if isinstance(one, str) else ""
            raise ParameterError(
                f"releases= is {short(value)}.",
                where=where,
                mend=f"{hint}there are {', '.join(TRANSMITTERS)}, and several with a + between; "
                "None where it is not said",
            )
        found.append(name)
    if {EXCITES, INHIBITS} <= {TRANSMITTERS[name] for name in found}:
        raise ParameterError(
            f"releases= is {short(value)}: one of them excites, and one inhibits.",
            where=where,
            mend="by Dale's law an axon does one or the other; leave releases= out where it does "
            "both",
        )
    return _AND.join(name for name in TRANSMITTERS if name in found)


def effect(population: Any) -> str | None:
    """Whether a population excites or inhibits its targets, or modulates them and no more.

    None where it is not said.
    """
    if not population.releases:
        return None
    kinds = {TRANSMITTERS[name] for name in population.releases.split(_AND)}
    return (kinds - {MODULATES} or kinds).pop()


def check_released(projection: Projection) -> None:
    """What is released reaches receptors that it can bind to.

    What modulates reaches modulators alone, and a modulator that says its transmitter is reached by
    axons that release it, or that do not say what they release.

    Raises:
        ParameterError: naming both populations, what is released, and the receptor.
    """
    pre, post, synapse = projection.pre, projection.post, projection.synapse
    released = pre.population.releases
    if not released:
        return
    if not synapse.is_modulator:
        if effect(pre.population) == MODULATES:
            raise ParameterError(
                f"{pre.name!r} releases {released}, which modulates, and the receptor "
                f"{synapse.name!r} on {post.name!r} is no modulator.",
                where=projection.where,
                mend="use rb.Dopamine, rb.Serotonin or rb.Modulator; or say what else is released: "
                f'releases="glutamate{_AND}{released}"',
            )
    elif synapse.transmitter not in (None, *released.split(_AND)):
        raise ParameterError(
            f"{pre.name!r} releases {released}, and the modulator {synapse.name!r} on "
            f"{post.name!r} is for {synapse.transmitter}.",
            where=projection.where,
            mend=f"let a population that releases {synapse.transmitter} reach it, or say that both "
            f'are released: releases="{released}{_AND}{synapse.transmitter}"',
        )


__all__ = [
    "EXCITES",
    "INHIBITS",
    "MODULATES",
    "TRANSMITTERS",
    "check_released",
    "effect",
    "transmitter",
]
