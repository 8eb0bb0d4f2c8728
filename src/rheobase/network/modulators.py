"""What a modulator means by the name of a receptor, where several receptors are called the same."""

from __future__ import annotations

import re

from rheobase.errors import ParameterError
from rheobase.model.synapse import Synapse
from rheobase.network.population import Population


def check_meant(population: Population, synapse: Synapse, where: str) -> None:
    """Refuse a modulator of a receptor that shares its name with another one.

    Such receptors are numbered, and which has which number changes with each that is connected.

    Args:
        population: the target.
        synapse: what is to be connected, a receptor or a modulator.
        where: its projection.

    Raises:
        ParameterError: naming the modulator and the receptors.
    """
    every = {*population.ports.values(), synapse}
    for modulator in every:
        for receptor in every if modulator.is_modulator else ():
            alike = [other for other in every if other.name == receptor.name]
            if receptor.is_modulator or receptor.model is None or len(alike) == 1:
                continue
            model = receptor.model
            own = "|".join([*model.parameters, *model.definitions, *model.states])
            its = re.compile(rf"(?:{own})_{receptor.name}(?:_\d+)?")
            for scaled in filter(its.fullmatch, modulator.scales):
                raise ParameterError(
                    f"The modulator {modulator.name!r} scales {scaled!r} of "
                    f"{population.name!r}, where {len(alike)} receptors are called "
                    f"{receptor.name!r}.",
                    where=where,
                    mend="give each receptor a name= of its own",
                )


__all__ = ["check_meant"]
