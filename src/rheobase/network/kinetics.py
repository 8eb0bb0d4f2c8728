"""Receptors that bind transmitter, as `net.connect` takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from rheobase.errors import ParameterError, RheobaseError
from rheobase.model.model import Model
from rheobase.model.synapse import Synapse
from rheobase.units.quantity import short

if TYPE_CHECKING:
    from rheobase.network.projection import Projection

_ON_GRID = 1e-6


def as_receptor(receptor: Model, where: str) -> Synapse:
    """A receptor under voltage clamp, such as `rb.AMPAKinetics()`, as a synapse.

    Raises:
        RheobaseError: for a model that is no such receptor.
    """
    from rheobase.model.pooling import pooled_synapse

    try:
        return pooled_synapse(receptor)
    except RheobaseError as error:
        error.where = f"{error.where}\n{where}" if error.where else where
        raise


def check_pulse(synapse: Synapse, plasticity: Any, dt: float, where: str) -> None:
    """A pulse of transmitter is whole steps long, and the weight stays while it is there.

    Raises:
        ParameterError: for another length, or a rule of plasticity.
    """
    pulse = synapse.pulse
    if pulse is None:
        return
    steps = pulse.duration / dt
    if round(steps) < 1 or abs(steps - round(steps)) > _ON_GRID:
        raise ParameterError(
            f"The transmitter of the receptor {synapse.name!r} is there for "
            f"{pulse.duration:.12g} ms, which is not a whole number of steps of dt = {dt:g} ms.",
            where=where,
            mend=f"choose a dt that divides it, or rb.Kinetic(..., duration={dt:g} * ms)",
        )
    if plasticity is not None:
        called = getattr(plasticity, "title", short(plasticity))
        raise ParameterError(
            f"plasticity= is {called}, and the receptor {synapse.name!r} binds "
            "transmitter: a weight may not change while it does.",
            where=where,
            mend="use a receptor such as rb.AMPA, to which a spike adds the weight at once",
        )


def check_free(first: Mapping[str, Any], label: str, synapse: Synapse, where: str) -> None:
    """No synapse has transmitter at the beginning, for no spike would take it away.

    Args:
        first: first values of the target's states.
        label: what the receptor is called there.
        synapse: the receptor.
        where: the population, for errors.

    Raises:
        ParameterError: for a first value of what only transmitter changes.
    """
    held = () if synapse.pulse is None else synapse.pulse.bound
    for state in (synapse.state, *held):
        if f"{state}_{label}" in first:
            bound = ", ".join(f"{n.removesuffix('_on')}_{label}" for n in held)
            raise ParameterError(
                f"initial= gives {state}_{label}, and no synapse has transmitter before a spike.",
                where=where,
                mend=f"leave it out; what is bound at first is {bound}",
            )


def refuse_change(projection: Projection) -> NoReturn:
    """Synapses that bind transmitter stay as they are: their target has them as sums.

    Raises:
        ParameterError: naming the receptor.
    """
    raise ParameterError(
        f"The receptor {projection.synapse.name!r} binds transmitter, and its synapses stay as "
        "they are: one that changed would leave what it has bound.",
        where=projection.where,
        mend="use a receptor such as rb.AMPA, to which a spike adds the weight at once",
    )
