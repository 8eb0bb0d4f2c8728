"""Spike-timing dependent plasticity of pairs of spikes."""

from __future__ import annotations

from typing import Any

from rheobase.model.learning import LearningRule
from rheobase.units import ms
from rheobase.zoo.plasticity.parts import exponents, lowered, raised, trace


def PairSTDP(
    w_max: Any,
    tau_plus: Any = 20 * ms,
    tau_minus: Any = 20 * ms,
    A_plus: Any = 0.01,
    A_minus: Any = 0.0105,
    pairing: str = "all",
    bounds: str = "hard",
    mu_plus: Any = None,
    mu_minus: Any = None,
) -> LearningRule:
    """A pair of spikes raises the weight when the presynaptic one comes first, else lowers it.

    With traces x of presynaptic and y of postsynaptic spikes, dx/dt = -x/tau_plus and
    dy/dt = -y/tau_minus, and z = w/w_max kept from 0 to 1::

        postsynaptic spike:  z = z + A_plus (1 - z)**mu_plus x;    y = y + 1
        presynaptic spike:   z = z - A_minus z**mu_minus y;        x = x + 1

    The time constants and the ratio of the amplitudes are those of Song, Miller and Abbott (2000),
    whose rule has hard bounds (both exponents 0); with other exponents it is that of Gütig et al.
    (2003), A_plus their lambda and A_minus their alpha lambda.

    Args:
        w_max: the largest weight, in the unit of the weights; a negative one for inhibitory
            currents, whose weights then lie between w_max and 0.
        tau_plus: the time constant of potentiation.
        tau_minus: that of depression.
        A_plus: what one pair adds at most, as a part of w_max.
        A_minus: what one pair takes at most, as a part of w_max.
        pairing: "all" pairs count, or only the "nearest" earlier spike.
        bounds: "hard" (exponents 0) or "soft" (exponents 1).
        mu_plus: the exponent of potentiation, in place of that of `bounds`.
        mu_minus: the exponent of depression.

    Raises:
        ParameterError: for a value out of range.
        UnitError: for values of another dimension.
    """
    mu = exponents(bounds, mu_plus=mu_plus, mu_minus=mu_minus)
    values = {"w_max": w_max, "tau_plus": tau_plus, "tau_minus": tau_minus}
    values |= {"A_plus": A_plus, "A_minus": A_minus}
    return LearningRule(
        """
        dx/dt = -x / tau_plus
        dy/dt = -y / tau_minus
        """,
        on_pre=f"{lowered('A_minus * y', mu['mu_minus'], 'mu_minus')}; {trace(pairing, 'x')}",
        on_post=f"{raised('A_plus * x', mu['mu_plus'], 'mu_plus')}; {trace(pairing, 'y')}",
        parameters=values | {name: value for name, value in mu.items() if value not in (0, 1)},
        initial={"x": 0, "y": 0},
        name="PairSTDP",
        citation=(
            "Song, Miller and Abbott 2000, Nature Neuroscience 3:919-926; Guetig, Aharonov, Rotter "
            "and Sompolinsky 2003, Journal of Neuroscience 23:3697-3714"
        ),
    )
