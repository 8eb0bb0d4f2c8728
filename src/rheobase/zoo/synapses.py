"""What a spike does to its target: a jump of a state, or a current or conductance in time.

Each function returns a `Synapse`. Without `reversal` the weight is a current, which flows into the
neuron as it is; with it the weight is a conductance g, and the current is g (E - v). Times are
quantities, or plain numbers for a model without units.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rheobase.errors import ParameterError, UnitError
from rheobase.model.model import Model
from rheobase.model.synapse import Synapse
from rheobase.units.dimension import TIME, VOLTAGE, Dimension
from rheobase.units.door import internal, measure
from rheobase.units.quantity import short


def Delta(state: str = "v", name: str | None = None) -> Synapse:
    """A spike adds its weight to a state of the neuron, at once.

    The weight is in the unit of the state. While a refractory period holds the state, what arrives
    is lost.

    Args:
        state: the neuron's state.
        name: what the receptor is called; "delta" by default.
    """
    return Synapse(name=name or "delta", model=None, state=state)


def Exponential(
    tau: Any,
    reversal: Any = None,
    into: str = "I",
    name: str | None = None,
    potential: str = "v",
) -> Synapse:
    """A spike adds its weight to a current, or a conductance, that decays: dg/dt = -g/tau.

    Args:
        tau: the time constant.
        reversal: the potential at which a conductance's current vanishes; None for a current.
        into: the neuron's input.
        name: what the receptor is called; "exponential" by default.
        potential: the neuron's state that drives a conductance.

    Raises:
        ParameterError: for a time constant that is not positive.
        UnitError: for values of another dimension, or units beside plain numbers.
    """
    times = time_constants("Exponential", tau=tau)
    return jumping(name or "exponential", times, reversal, into, potential)


def jumping(label: str, times: dict[str, Any], reversal: Any, into: str, potential: str) -> Synapse:
    """A jump that decays with the one time constant that there is, under the name it has there."""
    lines = [f"d{{x}}/dt = -{{x}} / {next(iter(times))}"]
    return _synapse(label, lines, times, reversal, into, potential)


def Alpha(
    tau: Any,
    reversal: Any = None,
    into: str = "I",
    name: str | None = None,
    potential: str = "v",
) -> Synapse:
    """A spike's current, or conductance, is w (t/tau) exp(1 - t/tau): its peak w comes after tau.

    Args:
        tau: the time to the peak.
        reversal: the potential at which a conductance's current vanishes; None for a current.
        into: the neuron's input.
        name: what the receptor is called; "alpha" by default.
        potential: the neuron's state that drives a conductance.

    Raises:
        ParameterError: for a time constant that is not positive.
        UnitError: for values of another dimension, or units beside plain numbers.
    """
    times = time_constants("Alpha", tau=tau)
    lines = ["d{x}/dt = (scale * s - {x}) / tau", "ds/dt = -s / tau"]
    values = {**times, "scale": float(np.e)}
    return _synapse(name or "alpha", lines, values, reversal, into, potential, state="s")


def Biexponential(
    rise: Any,
    decay: Any,
    reversal: Any = None,
    into: str = "I",
    name: str | None = None,
    potential: str = "v",
) -> Synapse:
    """A spike's current, or conductance, rises and decays with a time constant each.

    It is w k (exp(-t/decay) - exp(-t/rise)), with k such that its peak is the weight w; it comes
    after log(decay/rise) rise decay/(decay - rise). Equal time constants give `Alpha`.

    Args:
        rise: the time constant of the rise.
        decay: that of the decay, no shorter.
        reversal: the potential at which a conductance's current vanishes; None for a current.
        into: the neuron's input.
        name: what the receptor is called; "biexponential" by default.
        potential: the neuron's state that drives a conductance.

    Raises:
        ParameterError: for a time constant that is not positive, or a decay shorter than the rise.
        UnitError: for values of another dimension, or units beside plain numbers.
    """
    times = time_constants("Biexponential", rise=rise, decay=decay)
    return rising(name or "biexponential", times, reversal, into, potential, "Biexponential")


def rising(
    label: str, times: dict[str, Any], reversal: Any, into: str, potential: str, called: str
) -> Synapse:
    """A rise and a decay to a peak that is the weight.

    Raises:
        ParameterError: when the decay is the shorter one.
    """
    short_one, long_one = (float(measure(times[key], key)[0]) for key in ("rise", "decay"))
    if long_one < short_one:
        raise ParameterError(
            f"{called} decays in {short(times['decay'])} and rises in {short(times['rise'])}.",
            mend="give the shorter time constant as rise=",
        )
    # s, of height w, feeds x: x peaks at w scale (rise/decay)**(decay/(decay - rise)). Written
    # with log1p, equal time constants are no special case: the factor goes to e.
    excess = (long_one - short_one) / short_one
    scale = np.exp((1.0 + excess) * (np.log1p(excess) / excess if excess else 1.0))
    lines = ["d{x}/dt = (scale * s - {x}) / decay", "ds/dt = -s / rise"]
    values = {**times, "scale": float(scale)}
    return _synapse(label, lines, values, reversal, into, potential, state="s")


def _synapse(
    name: str,
    lines: list[str],
    values: dict[str, Any],
    reversal: Any,
    into: str,
    potential: str,
    state: str = "",
) -> Synapse:
    """The synapse of these equations of {x}: a current I, or a conductance g with its current."""
    if reversal is None:
        text = "\n".join(lines).format(x="I")
        model = Model(text, parameters=values, name=name)
        return Synapse(
            name=name, model=model, state=state or "I", current="I", into=into, potential=potential
        )
    level = _one(reversal, VOLTAGE, "reversal", name)
    first = next(iter(values))
    if (measure(reversal, "reversal")[1] is None) != (measure(values[first], first)[1] is None):
        raise UnitError(
            f"{name} has a reversal potential of {short(reversal)} and {first} = "
            f"{short(values[first])}.",
            mend="give both with units, or both as plain numbers for a model without units",
        )
    text = "\n".join([*lines, "I = {x} * (E - v)"]).format(x="g")
    model = Model(text, parameters={**values, "E": reversal}, inputs=["v"], name=name)
    return Synapse(
        name=name, model=model, state=state or "g", current="I", into=into, potential=potential,
        reversal=level,
    )  # fmt: skip


def time_constants(what: str, **values: Any) -> dict[str, Any]:
    """Positive times, all with their unit or all without.

    Raises:
        ParameterError: for one that is not positive.
        UnitError: for one that is no time, or units beside plain numbers.
    """
    has_unit = {}
    for key, value in values.items():
        number = _one(value, TIME, key, what)
        if number <= 0:
            raise ParameterError(
                f"{key} of {what} is {short(value)}.", mend="a time constant is positive"
            )
        has_unit[key] = measure(value, key)[1] is not None
    if len(set(has_unit.values())) > 1:
        listed = " and ".join(f"{key} = {short(value)}" for key, value in values.items())
        raise UnitError(
            f"{what} has {listed}.",
            mend="give both with units, or both as plain numbers for a model without units",
        )
    return values


def _one(value: Any, dimension: Dimension, key: str, what: str) -> float:
    """One finite value, internal; a plain number is itself."""
    label = f"{key} of {what}"
    number, found = measure(value, label)
    if found is not None:
        number = internal(value, dimension, label)
    if np.ndim(number) or not np.isfinite(number):
        raise ParameterError(f"{label} is {short(value)}.", mend="give one finite value")
    return float(number)
