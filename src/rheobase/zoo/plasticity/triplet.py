"""Spike-timing dependent plasticity of triplets of spikes."""

from __future__ import annotations

from typing import Any

from rheobase.errors import ParameterError, closest
from rheobase.model.learning import LearningRule
from rheobase.units import ms
from rheobase.units.quantity import short
from rheobase.zoo.plasticity.parts import exponents, lowered, raised, trace

_NAMES = ("A2_plus", "A3_plus", "A2_minus", "A3_minus", "tau_x", "tau_y")
# Tables 3 and 4 of the paper. Where an amplitude is 0 the table has no time constant of what it
# multiplies, and that of the full model stands here.
PRESETS: dict[tuple[str, str], tuple[float, ...]] = {
    ("visual cortex", "all"): (5e-10, 6.2e-3, 7e-3, 2.3e-4, 101.0, 125.0),
    ("visual cortex", "nearest"): (8.8e-11, 5.3e-2, 6.6e-3, 3.1e-3, 714.0, 40.0),
    ("visual cortex, minimal", "all"): (0.0, 6.5e-3, 7.1e-3, 0.0, 101.0, 114.0),
    ("hippocampus", "all"): (6.1e-3, 6.7e-3, 1.6e-3, 1.4e-3, 946.0, 27.0),
    ("hippocampus", "nearest"): (4.6e-3, 9.1e-3, 3e-3, 7.5e-9, 575.0, 47.0),
    ("hippocampus, minimal", "all"): (5.3e-3, 8e-3, 3.5e-3, 0.0, 946.0, 40.0),
}


def TripletSTDP(
    w_max: Any,
    preset: str = "visual cortex",
    pairing: str = "all",
    bounds: str | None = "hard",
    A2_plus: Any = None,
    A3_plus: Any = None,
    A2_minus: Any = None,
    A3_minus: Any = None,
    tau_plus: Any = 16.8 * ms,
    tau_x: Any = None,
    tau_minus: Any = 33.7 * ms,
    tau_y: Any = None,
) -> LearningRule:
    """Pairs and triplets of spikes change the weight: so its change depends on their rate.

    Traces decay, dr1/dt = -r1/tau_plus, dr2/dt = -r2/tau_x of presynaptic and do1/dt =
    -o1/tau_minus, do2/dt = -o2/tau_y of postsynaptic spikes, and with z = w/w_max::

        postsynaptic spike:  z = z + r1 (A2_plus + A3_plus o2);    o1 = o1 + 1; o2 = o2 + 1
        presynaptic spike:   z = z - o1 (A2_minus + A3_minus r2);  r1 = r1 + 1; r2 = r2 + 1

    o2 and r2 are taken just before their own spike. The pairing "nearest" sets a trace to 1 in
    place of adding 1. Pfister and Gerstner (2006).

    Args:
        w_max: the largest weight, in the unit of the weights; negative for inhibitory currents.
        preset: the amplitudes and time constants where none are given: "visual cortex" or
            "hippocampus", fitted with either pairing; each also "..., minimal" for the pairing
            "all", with two amplitudes 0.
        pairing: "all" or "nearest".
        bounds: "hard", "soft" (the change is times 1 - z or z), or None for none, as in the paper.
        A2_plus: the amplitude of pairs that raise the weight, as a part of w_max.
        A3_plus: that of triplets.
        A2_minus: the amplitude of pairs that lower it.
        A3_minus: that of triplets.
        tau_plus: the time constant of r1.
        tau_x: that of r2.
        tau_minus: that of o1.
        tau_y: that of o2.

    Raises:
        ParameterError: for a preset that does not exist, or a value out of range.
        UnitError: for values of another dimension.
    """
    on_pre, on_post = trace(pairing, "r1", "r2"), trace(pairing, "o1", "o2")
    if (preset, pairing) not in PRESETS:
        known = [name for name, paired in PRESETS if paired == pairing]
        hint = closest(str(preset), known)
        raise ParameterError(
            f"TripletSTDP has no preset {short(preset)} for the pairing {pairing!r}.",
            mend=f"{hint}there is {' or '.join(map(repr, known))}",
        )
    own = (A2_plus, A3_plus, A2_minus, A3_minus, tau_x, tau_y)
    values: dict[str, Any] = {"w_max": w_max, "tau_plus": tau_plus, "tau_minus": tau_minus}
    for name, given, usual in zip(_NAMES, own, PRESETS[preset, pairing], strict=True):
        published = usual * ms if name.startswith("tau") else usual
        values[name] = published if given is None else given
    up, down = "r1 * (A2_plus + A3_plus * o2)", "o1 * (A2_minus + A3_minus * r2)"
    if bounds is None:
        raising, lowering = f"w += w_max * {up}", f"w -= w_max * {down}"
    else:
        mu = exponents(bounds, mu=None)["mu"]
        raising, lowering = raised(up, mu, "mu"), lowered(down, mu, "mu")
    return LearningRule(
        """
        dr1/dt = -r1 / tau_plus
        dr2/dt = -r2 / tau_x
        do1/dt = -o1 / tau_minus
        do2/dt = -o2 / tau_y
        """,
        on_pre=f"{lowering}; {on_pre}",
        on_post=f"{raising}; {on_post}",
        parameters=values,
        initial={"r1": 0, "r2": 0, "o1": 0, "o2": 0},
        name=f"TripletSTDP, {preset}",
        citation="Pfister and Gerstner 2006, Journal of Neuroscience 26:9673-9682",
    )
