"""What a modulator means by the name of a receptor, where several receptors are called the same."""

from __future__ import annotations

import re

from rheobase.errors import ParameterError
from rheobase.model.synapse import Synapse
from rheobase.network.population import Population


def check_meant(population: Population, synapse: Synapse, where: str) -> None:
    """Refuse a modulator that shares its name with another one, or whose receptor does.

    Such receptors are numbered, and which has which number changes with each that is connected.
    Two concentrations of one substance at one neuron are refused too, and a modulator of how fast
    a receptor binds, which its sources could not know.

    Args:
        population: the target.
        synapse: what is to be connected, a receptor or a modulator.
        where: its projection.

    Raises:
        ParameterError: naming the modulator and the receptors.
    """
    every = {*population.ports.values(), synapse}
    _check_one_concentration(population, synapse, where)
    for modulator in every:
        _check_binding(population, modulator, every, where)
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


def _check_one_concentration(population: Population, synapse: Synapse, where: str) -> None:
    for other in population.ports.values():
        both = synapse.is_modulator and other.is_modulator
        if both and other.name == synapse.name and other != synapse:
            raise ParameterError(
                f"{population.name!r} has a modulator {other.name!r}, which scales "
                f"{', '.join(other.scales)}; this one scales {', '.join(synapse.scales)}, and its "
                "factors or constants are others.",
                where=where,
                mend="a neuron has one concentration of each: connect the same modulator, with all "
                'that it scales, as in scales={"g_L": "1 + c/uM", ...}; or give another name=',
            )


def _check_binding(
    population: Population, modulator: Synapse, every: set[Synapse], where: str
) -> None:
    for receptor in every:
        rates = () if receptor.pulse is None else receptor.pulse.rates
        for rate in rates:
            if f"{rate}_{receptor.name}" in modulator.scales:
                raise ParameterError(
                    f"The modulator {modulator.name!r} scales '{rate}_{receptor.name}' of "
                    f"{population.name!r}, which decides how fast receptors bind at the sources' "
                    "synapses.",
                    where=where,
                    mend=f"scale the current, 'I_{receptor.name}'",
                )


__all__ = ["check_meant"]
