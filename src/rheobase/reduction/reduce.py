"""`reduce`: from one level of description to a lower one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

from rheobase.engine.checks import as_model
from rheobase.errors import ParameterError, closest
from rheobase.model.model import Model
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


def reduce(model: Model, to: str, **options: Any) -> Reduction:
    """A model of a lower level that stands for this one, with the error of the step measured.

    Args:
        model: the neuron.
        to: the level:

            - ``"adex"``, ``"exponential"``, ``"lif"``: from a conductance-based neuron to an
              integrate-and-fire neuron; `reduction.integrate_and_fire.to_integrate_and_fire`;
            - ``"rate"``: from a population of spiking neurons in noise to a rate neuron;
              `reduction.rate.to_rate`;
            - ``"artificial"``: from a rate neuron to one without dynamics;
              `reduction.artificial.to_artificial`.
        options: those of the function named there.

    Returns:
        The lower model (`.model`), the error (`.report`) and a figure (`.plot()`).

    Raises:
        ParameterError: for a level or an option that there is not, or a model it does not suit.
    """
    model = as_model(model)
    if to not in _WAYS:
        hint = closest(str(to), list(_WAYS))
        raise ParameterError(
            f"There is no level {short(to)}.", mend=f"{hint}the levels are {', '.join(_WAYS)}"
        )
    module, function, told = _WAYS[to]
    way: Callable[..., Reduction] = getattr(import_module(f"rheobase.reduction.{module}"), function)
    known = [p.name for p in inspect.signature(way).parameters.values() if p.kind is p.KEYWORD_ONLY]
    for name in options:
        if name not in known:
            raise ParameterError(
                f"reduce(..., to={to!r}) has no option {name!r}.",
                mend=f"{closest(name, known)}its options are {', '.join(known)}",
            )
    return way(model, *told, **options)
