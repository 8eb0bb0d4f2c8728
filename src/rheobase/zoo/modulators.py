"""Neuromodulators: a concentration at the target that scales a parameter, and never a current.

Each function returns a `Synapse` for `Network.connect`. A spike adds its weight, a concentration,
to the state c of the target, after the delay of the projection, and uptake and decay remove it:

    dc/dt = -V_max c/(K_m + c) - c/tau

Wherever the equations of the target read the parameter P, there stands P * factor(c). On the target
the concentration is called ``c_dopamine`` and the factor ``factor_dopamine``, after the modulator's
name; both can be recorded. Several modulators of one parameter multiply.

Projections of equal modulators onto a population share its concentrations, and two that differ need
two names. A region shares one concentration where every source reaches all of its neurons with one
weight and one delay, by `rb.all_to_all`: each neuron has a state of its own, and all of them are
equal, but for rounding where the adaptive scheme divides the steps of each neuron by itself.

Constants are defaults that differ between regions and species: set them. For a model without units
give all of them as plain numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rheobase.errors import ParameterError, UnitError
from rheobase.model.expression import names
from rheobase.model.model import Model
from rheobase.model.parse import parse_expression
from rheobase.model.synapse import Synapse, check_label
from rheobase.units import mM, nM, s, uM
from rheobase.units.dimension import CONCENTRATION, NONE, TIME, Dimension
from rheobase.units.door import internal, measure
from rheobase.units.quantity import Quantity, Unit, short

# What a receptor of one binding site does, from 1 without modulator to 1 + gain with all bound.
SATURATING = "1 + gain * c / (c + EC50)"


def Modulator(
    name: str,
    scales: str | Mapping[str, str],
    factor: str | None = None,
    *,
    gain: Any = None,
    EC50: Any = None,
    V_max: Any = None,
    K_m: Any = None,
    tau: Any = None,
    parameters: Mapping[str, Any] | None = None,
    transmitter: str | None = None,
    potential: str = "v",
) -> Synapse:
    """A neuromodulator of any kind: see the module for its equations.

    Without uptake (V_max and K_m) the concentration is linear, and where the scaled parameter
    stands in no differential equation the exact propagator stays; without uptake and decay what is
    released stays for good. First values are those of the parameters alone; the concentration
    starts at 0, or where ``net.add(..., initial=dict(c_dopamine=20 * nM))`` says.

    Args:
        name: what the modulator is called.
        scales: a parameter of the target's equations (``"g_L"``), or of a receptor on it as that
            is called there (``"decay_NMDA"``, ``"E_NMDA"``: `rheobase models NMDA` lists them), or
            a named expression, such as a receptor's current (``"I_NMDA"``). Or several, each with
            its own factor: ``{"g_L": "1 + c / (2*uM)", ...}``.
        factor: what multiplies it, an expression of the concentration `c`, of the parameters and
            of `v`; by default ``1 + gain * c / (c + EC50)``.
        gain: by how much the default factor grows until it saturates; -0.5 halves the parameter.
        EC50: the concentration of half the effect.
        V_max: the most that uptake removes, a concentration per time; None for no uptake.
        K_m: the concentration at which it removes half of that.
        tau: the time constant of a decay beside it, as by diffusion; None for none.
        parameters: further ones of the factor, by name.
        transmitter: what binds, which a population that says what it `releases` must release;
            None for any.
        potential: the neuron's state that the factor reads as `v`.

    Raises:
        ParameterError: for constants that are missing or out of range.
        UnitError: for values of another dimension, or units beside plain numbers.
        EquationError: for a factor that is no expression.
    """
    check_label(name)
    factors = _factors(name, scales, factor)
    given = {"gain": gain, "EC50": EC50, "V_max": V_max, "K_m": K_m, "tau": tau}
    values = _values(name, {key: value for key, value in given.items() if value is not None})
    loss = _loss(name, values)
    read = set().union(*(names(parse_expression(text)) for text in factors.values()))
    for key in ("gain", "EC50"):
        if key in read and key not in values:
            raise ParameterError(
                f"The modulator {name!r} has no {key}, and its factor needs it.",
                mend=f"give {key}=, or another factor=",
            )
        if key not in read:
            values.pop(key, None)
    lines = [f"dc/dt = {loss}", *(f"{key} = {text}" for key, text in factors.items())]
    model = _model(name, lines, {**values, **(parameters or {})}, "v" in read)
    targets = [scales] if isinstance(scales, str) else list(scales)
    return Synapse(
        name, model, "c", potential=potential, transmitter=transmitter,
        scales=dict(zip(targets, factors, strict=True)),
    )  # fmt: skip


def Dopamine(
    scales: str | Mapping[str, str],
    factor: str | None = None,
    *,
    gain: Any = 1.0,
    EC50: Any = 1 * uM,
    V_max: Any = 4 * uM / s,
    K_m: Any = 0.2 * uM,
    tau: Any = None,
    parameters: Mapping[str, Any] | None = None,
    name: str = "dopamine",
    potential: str = "v",
) -> Synapse:
    """Dopamine as in the striatum, where uptake clears it within a fraction of a second.

    The uptake is that of the rat's caudate-putamen; in the cortex it is far slower. A pulse of the
    electrode, which makes many axons fire at once, releases some 0.1 uM: divide that by the number
    of sources that reach a neuron. EC50 is in the micromolar range of the low-affinity D1 receptor.
    The gain is illustrative: what dopamine does, and to which parameter, depends on the neuron.

    Args and errors: as `Modulator`.

    Source: K_m and V_max: L. J. May, W. G. Kuhr and R. M. Wightman, Differentiation of dopamine
    overflow and uptake processes in the extracellular fluid of the rat caudate nucleus with
    fast-scan in vivo voltammetry, J. Neurochem. 51, 1060-1069 (1988),
    doi:10.1111/j.1471-4159.1988.tb03069.x; Q. Wu, M. E. A. Reith, R. M. Wightman, K. T. Kawagoe and
    P. A. Garris, Determination of release and uptake parameters from electrically evoked dopamine
    dynamics measured by real-time voltammetry, J. Neurosci. Methods 112, 119-133 (2001),
    doi:10.1016/S0165-0270(01)00459-9; both rounded. EC50: J. K. Dreyer, K. F. Herrik, R. W. Berg
    and J. D. Hounsgaard, Influence of phasic and tonic dopamine release on receptor activation,
    J. Neurosci. 30, 14273-14283 (2010), doi:10.1523/JNEUROSCI.1894-10.2010.
    """
    return Modulator(
        name, scales, factor, gain=gain, EC50=EC50, V_max=V_max, K_m=K_m, tau=tau,
        parameters=parameters, transmitter="dopamine", potential=potential,
    )  # fmt: skip


def Serotonin(
    scales: str | Mapping[str, str],
    factor: str | None = None,
    *,
    gain: Any = 1.0,
    EC50: Any = 1 * uM,
    V_max: Any = 1.3 * uM / s,
    K_m: Any = 170 * nM,
    tau: Any = None,
    parameters: Mapping[str, Any] | None = None,
    name: str = "serotonin",
    potential: str = "v",
) -> Synapse:
    """Serotonin (5-HT) as in the dorsal raphe nucleus.

    There a pulse of the electrode releases some 0.1 uM; in the substantia nigra, uptake is less
    than half as fast. Gain and EC50 are illustrative: of its many receptors some excite, and some
    inhibit by opening potassium channels (5-HT1A), which a leak that grows stands for.

    Args and errors: as `Modulator`.

    Source: K_m and V_max: M. A. Bunin, C. Prioleau, R. B. Mailman and R. M. Wightman, Release and
    uptake rates of 5-hydroxytryptamine in the dorsal raphe and substantia nigra reticulata of the
    rat brain, J. Neurochem. 70, 1077-1087 (1998), doi:10.1046/j.1471-4159.1998.70031077.x.
    """
    return Modulator(
        name, scales, factor, gain=gain, EC50=EC50, V_max=V_max, K_m=K_m, tau=tau,
        parameters=parameters, transmitter="serotonin", potential=potential,
    )  # fmt: skip


def _factors(name: str, scales: Any, factor: str | None) -> dict[str, str]:
    """The named expressions that scale, in the order of what they scale."""
    if isinstance(scales, str):
        return {"factor": SATURATING if factor is None else factor}
    if not isinstance(scales, Mapping) or not scales:
        raise ParameterError(
            f"The modulator {name!r} scales {short(scales)}.",
            mend='name a parameter of the target, scales="g_L", or map several to their factors',
        )
    if factor is not None:
        raise ParameterError(
            f"The modulator {name!r} has factor= beside a factor for each name that it scales.",
            mend="leave factor= out",
        )
    return {f"factor_{scaled}": text for scaled, text in scales.items()}


_DIMENSIONS: dict[str, Dimension] = {
    "gain": NONE,
    "EC50": CONCENTRATION,
    "V_max": CONCENTRATION.over(TIME),
    "K_m": CONCENTRATION,
    "tau": TIME,
}


def _values(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Constants that are one finite number each and in range: all with their unit, or all plain."""
    with_unit: list[str] = []
    plain: list[str] = []
    for key, value in given.items():
        what, dimension = f"{key} of {name}", _DIMENSIONS[key]
        number, found = measure(value, what)
        if found is not None:
            number = internal(value, dimension, what)
        if np.ndim(number) or not np.isfinite(number):
            raise ParameterError(f"{what} is {short(value)}.", mend="give one finite value")
        if key != "gain":
            (plain if found is None else with_unit).append(f"{key} = {short(value)}")
            if number < 0 or (number == 0 and key != "V_max"):
                least = "0 or more" if key == "V_max" else "positive"
                raise ParameterError(f"{what} is {short(value)}.", mend=f"it is {least}")
    if with_unit and plain:
        raise UnitError(
            f"The modulator {name!r} has {with_unit[0]} and {plain[0]}.",
            mend="give all with units, or all as plain numbers for a model without units",
        )
    return given


def _loss(name: str, values: Mapping[str, Any]) -> str:
    """The slope of the concentration."""
    if ("V_max" in values) != ("K_m" in values):
        has, lacks = ("V_max", "K_m") if "V_max" in values else ("K_m", "V_max")
        raise ParameterError(
            f"The modulator {name!r} has {has} and no {lacks}.",
            mend="uptake has both: V_max * c / (K_m + c)",
        )
    uptake = "-V_max * c / (K_m + c)" if "V_max" in values else ""
    decay = "-c / tau" if "tau" in values else ""
    return " ".join(filter(None, (uptake, decay))) or "0"


def _model(name: str, lines: list[str], values: dict[str, Any], reads_v: bool) -> Model:
    """The model; with units anywhere, its state is a concentration."""
    options: dict[str, Any] = {"parameters": values, "inputs": ["v"] if reads_v else []}
    text = "\n".join(lines)
    if not _has_units(values):
        model = Model(text, **options, name=name)
        if model.is_plain:
            return model
    shown: Unit = next(
        (values[k].unit for k in ("EC50", "K_m") if isinstance(values.get(k), Quantity)), uM
    )
    return Model(text, **options, initial={"c": 0 * mM}, display={"c": shown}, name=name)


def _has_units(values: Mapping[str, Any]) -> bool:
    return any(measure(value, key)[1] is not None for key, value in values.items())


__all__ = ["SATURATING", "Dopamine", "Modulator", "Serotonin"]
