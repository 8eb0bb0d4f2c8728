"""Spike-timing dependent plasticity that waits for a reward."""

from __future__ import annotations

from typing import Any

from rheobase.model.learning import LearningRule
from rheobase.units import Hz, ms, second
from rheobase.zoo.plasticity.parts import exponents, trace

_CLIPPED = "w = w_max * clip(w / w_max, 0, 1)"


def DopamineSTDP(
    w_max: Any,
    tau_plus: Any = 20 * ms,
    tau_minus: Any = 20 * ms,
    A_plus: Any = 0.025,
    A_minus: Any = 0.0375,
    tau_c: Any = 1 * second,
    tau_d: Any = 200 * ms,
    release: Any = 50 * Hz,
    pairing: str = "all",
    tonic: Any = 0 * Hz,
    bounds: str = "hard",
) -> LearningRule:
    """Pairs of spikes leave an eligibility, which dopamine turns into a change of the weight.

    c is the eligibility of a synapse, in the unit of the weight; d the dopamine, one value for all
    synapses of the projection, as the rate at which it acts::

        dc/dt = -c/tau_c        dw/dt = c (d + tonic)        dd/dt = -d/tau_d
        presynaptic spike:      c = c - A_minus w_max y;   x = x + 1
        postsynaptic spike:     c = c + A_plus w_max x;    y = y + 1
        modulator's spike:      d = d + release

    x and y are traces, dx/dt = -x/tau_plus and dy/dt = -y/tau_minus. The weight is kept between 0
    and w_max at the spikes of either neuron; read between them, it is what the next of them will
    find. The modulator is a population: ``net.connect(..., modulator=reward)``. Izhikevich (2007),
    with the values of the author's program, in which w_max is 4 mV, a pair counts 0.1 mV and
    -0.15 mV, and a reward of 0.5 acts every 10 ms.

    These bounds are hard. With soft ones what a pair adds to c is times 1 - w/w_max, and what it
    takes times w/w_max, of the weight at the pair; w/w_max counts as 0 below and as 1 above.

    Args:
        w_max: the largest weight, in the unit of the weights; negative for inhibitory currents.
        tau_plus: the time constant of potentiation.
        tau_minus: that of depression.
        A_plus: what one pair adds to c at most, as a part of w_max.
        A_minus: what one pair takes from it at most.
        tau_c: the time constant of the eligibility.
        tau_d: that of the dopamine.
        release: what a spike of the modulator adds to d: a rate.
        pairing: "all" pairs count, or only the "nearest" earlier spike.
        tonic: the level of dopamine that is always there: a rate.
        bounds: "hard" or "soft".

    Raises:
        ParameterError: for a value out of range.
        UnitError: for values of another dimension.
    """
    soft = exponents(bounds, mu=None)["mu"] == 1
    down, up = (" * w / w_max", " * (1 - w / w_max)") if soft else ("", "")
    return LearningRule(
        """
        dx/dt = -x / tau_plus
        dy/dt = -y / tau_minus
        dc/dt = -c / tau_c
        dw/dt = c * (d + tonic)
        dd/dt = -d / tau_d
        """,
        on_pre=f"{_CLIPPED}; c -= A_minus * w_max * y{down}; {trace(pairing, 'x')}",
        on_post=f"{_CLIPPED}; c += A_plus * w_max * x{up}; {trace(pairing, 'y')}",
        on_modulator="d += release",
        parameters={
            "w_max": w_max, "tau_plus": tau_plus, "tau_minus": tau_minus, "A_plus": A_plus,
            "A_minus": A_minus, "tau_c": tau_c, "tau_d": tau_d, "release": release,
            "tonic": tonic,
        },
        initial={"x": 0, "y": 0},
        name="DopamineSTDP",
        citation="Izhikevich 2007, Cerebral Cortex 17:2443-2452",
    )  # fmt: skip
