"""`reduce`: from one level of description to a lower one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

from rheobase.engine.checks import as_model
from rheobase.errors import ParameterError, closest
from rheobase.network.description import NetworkDescription
from rheobase.reduction.result import Reduction
from rheobase.units.quantity import short

# Each level with the module that goes there, the function in it, and what it is told besides.
_WAYS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "rate": ("rate", "to_rate", ()),
    "artificial": ("artificial", "to_artificial", ()),
    "adex": ("integrate_and_fire", "to_integrate_and_fire", ("adex",)),
    "exponential": ("integrate_and_fire", "to_integrate_and_fire", ("exponential",)),
    "lif": ("integrate_and_fire", "to_integrate_and_fire", ("lif",)),
}
# The same of networks.
_NETWORK_WAYS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "rate": ("rate_network", "to_rate_network", ()),
    "mean_field": ("beside", "to_mean_field", ()),
}


def reduce(model: Any, to: str, **options: Any) -> Reduction:
    """A model of a lower level that stands for this one, with the error of the step measured.

    Args:
        model: the neuron, a `Model`; or a `Network`.
        to: the level:

            - ``"adex"``, ``"exponential"``, ``"lif"``: from a conductance-based neuron to an
              integrate-and-fire neuron; `reduction.integrate_and_fire.to_integrate_and_fire`;
            - ``"rate"``: from a population of spiking neurons in noise to a rate neuron;
              `reduction.rate.to_rate`;
            - ``"artificial"``: from a rate neuron to one without dynamics;
              `reduction.artificial.to_artificial`;

            of a network of leaky integrate-and-fire neurons:

            - ``"rate"``: a network of rate neurons, one for each population;
              `reduction.rate_network.to_rate_network`;
            - ``"mean_field"``: its self-consistent rates; `reduction.beside.to_mean_field`.
        options: those of the function named there.

    Returns:
        The lower model (`.model`), the error (`.report`) and a figure (`.plot()`).

    Raises:
        ParameterError: for a level or an option that there is not, or a model it does not suit.
    """
    is_network = isinstance(model, NetworkDescription)
    ways, kind = (_NETWORK_WAYS, "networks") if is_network else (_WAYS, "neurons")
    if not is_network:
        model = as_model(model)
    if to not in ways:
        hint = closest(str(to), list(ways))
        if to in {**_WAYS, **_NETWORK_WAYS}:
            hint = f"that is a level of {'neurons' if is_network else 'networks'}; "
        raise ParameterError(
            f"There is no level {short(to)} of {kind}.",
            mend=f"{hint}the levels are {', '.join(ways)}",
        )
    module, function, told = ways[to]
    way: Callable[..., Reduction] = getattr(import_module(f"rheobase.reduction.{module}"), function)
    known = [p.name for p in inspect.signature(way).parameters.values() if p.kind is p.KEYWORD_ONLY]
    for name in options:
        if name not in known:
            raise ParameterError(
                f"reduce(..., to={to!r}) has no option {name!r}.",
                mend=f"{closest(name, known)}its options are {', '.join(known)}",
            )
    return way(model, *told, **options)
